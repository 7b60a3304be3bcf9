#include "ledger/wire.h"

#include "common/check.h"
#include "common/encoding.h"

namespace suyuan::ledger {
namespace {
constexpr uint32_t kVarint = 0;
constexpr uint32_t kLengthDelimited = 2;
}  // namespace

void WireReader::Refuse(const char* why) {
  if (refused_ == nullptr) refused_ = why;
  rest_ = {};
}

// All our field numbers are below 2048, so a tag has one or two bytes.
bool WireReader::TakeTag(uint32_t field, uint32_t wire_type) {
  uint32_t tag = field << 3 | wire_type;
  if (tag < 0x80) {
    if (rest_.empty() || static_cast<uint8_t>(rest_[0]) != tag) return false;
    rest_.remove_prefix(1);
    return true;
  }
  if (rest_.size() < 2 || static_cast<uint8_t>(rest_[0]) != (tag & 0x7F) + 0x80 ||
      static_cast<uint8_t>(rest_[1]) != tag >> 7)
    return false;
  rest_.remove_prefix(2);
  return true;
}

uint64_t WireReader::TakeVarint() {
  uint64_t value = 0;
  for (size_t i = 0; i < rest_.size() && i < 10; ++i) {
    auto byte = static_cast<uint8_t>(rest_[i]);
    if (i == 9 && byte > 1) break;
    value |= static_cast<uint64_t>(byte & 0x7F) << (7 * i);
    if (byte >= 0x80) continue;
    if (byte == 0 && i > 0) break;  // longer than needed
    rest_.remove_prefix(i + 1);
    return value;
  }
  Refuse("a varint is not minimal or too long");
  return 0;
}

ByteView WireReader::TakeLengthDelimited() {
  uint64_t length = TakeVarint();
  if (length > rest_.size()) {
    Refuse("a length exceeds the message");
    return {};
  }
  ByteView out = rest_.substr(0, length);
  rest_.remove_prefix(length);
  return out;
}

uint64_t WireReader::Uint64(uint32_t field) {
  if (!TakeTag(field, kVarint)) return 0;
  uint64_t value = TakeVarint();
  if (value == 0) Refuse("a default value is written out");
  return value;
}

uint32_t WireReader::Uint32(uint32_t field) {
  uint64_t value = Uint64(field);
  if (value <= UINT32_MAX) return static_cast<uint32_t>(value);
  Refuse("a number exceeds 32 bits");
  return 0;
}

ByteView WireReader::Bytes(uint32_t field) {
  if (!TakeTag(field, kLengthDelimited)) return {};
  ByteView value = TakeLengthDelimited();
  if (value.empty()) Refuse("a default value is written out");
  return value;
}

ByteView WireReader::String(uint32_t field) {
  ByteView value = Bytes(field);
  if (IsValidUtf8(value)) return value;
  Refuse("a string is not valid UTF-8");
  return {};
}

bool WireReader::Repeated(uint32_t field, ByteView* out) {
  if (!TakeTag(field, kLengthDelimited)) return false;
  *out = TakeLengthDelimited();
  return refused_ == nullptr;
}

size_t WireFieldBytes(size_t length) {
  size_t bytes = 2 + length;
  for (size_t rest = length >> 7; rest != 0; rest >>= 7) ++bytes;
  return bytes;
}

void WriteWireField(Writer& out, uint32_t field, ByteView bytes) {
  SUYUAN_CHECK(field < 16, "a tag of one byte");
  out.U8(static_cast<uint8_t>(field << 3 | kLengthDelimited));
  size_t rest = bytes.size();
  for (; rest >= 0x80; rest >>= 7) out.U8(static_cast<uint8_t>(rest | 0x80));
  out.U8(static_cast<uint8_t>(rest)).Raw(bytes);
}

Status WireReader::Finish(std::string_view what) const {
  if (refused_ != nullptr)
    return Error{ErrorCode::kFormat, std::string(what) + " is not canonical: " + refused_};
  if (!rest_.empty())
    return Error{ErrorCode::kFormat,
                 std::string(what) + " is not canonical: unknown, repeated or misplaced field " +
                     std::to_string(rest_.size()) + " bytes before its end"};
  return {};
}

}  // namespace suyuan::ledger
