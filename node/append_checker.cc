#include "node/append_checker.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "common/limits.h"
#include "contracts/block_executor.h"
#include "contracts/member.h"
#include "contracts/snapshot_reader.h"
#include "node/clock.h"

namespace suyuan::node {
namespace {

constexpr size_t kPeerBytesMax = 32 << 20;
constexpr size_t kItemBytes = 256;  // what a message, or an entry, takes beside its bytes
// More messages than a leader has under way to one follower.
constexpr size_t kSeenMax = 256;
// Some election timeouts: a right clock's leader commits far sooner.
constexpr int64_t kWithholdMsMax = 3000;
// In so long a leader commits the block before its configuration, or it cannot.
constexpr int64_t kAwaitMsMax = 10'000;
// For one message, on a thread of the pool. The leader sends again what it takes longer for, unless
// it has gone or has forgotten this node, which it removed.
constexpr int64_t kAwaitStepMs = 250;
// That an entry is committed is its sender's word. A slow clock is no reason not to follow the
// others; an entry from far ahead would carry the ledger's time to where all that anybody submits
// has expired.
constexpr uint64_t kClaimedAheadMsMax = 24ull * 3600 * 1000;

}  // namespace

using ledger::BlockEntry;

AppendChecker::AppendChecker(AppendCheckerOptions options, const ledger::Store& store,
                             NodeDirectory& directory, WorkerPool& pool,
                             ledger::VerifiedCache& cache, Inbox& inbox, Metrics& metrics,
                             const Logger& log, SendRefusal send_refusal)
    : options_(std::move(options)),
      store_(store),
      directory_(directory),
      pool_(pool),
      cache_(cache),
      inbox_(inbox),
      metrics_(metrics),
      log_(log),
      send_refusal_(std::move(send_refusal)),
      evidence_(options_.evidence_directory, log) {}
AppendChecker::~AppendChecker() = default;

void AppendChecker::OnConnected(const Inbound& from) {
  Lane& lane = lanes_[from.peer];
  std::lock_guard lock(lane.mutex);
  lane.connection = from.connection;
}

bool AppendChecker::MayRead(consensus::NodeId peer) const {
  const auto at = lanes_.find(peer);
  if (at == lanes_.end()) return true;
  const Lane& lane = at->second;
  std::lock_guard lock(lane.mutex);
  return lane.bytes + inbox_.bytes() < kPeerBytesMax;
}

void AppendChecker::Submit(const Inbound& from, WireMessage message) {
  Lane& lane = lanes_[from.peer];
  auto task = std::make_shared<Task>();
  task->connection = from.connection;
  task->bytes = kItemBytes;
  for (const auto& entry : message.entries) task->bytes += kItemBytes + entry->size();
  task->previous_ms = SeenTime(message.message.log_hash);
  See(lane, *message.entries.back());
  task->wire = std::move(message);
  {
    std::lock_guard lock(lane.mutex);
    lane.bytes += task->bytes;
    lane.tasks.push_back(task);
  }
  pool_.Post([this, &lane, task] { Finish(lane, task, Check(lane, *task)); });
}

std::optional<uint64_t> AppendChecker::SeenTime(const Hash& hash) const {
  for (const auto& [id, lane] : lanes_)
    for (const auto& [seen, time_ms] : lane.seen)
      if (seen == hash) return time_ms;
  return std::nullopt;
}

// The hash covers the time, so whoever sent it, and whatever else is wrong with it, this is true.
void AppendChecker::See(Lane& lane, ByteView entry) {
  Hash hash;
  auto header = ledger::PeekHeader(entry, &hash);
  if (!header.ok()) return;  // the check will say so
  lane.seen.emplace_front(hash, header->time_ms);
  if (lane.seen.size() > kSeenMax) lane.seen.pop_back();
}

std::optional<uint64_t> AppendChecker::StoredTime(Height height, const Hash& hash) const {
  if (height <= store_.head().height) {
    auto summary = store_.Summary(height);
    if (!summary.ok() || summary->head.entry_hash != hash) return std::nullopt;
    return summary->head.time_ms;
  }
  auto bytes = store_.EntryBytes(height);
  if (!bytes.ok()) return std::nullopt;
  Hash stored;
  auto header = ledger::PeekHeader(**bytes, &stored);
  if (!header.ok() || stored != hash) return std::nullopt;
  return header->time_ms;
}

AppendChecker::Verdict AppendChecker::Check(Lane& lane, Task& task) {
  consensus::Message& message = task.wire.message;
  if (message.term.value() == lane.refused_term.load()) return Verdict::kRefuse;
  Metrics::Add(metrics_.appends_checked);
  std::optional<uint64_t> previous_ms = task.previous_ms;
  if (!previous_ms) previous_ms = StoredTime(Height(message.index.value()), message.log_hash);
  // The log does not hold the entry before, or not yet. So the message goes on without entries:
  // from the answer its sender learns where to go on.
  if (!previous_ms) return Verdict::kPass;
  Link previous{message.log_hash, *previous_ms};
  const consensus::Index before = message.index;
  for (size_t i = 0; i < task.wire.entries.size(); ++i) {
    consensus::Index index = before + (i + 1);
    Height height(index.value());
    Result<BlockEntry> entry = ledger::DecodeEntry(task.wire.entries[i]);
    if (!entry.ok()) return Refuse(lane, task, height, {}, *task.wire.entries[i], entry.error());
    if (Status linked = CheckLink(entry->header, height, previous, message); !linked.ok())
      return Refuse(lane, task, height, entry->hash, *entry->bytes, linked.error());
    if (NeedsState(entry->header)) {
      if (!IsExecutedBefore(height) && message.commit + 1 < index)
        return GiveUpInTime(lane, message, height);
      if (!AwaitExecution(lane, task, height)) return Verdict::kPass;
    }
    if (Status checked = CheckOne(*entry); !checked.ok())
      return Refuse(lane, task, height, entry->hash, *entry->bytes, checked.error());
    if (IsAhead(entry->header, index <= message.commit))
      return Withhold(lane, message, entry->header);
    previous = {entry->hash, entry->header.time_ms};
    auto configuration = directory_.ConfigurationOf(task.wire.entries[i]);
    if (!configuration.ok())
      return Refuse(lane, task, height, entry->hash, *entry->bytes, configuration.error());
    message.entries.push_back(
        {index, entry->header.term, entry->hash, task.wire.entries[i], *std::move(configuration)});
  }
  return Verdict::kPass;
}

bool AppendChecker::NeedsState(const ledger::BlockHeader& header) const {
  return header.kind == ledger::BlockKind::kConfiguration ||
         !directory_.IsNamed(header.proposer, store_);
}

Status AppendChecker::CheckAgainstState(const BlockEntry& entry) const {
  if (!directory_.IsNamed(entry.header.proposer, store_))
    return Error{ErrorCode::kAuthz, "the entry was not proposed by a member's node"};
  const auto snapshot = store_.Snapshot();
  const contracts::SnapshotReader state(*snapshot);
  if (snapshot->head().height + 1 == entry.header.height)
    return contracts::CheckFollows(state, entry);
  // Something is executed there already. The core takes nothing at or below its commit, and knows
  // an honest leader that was deposed meanwhile from one that contradicts what is committed.
  return {};
}

bool AppendChecker::IsAhead(const ledger::BlockHeader& header, bool said_to_be_committed) const {
  const uint64_t allowed = said_to_be_committed ? kClaimedAheadMsMax : limits::kBlockTimeAheadMsMax;
  return header.time_ms > static_cast<uint64_t>(options_.clock()) + allowed;
}

// No word of the sender's lets an entry pass that fails: every right node refuses it, so it cannot
// have been committed.
Status AppendChecker::CheckLink(const ledger::BlockHeader& header, Height height,
                                const Link& previous, const consensus::Message& message) const {
  if (header.height != height || header.prev_entry_hash != previous.hash)
    return Error{ErrorCode::kFormat, "the entry does not continue the chain"};
  if (header.time_ms <= previous.time_ms)
    return Error{ErrorCode::kFormat, "the block's time does not rise"};
  // A term has one leader, so what carries the sender's own term was made by the sender.
  const auto sender = directory_.Find(message.from);
  if (header.term == message.term && (!sender || contracts::NodeIdOf(*sender) != header.proposer))
    return Error{ErrorCode::kAuthz, "the entry was not proposed by the leader of its term"};
  return {};
}

Status AppendChecker::CheckOne(const BlockEntry& entry) const {
  if (NeedsState(entry.header)) SUYUAN_RETURN_IF_ERROR(CheckAgainstState(entry));
  return ledger::CheckEntry(entry, options_.ledger, options_.limits, &cache_,
                            [this](size_t count, const std::function<void(size_t)>& job) {
                              pool_.ParallelFor(count, job);
                            });
}

AppendChecker::Verdict AppendChecker::Refuse(Lane& lane, const Task& task, Height height,
                                             const Hash& hash, ByteView bytes, const Error& error) {
  Metrics::Add(metrics_.entries_refused);
  const consensus::Message& message = task.wire.message;
  lane.refused_term.store(message.term.value());
  if (auto left_out = lane.refusal_lines.Pass())
    log_.Error("entry_refused", {{"height", height.value()},
                                 {"entry_hash", ToHex(hash)},
                                 {"leader", uint64_t{message.from.value()}},
                                 {"term", message.term.value()},
                                 {"error", error},
                                 {"left_out", *left_out}});
  evidence_.Keep(height, bytes);
  send_refusal_(message.from, {height, hash, error.code, error.detail});
  return Verdict::kRefuse;
}

bool AppendChecker::Standstill::Exceeds(int64_t max_ms, const consensus::Message& message) {
  const uint64_t its_term = message.term.value(), its_commit = message.commit.value();
  const int64_t now = SteadyMs();
  if (term != its_term || commit != its_commit) *this = {its_term, its_commit, now};
  return now - since_ms > max_ms;
}

AppendChecker::Verdict AppendChecker::Withhold(Lane& lane, const consensus::Message& message,
                                               const ledger::BlockHeader& header) {
  Metrics::Add(metrics_.appends_withheld);
  bool give_up = false;
  {
    std::lock_guard lock(lane.mutex);
    give_up = lane.withheld.Exceeds(kWithholdMsMax, message);
  }
  if (auto left_out = lane.withheld_lines.Pass(); left_out || give_up)
    log_.Warn(give_up ? "leader_given_up" : "append_withheld",
              {{"height", header.height.value()},
               {"time_ms", header.time_ms},
               {"term", message.term.value()},
               {"reason", "block time is ahead of this node's clock"},
               {"left_out", left_out.value_or(0)}});
  if (!give_up) return Verdict::kDrop;
  lane.refused_term.store(message.term.value());
  return Verdict::kRefuse;
}

bool AppendChecker::AwaitExecution(Lane& lane, Task& task, Height height) {
  if (IsExecutedBefore(height)) return true;
  // One thread of the pool at most: the others serve clients and peers meanwhile.
  if (awaiting_.exchange(true)) return false;
  const int64_t until = SteadyMs() + kAwaitStepMs;
  if (HandOverSoFar(lane, task))
    while (!IsExecutedBefore(height) && SteadyMs() < until)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
  awaiting_.store(false);
  return IsExecutedBefore(height);
}

bool AppendChecker::HandOverSoFar(Lane& lane, Task& task) {
  std::lock_guard lock(lane.mutex);
  if (lane.tasks.front().get() != &task) return false;
  if (task.connection != lane.connection) return true;
  consensus::Message& message = task.wire.message;
  if (!inbox_.Push(message)) Metrics::Add(metrics_.messages_dropped);
  if (message.entries.empty()) return true;
  const consensus::Entry& last = message.entries.back();
  message.index = last.index;
  message.log_term = last.term;
  message.log_hash = last.hash;
  message.entries.clear();
  return true;
}

AppendChecker::Verdict AppendChecker::GiveUpInTime(Lane& lane, const consensus::Message& message,
                                                   Height height) {
  bool give_up = false;
  {
    std::lock_guard lock(lane.mutex);
    give_up = lane.awaited.Exceeds(kAwaitMsMax, message);
  }
  if (!give_up) return Verdict::kPass;
  log_.Warn("leader_given_up", {{"height", height.value()},
                                {"term", message.term.value()},
                                {"reason", "the block before a configuration is not committed"}});
  lane.refused_term.store(message.term.value());
  return Verdict::kRefuse;
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
