// Fixed layouts: big-endian integers and length-prefixed bytes (formats §0). Writer appends to a
// string; Reader walks a view and never reads past its end.
#pragma once

#include <cstdint>

#include "common/bytes.h"
#include "common/ids.h"
#include "common/result.h"

namespace suyuan {

class Writer {
 public:
  Writer& U8(uint8_t v);
  Writer& U16(uint16_t v);
  Writer& U32(uint32_t v);
  Writer& U64(uint64_t v);
  // Makes room for `n` more bytes.
  Writer& Reserve(size_t n) {
    out_.reserve(out_.size() + n);
    return *this;
  }
  // The bytes as they are.
  Writer& Raw(ByteView v);
  template <typename Tag, size_t N>
  Writer& Raw(const FixedBytes<Tag, N>& v) {
    return Raw(v.view());
  }
  // u32 length ‖ bytes.
  Writer& Sized(ByteView v);
  // u8 length ‖ bytes; at most 255 bytes.
  Writer& Sized8(ByteView v);

  const Bytes& bytes() const { return out_; }
  Bytes Take() { return std::move(out_); }

 private:
  Bytes out_;
};

// After any read past the end `failed()` is true and every later read gives zeros or nothing, so
// a decoder reads everything and asks `Finish()` once.
class Reader {
 public:
  explicit Reader(ByteView bytes) : rest_(bytes) {}
  uint8_t U8();
  uint16_t U16();
  uint32_t U32();
  uint64_t U64();
  ByteView Raw(size_t n);
  template <typename Fixed>
  Fixed Take() {
    ByteView v = Raw(Fixed::kSize);
    Fixed out;
    if (!failed_) std::memcpy(out.data.data(), v.data(), v.size());
    return out;
  }
  ByteView Sized();
  ByteView Sized8();

  bool failed() const { return failed_; }
  bool empty() const { return rest_.empty(); }
  size_t remaining() const { return rest_.size(); }
  ByteView rest() const { return rest_; }
  // OK when nothing failed and everything was read; E_FORMAT naming `what` otherwise.
  Status Finish(std::string_view what) const;

 private:
  ByteView rest_;
  bool failed_ = false;
};

}  // namespace suyuan
