#include "ledger/state_page.h"

#include <algorithm>

#include "common/codec.h"
#include "ledger/state_hash.h"

namespace suyuan::ledger::internal {
namespace {

constexpr uint8_t kBucketTag = 1;
constexpr uint8_t kInteriorTag = 2;
constexpr uint64_t kKeysMax = uint64_t{1} << 48;  // sums over 16 children stay far from overflow

Hash Prefix(const Hash& key, unsigned nibbles) {
  Hash prefix;
  std::copy_n(key.data.begin(), (nibbles + 1) / 2, prefix.data.begin());
  if (nibbles % 2 != 0) prefix.data[nibbles / 2] &= 0xF0;
  return prefix;
}

Error Corrupt(const char* what) {
  return Error{ErrorCode::kCorrupt, std::string("state tree page: ") + what};
}

Result<std::unique_ptr<Page>> DecodeBucket(const Hash& key, unsigned nibbles, Reader& reader) {
  std::vector<Bucket::Entry> entries(reader.U8());
  if (entries.empty() || entries.size() > kBucketKeysMax) return Corrupt("number of keys");
  for (auto& entry : entries) {
    entry.key = reader.Take<Hash>();
    entry.value_hash = reader.Take<Hash>();
    entry.leaf_hash = StateLeafHash(entry.key, entry.value_hash);
    if (CommonBits(entry.key, key) < 4 * nibbles) return Corrupt("a key of another page");
    if (&entry != entries.data() && (&entry - 1)->key >= entry.key) return Corrupt("order of keys");
  }
  if (!reader.Finish("page").ok()) return Corrupt("length");
  return std::unique_ptr<Page>(std::make_unique<Bucket>(nibbles, std::move(entries)));
}

Result<std::unique_ptr<Page>> DecodeInterior(const Hash& key, unsigned nibbles, Reader& reader) {
  auto page = std::make_unique<Interior>(key, nibbles);
  uint16_t bitmap = reader.U16();
  for (unsigned i = 0; i < kChildren; ++i) {
    if ((bitmap >> i & 1) == 0) continue;
    uint64_t keys = reader.U64();
    page->child(i) = {reader.Take<Hash>(), keys};
    if (keys == 0 || keys > kKeysMax) return Corrupt("number of keys");
  }
  if (!reader.Finish("page").ok()) return Corrupt("length");
  page->Refresh(bitmap);
  if (page->summary().keys <= kBucketKeysMax) return Corrupt("number of keys");
  return std::unique_ptr<Page>(std::move(page));
}

}  // namespace

Bytes PageId(const Hash& key, unsigned nibbles) {
  Hash prefix = Prefix(key, nibbles);
  return Bytes(1, static_cast<char>(nibbles)).append(prefix.view().substr(0, (nibbles + 1) / 2));
}

Result<std::unique_ptr<Page>> DecodePage(const Hash& key, unsigned nibbles, ByteView bytes) {
  Reader reader(bytes);
  switch (reader.U8()) {
    case kBucketTag:
      return DecodeBucket(key, nibbles, reader);
    case kInteriorTag:
      if (4 * nibbles >= kKeyBits) return Corrupt("deeper than a key");
      return DecodeInterior(key, nibbles, reader);
    default:
      return Corrupt("unknown kind");
  }
}

Page::Page(const Hash& key, unsigned nibbles_of_key)
    : prefix(Prefix(key, nibbles_of_key)), nibbles(nibbles_of_key) {}

Bytes Page::Id() const { return PageId(prefix, nibbles); }

Subtree Join(const Subtree& left, const Subtree& right) {
  uint64_t keys = left.keys + right.keys;
  if (keys <= 1) return left.keys == 1 ? left : right;
  return {MerkleNodeHash(left.hash, right.hash), keys};
}

bool Interior::HasCachedChildren() const {
  return std::any_of(pages_.begin(), pages_.end(),
                     [](const auto& page) { return page != nullptr; });
}

void Interior::Refresh(uint16_t changed_children) {
  uint32_t changed = uint32_t{changed_children} << kChildren;
  for (unsigned i = kChildren - 1; i >= 1; --i) {
    if ((changed >> (2 * i) & 3) == 0) continue;
    changed |= 1u << i;
    nodes_[i] = Join(nodes_[2 * i], nodes_[2 * i + 1]);
  }
}

unsigned Interior::Prove(const Hash& key, StateProof& proof) const {
  unsigned node = 1, wanted = kChildren + Nibble(key, nibbles);
  for (unsigned level = 4; level-- > 0 && nodes_[node].keys > 1;) {
    node = wanted >> level;
    proof.siblings.push_back(nodes_[node ^ 1].hash);
  }
  if (nodes_[node].keys == 0) return kChildren;
  while (node < kChildren) node = 2 * node + (nodes_[2 * node].keys == 0 ? 1 : 0);
  return node - kChildren;
}

Bytes Interior::Encode() const {
  uint16_t bitmap = 0;
  size_t count = 0;
  for (unsigned i = 0; i < kChildren; ++i) {
    if (child(i).keys == 0) continue;
    bitmap = static_cast<uint16_t>(bitmap | 1u << i);
    ++count;
  }
  Writer writer;
  writer.Reserve(3 + count * (8 + Hash::kSize)).U8(kInteriorTag).U16(bitmap);
  for (unsigned i = 0; i < kChildren; ++i)
    if (child(i).keys > 0) writer.U64(child(i).keys).Raw(child(i).hash);
  return writer.Take();
}

const Page* Interior::Prefetch(const Hash& key) const {
  const Page* page = pages_[Nibble(key, nibbles)].get();
  if (page == nullptr) return nullptr;
  // The cache lines of a bucket's own fields, and of an interior page's first ones.
  const char* bytes = reinterpret_cast<const char*>(page);
  for (size_t at = 0; at < sizeof(Bucket); at += 64) __builtin_prefetch(bytes + at);
  return page;
}

const Page* Bucket::Prefetch(const Hash&) const {
  for (const Entry& entry : entries_) {
    __builtin_prefetch(&entry);
    __builtin_prefetch(&entry.leaf_hash);
  }
  return nullptr;
}

Bytes Bucket::Encode() const {
  Writer writer;
  writer.Reserve(2 + entries_.size() * 2 * Hash::kSize);
  writer.U8(kBucketTag).U8(static_cast<uint8_t>(entries_.size()));
  for (const Entry& entry : entries_) writer.Raw(entry.key).Raw(entry.value_hash);
  return writer.Take();
}

}  // namespace suyuan::ledger::internal
