#include "node/transport/pieces.h"

#include <utility>

namespace suyuan::node {
namespace {

// Below that a copy is cheaper than a piece of its own: as much as one TLS record carries.
constexpr size_t kSmall = 16 * 1024;

}  // namespace

void Pieces::Add(ByteView bytes) {
  if (bytes.empty()) return;
  size_ += bytes.size();
  const bool joins =
      !pieces_.empty() && !pieces_.back().shared && pieces_.back().own.size() < kSmall;
  if (!joins) pieces_.emplace_back();
  pieces_.back().own.append(bytes);
}

void Pieces::Add(Bytes&& bytes) {
  if (bytes.size() < kSmall) return Add(ByteView(bytes));
  size_ += bytes.size();
  pieces_.push_back({std::move(bytes), nullptr});
}

void Pieces::Add(const std::shared_ptr<const Bytes>& bytes) {
  if (bytes->size() < kSmall) return Add(ByteView(*bytes));
  size_ += bytes->size();
  pieces_.push_back({{}, bytes});
}

void Pieces::Add(Pieces&& more) {
  for (Piece& piece : more.pieces_) piece.shared ? Add(piece.shared) : Add(std::move(piece.own));
  more.clear();
}

void Pieces::clear() {
  pieces_.clear();
  size_ = 0;
}

std::vector<ByteView> Pieces::views() const {
  std::vector<ByteView> out;
  out.reserve(pieces_.size());
  for (const Piece& piece : pieces_) out.push_back(piece.view());
  return out;
}

Bytes Pieces::Joined() const {
  Bytes out;
  out.reserve(size_);
  for (const Piece& piece : pieces_) out.append(piece.view());
  return out;
}

}  // namespace suyuan::node
