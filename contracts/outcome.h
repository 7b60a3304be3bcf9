// What became of a transaction (docs/formats.md §5, "Outcome bytes").
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/bytes.h"
#include "common/ids.h"
#include "common/result.h"
#include "ledger/store.h"
#include "ledger/transaction.h"

namespace suyuan::contracts {

enum class EffectKind : uint8_t {
  kCreated = 1,
  kChanged = 2,
  kReviewedAutomatically = 3,
  kAlert = 4
};

struct Effect {
  EffectKind kind = EffectKind::kChanged;
  uint32_t record = 0;
  ledger::EntityKind entity = ledger::EntityKind::kNone;
  Bytes id;          // as in a record's subject
  std::string text;  // new state name, or alert rule
};

// Either applied, with effects, or refused, with an error.
struct Outcome {
  std::optional<Error> refusal;
  std::vector<Effect> effects;
  bool applied() const { return !refusal.has_value(); }
};
Bytes EncodeOutcome(const Outcome& outcome);
Result<Outcome> DecodeOutcome(ByteView bytes);
// Whether these bytes of EncodeOutcome tell of an applied transaction.
bool IsApplied(ByteView outcome);
// The same of what the store knows of a transaction; nullopt when it knows nothing.
inline std::optional<bool> WhetherApplied(const std::optional<ledger::StoredOutcome>& found) {
  return found ? std::optional(IsApplied(found->outcome)) : std::nullopt;
}

}  // namespace suyuan::contracts
