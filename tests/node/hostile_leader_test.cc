// A member's node that leads and proposes what no node may accept (formats §4 "check before
// acknowledging"): it is refused, evidence is kept, and the honest majority elects another leader
// although the hostile one goes on with its heartbeats.
#include <atomic>
#include <filesystem>
#include <mutex>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include "ledger/block.h"
#include "ledger/sealing/items.h"
#include "node/clock.h"
#include "tests/node/cluster.h"

namespace suyuan::node::testing {
namespace {

using consensus::Index;
using consensus::Message;
using consensus::MessageType;
using consensus::NodeId;

constexpr size_t kHostile = 2;

// Speaks as the third member, over a real transport, and listens to nobody.
class HostileNode final : public TransportHandler {
 public:
  explicit HostileNode(const Cluster& cluster) : log_("hostile", "error") {
    TransportConfig config;
    config.self = Id(kHostile);
    config.ledger = cluster.ledger().ledger;
    config.incarnation = 1;
    config.listen = cluster.peer_endpoint(kHostile);
    config.peers = {cluster.peer(0), cluster.peer(1)};
    auto transport = Transport::Start(io_, config, NodeSeed(kHostile), *this, log_);
    SUYUAN_CHECK(transport.ok(), transport.error().ToString());
    transport_ = std::move(transport).value();
    thread_ = std::thread([this] { io_.run(); });
  }
  ~HostileNode() override {
    boost::asio::post(io_, [this] { transport_->Stop(); });
    thread_.join();
  }
  static NodeId Id(size_t i) { return NodeId(static_cast<uint32_t>(i + 1)); }

  bool connected() const { return transport_->connected(Id(0)) && transport_->connected(Id(1)); }
  void Say(Message message) {
    message.from = Id(kHostile);
    for (size_t to : {0, 1}) {
      message.to = Id(to);
      transport_->Send(message.to, message.entries.empty() ? Lane::kControl : Lane::kBulk,
                       FrameType::kRaft, EncodeMessage(message));
    }
  }
  std::vector<Refusal> refusals() const {
    std::lock_guard lock(mutex_);
    return refusals_;
  }

  void OnConnected(const Inbound&) override {}
  void OnMessage(const Inbound&, WireMessage) override {}
  void OnTransactions(NodeId, Parcels) override {}
  void OnRefusal(NodeId, Refusal refusal) override {
    std::lock_guard lock(mutex_);
    refusals_.push_back(std::move(refusal));
  }
  bool MayRead(NodeId) override { return true; }

 private:
  Logger log_;
  boost::asio::io_context io_{1};
  std::unique_ptr<Transport> transport_;
  std::thread thread_;
  mutable std::mutex mutex_;
  std::vector<Refusal> refusals_;  // guarded by mutex_
};

class HostileLeaderTest : public ::testing::Test {
 protected:
  HostileLeaderTest() : cluster_(3) {
    cluster_.Start(0);
    cluster_.Start(1);
    leader_ = cluster_.WaitForLeader();
    hostile_ = std::make_unique<HostileNode>(cluster_);
    EXPECT_TRUE(cluster_.Submit(leader_, cluster_.NewEnvelope()).ok());
    EXPECT_TRUE(cluster_.Converged());
    EXPECT_TRUE(Eventually([&] { return hostile_->connected(); }));
    head_ = cluster_.gateway(leader_).store().Snapshot()->head();
    auto last = cluster_.gateway(leader_).store().EntryHead(head_.height);
    EXPECT_TRUE(last.ok());
    last_term_ = last->term;
    term_ = Term(cluster_.gateway(leader_).status().term + 3);
  }

  // An entry after the last one, as the hostile node would propose it in its term.
  Bytes Propose(const ledger::Parcel& parcel, const SecretSeed& key = NodeSeed(kHostile)) const {
    ledger::EntryDraft draft;
    draft.height = head_.height + 1;
    draft.term = term_;
    draft.time_ms = static_cast<uint64_t>(SystemWallMs());
    draft.prev_entry_hash = head_.entry_hash;
    draft.envelopes = {*parcel.envelope};
    draft.sealed_items = sealing::ViewsOf(*parcel.sealed_items);
    return ledger::BuildEntry(draft, SigningKey(key));
  }

  // Leads with heartbeats, sends the entry again and again, and expects to be thrown out.
  void ExpectRefused(const Bytes& entry, ErrorCode code) {
    std::atomic<bool> stop{false};
    std::thread leading([&] {
      while (!stop) {
        Message heartbeat;
        heartbeat.type = MessageType::kHeartbeat;
        heartbeat.term = term_;
        hostile_->Say(heartbeat);
        hostile_->Say(Append(entry));
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
      }
    });
    EXPECT_TRUE(Eventually([&] { return hostile_->refusals().size() >= 2; }));
    EXPECT_EQ(hostile_->refusals().front().code, code);
    EXPECT_EQ(hostile_->refusals().front().height, head_.height + 1);
    EXPECT_TRUE(Eventually([&] {
      auto result = cluster_.Submit(0, cluster_.NewEnvelope());
      return result.ok() && cluster_.gateway(0).status().term > term_.value();
    }));
    stop = true;
    leading.join();
    EXPECT_TRUE(cluster_.Converged());
    EXPECT_FALSE(std::filesystem::is_empty(cluster_.directory(0) + "/evidence"));
  }

  Message Append(const Bytes& entry) const {
    Message append;
    append.type = MessageType::kAppend;
    append.term = term_;
    append.index = Index(head_.height.value());
    append.log_term = last_term_;
    append.log_hash = head_.entry_hash;
    consensus::Entry carried;
    carried.data = std::make_shared<const Bytes>(entry);
    append.entries = {carried};
    return append;
  }

  Cluster cluster_;
  size_t leader_ = 0;
  std::unique_ptr<HostileNode> hostile_;
  ledger::LogHead head_;
  Term last_term_, term_;
};

TEST_F(HostileLeaderTest, ABadTransactionSignature) {
  Bytes envelope = *cluster_.NewEnvelope();
  Bytes key = SigningKey(*SecretSeed::From(Bytes(32, 'u'))).public_key().str();
  envelope[envelope.find(key) + 40] ^= 1;
  ExpectRefused(Propose(std::make_shared<const Bytes>(envelope)), ErrorCode::kSig);
}

TEST_F(HostileLeaderTest, ABadBodyHash) {
  Bytes entry = Propose(cluster_.NewEnvelope());
  entry[entry.size() - 10] ^= 1;  // in the body, which the header's hash covers
  ExpectRefused(entry, ErrorCode::kFormat);
}

TEST_F(HostileLeaderTest, ASealedItemThatWasNotSealed) {
  const ledger::Parcel sealed = cluster_.NewSealed();
  sealing::SealedItems items = *sealed.sealed_items;
  items.back().back() ^= 1;
  ExpectRefused(Propose({sealed.envelope, std::move(items)}), ErrorCode::kCommit);
}

TEST_F(HostileLeaderTest, SealedItemsHeldBack) {
  const ledger::Parcel sealed = cluster_.NewSealed();
  ExpectRefused(Propose({sealed.envelope, {}}), ErrorCode::kFormat);
}

TEST_F(HostileLeaderTest, ABadProposerSignature) {
  Bytes entry = Propose(cluster_.NewEnvelope());
  entry[ledger::kBlockHeaderBytes + 2 + 1 + 32 + 1 + 5] ^= 1;
  ExpectRefused(entry, ErrorCode::kSig);
}

TEST_F(HostileLeaderTest, AnEntryInAnotherMembersName) {
  ExpectRefused(Propose(cluster_.NewEnvelope(), NodeSeed(0)), ErrorCode::kAuthz);
}

// A block from the future is withheld, not judged: no refusal, no acknowledgement, and as soon as
// somebody else leads, the cluster goes on (formats §4, liveness only).
TEST_F(HostileLeaderTest, ATimeFarAheadIsWithheld) {
  ledger::EntryDraft draft;
  draft.height = head_.height + 1;
  draft.term = term_;
  draft.time_ms = static_cast<uint64_t>(SystemWallMs()) + 600'000;
  draft.prev_entry_hash = head_.entry_hash;
  draft.kind = ledger::BlockKind::kElection;
  hostile_->Say(Append(ledger::BuildEntry(draft, SigningKey(NodeSeed(kHostile)))));
  EXPECT_TRUE(Eventually([&] {
    return cluster_.gateway(0).metrics().find("appends_withheld_total 1") != std::string::npos &&
           cluster_.gateway(1).metrics().find("appends_withheld_total 1") != std::string::npos;
  }));
  EXPECT_TRUE(cluster_.Submit(0, cluster_.NewEnvelope()).ok());
  EXPECT_TRUE(hostile_->refusals().empty());
  EXPECT_TRUE(cluster_.Converged());
}

}  // namespace
}  // namespace suyuan::node::testing
