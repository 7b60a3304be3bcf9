// A regulator's node opens what a hostile sender sealed to it and puts it on record by itself
// (DC-5-d): real nodes, real blocks, transactions that another client than ours would make.
#include "node/auditor.h"

#include <fstream>

#include "common/encoding.h"
#include "common/hash.h"
#include "contracts/replayer.h"
#include "tests/node/audited_ledger.h"

namespace suyuan::node::testing {
namespace {

namespace d = contracts::document_field;
using contracts::FindingKind;
using contracts::FindingTarget;
using sealing::SealedPlace;

constexpr SealedPlace kTitle{0, d::kDocTitle, 0}, kSize{0, d::kFileSize, 0};

class AuditorTest : public AuditedLedger {
 protected:
  AuditorTest() : AuditedLedger(1) {}

  test::SealedDraft Document() const {
    return AuditedLedger::Document({ReaderKey(1), ReaderKey(2)}, "REG");
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
  // The proof inside a finding, as its readers see it.
  json::Value ProofOf(const contracts::Finding& finding) {
    const auto opened = cluster_.gateway(0).OpenSealed(finding.tx);
    SUYUAN_CHECK(opened.ok() && *opened, "the finder reads its own finding");
    const ledger::OpenedLeaf* leaf =
        (*opened)->Find({finding.record, contracts::command_field::kFindingProof, 0});
    SUYUAN_CHECK(leaf != nullptr, "a sealed proof");
    return json::Parse(leaf->value).value();
  }
  // People of the regulator publish what its node found.
  void Publish(const FindingTarget& target, const char* kind, json::Object shown) {
    const SigningKey key(RegulatorSeed(0));
    contracts::BuildOptions options = MakerOptions({});
    options.submitter = TestParty(0);
    options.signing_key = key.public_key();
    json::Object fields{
        {"finding_kind", kind},
        {"target_field", contracts::QualifiedName(*contracts::FindField(target.field))},
        {"target_version", 1}};
    if (std::string_view(kind) == "bad_value") fields["finding_rule"] = "C06";
    const json::Object subject{{"document", ToString(EntityId::From(target.id).value())}};
    const json::Object record{{"fields", std::move(fields)},
                              {"shows", json::Array{std::move(shown)}},
                              {"subject", subject}};
    auto built = contracts::BuildTransaction(
        json::Object{{"type", "FINDING"}, {"records", json::Array{record}}}, options);
    ASSERT_OK(built);
    const auto result = cluster_.Submit(
        0, ledger::Parcel(std::make_shared<const Bytes>(ledger::SignTransaction(built->draft, key)),
                          std::move(built->sealed_items)));
    ASSERT_OK(result);
    EXPECT_EQ(contracts::WhetherApplied(result->outcome), true) << Refusal(*result);
  }
  // A commitment to another value than the title's ciphertext is of.
  Parts ForgeTitle(test::SealedDraft& draft) {
    Parts title = Title(draft, sealing::PadValue(Hash{}, "\"sealed\""));
    title.sealed.commitment =
        sealing::FieldCommitment(title.context, kTitle, sealing::PadValue(Hash{}, "\"shown\""));
    ReplaceField(draft, kTitle, title.sealed);
    return title;
  }
  uint64_t Audited() const {
    std::ifstream in(cluster_.directory(0) + "/audited");
    uint64_t height = 0;
    in >> height;
    return height;
  }
};

// A commitment to one value with a ciphertext of another: the entitled reader gets no value, and
// the fault is on record with a proof for all readers.
TEST_F(AuditorTest, ForgedBytesLeadToACipherFault) {
  Start(0, StartOf(0, true));
  cluster_.WaitForLeader();
  test::SealedDraft draft = Document();
  const Parts title = ForgeTitle(draft);
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
  Start(0, StartOf(0, true));
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

// One FINDING holds 32 values; what is more goes into further ones.
TEST_F(AuditorTest, MoreThanOneFindingHolds) {
  constexpr uint32_t kRecords = 70;
  Start(0, StartOf(0, true));
  cluster_.WaitForLeader();
  json::Array records;
  for (uint32_t i = 0; i < kRecords; ++i) records.push_back(DocumentJson("REG"));
  auto built = contracts::BuildTransaction(
      json::Object{{"type", "DOC_ANCHOR"}, {"records", std::move(records)}},
      MakerOptions({ReaderKey(1), ReaderKey(2)}));
  ASSERT_OK(built);
  test::SealedDraft draft{std::move(built->draft), std::move(built->sealed_items)};
  const test::SealedTransaction honest = test::Sign(draft);
  for (uint32_t i = 0; i < kRecords; ++i) {
    const SealedPlace title{i, d::kDocTitle, 0};
    ReplaceField(draft, title,
                 sealing::SealField(honest.context(), title, test::FieldKeyOf(honest, title),
                                    sealing::PadValue(Hash{}, "\"\"")));
  }
  FindingTarget target = Send(std::move(draft));
  for (uint32_t i = 0; i < kRecords; ++i) {
    target.id = ledger::EntityIdOf(sent_, i).str();
    EXPECT_TRUE(FoundSoon(target, FindingKind::kBadValue)) << i;
  }
  EXPECT_TRUE(Eventually([&] { return Says(0, "suyuan_findings_filed_total 70"); }));
  EXPECT_TRUE(Says(0, "suyuan_findings_refused_total 0"));
}

TEST_F(AuditorTest, GoesOnWhereItStopped) {
  Start(0, StartOf(0, false));
  cluster_.WaitForLeader();
  test::SealedDraft draft = Document();
  ReplaceField(draft, kTitle, Title(draft, sealing::PadValue(Hash{}, "1")).sealed);
  const FindingTarget unaudited = Send(std::move(draft));
  cluster_.Stop(0);
  EXPECT_EQ(Audited(), 0u) << "turned off";

  Start(0, StartOf(0, true));
  cluster_.WaitForLeader();
  ASSERT_TRUE(FoundSoon(unaudited, FindingKind::kBadValue));
  const TxId filed = Found(unaudited, FindingKind::kBadValue)->tx;
  ASSERT_TRUE(Eventually([&] { return Audited() > 1; }));
  cluster_.Stop(0);
  const uint64_t reached = Audited();
  EXPECT_GT(reached, 1u);

  // Without its file it starts over and files nothing twice.
  std::filesystem::remove(cluster_.directory(0) + "/audited");
  Start(0, StartOf(0, true));
  ASSERT_TRUE(Eventually([&] { return Audited() >= reached; }));
  EXPECT_EQ(Found(unaudited, FindingKind::kBadValue)->tx, filed);
  EXPECT_NE(cluster_.gateway(0).metrics().find("suyuan_findings_filed_total 0\n"),
            std::string::npos);
}

// What proofs were shown with may be erased: no outcome asks for it again (docs/formats.md §3).
TEST_F(AuditorTest, ALedgerWithFindingsExecutesWithoutItsSealedItems) {
  Start(0, StartOf(0, true));
  cluster_.WaitForLeader();
  test::SealedDraft draft = Document();
  Parts title = ForgeTitle(draft);
  const FindingTarget fault = Send(std::move(draft));
  ASSERT_TRUE(FoundSoon(fault, FindingKind::kCipherFault));
  Publish(fault, "cipher_fault",
          json::Object{{"context", ToHex(title.context)},
                       {"commitment", ToHex(title.sealed.commitment)},
                       {"content_hash", ToHex(title.sealed.content_hash)},
                       {"field_key", HexEncode(title.key.view())},
                       {"ciphertext", HexEncode(title.sealed.ciphertext)}});
  EXPECT_TRUE(Found(fault, FindingKind::kCipherFault)->published);

  draft = Document();
  const Bytes padded = sealing::PadValue(Hash{}, "\"\"");
  title = Title(draft, padded);
  ReplaceField(draft, kTitle, title.sealed);
  const FindingTarget value = Send(std::move(draft));
  ASSERT_TRUE(FoundSoon(value, FindingKind::kBadValue));
  Publish(value, "bad_value",
          json::Object{{"context", ToHex(title.context)}, {"opening", HexEncode(padded)}});
  EXPECT_TRUE(Found(value, FindingKind::kBadValue)->published);

  const NodeStart start = StartOf(0, true);
  const auto replay = [&](bool erased) {
    contracts::Replayer replayer(start.ledger.ledger, start.ledger.limits, start.ledger.writes);
    EXPECT_TRUE(replayer.Genesis().ok());
    std::vector<ledger::verify::ReplayedBlock> blocks;
    const ledger::Store& store = cluster_.gateway(0).store();
    for (uint64_t height = 1; height <= store.head().height.value(); ++height) {
      const auto entry = ledger::DecodeEntry(*store.EntryBytes(Height(height)));
      std::vector<Bytes> items;
      for (const ByteView item : entry->sealed_items)
        items.push_back(erased ? sealing::EncodeErasedItem({Sha256(item), Height(9)})
                               : Bytes(item));
      auto block = replayer.Execute(ledger::StripSealed(*entry), items);
      SUYUAN_CHECK(block.ok(), block.error().ToString());
      blocks.push_back(*std::move(block));
    }
    return blocks;
  };
  const auto whole = replay(false), without = replay(true);
  ASSERT_EQ(whole.size(), without.size());
  size_t transactions = 0;
  for (size_t i = 0; i < whole.size(); ++i) {
    ASSERT_EQ(whole[i].transactions.size(), without[i].transactions.size());
    for (size_t j = 0; j < whole[i].transactions.size(); ++j, ++transactions) {
      EXPECT_EQ(whole[i].transactions[j].outcome, without[i].transactions[j].outcome);
      EXPECT_EQ(
          whole[i].transactions[j].outcome,
          (*cluster_.gateway(0).store().FindTransaction(whole[i].transactions[j].id))->outcome);
    }
    EXPECT_TRUE(std::ranges::equal(whole[i].writes, without[i].writes,
                                   [](const auto& a, const auto& b) {
                                     return a.name_space == b.name_space && a.key == b.key &&
                                            a.value == b.value;
                                   }))
        << "block " << i + 1;
  }
  EXPECT_EQ(transactions, 6u) << "two documents, two findings, two publications";
}

}  // namespace
}  // namespace suyuan::node::testing
