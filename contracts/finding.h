// Findings (requirements DC-5-d, 6.14; docs/formats.md §3): what a reader of a sealed field found
// wrong with it, on record against the party that sealed it. Of a published one everybody can check
// the proof; of a sealed one the field's readers can; "cannot open" is a claim that a second
// regulator countersigns and that ends when the owner has wrapped anew.
#pragma once

#include <optional>
#include <string_view>

#include "common/ids.h"
#include "contracts/state_view.h"
#include "ledger/transaction.h"

namespace suyuan::contracts {

// In the order of finding_kind's choices, from 1. Frozen.
enum class FindingKind : uint8_t { kBadValue = 1, kCipherFault, kKeyFault, kCannotOpen };
std::optional<FindingKind> ParseFindingKind(std::string_view word);
std::string_view ToString(FindingKind kind);
// Rule of the alert on the owner: "BAD_VALUE", "CIPHER_FAULT", "KEY_FAULT", "CANNOT_OPEN".
std::string_view AlertRule(FindingKind kind);

enum class FindingStage : uint8_t {
  kRaised = 1,
  kCountersigned = 2,  // a claim of two
  kAnswered = 3,       // the owner wrapped anew; the claim may be made again
};

// The value that it is about: one leaf of one version of an entity.
struct FindingTarget {
  ledger::EntityKind kind = ledger::EntityKind::kNone;
  Bytes id;
  uint32_t version = 0;
  uint16_t field = 0, item = 0;
};

// Value of kFinding. Layout: u8 1 ‖ u8 stage ‖ u8 published ‖ owner 18 ‖ finder 18 ‖ tx 32 ‖ u32
// record ‖ u64 time ‖ second finder 18 ‖ second tx 32 ‖ u64 deadline.
struct Finding {
  FindingStage stage = FindingStage::kRaised;
  bool published = false;  // proof beside the FINDING, for everybody
  PartyId owner;           // who sealed the value
  PartyId finder;
  TxId tx;  // the FINDING; the one with the published proof, when there is one
  uint32_t record = 0;
  uint64_t time_ms = 0;
  PartyId second;            // zeros: nobody countersigned
  TxId second_tx;            // countersignature or answer
  uint64_t deadline_ms = 0;  // a countersigned claim is to be answered until then
};
// u8 entity kind ‖ s8(id) ‖ u32 version ‖ u16 field ‖ u16 item ‖ u8 finding kind
Bytes FindingKey(const FindingTarget& target, FindingKind kind);
// The reverse; nullopt for bytes that are no such key, which a client may send.
struct FindingPlace {
  FindingTarget target;
  FindingKind kind = FindingKind::kBadValue;
};
std::optional<FindingPlace> ParseFindingKey(ByteView key);
Bytes EncodeFinding(const Finding& finding);
// Aborts on bytes that this code did not write.
Finding DecodeFinding(ByteView bytes);
std::optional<Finding> FindFinding(const StateReader& state, const FindingTarget& target,
                                   FindingKind kind);

}  // namespace suyuan::contracts
