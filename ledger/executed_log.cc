#include "ledger/executed_log.h"

#include "common/codec.h"
#include "common/hash.h"

namespace suyuan::ledger {
namespace {

constexpr ByteView kMagic = "SYL1";

// What the header leaf says of its block beside the heads before and after it.
struct HeaderFacts {
  Hash entry_hash;
  uint64_t time_ms = 0;
  Term term;
  KeyId proposer;
};

// Appends the header leaf and completes the head. `out` has the block's other leaves already.
void CloseBlock(const LogHead& before, Height height, const HeaderFacts& facts,
                const Hash& state_root, BlockLeaves* out) {
  auto count = static_cast<uint32_t>(out->leaves.size());
  LogHead& head = out->head;
  head.height = height;
  head.entry_hash = facts.entry_hash;
  head.time_ms = facts.time_ms;
  head.state_root = state_root;
  Writer w;
  w.Raw(facts.entry_hash).Raw(before.header_leaf_hash).U64(before.leaf_count).U32(count);
  w.Raw(state_root).Raw(head.configuration_hash).U64(facts.time_ms);
  w.U64(facts.term.value()).Raw(facts.proposer);
  out->leaves.push_back(
      EncodeLogLeaf({LeafKind::kHeader, height, count, Sha256(w.bytes()), Hash{}}));
  head.header_leaf_hash = MerkleLeafHash(out->leaves.back());
  head.leaf_count = before.leaf_count + out->leaves.size();
}

// Appends a configuration leaf.
void AddConfiguration(const LogHead& before, Height height, ByteView configuration,
                      BlockLeaves* out) {
  auto index = static_cast<uint32_t>(out->leaves.size());
  uint64_t leaf = before.leaf_count + index;
  Writer number;
  number.U64(leaf);
  Hash content = TaggedHash("conf", {Fixed(Sha256(configuration)), Fixed(before.configuration_hash),
                                     FixedRaw(number.bytes())});
  out->leaves.push_back(EncodeLogLeaf({LeafKind::kConfiguration, height, index, content, Hash{}}));
  out->head.configuration_hash = content;
  out->head.configuration_leaf = leaf;
}

}  // namespace

Bytes EncodeLogLeaf(const LogLeaf& leaf) {
  Writer w;
  w.Raw(kMagic).U8(static_cast<uint8_t>(leaf.kind)).U64(leaf.height.value()).U32(leaf.index);
  w.Raw(leaf.content).Raw(leaf.outcome);
  return w.Take();
}

Result<LogLeaf> DecodeLogLeaf(ByteView bytes) {
  Reader r(bytes);
  LogLeaf leaf;
  ByteView magic = r.Raw(kMagic.size());
  uint8_t kind = r.U8();
  leaf.height = Height(r.U64());
  leaf.index = r.U32();
  leaf.content = r.Take<Hash>();
  leaf.outcome = r.Take<Hash>();
  SUYUAN_RETURN_IF_ERROR(r.Finish("a log leaf"));
  if (magic != kMagic) return Error{ErrorCode::kFormat, "a log leaf starts with SYL1"};
  if (kind < 1 || kind > 3) return Error{ErrorCode::kFormat, "unknown kind of log leaf"};
  leaf.kind = static_cast<LeafKind>(kind);
  if (leaf.kind != LeafKind::kTransaction && !leaf.outcome.is_zero())
    return Error{ErrorCode::kFormat, "only a transaction's leaf has an outcome"};
  return leaf;
}

BlockLeaves MakeBlockLeaves(const LogHead& before, const BlockHeader& header,
                            const Hash& entry_hash, ByteView configuration,
                            const std::vector<ExecutedTransaction>& transactions,
                            const Hash& state_root) {
  BlockLeaves out;
  out.head = before;
  out.leaves.reserve(transactions.size() + 2);
  for (const ExecutedTransaction& tx : transactions) {
    Hash content = TaggedHash("txleaf", {Fixed(tx.id), Fixed(tx.signatures_hash)});
    out.leaves.push_back(EncodeLogLeaf(
        {LeafKind::kTransaction, header.height, tx.position, content, Sha256(tx.outcome)}));
  }
  if (header.kind == BlockKind::kConfiguration)
    AddConfiguration(before, header.height, configuration, &out);
  CloseBlock(before, header.height, {entry_hash, header.time_ms, header.term, header.proposer},
             state_root, &out);
  return out;
}

BlockLeaves MakeGenesisLeaves(const LedgerId& ledger, uint64_t time_ms, ByteView configuration,
                              const Hash& state_root) {
  BlockLeaves out;
  LogHead before;
  AddConfiguration(before, Height(0), configuration, &out);
  Hash entry_hash;
  entry_hash.data = ledger.data;
  CloseBlock(before, Height(0), {entry_hash, time_ms, Term(0), KeyId{}}, state_root, &out);
  return out;
}

}  // namespace suyuan::ledger
