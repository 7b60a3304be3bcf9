// Three durable nodes in one process over real TLS, every signature checked by every node: closed
// loop of N clients through one node or all. Prints committed transactions a second, latency and
// CPU a transaction, beside the bound that verification alone sets on this machine.
//
//   cluster_bench [clients] [transactions] [nodes written to: 1 or 3] [pipeline]
#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <vector>

#include <sys/resource.h>

#include "ledger/transaction.h"
#include "node/clock.h"
#include "tests/node/cluster.h"

namespace {

using namespace suyuan;                 // NOLINT: a program
using namespace suyuan::node::testing;  // NOLINT
using SteadyClock = std::chrono::steady_clock;

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// Verifications a second on one core, of exactly these envelopes.
double VerificationRate(const std::vector<std::shared_ptr<const Bytes>>& envelopes) {
  size_t n = std::min<size_t>(envelopes.size(), 3000);
  auto started = SteadyClock::now();
  for (size_t i = 0; i < n; ++i) {
    auto tx = ledger::DecodeTransactionView(*envelopes[i], {}, nullptr);
    if (!tx.ok() || !ledger::VerifyTransactionSignatures(*tx).ok()) std::abort();
  }
  return n / std::chrono::duration<double>(SteadyClock::now() - started).count();
}

struct Load {
  Cluster& cluster;
  size_t nodes;
  std::vector<std::shared_ptr<const Bytes>> envelopes;
  std::atomic<size_t> next{0}, errors{0}, running{0};
  std::mutex mutex;
  std::condition_variable done;
  std::vector<float> latencies_ms;  // guarded by mutex

  void SubmitNext() {
    size_t i = next.fetch_add(1);
    if (i >= envelopes.size()) {
      if (running.fetch_sub(1) == 1) {
        std::lock_guard lock(mutex);
        done.notify_all();
      }
      return;
    }
    auto started = SteadyClock::now();
    cluster.gateway(i % nodes).Submit(
        envelopes[i], api::Wait::kCommitted, [this, started](Result<api::SubmitResult> result) {
          if (!result.ok()) ++errors;
          float ms = std::chrono::duration<float, std::milli>(SteadyClock::now() - started).count();
          {
            std::lock_guard lock(mutex);
            latencies_ms.push_back(ms);
          }
          SubmitNext();
        });
  }
};

}  // namespace

int main(int argc, char** argv) {
  size_t clients = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 64;
  size_t count = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 20'000;
  size_t nodes = argc > 3 ? std::strtoul(argv[3], nullptr, 10) : 1;
  Cluster cluster(3);
  for (size_t i = 0; i < 3; ++i) {
    node::NodeStart start = cluster.StartOf(i);
    start.config.limits.tick_ms = 50;
    if (argc > 4) start.config.limits.pipeline_blocks_max = std::atoi(argv[4]);
    cluster.Start(i, std::move(start));
  }
  size_t leader = cluster.WaitForLeader();
  Load load{cluster, nodes, {}, {}, {}, {}, {}, {}, {}};
  for (size_t i = 0; i < count; ++i) load.envelopes.push_back(cluster.NewEnvelope());
  double verify = VerificationRate(load.envelopes);

  double cpu = CpuSeconds();
  auto started = SteadyClock::now();
  load.running = clients;
  for (size_t c = 0; c < clients; ++c) load.SubmitNext();
  {
    std::unique_lock lock(load.mutex);
    load.done.wait(lock, [&] { return load.running.load() == 0; });
  }
  double seconds = std::chrono::duration<double>(SteadyClock::now() - started).count();
  cluster.Converged();
  cpu = CpuSeconds() - cpu;
  auto& ms = load.latencies_ms;
  std::sort(ms.begin(), ms.end());
  double bound = verify * std::max(1u, std::thread::hardware_concurrency()) / 3;
  std::printf(
      "leader=%zu clients=%zu nodes=%zu: %.0f tx/s (%.0f %% of the verification bound %.0f), "
      "p50 %.2f ms, p99 %.2f ms, cpu %.3f ms/tx (verification %.3f), errors %zu\n",
      leader, clients, nodes, count / seconds, 100 * count / seconds / bound, bound,
      ms[ms.size() / 2], ms[ms.size() * 99 / 100], 1e3 * cpu / count, 3e3 / verify,
      load.errors.load());
  for (size_t i = 0; i < 3; ++i) {
    std::string metrics = cluster.gateway(i).metrics();
    for (const char* name : {"blocks_applied_total ", "log_writes_total ",
                             "log_write_microseconds_total ", "execute_microseconds_total "}) {
      size_t at = metrics.find(std::string("\nsuyuan_") + name);
      std::printf("  %s", metrics.substr(at + 8, metrics.find('\n', at + 1) - at - 8).c_str());
    }
    std::printf("\n");
  }
  return load.errors.load() == 0 ? 0 : 1;
}
