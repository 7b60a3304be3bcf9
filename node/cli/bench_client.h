// The load generator: many keep-alive connections on one thread, with a client lean enough not to
// be what is measured.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "common/bytes.h"
#include "common/result.h"
#include "node/cli/bench_stats.h"

namespace suyuan::cli {

struct BenchPlan {
  std::vector<std::string> hosts;  // host:port; clients are spread over them
  uint32_t clients = 1;
  double seconds = 10;
  // 0: closed loop, each client waits for its answer. Otherwise open loop: transactions start at
  // planned times whatever the answers do, and latency counts from the planned time, so that a
  // stall shows in every transaction that it delayed (no coordinated omission).
  double rate = 0;
  std::function<Bytes()> next_body;  // empty: nothing is left, the client ends
};

struct BenchCounts {
  LatencyHistogram latency;
  uint64_t applied = 0;
  uint64_t unsent = 0;  // open loop: planned, but no connection came free in time
  double seconds = 0;   // from the first request to the last answer
  std::map<std::string, uint64_t> errors;  // by code, or by HTTP status
};

// E_UNREACHABLE when no connection can be made.
Result<BenchCounts> RunLoad(const BenchPlan& plan);

}  // namespace suyuan::cli
