#include "ledger/snapshot/writer.h"

#include "common/codec.h"
#include "common/hash.h"

namespace suyuan::ledger {
namespace {

constexpr ByteView kAppliedOutcome("SYO1\0\0", 6);  // formats §5

Error Disagrees(Height height, const std::string& what) {
  return Error{ErrorCode::kCorrupt, "block " + std::to_string(height.value()) + ": " + what};
}

}  // namespace

Result<std::unique_ptr<SnapshotWriter>> SnapshotWriter::Begin(const Store& store,
                                                              const LedgerId& ledger,
                                                              ByteView founding_configuration,
                                                              const LedgerLimits& limits) {
  std::unique_ptr<SnapshotWriter> out(new SnapshotWriter(store, limits));
  if (out->view_->head().height == Height(0))
    return Error{ErrorCode::kNotYet, "there is no block above genesis to make a snapshot of"};
  SUYUAN_RETURN_IF_ERROR(out->FillManifest(ledger, founding_configuration));
  SUYUAN_RETURN_IF_ERROR(out->Cut([&](ByteView chunk) -> Status {
    out->manifest_.chunks.push_back({static_cast<uint32_t>(chunk.size()), Sha256(chunk)});
    return {};
  }));
  // What was put together must be what the store believes, before anybody else is told.
  const SnapshotManifest& m = out->manifest_;
  SUYUAN_ASSIGN_OR_RETURN(Store::BlockSummary summary, store.Summary(m.header.height));
  if (FrontierOf(m).Root() != summary.log_root || HeadOf(m).entry_hash != summary.head.entry_hash)
    return Disagrees(m.header.height, "its header leaf does not lead to the log root");
  SUYUAN_ASSIGN_OR_RETURN([[maybe_unused]] SnapshotManifest same,
                          DecodeManifest(EncodeManifest(m), ledger));
  return out;
}

Status SnapshotWriter::FillManifest(const LedgerId& ledger, ByteView founding_configuration) {
  const LogHead& head = view_->head();
  manifest_.ledger = ledger;
  SUYUAN_ASSIGN_OR_RETURN(auto entry, store_.EntryBytes(head.height));
  Hash entry_hash;
  SUYUAN_ASSIGN_OR_RETURN(manifest_.header, PeekHeader(*entry, &entry_hash));
  SUYUAN_ASSIGN_OR_RETURN(Store::BlockSummary before, store_.Summary(head.height - 1));
  manifest_.previous_header_leaf = before.head.header_leaf_hash;
  manifest_.first_leaf = before.leaf_count;
  manifest_.leaves = static_cast<uint32_t>(head.leaf_count - before.leaf_count - 1);
  manifest_.state_root = head.state_root;
  SUYUAN_RETURN_IF_ERROR(FillConfiguration(founding_configuration));
  SUYUAN_ASSIGN_OR_RETURN(manifest_.path, InclusionProof(head.leaf_count - 1, head.leaf_count,
                                                         [this](uint8_t level, uint64_t n) {
                                                           return store_.LogNode(level, n);
                                                         }));
  return {};
}

Status SnapshotWriter::FillConfiguration(ByteView founding_configuration) {
  manifest_.configuration_leaf = view_->head().configuration_leaf;
  manifest_.configuration = founding_configuration;
  if (manifest_.configuration_leaf == 0) return {};
  SUYUAN_ASSIGN_OR_RETURN(Bytes leaf_bytes,
                          store_.LeafBytes(LeafIndex(manifest_.configuration_leaf)));
  SUYUAN_ASSIGN_OR_RETURN(LogLeaf leaf, DecodeLogLeaf(leaf_bytes));
  if (leaf.kind != LeafKind::kConfiguration || leaf.height == Height(0))
    return Disagrees(leaf.height, "its leaf is not the configuration's");
  SUYUAN_ASSIGN_OR_RETURN(Store::BlockSummary before, store_.Summary(leaf.height - 1));
  manifest_.previous_configuration = before.head.configuration_hash;
  SUYUAN_ASSIGN_OR_RETURN(auto bytes, store_.EntryBytes(leaf.height));
  SUYUAN_ASSIGN_OR_RETURN(BlockEntry entry, DecodeEntry(std::move(bytes)));
  manifest_.configuration = entry.configuration;
  return {};
}

Status SnapshotWriter::WriteChunks(const ChunkCutter::Sink& sink) const {
  size_t next = 0;
  const auto& chunks = manifest_.chunks;
  SUYUAN_RETURN_IF_ERROR(Cut([&](ByteView chunk) -> Status {
    const SnapshotChunk now{static_cast<uint32_t>(chunk.size()), Sha256(chunk)};
    if (next == chunks.size() || now != chunks[next++])
      return Error{ErrorCode::kCorrupt, "the state reads differently a second time"};
    return sink(chunk);
  }));
  if (next != chunks.size())
    return Error{ErrorCode::kCorrupt, "the state has lost something since it was first read"};
  return {};
}

Status SnapshotWriter::Cut(const ChunkCutter::Sink& sink) const {
  ChunkCutter cutter(sink);
  SUYUAN_RETURN_IF_ERROR(AddState(cutter));
  for (Height height(1); height <= view_->head().height; ++height)
    SUYUAN_RETURN_IF_ERROR(AddTransactions(height, cutter));
  return cutter.Finish();
}

Status SnapshotWriter::AddState(ChunkCutter& cutter) const {
  for (unsigned table = 0; table < kTransactionTable; ++table) {
    const auto name_space = static_cast<uint8_t>(table);
    Status added;
    SUYUAN_RETURN_IF_ERROR(view_->Scan(name_space, {}, [&](ByteView key, ByteView value) {
      added = cutter.Add({name_space, key, value});
      return added.ok();
    }));
    SUYUAN_RETURN_IF_ERROR(std::move(added));
  }
  return {};
}

// The transactions that have a leaf in that block.
Status SnapshotWriter::AddTransactions(Height height, ChunkCutter& cutter) const {
  SUYUAN_ASSIGN_OR_RETURN(std::vector<Bytes> outcomes, store_.OutcomesOf(height));
  if (outcomes.empty()) return {};
  SUYUAN_ASSIGN_OR_RETURN(auto bytes, store_.EntryBytes(height));
  SUYUAN_ASSIGN_OR_RETURN(BlockEntry entry, DecodeEntry(std::move(bytes)));
  SUYUAN_ASSIGN_OR_RETURN(std::vector<Bytes> leaves, store_.LeavesOf(height));
  SUYUAN_ASSIGN_OR_RETURN(Store::BlockSummary before, store_.Summary(height - 1));
  if (leaves.size() <= outcomes.size()) return Disagrees(height, "leaves are missing");
  for (size_t i = 0; i < outcomes.size(); ++i) {
    SUYUAN_ASSIGN_OR_RETURN(LogLeaf leaf, DecodeLogLeaf(leaves[i]));
    if (leaf.kind != LeafKind::kTransaction || leaf.index >= entry.envelopes.size())
      return Disagrees(height, "a leaf does not fit its transactions");
    SUYUAN_ASSIGN_OR_RETURN(
        Transaction tx,
        DecodeTransactionView(entry.envelopes[leaf.index], limits_, nullptr, Hashes::kKnown));
    const Bytes key = Writer().U64(before.leaf_count + i).Take();
    Writer value;
    value.U64(height.value()).U32(leaf.index).Raw(tx.id).U64(tx.core.expiry_ms);
    value.U8(outcomes[i].starts_with(kAppliedOutcome) ? 1 : 0);
    SUYUAN_RETURN_IF_ERROR(cutter.Add({kTransactionTable, key, value.bytes()}));
  }
  return {};
}

}  // namespace suyuan::ledger
