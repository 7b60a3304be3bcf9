#include "node/append_checker.h"

#include <filesystem>
#include <fstream>

#include "common/limits.h"
#include "node/clock.h"

namespace suyuan::node {
namespace {

constexpr size_t kPeerBytesMax = 32 << 20;
constexpr size_t kEvidenceFilesMax = 1000;
// Some election timeouts: a right clock's leader commits far sooner.
constexpr int64_t kWithholdMsMax = 3000;

}  // namespace

using ledger::BlockEntry;

AppendChecker::AppendChecker(AppendCheckerOptions options, WorkerPool& pool,
                             ledger::VerifiedCache& cache, Inbox& inbox, Metrics& metrics,
                             const Logger& log, SendRefusal send_refusal)
    : options_(std::move(options)),
      pool_(pool),
      cache_(cache),
      inbox_(inbox),
      metrics_(metrics),
      log_(log),
      send_refusal_(std::move(send_refusal)) {
  for (const auto& [id, key] : options_.proposers) lanes_[id];
}
AppendChecker::~AppendChecker() = default;

void AppendChecker::OnConnected(const Inbound& from) {
  Lane& lane = lanes_.at(from.peer);
  std::lock_guard lock(lane.mutex);
  lane.connection = from.connection;
}

bool AppendChecker::MayRead(consensus::NodeId peer) const {
  const Lane& lane = lanes_.at(peer);
  std::lock_guard lock(lane.mutex);
  return lane.bytes + inbox_.bytes() < kPeerBytesMax;
}

void AppendChecker::Submit(const Inbound& from, WireMessage message) {
  Lane& lane = lanes_.at(from.peer);
  auto task = std::make_shared<Task>();
  task->connection = from.connection;
  for (const auto& entry : message.entries) task->bytes += entry->size();
  task->wire = std::move(message);
  {
    std::lock_guard lock(lane.mutex);
    lane.bytes += task->bytes;
    lane.tasks.push_back(task);
  }
  pool_.Post([this, &lane, task] { Finish(lane, task, Check(lane, *task)); });
}

AppendChecker::Verdict AppendChecker::Check(Lane& lane, Task& task) {
  consensus::Message& message = task.wire.message;
  if (message.term.value() == lane.refused_term.load()) return Verdict::kRefuse;
  Metrics::Add(metrics_.appends_checked);
  const uint64_t time_max = static_cast<uint64_t>(options_.clock()) + limits::kBlockTimeAheadMsMax;
  Hash previous = message.log_hash;
  for (size_t i = 0; i < task.wire.entries.size(); ++i) {
    consensus::Index index = message.index + (i + 1);
    Height height(index.value());
    Result<BlockEntry> entry = ledger::DecodeEntry(task.wire.entries[i]);
    if (!entry.ok()) return Refuse(task, height, {}, *task.wire.entries[i], entry.error());
    const bool known_committed = index <= message.commit;
    Status checked = entry->header.height == height
                         ? CheckOne(*entry, message, previous)
                         : Error{ErrorCode::kFormat, "the entry is of another height"};
    if (!checked.ok()) {
      Verdict verdict = Refuse(task, height, entry->hash, *entry->bytes, checked.error());
      // What is committed is stored and executed whatever this node thinks of it.
      if (!known_committed || entry->header.height != height) return verdict;
    }
    if (entry->header.time_ms > time_max && !known_committed)
      return Withhold(lane, message, entry->header);
    previous = entry->hash;
    message.entries.push_back({index, entry->header.term, entry->hash, task.wire.entries[i]});
  }
  return Verdict::kPass;
}

Status AppendChecker::CheckOne(const BlockEntry& entry, const consensus::Message& message,
                               const Hash& previous) const {
  if (entry.header.prev_entry_hash != previous)
    return Error{ErrorCode::kFormat, "the entry does not continue the chain"};
  // A term has one leader, so what carries the sender's own term was made by the sender.
  auto proposer = options_.proposers.find(message.from);
  if (entry.header.term == message.term && proposer->second != entry.header.proposer)
    return Error{ErrorCode::kAuthz, "the entry was not proposed by the leader of its term"};
  return ledger::CheckEntry(entry, options_.ledger, options_.limits, &cache_,
                            [this](size_t count, const std::function<void(size_t)>& job) {
                              pool_.ParallelFor(count, job);
                            });
}

AppendChecker::Verdict AppendChecker::Refuse(const Task& task, Height height, const Hash& hash,
                                             ByteView bytes, const Error& error) {
  Metrics::Add(metrics_.entries_refused);
  const consensus::Message& message = task.wire.message;
  bool committed = height.value() <= message.commit.value();
  log_.Error("entry_refused", {{"height", height.value()},
                               {"entry_hash", ToHex(hash)},
                               {"leader", uint64_t{message.from.value()}},
                               {"term", message.term.value()},
                               {"committed", committed ? "yes" : "no"},
                               {"error", error}});
  KeepEvidence(height, hash, bytes);
  send_refusal_(message.from, {height, hash, error.code, error.detail});
  return committed ? Verdict::kDrop : Verdict::kRefuse;
}

AppendChecker::Verdict AppendChecker::Withhold(Lane& lane, const consensus::Message& message,
                                               const ledger::BlockHeader& header) {
  Metrics::Add(metrics_.appends_withheld);
  bool give_up = false;
  {
    std::lock_guard lock(lane.mutex);
    const uint64_t term = message.term.value(), commit = message.commit.value();
    if (lane.withheld_term != term || lane.withheld_commit != commit) {
      lane.withheld_term = term;
      lane.withheld_commit = commit;
      lane.withheld_since_ms = SteadyMs();
    }
    give_up = SteadyMs() - lane.withheld_since_ms > kWithholdMsMax;
  }
  log_.Warn(give_up ? "leader_given_up" : "append_withheld",
            {{"height", header.height.value()},
             {"time_ms", header.time_ms},
             {"term", message.term.value()},
             {"reason", "block time is ahead of this node's clock"}});
  return give_up ? Verdict::kRefuse : Verdict::kDrop;
}

void AppendChecker::KeepEvidence(Height height, const Hash& hash, ByteView bytes) const {
  namespace fs = std::filesystem;
  std::error_code ignored;
  fs::create_directories(options_.evidence_directory, ignored);
  auto files = std::distance(fs::directory_iterator(options_.evidence_directory, ignored),
                             fs::directory_iterator());
  if (static_cast<size_t>(files) >= kEvidenceFilesMax) return;  // a flood must not fill the disk
  std::string name =
      "refused-" + std::to_string(height.value()) + "-" + ToHex(hash).substr(0, 16) + ".entry";
  std::ofstream file(fs::path(options_.evidence_directory) / name, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file) log_.Warn("evidence_not_kept", {{"file", name}});
}

void AppendChecker::Finish(Lane& lane, const TaskPtr& task, Verdict verdict) {
  std::lock_guard lock(lane.mutex);
  task->verdict = verdict;
  while (!lane.tasks.empty() && lane.tasks.front()->verdict != Verdict::kPending) {
    TaskPtr done = std::move(lane.tasks.front());
    lane.tasks.pop_front();
    lane.bytes -= done->bytes;
    if (done->connection == lane.connection) Deliver(*done);
  }
}

void AppendChecker::Deliver(Task& task) {
  switch (task.verdict) {
    case Verdict::kPass:
      if (!inbox_.Push(std::move(task.wire.message))) Metrics::Add(metrics_.messages_dropped);
      return;
    case Verdict::kRefuse:
      return inbox_.Push(Inbox::RefusedLeader{task.wire.message.from, task.wire.message.term});
    case Verdict::kDrop:
    case Verdict::kPending:
      return;
  }
}

}  // namespace suyuan::node
