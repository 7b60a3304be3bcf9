#include "ledger/verify/census.h"

#include <string_view>

#include "common/codec.h"
#include "common/encoding.h"

namespace suyuan::ledger::verify {

void Census::Take(ByteView key, ByteView value) {
  const char kind = key.empty() ? '\0' : key[0];
  ++counts[static_cast<uint8_t>(kind)];
  bool fits = std::string_view("bklnoprtz").find(kind) != std::string_view::npos;
  if (kind == 't') {
    auto id = TxId::From(key.substr(1));
    Reader r(value);
    Place place;
    place.height = r.U64();
    place.ordinal = r.U32();
    fits = id.ok() && r.Finish("a place").ok();
    if (fits) {
      place.id = *id;
      places.push_back(place);
    }
  } else if (kind == 'z') {
    fits = key == "zformat" || key == "zhead" || key == "zcheckpoint";
  }
  if (!fits && strange.empty()) strange = HexEncode(key);
}

}  // namespace suyuan::ledger::verify
