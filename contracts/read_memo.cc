#include "contracts/read_memo.h"

namespace suyuan::contracts {
namespace {

// Larger ones are few, are decoded once a transaction, and would make memory depend on what a block
// reads: batches of many parts.
constexpr size_t kValueBytesMax = 4096;

}  // namespace

std::optional<Bytes> ReadMemo::Get(Namespace ns, ByteView key) const {
  Known& known = known_[static_cast<uint8_t>(ns)];
  if (const auto found = known.find(key); found != known.end()) return found->second;
  std::optional<Bytes> value = base_.Get(ns, key);
  if (!value || value->size() <= kValueBytesMax) known.emplace(key, value);
  return value;
}

}  // namespace suyuan::contracts
