// Bytes as the hex texts of golden vectors.
#pragma once

#include <vector>

#include "common/encoding.h"
#include "common/ids.h"
#include "common/json.h"
#include "common/sign.h"

namespace suyuan::test {

inline json::Value Hex(ByteView bytes) { return json::Value(HexEncode(bytes)); }
template <typename Tag, size_t N>
json::Value Hex(const FixedBytes<Tag, N>& v) {
  return Hex(v.view());
}
inline json::Value Hex(const SecretSeed& secret) { return Hex(secret.view()); }
inline json::Value HexList(const std::vector<Bytes>& list) {
  json::Array out;
  for (const Bytes& item : list) out.push_back(Hex(item));
  return out;
}

}  // namespace suyuan::test
