#include "node/cli/ledger_subject.h"

#include "ledger/archive/reader.h"
#include "ledger/verify/data_dir.h"
#include "node/cli/data_directory.h"
#include "node/cli/passphrase.h"
#include "node/cli/remote_source.h"

namespace suyuan::cli {
namespace {

Status OpenNode(const NodeTarget& target, LedgerSubject& out) {
  SUYUAN_ASSIGN_OR_RETURN(out.key, OpenSigningKey(target));
  SUYUAN_ASSIGN_OR_RETURN(NodeClient client,
                          NodeClient::Connect(target.url, out.key ? &*out.key : nullptr));
  out.client.emplace(std::move(client));
  SUYUAN_ASSIGN_OR_RETURN(out.source, RemoteSource::Open(*out.client));
  return {};
}

Status OpenAny(const LedgerPlace& place, LedgerSubject& out) {
  if (!place.data.empty()) {
    SUYUAN_ASSIGN_OR_RETURN(out.source,
                            ledger::verify::OpenDataDirectory(LedgerDirectory(place.data)));
    return {};
  }
  if (place.backup.empty()) return OpenNode(place.target, out);
  SUYUAN_ASSIGN_OR_RETURN(out.source, ledger::archive::OpenArchive(place.backup));
  return {};
}

}  // namespace

Status OpenSubject(const LedgerPlace& place, LedgerSubject& out) {
  Status opened = OpenAny(place, out);
  if (opened.ok()) return {};
  return Unverified(std::move(opened).error());
}

Error Unverified(Error error) {
  if (error.code == ErrorCode::kCorrupt) error.code = ErrorCode::kProof;
  return error;
}

ledger::verify::GenesisFacts FactsOf(const genesis::Genesis& genesis) {
  return {genesis.ledger_id, genesis.origin, genesis.time_ms,
          ledger::EncodeConfiguration(genesis.Configuration())};
}

Status Verdict(const ledger::verify::Report& report) {
  if (report.ok) return {};
  return Error{ErrorCode::kProof, "verification failed at height " + std::to_string(report.height) +
                                      ": " + report.problem};
}

}  // namespace suyuan::cli
