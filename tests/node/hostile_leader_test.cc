// A member's node that leads and proposes what no node may accept (formats §4 "check before
// acknowledging"), or breaks the rules of the peer protocol: it is refused, evidence is kept, and
// the honest majority goes on although the hostile one does not give up. What the honest nodes hold
// in the end is what the verifier calls right.
#include <atomic>
#include <filesystem>
#include <thread>

#include <gtest/gtest.h>

#include "contracts/replayer.h"
#include "ledger/block.h"
#include "ledger/sealing/items.h"
#include "ledger/verify/data_dir.h"
#include "ledger/verify/verifier.h"
#include "node/clock.h"
#include "tests/node/hostile_node.h"

namespace suyuan::node::testing {
namespace {

using consensus::Index;
using consensus::Message;
using consensus::MessageType;

constexpr size_t kHostile = HostileNode::kPlace;
constexpr uint64_t kDayMs = 86'400'000;

class HostileLeaderTest : public ::testing::Test {
 protected:
  HostileLeaderTest() : cluster_(3) {
    cluster_.Start(0);
    cluster_.Start(1);
    hostile_ = std::make_unique<HostileNode>(cluster_);
    leader_ = cluster_.WaitForLeader();
    EXPECT_TRUE(cluster_.Submit(leader_, cluster_.NewEnvelope()).ok());
    EXPECT_TRUE(cluster_.Converged());
    EXPECT_TRUE(Eventually([&] { return hostile_->connected() && Reaches(0) && Reaches(1); }));
    head_ = cluster_.gateway(leader_).store().Snapshot()->head();
    auto last = cluster_.gateway(leader_).store().EntryHead(head_.height);
    EXPECT_TRUE(last.ok());
    last_term_ = last->term;
    term_ = Term(cluster_.gateway(leader_).status().term + 3);
  }

  // Whatever happened: the honest nodes commit, agree, and hold a ledger that verifies.
  void TearDown() override {
    for (size_t i : {0, 1})
      EXPECT_TRUE(Eventually([&] { return cluster_.Submit(i, cluster_.NewEnvelope()).ok(); }));
    EXPECT_TRUE(cluster_.Converged());
    for (size_t i : {0, 1}) {
      cluster_.Stop(i);
      ExpectVerifies(cluster_.directory(i) + "/ledger");
    }
  }

  void ExpectVerifies(const std::string& directory) const {
    const LedgerStart& ledger = cluster_.ledger();
    contracts::Replayer replayer(ledger.ledger, ledger.limits, ledger.writes);
    ledger::verify::Options options;
    options.replayer = &replayer;
    auto source = ledger::verify::OpenDataDirectory(directory);
    ASSERT_TRUE(source.ok()) << source.error().ToString();
    auto report = ledger::verify::VerifyLedger(
        **source, {ledger.ledger, ledger.origin, ledger.time_ms, ledger.configuration}, options);
    EXPECT_TRUE(report.ok) << "height " << report.height << ": " << report.problem;
    EXPECT_GT(report.height, head_.height.value());
  }

  // Node `i` can tell the hostile one what it refuses.
  bool Reaches(size_t i) {
    for (const auto& peer : cluster_.gateway(i).status().peers)
      if (peer.node == cluster_.peer(kHostile).name) return peer.connected;
    return false;
  }

  // What follows the last block, as the hostile node would propose it in its term.
  ledger::EntryDraft NextDraft() const {
    ledger::EntryDraft draft;
    draft.kind = ledger::BlockKind::kElection;
    draft.height = head_.height + 1;
    draft.term = term_;
    draft.time_ms = static_cast<uint64_t>(SystemWallMs());
    draft.prev_entry_hash = head_.entry_hash;
    return draft;
  }
  static Bytes Signed(const ledger::EntryDraft& draft, const SecretSeed& key = NodeSeed(kHostile)) {
    return ledger::BuildEntry(draft, SigningKey(key));
  }
  Bytes Propose(const ledger::Parcel& parcel, const SecretSeed& key = NodeSeed(kHostile)) const {
    ledger::EntryDraft draft = NextDraft();
    draft.kind = ledger::BlockKind::kTransactions;
    draft.envelopes = {*parcel.envelope};
    draft.sealed_items = sealing::ViewsOf(*parcel.sealed_items);
    return Signed(draft, key);
  }

  Message Append(const std::vector<Bytes>& entries, uint64_t commit = 0) const {
    Message append;
    append.type = MessageType::kAppend;
    append.term = term_;
    append.index = Index(head_.height.value());
    append.log_term = last_term_;
    append.log_hash = head_.entry_hash;
    append.commit = Index(commit);
    for (const Bytes& bytes : entries) {
      consensus::Entry carried;
      carried.data = std::make_shared<const Bytes>(bytes);
      append.entries.push_back(carried);
    }
    return append;
  }
  Message Heartbeat(Term term) const {
    Message heartbeat;
    heartbeat.type = MessageType::kHeartbeat;
    heartbeat.term = term;
    return heartbeat;
  }

  // Leads with heartbeats, sends the append again and again, and expects to be thrown out because
  // of the entry at `height`.
  void ExpectRefused(const Message& append, ErrorCode code, Height height) {
    std::atomic<bool> stop{false};
    std::thread leading([&] {
      while (!stop) {
        hostile_->Say(Heartbeat(term_));
        hostile_->Say(append);
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
      }
    });
    EXPECT_TRUE(Eventually([&] { return hostile_->refusals().size() >= 2; }));
    if (!hostile_->refusals().empty()) {
      EXPECT_EQ(hostile_->refusals().front().code, code);
      EXPECT_EQ(hostile_->refusals().front().height, height);
    }
    EXPECT_TRUE(Eventually([&] {
      auto result = cluster_.Submit(0, cluster_.NewEnvelope());
      return result.ok() && cluster_.gateway(0).status().term > term_.value();
    }));
    stop = true;
    leading.join();
    EXPECT_TRUE(cluster_.Converged());
    EXPECT_FALSE(hostile_->acknowledged(Index(height.value())));
    EXPECT_FALSE(std::filesystem::is_empty(cluster_.directory(0) + "/evidence"));
  }
  void ExpectRefused(const Bytes& entry, ErrorCode code) {
    ExpectRefused(Append({entry}), code, head_.height + 1);
  }
  // The same although it claims that everything is committed.
  void ExpectRefusedWithAClaim(const Bytes& entry, ErrorCode code) {
    ExpectRefused(Append({entry}, head_.height.value() + 1), code, head_.height + 1);
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

TEST_F(HostileLeaderTest, ABadTransactionSignatureThatIsCommittedAlready) {
  Bytes envelope = *cluster_.NewEnvelope();
  Bytes key = SigningKey(*SecretSeed::From(Bytes(32, 'u'))).public_key().str();
  envelope[envelope.find(key) + 40] ^= 1;
  ExpectRefusedWithAClaim(Propose(std::make_shared<const Bytes>(envelope)), ErrorCode::kSig);
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

TEST_F(HostileLeaderTest, AnEarlierTermsEntryOfAStranger) {
  ledger::EntryDraft draft = NextDraft();
  draft.term = Term(term_.value() - 1);
  ExpectRefused(Signed(draft, NodeSeed(9)), ErrorCode::kAuthz);
}

TEST_F(HostileLeaderTest, ABrokenChainThatIsCommittedAlready) {
  ledger::EntryDraft draft = NextDraft();
  draft.prev_entry_hash.data[7] ^= 1;
  ExpectRefusedWithAClaim(Signed(draft), ErrorCode::kFormat);
}

TEST_F(HostileLeaderTest, AGapThatIsCommittedAlready) {
  ledger::EntryDraft draft = NextDraft();
  draft.height = head_.height + 2;
  ExpectRefusedWithAClaim(Signed(draft), ErrorCode::kFormat);
}

TEST_F(HostileLeaderTest, AnUnapprovedConfiguration) {
  ledger::EntryDraft draft = NextDraft();
  draft.kind = ledger::BlockKind::kConfiguration;
  draft.configuration = cluster_.ledger().configuration;
  ExpectRefused(Signed(draft), ErrorCode::kAuthz);
}

TEST_F(HostileLeaderTest, ATimeThatStandsStill) {
  ledger::EntryDraft draft = NextDraft();
  draft.time_ms = head_.time_ms;
  ExpectRefusedWithAClaim(Signed(draft), ErrorCode::kFormat);
}

TEST_F(HostileLeaderTest, ATimeThatGoesBackWithinOneMessage) {
  ledger::EntryDraft first = NextDraft();
  Bytes good = Signed(first);
  ledger::EntryDraft second = NextDraft();
  second.height = first.height + 1;
  second.time_ms = first.time_ms - 1;
  second.prev_entry_hash = ledger::EntryHashOf(ByteView(good).substr(0, ledger::kBlockHeaderBytes));
  ExpectRefused(Append({good, Signed(second)}), ErrorCode::kFormat, second.height);
}

// The entry before may be one that this node has seen in a message only.
TEST_F(HostileLeaderTest, ATimeThatGoesBackBetweenMessages) {
  ledger::EntryDraft first = NextDraft();
  Bytes good = Signed(first);
  Message before = Append({good});
  for (int i = 0; i < 2; ++i) hostile_->Say(before);
  ledger::EntryDraft second = NextDraft();
  second.height = first.height + 1;
  second.time_ms = first.time_ms;
  second.prev_entry_hash = ledger::EntryHashOf(ByteView(good).substr(0, ledger::kBlockHeaderBytes));
  Message after = Append({Signed(second)}, second.height.value());
  after.index = before.index + 1;
  after.log_term = term_;
  after.log_hash = second.prev_entry_hash;
  ExpectRefused(after, ErrorCode::kFormat, second.height);
}

// A block from the future is withheld, not judged: no refusal, no acknowledgement, and as soon as
// somebody else leads, the cluster goes on (formats §4, liveness only).
TEST_F(HostileLeaderTest, ATimeFarAheadIsWithheld) {
  ledger::EntryDraft draft = NextDraft();
  draft.time_ms += 600'000;
  hostile_->Say(Append({Signed(draft)}));
  EXPECT_TRUE(Eventually([&] {
    return cluster_.gateway(0).metrics().find("appends_withheld_total 1") != std::string::npos &&
           cluster_.gateway(1).metrics().find("appends_withheld_total 1") != std::string::npos;
  }));
  EXPECT_TRUE(cluster_.Submit(0, cluster_.NewEnvelope()).ok());
  EXPECT_TRUE(hostile_->refusals().empty());
  EXPECT_TRUE(cluster_.Converged());
}

// That it were committed is the sender's word, which cannot carry the ledger's time into a future
// in which every transaction has expired.
TEST_F(HostileLeaderTest, ATimeDaysAheadIsWithheldWhateverIsClaimed) {
  ledger::EntryDraft draft = NextDraft();
  draft.time_ms += 2 * kDayMs;
  hostile_->Say(Append({Signed(draft)}, draft.height.value()));
  EXPECT_TRUE(Eventually([&] {
    return cluster_.gateway(0).metrics().find("appends_withheld_total 1") != std::string::npos &&
           cluster_.gateway(1).metrics().find("appends_withheld_total 1") != std::string::npos;
  }));
  EXPECT_FALSE(hostile_->acknowledged(Index(draft.height.value())));
}

// Terms are durable and never fall: one message must not use them up.
TEST_F(HostileLeaderTest, ATermBeyondAllReason) {
  for (uint64_t term : {UINT64_MAX, UINT64_MAX - 1, uint64_t{1} << 53}) {
    hostile_->Say(Heartbeat(Term(term)));
    term_ = Term(term);
    hostile_->Say(Append({}));
    hostile_->Say(Append({Signed(NextDraft())}));
  }
  for (size_t i : {0, 1})
    EXPECT_TRUE(Eventually([&] { return cluster_.Submit(i, cluster_.NewEnvelope()).ok(); }));
  for (size_t i : {0, 1}) EXPECT_LT(cluster_.gateway(i).status().term, uint64_t{1} << 32);
}

// The control lane is read without waiting, so what takes memory has no place there.
TEST_F(HostileLeaderTest, EntriesOnTheControlLane) {
  Message append = Append({Signed(NextDraft())});
  bool cut = Eventually([&] {
    hostile_->Say(Lane::kControl, append);
    return !hostile_->connected();
  });
  EXPECT_TRUE(cut);
  EXPECT_FALSE(hostile_->acknowledged(append.index + 1));
}

}  // namespace
}  // namespace suyuan::node::testing
