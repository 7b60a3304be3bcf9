// Counters of one node; every thread adds, /metrics reads.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

namespace suyuan::node {

struct Metrics {
  using Counter = std::atomic<uint64_t>;
  Counter submitted{0}, rejected{0}, busy{0}, timeouts{0};
  Counter forwarded{0}, received_forwarded{0};
  Counter blocks_proposed{0}, transactions_proposed{0};
  Counter blocks_applied{0}, transactions_applied{0};
  Counter log_writes{0}, log_write_us{0}, execute_us{0};
  Counter appends_checked{0}, entries_refused{0}, appends_withheld{0}, messages_dropped{0};
  Counter leader_changes{0};
  Counter findings_filed{0}, findings_refused{0};
  std::atomic<uint64_t> audited_height{0};  // of the auditor; stays 0 where none runs

  static void Add(Counter& counter, uint64_t n = 1) {
    counter.fetch_add(n, std::memory_order_relaxed);
  }
};

// One sample in Prometheus' text format, with its HELP and TYPE lines.
void AppendMetric(std::string* out, std::string_view name, std::string_view type,
                  std::string_view help, int64_t value);
void AppendMetrics(std::string* out, const Metrics& metrics);

}  // namespace suyuan::node
