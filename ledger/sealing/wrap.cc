#include "ledger/sealing/wrap.h"

#include <algorithm>
#include <array>
#include <bit>

#include "common/check.h"
#include "common/cipher.h"
#include "common/codec.h"
#include "common/hash.h"

namespace suyuan::sealing {
namespace {

ByteView ZeroNonce() {
  static constexpr std::array<char, kAeadNonceBytes> zeros{};
  return {zeros.data(), zeros.size()};
}

// Each key seals one message, so the nonce may be zero.
SecretSeed BoxKey(const SecretSeed& shared, const Hash& context, uint8_t audience,
                  const WrapPurpose& purpose) {
  const Bytes number(1, static_cast<char>(audience));
  return DeriveSecret(shared, "wrap",
                      {Fixed(context), FixedRaw(number), FixedRaw(purpose.bytes())});
}

ByteView TagOf(ByteView wrap) { return wrap.substr(0, kWrapTagBytes); }

// Random bytes look like tag and box, because both are outputs of ciphers and hashes.
Bytes Dummy(const RandomSource& random) {
  Bytes out(kWrapBytes, '\0');
  random(reinterpret_cast<uint8_t*>(out.data()), out.size());
  return out;
}

}  // namespace

bool IsWrapCount(uint32_t count) {
  return count >= kWrapsMin && count <= kWrapsMax && std::has_single_bit(count);
}

WrapPurpose WrapPurpose::Own() {
  return WrapPurpose(Writer().U8(static_cast<uint8_t>(Kind::kOwn)).Take());
}
WrapPurpose WrapPurpose::AudienceOf(const TxId& tx, uint8_t audience) {
  return WrapPurpose(
      Writer().U8(static_cast<uint8_t>(Kind::kAudience)).Raw(tx).U8(audience).Take());
}
WrapPurpose WrapPurpose::FieldOf(const TxId& tx, const SealedPlace& at) {
  return WrapPurpose(
      Writer().U8(static_cast<uint8_t>(Kind::kField)).Raw(tx).Raw(PlaceBytes(at)).Take());
}

Result<const SecretSeed*> SenderKey::SharedWith(const SealingPublicKey& reader) {
  std::lock_guard lock(mutex_);
  if (auto known = shared_.find(reader); known != shared_.end()) return &known->second;
  SUYUAN_ASSIGN_OR_RETURN(SecretSeed secret, key_.Agree(reader));
  return &shared_.emplace(reader, std::move(secret)).first->second;
}

Bytes WrapTag(const SecretSeed& shared, const Hash& context, uint8_t audience) {
  const Bytes number(1, static_cast<char>(audience));
  return Bytes(DeriveKey(shared.view(), "wrap-tag", {Fixed(context), FixedRaw(number)})
                   .view()
                   .substr(0, kWrapTagBytes));
}

Bytes WrapBox(const SecretSeed& shared, const Hash& context, uint8_t audience,
              const WrapPurpose& purpose, const SecretSeed& key) {
  const SecretSeed box_key = BoxKey(shared, context, audience, purpose);
  return AeadSeal(box_key.view(), ZeroNonce(), {}, key.view());
}

Result<WrapList> MakeWrapList(SenderKey& sender, const Hash& context, uint8_t audience,
                              const WrapPurpose& purpose, const SecretSeed& key,
                              std::vector<SealingPublicKey> readers, const RandomSource& random,
                              uint32_t wraps_min) {
  SUYUAN_CHECK(IsWrapCount(wraps_min), "no number of wraps of a list");
  std::ranges::sort(readers);
  readers.erase(std::unique(readers.begin(), readers.end()), readers.end());
  if (readers.empty() || readers.size() > kWrapsMax)
    return Error{ErrorCode::kSize, "an audience has 1 to 64 readers"};
  std::vector<Bytes> wraps;
  for (const SealingPublicKey& reader : readers) {
    SUYUAN_ASSIGN_OR_RETURN(const SecretSeed* shared, sender.SharedWith(reader));
    wraps.push_back(WrapTag(*shared, context, audience) +
                    WrapBox(*shared, context, audience, purpose, key));
  }
  const size_t full = std::max<size_t>(wraps_min, std::bit_ceil(readers.size()));
  for (int draws = 0; wraps.size() < full; ++draws) {
    SUYUAN_CHECK(draws < 1000, "the source of random bytes repeats itself");
    Bytes dummy = Dummy(random);
    const bool taken =
        std::ranges::any_of(wraps, [&](const Bytes& wrap) { return TagOf(wrap) == TagOf(dummy); });
    if (!taken) wraps.push_back(std::move(dummy));
  }
  std::ranges::sort(wraps);
  WrapList out;
  out.count = static_cast<uint32_t>(wraps.size());
  for (const Bytes& wrap : wraps) out.bytes += wrap;
  out.hash = Sha256(out.bytes);
  return out;
}

Status CheckWrapList(ByteView wraps) {
  if (wraps.size() % kWrapBytes != 0 || wraps.size() > kWrapsMax * kWrapBytes ||
      !IsWrapCount(static_cast<uint32_t>(wraps.size() / kWrapBytes)))
    return Error{ErrorCode::kFormat, "a wrap list has 8, 16, 32 or 64 wraps of 56 bytes"};
  for (size_t at = kWrapBytes; at < wraps.size(); at += kWrapBytes)
    if (TagOf(wraps.substr(at)) <= TagOf(wraps.substr(at - kWrapBytes)))
      return Error{ErrorCode::kFormat, "wraps do not strictly rise by tag"};
  return {};
}

std::string_view ToString(WrapVerdict verdict) {
  switch (verdict) {
    case WrapVerdict::kOpened:
      return "opened";
    case WrapVerdict::kNotReader:
      return "not a reader";
    case WrapVerdict::kUnopenable:
      return "unopenable";
    case WrapVerdict::kErased:
      return "erased";
  }
  return "";
}

OpenedWrap OpenWrap(const SecretSeed& shared, const Hash& context, uint8_t audience,
                    const WrapPurpose& purpose, const Hash& key_commitment, ByteView wraps) {
  OpenedWrap out;
  const Bytes tag = WrapTag(shared, context, audience);
  for (; wraps.size() >= kWrapBytes; wraps.remove_prefix(kWrapBytes)) {
    if (TagOf(wraps) != tag) continue;
    out.verdict = WrapVerdict::kUnopenable;
    const SecretSeed box_key = BoxKey(shared, context, audience, purpose);
    const ByteView box = wraps.substr(kWrapTagBytes, kWrapBytes - kWrapTagBytes);
    auto opened = AeadOpen(box_key.view(), ZeroNonce(), {}, box);
    if (!opened.ok()) return out;
    SecretSeed key = SecretSeed::From(*opened).value();
    Wipe(*opened);
    if (AudienceKeyCommitment(context, audience, key) != key_commitment) return out;
    out.verdict = WrapVerdict::kOpened;
    out.key = std::move(key);
    return out;
  }
  return out;
}

}  // namespace suyuan::sealing
