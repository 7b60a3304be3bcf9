// The reference model of who holds what: every unit by itself, nothing looked up through anything.
#pragma once

#include <set>
#include <utility>
#include <vector>

#include "tests/contracts/flow_fixture.h"

namespace suyuan::contracts::testing {

inline constexpr int kOutside = -1, kNone = -1, kActors = 4, kUnits = 40, kBoxes = 8, kPallets = 3,
                     kThings = kUnits + kBoxes + kPallets;

// A unit (level 0), box (1) or pallet (2).
struct Thing {
  int level = 0;
  int holder = 0;
  int parent = kNone;
  int linked_at = 0;
  int reserved_by = kNone;  // flow
  bool used = false;        // END_USE
  std::vector<int> moved_by;
};
enum class State { kPending, kDisputed, kConfirmed, kOneSided, kVoided };
struct ModelFlow {
  SentFlow sent;
  State state = State::kPending;
  int from = 0, to = 0;  // actors; kOutside
  bool receiving = false, takes_back = false, to_consumer = false;
  std::vector<int> named = {}, moved = {};
  std::vector<std::pair<int, bool>> before = {};  // of `moved`: holder, used
  int moved_at = 0;
};

// Every holder, link and reservation by itself; nothing is looked up through anything.
class Model {
 public:
  Model() : things(kThings) {
    for (int i = kUnits; i < kThings; ++i) things[i].level = i < kUnits + kBoxes ? 1 : 2;
  }
  std::vector<Thing> things;
  std::vector<ModelFlow> flows;
  int now = 0;

  bool Inside(int thing, int container) const {
    for (int at = things[thing].parent; at != kNone; at = things[at].parent) {
      if (at == container) return true;
    }
    return false;
  }
  std::vector<int> With(const std::vector<int>& named) const {
    std::vector<int> all;
    for (int i = 0; i < kThings; ++i) {
      for (const int n : named) {
        if (i == n || Inside(i, n)) {
          all.push_back(i);
          break;
        }
      }
    }
    return all;
  }
  bool Reserved(int thing, int except = kNone) const {
    for (int at = thing; at != kNone; at = things[at].parent) {
      if (things[at].reserved_by != kNone && things[at].reserved_by != except) return true;
    }
    return false;
  }
  bool Empty(int thing) const {
    for (const Thing& other : things) {
      if (other.parent == thing) return false;
    }
    return true;
  }
  // Of a form that may be named at all: nothing twice, no empty package, used or not as asked.
  bool MayName(const std::vector<int>& named, bool way_back) const {
    for (const int n : named) {
      if (things[n].level > 0 && Empty(n)) return false;
      for (const int m : named) {
        if (Inside(n, m)) return false;
      }
    }
    if (way_back) return true;
    for (const int n : With(named)) {
      if (things[n].used) return false;
    }
    return true;
  }
  bool AllHeldBy(const std::vector<int>& named, int actor) const {
    for (const int n : named) {
      if (things[n].holder != actor) return false;
    }
    return true;
  }
  void TakeOut(const std::vector<int>& named) {
    for (const int n : named) things[n].parent = kNone;
  }
  void Free(int flow) {
    for (Thing& thing : things) {
      if (thing.reserved_by == flow) thing.reserved_by = kNone;
    }
  }
  void Move(int index, int to) {
    ModelFlow& flow = flows[index];
    TakeOut(flow.named);
    Free(index);
    flow.moved = With(flow.named);
    flow.moved_at = now;
    for (const int i : flow.moved) {
      flow.before.emplace_back(things[i].holder, things[i].used);
      things[i].holder = to;
      things[i].moved_by.push_back(index);
      if (flow.to_consumer) things[i].used = true;
      if (flow.takes_back) things[i].used = false;
    }
  }
  bool MayUndo(int index) const {
    const ModelFlow& flow = flows[index];
    const std::set<int> moved(flow.moved.begin(), flow.moved.end());
    for (const int i : flow.moved) {
      if (things[i].moved_by.empty() || things[i].moved_by.back() != index || Reserved(i))
        return false;
    }
    for (int i = 0; i < kThings; ++i) {
      const bool concerned = moved.contains(i) || moved.contains(things[i].parent);
      if (things[i].parent != kNone && things[i].linked_at > flow.moved_at && concerned)
        return false;
    }
    return true;
  }
  void Undo(int index) {
    ModelFlow& flow = flows[index];
    for (size_t n = 0; n < flow.moved.size(); ++n) {
      Thing& thing = things[flow.moved[n]];
      thing.holder = flow.before[n].first;
      thing.used = flow.before[n].second;
      thing.moved_by.pop_back();
    }
  }
};

}  // namespace suyuan::contracts::testing
