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
#include "node/cli/progress.h"

namespace suyuan::cli {
namespace {

json::Value ToJson(const ledger::verify::Report& report, bool log_only) {
  return json::Object{{"blocks", report.blocks},
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

}  // namespace

std::string LedgerDirectory(const std::string& data) {
  std::error_code error;
  std::string inner = data + "/ledger";
  return std::filesystem::is_directory(inner, error) ? inner : data;
}

Status Verify(const VerifyOptions& options, const Console& console) {
  SUYUAN_ASSIGN_OR_RETURN(genesis::Genesis genesis, genesis::LoadGenesis(options.genesis));
  auto source = ledger::verify::OpenDataDirectory(LedgerDirectory(options.data));
  if (!source.ok()) return Unverified(source.error());
  ledger::verify::GenesisFacts facts;
  facts.ledger = genesis.ledger_id;
  facts.origin = genesis.origin;
  facts.time_ms = genesis.time_ms;
  facts.configuration = ledger::EncodeConfiguration(genesis.Configuration());
  SUYUAN_ASSIGN_OR_RETURN(std::vector<ledger::StateWrite> writes, genesis::InitialState(genesis));
  contracts::Replayer replayer(genesis.ledger_id, genesis.limits, std::move(writes));

  auto tip = (*source)->AppliedHeight();
  if (!tip.ok()) return Unverified(tip.error());
  Progress progress(console, "verify", "blocks", *tip);
  ledger::verify::Options how;
  how.threads = std::max(1u, std::thread::hardware_concurrency());
  how.replayer = options.log_only ? nullptr : &replayer;
  how.progress = [&](const ledger::verify::Progress& p) { progress.Set(p.height); };
  ledger::verify::Report report = ledger::verify::VerifyLedger(**source, facts, how);
  if (report.ok) progress.Set(*tip);
  progress.Finish();
  console.Print(ToJson(report, options.log_only));
  if (report.ok) return {};
  return Error{ErrorCode::kProof, "verification failed at height " + std::to_string(report.height) +
                                      ": " + report.problem};
}

}  // namespace suyuan::cli
