#include "node/restore.h"

#include <filesystem>
#include <memory>
#include <vector>

#include "common/directories.h"
#include "common/durable_file.h"
#include "common/hash.h"
#include "contracts/block_executor.h"
#include "contracts/entity.h"
#include "contracts/entity_access.h"
#include "contracts/outcome.h"
#include "contracts/snapshot_reader.h"
#include "ledger/store.h"
#include "node/restored_mark.h"

namespace suyuan::node {
namespace {

using contracts::EntityState;
using ledger::verify::StoredBlock;

constexpr size_t kBatchBytes = 4 << 20;  // of entries for one write of the log

Error Differs(Height height, const std::string& what) {
  return Error{ErrorCode::kProof,
               "block " + std::to_string(height.value()) + " of the backup: " + what};
}

// Fills a store with blocks: the log in large writes, because each costs a sync, then the blocks of
// that write one by one.
class Rebuild {
 public:
  Rebuild(ledger::Store& store, const LedgerStart& start) : store_(store), start_(start) {}

  Status Genesis(const StoredBlock& block) {
    SUYUAN_RETURN_IF_ERROR(
        store_.ApplyGenesis(start_.time_ms, start_.configuration, start_.writes));
    return Compare(Height(0), block);
  }
  Status Add(StoredBlock block) {
    auto bytes = std::make_shared<const Bytes>(ledger::JoinSealed(block.entry, block.sealed_items));
    pending_bytes_ += bytes->size();
    entries_.push_back(std::move(bytes));
    block.entry.clear();
    block.sealed_items.clear();
    blocks_.push_back(std::move(block));
    return pending_bytes_ < kBatchBytes ? Status() : Flush();
  }
  Status Flush() {
    if (entries_.empty()) return {};
    Hash ignored;
    SUYUAN_ASSIGN_OR_RETURN(ledger::BlockHeader last,
                            ledger::PeekHeader(*entries_.back(), &ignored));
    // A term without a vote: nobody voted here, and older terms are past.
    SUYUAN_RETURN_IF_ERROR(
        store_.AppendLog(ledger::LogHardState{last.term, 0, last.height}, entries_));
    for (size_t i = 0; i < entries_.size(); ++i)
      SUYUAN_RETURN_IF_ERROR(Execute(entries_[i], blocks_[i]));
    entries_.clear();
    blocks_.clear();
    pending_bytes_ = 0;
    return {};
  }

 private:
  Status Execute(const std::shared_ptr<const Bytes>& bytes, const StoredBlock& expected) {
    SUYUAN_ASSIGN_OR_RETURN(ledger::BlockEntry entry, ledger::DecodeEntry(bytes));
    const auto snapshot = store_.Snapshot();
    const contracts::SnapshotReader state(*snapshot);
    if (Status follows = contracts::CheckFollows(state, entry); !follows.ok())
      return Differs(entry.header.height, follows.error().detail);
    // The verifier has verified every signature, on all cores.
    ledger::VerifiedCache verified(entry.envelopes.size() + 1);
    for (ByteView envelope : entry.envelopes)
      verified.Insert(ledger::VerifiedCache::KeyOf(envelope));
    contracts::ExecutionContext context;
    context.ledger = start_.ledger;
    context.limits = start_.limits;
    context.cache = &verified;
    context.earlier = [this](const TxId& id) {
      return contracts::WhetherApplied(store_.FindTransaction(id).value());
    };
    contracts::BlockExecution executed = contracts::ExecuteBlock(context, state, entry);
    SUYUAN_RETURN_IF_ERROR(
        store_.ApplyBlock(entry, {std::move(executed.transactions), std::move(executed.writes)}));
    return Compare(entry.header.height, expected);
  }

  Status Compare(Height height, const StoredBlock& expected) const {
    SUYUAN_ASSIGN_OR_RETURN(ledger::Store::BlockSummary here, store_.Summary(height));
    if (here.head.state_root != expected.state_root)
      return Differs(height, "executing it gives another state root");
    if (here.log_root != expected.log_root) return Differs(height, "it gives another log root");
    return {};
  }

  ledger::Store& store_;
  const LedgerStart& start_;
  std::vector<std::shared_ptr<const Bytes>> entries_;
  std::vector<StoredBlock> blocks_;  // of `entries_`, without entry and items
  size_t pending_bytes_ = 0;
};

// Whoever was a voter at some time may have voted since; a learner's word never counted.
Status CheckNeverVoted(const ledger::Store& store, const KeyId& node) {
  const auto snapshot = store.Snapshot();
  const contracts::SnapshotReader state(*snapshot);
  const auto known = contracts::LoadEntity(state, ledger::EntityKind::kNode, node.view());
  if (!known || known->state == EntityState::kPending || known->state == EntityState::kLearner)
    return {};
  return Error{ErrorCode::kLost, "the node with the key id " + ToHex(node) +
                                     " has taken part in this ledger, and what it voted and "
                                     "acknowledged is in no backup"};
}

Status Build(const std::string& directory, const RestoreTarget& target, const LedgerStart& start,
             ledger::verify::LedgerSource& blocks, const VerifiedBlocks& verified,
             const std::function<void(uint64_t)>& progress) {
  ledger::StoreOptions options;
  options.directory = directory;
  options.create = true;
  SUYUAN_ASSIGN_OR_RETURN(auto store, ledger::Store::Open(options, start.ledger));
  Rebuild rebuild(*store, start);
  SUYUAN_ASSIGN_OR_RETURN(StoredBlock genesis, blocks.Block(0));
  SUYUAN_RETURN_IF_ERROR(rebuild.Genesis(genesis));
  for (uint64_t height = 1; height <= verified.height.value(); ++height) {
    SUYUAN_ASSIGN_OR_RETURN(StoredBlock block, blocks.Block(height));
    SUYUAN_RETURN_IF_ERROR(rebuild.Add(std::move(block)));
    progress(height);
  }
  SUYUAN_RETURN_IF_ERROR(rebuild.Flush());
  // The files were read a second time: what was executed is what was verified.
  SUYUAN_ASSIGN_OR_RETURN(ledger::Store::BlockSummary last, store->Summary(verified.height));
  if (last.log_root != verified.log_root)
    return Differs(verified.height, "it is not the one that was verified");
  SUYUAN_RETURN_IF_ERROR(CheckNeverVoted(*store, target.node));
  return WriteRestoredMark(directory, verified.height, target.node);
}

}  // namespace

Status RestoreLedger(const RestoreTarget& target, const LedgerStart& start,
                     ledger::verify::LedgerSource& blocks, const VerifiedBlocks& verified,
                     const std::function<void(uint64_t)>& progress) {
  const std::string place = target.data_directory + "/ledger";
  const std::string draft = place + ".restoring";
  std::error_code error;
  if (std::filesystem::exists(place, error) || error)
    return Error{ErrorCode::kRef, target.data_directory + " holds a ledger already"};
  SUYUAN_RETURN_IF_ERROR(MakePrivateDirectories(target.data_directory));
  std::filesystem::remove_all(draft, error);  // of a restore that was interrupted
  Status built = Build(draft, target, start, blocks, verified, progress);
  if (!built.ok()) {
    std::filesystem::remove_all(draft, error);
    return built;
  }
  std::filesystem::rename(draft, place, error);
  if (error) return Error{ErrorCode::kIo, "cannot rename " + draft + ": " + error.message()};
  return SyncDirectory(target.data_directory);
}

}  // namespace suyuan::node
