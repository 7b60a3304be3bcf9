#include "contracts/state_view.h"

#include "common/check.h"

namespace suyuan::contracts {

std::optional<Bytes> Overlay::Get(Namespace ns, ByteView key) const {
  const auto it = writes_.find(KeyView(ns, key));
  return it == writes_.end() ? base_.Get(ns, key) : it->second;
}

void Overlay::Scan(Namespace ns, ByteView first,
                   const std::function<bool(ByteView, ByteView)>& visit) const {
  auto own = writes_.lower_bound(KeyView(ns, first));
  const auto own_left = [&] { return own != writes_.end() && own->first.first == ns; };
  bool go_on = true;
  // Hands out pending writes below `bound` (all of them without one).
  const auto visit_own_below = [&](const ByteView* bound) {
    while (go_on && own_left() && (bound == nullptr || ByteView(own->first.second) < *bound)) {
      if (own->second) go_on = visit(own->first.second, *own->second);
      ++own;
    }
  };
  base_.Scan(ns, first, [&](ByteView key, ByteView value) {
    visit_own_below(&key);
    if (!go_on) return false;
    if (own_left() && own->first.second == key) {  // ours hides the base's
      if (own->second) go_on = visit(key, *own->second);
      ++own;
    } else {
      go_on = visit(key, value);
    }
    return go_on;
  });
  visit_own_below(nullptr);
}

Overlay::Writes::const_iterator Overlay::LastWriteAtMost(Namespace ns, ByteView bound) const {
  auto it = writes_.upper_bound(KeyView(ns, bound));
  while (it != writes_.begin()) {
    --it;
    if (it->first.first != ns) break;
    if (it->second) return it;
  }
  return writes_.end();
}

std::optional<std::pair<Bytes, Bytes>> Overlay::LastAtMost(Namespace ns, ByteView bound) const {
  const auto own = LastWriteAtMost(ns, bound);
  Bytes limit(bound);
  for (;;) {
    auto below = base_.LastAtMost(ns, limit);
    const bool own_wins =
        own != writes_.end() && (!below || ByteView(own->first.second) >= below->first);
    if (own_wins) return std::make_pair(own->first.second, *own->second);
    if (!below) return std::nullopt;
    const auto hidden = writes_.find(KeyView(ns, below->first));
    if (hidden == writes_.end()) return below;
    // Erased here: look below it. No key is longer than kStateKeyBytesMax, so this bound is the
    // greatest possible key before `below->first`.
    limit = std::move(below->first);
    if (limit.empty()) return std::nullopt;
    if (limit.back() == '\0') {
      limit.pop_back();
    } else {
      limit.back() = static_cast<char>(static_cast<uint8_t>(limit.back()) - 1);
      limit.append(kStateKeyBytesMax, '\xFF');
    }
  }
}

void Overlay::Put(Namespace ns, ByteView key, Bytes value) {
  SUYUAN_CHECK(key.size() <= kStateKeyBytesMax, "state key too long");
  const auto it = writes_.lower_bound(KeyView(ns, key));
  if (it != writes_.end() && it->first.first == ns && it->first.second == key) {
    it->second = std::move(value);
  } else {
    writes_.emplace_hint(it, Key(ns, Bytes(key)), std::move(value));
  }
}

void Overlay::Erase(Namespace ns, ByteView key) {
  writes_.insert_or_assign(Key(ns, Bytes(key)), std::nullopt);
}

bool Overlay::Wrote(Namespace ns) const {
  const auto it = writes_.lower_bound(KeyView(ns, {}));
  return it != writes_.end() && it->first.first == ns;
}

void Overlay::CommitTo(Overlay& below) {
  SUYUAN_CHECK(&below != this, "an overlay cannot commit to itself");
  if (below.writes_.empty()) return below.writes_.swap(writes_);
  // Nodes move; where both wrote, the upper value wins.
  while (!writes_.empty()) {
    auto inserted = below.writes_.insert(writes_.extract(writes_.begin()));
    if (!inserted.inserted) inserted.position->second = std::move(inserted.node.mapped());
  }
}

std::vector<ledger::StateWrite> Overlay::TakeWrites() {
  std::vector<ledger::StateWrite> out;
  out.reserve(writes_.size());
  while (!writes_.empty()) {
    auto node = writes_.extract(writes_.begin());
    const Namespace ns = node.key().first;
    out.push_back({static_cast<uint8_t>(ns), InTree(ns), std::move(node.key().second),
                   std::move(node.mapped())});
  }
  return out;
}

}  // namespace suyuan::contracts
