#include "node/metrics.h"

namespace suyuan::node {

void AppendMetric(std::string* out, std::string_view name, std::string_view type,
                  std::string_view help, int64_t value) {
  out->append("# HELP suyuan_").append(name).append(" ").append(help);
  out->append("\n# TYPE suyuan_").append(name).append(" ").append(type);
  out->append("\nsuyuan_").append(name).append(" ").append(std::to_string(value)).append("\n");
}

void AppendMetrics(std::string* out, const Metrics& m) {
  auto counter = [out](std::string_view name, std::string_view help,
                       const Metrics::Counter& value) {
    AppendMetric(out, name, "counter", help,
                 static_cast<int64_t>(value.load(std::memory_order_relaxed)));
  };
  counter("transactions_submitted_total", "Transactions handed in here.", m.submitted);
  counter("transactions_rejected_total", "Refused before the pool.", m.rejected);
  counter("transactions_busy_total", "Answered E_BUSY.", m.busy);
  counter("transactions_timeout_total", "Answered E_TIMEOUT.", m.timeouts);
  counter("transactions_forwarded_total", "Sent to the leader.", m.forwarded);
  counter("transactions_received_total", "Received from other nodes.", m.received_forwarded);
  counter("blocks_proposed_total", "Blocks made as leader.", m.blocks_proposed);
  counter("transactions_proposed_total", "Transactions in those blocks.", m.transactions_proposed);
  counter("blocks_applied_total", "Blocks executed.", m.blocks_applied);
  counter("transactions_applied_total", "Transactions executed.", m.transactions_applied);
  counter("log_writes_total", "Synchronous writes of the log.", m.log_writes);
  counter("log_write_microseconds_total", "Time in those writes.", m.log_write_us);
  counter("execute_microseconds_total", "Time in executing and applying blocks.", m.execute_us);
  counter("appends_checked_total", "Append messages checked.", m.appends_checked);
  counter("entries_refused_total", "Entries that failed the check.", m.entries_refused);
  counter("appends_withheld_total", "Appends dropped for a time ahead of the clock.",
          m.appends_withheld);
  counter("messages_dropped_total", "Messages of consensus dropped by a full queue.",
          m.messages_dropped);
  counter("leader_changes_total", "Changes of the known leader.", m.leader_changes);
  counter("findings_filed_total", "Sealed values that this node put on record.", m.findings_filed);
  counter("findings_refused_total", "FINDING transactions that were not applied.",
          m.findings_refused);
  AppendMetric(out, "audited_height", "gauge", "Last block that the auditor went through.",
               static_cast<int64_t>(m.audited_height.load(std::memory_order_relaxed)));
}

}  // namespace suyuan::node
