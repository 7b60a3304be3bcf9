// C01, C29, C30 and the block executor: order of checks, dedupe (docs/formats.md §1), expiry, keys,
// `after`, expected versions, kinds of blocks.
#include "common/codec.h"
#include "common/hash.h"
#include "contracts/party.h"
#include "tests/contracts/ledger_fixture.h"

namespace suyuan::contracts::testing {
namespace {

using ledger::EntityKind;

class ExecutorTest : public ::testing::Test {
 protected:
  ExecutorTest() { chain.Join(chain.maker, kManufacturer); }
  SignedTx Anchor(const TxOptions& options = {}) {
    return chain.Make(tx::kDocAnchor, chain.maker, {Document("other")}, options);
  }
  size_t SeenMinutes() {
    size_t n = 0;
    chain.state.Scan(Namespace::kSeen, {}, [&](ByteView, ByteView) { return ++n, true; });
    return n;
  }
  Chain chain;
};

TEST_F(ExecutorTest, TwiceInOneBlockAppliesOnce) {
  const SignedTx tx = Anchor();
  const BlockExecution result = chain.Block({tx, tx});
  ASSERT_EQ(result.transactions.size(), 1u);
  EXPECT_EQ(result.transactions[0].position, 0u);
}

TEST_F(ExecutorTest, AgainInLaterBlocksLeavesNoLeafAndNoWrite) {
  const SignedTx tx = Anchor();
  EXPECT_EQ(chain.Block({tx}).transactions.size(), 1u);
  for (int i = 0; i < 3; ++i) {
    const BlockExecution again = chain.Block({tx});
    EXPECT_TRUE(again.transactions.empty());
    EXPECT_TRUE(again.writes.empty());
  }
  chain.Advance(2 * kDayMs);  // past its expiry: known is known
  EXPECT_TRUE(chain.Block({tx}).transactions.empty());
}

TEST_F(ExecutorTest, ARefusedTransactionIsSeenToo) {
  TxOptions options;
  options.version = 9;
  const SignedTx tx = Anchor(options);
  ExpectRefused(chain.Run(tx), ErrorCode::kType);
  EXPECT_TRUE(chain.Block({tx}).transactions.empty());
}

TEST_F(ExecutorTest, TheSameCoreWithOtherSignatureBytesIsTheSameTransaction) {
  const SignedTx tx = Anchor();
  Bytes forged = tx.envelope;
  const Bytes signature = chain.maker.key.Sign(ledger::TransactionSigningBytes(tx.id)).str();
  const size_t at = forged.find(signature);
  ASSERT_NE(at, Bytes::npos);
  forged[at] = static_cast<char>(forged[at] ^ 1);
  const BlockExecution result = chain.Block({{forged, tx.id}, tx});
  ASSERT_EQ(result.transactions.size(), 1u);
  ExpectRefused(DecodeOutcome(result.transactions[0].outcome).value(), ErrorCode::kSig);
}

TEST_F(ExecutorTest, DedupeChainFollowsTheFormat) {
  // formats §1: H("seen", previous ‖ ids of one block in order), zeros at first.
  TxOptions far;
  far.lifetime_ms = 5 * kDayMs;
  far.created_ms = chain.now_ms;
  const SignedTx a = Anchor(far), b = Anchor(far), c = Anchor(far);
  const uint64_t minute = (chain.now_ms + 5 * kDayMs) / 60'000;
  Writer key;
  key.U64(minute);
  chain.Block({a, b});
  const Hash first =
      TaggedHash("seen", {FixedRaw(Bytes(32, '\0')), FixedRaw(a.id.str() + b.id.str())});
  EXPECT_EQ(chain.state.Get(Namespace::kSeen, key.bytes()), first.str());
  chain.Block({c});
  const Hash second = TaggedHash("seen", {Fixed(first), Fixed(c.id)});
  EXPECT_EQ(chain.state.Get(Namespace::kSeen, key.bytes()), second.str());
}

TEST_F(ExecutorTest, PastMinutesAreDeletedByTheFirstBlockAfterThem) {
  chain.Block({Anchor()});
  EXPECT_GE(SeenMinutes(), 1u);
  chain.Advance(2 * kDayMs);
  const BlockExecution result = chain.Block({});  // also an election's block
  EXPECT_TRUE(result.transactions.empty());
  EXPECT_EQ(SeenMinutes(), 0u);
  for (const ledger::StateWrite& write : result.writes) {
    const bool hour = write.name_space == static_cast<uint8_t>(Namespace::kBlockHour);
    EXPECT_TRUE(hour || !write.value.has_value());
  }
}

TEST_F(ExecutorTest, TheMinuteIsKeptToItsEnd) {
  TxOptions options;
  options.created_ms = chain.now_ms;
  options.lifetime_ms = 60'000 - chain.now_ms % 60'000 + 10'000;  // 10 s into the next minute
  chain.Block({Anchor(options)});
  const uint64_t end = (chain.now_ms / 60'000 + 2) * 60'000;
  chain.now_ms = end - 1;
  chain.Block({});
  const size_t before = SeenMinutes();
  chain.now_ms = end;
  chain.Block({});
  EXPECT_EQ(SeenMinutes() + 1, before);
}

TEST_F(ExecutorTest, Expiry) {
  TxOptions options;
  options.created_ms = chain.now_ms - 10'000;
  options.lifetime_ms = 9'999;
  const SignedTx expired = Anchor(options);
  ExpectRefused(chain.Run(expired), ErrorCode::kExpired);
  options.created_ms = chain.now_ms - 10'000;
  options.lifetime_ms = 10'000;  // the last millisecond still counts
  ExpectApplied(chain.Run(Anchor(options)));
  options.created_ms = chain.now_ms + 5 * 60'000;
  ExpectApplied(chain.Run(Anchor(options)));
  options.created_ms = chain.now_ms + 5 * 60'000 + 1;
  ExpectRefused(chain.Run(Anchor(options)), ErrorCode::kExpired);
}

TEST_F(ExecutorTest, ALongExpiredTransactionLeavesNoDedupeKey) {
  TxOptions options;
  options.created_ms = chain.now_ms - 3 * kDayMs;
  options.lifetime_ms = 1000;
  const size_t before = SeenMinutes();
  ExpectRefused(chain.Run(Anchor(options)), ErrorCode::kExpired);
  EXPECT_EQ(SeenMinutes(), before);
}

TEST_F(ExecutorTest, ForeignLedgerKeyAndParty) {
  TxOptions options;
  options.ledger = LedgerId{};
  options.ledger->data.fill(8);
  ExpectRefused(chain.Run(Anchor(options)), ErrorCode::kLedger);
  // A key that nobody registered.
  ExpectRefused(chain.Do(tx::kDocAnchor, chain.other_maker, {Document("other")}), ErrorCode::kSig);
  // A registered key under another party's name.
  options = {};
  options.submitter = chain.regulator.party;
  ExpectRefused(chain.Do(tx::kDocAnchor, chain.maker, {Document("other")}, options),
                ErrorCode::kSig);
}

TEST_F(ExecutorTest, UnknownTypesAndVersions) {
  ExpectRefused(chain.Do(TxType(0x7777), chain.maker, {Document("other")}), ErrorCode::kType);
  ExpectRefused(chain.Do(tx::kAnchor, chain.maker, {Document("other")}), ErrorCode::kType);
  EXPECT_EQ(FindContract(tx::kDocAnchor, 2, Height(1)), nullptr);
  for (const Contract& contract : AllContracts()) {
    EXPECT_EQ(FindContract(contract.type, contract.version, Height(1)), &contract);
    EXPECT_FALSE(TypeName(contract.type).empty());
  }
}

TEST_F(ExecutorTest, AfterNamesAnAppliedTransaction) {
  const SignedTx first = Anchor();
  TxOptions options;
  options.after = first.id;
  ExpectRefused(chain.Run(Anchor(options)), ErrorCode::kRef);
  chain.Block({first});
  ExpectApplied(chain.Run(Anchor(options)));
  // In one block, in order.
  const SignedTx second = Anchor();
  options.after = second.id;
  const SignedTx third = Anchor(options);
  const BlockExecution result = chain.Block({second, third});
  ExpectApplied(DecodeOutcome(result.transactions[1].outcome).value());
  // A refused one is not enough.
  TxOptions bad;
  bad.version = 9;
  const SignedTx refused = Anchor(bad);
  chain.Block({refused});
  options.after = refused.id;
  ExpectRefused(chain.Run(Anchor(options)), ErrorCode::kRef);
}

TEST_F(ExecutorTest, ExpectedVersion) {
  const auto rotate = [&](uint32_t expected, const Actor& to) {
    TxOptions options;
    options.expected_version = expected;
    return chain.Do(tx::kKeyRotate, chain.maker,
                    {Command(EntityKind::kParty, chain.maker.party.view())
                         .Set(command_field::kNewSigningKey, ToHex(to.key.public_key()))},
                    options);
  };
  const Actor spare(50, "440100");
  ExpectRefused(rotate(2, spare), ErrorCode::kVersion, 0);
  ExpectApplied(rotate(1, spare));
  TxOptions options;
  options.expected_version = 1;
  ExpectRefused(chain.Do(tx::kDocAnchor, chain.regulator, {Document("other")}, options),
                ErrorCode::kVersion, 0);
}

TEST_F(ExecutorTest, PartyStatesDecideWhatMayBeSent) {
  const auto anchor_in = [&](EntityState state) {
    chain.SetState(EntityKind::kParty, chain.maker.party.view(), state);
    return chain.Do(tx::kDocAnchor, chain.maker, {Document("other")});
  };
  for (const EntityState state : {EntityState::kPending, EntityState::kReturned,
                                  EntityState::kRevoked, EntityState::kClosed}) {
    ExpectRefused(anchor_in(state), ErrorCode::kState);
  }
  ExpectApplied(anchor_in(EntityState::kSuspended));
  ExpectApplied(anchor_in(EntityState::kActive));
}

TEST_F(ExecutorTest, FurtherSignersOnlyWhereTheTypeAsksForThem) {
  TxOptions options;
  options.further = &chain.regulator;
  options.further_role = ledger::SignerRole::kGovernance;
  ExpectRefused(chain.Do(tx::kDocAnchor, chain.maker, {Document("other")}, options),
                ErrorCode::kAuthz);
}

TEST_F(ExecutorTest, OneBadRecordRefusesItsTransactionOthersStand) {
  std::vector<Rec> many(9'999, Document("other"));
  many.push_back(Document("other").Drop(document_field::kMediaType));
  const SignedTx bad = chain.Make(tx::kDocAnchor, chain.maker, many);
  const SignedTx before = Anchor(), after = Anchor();
  const BlockExecution result = chain.Block({before, bad, after});
  ASSERT_EQ(result.transactions.size(), 3u);
  ExpectApplied(DecodeOutcome(result.transactions[0].outcome).value());
  ExpectRefused(DecodeOutcome(result.transactions[1].outcome).value(), ErrorCode::kMissing, 9'999,
                document_field::kMediaType);
  ExpectApplied(DecodeOutcome(result.transactions[2].outcome).value());
  size_t documents = 0;
  for (const ledger::StateWrite& write : result.writes)
    documents += write.name_space == static_cast<uint8_t>(Namespace::kDocument);
  EXPECT_EQ(documents, 2u);
  many.back() = Document("other");
  ExpectApplied(chain.Do(tx::kDocAnchor, chain.maker, many));
}

void ExpectSame(const BlockExecution& known, const BlockExecution& anew) {
  ASSERT_EQ(known.transactions.size(), anew.transactions.size());
  for (size_t i = 0; i < anew.transactions.size(); ++i) {
    EXPECT_EQ(known.transactions[i].id, anew.transactions[i].id);
    EXPECT_EQ(known.transactions[i].signatures_hash, anew.transactions[i].signatures_hash);
    EXPECT_EQ(known.transactions[i].outcome, anew.transactions[i].outcome);
  }
  ASSERT_EQ(known.writes.size(), anew.writes.size());
  for (size_t i = 0; i < anew.writes.size(); ++i) {
    EXPECT_EQ(known.writes[i].key, anew.writes[i].key);
    EXPECT_EQ(known.writes[i].value, anew.writes[i].value);
  }
}

// A node that has verified an envelope before skips its hashes and signatures, nothing else.
TEST_F(ExecutorTest, KnownEnvelopesGiveTheSameBlock) {
  TxOptions bad;
  bad.version = 9;
  ledger::EntryDraft draft;
  draft.height = Height(chain.height);
  draft.term = Term(1);
  draft.time_ms = chain.now_ms;
  // Nothing sealed: the fixture's hidden leaves are of form only, their items could not be carried.
  const std::vector<SignedTx> txs = {
      Anchor(), Anchor(bad),
      chain.Make(tx::kDocAnchor, chain.maker, {Document("test_report"), Document("other")})};
  for (const SignedTx& tx : txs) draft.envelopes.push_back(tx.envelope);
  const auto entry =
      ledger::DecodeEntry(std::make_shared<const Bytes>(ledger::BuildEntry(draft, chain.node.key)))
          .value();
  ledger::VerifiedCache cache(16);
  ExecutionContext context;
  context.ledger = chain.ledger_id;
  const BlockExecution anew = ExecuteBlock(context, chain.state, entry);
  context.cache = &cache;
  for (const SignedTx& tx : txs) cache.Insert(ledger::VerifiedCache::KeyOf(tx.envelope));
  {
    SCOPED_TRACE("verdicts");
    ExpectSame(ExecuteBlock(context, chain.state, entry), anew);
  }
  ledger::VerifiedCache decoded(16, 1 << 20);
  const auto run = [](size_t count, const std::function<void(size_t)>& job) {
    for (size_t i = 0; i < count; ++i) job(i);
  };
  ASSERT_TRUE(ledger::CheckEntry(entry, chain.ledger_id, context.limits, &decoded, run).ok());
  context.cache = &decoded;
  for (const char* what : {"decoded forms", "verdicts that outlive them"}) {
    SCOPED_TRACE(what);
    ExpectSame(ExecuteBlock(context, chain.state, entry), anew);
  }
}

// What happens to an entity at once stands behind one key and still is two events.
TEST_F(ExecutorTest, EventsOfAnAutomaticReview) {
  const EntityId id = chain.Ok(tx::kDocAnchor, chain.maker, {Document("other")});
  const auto events = ReadEvents(chain.state, EntityKind::kDocument, id.view());
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].state, EntityState::kAnchored);
  EXPECT_FALSE(events[0].automatic);
  EXPECT_EQ(events[1].state, EntityState::kAccepted);
  EXPECT_TRUE(events[1].automatic);
  EXPECT_EQ(chain.Find(EntityKind::kDocument, id.view())->event_count, 2u);
}

TEST_F(ExecutorTest, WritesAreDistinctAndSorted) {
  const BlockExecution result = chain.Block({Anchor(), Anchor(), Anchor()});
  for (size_t i = 1; i < result.writes.size(); ++i) {
    const auto& a = result.writes[i - 1];
    const auto& b = result.writes[i];
    EXPECT_LT(std::pair(a.name_space, a.key), std::pair(b.name_space, b.key));
    EXPECT_EQ(b.in_tree, InTree(static_cast<Namespace>(b.name_space)));
  }
}

}  // namespace
}  // namespace suyuan::contracts::testing
