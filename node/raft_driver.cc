#include "node/raft_driver.h"

#include <algorithm>
#include <chrono>

#include "consensus/quorum.h"
#include "contracts/snapshot_reader.h"

namespace suyuan::node {
namespace {

using consensus::Index;
using consensus::NodeId;
using consensus::Role;

constexpr size_t kForwardBytesMax = 1 << 20;
// A block that is begun while another one is under way has at least so much of a full one.
constexpr size_t kLargePart = 8;
constexpr uint32_t kFarewellTicks = 600;
constexpr uint64_t kUnexecutedBlocksMax = 256;  // then the leader waits for its executor

consensus::RaftConfig CoreConfig(const RaftDriverOptions& options) {
  consensus::RaftConfig out;
  out.id = options.self;
  out.membership = options.membership;
  out.membership_index = options.membership_index;
  out.election_ticks = options.limits.election_ticks;
  out.seed = options.seed;
  return out;
}

}  // namespace

RaftDriver::RaftDriver(RaftDriverOptions options, RaftDriverParts parts)
    : options_(std::move(options)),
      parts_(std::move(parts)),
      storage_(parts_.store, options_.ledger, parts_.directory),
      raft_(CoreConfig(options_), storage_, Index(parts_.store.head().height.value())),
      maker_(parts_.node_key, parts_.clock, options_.genesis_time_ms),
      changes_(parts_.store, parts_.directory, parts_.log),
      hard_(storage_.InitialHardState()),
      written_(hard_) {
  ConnectMembers();
  Publish();
}

RaftDriver::~RaftDriver() { Stop(); }

void RaftDriver::Start() {
  thread_ = std::thread([this] { Run(); });
}

void RaftDriver::Stop() {
  if (!thread_.joinable()) return;
  parts_.inbox.Stop();
  thread_.join();
}

void RaftDriver::Run() {
  Inbox::Batch batch;
  bool healthy = Advance();
  while (healthy && parts_.inbox.Wait(&batch)) {
    TakeInputs(batch);
    healthy = Advance();
    Publish();
  }
  if (!healthy || hard_ == written_) return;
  // Only a hint that saves work at the next start, so a failure here loses nothing.
  Status status = parts_.store.AppendLog(
      ledger::LogHardState{hard_.term, hard_.vote.value(), Height(hard_.commit.value())}, {});
  if (!status.ok()) parts_.log.Warn("commit_hint_not_written", {{"error", status.error()}});
}

void RaftDriver::TakeInputs(Inbox::Batch& batch) {
  raft_.Applied(Index(parts_.executor.applied().value()));
  for (Inbox::Input& input : batch.inputs) {
    if (auto* refused = std::get_if<Inbox::RefusedLeader>(&input)) {
      raft_.RefuseLeader(refused->term, refused->leader);
      continue;
    }
    auto& message = std::get<consensus::Message>(input);
    // As if they were lost on the way: the leader sends them again, also when there is space again.
    if (!message.entries.empty() && parts_.disk.level() == DiskSpace::kFloor) continue;
    NodeId from = message.from;
    Status status = raft_.Step(std::move(message));
    if (status.ok()) continue;
    if (auto left_out = refusal_lines_[from].Pass())
      parts_.log.Warn(
          "message_refused",
          {{"from", uint64_t{from.value()}}, {"error", status.error()}, {"left_out", *left_out}});
  }
  if (batch.tick) {
    raft_.Tick();
    changes_.Tick();
    DropThoseWhoLeft();
    if (unknown_peers_) TellTransport();
    LeadElsewhere();
  }
  if (batch.transfer && raft_.role() == Role::kLeader) {
    const NodeId successor = Successor();
    transferring_ = successor != consensus::kNobody && raft_.TransferLeadership(successor).ok();
  }
}

bool RaftDriver::Advance() {
  do {
    while (raft_.HasReady())
      if (!HandleReady()) return false;
    NoteLeader();
    if (election_entry_due_) ProposeElection();
    const bool leads = raft_.role() == Role::kLeader && !election_entry_due_ && !transferring_;
    if (Status status = changes_.Offer(raft_, maker_, leads); !status.ok()) {
      Fail("log_read_failed", status.error());
      return false;
    }
    OfferTransactions();
    parts_.reads.StartRound(raft_);
  } while (raft_.HasReady());
  if (Status fault = raft_.fault(); !fault.ok()) {
    Fail("log_read_failed", fault.error());
    return false;
  }
  if (auto lost = raft_.lost_log()) {
    StopForLostLog(*lost);
    return false;
  }
  return true;
}

// The leader has been told, with the answer to its heartbeat. The note keeps this node from voting
// after a restart, when nothing in its memory says so any more.
void RaftDriver::StopForLostLog(const consensus::LostLog& lost) {
  const Height claimed(lost.claimed.value());
  if (Status status = parts_.store.NoteLost(claimed); !status.ok())
    return Fail("log_write_failed", status.error());
  Fail("lost_log", {ErrorCode::kLost, "the entry at height " + std::to_string(claimed.value()) +
                                          ", which this node had acknowledged, is not here: its "
                                          "disk was emptied, or an old copy was put back"});
}

bool RaftDriver::HandleReady() {
  consensus::Ready ready = raft_.TakeReady();
  Send(ready.messages);
  // They are durable already, so their execution need not wait for what this Ready writes.
  DeliverCommitted(ready);
  if (Status status = MakeDurable(ready); !status.ok()) {
    Fail("log_write_failed", status.error());
    return false;
  }
  Send(ready.messages_after_persist);
  raft_.Persisted(ready.number);
  if (ready.lost_leadership) election_entry_due_ = transferring_ = false;
  if (ready.became_leader) election_entry_due_ = true;
  if (ready.membership) ConnectMembers();
  parts_.reads.Answer(ready.reads, ready.failed_reads);
  return true;
}

Status RaftDriver::MakeDurable(const consensus::Ready& ready) {
  if (ready.hard_state) hard_ = *ready.hard_state;
  bool vote_changed = hard_.term != written_.term || hard_.vote != written_.vote;
  // A new commit index alone is no reason to wait for the disk: it is only a hint.
  if (ready.entries.empty() && !vote_changed) return {};
  auto started = std::chrono::steady_clock::now();
  std::vector<std::shared_ptr<const Bytes>> entries;
  entries.reserve(ready.entries.size());
  for (const consensus::Entry& entry : ready.entries) entries.push_back(entry.data);
  SUYUAN_RETURN_IF_ERROR(parts_.store.AppendLog(
      ledger::LogHardState{hard_.term, hard_.vote.value(), Height(hard_.commit.value())}, entries));
  written_ = hard_;
  if (!ready.entries.empty()) {
    const consensus::Entry& last = ready.entries.back();
    SUYUAN_RETURN_IF_ERROR(parts_.store.Mark({Height(last.index.value()), last.term, last.hash}));
  }
  auto spent = std::chrono::steady_clock::now() - started;
  Metrics::Add(parts_.metrics.log_writes);
  Metrics::Add(parts_.metrics.log_write_us,
               std::chrono::duration_cast<std::chrono::microseconds>(spent).count());
  return {};
}

void RaftDriver::Send(const std::vector<consensus::Message>& messages) {
  for (const consensus::Message& message : messages)
    parts_.transport.Send(message.to, message.entries.empty() ? Lane::kControl : Lane::kBulk,
                          FrameType::kRaft, EncodeMessage(message));
}

void RaftDriver::DeliverCommitted(const consensus::Ready& ready) {
  for (Index i = ready.committed_from + 1; i <= ready.committed_to; ++i) {
    std::shared_ptr<const Bytes> data;
    if (!parts_.executor.backlogged()) {
      Result<consensus::Entry> entry = raft_.EntryAt(i);
      if (entry.ok()) data = entry->data;  // otherwise the executor meets the error itself
    }
    parts_.executor.Push(Height(i.value()), std::move(data));
  }
}

void RaftDriver::ProposeElection() {
  Result<consensus::Entry> entry = maker_.Make(raft_, {});
  if (!entry.ok()) return Fail("log_read_failed", entry.error());
  Status status = raft_.Propose(std::move(entry).value());
  // E_BUSY: again on the next turn. E_NO_LEADER: leadership is gone already.
  election_entry_due_ = !status.ok() && status.error().code == ErrorCode::kBusy;
}

void RaftDriver::OfferTransactions() {
  if (!parts_.pool.has_ready()) return;
  if (raft_.role() != Role::kLeader) return ForwardTransactions();
  if (parts_.disk.level() != DiskSpace::kEnough) return;
  if (election_entry_due_ || transferring_ || changes_.holds()) return;
  while (parts_.pool.has_ready() && ProposeBlock()) {
  }
}

// Each block costs every node two syncs of its disk and some dozen wake-ups of threads, whatever it
// carries. So what comes while a block is under way gathers for the next one, unless it is enough
// to be worth a block of its own.
bool RaftDriver::MayPropose() const {
  const NodeLimits& limits = options_.limits;
  const uint64_t in_flight = raft_.LastIndex() - raft_.commit();
  const uint64_t unexecuted = raft_.commit().value() - parts_.executor.applied().value();
  if (in_flight >= limits.pipeline_blocks_max || unexecuted > kUnexecutedBlocksMax) return false;
  return in_flight == 0 ||
         parts_.pool.ready_count() >= limits.block_transactions_max / kLargePart ||
         parts_.pool.ready_bytes() >= limits.block_bytes_max / kLargePart;
}

bool RaftDriver::ProposeBlock() {
  if (!MayPropose()) return false;
  // An entry's own head and framing need room beside the envelopes.
  size_t bytes_max = std::min<size_t>(options_.limits.block_bytes_max,
                                      options_.entry_bytes_max - options_.entry_bytes_max / 8);
  std::vector<PooledTransaction> txs =
      parts_.pool.Take(options_.limits.block_transactions_max, bytes_max);
  if (txs.empty()) return false;
  Result<consensus::Entry> entry = maker_.Make(raft_, txs);
  if (!entry.ok()) {
    Fail("log_read_failed", entry.error());
    return false;
  }
  if (Status status = raft_.Propose(std::move(entry).value()); !status.ok()) {
    parts_.pool.GiveBack(txs);
    return false;
  }
  Metrics::Add(parts_.metrics.blocks_proposed);
  Metrics::Add(parts_.metrics.transactions_proposed, txs.size());
  return true;
}

void RaftDriver::ForwardTransactions() {
  NodeId leader = raft_.leader();
  if (leader == consensus::kNobody || leader == options_.self) return;
  while (parts_.pool.has_ready()) {
    std::vector<PooledTransaction> txs =
        parts_.pool.Take(options_.limits.block_transactions_max, kForwardBytesMax);
    if (txs.empty()) return;
    Parcels parcels;
    parcels.reserve(txs.size());
    for (const PooledTransaction& tx : txs) parcels.push_back(tx.parcel);
    if (!parts_.transport.Send(leader, Lane::kBulk, FrameType::kTransactions,
                               EncodeTransactions(parcels)))
      return parts_.pool.GiveBack(txs);  // the next tick tries again
    Metrics::Add(parts_.metrics.forwarded, txs.size());
  }
}

void RaftDriver::LeadElsewhere() {
  if (parts_.disk.level() == DiskSpace::kEnough) {
    asked_elsewhere_ = false;
    return;
  }
  if (asked_elsewhere_ || raft_.role() != Role::kLeader) return;
  const NodeId successor = Successor();
  asked_elsewhere_ = successor != consensus::kNobody && raft_.TransferLeadership(successor).ok();
}

NodeId RaftDriver::Successor() const {
  NodeId best = consensus::kNobody;
  Index match;
  for (NodeId id : raft_.membership().voters) {
    auto progress = raft_.ProgressOf(id);
    if (id == options_.self || progress.lost_log || !parts_.transport.connected(id)) continue;
    if (best == consensus::kNobody || progress.match > match) {
      best = id;
      match = progress.match;
    }
  }
  return best;
}

void RaftDriver::ConnectMembers() {
  std::vector<NodeId> named = consensus::Members(raft_.membership());
  std::erase(named, options_.self);
  for (NodeId id : connected_)
    if (!consensus::Contains(named, id)) leaving_[id] = kFarewellTicks;
  for (NodeId id : named) leaving_.erase(id);
  connected_ = std::move(named);
  TellTransport();
}

void RaftDriver::DropThoseWhoLeft() {
  bool dropped = false;
  for (auto left = leaving_.begin(); left != leaving_.end();) {
    const bool due = --left->second == 0;
    left = due ? leaving_.erase(left) : std::next(left);
    dropped |= due;
  }
  if (dropped) TellTransport();
}

// Whoever is named was approved in a block that was executed (formats §4); after a loss of power
// the state may be behind the log and has to come there again.
void RaftDriver::ReadDirectory() {
  const auto snapshot = parts_.store.Snapshot();
  parts_.directory.AddFrom(contracts::SnapshotReader(*snapshot));
}

void RaftDriver::TellTransport() {
  std::vector<NodeId> wanted = connected_;
  for (const auto& [id, ticks] : leaving_) wanted.push_back(id);
  // A node that joined learns its own name there too; until then it could not say who leads when
  // it does itself.
  const bool self_named =
      consensus::Contains(consensus::Members(raft_.membership()), options_.self);
  const auto knows_self = [&] {
    return !self_named || parts_.directory.Find(options_.self).has_value();
  };
  if (!knows_self()) ReadDirectory();
  unknown_peers_ = !knows_self();
  std::vector<TransportPeer> peers;
  for (NodeId id : wanted) {
    auto peer = parts_.peer_of(id);
    if (!peer) {
      ReadDirectory();
      peer = parts_.peer_of(id);
    }
    if (peer) {
      peers.push_back(*std::move(peer));
    } else {
      unknown_peers_ = true;
    }
  }
  parts_.transport.SetPeers(std::move(peers));
}

void RaftDriver::NoteLeader() {
  std::pair<NodeId, Term> now{raft_.leader(), raft_.term()};
  if (now == known_leader_ || now.first == consensus::kNobody) return;
  known_leader_ = now;
  Metrics::Add(parts_.metrics.leader_changes);
  parts_.log.Info("leader", {{"id", uint64_t{now.first.value()}}, {"term", now.second.value()}});
  parts_.pool.LeaderChanged();
}

void RaftDriver::Publish() {
  ConsensusView view;
  view.role = raft_.role();
  view.term = raft_.term();
  view.leader = raft_.leader();
  view.commit = raft_.commit();
  view.last = raft_.LastIndex();
  view.peers = connected_;
  if (view.role == Role::kLeader)
    for (NodeId id : connected_) view.match.emplace_back(id, raft_.ProgressOf(id).match);
  const consensus::Membership& members = raft_.membership();
  view.voters = members.voters.size();
  view.voter = consensus::IsVoter(members, options_.self);
  view.learner = consensus::Contains(members.learners, options_.self);
  std::lock_guard lock(view_mutex_);
  view_ = std::move(view);
}

ConsensusView RaftDriver::view() const {
  std::lock_guard lock(view_mutex_);
  return view_;
}

void RaftDriver::Fail(std::string_view what, const Error& error) {
  parts_.log.Error(what, {{"error", error}});
  parts_.stop.Fail(error);
}

}  // namespace suyuan::node
