// Whole ledgers, offline: verification, and export of what was verified to be readable.
#include <algorithm>
#include <filesystem>
#include <thread>

#include "contracts/replayer.h"
#include "genesis/genesis.h"
#include "genesis/initial_state.h"
#include "ledger/verify/data_dir.h"
#include "ledger/verify/verifier.h"
#include "node/cli/commands.h"
#include "node/cli/data_directory.h"
#include "node/cli/passphrase.h"
#include "node/cli/progress.h"
#include "node/cli/remote_source.h"

namespace suyuan::cli {
namespace {

json::Value ToJson(const ledger::verify::Report& report, bool log_only) {
  return json::Object{{"blocks", report.blocks},
                      {"checkpoint_leaves", report.checkpoint_leaves},
                      {"entry_hash", ToHex(report.entry_hash)},
                      {"executed", !log_only},
                      {"height", report.height},
                      {"leaves", report.leaves},
                      {"log_root", ToHex(report.log_root)},
                      {"ok", report.ok},
                      {"problem", report.problem},
                      {"signatures", report.signatures},
                      {"state_root", ToHex(report.state_root)},
                      {"transactions", report.transactions}};
}

// Damage that already prevents reading is a failed verification, too.
Error Unverified(Error error) {
  if (error.code == ErrorCode::kCorrupt) error.code = ErrorCode::kProof;
  return error;
}

// What is verified, with whatever keeps it alive.
struct Subject {
  std::optional<SigningKey> key;
  std::optional<NodeClient> client;
  std::unique_ptr<ledger::verify::LedgerSource> source;
};

Status Open(const VerifyOptions& options, Subject& out) {
  if (!options.data.empty()) {
    SUYUAN_ASSIGN_OR_RETURN(out.source,
                            ledger::verify::OpenDataDirectory(LedgerDirectory(options.data)));
    return {};
  }
  SUYUAN_ASSIGN_OR_RETURN(out.key, OpenSigningKey(options.target));
  SUYUAN_ASSIGN_OR_RETURN(NodeClient client,
                          NodeClient::Connect(options.target.url, out.key ? &*out.key : nullptr));
  out.client.emplace(std::move(client));
  SUYUAN_ASSIGN_OR_RETURN(out.source, RemoteSource::Open(*out.client));
  return {};
}

ledger::verify::GenesisFacts FactsOf(const genesis::Genesis& genesis) {
  return {genesis.ledger_id, genesis.origin, genesis.time_ms,
          ledger::EncodeConfiguration(genesis.Configuration())};
}

}  // namespace

std::string LedgerDirectory(const std::string& data) {
  std::error_code error;
  std::string inner = data + "/ledger";
  return std::filesystem::is_directory(inner, error) ? inner : data;
}

Status Verify(const VerifyOptions& options, const Console& console) {
  SUYUAN_ASSIGN_OR_RETURN(genesis::Genesis genesis, genesis::LoadGenesis(options.genesis));
  Subject subject;
  if (Status opened = Open(options, subject); !opened.ok()) return Unverified(opened.error());
  SUYUAN_ASSIGN_OR_RETURN(std::vector<ledger::StateWrite> writes, genesis::InitialState(genesis));
  contracts::Replayer replayer(genesis.ledger_id, genesis.limits, std::move(writes));

  auto tip = subject.source->AppliedHeight();
  if (!tip.ok()) return Unverified(tip.error());
  Progress progress(console, "verify", "blocks", *tip);
  ledger::verify::Options how;
  how.threads = std::max(1u, std::thread::hardware_concurrency());
  how.replayer = options.log_only ? nullptr : &replayer;
  how.progress = [&](const ledger::verify::Progress& p) { progress.Set(p.height); };
  ledger::verify::Report report =
      ledger::verify::VerifyLedger(*subject.source, FactsOf(genesis), how);
  if (report.ok) progress.Set(*tip);
  progress.Finish();
  console.Print(ToJson(report, options.log_only));
  if (report.ok) return {};
  return Error{ErrorCode::kProof, "verification failed at height " + std::to_string(report.height) +
                                      ": " + report.problem};
}

}  // namespace suyuan::cli
