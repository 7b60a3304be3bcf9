// A reader of canonical Protobuf (docs/formats.md §0) that hands out views. Because canonical
// messages have ascending field numbers, a decoder asks for its fields in that order and everything
// that is not canonical (unknown or repeated fields, other order, wrong wire types, default values,
// long varints) is left over or refused. So the bytes are accepted exactly when a Protobuf 3
// serialiser would write them again, without parsing into objects or serialising anything.
#pragma once

#include <cstdint>
#include <string_view>

#include "common/bytes.h"
#include "common/codec.h"
#include "common/result.h"

namespace suyuan::ledger {

// One message. After any refusal every later read gives nothing and `Finish` the error. The views
// live as long as the message's bytes. Not thread-safe.
class WireReader {
 public:
  explicit WireReader(ByteView message) : rest_(message) {}

  // Singular fields: the default (0, empty) when absent.
  uint64_t Uint64(uint32_t field);
  uint32_t Uint32(uint32_t field);
  ByteView Bytes(uint32_t field);
  // Bytes that must be well-formed UTF-8, as Protobuf's `string`.
  ByteView String(uint32_t field);
  // The next element of a repeated bytes or message field; false when there is none.
  bool Repeated(uint32_t field, ByteView* out);

  // OK when every byte was read and accepted; E_FORMAT naming `what` otherwise.
  Status Finish(std::string_view what) const;

 private:
  bool TakeTag(uint32_t field, uint32_t wire_type);
  uint64_t TakeVarint();
  ByteView TakeLengthDelimited();
  void Refuse(const char* why);

  ByteView rest_;
  const char* refused_ = nullptr;
};

// A bytes or message field, written; what a message of such fields needs beside its bytes is one
// tag and one length each. For messages of megabytes, which the Protobuf library would copy twice.
// Field numbers below 16.
size_t WireFieldBytes(size_t length);
void WriteWireField(Writer& out, uint32_t field, ByteView bytes);

}  // namespace suyuan::ledger
