// Two implementations of StateReader for tests: a sorted map, and a sorted vector that is rebuilt,
// so that nothing in the executor can lean on one of them.
#pragma once

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "contracts/state_view.h"

namespace suyuan::contracts::testing {

class MapState final : public StateReader {
 public:
  std::optional<Bytes> Get(Namespace ns, ByteView key) const override {
    const auto it = values.find({ns, Bytes(key)});
    return it == values.end() ? std::nullopt : std::optional<Bytes>(it->second);
  }
  void Scan(Namespace ns, ByteView first,
            const std::function<bool(ByteView, ByteView)>& visit) const override {
    for (auto it = values.lower_bound({ns, Bytes(first)});
         it != values.end() && it->first.first == ns; ++it) {
      if (!visit(it->first.second, it->second)) return;
    }
  }
  std::optional<std::pair<Bytes, Bytes>> LastAtMost(Namespace ns, ByteView bound) const override {
    auto it = values.upper_bound({ns, Bytes(bound)});
    if (it == values.begin() || (--it)->first.first != ns) return std::nullopt;
    return std::pair(it->first.second, it->second);
  }
  void Apply(const std::vector<ledger::StateWrite>& writes) {
    for (const ledger::StateWrite& write : writes) {
      const auto key = std::pair(static_cast<Namespace>(write.name_space), write.key);
      if (write.value) {
        values[key] = *write.value;
      } else {
        values.erase(key);
      }
    }
  }

  std::map<std::pair<Namespace, Bytes>, Bytes> values;
};

class VectorState final : public StateReader {
 public:
  std::optional<Bytes> Get(Namespace ns, ByteView key) const override {
    const auto it = Lower(ns, key);
    if (it == rows_.end() || it->ns != ns || it->key != key) return std::nullopt;
    return it->value;
  }
  void Scan(Namespace ns, ByteView first,
            const std::function<bool(ByteView, ByteView)>& visit) const override {
    for (auto it = Lower(ns, first); it != rows_.end() && it->ns == ns; ++it) {
      if (!visit(it->key, it->value)) return;
    }
  }
  std::optional<std::pair<Bytes, Bytes>> LastAtMost(Namespace ns, ByteView bound) const override {
    auto it = Lower(ns, bound);
    if (it != rows_.end() && it->ns == ns && it->key == bound) return std::pair(it->key, it->value);
    if (it == rows_.begin() || (--it)->ns != ns) return std::nullopt;
    return std::pair(it->key, it->value);
  }
  void Apply(const std::vector<ledger::StateWrite>& writes) {
    for (const ledger::StateWrite& write : writes) {
      const auto ns = static_cast<Namespace>(write.name_space);
      const auto at = rows_.begin() + (Lower(ns, write.key) - rows_.cbegin());
      const bool found = at != rows_.end() && at->ns == ns && at->key == write.key;
      if (found && write.value) {
        at->value = *write.value;
      } else if (found) {
        rows_.erase(at);
      } else if (write.value) {
        rows_.insert(at, {ns, write.key, *write.value});
      }
    }
  }

 private:
  struct Row {
    Namespace ns;
    Bytes key, value;
  };
  std::vector<Row>::const_iterator Lower(Namespace ns, ByteView key) const {
    return std::lower_bound(rows_.cbegin(), rows_.cend(), std::pair(ns, key),
                            [](const Row& row, const std::pair<Namespace, ByteView>& wanted) {
                              return std::pair(row.ns, ByteView(row.key)) < wanted;
                            });
  }
  std::vector<Row> rows_;
};

}  // namespace suyuan::contracts::testing
