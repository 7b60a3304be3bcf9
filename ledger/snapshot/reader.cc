#include "ledger/snapshot/reader.h"

#include <utility>

#include "common/codec.h"
#include "common/hash.h"
#include "ledger/state_tree.h"
#include "ledger/verify/trie.h"

namespace suyuan::ledger {
namespace {

constexpr uint8_t kSeenTable = 0x08;  // namespace `seen` (formats §1)
constexpr uint64_t kMinuteMs = 60'000;

Error Wrong(std::string why) { return Error{ErrorCode::kProof, std::move(why)}; }
Error Malformed(const char* why) { return Error{ErrorCode::kFormat, why}; }

}  // namespace

struct SnapshotReader::StateLeaves {
  std::vector<verify::TrieLeaf> list;
};

SnapshotReader::SnapshotReader(SnapshotManifest manifest)
    : manifest_(std::move(manifest)),
      height_(manifest_.header.height),
      leaves_(std::make_unique<StateLeaves>()) {}

SnapshotReader::~SnapshotReader() = default;

Status SnapshotReader::Take(ByteView chunk, const ChunkReader::Visitor& visit) {
  const std::string name = "chunk " + std::to_string(taken_);
  if (taken_ == manifest_.chunks.size()) return Wrong(name + " is one too many");
  const SnapshotChunk& expected = manifest_.chunks[taken_];
  if (chunk.size() != expected.bytes || Sha256(chunk) != expected.hash)
    return Wrong(name + " is not the one that the manifest names");
  ++taken_;
  return chunks_.Take(chunk, [&](const SnapshotPair& pair) -> Status {
    SUYUAN_RETURN_IF_ERROR(TakePair(pair));
    return visit ? visit(pair) : Status();
  });
}

Status SnapshotReader::TakePair(const SnapshotPair& pair) {
  switch (SectionOf(pair.table)) {
    case SnapshotSection::kState:
      ++counts_.state;
      leaves_->list.push_back({StateKey(pair.table, pair.key), Sha256(pair.value)});
      if (pair.table == kSeenTable) {
        if (pair.key.size() != sizeof(uint64_t)) return Malformed("a dedupe key is no minute");
        seen_[Reader(pair.key).U64()] = pair.value;
      }
      return {};
    case SnapshotSection::kIndexes:
      ++counts_.indexes;
      return {};
    case SnapshotSection::kTransactions:
      ++counts_.transactions;
      return TakeTransaction(pair);
  }
  return Malformed("a pair of no section");
}

// The minute has not ended when the block was made, so its chain still stands in the state.
bool SnapshotReader::IsLive(uint64_t minute) const {
  return minute >= manifest_.header.time_ms / kMinuteMs;
}

Status SnapshotReader::TakeTransaction(const SnapshotPair& pair) {
  Reader key(pair.key), value(pair.value);
  const uint64_t leaf = key.U64(), height = value.U64();
  value.U32();  // position
  const auto id = value.Take<TxId>();
  const uint64_t minute = value.U64() / kMinuteMs;
  const uint8_t applied = value.U8();
  if (!key.Finish("").ok() || !value.Finish("").ok() || applied > 1 || height == 0 ||
      height > height_.value() || height < block_ || leaf + 1 >= manifest_.log_size())
    return Malformed("a transaction of a snapshot stands where none can");
  if (height != block_) CloseBlock();
  block_ = height;
  if (IsLive(minute)) ids_[minute] += id.view();
  return {};
}

// H("seen", previous ‖ ids of one block)
void SnapshotReader::CloseBlock() {
  for (const auto& [minute, ids] : std::exchange(ids_, {})) {
    Bytes& chain = derived_.try_emplace(minute, Hash::kSize, '\0').first->second;
    chain = TaggedHash("seen", {FixedRaw(chain), FixedRaw(ids)}).str();
  }
}

Status SnapshotReader::Finish() {
  if (taken_ != manifest_.chunks.size())
    return Wrong("only " + std::to_string(taken_) + " of " +
                 std::to_string(manifest_.chunks.size()) + " chunks are here");
  if (verify::TrieRootOf(leaves_->list) != manifest_.state_root)
    return Wrong("the state does not have the root that the block's header leaf names");
  CloseBlock();
  std::erase_if(seen_, [this](const auto& chain) { return !IsLive(chain.first); });
  if (seen_ != derived_)
    return Wrong("the transactions that have not expired are not those of the dedupe chains");
  return {};
}

}  // namespace suyuan::ledger
