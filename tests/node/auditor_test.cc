// A regulator's node opens what a hostile sender sealed to it and puts it on record by itself
// (DC-5-d): real nodes, real blocks, transactions that another client than ours would make.
#include "node/auditor.h"

#include <fstream>

#include "common/encoding.h"
#include "contracts/builder.h"
#include "contracts/field_numbers.h"
#include "contracts/genesis_state.h"
#include "contracts/outcome.h"
#include "contracts/party.h"
#include "tests/node/cluster.h"
#include "tests/support/expect_ok.h"
#include "tests/support/sealing_shown.h"

namespace suyuan::node::testing {
namespace {

namespace d = contracts::document_field;
using contracts::FindingKind;
using contracts::FindingTarget;
using ledger::EntityKind;
using sealing::SealedPlace;

constexpr SealedPlace kTitle{0, d::kDocTitle, 0}, kSize{0, d::kFileSize, 0};

class AuditorTest : public ::testing::Test {
 protected:
  AuditorTest() : cluster_(1) {}

  // The node of a regulator that reads with key 1; a maker with test key 1 seals to it.
  NodeStart StartOf(bool audit) const {
    contracts::GenesisSeed seed;
    seed.time_ms = 1'700'000'000'000;
    contracts::FoundingParty regulator, maker;
    regulator.party = TestParty(0);
    regulator.name = "示例监管局";
    regulator.types = contracts::kRegulator;
    regulator.region = "310000";
    regulator.signing_key = RegulatorKey().public_key();
    regulator.sealing_key = test::SealingKeyOf(1).public_key();
    maker.party = TestParty(9);
    maker.name = "示例电缆有限公司";
    maker.types = contracts::kManufacturer;
    maker.region = "310100";
    maker.signing_key = test::KeyOf(1).public_key();
    maker.sealing_key = test::SealingKeyOf(2).public_key();
    seed.parties = {regulator, maker};
    NodeStart start = cluster_.StartOf(0);
    start.ledger.writes = contracts::MakeGenesisState(seed).value();
    start.config.audit = audit;
    start.keys.custody.emplace(*SecretSeed::From(Bytes(32, 'r')));
    start.keys.sealing.push_back(test::SealingKeyOf(1));
    return start;
  }
  static SigningKey RegulatorKey() { return SigningKey(*SecretSeed::From(Bytes(32, 'r'))); }

  // A document of the maker whose content is for regulators: what a sender's node would send.
  test::SealedDraft Document() const {
    contracts::BuildOptions options;
    options.ledger = cluster_.ledger().ledger;
    options.submitter = TestParty(9);
    options.signing_key = test::KeyOf(1).public_key();
    options.now_ms = static_cast<uint64_t>(SystemWallMs());
    options.readers = contracts::OnlyFor(
        {test::SealingKeyOf(1).public_key(), test::SealingKeyOf(2).public_key()});
    const json::Object fields{{"doc_type", "other"},
                              {"doc_title", "示例材料"},
                              {"file_hash", std::string(64, 'c')},
                              {"file_size", 1000},
                              {"media_type", "application/pdf"},
                              {"issue_date", "2023-01-05"},
                              {"doc_class", "REG"}};
    auto built = contracts::BuildTransaction(
        json::Object{{"type", "DOC_ANCHOR"},
                     {"records", json::Array{json::Object{{"fields", fields}}}}},
        options);
    SUYUAN_CHECK(built.ok(), built.error().ToString());
    return {std::move(built->draft), std::move(built->sealed_items)};
  }
  struct Parts {
    Hash context;
    SecretSeed key;
    sealing::SealedField sealed;
  };
  // The title's context and key, and a field sealed with them.
  static Parts Title(const test::SealedDraft& draft, const Bytes& padded) {
    const test::SealedTransaction sealed = test::Sign(draft);
    Parts out{sealed.context(), test::FieldKeyOf(sealed, kTitle), {}};
    out.sealed = sealing::SealField(out.context, kTitle, out.key, padded);
    return out;
  }
  // Submits it; returns the target of a finding on its title.
  FindingTarget Send(test::SealedDraft draft) {
    const test::SealedTransaction sealed = test::Sign(std::move(draft));
    sent_ = sealed.tx.id;
    const auto result = cluster_.Submit(0, ledger::Parcel(sealed.envelope, sealed.items));
    SUYUAN_CHECK(result.ok(), result.error().ToString());
    EXPECT_EQ(contracts::WhetherApplied(result->outcome), true);
    return {EntityKind::kDocument, ledger::EntityIdOf(sent_, 0).str(), 1, d::kDocTitle, 0};
  }
  std::optional<contracts::Finding> Found(const FindingTarget& target, FindingKind kind) {
    const auto snapshot = cluster_.gateway(0).store().Snapshot();
    return contracts::FindFinding(contracts::SnapshotReader(*snapshot), target, kind);
  }
  bool FoundSoon(const FindingTarget& target, FindingKind kind) {
    return Eventually([&] { return Found(target, kind).has_value(); });
  }
  // The proof inside a finding, as its readers see it.
  json::Value ProofOf(const contracts::Finding& finding) {
    const auto opened = cluster_.gateway(0).OpenSealed(finding.tx);
    SUYUAN_CHECK(opened.ok() && *opened, "the finder reads its own finding");
    const ledger::OpenedLeaf* leaf =
        (*opened)->Find({finding.record, contracts::command_field::kFindingProof, 0});
    SUYUAN_CHECK(leaf != nullptr, "a sealed proof");
    return json::Parse(leaf->value).value();
  }
  uint64_t Audited() const {
    std::ifstream in(cluster_.directory(0) + "/audited");
    uint64_t height = 0;
    in >> height;
    return height;
  }

  Cluster cluster_;
  TxId sent_;
};

// A commitment to one value with a ciphertext of another: the entitled reader gets no value, and
// the fault is on record with a proof for all readers.
TEST_F(AuditorTest, ForgedBytesLeadToACipherFault) {
  cluster_.Start(0, StartOf(true));
  cluster_.WaitForLeader();
  test::SealedDraft draft = Document();
  Parts title = Title(draft, sealing::PadValue(Hash{}, "\"sealed\""));
  title.sealed.commitment =
      sealing::FieldCommitment(title.context, kTitle, sealing::PadValue(Hash{}, "\"shown\""));
  ReplaceField(draft, kTitle, title.sealed);
  const FindingTarget target = Send(std::move(draft));

  const auto opened = cluster_.gateway(0).OpenSealed(sent_);
  ASSERT_OK(opened);
  EXPECT_EQ((*opened)->Find(kTitle)->kind, ledger::OpenedLeaf::Kind::kFault);
  EXPECT_TRUE((*opened)->Find(kTitle)->value.empty());
  EXPECT_EQ((*opened)->Find(kSize)->kind, ledger::OpenedLeaf::Kind::kValue);

  ASSERT_TRUE(FoundSoon(target, FindingKind::kCipherFault));
  const contracts::Finding finding = *Found(target, FindingKind::kCipherFault);
  EXPECT_EQ(finding.owner, TestParty(9));
  EXPECT_EQ(finding.finder, TestParty(0));
  EXPECT_FALSE(finding.published) << "that is for people to decide";
  EXPECT_EQ(ProofOf(finding).Text("key"), HexEncode(title.key.view()));
  FindingTarget other = target;
  other.field = d::kFileSize;
  EXPECT_FALSE(Found(other, FindingKind::kCipherFault));
}

TEST_F(AuditorTest, EveryLieHasItsFinding) {
  cluster_.Start(0, StartOf(true));
  cluster_.WaitForLeader();
  const FindingTarget honest = Send(Document());

  test::SealedDraft draft = Document();  // a value that breaks C06
  Parts title = Title(draft, sealing::PadValue(Hash{}, "\"\""));
  ReplaceField(draft, kTitle, title.sealed);
  const FindingTarget empty = Send(std::move(draft));
  ASSERT_TRUE(FoundSoon(empty, FindingKind::kBadValue));
  EXPECT_EQ(ProofOf(*Found(empty, FindingKind::kBadValue)).Text("rule"), "C06");

  draft = Document();  // no JSON at all
  ReplaceField(draft, kTitle, Title(draft, sealing::PadValue(Hash{}, "示例")).sealed);
  const FindingTarget text = Send(std::move(draft));
  ASSERT_TRUE(FoundSoon(text, FindingKind::kBadValue));

  draft = Document();  // the absent marker in a mandatory field
  ReplaceField(draft, kTitle, Title(draft, sealing::PadValue(Hash{}, std::nullopt)).sealed);
  const FindingTarget absent = Send(std::move(draft));
  ASSERT_TRUE(FoundSoon(absent, FindingKind::kBadValue));
  EXPECT_EQ(ProofOf(*Found(absent, FindingKind::kBadValue)).Text("rule"), "C04");

  draft = Document();
  Bytes padded = sealing::PadValue(Hash{}, "\"x\"");
  padded.back() = 'y';
  ReplaceField(draft, kTitle, Title(draft, padded).sealed);
  const FindingTarget padding = Send(std::move(draft));
  ASSERT_TRUE(FoundSoon(padding, FindingKind::kBadValue));
  EXPECT_EQ(ProofOf(*Found(padding, FindingKind::kBadValue)).Text("rule"), "padding");

  draft = Document();  // K_a opens the other fields only
  title = Title(draft, "");
  ReplaceField(draft, kTitle,
               sealing::SealField(title.context, kTitle, *SecretSeed::From(Bytes(32, 'k')),
                                  sealing::PadValue(Hash{}, "\"x\"")));
  const FindingTarget key = Send(std::move(draft));
  ASSERT_TRUE(FoundSoon(key, FindingKind::kKeyFault));
  const Bytes audience_key = *HexDecode(ProofOf(*Found(key, FindingKind::kKeyFault)).Text("key"));
  EXPECT_EQ(sealing::FieldKey(*SecretSeed::From(audience_key), kTitle).view(), title.key.view());

  draft = Document();  // a wrap that is for us and does not open
  std::vector<Bytes> wraps = test::SplitWraps(ByteView(draft.items[0]).substr(2));
  for (Bytes& wrap : wraps) wrap.back() ^= 1;
  test::ReplaceWraps(draft, 0, test::JoinWraps(std::move(wraps)));
  const FindingTarget claim = Send(std::move(draft));
  FindingTarget first = claim;
  ASSERT_TRUE(Eventually([&] {
    for (first.field = 0x0601; first.field < 0x0610; ++first.field)
      if (Found(first, FindingKind::kCannotOpen)) return true;
    return false;
  }));

  for (const FindingKind kind : {FindingKind::kBadValue, FindingKind::kCipherFault,
                                 FindingKind::kKeyFault, FindingKind::kCannotOpen})
    EXPECT_FALSE(Found(honest, kind)) << "what is honest is not on record";
  const auto says = [&](const char* line) {
    return cluster_.gateway(0).metrics().find(line) != std::string::npos;
  };
  EXPECT_TRUE(Eventually([&] { return says("suyuan_findings_filed_total 6\n"); }))
      << cluster_.gateway(0).metrics();
  EXPECT_TRUE(says("suyuan_findings_refused_total 0\n"));
}

TEST_F(AuditorTest, GoesOnWhereItStopped) {
  cluster_.Start(0, StartOf(false));
  cluster_.WaitForLeader();
  test::SealedDraft draft = Document();
  ReplaceField(draft, kTitle, Title(draft, sealing::PadValue(Hash{}, "1")).sealed);
  const FindingTarget unaudited = Send(std::move(draft));
  cluster_.Stop(0);
  EXPECT_EQ(Audited(), 0u) << "turned off";

  cluster_.Start(0, StartOf(true));
  cluster_.WaitForLeader();
  ASSERT_TRUE(FoundSoon(unaudited, FindingKind::kBadValue));
  const TxId filed = Found(unaudited, FindingKind::kBadValue)->tx;
  ASSERT_TRUE(Eventually([&] { return Audited() > 1; }));
  cluster_.Stop(0);
  const uint64_t reached = Audited();
  EXPECT_GT(reached, 1u);

  // Without its file it starts over and files nothing twice.
  std::filesystem::remove(cluster_.directory(0) + "/audited");
  cluster_.Start(0, StartOf(true));
  ASSERT_TRUE(Eventually([&] { return Audited() >= reached; }));
  EXPECT_EQ(Found(unaudited, FindingKind::kBadValue)->tx, filed);
  EXPECT_NE(cluster_.gateway(0).metrics().find("suyuan_findings_filed_total 0\n"),
            std::string::npos);
}

}  // namespace
}  // namespace suyuan::node::testing
