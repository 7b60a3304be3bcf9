#include "common/codec.h"

namespace suyuan {
namespace {

template <typename T>
void Append(Bytes& out, T v) {
  char buffer[sizeof(T)];
  for (size_t i = 0; i < sizeof(T); ++i)
    buffer[i] = static_cast<char>(v >> (8 * (sizeof(T) - 1 - i)) & 0xFF);
  out.append(buffer, sizeof(T));
}

template <typename T>
T Load(ByteView v) {
  T out = 0;
  for (char c : v) out = static_cast<T>(static_cast<uint64_t>(out) << 8 | static_cast<uint8_t>(c));
  return out;
}

}  // namespace

Writer& Writer::U8(uint8_t v) {
  out_.push_back(static_cast<char>(v));
  return *this;
}
Writer& Writer::U16(uint16_t v) {
  Append(out_, v);
  return *this;
}
Writer& Writer::U32(uint32_t v) {
  Append(out_, v);
  return *this;
}
Writer& Writer::U64(uint64_t v) {
  Append(out_, v);
  return *this;
}
Writer& Writer::Raw(ByteView v) {
  out_.append(v);
  return *this;
}
Writer& Writer::Sized(ByteView v) {
  SUYUAN_CHECK(v.size() <= UINT32_MAX, "part too long for a u32 length");
  return U32(static_cast<uint32_t>(v.size())).Raw(v);
}
Writer& Writer::Sized8(ByteView v) {
  SUYUAN_CHECK(v.size() <= UINT8_MAX, "part too long for a u8 length");
  return U8(static_cast<uint8_t>(v.size())).Raw(v);
}

ByteView Reader::Raw(size_t n) {
  if (failed_ || n > rest_.size()) {
    failed_ = true;
    rest_ = {};
    return {};
  }
  ByteView out = rest_.substr(0, n);
  rest_.remove_prefix(n);
  return out;
}
uint8_t Reader::U8() { return Load<uint8_t>(Raw(1)); }
uint16_t Reader::U16() { return Load<uint16_t>(Raw(2)); }
uint32_t Reader::U32() { return Load<uint32_t>(Raw(4)); }
uint64_t Reader::U64() { return Load<uint64_t>(Raw(8)); }
ByteView Reader::Sized() { return Raw(U32()); }
ByteView Reader::Sized8() { return Raw(U8()); }

Status Reader::Finish(std::string_view what) const {
  if (failed_) return Error{ErrorCode::kFormat, std::string(what) + " ends too early"};
  if (!rest_.empty())
    return Error{ErrorCode::kFormat,
                 std::string(what) + " has " + std::to_string(rest_.size()) + " bytes too many"};
  return {};
}

}  // namespace suyuan
