// Claims (docs/formats.md §3): a regulator that had to get a key and did not, or whose wrap does
// not open, claims so by itself, another one countersigns, the owner is alerted and wraps anew.
#include "common/encoding.h"
#include "contracts/alert.h"
#include "tests/node/audited_ledger.h"

namespace suyuan::node::testing {
namespace {

namespace d = contracts::document_field;
using contracts::AlertStage;
using contracts::FindingKind;
using contracts::FindingStage;
using contracts::FindingTarget;

constexpr FindingKind kClaim = FindingKind::kCannotOpen;

class ClaimsTest : public AuditedLedger {
 protected:
  explicit ClaimsTest(size_t nodes = 2) : AuditedLedger(nodes) {}

  // The maker's own key opens what it sealed: K_a of the first audience.
  static SecretSeed AudienceKey(const test::SealedDraft& draft) {
    return test::OpenAs(test::Sign(draft), {2}).audiences.front().key.Clone();
  }
  // Of the document's first sealed field, which stands for all of its audience.
  static FindingTarget FirstOf(const test::SealedDraft& draft, FindingTarget target) {
    for (const ledger::RecordDraft::LeafDraft& leaf : draft.draft.records.front().leaves) {
      if (leaf.mode != ledger::LeafMode::kHidden) continue;
      target.field = leaf.field;
      break;
    }
    return target;
  }
  FindingTarget SendFor(std::vector<SealingPublicKey> readers, const char* doc_class = "REG") {
    test::SealedDraft draft = Document(std::move(readers), doc_class);
    key_ = AudienceKey(draft);
    const FindingTarget target = FirstOf(draft, {});
    FindingTarget sent = Send(std::move(draft));
    sent.field = target.field;
    return sent;
  }
  // The regulator of node 0 seals something to nobody but itself.
  FindingTarget SendOwn() {
    const SigningKey key(RegulatorSeed(0));
    contracts::BuildOptions options = MakerOptions({ReaderKey(1)});
    options.submitter = TestParty(0);
    options.signing_key = key.public_key();
    auto built = contracts::BuildTransaction(
        json::Object{{"type", "DOC_ANCHOR"}, {"records", json::Array{DocumentJson("REG")}}},
        options);
    SUYUAN_CHECK(built.ok(), built.error().ToString());
    auto envelope = std::make_shared<const Bytes>(ledger::SignTransaction(built->draft, key));
    FindingTarget target = FirstOf({built->draft, {}}, {});
    target.kind = ledger::EntityKind::kDocument;
    target.id = ledger::EntityIdOf(IdOf(*envelope), 0).str();
    target.version = 1;
    const auto result =
        cluster_.Submit(0, ledger::Parcel(envelope, std::move(built->sealed_items)));
    SUYUAN_CHECK(result.ok(), result.error().ToString());
    EXPECT_EQ(contracts::WhetherApplied(result->outcome), true) << Refusal(*result);
    return target;
  }
  std::optional<contracts::Alert> AlertOf(const FindingTarget& target) {
    const auto snapshot = cluster_.gateway(0).store().Snapshot();
    return contracts::FindAlert(contracts::SnapshotReader(*snapshot),
                                contracts::AlertKey(TestParty(9), contracts::AlertRule(kClaim),
                                                    contracts::FindingKey(target, kClaim)));
  }
  bool StageSoon(const FindingTarget& target, FindingStage stage) {
    return Eventually([&] {
      const auto found = Found(target, kClaim);
      return found && found->stage == stage;
    });
  }
  // The maker's answer to the claim on record: `key` wrapped for `readers`.
  Result<api::SubmitResult> Answer(const FindingTarget& target, const SecretSeed& key,
                                   std::vector<SealingPublicKey> readers) {
    const std::string claim = ToHex(Found(target, kClaim)->tx);
    contracts::BuildOptions options = MakerOptions({});
    std::vector<contracts::BuildOptions::Grant> grants;
    grants.push_back({sealing::WrapPurpose::AudienceOf(sent_, 0), key.Clone(), std::move(readers)});
    options.grants = grants;
    const json::Object fields{
        {"finding_kind", "cannot_open"},
        {"finding_of", claim},
        {"target_field", contracts::QualifiedName(*contracts::FindField(target.field))},
        {"target_version", 1}};
    const json::Object subject{{"document", ToString(EntityId::From(target.id).value())}};
    auto built = contracts::BuildTransaction(
        json::Object{
            {"type", "FINDING"},
            {"records", json::Array{json::Object{{"fields", fields}, {"subject", subject}}}}},
        options);
    if (!built.ok()) return built.error();
    const test::SealedTransaction sealed =
        test::Sign({std::move(built->draft), std::move(built->sealed_items)});
    return cluster_.Submit(0, ledger::Parcel(sealed.envelope, sealed.items));
  }
  void ExpectAnswered(const Result<api::SubmitResult>& result) {
    ASSERT_OK(result);
    EXPECT_EQ(contracts::WhetherApplied(result->outcome), true) << Refusal(*result);
  }
  // Both auditors are past all that is committed now.
  bool Settled() {
    const uint64_t height = cluster_.gateway(0).store().Snapshot()->head().height.value();
    return Eventually([&] {
      for (size_t i = 0; i < cluster_.size(); ++i) {
        const std::string& text = cluster_.gateway(i).metrics();
        const size_t at = text.find("\nsuyuan_audited_height ");
        if (at == std::string::npos || std::stoull(text.substr(at + 23)) < height) return false;
      }
      return true;
    });
  }

  SecretSeed key_;
};

TEST_F(ClaimsTest, AMissingWrapIsClaimedCountersignedAndWrappedAnew) {
  StartAudited();
  const FindingTarget target = SendFor({ReaderKey(2)});
  ASSERT_TRUE(StageSoon(target, FindingStage::kCountersigned));
  const contracts::Finding claim = *Found(target, kClaim);
  EXPECT_EQ(claim.owner, TestParty(9));
  EXPECT_NE(claim.finder, claim.second);
  for (const PartyId& party : {claim.finder, claim.second})
    EXPECT_TRUE(party == TestParty(0) || party == TestParty(1));
  EXPECT_GT(claim.deadline_ms, claim.time_ms);
  EXPECT_EQ(AlertOf(target)->stage, AlertStage::kRaised);
  EXPECT_EQ(AlertOf(target)->deadline_ms, claim.deadline_ms);
  const sealing::SealedPlace at{0, target.field, 0};
  EXPECT_EQ((*cluster_.gateway(0).OpenSealed(sent_))->Find(at), nullptr);

  ExpectAnswered(Answer(target, key_, {ReaderKey(1), ReaderKey(2), ReaderKey(3)}));
  ASSERT_TRUE(Settled());
  EXPECT_EQ(Found(target, kClaim)->stage, FindingStage::kAnswered) << "and stays so";
  EXPECT_EQ(AlertOf(target)->stage, AlertStage::kClosed);
  for (size_t i = 0; i < 2; ++i) {
    const auto opened = cluster_.gateway(i).OpenSealed(sent_);
    ASSERT_OK(opened);
    const ledger::OpenedLeaf* leaf = (*opened)->Find({0, d::kDocTitle, 0});
    ASSERT_NE(leaf, nullptr) << i;
    EXPECT_EQ(leaf->value, "\"示例材料\"");
    EXPECT_TRUE(Says(i, "suyuan_findings_refused_total 0"));
  }
}

// A reader whose node audits nothing asked before, and asks again: no restart lies between.
TEST_F(ClaimsTest, AGrantedKeyOpensAtOnce) {
  for (size_t i = 0; i < 2; ++i) Start(i, StartOf(i, i == 0));
  cluster_.WaitForLeader();
  const FindingTarget target = SendFor({ReaderKey(2)});
  const auto title = [&]() -> std::optional<Bytes> {
    const auto opened = cluster_.gateway(1).OpenSealed(sent_);
    if (!opened.ok()) return std::nullopt;
    const ledger::OpenedLeaf* leaf = (*opened)->Find({0, d::kDocTitle, 0});
    return leaf == nullptr ? Bytes() : leaf->value;
  };
  ASSERT_TRUE(Eventually([&] { return title() == Bytes(); })) << "closed, and kept as that";
  ASSERT_TRUE(StageSoon(target, FindingStage::kRaised));
  ExpectAnswered(Answer(target, key_, {ReaderKey(1), ReaderKey(2), ReaderKey(3)}));
  EXPECT_TRUE(Eventually([&] { return title() == "\"示例材料\""; }));
}

// The new wraps open nothing, or to a key that the audience does not commit to.
TEST_F(ClaimsTest, AWrongAnswerIsClaimedAgain) {
  StartAudited();
  const FindingTarget target = SendFor({ReaderKey(2)});
  ASSERT_TRUE(StageSoon(target, FindingStage::kCountersigned));
  const TxId first = Found(target, kClaim)->tx;
  const auto again = [&](const TxId& before) {
    return Eventually([&] {
      const auto found = Found(target, kClaim);
      return found->tx != before && found->stage == FindingStage::kCountersigned;
    });
  };
  ExpectAnswered(Answer(target, SecretSeed::Random(), {ReaderKey(1), ReaderKey(3)}));
  ASSERT_TRUE(again(first));
  EXPECT_EQ(AlertOf(target)->stage, AlertStage::kRaised);
  const TxId second = Found(target, kClaim)->tx;
  ExpectAnswered(Answer(target, key_, {ReaderKey(9)}));
  ASSERT_TRUE(again(second));
  EXPECT_EQ(AlertOf(target)->stage, AlertStage::kRaised);

  ExpectAnswered(Answer(target, key_, {ReaderKey(1), ReaderKey(3)}));
  ASSERT_TRUE(Settled());
  EXPECT_EQ(Found(target, kClaim)->stage, FindingStage::kAnswered);
}

// Wraps that a hostile sender makes instead of honest ones: each is claimed as what is missing.
TEST_F(ClaimsTest, SwappedReusedAndDummyWrapsAreClaimed) {
  StartAudited();
  const std::vector<SealingPublicKey> all = {ReaderKey(1), ReaderKey(2), ReaderKey(3)};
  const auto wraps_of = [](const test::SealedDraft& draft) {
    return Bytes(ByteView(draft.items[0]).substr(2));
  };
  std::vector<test::SealedDraft> drafts;
  // Of another transaction of the same sender, though they open there.
  drafts.push_back(Document(all, "REG"));
  ReplaceWraps(drafts.back(), 0, wraps_of(Document(all, "REG")));
  // Boxes swapped between readers: each tag leads to another one's box.
  drafts.push_back(Document(all, "REG"));
  std::vector<Bytes> wraps = test::SplitWraps(wraps_of(drafts.back()));
  const Bytes first_box = wraps[0].substr(sealing::kWrapTagBytes);
  for (size_t i = 0; i < wraps.size(); ++i) {
    const Bytes box =
        i + 1 < wraps.size() ? wraps[i + 1].substr(sealing::kWrapTagBytes) : first_box;
    wraps[i] = wraps[i].substr(0, sealing::kWrapTagBytes) + box;
  }
  ReplaceWraps(drafts.back(), 0, test::JoinWraps(std::move(wraps)));
  // Nothing but dummies, as many as there may be.
  drafts.push_back(Document(all, "REG"));
  std::vector<Bytes> dummies;
  for (size_t i = 0; i < sealing::kWrapsMax; ++i) {
    Bytes dummy(sealing::kWrapBytes, '\0');
    RandomBytes(reinterpret_cast<uint8_t*>(dummy.data()), dummy.size());
    dummies.push_back(std::move(dummy));
  }
  ReplaceWraps(drafts.back(), 0, test::JoinWraps(std::move(dummies)));

  std::vector<FindingTarget> targets;
  for (test::SealedDraft& draft : drafts) {
    const uint16_t first = FirstOf(draft, {}).field;
    targets.push_back(Send(std::move(draft)));
    targets.back().field = first;
    for (size_t i = 0; i < 2; ++i) {
      const auto opened = cluster_.gateway(i).OpenSealed(sent_);
      const ledger::OpenedLeaf* leaf =
          opened.ok() ? (*opened)->Find({0, d::kDocTitle, 0}) : nullptr;
      EXPECT_TRUE(leaf == nullptr || leaf->kind == ledger::OpenedLeaf::Kind::kFault);
    }
  }
  for (const FindingTarget& target : targets)
    EXPECT_TRUE(StageSoon(target, FindingStage::kCountersigned));
}

// What opens late is judged like all else: the value that was withheld breaks a rule.
TEST_F(ClaimsTest, AnAnswersValuesAreJudged) {
  StartAudited();
  test::SealedDraft draft = Document({ReaderKey(2)}, "REG");
  key_ = AudienceKey(draft);
  const sealing::SealedPlace title{0, d::kDocTitle, 0};
  const test::SealedTransaction honest = test::Sign(draft);
  ReplaceField(draft, title,
               sealing::SealField(honest.context(), title, sealing::FieldKey(key_, title),
                                  sealing::PadValue(Hash{}, "\"\"")));
  FindingTarget target = FirstOf(draft, {});
  const uint16_t first = target.field;
  target = Send(std::move(draft));
  target.field = first;
  ASSERT_TRUE(StageSoon(target, FindingStage::kCountersigned));
  FindingTarget value = target;
  value.field = d::kDocTitle;
  EXPECT_FALSE(Found(value, FindingKind::kBadValue));
  ExpectAnswered(Answer(target, key_, {ReaderKey(1), ReaderKey(3)}));
  EXPECT_TRUE(FoundSoon(value, FindingKind::kBadValue));
}

// A reader that can open it does not countersign what another one claims.
TEST_F(ClaimsTest, OneRegulatorsWordStandsAlone) {
  StartAudited();
  const FindingTarget target = SendFor({ReaderKey(2), ReaderKey(3)});
  ASSERT_TRUE(StageSoon(target, FindingStage::kRaised));
  ASSERT_TRUE(Settled());
  EXPECT_EQ(Found(target, kClaim)->finder, TestParty(0));
  EXPECT_EQ(Found(target, kClaim)->stage, FindingStage::kRaised);
  EXPECT_FALSE(AlertOf(target));
}

TEST_F(ClaimsTest, NoDutyNoClaim) {
  national_region_ = "330000";  // another province
  StartAudited();
  // Honest: all whom the registry names, and nobody else.
  const FindingTarget honest = SendFor({ReaderKey(2), ReaderKey(1)});
  // Of class PRV the escrow key is the reader, which this node does not hold.
  const FindingTarget escrow = SendFor({ReaderKey(2)}, "PRV");
  const FindingTarget missing = SendFor({ReaderKey(2)});
  ASSERT_TRUE(StageSoon(missing, FindingStage::kRaised));
  ASSERT_TRUE(Settled());
  EXPECT_FALSE(Found(honest, kClaim));
  EXPECT_FALSE(Found(escrow, kClaim));
  EXPECT_EQ(Found(missing, kClaim)->stage, FindingStage::kRaised) << "the other one has no duty";
  EXPECT_TRUE(Says(1, "suyuan_findings_filed_total 0"));
}

// Who can open a value need not be somebody whose word the contract takes: an attempt that is
// refused would stay on the ledger and tell that it reads it.
TEST_F(ClaimsTest, NothingIsFiledThatTheContractRefuses) {
  national_region_ = "330000";  // another province, which is given the key all the same
  StartAudited();
  const auto bad = [&](std::vector<SealingPublicKey> readers) {
    test::SealedDraft draft = Document(std::move(readers), "REG");
    const SecretSeed key = AudienceKey(draft);
    const sealing::SealedPlace title{0, d::kDocTitle, 0};
    const Hash context = test::Sign(draft).context();
    ReplaceField(draft, title,
                 sealing::SealField(context, title, sealing::FieldKey(key, title),
                                    sealing::PadValue(Hash{}, "\"\"")));
    return Send(std::move(draft));
  };
  const FindingTarget elsewhere = bad({ReaderKey(2), ReaderKey(3)});
  const FindingTarget here = bad({ReaderKey(2), ReaderKey(1), ReaderKey(3)});
  ASSERT_TRUE(FoundSoon(here, FindingKind::kBadValue));
  ASSERT_TRUE(Settled());
  EXPECT_EQ(Found(here, FindingKind::kBadValue)->finder, TestParty(0));
  EXPECT_FALSE(Found(elsewhere, FindingKind::kBadValue));
  EXPECT_TRUE(Says(1, "suyuan_findings_refused_total 0"));
  EXPECT_TRUE(Says(1, "suyuan_findings_filed_total 0"));
}

// A party's own node does not accuse it, a node that starts late catches up, and one that holds the
// escrow key answers for it.
TEST_F(ClaimsTest, OwnTransactionsCatchUpAndEscrow) {
  for (size_t i = 0; i < 2; ++i) Start(i, StartOf(i, false));
  cluster_.WaitForLeader();
  const FindingTarget own = SendOwn();
  const FindingTarget missing = SendFor({ReaderKey(2)});
  const FindingTarget escrow = SendFor({ReaderKey(2)}, "PRV");
  EXPECT_FALSE(Found(missing, kClaim));
  cluster_.Stop(0);
  cluster_.Stop(1);

  for (size_t i = 0; i < 2; ++i) {
    NodeStart start = StartOf(i, i == 0);
    if (i == 0) start.keys.sealing.push_back(test::SealingKeyOf(4));
    Start(i, std::move(start));
  }
  cluster_.WaitForLeader();
  ASSERT_TRUE(StageSoon(missing, FindingStage::kRaised));
  ASSERT_TRUE(StageSoon(escrow, FindingStage::kRaised));
  EXPECT_EQ(Found(missing, kClaim)->finder, TestParty(0));
  EXPECT_FALSE(Found(own, kClaim));
}

}  // namespace
}  // namespace suyuan::node::testing
