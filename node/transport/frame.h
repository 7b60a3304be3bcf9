// Frames between peers: u32 length ‖ u8 type ‖ payload, where the length counts type and payload.
// The decoder is fed by strangers' bytes (after TLS, but a member may be hostile), so it checks a
// length before it waits for, or keeps room for, what the length promises.
#pragma once

#include <cstdint>
#include <optional>

#include "common/bytes.h"
#include "common/result.h"

namespace suyuan::node {

// Numbers are frozen.
enum class FrameType : uint8_t {
  kHello = 1,         // first frame of the dialling side
  kHelloReply = 2,    // its answer
  kRaft = 3,          // a message of consensus
  kTransactions = 4,  // transactions on their way to the leader
  kRefused = 5,       // why an entry was not acknowledged
};

// Limits of a frame. Control frames carry no entries.
inline constexpr size_t kControlFrameBytesMax = 64 * 1024;
inline constexpr size_t kBulkFrameBytesMax = 10 * 1024 * 1024;

struct Frame {
  FrameType type = FrameType::kHello;
  ByteView payload;  // valid until the next call of the decoder
};

// What stands before a payload of so many bytes.
Bytes FrameHead(FrameType type, size_t payload_bytes);
void AppendFrame(Bytes* out, FrameType type, ByteView payload);

// Cuts a byte stream into frames. Not thread-safe.
class FrameDecoder {
 public:
  explicit FrameDecoder(size_t frame_bytes_max) : max_(frame_bytes_max) {}
  void Feed(ByteView bytes);
  // The next complete frame, nullopt when more bytes are needed. E_SIZE for a length above the
  // limit, E_FORMAT for an empty frame or an unknown type; after an error the stream is unusable.
  Result<std::optional<Frame>> Next();
  size_t buffered() const { return buffer_.size() - read_; }

 private:
  size_t max_;
  Bytes buffer_;
  size_t read_ = 0;  // bytes of buffer_ that were handed out
};

}  // namespace suyuan::node
