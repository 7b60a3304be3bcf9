// One walk along a transaction and its items: what the envelope asks for, the items must be.
#include <algorithm>
#include <array>

#include "common/cipher.h"
#include "common/codec.h"
#include "common/hash.h"
#include "common/hash_many.h"
#include "ledger/sealing/items.h"
#include "ledger/sealing/wrap.h"

namespace suyuan::sealing {
namespace {

using ledger::AudienceHead;
using ledger::Leaf;
using ledger::LeafMode;
using ledger::Transaction;

Error FormatError(std::string why) { return Error{ErrorCode::kFormat, std::move(why)}; }

// The audiences that have hidden leaves in one record, in the order of their ids.
class AudienceSet {
 public:
  explicit AudienceSet(const ledger::Record& record) {
    for (const Leaf& leaf : record.leaves)
      if (leaf.mode == LeafMode::kHidden) words_[leaf.audience / 64] |= 1ull << leaf.audience % 64;
  }
  size_t size() const {
    size_t out = 0;
    for (uint64_t word : words_) out += static_cast<size_t>(std::popcount(word));
    return out;
  }
  bool contains(uint8_t audience) const {
    return (words_[audience / 64] >> audience % 64 & 1) != 0;
  }

 private:
  std::array<uint64_t, 4> words_{};
};

bool IsShown(const Leaf& leaf) {
  return leaf.mode == LeafMode::kOpening || leaf.mode == LeafMode::kFault;
}

// Everything that core and leaves alone decide.
Status CheckCore(const Transaction& tx) {
  const ledger::Core& core = tx.core;
  if (core.audiences.empty() == core.seal_public_key.has_value())
    return FormatError("a sealing key comes with audiences, and they with it");
  if (core.seal_public_key && !IsAcceptableSealingKey(*core.seal_public_key))
    return FormatError("the sealing key is of low order");
  std::array<bool, 256> known{};
  for (const AudienceHead& audience : core.audiences) {
    known[audience.id] = true;
    if (!IsWrapCount(audience.wrap_count))
      return FormatError("audience " + std::to_string(audience.id) +
                         " has not 8, 16, 32 or 64 wraps");
  }
  for (uint32_t i = 0; i < tx.records.size(); ++i) {
    for (const Leaf& leaf : tx.records[i].leaves) {
      if (leaf.mode != LeafMode::kHidden && !IsShown(leaf)) continue;
      if (leaf.mode == LeafMode::kHidden && !known[leaf.audience])
        return FormatError("sealed for an audience that the core does not have")
            .At(i, leaf.field, leaf.item);
      if (leaf.padded_length > limits::kPaddedBytesMax)
        return Error{ErrorCode::kSize, "a sealed value has at most 131072 bytes with its padding"}
            .At(i, leaf.field, leaf.item);
    }
  }
  return {};
}

// ContentHash of each field as its item carries it, many at once.
std::vector<Hash> ContentHashes(std::span<const CarriedField> fields) {
  std::vector<Hash> hashes(fields.size());
  std::vector<ByteView> messages(fields.size());
  for (size_t i = 0; i < fields.size(); ++i) messages[i] = fields[i].ciphertext;
  HashMany({}, messages, hashes.data());
  std::vector<std::array<uint8_t, 2 * Hash::kSize>> parts(fields.size());
  for (size_t i = 0; i < fields.size(); ++i) {
    const auto middle = std::ranges::copy(fields[i].field_key_commitment.data, parts[i].begin());
    std::ranges::copy(hashes[i].data, middle.out);
    messages[i] = ByteView(reinterpret_cast<const char*>(parts[i].data()), parts[i].size());
  }
  HashMany(ByteView("\x07"
                    "content"),
           messages, hashes.data());  // u8 length ‖ tag, as in H
  return hashes;
}

// Hands out items one after the other.
class Items {
 public:
  Items(std::span<const ByteView> items, bool erased_allowed)
      : items_(items), erased_allowed_(erased_allowed) {}
  // The next item; nullopt when it was erased.
  Result<std::optional<ByteView>> Next() {
    const ByteView item = items_[next_++];
    if (!ReadErasedItem(item)) return std::optional(item);
    if (!erased_allowed_) return FormatError("an erased item has no place here");
    return std::optional<ByteView>();
  }

 private:
  const std::span<const ByteView> items_;
  const bool erased_allowed_;
  size_t next_ = 0;
};

class Walk {
 public:
  // `out` may be null: then nothing is collected, and erased items are refused.
  Walk(const Transaction& tx, std::span<const ByteView> items, SealedPart* out)
      : tx_(tx), count_(items.size()), items_(items, out != nullptr), out_(out) {}

  Status Run() {
    SUYUAN_RETURN_IF_ERROR(CheckCore(tx_));
    const size_t due = CountSealedItems(tx_);
    if (due != count_)
      return FormatError("the transaction has " + std::to_string(due) + " sealed items, " +
                         std::to_string(count_) + " came with it");
    for (const AudienceHead& audience : tx_.core.audiences) SUYUAN_RETURN_IF_ERROR(Wraps(audience));
    for (uint32_t i = 0; i < tx_.records.size(); ++i) {
      Status record = Record(i);
      if (!record.ok()) return record.error().record ? record : std::move(record).error().At(i);
    }
    return {};
  }

 private:
  Status Record(uint32_t i) {
    const AudienceSet audiences(tx_.records[i]);
    if (audiences.size() != 0) {
      for (const AudienceHead& audience : tx_.core.audiences)
        if (audiences.contains(audience.id)) SUYUAN_RETURN_IF_ERROR(Fields(i, audience.id));
    }
    for (const Leaf& leaf : tx_.records[i].leaves) {
      if (!IsShown(leaf)) continue;
      Status shown = leaf.mode == LeafMode::kOpening ? Opening(i, leaf) : Fault(i, leaf);
      if (!shown.ok()) return std::move(shown).error().At(i, leaf.field, leaf.item);
    }
    return {};
  }

  Status Wraps(const AudienceHead& audience) {
    SUYUAN_ASSIGN_OR_RETURN(const auto item, items_.Next());
    if (out_ != nullptr) out_->audiences.push_back({audience.id, audience.key_commitment, {}});
    if (!item) return {};
    Reader r(*item);
    const bool kind = r.U8() == static_cast<uint8_t>(ItemKind::kWraps);
    const bool id = r.U8() == audience.id;
    const std::string name = "the wrap list of audience " + std::to_string(audience.id);
    if (r.failed() || !kind || !id || r.remaining() != audience.wrap_count * kWrapBytes)
      return FormatError("the item is not " + name);
    if (Sha256(r.rest()) != audience.wraps_hash)
      return Error{ErrorCode::kCommit, name + " has another hash than the core says"};
    SUYUAN_RETURN_IF_ERROR(CheckWrapList(r.rest()));
    if (out_ != nullptr) out_->audiences.back().wraps = r.rest();
    return {};
  }

  Status Fields(uint32_t record, uint8_t audience) {
    SUYUAN_ASSIGN_OR_RETURN(const auto item, items_.Next());
    Reader r(item.value_or(ByteView()));
    const bool head = r.U8() == static_cast<uint8_t>(ItemKind::kFields) && r.U32() == record &&
                      r.U8() == audience;
    if (item && (!head || r.failed()))
      return FormatError("the item does not hold the record's fields of audience " +
                         std::to_string(audience));
    fields_.clear();
    Status read;
    for (const Leaf& leaf : tx_.records[record].leaves) {
      if (leaf.mode != LeafMode::kHidden || leaf.audience != audience) continue;
      CarriedField field{{record, leaf.field, leaf.item},
                         audience,
                         leaf.padded_length,
                         leaf.commitment,
                         leaf.content_hash,
                         {},
                         {}};
      if (item && !(read = ReadField(r, field)).ok()) break;
      fields_.push_back(field);
    }
    if (item) {
      SUYUAN_RETURN_IF_ERROR(CheckContents());
      SUYUAN_RETURN_IF_ERROR(std::move(read));
      SUYUAN_RETURN_IF_ERROR(r.Finish("a sealed item"));
    }
    if (out_ == nullptr) return {};
    std::vector<CarriedField>& out = item ? out_->fields : out_->erased;
    out.insert(out.end(), fields_.begin(), fields_.end());
    return {};
  }

  Status ReadField(Reader& r, CarriedField& field) const {
    field.field_key_commitment = r.Take<Hash>();
    field.ciphertext = r.Sized();
    const SealedPlace& at = field.at;
    if (r.failed() || field.ciphertext.size() != size_t{field.padded_length} + kAeadTagBytes)
      return FormatError("the ciphertext is not as long as its leaf says")
          .At(at.record, at.field, at.item);
    return {};
  }

  // The fields of one item that were read, at once.
  Status CheckContents() {
    const std::vector<Hash> hashes = ContentHashes(fields_);
    for (size_t i = 0; i < fields_.size(); ++i) {
      const SealedPlace& at = fields_[i].at;
      if (hashes[i] != fields_[i].content_hash)
        return Error{ErrorCode::kCommit, "the ciphertext is not the one that the leaf commits to"}
            .At(at.record, at.field, at.item);
    }
    return {};
  }

  void Collect(uint32_t record, const Leaf& leaf, std::optional<ByteView> bytes) {
    if (out_ != nullptr) out_->shown.push_back({record, &leaf, bytes});
  }

  Status Opening(uint32_t record, const Leaf& leaf) {
    SUYUAN_ASSIGN_OR_RETURN(const auto item, items_.Next());
    if (!item) return Collect(record, leaf, {}), Status();
    SUYUAN_ASSIGN_OR_RETURN(const OpeningItem opening, ReadOpeningItem(*item));
    if (opening.record != record || opening.padded.size() != leaf.padded_length)
      return FormatError("the item is not the opening that the leaf announces");
    const ledger::SealedOrigin origin = OriginOf(leaf);
    if (FieldCommitment(origin.context, {origin.record, leaf.field, leaf.item}, opening.padded) !=
        leaf.commitment)
      return Error{ErrorCode::kCommit, "the opening does not reproduce the leaf's commitment"};
    Collect(record, leaf, opening.padded);
    return {};
  }

  Status Fault(uint32_t record, const Leaf& leaf) {
    SUYUAN_ASSIGN_OR_RETURN(const auto item, items_.Next());
    if (!item) return Collect(record, leaf, {}), Status();
    SUYUAN_ASSIGN_OR_RETURN(const FaultItem fault, ReadFaultItem(*item));
    if (fault.record != record ||
        fault.ciphertext.size() != size_t{leaf.padded_length} + kAeadTagBytes)
      return FormatError("the item is not the proof that the leaf announces");
    const ledger::SealedOrigin origin = OriginOf(leaf);
    const SecretSeed key = *SecretSeed::From(fault.field_key);
    CarriedField field{{origin.record, leaf.field, leaf.item},
                       0,
                       leaf.padded_length,
                       leaf.commitment,
                       leaf.content_hash,
                       {},
                       fault.ciphertext};
    field.field_key_commitment = FieldKeyCommitment(origin.context, field.at, key);
    if (OpenField(origin.context, field, key).verdict != FieldVerdict::kCipherFault)
      return Error{ErrorCode::kCommit, "key and ciphertext are no cipher fault of this field"};
    Collect(record, leaf, item);
    return {};
  }

  const Transaction& tx_;
  const size_t count_;
  Items items_;
  SealedPart* const out_;
  std::vector<CarriedField> fields_;  // of one item; here so that it need not grow anew
};

}  // namespace

size_t CountSealedItems(const Transaction& tx) {
  size_t count = tx.core.audiences.size();
  for (const ledger::Record& record : tx.records)
    count += AudienceSet(record).size() +
             static_cast<size_t>(std::ranges::count_if(record.leaves, IsShown));
  return count;
}

Status CheckSealedItems(const Transaction& tx, std::span<const ByteView> items) {
  return Walk(tx, items, nullptr).Run();
}

Result<SealedPart> ReadSealedItems(const Transaction& tx, std::span<const ByteView> items) {
  SealedPart out;
  SUYUAN_RETURN_IF_ERROR(Walk(tx, items, &out).Run());
  return out;
}

}  // namespace suyuan::sealing
