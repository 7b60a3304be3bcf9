// Bytes in pieces, sent one after the other. An entry of megabytes goes to every follower: its
// bytes are shared with the log and the other connections instead of being copied for each.
#pragma once

#include <memory>
#include <vector>

#include "common/bytes.h"

namespace suyuan::node {

// Not thread-safe. Shared bytes live as long as the pieces.
class Pieces {
 public:
  Pieces() = default;
  Pieces(Bytes bytes) { Add(std::move(bytes)); }  // NOLINT: implicit for what is in one piece

  // Copied.
  void Add(ByteView bytes);
  // Taken over, or copied when it is small.
  void Add(Bytes&& bytes);
  // Shared, or copied when it is small. Not null.
  void Add(const std::shared_ptr<const Bytes>& bytes);
  void Add(Pieces&& more);

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  void clear();
  // In order; valid until the pieces change.
  std::vector<ByteView> views() const;
  // All in one.
  Bytes Joined() const;

 private:
  struct Piece {
    Bytes own;                            // when `shared` is null
    std::shared_ptr<const Bytes> shared;  // else
    ByteView view() const { return shared ? ByteView(*shared) : ByteView(own); }
  };
  std::vector<Piece> pieces_;
  size_t size_ = 0;
};

}  // namespace suyuan::node
