#include "node/block_maker.h"

#include <algorithm>

#include "common/seeded_bug.h"

namespace suyuan::node {

Result<uint64_t> BlockMaker::LastTime(const consensus::Raft& raft) {
  if (raft.LastIndex() == consensus::Index()) return genesis_time_ms_;
  if (raft.LastHash() == known_) return known_time_ms_;
  SUYUAN_ASSIGN_OR_RETURN(consensus::Entry last, raft.EntryAt(raft.LastIndex()));
  Hash hash;
  SUYUAN_ASSIGN_OR_RETURN(ledger::BlockHeader header, ledger::PeekHeader(*last.data, &hash));
  return header.time_ms;
}

Result<ledger::EntryDraft> BlockMaker::NextDraft(const consensus::Raft& raft) {
  SUYUAN_ASSIGN_OR_RETURN(uint64_t previous_ms, LastTime(raft));
  ledger::EntryDraft draft;
  draft.height = Height(raft.LastIndex().value() + 1);
  draft.term = raft.term();
  draft.time_ms = std::max(previous_ms + 1, static_cast<uint64_t>(clock_()));
  if (SeededBug(Bug::kTimeGoesBack))  // row 33
    draft.time_ms = static_cast<uint64_t>(clock_());
  draft.prev_entry_hash = raft.LastHash();
  return draft;
}

Result<consensus::Entry> BlockMaker::Make(const consensus::Raft& raft,
                                          const std::vector<PooledTransaction>& transactions) {
  SUYUAN_ASSIGN_OR_RETURN(ledger::EntryDraft draft, NextDraft(raft));
  draft.kind =
      transactions.empty() ? ledger::BlockKind::kElection : ledger::BlockKind::kTransactions;
  draft.envelopes.reserve(transactions.size());
  for (const PooledTransaction& tx : transactions) {
    draft.envelopes.push_back(*tx.parcel.envelope);
    draft.sealed_items.insert(draft.sealed_items.end(), tx.parcel.sealed_items->begin(),
                              tx.parcel.sealed_items->end());
  }
  return Sign(raft, draft);
}

Result<consensus::Entry> BlockMaker::MakeConfiguration(const consensus::Raft& raft,
                                                       ByteView configuration) {
  SUYUAN_ASSIGN_OR_RETURN(ledger::EntryDraft draft, NextDraft(raft));
  draft.kind = ledger::BlockKind::kConfiguration;
  draft.configuration = Bytes(configuration);
  return Sign(raft, draft);
}

consensus::Entry BlockMaker::Sign(const consensus::Raft& raft, const ledger::EntryDraft& draft) {
  auto bytes = std::make_shared<const Bytes>(ledger::BuildEntry(draft, node_key_));
  Hash hash = ledger::EntryHashOf(ByteView(*bytes).substr(0, ledger::kBlockHeaderBytes));
  known_ = hash;
  known_time_ms_ = draft.time_ms;
  return consensus::Entry{raft.LastIndex() + 1, raft.term(), hash, std::move(bytes)};
}

}  // namespace suyuan::node
