// The state tree of docs/formats.md §6, written down as its definition says and as slowly: from
// the whole set of keys each time. What the real tree is compared with.
#pragma once

#include <map>
#include <optional>
#include <random>

#include "common/hash.h"
#include "ledger/state_tree.h"

namespace suyuan::ledger::test {

using KeyValues = std::map<Hash, Hash>;  // rising keys

inline bool KeyBit(const Hash& key, size_t i) { return (key.data[i / 8] & (0x80 >> (i % 8))) != 0; }

// Hash of the keys in [begin, end), which share their first `depth` bits.
inline Hash ReferenceHash(KeyValues::const_iterator begin, KeyValues::const_iterator end,
                          size_t depth) {
  if (begin == end) return Hash{};
  if (std::next(begin) == end)
    return Sha256(Bytes(1, '\0') + begin->first.str() + begin->second.str());
  auto middle = begin;
  while (middle != end && !KeyBit(middle->first, depth)) ++middle;
  return Sha256(Bytes(1, '\1') + ReferenceHash(begin, middle, depth + 1).str() +
                ReferenceHash(middle, end, depth + 1).str());
}
inline Hash ReferenceRoot(const KeyValues& keys) {
  return ReferenceHash(keys.begin(), keys.end(), 0);
}

inline Hash RandomHash(std::mt19937_64& random) {
  Hash hash;
  for (uint8_t& byte : hash.data) byte = static_cast<uint8_t>(random());
  return hash;
}

// Page store in memory, as the node's store would be. Counts its reads.
class MapPages : public PageStore {
 public:
  Result<std::optional<Bytes>> Load(ByteView id) const override {
    ++loads;
    if (fail_at != 0 && loads == fail_at) return Error{ErrorCode::kIo, "injected"};
    auto it = pages.find(Bytes(id));
    if (it == pages.end()) return std::optional<Bytes>();
    return std::optional<Bytes>(it->second);
  }
  void Write(const std::vector<std::pair<Bytes, std::optional<Bytes>>>& batch) {
    for (const auto& [id, bytes] : batch) {
      if (bytes)
        pages[id] = *bytes;
      else
        pages.erase(id);
    }
  }
  std::map<Bytes, Bytes> pages;
  mutable uint64_t loads = 0;
  uint64_t fail_at = 0;
};

}  // namespace suyuan::ledger::test
