#include "ledger/verify/data_dir.h"

#include <algorithm>
#include <future>

#include "common/codec.h"
#include "common/hash.h"
#include "ledger/verify/block_check.h"
#include "ledger/verify/census.h"
#include "ledger/verify/database.h"
#include "ledger/verify/mark_check.h"

namespace suyuan::ledger::verify {
namespace {

constexpr size_t kLeafBytes = 81;
constexpr size_t kLeafIndexAt = 4 + 1 + 8;  // formats §5
constexpr uint64_t kTileLeaves = 256;

Error Damaged(std::string why) { return Error{ErrorCode::kCorrupt, std::move(why)}; }

Bytes Key(char prefix, uint64_t n) {
  return Writer().U8(static_cast<uint8_t>(prefix)).U64(n).Take();
}

class DataDirectory final : public LedgerSource {
 public:
  Status Open(const std::string& directory);
  Result<uint64_t> AppliedHeight() override;
  Result<StoredBlock> Block(uint64_t height) override;
  Status CheckNode(unsigned level, uint64_t n, const Hash& derived) override;
  Status CheckRest(const Derived& derived, uint64_t* bad_height) override;
  Result<bool> ScanState(const StateVisitor& visit) override;
  Result<std::optional<std::string>> CheckpointNote() override;

 private:
  // The value under a key that mostly follows the last one that was read with this cursor.
  static Result<std::optional<Bytes>> Read(Cursor& cursor, const Database& database, ByteView key);
  class SealedItems;
  bool ReadInOrder(uint64_t height, StoredBlock* out);
  Status ReadByKey(uint64_t height, StoredBlock* out) const;
  Status ReadEntry(uint64_t height, StoredBlock* out);
  Status ReadLeaves(uint64_t height, StoredBlock* out);
  Status ReadOutcomes(uint64_t height, StoredBlock* out);
  Status ReadSummary(uint64_t height, StoredBlock* out);
  Status CheckFormat(const Database& database, const LedgerId& ledger) const;
  Status CheckTail(const Derived& derived, uint64_t* bad_height);
  Status CheckHardState(uint64_t last_entry) const;
  Status CheckIndexes(const Derived& derived) const;
  Status CheckHead(const Derived& derived) const;

  std::string directory_;
  Database log_, state_;
  Cursor entries_{log_}, heads_{log_};
  Cursor leaves_{state_}, outcomes_{state_}, summaries_{state_};
  uint64_t next_leaf_ = 0;
  std::vector<Hash> tile_;  // leaf hashes of the tile that is growing
  Census census_;
};

Status DataDirectory::Open(const std::string& directory) {
  directory_ = directory;
  // Each reads its write-ahead log into memory first.
  auto state = std::async(std::launch::async, [&] { return state_.Open(directory + "/state"); });
  Status log = log_.Open(directory + "/log");
  Status opened = state.get();
  return log.ok() ? std::move(opened) : std::move(log);
}

Result<uint64_t> DataDirectory::AppliedHeight() {
  // Not from the head, which is one value: from the blocks that are there.
  uint64_t highest = 0;
  Status scanned = state_.Scan("b", [&](ByteView key, ByteView) {
    if (key.size() != 9 || key[0] != 'b') return false;
    highest = std::max(highest, Reader(key.substr(1)).U64());
    return true;
  });
  // What cannot be scanned is found block by block; the head says how far there should be blocks.
  auto head = state_.Get("zhead");
  if (head.ok() && head->has_value()) highest = std::max(highest, Reader(**head).U64());
  if (!scanned.ok() && highest == 0) return std::move(scanned).error();
  return highest;
}

Result<std::optional<Bytes>> DataDirectory::Read(Cursor& cursor, const Database& database,
                                                 ByteView key) {
  if (auto value = cursor.Following(key)) return std::optional<Bytes>(*value);
  return database.Get(key);
}

// Collects what follows the entry under its height, one pair at a time.
class DataDirectory::SealedItems {
 public:
  SealedItems(uint64_t height, StoredBlock* out) : first_(Key('e', height) + '\1'), out_(out) {
    out_->sealed_items.clear();
  }
  // False when the pair is none of them.
  bool Take(ByteView key, ByteView value) {
    if (key.substr(0, first_.size()) != first_) return false;
    gap_ = gap_ || key.size() != first_.size() + sizeof(uint32_t) ||
           Reader(key.substr(first_.size())).U32() != out_->sealed_items.size();
    out_->sealed_items.emplace_back(value);
    return true;
  }
  const Bytes& first() const { return first_; }
  bool gap() const { return gap_; }

 private:
  const Bytes first_;
  StoredBlock* const out_;
  bool gap_ = false;
};

// Entry and sealed items as the cursor sees them, which passes over what is damaged.
bool DataDirectory::ReadInOrder(uint64_t height, StoredBlock* out) {
  std::optional<ByteView> entry = entries_.At(Key('e', height) + '\0');
  if (!entry) return false;
  out->entry = *entry;
  SealedItems items(height, out);
  for (auto pair = entries_.Next(); pair && items.Take(pair->first, pair->second);)
    pair = entries_.Next();
  return entries_.ok() && !items.gap();
}

Status DataDirectory::ReadByKey(uint64_t height, StoredBlock* out) const {
  SUYUAN_ASSIGN_OR_RETURN(auto entry, log_.Get(Key('e', height) + '\0'));
  if (!entry) return Damaged("the entry is missing");
  out->entry = *std::move(entry);
  SealedItems items(height, out);
  SUYUAN_RETURN_IF_ERROR(log_.Scan(
      items.first(), [&](ByteView key, ByteView value) { return items.Take(key, value); }));
  if (items.gap()) return Damaged("a sealed item is missing");
  return {};
}

Status DataDirectory::ReadEntry(uint64_t height, StoredBlock* out) {
  if (!ReadInOrder(height, out)) SUYUAN_RETURN_IF_ERROR(ReadByKey(height, out));
  if (out->entry.size() < 159) return Damaged("the entry is cut");
  SUYUAN_ASSIGN_OR_RETURN(auto head, Read(heads_, log_, Key('h', height)));
  Writer expected;
  ByteView header = ByteView(out->entry).substr(0, 159);
  expected.Raw(header.substr(15, 8)).Raw(TaggedHash("entry", {FixedRaw(header)}));
  expected.Raw(Sha256(out->entry));
  Bytes checked = Writer().U64(height).Raw(expected.bytes()).Take();
  expected.Raw(Sha256(checked).view().substr(0, 8));
  if (!head || *head != expected.bytes()) return Damaged("the entry's head does not match it");
  return {};
}

Status DataDirectory::ReadLeaves(uint64_t height, StoredBlock* out) {
  SUYUAN_ASSIGN_OR_RETURN(auto leaves, Read(leaves_, state_, Key('l', next_leaf_)));
  if (!leaves) return Damaged("the log leaves are missing");
  Reader r(*leaves);
  if (r.U64() != height || r.remaining() % kLeafBytes != 0)
    return Damaged("the log leaves are malformed");
  while (!r.empty()) out->leaves.emplace_back(r.Raw(kLeafBytes));
  return {};
}

Status DataDirectory::ReadOutcomes(uint64_t height, StoredBlock* out) {
  SUYUAN_ASSIGN_OR_RETURN(auto stored, Read(outcomes_, state_, Key('o', height)));
  if (!stored) return {};
  Reader r(*stored);
  bool ordered = r.U64() == next_leaf_;
  uint32_t count = r.U32(), end = 0;
  std::vector<uint32_t> sizes;
  for (uint32_t i = 0; i < count && !r.failed(); ++i) {
    // The leaves are still to be derived; here it counts that both name one position.
    uint32_t position = r.U32(), stop = r.U32();
    ordered = ordered && i < out->leaves.size() &&
              Reader(ByteView(out->leaves[i]).substr(kLeafIndexAt)).U32() == position;
    ordered = ordered && stop >= end;
    sizes.push_back(stop - end);
    end = stop;
  }
  if (!ordered) return Damaged("the outcomes are malformed");
  for (uint32_t size : sizes) out->outcomes.emplace_back(r.Raw(size));
  return r.Finish("outcomes");
}

// LogHead (height, leaf count, entry hash, header leaf hash, configuration hash, its leaf, time,
// state root) and the log's root.
Status DataDirectory::ReadSummary(uint64_t height, StoredBlock* out) {
  SUYUAN_ASSIGN_OR_RETURN(auto summary, Read(summaries_, state_, Key('b', height)));
  if (!summary) return Damaged("the block's summary is missing");
  Reader r(*summary);
  uint64_t named = r.U64();
  out->leaf_count = r.U64();
  out->entry_hash = r.Take<Hash>();
  out->header_leaf_hash = r.Take<Hash>();
  out->configuration_hash = r.Take<Hash>();
  out->configuration_leaf = r.U64();
  out->time_ms = r.U64();
  out->state_root = r.Take<Hash>();
  out->log_root = r.Take<Hash>();
  if (named != height) return Damaged("the block's summary names another height");
  return r.Finish("summary");
}

Result<StoredBlock> DataDirectory::Block(uint64_t height) {
  StoredBlock out;
  if (height > 0) SUYUAN_RETURN_IF_ERROR(ReadEntry(height, &out));
  SUYUAN_RETURN_IF_ERROR(ReadLeaves(height, &out));
  SUYUAN_RETURN_IF_ERROR(ReadOutcomes(height, &out));
  SUYUAN_RETURN_IF_ERROR(ReadSummary(height, &out));
  next_leaf_ += out.leaves.size();
  return out;
}

// Only full tiles of leaf hashes and the roots of 256, 65536 … leaves are stored.
Status DataDirectory::CheckNode(unsigned level, uint64_t n, const Hash& derived) {
  if (level == 0) {
    tile_.push_back(derived);
    if (tile_.size() < kTileLeaves) return {};
    Writer expected;
    for (const Hash& hash : tile_) expected.Raw(hash);
    tile_.clear();
    SUYUAN_ASSIGN_OR_RETURN(auto stored,
                            state_.Get(Writer().U8('n').U8(0).U64(n / kTileLeaves).Take()));
    if (!stored || *stored != expected.bytes())
      return Damaged("tile " + std::to_string(n / kTileLeaves) + " of the log does not match");
  } else if (level % 8 == 0) {
    SUYUAN_ASSIGN_OR_RETURN(
        auto stored,
        state_.Get(Writer().U8('n').U8(static_cast<uint8_t>(level / 8)).U64(n).Take()));
    if (!stored || *stored != derived.view())
      return Damaged("a subtree hash of the log does not match");
  }
  return {};
}

Result<bool> DataDirectory::ScanState(const StateVisitor& visit) {
  // One pass over everything: what CheckIndexes needs is noted on the way.
  Census census;
  SUYUAN_RETURN_IF_ERROR(state_.Scan("", [&](ByteView key, ByteView value) {
    census.Take(key, value);
    if (key.size() >= 2 && key[0] == 'k') visit(static_cast<uint8_t>(key[1]), key.substr(2), value);
    return true;
  }));
  census_ = std::move(census);
  return true;
}

Result<std::optional<std::string>> DataDirectory::CheckpointNote() {
  return state_.Get("zcheckpoint");
}

Status DataDirectory::CheckFormat(const Database& database, const LedgerId& ledger) const {
  SUYUAN_ASSIGN_OR_RETURN(auto format, database.Get("zformat"));
  if (!format || *format != Writer().Raw("SYST").U16(1).Raw(ledger).Take())
    return Damaged("the database's format mark does not fit this ledger");
  return {};
}

// Entries above the applied height: committed but not executed, or still uncommitted.
Status DataDirectory::CheckTail(const Derived& derived, uint64_t* bad_height) {
  uint64_t height = derived.height;
  Hash previous = derived.entry_hash;
  for (;; ++height) {
    SUYUAN_ASSIGN_OR_RETURN(auto next, log_.Get(Key('e', height + 1) + Bytes(1, '\0')));
    if (!next) break;
    *bad_height = height + 1;
    StoredBlock block;
    SUYUAN_RETURN_IF_ERROR(ReadEntry(height + 1, &block));
    std::vector<SignatureJob> jobs;
    SUYUAN_ASSIGN_OR_RETURN(BlockFacts facts, CheckStoredEntry(block.entry, derived.ledger, &jobs));
    SUYUAN_RETURN_IF_ERROR(CheckSealedItems(block.entry, facts, block.sealed_items));
    if (facts.height != height + 1 || facts.prev_entry_hash != previous)
      return Damaged("an entry above the applied height is not linked to the one before");
    if (!std::all_of(jobs.begin(), jobs.end(), Verify))
      return Damaged("a signature above the applied height is not valid");
    previous = facts.entry_hash;
  }
  SUYUAN_RETURN_IF_ERROR(CheckMark(directory_, log_, height, bad_height));
  SUYUAN_RETURN_IF_ERROR(CheckHardState(height));
  // Nothing else may stand in the log: every key is of a known kind and within the entries.
  // Up to the applied height the cursor has seen all keys, unless it had to jump.
  const Bytes from = entries_.contiguous() ? Key('e', derived.height + 1) : Bytes();
  bool strange = false;
  SUYUAN_RETURN_IF_ERROR(log_.Scan(from, [&](ByteView key, ByteView) {
    bool numbered = key.size() >= 9 && (key[0] == 'e' || key[0] == 'h');
    strange = strange || !(numbered ? Reader(key.substr(1)).U64() <= height
                                    : key == "zformat" || key == "zhard" || key == "zfloor");
    return true;
  }));
  if (strange) return Damaged("the log holds a key that does not belong there");
  *bad_height = derived.height;
  return {};
}

Status DataDirectory::CheckHardState(uint64_t last_entry) const {
  SUYUAN_ASSIGN_OR_RETURN(auto hard, log_.Get("zhard"));
  if (!hard) return {};
  Reader r(*hard);
  r.U64();
  r.U32();
  uint64_t commit = r.U64();
  SUYUAN_RETURN_IF_ERROR(r.Finish("hard state"));
  if (commit > last_entry) return Damaged("the commit index lies beyond the log");
  return {};
}

// Every value of the state database belongs to something that was verified, and nothing is missing.
Status DataDirectory::CheckIndexes(const Derived& derived) const {
  std::string strange = census_.strange;
  for (const Census::Place& place : census_.places) {
    if (!strange.empty()) break;
    const auto known = derived.locate(place.id);
    if (!known || (*known)[0] != place.height || (*known)[3] != place.ordinal)
      strange = HexEncode(Bytes(1, 't').append(place.id.view()));
  }
  if (!strange.empty()) return Damaged("key " + strange + " of the state does not fit the ledger");
  const auto& counts = census_.counts;
  uint64_t tiers = 0;
  for (uint64_t n = derived.leaf_count / kTileLeaves; n > 0; n /= kTileLeaves)
    tiers += n;  // roots of 256, 65536 … leaves
  if (counts['b'] != derived.height + 1 || counts['l'] != derived.height + 1 ||
      counts['t'] != derived.transactions ||
      counts['n'] != tiers + derived.leaf_count / kTileLeaves)
    return Damaged("the state database holds more or fewer records than the ledger has");
  return {};
}

Status DataDirectory::CheckHead(const Derived& derived) const {
  SUYUAN_ASSIGN_OR_RETURN(auto head, state_.Get("zhead"));
  SUYUAN_ASSIGN_OR_RETURN(auto summary, state_.Get(Key('b', derived.height)));
  // The head repeats the last summary but for the log's root, and adds the tree's right edge.
  size_t common = summary ? summary->size() - Hash::kSize : 0;
  if (!head || !summary || head->substr(0, common) != summary->substr(0, common))
    return Damaged("the head does not match the last block");
  Reader r(ByteView(*head).substr(common));
  std::vector<Hash> edge(r.U8());
  for (Hash& root : edge) root = r.Take<Hash>();
  SUYUAN_RETURN_IF_ERROR(r.Finish("head"));
  Hash root = edge.empty() ? Sha256("") : edge.back();
  for (size_t i = edge.size(); i-- > 1;) root = MerkleNodeHash(edge[i - 1], root);
  if (root != derived.log_root) return Damaged("the right edge of the log tree does not match");
  return {};
}

Status DataDirectory::CheckRest(const Derived& derived, uint64_t* bad_height) {
  for (const Database* database : {&log_, &state_})
    SUYUAN_RETURN_IF_ERROR(CheckFormat(*database, derived.ledger));
  SUYUAN_RETURN_IF_ERROR(CheckTail(derived, bad_height));
  SUYUAN_RETURN_IF_ERROR(CheckHead(derived));
  SUYUAN_RETURN_IF_ERROR(CheckIndexes(derived));
  for (const Database* database : {&log_, &state_})
    if (!database->damage().empty()) return Damaged(database->damage());
  return {};
}

}  // namespace

Result<std::unique_ptr<LedgerSource>> OpenDataDirectory(const std::string& directory) {
  auto source = std::make_unique<DataDirectory>();
  SUYUAN_RETURN_IF_ERROR(source->Open(directory));
  return std::unique_ptr<LedgerSource>(std::move(source));
}

}  // namespace suyuan::ledger::verify
