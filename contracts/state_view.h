// What contracts see of the state: a read interface that the store (or a map, in tests and in the
// replayer) implements, and an overlay that collects the writes of one block, transaction by
// transaction, so that a refused transaction leaves nothing behind.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "common/bytes.h"
#include "contracts/namespaces.h"
#include "ledger/state_write.h"

namespace suyuan::contracts {

// State as of the last applied block. A disk error aborts the process inside the implementation:
// execution cannot go on without its state, and no outcome may depend on it.
class StateReader {
 public:
  virtual ~StateReader() = default;
  virtual std::optional<Bytes> Get(Namespace ns, ByteView key) const = 0;
  // Pairs with first ≤ key, in bytewise order, until `visit` returns false.
  virtual void Scan(Namespace ns, ByteView first,
                    const std::function<bool(ByteView key, ByteView value)>& visit) const = 0;
  // Last pair with key ≤ bound.
  virtual std::optional<std::pair<Bytes, Bytes>> LastAtMost(Namespace ns, ByteView bound) const = 0;
};

// Longest state key; lets LastAtMost step below a deleted key.
inline constexpr size_t kStateKeyBytesMax = 512;

// Reads through pending writes to a base. Not thread-safe; `visit` of Scan must not write.
class Overlay final : public StateReader {
 public:
  explicit Overlay(const StateReader& base) : base_(base) {}
  // A layer above another one. Not `Overlay tx(block)`: that would be a copy, with all its writes.
  static Overlay Above(const Overlay& below) {
    return Overlay(static_cast<const StateReader&>(below));
  }
  Overlay(const Overlay&) = delete;
  Overlay& operator=(const Overlay&) = delete;
  std::optional<Bytes> Get(Namespace ns, ByteView key) const override;
  void Scan(Namespace ns, ByteView first,
            const std::function<bool(ByteView, ByteView)>& visit) const override;
  std::optional<std::pair<Bytes, Bytes>> LastAtMost(Namespace ns, ByteView bound) const override;
  void Put(Namespace ns, ByteView key, Bytes value);
  void Erase(Namespace ns, ByteView key);
  bool empty() const { return writes_.empty(); }
  // True when a write to `ns` is pending here, whatever layers below hold.
  bool Wrote(Namespace ns) const;
  // Moves all pending writes into `below`, or drops them.
  void CommitTo(Overlay& below);
  void Discard() { writes_.clear(); }
  // The writes in (namespace, key) order, for the store.
  std::vector<ledger::StateWrite> TakeWrites();

 private:
  using Key = std::pair<Namespace, Bytes>;
  using KeyView = std::pair<Namespace, ByteView>;
  // Lookups by view, without a copy of the key.
  struct KeyLess {
    using is_transparent = void;
    template <typename A, typename B>
    bool operator()(const A& a, const B& b) const {
      return KeyView(a.first, a.second) < KeyView(b.first, b.second);
    }
  };
  using Writes = std::map<Key, std::optional<Bytes>, KeyLess>;

  // Last pending write with key ≤ bound, or end().
  Writes::const_iterator LastWriteAtMost(Namespace ns, ByteView bound) const;

  const StateReader& base_;
  Writes writes_;  // nullopt: erased
};

}  // namespace suyuan::contracts
