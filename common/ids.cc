#include "common/ids.h"

namespace suyuan {

std::string ToString(const EntityId& id) { return Base32Encode(id.view()); }

std::string ToString(const PartyId& id) { return id.str(); }

Result<EntityId> ParseEntityId(ByteView text) {
  if (text.size() != 26) return Error{ErrorCode::kFormat, "an entity id has 26 characters"};
  SUYUAN_ASSIGN_OR_RETURN(Bytes raw, Base32Decode(text));
  return EntityId::From(raw);
}

Result<PartyId> ParsePartyId(ByteView text) {
  static constexpr ByteView kAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  if (text.size() != PartyId::kSize)
    return Error{ErrorCode::kFormat, "a party code has 18 characters"};
  for (char c : text)
    if (kAlphabet.find(c) == ByteView::npos)
      return Error{ErrorCode::kFormat,
                   std::string("character '") + c + "' cannot stand in a party code"};
  return PartyId::From(text);
}

Result<Hash> ParseHash(ByteView hex) {
  SUYUAN_ASSIGN_OR_RETURN(Bytes raw, HexDecode(hex));
  return Hash::From(raw);
}

Result<TxId> ParseTxId(ByteView hex) {
  SUYUAN_ASSIGN_OR_RETURN(Bytes raw, HexDecode(hex));
  return TxId::From(raw);
}

}  // namespace suyuan
