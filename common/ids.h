// The identifiers of the whole system. Each is a type of its own; none converts to another.
#pragma once

#include <array>
#include <compare>
#include <cstring>
#include <functional>
#include <ostream>
#include <string>

#include "common/bytes.h"
#include "common/named_type.h"
#include "common/result.h"

namespace suyuan {

// Raft term (Raft §5.1).
using Term = NamedInt<struct TermTag>;
// Height of a block = index of its Raft entry; genesis is height 0 and is no Raft entry.
using Height = NamedInt<struct HeightTag>;
// Index of a leaf in the executed log (formats §5).
using LeafIndex = NamedInt<struct LeafIndexTag>;

// A fixed number of bytes with a name. Ordered bytewise.
template <typename Tag, size_t N>
struct FixedBytes {
  static constexpr size_t kSize = N;
  std::array<uint8_t, N> data{};

  ByteView view() const { return {reinterpret_cast<const char*>(data.data()), N}; }
  Bytes str() const { return Bytes(view()); }
  bool is_zero() const { return *this == FixedBytes{}; }
  // Takes exactly N bytes; E_FORMAT otherwise.
  static Result<FixedBytes> From(ByteView bytes) {
    if (bytes.size() != N)
      return Error{ErrorCode::kFormat,
                   "expected " + std::to_string(N) + " bytes, got " + std::to_string(bytes.size())};
    FixedBytes out;
    std::memcpy(out.data.data(), bytes.data(), N);
    return out;
  }
  friend auto operator<=>(const FixedBytes&, const FixedBytes&) = default;
};

// A SHA-256 or BLAKE2b-256 digest.
using Hash = FixedBytes<struct HashTag, 32>;
// tx_id = H("tx", core), formats §1.
using TxId = FixedBytes<struct TxIdTag, 32>;
// key_id = H("key", suite ‖ public key), formats §0.
using KeyId = FixedBytes<struct KeyIdTag, 32>;
using LedgerId = FixedBytes<struct LedgerIdTag, 32>;
// The 18-character unified social credit code of a party, as ASCII (requirements 1.4). It is the
// party's name inside and outside; a transaction names its submitter by it before registration.
using PartyId = FixedBytes<struct PartyIdTag, 18>;
// 128 bits of H("entity", tx_id ‖ record): product, batch, document … Shown as base32.
using EntityId = FixedBytes<struct EntityIdTag, 16>;
// Pseudonym of the acting user inside a party.
using ActorId = FixedBytes<struct ActorIdTag, 16>;
using Nonce16 = FixedBytes<struct NonceTag, 16>;

template <typename Tag, size_t N>
std::string ToHex(const FixedBytes<Tag, N>& v);
// 26 lower-case base32 characters without padding (RFC 4648 alphabet).
std::string ToString(const EntityId& id);
std::string ToString(const PartyId& id);
Result<EntityId> ParseEntityId(ByteView text);
// Form only: 18 characters of the credit-code alphabet; the check character is C03's business.
Result<PartyId> ParsePartyId(ByteView text);
// 64 hex digits, either case.
Result<Hash> ParseHash(ByteView hex);
Result<TxId> ParseTxId(ByteView hex);

template <typename Tag, size_t N>
std::ostream& operator<<(std::ostream& os, const FixedBytes<Tag, N>& v) {
  return os << ToHex(v);
}

}  // namespace suyuan

#include "common/encoding.h"

namespace suyuan {
template <typename Tag, size_t N>
std::string ToHex(const FixedBytes<Tag, N>& v) {
  return HexEncode(v.view());
}
}  // namespace suyuan

template <typename Tag, size_t N>
struct std::hash<suyuan::FixedBytes<Tag, N>> {
  // Identifiers are digests already; party codes vary most at their end.
  size_t operator()(const suyuan::FixedBytes<Tag, N>& v) const noexcept {
    static_assert(N >= 16);
    uint64_t a, b;
    std::memcpy(&a, v.data.data(), 8);
    std::memcpy(&b, v.data.data() + N - 8, 8);
    return a ^ (b * 0x9E3779B97F4A7C15ull);
  }
};
