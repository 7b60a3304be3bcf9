#include "node/auditor.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>
#include <utility>

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/check.h"
#include "common/encoding.h"
#include "common/hash.h"
#include "common/wiped_json.h"
#include "contracts/entity_access.h"
#include "contracts/outcome.h"
#include "contracts/party.h"
#include "contracts/subject.h"

namespace suyuan::node {
namespace {

using contracts::FindingKind;
using ledger::EntityKind;

constexpr int kIdleMs = 500, kRetryMs = 2000;
constexpr std::chrono::seconds kProgressEvery{1};
// Of 19: what serves clients and peers goes first.
constexpr int kNice = 15;

json::Value RecordOf(const AuditFinding& finding) {
  const contracts::FindingTarget& target = finding.target;
  json::Object fields;
  fields["finding_kind"] = contracts::ToString(finding.kind);
  fields["target_field"] = contracts::QualifiedName(*contracts::FindField(target.field));
  fields["target_version"] = static_cast<int64_t>(target.version);
  if (target.item != 0) fields["target_item"] = static_cast<int64_t>(target.item);
  if (finding.of) fields["finding_of"] = ToHex(*finding.of);
  if (finding.kind != FindingKind::kCannotOpen) {
    json::Object proof{{"key", finding.key}};
    if (!finding.rule.empty()) proof["rule"] = finding.rule;
    fields["finding_proof"] = std::move(proof);
  }
  auto subject = contracts::DescribeSubject({target.kind, target.id});
  SUYUAN_CHECK(subject.ok(), "what is audited are records about entities");
  return json::Object{{"fields", std::move(fields)}, {"subject", *std::move(subject)}};
}

// Each proof to the readers of its field. Keys of different fields differ, and a key fault's key
// has one audience.
contracts::FieldReaders ReadersOf(std::span<const AuditFinding> findings) {
  std::map<Hash, std::vector<SealingPublicKey>> by_key;
  for (const AuditFinding& finding : findings) by_key[Sha256(finding.key)] = finding.readers;
  return [by_key = std::move(by_key)](
             contracts::DisclosureClass, const json::Value& fields,
             const std::optional<EntityId>&) -> Result<std::vector<SealingPublicKey>> {
    const json::Value* proof = fields.Find("finding_proof");
    const auto readers = proof == nullptr ? by_key.end() : by_key.find(Sha256(proof->Text("key")));
    if (readers != by_key.end()) return readers->second;
    return Error{ErrorCode::kConfig, "a proof of nothing that was found"};
  };
}

BlockAuditOptions WithKeysOf(const Custody& custody, BlockAuditOptions options) {
  options.keys = custody.sealing_keys();
  return options;
}

bool IsForLater(ErrorCode code) {
  return code == ErrorCode::kBusy || code == ErrorCode::kNoLeader || code == ErrorCode::kTimeout ||
         code == ErrorCode::kStopping || code == ErrorCode::kClock;
}

}  // namespace

Auditor::Auditor(AuditorParts parts, BlockAuditOptions options, std::string file)
    : parts_(parts),
      party_(options.party),
      file_(std::move(file)),
      audit_(
          parts.store,
          [&custody = parts.custody](const ledger::Transaction& tx,
                                     std::span<const ByteView> items) {
            return custody.OpenWhole(tx, items);
          },
          WithKeysOf(parts.custody, options)),
      done_(ReadProgress()),
      kept_(done_) {}

void Auditor::Start() {
  thread_ = std::thread([this] { Run(); });
}

void Auditor::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool Auditor::IsStopping() {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

bool Auditor::Sleep(int ms) {
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, std::chrono::milliseconds(ms), [this] { return stopping_; });
  return !stopping_;
}

void Auditor::Run() {
  // Of this thread alone on Linux. Where it is refused, the audit is as urgent as the rest.
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::syscall(SYS_gettid)), kNice);
  auto kept = std::chrono::steady_clock::now();
  for (int pause = 0; Sleep(pause);) {
    if (!IsRegulator()) {
      pause = kRetryMs;
      continue;
    }
    const bool behind = done_ < parts_.executor.applied();
    pause = !behind ? kIdleMs : Step() ? 0 : kRetryMs;
    parts_.metrics.audited_height.store(done_.value(), std::memory_order_relaxed);
    if (std::chrono::steady_clock::now() - kept < kProgressEvery) continue;
    WriteProgress();
    kept = std::chrono::steady_clock::now();
  }
  WriteProgress();
}

bool Auditor::IsRegulator() const {
  const auto snapshot = parts_.store.Snapshot();
  const contracts::SnapshotReader state(*snapshot);
  const auto entity = contracts::LoadEntity(state, EntityKind::kParty, party_.view());
  return entity && entity->state == contracts::EntityState::kActive &&
         contracts::DecodeParty(entity->content).Is(contracts::kRegulator);
}

bool Auditor::Step() {
  const Height height(done_.value() + 1);
  auto found = audit_.Run(height);
  if (!found.ok()) {
    if (failed_ != height)
      parts_.log.Error("audit_failed", {{"height", height.value()}, {"error", found.error()}});
    failed_ = height;  // told once, tried again
    return false;
  }
  const bool all = std::ranges::all_of(*found, [&](const auto& each) { return FileAll(each); });
  for (TransactionFindings& each : *found)
    for (AuditFinding& finding : each.findings) Wipe(finding.key);
  if (!all) return false;
  done_ = height;
  refused_.Clear();
  return true;
}

bool Auditor::FileAll(const TransactionFindings& found) {
  for (std::span<const AuditFinding> rest = found.findings; !rest.empty();) {
    if (IsStopping()) return false;  // what is on record by then is left out next time
    const auto some = rest.first(std::min(rest.size(), kFindingsMax));
    if (!File(found.tx, some)) return false;
    rest = rest.subspan(some.size());
  }
  return true;
}

bool Auditor::File(const TxId& about, std::span<const AuditFinding> findings) {
  if (!refused_.GivenUp(about, findings)) return FileOnce(about, findings);
  if (findings.size() == 1) return true;
  // One that is refused does not keep the others from the record.
  const auto half = findings.size() / 2;
  return File(about, findings.first(half)) && File(about, findings.subspan(half));
}

bool Auditor::FileOnce(const TxId& about, std::span<const AuditFinding> findings) {
  json::Array records;
  for (const AuditFinding& finding : findings) records.push_back(RecordOf(finding));
  const json::Wiped finding(json::Object{{"records", std::move(records)}, {"type", "FINDING"}});
  auto parcel = parts_.custody.Sign(*finding, ReadersOf(findings));
  if (!parcel.ok()) {
    parts_.log.Error("finding_not_made", {{"about", ToHex(about)}, {"error", parcel.error()}});
    return !refused_.Refuse(about, findings) && File(about, findings);
  }
  auto answer = std::make_shared<std::promise<Result<api::SubmitResult>>>();
  auto result = answer->get_future();
  parts_.submission.Submit(
      *std::move(parcel), api::Wait::kCommitted,
      [answer](Result<api::SubmitResult> r) { answer->set_value(std::move(r)); });
  const Result<api::SubmitResult> filed = result.get();
  if (!filed.ok() && IsForLater(filed.error().code)) return false;
  const bool applied = filed.ok() && contracts::WhetherApplied(filed->outcome).value_or(false);
  if (!applied) {
    if (refused_.Refuse(about, findings)) return false;
    Metrics::Add(parts_.metrics.findings_refused);
    parts_.log.Warn("finding_refused",
                    {{"about", ToHex(about)}, {"values", static_cast<uint64_t>(findings.size())}});
    return File(about, findings);
  }
  Metrics::Add(parts_.metrics.findings_filed, findings.size());
  parts_.log.Info("finding_filed", {{"about", ToHex(about)},
                                    {"finding", ToHex(filed->id)},
                                    {"values", static_cast<uint64_t>(findings.size())}});
  return true;
}

Height Auditor::ReadProgress() const {
  std::ifstream in(file_);
  uint64_t height = 0;
  in >> height;
  return Height(in ? std::min(height, parts_.store.head().height.value()) : 0);
}

void Auditor::WriteProgress() {
  if (kept_ == done_) return;
  kept_ = done_;
  const std::string fresh = file_ + ".new";
  std::ofstream out(fresh, std::ios::trunc);
  out << done_.value() << "\n";
  out.close();
  std::error_code error;
  if (out) std::filesystem::rename(fresh, file_, error);
  if (!out || error) parts_.log.Warn("audit_progress_not_kept", {{"height", done_.value()}});
}

}  // namespace suyuan::node
