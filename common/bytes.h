// Byte strings. Owned bytes are std::string and views are std::string_view, because LevelDB,
// Protobuf and the JSON writer all speak these two, so bytes cross every border without a copy.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace suyuan {

using Bytes = std::string;
using ByteView = std::string_view;

inline const uint8_t* AsU8(ByteView v) { return reinterpret_cast<const uint8_t*>(v.data()); }

}  // namespace suyuan
