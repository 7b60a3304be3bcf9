#include "node/node_gateway.h"

#include <algorithm>

#include "common/wiped_json.h"
#include "contracts/entity_access.h"
#include "contracts/snapshot_reader.h"

namespace suyuan::node {

void NodeGateway::Submit(ledger::Parcel parcel, api::Wait wait, api::SubmitCallback done) {
  parts_.submission.Submit(std::move(parcel), wait, std::move(done));
}

void NodeGateway::SubmitJson(const json::Value& transaction, api::Wait wait,
                             api::SubmitCallback done) {
  if (parts_.custody == nullptr)
    return done(Error{ErrorCode::kAuthz, "this node holds no signing key of its party"});
  // Building, sealing and signing are no work for the caller's thread. Room in the pool bounds what
  // is under way.
  if (parts_.pool.transactions() >= parts_.config.limits.pool_transactions_max)
    return done(Error{ErrorCode::kBusy, "this node's transaction pool is full"});
  auto values = std::make_shared<const json::Wiped>(transaction);
  parts_.workers.Post([this, values = std::move(values), wait, done = std::move(done)]() mutable {
    auto parcel = parts_.custody->Sign(**values);
    values.reset();
    if (!parcel.ok()) return done(std::move(parcel).error());
    parts_.submission.Submit(std::move(parcel).value(), wait, std::move(done));
  });
}

bool NodeGateway::IsOperatorKey(const KeyId& key) const {
  return std::ranges::find(parts_.config.operators, key) != parts_.config.operators.end();
}

Result<std::shared_ptr<const ledger::OpenedLeaves>> NodeGateway::OpenSealed(const TxId& id) {
  if (parts_.custody == nullptr) return std::shared_ptr<const ledger::OpenedLeaves>();
  return parts_.custody->Open(id);
}

std::string NodeGateway::OwnName() const {
  const std::string name = parts_.directory.NameOf(parts_.self);
  return name.empty() ? parts_.name : name;
}

std::string NodeGateway::RoleText(const ConsensusView& view) const {
  if (view.role == consensus::Role::kLeader) return "leader";
  if (view.voter) return view.role == consensus::Role::kFollower ? "follower" : "candidate";
  if (view.learner) return "learner";
  const auto snapshot = parts_.store.Snapshot();
  const auto entity = contracts::LoadEntity(contracts::SnapshotReader(*snapshot),
                                            ledger::EntityKind::kNode, parts_.self_key.view());
  // Who left may never hear that its leaving is committed: what its own log says is enough.
  const bool joining = !entity || entity->state == contracts::EntityState::kPending ||
                       entity->state == contracts::EntityState::kRejected;
  return joining ? "joining" : "removed";
}

api::NodeStatus NodeGateway::status() const {
  ConsensusView view = parts_.driver.view();
  api::NodeStatus out;
  out.node = OwnName();
  out.role = RoleText(view);
  out.leader = parts_.directory.NameOf(view.leader);
  out.term = view.term.value();
  out.applied = parts_.executor.applied().value();
  out.commit = std::max(view.commit.value(), out.applied);
  out.pool_transactions = parts_.pool.transactions();
  out.pool_bytes = parts_.pool.bytes();
  out.clock_ahead_ms = parts_.clock() - static_cast<int64_t>(parts_.executor.block_time_ms());
  for (consensus::NodeId id : view.peers) {
    api::NodeStatus::Peer peer{parts_.directory.NameOf(id), parts_.transport.connected(id), 0};
    for (const auto& [member, match] : view.match)
      if (member == id) peer.match = match.value();
    out.peers.push_back(std::move(peer));
  }
  return out;
}

std::string NodeGateway::checkpoint() const {
  Result<std::string> note = parts_.checkpoints.Note();
  if (note.ok()) return std::move(note).value();
  parts_.log.Error("checkpoint_failed", {{"error", note.error()}});
  return "";
}

void NodeGateway::WhenApplied(Height height, uint32_t timeout_ms,
                              std::function<void(Status)> done) {
  parts_.subscriptions.WhenApplied(height, SteadyMs() + timeout_ms, std::move(done),
                                   [this] { return parts_.executor.applied(); });
}

void NodeGateway::WhenCurrent(uint32_t timeout_ms, std::function<void(Status)> done) {
  const int64_t deadline_ms = SteadyMs() + timeout_ms;
  parts_.reads.Ask(deadline_ms, [this, deadline_ms, done = std::move(done)](Result<Height> height) {
    if (!height.ok()) return done(std::move(height).error());
    parts_.subscriptions.WhenApplied(*height, deadline_ms, done,
                                     [this] { return parts_.executor.applied(); });
  });
  parts_.inbox.Wake();
}

std::shared_ptr<void> NodeGateway::Subscribe(std::function<void(const api::BlockEvent&)> event) {
  return parts_.subscriptions.Subscribe(std::move(event));
}

std::string NodeGateway::metrics() const {
  std::string out;
  AppendMetrics(&out, parts_.metrics);
  api::NodeStatus now = status();
  auto gauge = [&out](std::string_view name, std::string_view help, int64_t value) {
    AppendMetric(&out, name, "gauge", help, value);
  };
  gauge("is_leader", "1 on the leader.", now.role == "leader" ? 1 : 0);
  gauge("term", "Raft term.", static_cast<int64_t>(now.term));
  gauge("commit_height", "Last committed block.", static_cast<int64_t>(now.commit));
  gauge("applied_height", "Last executed block.", static_cast<int64_t>(now.applied));
  gauge("pool_transactions", "Accepted, not yet executed.",
        static_cast<int64_t>(now.pool_transactions));
  gauge("pool_bytes", "Bytes of those.", static_cast<int64_t>(now.pool_bytes));
  gauge("clock_ahead_milliseconds", "Own clock minus the last block's time.", now.clock_ahead_ms);
  gauge("peers_connected", "Peers with standing connections.",
        std::ranges::count_if(now.peers, [](const auto& peer) { return peer.connected; }));
  gauge("disk_bytes", "Bytes of the data directory.",
        static_cast<int64_t>(parts_.store.disk_bytes()));
  gauge("disk_free_bytes", "Bytes that are free where the data directory is.",
        static_cast<int64_t>(parts_.disk.free_bytes()));
  const TransportCounters& net = parts_.transport.counters();
  auto counter = [&out](std::string_view name, std::string_view help,
                        const std::atomic<uint64_t>& value) {
    AppendMetric(&out, name, "counter", help, static_cast<int64_t>(value.load()));
  };
  counter("peer_bytes_sent_total", "Bytes sent to peers.", net.bytes_sent);
  counter("peer_bytes_received_total", "Bytes received from peers.", net.bytes_received);
  counter("peer_frames_dropped_total", "Frames dropped by a full queue.", net.frames_dropped);
  counter("peer_handshakes_refused_total", "Connections refused in the handshake.",
          net.refused_handshakes);
  return out;
}

}  // namespace suyuan::node
