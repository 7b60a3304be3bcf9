// What a regulator finds in blocks with trade: who had to read a flow, and who may speak of it, is
// known when its other side has shown itself.
#include "node/block_audit.h"

#include "contracts/field_numbers.h"
#include "tests/api/story_fixture.h"
#include "tests/support/expect_ok.h"

namespace suyuan::node::testing {
namespace {

namespace f = contracts::flow_field;
using api::test::Actor;
using api::test::FiledRecord;
using contracts::FindingKind;

class BlockAuditTest : public api::test::StoryTest {
 protected:
  BlockAuditTest() {
    FileParty();
    JoinOthers();
    FiledRecord batch = FileBatch(IdOf(FileProduct()));
    Release(batch);
  }
  Height head() const { return ledger_.store().head().height; }
  // Of one block, as this regulator's node judges it now.
  std::vector<TransactionFindings> Audit(const Actor& regulator, Height height) {
    std::vector<SealingKey> keys;
    keys.push_back(api::test::SealingKeyOf(regulator));
    const std::vector<SealingPublicKey> known = {keys.front().public_key()};
    sealing::SealedReader reader(std::move(keys));
    const Opener open = [&](const ledger::Transaction& tx, std::span<const ByteView> items) {
      return reader.Open(tx, items);
    };
    auto found =
        BlockAudit(ledger_.store(), open, {regulator.party, ledger_.limits(), known}).Run(height);
    EXPECT_TRUE(found.ok()) << found.error().ToString();
    return found.ok() ? *std::move(found) : std::vector<TransactionFindings>();
  }
  // "kind field rule", one entry a finding.
  std::vector<std::string> Told(const Actor& regulator, Height height) {
    std::vector<std::string> out;
    for (const TransactionFindings& found : Audit(regulator, height))
      for (const AuditFinding& one : found.findings)
        out.push_back(std::string(contracts::ToString(one.kind)) + " " +
                      contracts::QualifiedName(*contracts::FindField(one.target.field)) + " " +
                      one.rule);
    return out;
  }
  using Lines = std::vector<std::string>;
  void ExpectNothingUpToHere(const Actor& regulator) {
    for (uint64_t height = 1; height <= head().value(); ++height)
      EXPECT_EQ(Told(regulator, Height(height)), Lines{}) << "block " << height;
  }
  // All that a sale by the book says.
  json::Object Sale(const std::string& code) {
    const EntityId paper = FileDocument(maker_, "flow_document", "CPTY");
    json::Object given{{"flow_type", "sale"},
                       {"flow_codes", json::Array{code}},
                       {"supplier_kind", "registered_party"},
                       {"buyer_kind", "registered_party"},
                       {"seller_code", ToString(maker_.party)},
                       {"buyer_code", ToString(buyer_.party)},
                       {"sale_quantity", json::Object{{"unit", "台"}, {"value", "1"}}},
                       {"flow_docs", json::Array{ToString(paper)}}};
    for (const char* time : {"sale_time", "purchase_time", "event_time"})
      given[time] = "2026-03-02T03:00:00Z";
    return Fill(5, std::move(given));
  }
  FiledRecord SellByTheBook(const std::string& code) {
    return File(maker_, "FLOW_RECORD", 5, Sale(code), {&maker_, {&buyer_}});
  }
  // But for the time.
  FiledRecord SellTooEarly(const std::string& code) {
    json::Object given = Sale(code);
    given["sale_time"] = "2026-02-20T02:00:00Z";
    for (const char* absent : {"foreign_goods", "carrier_name", "vehicle_no", "depart_time",
                               "arrive_time", "storage_place"})
      given[absent] = json::Value();
    FiledRecord sold = FileUnchecked(maker_, contracts::tx::kFlowRecord, 5, std::move(given),
                                     {&maker_, {&buyer_}});
    contracts::testing::ExpectApplied(ledger_.OutcomeOf(sold.tx));
    return sold;
  }
};

TEST_F(BlockAuditTest, WhoHadToReadAFlowIsKnownOnceItIsConfirmed) {
  readers_ = contracts::OnlyFor({api::test::SealingKeyOf(maker_).public_key(),
                                 api::test::SealingKeyOf(buyer_).public_key(),
                                 api::test::SealingKeyOf(home_).public_key()});
  const FiledRecord hidden = SellByTheBook(Code(1));
  readers_ = {};
  const FiledRecord honest = SellByTheBook(Code(2));
  ExpectNothingUpToHere(side_regulator_);

  Confirm(buyer_, honest);
  EXPECT_EQ(Told(side_regulator_, head()), Lines{});
  Confirm(buyer_, hidden);
  const auto found = Audit(side_regulator_, head());
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].tx, hidden.tx);
  EXPECT_EQ(found[0].findings.size(), 2u)
      << "fields of CPTY and of CHAIN have audiences of their own";
  for (const AuditFinding& claim : found[0].findings) {
    EXPECT_EQ(claim.kind, FindingKind::kCannotOpen);
    EXPECT_EQ(claim.target.kind, ledger::EntityKind::kFlow);
    EXPECT_EQ(claim.target.id, ledger::EntityIdOf(hidden.tx, 0).str());
    EXPECT_EQ(claim.target.version, 1u);
  }
  // Who came late to its block says the same; who had no duty to be told, nothing.
  uint64_t sold = head().value();
  while (Audit(side_regulator_, Height(--sold)).empty()) ASSERT_GT(sold, 1u);
  EXPECT_EQ(Told(home_, head()), Lines{});
  EXPECT_EQ(Told(foreign_, head()), Lines{});
}

TEST_F(BlockAuditTest, ABadValueIsSpokenOfOnceItsSidesAreKnown) {
  const FiledRecord sold = SellTooEarly(Code(1));
  const Height sale = head();
  const auto here = Audit(home_, sale);
  ASSERT_EQ(here.size(), 1u);
  EXPECT_EQ(here[0].findings[0].rule, "C27");
  EXPECT_EQ(Told(side_regulator_, sale), Lines{}) << "it would tell where the buyer is";
  Confirm(buyer_, sold);
  const auto there = Audit(side_regulator_, head());
  ASSERT_EQ(there.size(), 1u);
  ASSERT_EQ(there[0].findings.size(), 1u);
  EXPECT_EQ(there[0].findings[0].kind, FindingKind::kBadValue);
  EXPECT_EQ(there[0].findings[0].target.field, f::kSaleTime);
  EXPECT_EQ(there[0].tx, sold.tx);
}

}  // namespace
}  // namespace suyuan::node::testing
