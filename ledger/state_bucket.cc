#include <algorithm>

#include "ledger/state_hash.h"
#include "ledger/state_page.h"

namespace suyuan::ledger::internal {
namespace {

// An insertion before `position`, or the removal of the entry there.
struct Edit {
  size_t position;
  const TreeUpdate* update;
};

Bucket::Entry MakeEntry(const TreeUpdate& update) {
  return {update.key, *update.value_hash, StateLeafHash(update.key, *update.value_hash), {}};
}

std::vector<Bucket::Entry> Merge(const std::vector<Bucket::Entry>& entries,
                                 const std::vector<Edit>& edits) {
  std::vector<Bucket::Entry> merged;
  merged.reserve(entries.size() + edits.size());
  auto next = entries.begin();
  for (const auto& [position, update] : edits) {
    auto until = entries.begin() + static_cast<std::ptrdiff_t>(position);
    merged.insert(merged.end(), next, until);
    next = until;
    if (update->value_hash)
      merged.push_back(MakeEntry(*update));
    else
      ++next;
  }
  merged.insert(merged.end(), next, entries.end());
  return merged;
}

}  // namespace

Bucket::Bucket(unsigned nibbles_of_key, std::vector<Entry> entries)
    : Page(entries.at(0).key, nibbles_of_key), entries_(std::move(entries)) {
  hash_ = Rebuild(0, entries_.size(), 4 * nibbles);
}

Subtree Bucket::summary() const { return {hash_, entries_.size()}; }

bool Bucket::Apply(SortedUpdates updates) {
  std::vector<Edit> edits;
  size_t unchanged = 0;
  auto at = entries_.begin();
  for (const TreeUpdate* update : updates) {
    at = std::lower_bound(at, entries_.end(), update->key, [](const Entry& entry, const Hash& key) {
      return KeyLess(entry.key, key);
    });
    bool present = at != entries_.end() && at->key == update->key;
    if (present ? update->value_hash == at->value_hash : !update->value_hash) {
      ++unchanged;
      continue;
    }
    if (present && update->value_hash) {
      at->value_hash = *update->value_hash;
      at->leaf_hash = StateLeafHash(at->key, at->value_hash);
    } else {
      edits.push_back({static_cast<size_t>(at - entries_.begin()), update});
    }
  }
  if (unchanged == updates.size()) return false;
  if (!edits.empty()) entries_ = Merge(entries_, edits);
  if (entries_.size() <= kBucketKeysMax) hash_ = Refresh(0, entries_.size(), 4 * nibbles, updates);
  return true;
}

// First entry of the range whose bit is set; all share the bits before it.
size_t Bucket::SplitPoint(size_t begin, size_t end, unsigned bit) const {
  auto first = entries_.begin();
  auto split = std::partition_point(first + static_cast<std::ptrdiff_t>(begin),
                                    first + static_cast<std::ptrdiff_t>(end),
                                    [bit](const Entry& entry) { return !Bit(entry.key, bit); });
  return static_cast<size_t>(split - first);
}

Hash Bucket::RangeHash(size_t begin, size_t end, unsigned depth) const {
  if (begin == end) return kEmptyHash;
  if (end - begin == 1) return entries_[begin].leaf_hash;
  const Hash& first = entries_[begin].key;
  unsigned split = CommonBits(first, entries_[end - 1].key);
  return Lift(entries_[SplitPoint(begin, end, split) - 1].branch, first, split, depth);
}

Hash Bucket::Rebuild(size_t begin, size_t end, unsigned depth) {
  if (end - begin <= 1) return RangeHash(begin, end, depth);
  unsigned split = CommonBits(entries_[begin].key, entries_[end - 1].key);
  size_t middle = SplitPoint(begin, end, split);
  Hash left = Rebuild(begin, middle, split + 1);
  Hash branch = MerkleNodeHash(left, Rebuild(middle, end, split + 1));
  entries_[middle - 1].branch = branch;
  return Lift(branch, entries_[begin].key, split, depth);
}

// Recomputes the branches above updated keys. A branch with no change under its prefix is as it
// was: its two neighbours were neighbours before, so its hash came along with the left one.
Hash Bucket::Refresh(size_t begin, size_t end, unsigned depth, SortedUpdates updated) {
  if (updated.empty() || end - begin <= 1) return RangeHash(begin, end, depth);
  unsigned split = CommonBits(entries_[begin].key, entries_[end - 1].key);
  size_t middle = SplitPoint(begin, end, split);
  const Hash& right_key = entries_[middle].key;
  // A deleted key has no entry; it belongs to the half whose prefix it has.
  auto is_left = [&](const TreeUpdate* update) {
    return CommonBits(update->key, right_key) <= split && KeyLess(update->key, right_key);
  };
  auto cut = static_cast<size_t>(std::partition_point(updated.begin(), updated.end(), is_left) -
                                 updated.begin());
  Hash left = Refresh(begin, middle, split + 1, updated.first(cut));
  Hash branch = MerkleNodeHash(left, Refresh(middle, end, split + 1, updated.subspan(cut)));
  entries_[middle - 1].branch = branch;
  return Lift(branch, entries_[begin].key, split, depth);
}

void Bucket::Prove(const Hash& key, StateProof& proof) const {
  size_t begin = 0, end = entries_.size();
  for (unsigned depth = 4 * nibbles; end - begin > 1; ++depth) {
    size_t middle = SplitPoint(begin, end, depth);
    if (Bit(key, depth)) {
      proof.siblings.push_back(RangeHash(begin, middle, depth + 1));
      begin = middle;
    } else {
      proof.siblings.push_back(RangeHash(middle, end, depth + 1));
      end = middle;
    }
  }
  if (begin != end) proof.leaf.emplace(entries_[begin].key, entries_[begin].value_hash);
}

}  // namespace suyuan::ledger::internal
