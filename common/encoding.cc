#include "common/encoding.h"

#include <array>

namespace suyuan {
namespace {

constexpr char kHex[] = "0123456789abcdef";
constexpr char kBase32[] = "abcdefghijklmnopqrstuvwxyz234567";
constexpr char kBase64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<int8_t, 256> Inverse(const char* alphabet) {
  std::array<int8_t, 256> table{};
  for (auto& v : table) v = -1;
  for (int i = 0; alphabet[i] != 0; ++i)
    table[static_cast<uint8_t>(alphabet[i])] = static_cast<int8_t>(i);
  return table;
}
constexpr auto kBase32Inverse = Inverse(kBase32);
constexpr auto kBase64Inverse = Inverse(kBase64);

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Length of the well-formed UTF-8 sequence at the start of `s`, 0 if there is none.
size_t Utf8SequenceLength(ByteView s) {
  auto at = [&](size_t i) { return static_cast<uint8_t>(s[i]); };
  auto tail = [&](size_t i) { return i < s.size() && (at(i) & 0xC0) == 0x80; };
  uint8_t a = at(0);
  if (a < 0x80) return 1;
  if (a >= 0xC2 && a <= 0xDF) return tail(1) ? 2 : 0;
  if (a >= 0xE0 && a <= 0xEF) {
    if (!tail(1) || !tail(2)) return 0;
    if (a == 0xE0 && at(1) < 0xA0) return 0;
    if (a == 0xED && at(1) > 0x9F) return 0;
    return 3;
  }
  if (a >= 0xF0 && a <= 0xF4) {
    if (!tail(1) || !tail(2) || !tail(3)) return 0;
    if (a == 0xF0 && at(1) < 0x90) return 0;
    if (a == 0xF4 && at(1) > 0x8F) return 0;
    return 4;
  }
  return 0;
}

}  // namespace

std::string HexEncode(ByteView bytes) {
  std::string out(bytes.size() * 2, '0');
  for (size_t i = 0; i < bytes.size(); ++i) {
    auto b = static_cast<uint8_t>(bytes[i]);
    out[2 * i] = kHex[b >> 4];
    out[2 * i + 1] = kHex[b & 15];
  }
  return out;
}

Result<Bytes> HexDecode(ByteView hex) {
  if (hex.size() % 2 != 0) return Error{ErrorCode::kFormat, "odd number of hex digits"};
  Bytes out(hex.size() / 2, '\0');
  for (size_t i = 0; i < out.size(); ++i) {
    int hi = HexDigit(hex[2 * i]), lo = HexDigit(hex[2 * i + 1]);
    if (hi < 0 || lo < 0)
      return Error{ErrorCode::kFormat, "not a hex digit at position " + std::to_string(2 * i)};
    out[i] = static_cast<char>(hi << 4 | lo);
  }
  return out;
}

std::string Base32Encode(ByteView bytes) {
  std::string out;
  uint32_t buffer = 0;
  int bits = 0;
  for (char c : bytes) {
    buffer = buffer << 8 | static_cast<uint8_t>(c);
    for (bits += 8; bits >= 5; bits -= 5) out.push_back(kBase32[buffer >> (bits - 5) & 31]);
  }
  if (bits > 0) out.push_back(kBase32[buffer << (5 - bits) & 31]);
  return out;
}

Result<Bytes> Base32Decode(ByteView text) {
  Bytes out;
  uint32_t buffer = 0;
  int bits = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    int v = kBase32Inverse[static_cast<uint8_t>(text[i])];
    if (v < 0)
      return Error{ErrorCode::kFormat, "not a base32 character at position " + std::to_string(i)};
    buffer = buffer << 5 | static_cast<uint32_t>(v);
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      out.push_back(static_cast<char>(buffer >> bits & 255));
    }
  }
  if (bits >= 5 || (buffer & ((1u << bits) - 1)) != 0)
    return Error{ErrorCode::kFormat, "base32 text does not end at a whole byte"};
  return out;
}

std::string Base64Encode(ByteView bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t v = 0;
    size_t n = std::min<size_t>(3, bytes.size() - i);
    for (size_t j = 0; j < 3; ++j) v = v << 8 | (j < n ? static_cast<uint8_t>(bytes[i + j]) : 0);
    for (size_t j = 0; j < 4; ++j) out.push_back(j <= n ? kBase64[v >> (18 - 6 * j) & 63] : '=');
  }
  return out;
}

Result<Bytes> Base64Decode(ByteView text) {
  const Error bad{ErrorCode::kFormat, "not base64"};
  if (text.size() % 4 != 0) return bad;
  Bytes out;
  for (size_t i = 0; i < text.size(); i += 4) {
    uint32_t v = 0;
    size_t pad = 0;
    for (size_t j = 0; j < 4; ++j) {
      char c = text[i + j];
      bool may_pad = i + 4 == text.size() && j >= 2;
      if (c == '=' && may_pad) {
        ++pad;
        v <<= 6;
        continue;
      }
      int d = kBase64Inverse[static_cast<uint8_t>(c)];
      if (d < 0 || pad > 0) return bad;
      v = v << 6 | static_cast<uint32_t>(d);
    }
    if ((pad == 1 && (v & 0xFF) != 0) || (pad == 2 && (v & 0xFFFF) != 0)) return bad;
    for (size_t j = 0; j < 3 - pad; ++j) out.push_back(static_cast<char>(v >> (16 - 8 * j) & 255));
  }
  return out;
}

bool IsValidUtf8(ByteView text) {
  while (!text.empty()) {
    size_t n = Utf8SequenceLength(text);
    if (n == 0) return false;
    text.remove_prefix(n);
  }
  return true;
}

size_t Utf8Length(ByteView text) {
  size_t n = 0;
  for (char c : text) n += (static_cast<uint8_t>(c) & 0xC0) != 0x80;
  return n;
}

}  // namespace suyuan
