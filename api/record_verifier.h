// What this node checked before it shows a record: the record's leaves are those of a signed
// transaction in a block, the transaction's leaf is in the executed log, and the log is the one of
// this node's checkpoint. Thread-safe.
#pragma once

#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "api/entity_view.h"
#include "contracts/entity_access.h"
#include "ledger/checkpoint.h"
#include "ledger/store.h"

namespace suyuan::api {

struct VerifiedRecord {
  TxId tx;
  LeafIndex leaf;
  Hash signatures_hash;
  Bytes leaf_bytes;
  std::vector<Hash> inclusion;  // to the checkpoint's root
};

class RecordVerifier {
 public:
  RecordVerifier(const ledger::Store& store, const LedgerLimits& limits, size_t entries_max)
      : store_(store), limits_(limits), entries_max_(entries_max) {}

  // E_CORRUPT when something does not fit, E_NOT_YET when the checkpoint is older than the record,
  // E_NOT_FOUND for records of genesis, which no transaction made. `read`, where there is one,
  // grows by the bytes of the block that had to be read.
  Result<VerifiedRecord> Verify(const VersionRecord& record, const ledger::Checkpoint& checkpoint,
                                size_t* read = nullptr);
  // Of what happened in a record that the state does not keep: the same, with the transaction's
  // type and submitter in place of the record's leaves.
  Result<VerifiedRecord> Verify(const contracts::EntityEvent& event,
                                const ledger::Checkpoint& checkpoint, size_t* read = nullptr);

 private:
  // What a block says of a record never changes, so it is read once.
  struct Fact {
    LeafIndex leaf;
    Hash signatures_hash;
    Hash leaves_hash;  // over the record's leaves as the transaction carries them
    ledger::TxType type;
    PartyId submitter;
  };
  Result<Fact> FactOf(const TxId& tx, uint32_t record, size_t* read);
  Result<Fact> ReadFact(const TxId& tx, uint32_t record, size_t* read) const;
  Result<VerifiedRecord> Include(const TxId& tx, const Fact& fact,
                                 const ledger::Checkpoint& checkpoint) const;

  const ledger::Store& store_;
  const LedgerLimits limits_;
  const size_t entries_max_;
  std::mutex mutex_;
  std::unordered_map<std::string, Fact> facts_;  // guarded by mutex_
};

}  // namespace suyuan::api
