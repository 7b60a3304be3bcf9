#include <chrono>
#include <filesystem>
#include <thread>

#include "node/cli/commands.h"
#include "node/cli/devnet.h"
#include "node/cli/http_client.h"
#include "node/cli/processes.h"

namespace suyuan::cli {
namespace {

constexpr int kStartSeconds = 60, kStopSeconds = 30;

bool IsReady(const DevnetNode& node) {
  auto client = NodeClient::Connect(node.api, nullptr, 2);
  return client.ok() && client->Get("/readyz").ok();
}

// The end of a node's log, where a node that could not start says why.
std::string LastLogLine(const std::string& path) {
  std::string last;
  std::FILE* file = std::fopen(path.c_str(), "r");
  if (file == nullptr) return "";
  char line[2048];
  while (std::fgets(line, sizeof line, file) != nullptr)
    if (line[0] != '\n') last = line;
  std::fclose(file);
  if (last.ends_with('\n')) last.pop_back();
  return last;
}

Status StartNodes(Devnet& devnet) {
  for (DevnetNode& node : devnet.nodes) {
    if (IsNodeProcess(node.pid, node.config)) continue;
    SUYUAN_ASSIGN_OR_RETURN(node.pid,
                            StartDetached({OwnBinary(), "node", "run", "--config", node.config,
                                           "--passphrase-file", devnet.passphrase_file},
                                          node.log));
    // At once, so that `devnet down` finds every process whatever happens next.
    SUYUAN_RETURN_IF_ERROR(SaveDevnet(devnet));
  }
  return {};
}

// Ready: a leader is known and the node has caught up (the node says so itself).
Status AwaitReady(const Devnet& devnet) {
  auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(kStartSeconds);
  for (const DevnetNode& node : devnet.nodes) {
    while (!IsReady(node)) {
      if (!IsNodeProcess(node.pid, node.config))
        return Error{ErrorCode::kInternal, node.name + " ended; the last line of " + node.log +
                                               " is: " + LastLogLine(node.log)};
      if (std::chrono::steady_clock::now() > deadline)
        return Error{ErrorCode::kTimeout, node.name + " is not ready after " +
                                              std::to_string(kStartSeconds) + " s; see " +
                                              node.log};
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  }
  return {};
}

// A directory that was moved or copied still names its old place; running that would surprise.
Status CheckPlace(const Devnet& devnet) {
  std::string expected = devnet.directory + "/genesis.json";
  std::error_code error;
  if (std::filesystem::equivalent(devnet.genesis, expected, error)) return {};
  return Error{ErrorCode::kConfig, devnet.directory + "/devnet.json belongs to " + devnet.genesis +
                                       "; a devnet cannot be moved, make a new one"};
}

}  // namespace

Status DevnetUp(const DevnetUpOptions& options, const Console& console) {
  bool exists = std::filesystem::exists(options.directory + "/devnet.json");
  Devnet devnet;
  if (exists) {
    SUYUAN_ASSIGN_OR_RETURN(devnet, LoadDevnet(options.directory));
    SUYUAN_RETURN_IF_ERROR(CheckPlace(devnet));
    console.Note("starting the devnet in " + devnet.directory);
    if (devnet.nodes.size() != options.nodes)
      console.Warn("it has " + std::to_string(devnet.nodes.size()) + " nodes; --nodes is ignored");
  } else {
    SUYUAN_ASSIGN_OR_RETURN(devnet,
                            MakeDevnet(options.directory, options.nodes, options.base_port));
    console.Note("made a devnet in " + devnet.directory);
    console.Note("the passphrase of all its keys lies beside them, in " + devnet.passphrase_file +
                 ": for trying out only");
  }
  SUYUAN_RETURN_IF_ERROR(StartNodes(devnet));
  SUYUAN_RETURN_IF_ERROR(AwaitReady(devnet));
  return DevnetStatus(devnet.directory, console);
}

Status DevnetDown(const std::string& directory, const Console& console) {
  SUYUAN_ASSIGN_OR_RETURN(Devnet devnet, LoadDevnet(directory));
  // All are asked first, then all are awaited: the last ones need not elect a leader again.
  std::vector<std::thread> stopping;
  std::vector<Status> results(devnet.nodes.size());
  for (size_t i = 0; i < devnet.nodes.size(); ++i)
    stopping.emplace_back([&, i] {
      results[i] = StopProcess(devnet.nodes[i].pid, devnet.nodes[i].config, kStopSeconds);
    });
  for (std::thread& thread : stopping) thread.join();
  for (size_t i = 0; i < results.size(); ++i)
    if (results[i].ok()) devnet.nodes[i].pid = 0;
  SUYUAN_RETURN_IF_ERROR(SaveDevnet(devnet));
  for (const Status& result : results) SUYUAN_RETURN_IF_ERROR(result);
  console.Note("stopped " + std::to_string(devnet.nodes.size()) + " nodes");
  return {};
}

Status DevnetStatus(const std::string& directory, const Console& console) {
  SUYUAN_ASSIGN_OR_RETURN(Devnet devnet, LoadDevnet(directory));
  Table table{{"name", "role", "party", "api", "pid", "state", "height", "log"}, {}};
  for (const DevnetNode& node : devnet.nodes) {
    bool running = IsNodeProcess(node.pid, node.config);
    std::string state = running ? "starting" : "stopped";
    json::Value height;
    auto client = NodeClient::Connect(node.api, nullptr, 2);
    if (running && client.ok()) {
      auto status = client->GetJson("/v1/status");
      if (status.ok()) {
        state = status->Text("role");
        if (const json::Value* applied = status->Find("applied")) height = *applied;
      }
    }
    table.rows.push_back({node.name, node.role, ToString(node.party), node.api,
                          running ? json::Value(node.pid) : json::Value(), state, height,
                          node.log});
  }
  console.Print(table);
  return {};
}

}  // namespace suyuan::cli
