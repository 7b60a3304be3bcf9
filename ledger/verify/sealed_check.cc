#include "ledger/verify/sealed_check.h"

#include <algorithm>
#include <map>

#include "common/agreement.h"
#include "common/cipher.h"
#include "common/codec.h"
#include "common/hash.h"
#include "common/limits.h"
#include "common/sign.h"

namespace suyuan::ledger::verify {
namespace {

constexpr size_t kWrap = 8 + 48, kErased = 1 + 32 + 8, kCipherTag = 16;

Error Wrong(std::string why) { return Error{ErrorCode::kProof, std::move(why)}; }

bool IsErased(ByteView item) { return item.size() == kErased && item[0] == 0; }

Status CheckWraps(const WireTransaction::Audience& audience, ByteView item) {
  Reader r(item);
  const bool head = r.U8() == 1 && r.U8() == audience.id;
  const ByteView wraps = r.rest();
  const uint64_t n = audience.wrap_count;
  if (!head || (n != 8 && n != 16 && n != 32 && n != 64) || wraps.size() != n * kWrap)
    return Wrong("a wrap list has a wrong form or number");
  if (audience.wraps_hash != Sha256(wraps).view())
    return Wrong("a wrap list does not match the core");
  for (size_t i = 1; i < n; ++i)
    if (wraps.substr((i - 1) * kWrap, 8) >= wraps.substr(i * kWrap, 8))
      return Wrong("the tags of a wrap list do not rise");
  return {};
}

using Leaves = std::vector<const SealedFacts::Leaf*>;

Status CheckFields(uint32_t record, uint8_t audience, const Leaves& leaves, ByteView item) {
  Reader r(item);
  const bool kind = r.U8() == 2, place = r.U32() == record, id = r.U8() == audience;
  if (!kind || !place || !id) return Wrong("an item of fields stands at a wrong place");
  for (const SealedFacts::Leaf* leaf : leaves) {
    const ByteView key_commitment = r.Raw(32), ciphertext = r.Sized();
    if (r.failed() || ciphertext.size() != size_t{leaf->padded_length} + kCipherTag)
      return Wrong("a ciphertext is not as long as its leaf says");
    const Hash content =
        TaggedHash("content", {FixedRaw(key_commitment), FixedRaw(Sha256(ciphertext).view())});
    if (leaf->content_hash != content.view()) return Wrong("a ciphertext does not match its leaf");
  }
  return r.Finish("item of fields");
}

Status CheckOpening(const SealedFacts::Shown& shown, ByteView item) {
  Reader r(item);
  const bool head = r.U8() == 3 && r.U32() == shown.record;
  const ByteView padded = r.Sized();
  SUYUAN_RETURN_IF_ERROR(r.Finish("a published opening"));
  if (!head || padded.size() != shown.padded_length)
    return Wrong("a published opening stands at a wrong place or is not as long as its leaf says");
  const Hash commitment =
      TaggedHash("commit", {FixedRaw(shown.context), FixedRaw(shown.at), Sized(padded)});
  if (shown.commitment != commitment.view())
    return Wrong("a published opening does not match its leaf");
  return {};
}

// k_i belongs to kc_i, kc_i and ciphertext to the content hash, and what comes out of them is not
// what the commitment stands for.
Status CheckFault(const SealedFacts::Shown& shown, ByteView item) {
  Reader r(item);
  const bool head = r.U8() == 4 && r.U32() == shown.record;
  const ByteView key = r.Raw(32), ciphertext = r.Sized();
  SUYUAN_RETURN_IF_ERROR(r.Finish("a proof of a cipher fault"));
  if (!head || ciphertext.size() != size_t{shown.padded_length} + kCipherTag)
    return Wrong("a proof of a cipher fault stands at a wrong place or has a wrong length");
  const Hash key_commitment =
      TaggedHash("field-key", {FixedRaw(shown.context), FixedRaw(shown.at), FixedRaw(key)});
  const Hash content = TaggedHash("content", {Fixed(key_commitment), Fixed(Sha256(ciphertext))});
  if (shown.content_hash != content.view())
    return Wrong("a proof of a cipher fault does not match its leaf");
  SUYUAN_ASSIGN_OR_RETURN(const SecretSeed field_key, SecretSeed::From(key));
  const Bytes associated = Bytes(shown.context) + shown.at + Bytes(shown.commitment);
  const auto plain = AeadOpen(DeriveSecret(field_key, "enc", {}).view(),
                              shown.commitment.substr(0, 24), associated, ciphertext);
  if (!plain.ok()) return {};
  const Hash commitment =
      TaggedHash("commit", {FixedRaw(shown.context), FixedRaw(shown.at), Sized(*plain)});
  if (shown.commitment == commitment.view()) return Wrong("there is no cipher fault");
  return {};
}

Status CheckHead(const SealedFacts& facts) {
  if (facts.audiences.empty() != facts.seal_public_key.empty())
    return Wrong("sealing key and audiences do not come together");
  if (!facts.seal_public_key.empty()) {
    SUYUAN_ASSIGN_OR_RETURN(auto key, SealingPublicKey::From(facts.seal_public_key));
    if (!IsAcceptableSealingKey(key)) return Wrong("the sealing key is of low order");
  }
  for (size_t i = 0; i < facts.audiences.size(); ++i)
    if (facts.audiences[i].id > UINT8_MAX ||
        (i > 0 && facts.audiences[i].id <= facts.audiences[i - 1].id))
      return Wrong("audiences do not rise by id");
  for (const SealedFacts::Leaf& leaf : facts.leaves) {
    if (std::ranges::find(facts.audiences, leaf.audience, &WireTransaction::Audience::id) ==
        facts.audiences.end())
      return Wrong("a leaf is sealed for an audience that the core does not have");
    if (leaf.padded_length > limits::kPaddedBytesMax) return Wrong("a padded length is too large");
  }
  for (const SealedFacts::Shown& shown : facts.shown)
    if (shown.padded_length > limits::kPaddedBytesMax) return Wrong("a padded length is too large");
  return {};
}

// Takes the items of one envelope off the front of `items`.
Status CheckOne(const SealedFacts& facts, const std::vector<Bytes>& items, size_t* next) {
  SUYUAN_RETURN_IF_ERROR(CheckHead(facts));
  std::map<std::pair<uint32_t, uint8_t>, Leaves> fields;
  for (const SealedFacts::Leaf& leaf : facts.leaves)
    fields[{leaf.record, leaf.audience}].push_back(&leaf);
  const size_t due = facts.audiences.size() + fields.size() + facts.shown.size();
  if (items.size() - *next < due) return Wrong("a sealed item is missing");
  for (size_t i = *next; i < *next + due; ++i)
    if (IsErased(items[i])) return Wrong("a sealed item is erased, but nothing could erase it");
  for (const WireTransaction::Audience& audience : facts.audiences)
    SUYUAN_RETURN_IF_ERROR(CheckWraps(audience, items[(*next)++]));
  auto shown = facts.shown.begin();
  const auto check_shown_before = [&](uint64_t record) -> Status {
    for (; shown != facts.shown.end() && shown->record < record; ++shown) {
      const Bytes& item = items[(*next)++];
      SUYUAN_RETURN_IF_ERROR(shown->mode == 3 ? CheckOpening(*shown, item)
                                              : CheckFault(*shown, item));
    }
    return {};
  };
  for (const auto& [place, leaves] : fields) {
    SUYUAN_RETURN_IF_ERROR(check_shown_before(place.first));
    SUYUAN_RETURN_IF_ERROR(CheckFields(place.first, place.second, leaves, items[(*next)++]));
  }
  return check_shown_before(UINT64_MAX);
}

// The rest of an opening or fault leaf behind its mode.
SealedFacts::Shown ReadShown(uint32_t record, uint8_t mode, ByteView place, Reader& leaf) {
  SealedFacts::Shown out;
  out.record = record;
  out.mode = mode;
  out.context = leaf.Raw(32);
  out.at = Bytes(leaf.Raw(4)) + Bytes(place);
  out.padded_length = leaf.U32();
  out.commitment = leaf.Raw(32);
  if (mode == 4) out.content_hash = leaf.Raw(32);
  return out;
}

}  // namespace

SealedFacts ReadSealedFacts(const WireTransaction& tx) {
  SealedFacts out{tx.seal_public_key, tx.audiences, {}, {}};
  size_t next = 0;
  for (uint32_t record = 0; record < tx.record_ends.size(); ++record) {
    for (++next; next < tx.record_ends[record]; ++next) {  // leaf 0 hides nothing
      Reader leaf(tx.leaves[next]);
      const ByteView place = leaf.Raw(4);
      const uint8_t mode = leaf.U8();
      if (mode == 3 || mode == 4) out.shown.push_back(ReadShown(record, mode, place, leaf));
      if (mode != 1) continue;
      SealedFacts::Leaf hidden{record, leaf.U8(), leaf.U32(), {}};
      leaf.Raw(32);
      hidden.content_hash = leaf.Raw(32);
      out.leaves.push_back(hidden);
    }
  }
  return out;
}

Hash SealedItemHash(ByteView item) {
  if (!IsErased(item)) return Sha256(item);
  return Hash::From(item.substr(1, 32)).value();
}

Status CheckItemsOf(const std::vector<const SealedFacts*>& envelopes,
                    const std::vector<Bytes>& items) {
  size_t next = 0;
  for (size_t i = 0; i < envelopes.size(); ++i) {
    Status one = CheckOne(*envelopes[i], items, &next);
    if (one.ok()) continue;
    Error error = std::move(one).error();
    error.detail = "transaction " + std::to_string(i) + ": " + error.detail;
    return error;
  }
  if (next != items.size()) return Wrong("sealed items that belong to no transaction");
  return {};
}

}  // namespace suyuan::ledger::verify
