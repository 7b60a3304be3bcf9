// What a regulator finds wrong in one committed block (requirements DC-5-d): opens what its keys
// open, asks whether it had to be among the readers of what they do not, and asks the rules over
// sealed values. Reads only; who files what was found is the auditor's business. Not thread-safe.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "contracts/finding.h"
#include "contracts/readers.h"
#include "contracts/snapshot_reader.h"
#include "ledger/block.h"
#include "ledger/sealing/reader.h"
#include "ledger/store.h"

namespace suyuan::node {

// One finding. The proof is secret: it opens the value.
struct AuditFinding {
  contracts::FindingTarget target;
  contracts::FindingKind kind = contracts::FindingKind::kBadValue;
  std::string key;                        // hex: k_i, or K_a of a key fault; empty for a claim
  std::optional<TxId> of;                 // another regulator's claim that this one countersigns
  std::string rule;                       // of a bad value, as finding_rule names it
  std::vector<SealingPublicKey> readers;  // of the field
};
// All that is wrong with one transaction, in the order of its records and fields.
struct TransactionFindings {
  TxId tx;
  std::vector<AuditFinding> findings;
};

struct BlockAuditOptions {
  PartyId party;  // whose keys these are; what it sealed itself is not audited
  LedgerLimits limits;
  // Public halves of these keys: what was to be wrapped for one of them and was not is claimed.
  std::vector<SealingPublicKey> keys = {};
};

// Opens a transaction with the reader's keys, as SealedReader::Open.
using Opener = std::function<Result<sealing::OpenedTransaction>(const ledger::Transaction& tx,
                                                                std::span<const ByteView> items)>;

class BlockAudit {
 public:
  // The store must outlive it.
  BlockAudit(const ledger::Store& store, Opener open, BlockAuditOptions options)
      : store_(store), open_(std::move(open)), options_(std::move(options)) {}
  // Of what the block's applied transactions seal to these keys, or had to, in their order, one
  // entry a transaction; those on record already are left out, but for another regulator's claim
  // that stands alone. Behind them what earlier transactions sealed and this block throws light on:
  // an owner has wrapped it anew, or the other side of the flow has shown itself, so that it is
  // known who had to read it and who may speak of it. Errors of the store; E_COMMIT, E_FORMAT when
  // it holds other items than were sealed.
  Result<std::vector<TransactionFindings>> Run(Height height);

  // Records of a transaction; nullopt: all of them.
  using Records = std::optional<std::set<uint32_t>>;
  using Recheck = std::map<TxId, Records>;

 private:
  bool IsAudited(const ledger::Transaction& tx) const;
  Result<bool> WasApplied(const TxId& id) const;
  Result<TransactionFindings> Audit(const ledger::Transaction& tx, std::span<const ByteView> items,
                                    const ledger::BlockHeader& header, const Records& records);
  // What is to be judged again because of `tx`.
  Status AddRechecks(const ledger::Transaction& tx, Recheck& out);
  Result<TransactionFindings> AuditAgain(const TxId& id, const Records& records);

  const ledger::Store& store_;
  const Opener open_;
  const BlockAuditOptions options_;
};

}  // namespace suyuan::node
