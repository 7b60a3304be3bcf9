// What the ledger says of one trace code: the code, its batch, product and producer, each with the
// record of its current version and what this node checked of it. /v1/trace and /t are two views of
// this.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/record_verifier.h"
#include "contracts/code.h"
#include "ledger/checkpoint.h"

namespace suyuan::api {

struct TracedEntity {
  ledger::EntityKind kind = ledger::EntityKind::kNone;
  Bytes id;
  contracts::Entity entity;
  std::optional<VersionRecord> version;
  std::optional<VerifiedRecord> verified;
  std::string unverified_because;  // when there is a version and no `verified`
};

struct Trace {
  std::string code;  // canonical
  contracts::CodeResolution resolution;
  TracedEntity product, producer;
  std::optional<TracedEntity> batch;
  std::string category_name;  // of the product's category; "" when unknown
  std::string checkpoint_note;
  ledger::Checkpoint checkpoint;

  uint32_t records_verified() const;
  uint32_t records_shown() const;
};

// Canonical text of a code given in a path: segments decoded and encoded again in the one way.
// E_SCHEME when it is no code.
Result<std::string> CanonicalCode(const std::string& text);

// E_NOT_FOUND: never issued on this ledger.
Result<Trace> TraceCode(const ledger::StateSnapshot& snapshot, RecordVerifier& verifier,
                        const std::string& canonical, std::string checkpoint_note);

}  // namespace suyuan::api
