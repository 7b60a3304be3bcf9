#include <sys/resource.h>
#include <unistd.h>

#include "common/limits.h"
#include "genesis/genesis.h"
#include "node/cli/bench_client.h"
#include "node/cli/bench_load.h"
#include "node/cli/commands.h"
#include "node/cli/processes.h"
#include "node/cli/remote_readers.h"

namespace suyuan::cli {
namespace {

uint64_t NodeTicks(const Devnet& devnet) {
  uint64_t ticks = 0;
  for (const DevnetNode& node : devnet.nodes) ticks += CpuTicks(node.pid);
  return ticks;
}

// User and system time of this process, which makes, seals, signs and sends the load.
double ClientSeconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

// CPU time of a measurement.
struct CpuSeconds {
  double nodes = 0, client = 0;
};

// Decimal text with `digits` after the point: JSON here knows integers only, and these are for
// reading and for scripts that parse numbers.
std::string Decimal(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

// The JSON of interfaces.md, where these are numbers.
std::string ReportJson(const BenchOptions& options, const BenchCounts& counts,
                       const CpuSeconds& cpu) {
  double seconds = counts.seconds > 0 ? counts.seconds : 1;
  double rate = static_cast<double>(counts.applied) / seconds;
  uint64_t errors = counts.unsent;
  std::string by_code;
  for (const auto& [code, count] : counts.errors) {
    errors += count;
    by_code += (by_code.empty() ? "" : ",") + json::Canonical(json::Value(code)) + ":" +
               std::to_string(count);
  }
  const LatencyHistogram& l = counts.latency;
  const double each = counts.applied ? 1 / static_cast<double>(counts.applied) : 0;
  return "{\"committed_tx_per_s\":" + Decimal(rate, 1) +
         ",\"records_per_s\":" + Decimal(rate * options.records, 1) +
         ",\"latency_ms\":{\"p50\":" + Decimal(l.QuantileMs(0.5), 3) +
         ",\"p90\":" + Decimal(l.QuantileMs(0.9), 3) +
         ",\"p99\":" + Decimal(l.QuantileMs(0.99), 3) + ",\"max\":" + Decimal(l.MaxMs(), 3) +
         "},\"clients\":" + std::to_string(options.clients) +
         ",\"seconds\":" + Decimal(counts.seconds, 3) + ",\"errors\":" + std::to_string(errors) +
         ",\"errors_by_code\":{" + by_code + "},\"type\":\"" + options.type + "\",\"loop\":\"" +
         (options.rate > 0 ? "open" : "closed") +
         "\",\"cpu_s_per_tx\":" + Decimal(cpu.nodes * each, 9) +
         ",\"client_cpu_s_per_tx\":" + Decimal(cpu.client * each, 9) + "}";
}

Table ReportTable(const BenchOptions& options, const BenchCounts& counts, const CpuSeconds& cpu) {
  double seconds = counts.seconds > 0 ? counts.seconds : 1;
  double rate = static_cast<double>(counts.applied) / seconds;
  Table table{{"figure", "value"}, {}};
  auto add = [&](const char* name, std::string value) {
    table.rows.push_back({name, std::move(value)});
  };
  add("committed transactions/s", Decimal(rate, 1));
  add("records/s", Decimal(rate * options.records, 1));
  add("latency p50", Decimal(counts.latency.QuantileMs(0.5), 2) + " ms");
  add("latency p90", Decimal(counts.latency.QuantileMs(0.9), 2) + " ms");
  add("latency p99", Decimal(counts.latency.QuantileMs(0.99), 2) + " ms");
  add("latency max", Decimal(counts.latency.MaxMs(), 2) + " ms");
  const auto each = [&](double cpu_s) {
    return counts.applied ? Decimal(1000 * cpu_s / static_cast<double>(counts.applied), 3) + " ms"
                          : "";
  };
  add("CPU of all nodes a transaction", each(cpu.nodes));
  add("CPU of this client a transaction", each(cpu.client));
  if (counts.unsent > 0) add("planned, not sent", std::to_string(counts.unsent));
  for (const auto& [code, count] : counts.errors)
    table.rows.push_back({"errors " + code, std::to_string(count)});
  return table;
}

std::string HostOf(const std::string& url) {
  size_t scheme = url.find("://");
  return scheme == std::string::npos ? url : url.substr(scheme + 3);
}

// A batch has at most so many parts (contracts/code_issue.cc), each of them one transaction.
constexpr uint32_t kPartsMax = 1024, kBatchesMin = 16;

Result<std::unique_ptr<BenchLoad>> MakeCodes(const BenchOptions& options, NodeClient& client,
                                             const LedgerId& ledger, KeyRing& ring) {
  BenchSetup setup(ring, client, ledger);
  SUYUAN_RETURN_IF_ERROR(setup.Prepare());
  SUYUAN_ASSIGN_OR_RETURN(std::vector<BenchBatch> batches,
                          setup.NewBatches(std::max(options.clients, kBatchesMin),
                                           uint64_t{options.records} * kPartsMax));
  SUYUAN_ASSIGN_OR_RETURN(const Signer* signer, ring.Get(BenchSetup::kMaker));
  RemoteReaders directory(client);
  return MakeCodeLoad(ledger, *signer, RegistryReaders(directory, *signer), setup,
                      std::move(batches), options.records);
}

// Goods for the whole run at a rate that no machine of this size reaches.
constexpr uint64_t kSinglesPerSecond = 10'000, kRecordsPerSecond = 50'000;
constexpr uint32_t kFlowBatches = 4;

Result<std::unique_ptr<BenchLoad>> MakeFlows(const BenchOptions& options, NodeClient& client,
                                             const LedgerId& ledger, KeyRing& ring,
                                             const Console& console) {
  BenchSetup setup(ring, client, ledger);
  SUYUAN_RETURN_IF_ERROR(setup.Prepare());
  SUYUAN_RETURN_IF_ERROR(setup.PrepareBuyer());
  constexpr uint64_t kPart = limits::kCodesPerTransactionMax;
  const uint64_t wanted =
      options.seconds * (options.records == 1 ? kSinglesPerSecond : kRecordsPerSecond);
  const uint64_t parts = std::min<uint64_t>(wanted / kPart / kFlowBatches + 1, kPartsMax);
  console.Note("putting " + std::to_string(kFlowBatches * parts * kPart) +
               " units into circulation");
  SUYUAN_ASSIGN_OR_RETURN(std::vector<BenchBatch> batches,
                          setup.NewBatches(kFlowBatches, parts * kPart));
  SUYUAN_RETURN_IF_ERROR(
      setup.Circulate(batches, static_cast<uint32_t>(parts), static_cast<uint32_t>(kPart)));
  SUYUAN_ASSIGN_OR_RETURN(const Signer* seller, ring.Get(BenchSetup::kMaker));
  SUYUAN_ASSIGN_OR_RETURN(const Signer* buyer, ring.Get(BenchSetup::kBuyer));
  RemoteReaders directory(client);
  return MakeFlowLoad(ledger, *seller, *buyer, RegistryReaders(directory, *seller), setup,
                      std::move(batches), parts * kPart, options.records);
}

constexpr const char* kPublic = "public";

Result<std::unique_ptr<BenchLoad>> MakeLoad(const BenchOptions& options, const Devnet& devnet,
                                            const LedgerId& ledger, KeyRing& ring,
                                            const Console& console) {
  SUYUAN_ASSIGN_OR_RETURN(NodeClient client,
                          NodeClient::Connect(devnet.nodes.front().api, nullptr));
  if (options.type == "flow") return MakeFlows(options, client, ledger, ring, console);
  if (options.type == "code") return MakeCodes(options, client, ledger, ring);
  SUYUAN_ASSIGN_OR_RETURN(const Signer* signer, ring.Get(devnet.nodes.front().name));
  RemoteReaders directory(client);
  return MakeDocumentLoad(ledger, *signer, RegistryReaders(directory, *signer), options.records,
                          options.type != kPublic);
}

}  // namespace

Status Bench(const BenchOptions& given, const Console& console) {
  BenchOptions options = given;
  if (options.records == 0)
    options.records = options.type == "code" ? limits::kCodesPerTransactionMax : 1;
  SUYUAN_ASSIGN_OR_RETURN(Devnet devnet, LoadDevnet(options.devnet));
  SUYUAN_ASSIGN_OR_RETURN(genesis::Genesis genesis, genesis::LoadGenesis(devnet.genesis));
  SUYUAN_ASSIGN_OR_RETURN(KeyRing ring, KeyRing::Open(options.devnet, PassphraseSource()));
  SUYUAN_ASSIGN_OR_RETURN(std::unique_ptr<BenchLoad> load,
                          MakeLoad(options, devnet, genesis.ledger_id, ring, console));
  BenchPlan plan;
  for (const DevnetNode& node : devnet.nodes) plan.hosts.push_back(HostOf(node.api));
  plan.clients = options.clients;
  plan.seconds = options.seconds;
  plan.rate = options.rate;
  plan.next_body = [&] { return load->NextBody(); };
  console.Note("measuring for " + std::to_string(options.seconds) + " s with " +
               std::to_string(options.clients) + " clients");
  const uint64_t before = NodeTicks(devnet);
  const double client_before = ClientSeconds();
  SUYUAN_ASSIGN_OR_RETURN(BenchCounts counts, RunLoad(plan));
  CpuSeconds cpu;
  cpu.client = ClientSeconds() - client_before;
  cpu.nodes =
      static_cast<double>(NodeTicks(devnet) - before) / static_cast<double>(sysconf(_SC_CLK_TCK));
  bool json =
      console.options().format == Format::kJson || console.options().format == Format::kJsonl;
  if (json)
    console.Line(ReportJson(options, counts, cpu));
  else
    console.Print(ReportTable(options, counts, cpu));
  if (counts.applied == 0) return Error{ErrorCode::kInternal, "no transaction was applied"};
  return {};
}

}  // namespace suyuan::cli
