// Throughput of the pure core: three nodes in memory, messages delivered at once, writes that cost
// nothing. What remains is the protocol's own work per committed entry on all three nodes.
#include <memory>
#include <vector>

#include <benchmark/benchmark.h>

#include "common/check.h"
#include "tests/consensus/test_node.h"

namespace suyuan::consensus::testing {
namespace {

class Trio {
 public:
  Trio() {
    for (uint32_t i = 1; i <= 3; ++i) {
      RaftConfig config;
      config.id = NodeId(i);
      config.membership = MakeMembership(3);
      nodes_.push_back(std::make_unique<TestNode>(config));
      nodes_.back()->Start();
    }
    while (leader().role() != Role::kLeader) {
      leader().Tick();
      Settle();
    }
  }

  Raft& leader() { return nodes_[0]->raft(); }

  void Propose(const std::shared_ptr<const Bytes>& data) {
    const Index index = leader().LastIndex() + 1;
    Entry entry{index, leader().term(), hash_, data};
    hash_.data[index.value() % Hash::kSize] ^= static_cast<uint8_t>(index.value());
    SUYUAN_CHECK(leader().Propose(std::move(entry)).ok(), "refused");
  }

  // Until nothing moves.
  void Settle() {
    for (bool moved = true; moved;) {
      moved = false;
      for (auto& node : nodes_) {
        if (!node->raft().HasReady()) continue;
        moved = true;
        Ready ready = node->Take();
        if (ready.became_leader) Propose(std::make_shared<const Bytes>());
        Deliver(std::move(ready.messages));
        while (!node->writes().empty()) Deliver(node->CompleteWrite());
      }
    }
  }

 private:
  void Deliver(std::vector<Message> messages) {
    for (Message& m : messages) {
      const Status status = nodes_[m.to.value() - 1]->raft().Step(std::move(m));
      SUYUAN_CHECK(status.ok(), "refused");
    }
  }

  std::vector<std::unique_ptr<TestNode>> nodes_;
  Hash hash_;
};

// Argument: proposals between two Readys, i.e. how many entries share a message and a write.
void BM_CommittedEntries(benchmark::State& state) {
  Trio trio;
  const auto data = std::make_shared<const Bytes>(256, 'x');
  const Index before = trio.leader().commit();
  for (auto _ : state) {
    for (int64_t i = 0; i < state.range(0); ++i) trio.Propose(data);
    trio.Settle();
  }
  SUYUAN_CHECK(
      trio.leader().commit() - before == static_cast<uint64_t>(state.iterations() * state.range(0)),
      "not everything was committed");
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_CommittedEntries)->Arg(1)->Arg(16)->Arg(256)->Iterations(2000);

// Argument: reads that share a round of heartbeats.
void BM_ReadIndex(benchmark::State& state) {
  Trio trio;
  uint64_t context = 0;
  for (auto _ : state) {
    for (int64_t i = 0; i < state.range(0); ++i)
      SUYUAN_CHECK(trio.leader().ReadIndex(++context).ok(), "refused");
    trio.Settle();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_ReadIndex)->Arg(1)->Arg(64);

}  // namespace
}  // namespace suyuan::consensus::testing
