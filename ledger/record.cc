// Records and their leaves (docs/formats.md §2): decoding into views.
#include <algorithm>
#include <bit>

#include "common/check.h"
#include "common/codec.h"
#include "common/encoding.h"
#include "common/hash.h"
#include "common/hash_many.h"
#include "common/json.h"
#include "ledger/transaction.h"

namespace suyuan::ledger {
namespace {

constexpr ByteView kMagic = "SYR1";
constexpr uint8_t kSubjectNone = 0;
constexpr uint8_t kSubjectClear = 1;
constexpr uint32_t kPaddedLengthMin = 64;

Error Refusal(std::string why) { return Error{ErrorCode::kFormat, std::move(why)}; }

// Sizes and form of the id that follows an entity kind.
Status CheckSubject(EntityKind kind, ByteView id) {
  switch (kind) {
    case EntityKind::kParty: {
      auto party = ParsePartyId(id);
      if (!party.ok()) return std::move(party).error();
      return {};
    }
    case EntityKind::kProduct:
    case EntityKind::kBatch:
    case EntityKind::kFlow:
    case EntityKind::kDocument:
      if (id.size() != EntityId::kSize) return Refusal("a subject id has 16 bytes");
      return {};
    case EntityKind::kCode:
    case EntityKind::kCatalogNode:
      if (id.empty() || !IsValidUtf8(id)) return Refusal("a subject's text is empty or not UTF-8");
      return {};
    case EntityKind::kNode:
      if (id.size() != KeyId::kSize) return Refusal("a node's id has 32 bytes");
      return {};
    case EntityKind::kNone:
      break;
  }
  return Refusal("unknown kind of subject");
}

// Leaf 0; `count` gets the number of field leaves that it announces.
Status DecodeHead(ByteView leaf, Record* record, size_t* count) {
  Reader r(leaf);
  if (r.Raw(kMagic.size()) != kMagic) return Refusal("leaf 0 of a record starts with SYR1");
  record->head = leaf;
  record->schema = r.U16();
  record->schema_version = r.U16();
  uint8_t subject_kind = r.U8();
  ByteView subject = r.Sized();
  *count = r.U16();
  SUYUAN_RETURN_IF_ERROR(r.Finish("leaf 0"));
  if (subject.size() > kSubjectBytesMax)
    return Error{ErrorCode::kSize, "a subject has at most 255 bytes"};
  if (subject_kind == kSubjectNone)
    return subject.empty() ? Status() : Refusal("a record without subject names one");
  if (subject_kind != kSubjectClear) return Refusal("unknown form of subject");
  if (subject.empty()) return Refusal("a subject is empty");
  record->subject_kind = static_cast<EntityKind>(subject[0]);
  record->subject = subject.substr(1);
  return CheckSubject(record->subject_kind, record->subject);
}

// Canonical JSON. Strings of plain ASCII, nearly all values, are known by sight.
Status CheckValue(ByteView value) {
  if (value.size() > limits::kValueBytesMax)
    return Error{ErrorCode::kSize, "a public value has at most 65536 bytes"};
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"' &&
      std::ranges::all_of(value.substr(1, value.size() - 2),
                          [](char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; }))
    return {};
  auto parsed = json::ParseCanonical(value);
  if (!parsed.ok()) return std::move(parsed).error();
  return {};
}

constexpr size_t kOriginAt = 2 + 2 + 1;

// What hidden, opening and fault leaves have in common.
Status CheckPaddedLength(uint32_t length) {
  if (length >= kPaddedLengthMin && std::has_single_bit(length)) return {};
  return Refusal("a padded length is 64, 128, 256, …");
}

Status ReadLeaf(ByteView bytes, Leaf* leaf) {
  Reader r(bytes);
  leaf->bytes = bytes;
  leaf->field = r.U16();
  leaf->item = r.U16();
  uint8_t mode = r.U8();
  if (r.failed()) return r.Finish("a leaf");
  leaf->mode = static_cast<LeafMode>(mode);
  switch (leaf->mode) {
    case LeafMode::kPublic:
      leaf->value = r.Sized();
      SUYUAN_RETURN_IF_ERROR(r.Finish("a public leaf"));
      return CheckValue(leaf->value);
    case LeafMode::kHidden:
      leaf->audience = r.U8();
      leaf->padded_length = r.U32();
      leaf->commitment = r.Take<Hash>();
      leaf->content_hash = r.Take<Hash>();
      SUYUAN_RETURN_IF_ERROR(r.Finish("a hidden leaf"));
      return CheckPaddedLength(leaf->padded_length);
    case LeafMode::kNotApplicable:
      return r.Finish("a not-applicable leaf");
    case LeafMode::kOpening:
    case LeafMode::kFault:
      r.Raw(Hash::kSize + 4);  // OriginOf
      leaf->padded_length = r.U32();
      leaf->commitment = r.Take<Hash>();
      if (leaf->mode == LeafMode::kFault) leaf->content_hash = r.Take<Hash>();
      SUYUAN_RETURN_IF_ERROR(r.Finish("a leaf about a sealed field"));
      return CheckPaddedLength(leaf->padded_length);
  }
  return Refusal("unknown mode of leaf");
}

Hash RootOf(const std::vector<ByteView>& leaves) {
  std::vector<Hash> hashes(leaves.size());
  MerkleLeafHashes(leaves, hashes.data());
  return MerkleTreeHash(hashes);
}

}  // namespace

const Leaf* Record::Find(uint16_t field, uint16_t item) const {
  auto key = std::pair(field, item);
  auto it = std::lower_bound(
      leaves.begin(), leaves.end(), key,
      [](const Leaf& leaf, const auto& k) { return std::pair(leaf.field, leaf.item) < k; });
  return it != leaves.end() && std::pair(it->field, it->item) == key ? &*it : nullptr;
}

SealedOrigin OriginOf(const Leaf& leaf) {
  Reader r(leaf.bytes.substr(kOriginAt));
  SealedOrigin out;
  out.context = r.Take<Hash>();
  out.record = r.U32();
  SUYUAN_CHECK(!r.failed(), "a leaf without an origin");
  return out;
}

Result<Leaf> DecodeLeaf(ByteView bytes) {
  Leaf leaf;
  SUYUAN_RETURN_IF_ERROR(ReadLeaf(bytes, &leaf));
  return leaf;
}

Result<Record> DecodeRecord(const std::vector<ByteView>& leaves, uint32_t index, Hashes hashes) {
  if (leaves.empty()) return Refusal("a record has no leaf 0").At(index);
  Record record;
  size_t announced = 0;
  Status head = DecodeHead(leaves[0], &record, &announced);
  if (!head.ok()) return std::move(head).error().At(index);
  if (announced > limits::kLeavesPerRecordMax)
    return Error{ErrorCode::kSize, "a record has too many leaves"}.At(index);
  if (announced != leaves.size() - 1)
    return Refusal("leaf 0 announces " + std::to_string(announced) + " leaves, " +
                   std::to_string(leaves.size() - 1) + " follow")
        .At(index);
  record.leaves.resize(announced);
  for (size_t i = 0; i < announced; ++i) {
    Leaf& leaf = record.leaves[i];
    Status status = ReadLeaf(leaves[i + 1], &leaf);
    if (!status.ok()) return std::move(status).error().At(index, leaf.field, leaf.item);
    if (i > 0 && std::pair(leaf.field, leaf.item) <=
                     std::pair(record.leaves[i - 1].field, record.leaves[i - 1].item))
      return Refusal("leaves do not strictly rise by field and item")
          .At(index, leaf.field, leaf.item);
  }
  if (hashes == Hashes::kCompare) record.root = RootOf(leaves);
  return record;
}

Hash RecordRootOf(const std::vector<Bytes>& leaves) {
  return RootOf({leaves.begin(), leaves.end()});
}

}  // namespace suyuan::ledger
