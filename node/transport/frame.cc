#include "node/transport/frame.h"

#include "common/codec.h"

namespace suyuan::node {

Bytes FrameHead(FrameType type, size_t payload_bytes) {
  Writer head;
  head.U32(static_cast<uint32_t>(payload_bytes + 1)).U8(static_cast<uint8_t>(type));
  return head.Take();
}

void AppendFrame(Bytes* out, FrameType type, ByteView payload) {
  out->append(FrameHead(type, payload.size())).append(payload);
}

void FrameDecoder::Feed(ByteView bytes) {
  if (read_ > 0) {  // everything handed out before has been used by now
    buffer_.erase(0, read_);
    read_ = 0;
  }
  buffer_.append(bytes);
}

Result<std::optional<Frame>> FrameDecoder::Next() {
  Reader in(ByteView(buffer_).substr(read_));
  if (in.remaining() < 4) return std::optional<Frame>();
  uint32_t length = in.U32();
  if (length == 0) return Error{ErrorCode::kFormat, "empty frame"};
  if (length > max_)
    return Error{ErrorCode::kSize,
                 "frame of " + std::to_string(length) + " bytes, at most " + std::to_string(max_)};
  if (in.remaining() == 0) return std::optional<Frame>();
  uint8_t type = static_cast<uint8_t>(in.rest().front());
  if (type < 1 || type > static_cast<uint8_t>(FrameType::kRefused))
    return Error{ErrorCode::kFormat, "unknown frame type " + std::to_string(type)};
  if (in.remaining() < length) return std::optional<Frame>();
  Frame frame{static_cast<FrameType>(in.U8()), in.Raw(length - 1)};
  read_ += 4 + length;
  return std::optional<Frame>(frame);
}

}  // namespace suyuan::node
