// Overlay and ReadMemo against a reference map: random operations through two layers (properties),
// and order.
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "contracts/read_memo.h"
#include "contracts/state_view.h"

namespace suyuan::contracts {
namespace {

using Map = std::map<std::pair<Namespace, Bytes>, Bytes>;

class MapReader final : public StateReader {
 public:
  Map map;
  std::optional<Bytes> Get(Namespace ns, ByteView key) const override {
    const auto it = map.find({ns, Bytes(key)});
    return it == map.end() ? std::nullopt : std::optional(it->second);
  }
  void Scan(Namespace ns, ByteView first,
            const std::function<bool(ByteView, ByteView)>& visit) const override {
    for (auto it = map.lower_bound({ns, Bytes(first)}); it != map.end() && it->first.first == ns;
         ++it)
      if (!visit(it->first.second, it->second)) return;
  }
  std::optional<std::pair<Bytes, Bytes>> LastAtMost(Namespace ns, ByteView bound) const override {
    auto it = map.upper_bound({ns, Bytes(bound)});
    if (it == map.begin()) return std::nullopt;
    --it;
    if (it->first.first != ns) return std::nullopt;
    return std::make_pair(it->first.second, it->second);
  }
};

// Short keys over few bytes, so that prefixes, 0x00 and 0xFF meet often.
Bytes RandomKey(std::mt19937& rng) {
  constexpr char kBytes[] = {'\0', '\1', 'a', '\xFE', '\xFF'};
  Bytes key;
  for (size_t n = rng() % 4; n > 0; --n) key += kBytes[rng() % 5];
  return key;
}
Namespace RandomNamespace(std::mt19937& rng) {
  constexpr Namespace kAll[] = {Namespace::kParty, Namespace::kProduct, Namespace::kRecord};
  return kAll[rng() % 3];
}

using Pairs = std::vector<std::pair<Bytes, Bytes>>;
Pairs ScanAll(const StateReader& reader, Namespace ns, ByteView first, size_t limit) {
  Pairs out;
  reader.Scan(ns, first, [&](ByteView key, ByteView value) {
    out.emplace_back(key, value);
    return out.size() < limit;
  });
  return out;
}

void ExpectSame(const StateReader& overlay, const MapReader& model, std::mt19937& rng) {
  const Namespace ns = RandomNamespace(rng);
  const Bytes key = RandomKey(rng);
  ASSERT_EQ(overlay.Get(ns, key), model.Get(ns, key));
  ASSERT_EQ(overlay.LastAtMost(ns, key), model.LastAtMost(ns, key));
  const size_t limit = 1 + rng() % 6;
  ASSERT_EQ(ScanAll(overlay, ns, key, limit), ScanAll(model, ns, key, limit));
}

TEST(OverlayProperty, AgreesWithAMapThroughTwoLayers) {
  for (uint32_t seed = 1; seed <= 20; ++seed) {
    std::mt19937 rng(seed);
    MapReader base, model, model_below;
    for (int i = 0; i < 60; ++i)
      base.map[{RandomNamespace(rng), RandomKey(rng)}] = std::to_string(i);
    model.map = model_below.map = base.map;
    Overlay block(base);
    Overlay tx = Overlay::Above(block);
    for (int step = 0; step < 1'500; ++step) {
      const Namespace ns = RandomNamespace(rng);
      const Bytes key = RandomKey(rng);
      const uint32_t dice = rng() % 100;
      if (dice < 40) {
        tx.Put(ns, key, std::to_string(step));
        model.map[{ns, key}] = std::to_string(step);
      } else if (dice < 70) {
        tx.Erase(ns, key);
        model.map.erase({ns, key});
      } else if (dice < 73) {
        tx.CommitTo(block);
        ASSERT_TRUE(tx.empty());
        model_below.map = model.map;
      } else if (dice < 76) {
        tx.Discard();
        model.map = model_below.map;
      }
      ExpectSame(tx, model, rng);
      ExpectSame(block, model_below, rng);
    }
  }
}

TEST(Overlay, WritesComeOutInOrderAndApplyToTheBase) {
  std::mt19937 rng(99);
  MapReader base;
  for (int i = 0; i < 40; ++i) base.map[{RandomNamespace(rng), RandomKey(rng)}] = "old";
  MapReader model;
  model.map = base.map;
  Overlay overlay(base);
  for (int i = 0; i < 200; ++i) {
    const Namespace ns = RandomNamespace(rng);
    const Bytes key = RandomKey(rng);
    if (rng() % 2) {
      overlay.Put(ns, key, std::to_string(i));
      model.map[{ns, key}] = std::to_string(i);
    } else {
      overlay.Erase(ns, key);
      model.map.erase({ns, key});
    }
  }
  const auto writes = overlay.TakeWrites();
  EXPECT_TRUE(overlay.empty());
  for (size_t i = 1; i < writes.size(); ++i)
    EXPECT_LT(std::pair(writes[i - 1].name_space, writes[i - 1].key),
              std::pair(writes[i].name_space, writes[i].key));
  for (const auto& write : writes) {
    EXPECT_EQ(write.in_tree, write.name_space < 0x80);
    const std::pair key(static_cast<Namespace>(write.name_space), write.key);
    if (write.value) {
      base.map[key] = *write.value;
    } else {
      base.map.erase(key);
    }
  }
  EXPECT_EQ(base.map, model.map);
}

TEST(Overlay, StepsBelowALongRunOfErasedKeys) {
  MapReader base;
  base.map[{Namespace::kCode, "a"}] = "kept";
  for (int i = 0; i < 500; ++i)
    base.map[{Namespace::kCode, "b" + std::string(1, static_cast<char>(i % 256)) +
                                    std::string(static_cast<size_t>(i / 256), '\0')}] = "x";
  Overlay overlay(base);
  for (const auto& [key, value] : base.map)
    if (value == "x") overlay.Erase(key.first, key.second);
  const auto found = overlay.LastAtMost(Namespace::kCode, "zzz");
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->first, "a");
}

// Counts what is asked of it.
class CountedReader final : public StateReader {
 public:
  explicit CountedReader(const MapReader& base) : base_(base) {}
  std::optional<Bytes> Get(Namespace ns, ByteView key) const override {
    ++gets;
    return base_.Get(ns, key);
  }
  void Scan(Namespace ns, ByteView first,
            const std::function<bool(ByteView, ByteView)>& visit) const override {
    base_.Scan(ns, first, visit);
  }
  std::optional<std::pair<Bytes, Bytes>> LastAtMost(Namespace ns, ByteView bound) const override {
    return base_.LastAtMost(ns, bound);
  }
  mutable size_t gets = 0;

 private:
  const MapReader& base_;
};

TEST(ReadMemo, AgreesWithWhatItReadsAndAsksOnce) {
  for (uint32_t seed = 1; seed <= 20; ++seed) {
    std::mt19937 rng(seed);
    MapReader model;
    for (int i = 0; i < 60; ++i) model.map[{RandomNamespace(rng), RandomKey(rng)}] = RandomKey(rng);
    const CountedReader counted(model);
    const ReadMemo memo(counted);
    std::set<std::pair<Namespace, Bytes>> asked;
    for (int i = 0; i < 400; ++i) {
      ExpectSame(memo, model, rng);
      const Namespace ns = RandomNamespace(rng);
      const Bytes key = RandomKey(rng);
      const size_t before = counted.gets;
      ASSERT_EQ(memo.Get(ns, key), model.Get(ns, key));
      const size_t after = counted.gets;
      ASSERT_EQ(memo.Get(ns, key), model.Get(ns, key));  // present or absent
      ASSERT_EQ(counted.gets, after);
      if (!asked.insert({ns, key}).second) {
        ASSERT_EQ(after, before);
      }
    }
  }
}

TEST(ReadMemo, DoesNotKeepWhatIsLarge) {
  MapReader model;
  model.map[{Namespace::kBatch, "batch"}] = Bytes(5000, 'b');
  const CountedReader counted(model);
  const ReadMemo memo(counted);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(memo.Get(Namespace::kBatch, "batch")->size(), 5000u);
  EXPECT_EQ(counted.gets, 3u);
}

}  // namespace
}  // namespace suyuan::contracts
