// What the ledger says of one trace code: the code, its batch, product and producer as they stand,
// the documents that they show, and what this node checked of every record behind. /v1/trace and /t
// are two views of this. Its flows and the codes around it: chain.h.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/record_verifier.h"
#include "contracts/code.h"
#include "ledger/checkpoint.h"
#include "ledger/store.h"

namespace suyuan::api {

// What was checked of one version's record: `verified`, or why not.
struct CheckedVersion {
  std::optional<VerifiedRecord> verified;
  std::string unverified_because;
};

struct TracedEntity {
  ledger::EntityKind kind = ledger::EntityKind::kNone;
  Bytes id;
  EntityView view;
  std::vector<CheckedVersion> checks;  // of all versions, in their order

  // Those that fields come from, then those that stand beside them (of flows).
  const VersionRecord& VersionAt(size_t i) const {
    const size_t folded = view.versions.size();
    return i < folded ? view.versions[i] : view.beside[i - folded];
  }
};

struct Trace {
  std::string code;  // canonical
  contracts::CodeResolution resolution;
  // A package has none of these: what is said of goods is said of its contents.
  std::optional<TracedEntity> product, producer, batch;
  std::vector<TracedEntity> documents;  // those that public fields of the others name
  std::string category_name;            // of the product's category; "" when unknown
  std::string checkpoint_note;
  ledger::Checkpoint checkpoint;

  bool is_package() const { return !product; }
  // Product, batch, producer, documents; those that there are.
  std::vector<const TracedEntity*> Entities() const;
  // Over all records that something shown comes from.
  uint32_t records_verified() const;
  uint32_t records_shown() const;
};

// An entity with what was checked of its records. E_CORRUPT when it is not there. `read`: see
// RecordVerifier::Verify.
Result<TracedEntity> LoadTraced(const contracts::StateReader& state, RecordVerifier& verifier,
                                const ledger::Checkpoint& checkpoint, ledger::EntityKind kind,
                                ByteView id, size_t* read = nullptr);

// Canonical text of a code given in a path: segments decoded and encoded again in the one way.
// E_SCHEME when it is no code.
Result<std::string> CanonicalCode(const std::string& text);

// E_NOT_FOUND: never issued on this ledger. E_CORRUPT: the state does not fit together.
Result<Trace> TraceCode(const ledger::StateSnapshot& snapshot, RecordVerifier& verifier,
                        const std::string& canonical, std::string checkpoint_note);

}  // namespace suyuan::api
