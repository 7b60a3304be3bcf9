// Reads of one block through a memory: a thousand records of one sender ask for the same party, and
// a unit that changes hands is looked for several times before it has an entry. Execution alone;
// what was read cannot change under it, because the block's writes stand above (Overlay).
#pragma once

#include <array>
#include <string>
#include <unordered_map>

#include "contracts/state_view.h"

namespace suyuan::contracts {

// Not thread-safe. `base` must outlive it and stay as it is.
class ReadMemo final : public StateReader {
 public:
  explicit ReadMemo(const StateReader& base) : base_(base) {}
  std::optional<Bytes> Get(Namespace ns, ByteView key) const override;
  void Scan(Namespace ns, ByteView first,
            const std::function<bool(ByteView, ByteView)>& visit) const override {
    base_.Scan(ns, first, visit);
  }
  std::optional<std::pair<Bytes, Bytes>> LastAtMost(Namespace ns, ByteView bound) const override {
    return base_.LastAtMost(ns, bound);
  }

 private:
  // Looked up by key, never walked: no order of it can show in an outcome.
  struct KeyHash {
    using is_transparent = void;
    size_t operator()(ByteView key) const { return std::hash<ByteView>()(key); }
  };
  using Known = std::unordered_map<Bytes, std::optional<Bytes>, KeyHash, std::equal_to<>>;

  const StateReader& base_;
  mutable std::array<Known, 256> known_;  // by namespace
};

}  // namespace suyuan::contracts
