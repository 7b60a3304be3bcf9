#include "node/node.h"

#include <chrono>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "common/directories.h"
#include "contracts/member.h"
#include "contracts/snapshot_reader.h"
#include "node/auditor.h"
#include "node/http_face.h"
#include "node/membership.h"
#include "node/node_gateway.h"
#include "node/peer_handler.h"
#include "node/restored_mark.h"

namespace suyuan::node {
namespace {

namespace asio = boost::asio;

constexpr size_t kDecodedBytesMax = 64 << 20;  // transactions between their check and execution
constexpr int kTicksPerSweep = 5;
constexpr int64_t kLeaderlessMs = 3000;
constexpr std::chrono::milliseconds kStopStep{10};
constexpr int kTransferSteps = 200, kDrainSteps = 200;  // of kStopStep

Result<std::unique_ptr<ledger::Store>> OpenStore(const std::string& data_directory,
                                                 const LedgerStart& ledger, bool create) {
  ledger::StoreOptions options;
  options.directory = data_directory + "/ledger";
  options.create = create;
  SUYUAN_ASSIGN_OR_RETURN(auto store, ledger::Store::Open(options, ledger.ledger));
  // Also after a crash between creating the store and its genesis.
  if (store->head().leaf_count == 0)
    SUYUAN_RETURN_IF_ERROR(
        store->ApplyGenesis(ledger.time_ms, ledger.configuration, ledger.writes));
  return store;
}

// The ledger of a node that took part, or was made to.
Result<std::unique_ptr<ledger::Store>> OpenOwnStore(const NodeStart& start) {
  auto store = OpenStore(start.config.data_directory, start.ledger, false);
  if (!store.ok() && store.error().code == ErrorCode::kRef)
    return Error{
        ErrorCode::kRef,
        start.config.data_directory +
            " holds no ledger. A node that never ran gets one from `suyuan node init "
            "--config FILE`; if this one has run, its votes are lost with its ledger, and a new "
            "node with a new key has to take its place"};
  if (store.ok() && (*store)->lost())
    return Error{ErrorCode::kLost,
                 start.config.data_directory + " has lost entries up to height " +
                     std::to_string((*store)->lost()->value()) +
                     " that this node had acknowledged: an old copy, or an emptied disk"};
  if (!store.ok()) return store;
  SUYUAN_RETURN_IF_ERROR(CheckRestoredMark(start.config.data_directory + "/ledger",
                                           SigningKey(start.keys.node).key_id()));
  return store;
}

// Leaves a read of the state that its disk does not give.
struct StateUnreadable {
  Error error;
};

// Who takes part by the state of the store; fills the directory with all nodes that it names.
Result<contracts::MembersInForce> ReadMembersInForce(const ledger::Store& store,
                                                     NodeDirectory& directory) {
  const auto snapshot = store.Snapshot();
  const contracts::SnapshotReader state(*snapshot,
                                        [](const Error& error) { throw StateUnreadable{error}; });
  try {
    directory.AddFrom(state);
    auto in_force = contracts::FindMembersInForce(state);
    if (in_force) return *std::move(in_force);
  } catch (const StateUnreadable& unreadable) {
    return unreadable.error;
  }
  return Error{ErrorCode::kCorrupt, "the state of the data directory names no members"};
}

}  // namespace

// Members stand in the order of construction; the threads end in the order of StopThreads.
struct Node::Impl {
  NodeStart start;
  std::unique_ptr<NodeDirectory> directory;
  Members members;
  Logger log;
  WallClock clock;
  SigningKey node_key;
  std::unique_ptr<ledger::Store> store;

  Metrics metrics;
  StopSignal stop;
  CheckpointSigner checkpoints;
  ledger::VerifiedCache cache;
  TxPool pool;
  Subscriptions subscriptions;
  Inbox inbox;
  ReadBarrier reads;
  DiskWatch disk;
  Executor executor;
  std::unique_ptr<WorkerPool> workers;
  AppendChecker checker;
  Submission submission;
  PeerHandler peers;
  asio::io_context io{1};
  asio::executor_work_guard<asio::io_context::executor_type> io_work{io.get_executor()};
  asio::steady_timer ticker{io};
  std::unique_ptr<Transport> transport;
  std::unique_ptr<RaftDriver> driver;
  std::unique_ptr<Custody> custody;
  std::unique_ptr<Auditor> auditor;  // null without keys to open with
  std::unique_ptr<NodeGateway> gateway;
  std::unique_ptr<HttpFace> http;  // null when none is configured
  std::thread io_thread;
  bool ticking = true;         // io thread
  int ticks = 0;               // io thread
  int64_t leader_seen_ms = 0;  // io thread
  bool stopped = false;

  Impl(NodeStart s, std::unique_ptr<NodeDirectory> d, Members m,
       std::unique_ptr<ledger::Store> opened);
  std::optional<TransportPeer> PeerAt(consensus::NodeId id) const;
  Status StartThreads();
  void Tick();
  void Sweep();
  void HandOver();
  void StopThreads();
};

Node::Impl::Impl(NodeStart s, std::unique_ptr<NodeDirectory> d, Members m,
                 std::unique_ptr<ledger::Store> opened)
    : start(std::move(s)),
      directory(std::move(d)),
      members(std::move(m)),
      log(members.self_name, start.config.log_level),
      clock(start.clock_ms ? start.clock_ms : SystemWallMs),
      node_key(start.keys.node),
      store(std::move(opened)),
      checkpoints(*store, *directory, node_key.key_id(), start.ledger.origin, start.keys.log),
      cache(start.config.limits.verified_cache_entries, kDecodedBytesMax),
      pool(start.config.limits.pool_transactions_max, start.config.limits.pool_bytes_max),
      disk(
          start.config.reserve_bytes,
          [directory = start.config.data_directory] { return MeasureSpace(directory); }, log),
      executor({*store, checkpoints, cache, pool, subscriptions, stop, metrics, log},
               start.ledger.ledger, start.ledger.limits),
      workers(std::make_unique<WorkerPool>(start.config.limits.verify_threads)),
      checker({start.ledger.ledger, start.ledger.limits, start.config.data_directory + "/evidence",
               clock},
              *store, *directory, *workers, cache, inbox, metrics, log,
              [this](consensus::NodeId to, const Refusal& refusal) {
                transport->Send(to, Lane::kControl, FrameType::kRefused, EncodeRefusal(refusal));
              }),
      submission({*store, cache, *workers, pool, executor, inbox, disk, metrics, clock},
                 start.ledger.ledger, start.ledger.limits, start.config.limits.submit_timeout_ms),
      peers(checker, submission, inbox, metrics, log) {}

std::optional<TransportPeer> Node::Impl::PeerAt(consensus::NodeId id) const {
  const auto member = directory->Find(id);
  if (!member) return std::nullopt;
  auto peer = PeerOf(*member, *directory, start.config);
  if (peer.ok()) return *std::move(peer);
  log.Error("peer_has_no_address", {{"error", peer.error()}});
  return std::nullopt;
}

Status Node::Impl::StartThreads() {
  const uint64_t incarnation = [] {
    uint64_t out;
    RandomBytes(reinterpret_cast<uint8_t*>(&out), sizeof out);
    return out;
  }();
  SUYUAN_ASSIGN_OR_RETURN(
      transport, Transport::Start(
                     io, {members.self, start.ledger.ledger, incarnation, start.config.peer_listen},
                     start.keys.node, peers, log));
  driver = std::make_unique<RaftDriver>(
      RaftDriverOptions{members.self, members.membership, members.membership_index,
                        start.ledger.ledger, start.config.limits,
                        start.ledger.limits.entry_bytes_max, start.ledger.time_ms, incarnation},
      RaftDriverParts{*store, *transport, pool, executor, inbox, reads, disk, *directory,
                      [this](consensus::NodeId id) { return PeerAt(id); }, node_key, clock, stop,
                      metrics, log});
  if (start.keys.custody)
    custody = std::make_unique<Custody>(
        CustodyKeys{*std::move(start.keys.custody), std::move(start.keys.sealing)}, start.ledger,
        start.config.party, *store, clock, [this] { return executor.findings(); });
  if (custody && custody->opens() && start.config.audit) {
    auditor = std::make_unique<Auditor>(
        AuditorParts{*store, executor, *custody, submission, metrics, log},
        BlockAuditOptions{start.config.party, start.ledger.limits},
        start.config.data_directory + "/audited");
  }
  gateway = std::make_unique<NodeGateway>(GatewayParts{start.ledger,
                                                       start.config,
                                                       *store,
                                                       submission,
                                                       subscriptions,
                                                       inbox,
                                                       reads,
                                                       disk,
                                                       checkpoints,
                                                       custody.get(),
                                                       *workers,
                                                       pool,
                                                       executor,
                                                       *driver,
                                                       *transport,
                                                       metrics,
                                                       log,
                                                       clock,
                                                       members.self_name,
                                                       *directory,
                                                       members.self,
                                                       node_key.key_id()});
  if (!start.config.api_listen.empty()) {
    SUYUAN_ASSIGN_OR_RETURN(http, HttpFace::Start(*gateway, start.config, members.own.api_address));
  }
  executor.Start();
  driver->Start();
  if (auditor) auditor->Start();
  leader_seen_ms = SteadyMs();
  asio::post(io, [this] { Tick(); });
  io_thread = std::thread([this] { io.run(); });
  return {};
}

void Node::Impl::Tick() {
  // A tick that was due already when the timer was cancelled still comes here.
  if (!ticking) return;
  inbox.Tick();
  if (++ticks % kTicksPerSweep == 0) Sweep();
  ticker.expires_after(std::chrono::milliseconds(start.config.limits.tick_ms));
  ticker.async_wait([this](const boost::system::error_code& error) {
    if (!error) Tick();
  });
}

void Node::Impl::Sweep() {
  int64_t now = SteadyMs();
  if (driver->view().leader != consensus::kNobody) leader_seen_ms = now;
  submission.set_leaderless(now - leader_seen_ms > kLeaderlessMs);
  Metrics::Add(metrics.timeouts, pool.Sweep(now, static_cast<uint64_t>(clock())));
  subscriptions.Sweep(now);
  reads.Sweep(now);
  disk.Look();
}

// Gives leadership away and lets those who wait get their answers.
void Node::Impl::HandOver() {
  auto leads = [this] { return driver->view().role == consensus::Role::kLeader; };
  if (leads() && driver->view().voters > 1) {
    inbox.Transfer();
    for (int i = 0; i < kTransferSteps && leads(); ++i) std::this_thread::sleep_for(kStopStep);
  }
  for (int i = 0; i < kDrainSteps && pool.waiting() > 0; ++i)
    std::this_thread::sleep_for(kStopStep);
}

void Node::Impl::StopThreads() {
  if (std::exchange(stopped, true)) return;
  submission.Close();
  if (http) http->StopAccepting();
  if (!stop.failure()) HandOver();
  Error stopping{ErrorCode::kStopping,
                 "this node is shutting down; what is under way may still "
                 "be committed by the others"};
  pool.Close(stopping);
  if (auditor) auditor->Stop();
  reads.Close(stopping);
  subscriptions.Close(stopping);  // now nothing is owed to HTTP clients any more
  if (http) http->Stop();
  if (driver) driver->Stop();
  if (io_thread.joinable()) {
    asio::post(io, [this] {
      transport->Stop();
      ticking = false;
      ticker.cancel();
      io_work.reset();
    });
    io_thread.join();
  }
  workers.reset();  // runs what is queued
  executor.Stop();
}

Node::Node(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Status Node::CreateLedger(const std::string& data_directory, const LedgerStart& ledger) {
  SUYUAN_RETURN_IF_ERROR(MakePrivateDirectories(data_directory));
  auto store = OpenStore(data_directory, ledger, true);
  return store.ok() ? Status() : Status(store.error());
}

Result<std::unique_ptr<Node>> Node::Start(NodeStart start) {
  InitCrypto();
  SUYUAN_ASSIGN_OR_RETURN(ledger::Configuration founding,
                          ledger::DecodeConfiguration(start.ledger.configuration));
  auto directory = std::make_unique<NodeDirectory>(founding);
  SUYUAN_ASSIGN_OR_RETURN(std::unique_ptr<ledger::Store> store, OpenOwnStore(start));
  SUYUAN_ASSIGN_OR_RETURN(const auto in_force, ReadMembersInForce(*store, *directory));
  SUYUAN_ASSIGN_OR_RETURN(Members members, ReadMembers(in_force, *directory, start.config,
                                                       SigningKey(start.keys.node).public_key()));
  if (directory->Find(members.self) && members.own.log_key != start.keys.log.public_key())
    return Error{ErrorCode::kConfig, "the log key is not the one that the ledger has of this node"};
  auto impl = std::make_unique<Impl>(std::move(start), std::move(directory), std::move(members),
                                     std::move(store));
  SUYUAN_RETURN_IF_ERROR(impl->StartThreads());
  impl->log.Info("started", {{"ledger", ToHex(impl->start.ledger.ledger)},
                             {"peers", ToString(impl->start.config.peer_listen)},
                             {"applied", impl->executor.applied().value()}});
  return std::unique_ptr<Node>(new Node(std::move(impl)));
}

Node::~Node() {
  impl_->StopThreads();
  impl_->log.Info("stopped", {{"applied", impl_->executor.applied().value()}});
}

api::Gateway& Node::gateway() { return *impl_->gateway; }

void Node::RequestStop() { impl_->stop.Request(); }

Status Node::Wait() {
  impl_->stop.Wait();
  impl_->StopThreads();
  if (auto failure = impl_->stop.failure()) {
    impl_->log.Error(
        "stopped_by_failure",
        {{"error", *failure}, {"remedy", std::string(Describe(failure->code).remedy)}});
    return *failure;
  }
  return {};
}

}  // namespace suyuan::node
