// Whole ledgers, offline: verification, and export of what was verified to be readable.
#include <algorithm>
#include <filesystem>
#include <thread>

#include "contracts/replayer.h"
#include "genesis/initial_state.h"
#include "node/cli/commands.h"
#include "node/cli/data_directory.h"
#include "node/cli/ledger_subject.h"
#include "node/cli/progress.h"

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

}  // namespace

std::string LedgerDirectory(const std::string& data) {
  std::error_code error;
  std::string inner = data + "/ledger";
  return std::filesystem::is_directory(inner, error) ? inner : data;
}

Status Verify(const VerifyOptions& options, const Console& console) {
  SUYUAN_ASSIGN_OR_RETURN(genesis::Genesis genesis, genesis::LoadGenesis(options.genesis));
  LedgerSubject subject;
  SUYUAN_RETURN_IF_ERROR(OpenSubject(options.place, subject));
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
  return Verdict(report);
}

}  // namespace suyuan::cli
