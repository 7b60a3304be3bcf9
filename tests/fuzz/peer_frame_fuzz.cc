// libFuzzer: a stream of peer frames as a hostile member might send it.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "node/transport/frame.h"
#include "node/transport/wire.h"

namespace {

using suyuan::ByteView;
using suyuan::node::Frame;

// What decodes must encode to the same bytes.
void CheckPayload(const Frame& frame) {
  using namespace suyuan::node;  // NOLINT: the payload codecs
  if (auto wire = DecodeMessage(frame.payload); wire.ok()) {
    for (const auto& data : wire->entries) {
      suyuan::consensus::Entry entry;
      entry.data = data;
      wire->message.entries.push_back(entry);
    }
    if (EncodeMessage(wire->message).Joined() != frame.payload) std::abort();
  }
  if (auto v = DecodeTransactions(frame.payload); v.ok())
    if (EncodeTransactions(*v) != frame.payload) std::abort();
  if (auto v = DecodeHello(frame.payload); v.ok())
    if (EncodeHello(*v) != frame.payload) std::abort();
  if (auto v = DecodeHelloReply(frame.payload); v.ok())
    if (EncodeHelloReply(*v) != frame.payload) std::abort();
  if (auto v = DecodeRefusal(frame.payload); v.ok())
    if (EncodeRefusal(*v) != frame.payload) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  suyuan::node::FrameDecoder decoder(suyuan::node::kControlFrameBytesMax);
  ByteView rest(reinterpret_cast<const char*>(data), size);
  // The first byte says in which pieces the stream arrives.
  size_t piece = rest.empty() ? 1 : 1 + static_cast<uint8_t>(rest.front());
  while (!rest.empty()) {
    decoder.Feed(rest.substr(0, piece));
    rest.remove_prefix(std::min(piece, rest.size()));
    for (;;) {
      auto frame = decoder.Next();
      if (!frame.ok()) return 0;
      if (!frame->has_value()) break;
      CheckPayload(**frame);
    }
  }
  return 0;
}
