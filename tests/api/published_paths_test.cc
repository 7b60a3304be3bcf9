// What its owner publishes is shown at every read path, can be checked there, is marked as the
// owner's choice, and is gone again when it is hidden (6.9); a value that breaks its rule is said
// to.
#include "api/published.h"
#include "common/encoding.h"
#include "contracts/entity_access.h"
#include "contracts/field_numbers.h"
#include "contracts/snapshot_reader.h"
#include "ledger/transaction_proof.h"
#include "tests/api/story_fixture.h"

namespace suyuan::api::test {
namespace {

namespace p = contracts::product_field;
using contracts::Namespace;
using ledger::EntityKind;

class PublishedPathsTest : public StoryTest {
 protected:
  // Released goods of a product, with these fields beside the usual ones.
  void MakeGoods(const json::Object& unchecked = {}) {
    FileParty();
    product_ = FileProduct(unchecked);
    FiledRecord batch = FileBatch(IdOf(product_));
    Release(batch);
  }
  std::string Switch(const std::string& fields, const std::string& shows = "") const {
    return R"({"type":"DISCLOSURE_SET","subject":{"product":")" + IdOf(product_) +
           R"("},"records":[{"fields":{)" + fields + "}" + shows + "}]}";
  }
  void Publish(const std::string& field, uint16_t number) {
    FileJson(
        maker_,
        Switch(R"("disclosure":"published","target_version":1,"target_field":")" + field + "\"",
               R"(,"shows":)" + json::Canonical(ShowsOf(maker_, product_.tx, number))));
  }
  void Hide(const std::string& field) {
    FileJson(maker_, Switch(R"("disclosure":"hidden","target_field":")" + field + "\""));
  }
  std::string Text(const std::string& target) { return Ask(anonymous_, target)->body; }
  ledger::CheckedProof Proven(const std::string& target) {
    const auto answer = json::Parse(Text(target));
    const auto extra = ledger::DecodeProofExtra(json::Canonical(*answer->Find("extra")));
    EXPECT_TRUE(extra.ok()) << extra.error().ToString();
    const auto checked = ledger::CheckProofExtra(*extra, ledger_.ledger_id(), ledger_.limits());
    EXPECT_TRUE(checked.ok()) << checked.error().ToString();
    return *checked;
  }

  const Viewer anonymous_{"anonymous"};
  const std::string page_ = "/t/" + Code(1), trace_ = "/v1/trace/" + Code(1);
  FiledRecord product_;
};

TEST_F(PublishedPathsTest, AValueIsShownWhereverItsRecordIs) {
  MakeGoods();
  const std::string tx = "/v1/txs/" + ToHex(product_.tx), entity = "/v1/products/" + IdOf(product_);
  const std::string list = "/v1/products?owner=" + ToString(maker_.party);
  const auto all = {page_, page_ + "?lang=en", trace_, tx, entity, list};
  for (const std::string& target : all)
    EXPECT_EQ(Text(target).find(kHiddenBrand), std::string::npos) << target;
  EXPECT_EQ(Text(page_).find("企业自愿公开"), std::string::npos);
  EXPECT_TRUE(Proven(tx + "/proof?format=json").fields.empty());

  Publish("product.brand", p::kBrand);
  for (const std::string& target : all)
    EXPECT_NE(Text(target).find(kHiddenBrand), std::string::npos) << target;
  EXPECT_NE(Text(page_).find("企业自愿公开"), std::string::npos);
  EXPECT_NE(Text(page_ + "?lang=en").find("Published by the owner"), std::string::npos);
  const json::Value shown = AskJson(anonymous_, entity);
  EXPECT_EQ(*shown.Find("published"), json::Value(json::Array{"brand"}));
  EXPECT_EQ(shown.Find("breaks_rule"), nullptr);

  Hide("product.brand");
  for (const std::string& target : all)
    EXPECT_EQ(Text(target).find(kHiddenBrand), std::string::npos) << target;
  EXPECT_EQ(Text(page_).find("企业自愿公开"), std::string::npos);
}

TEST_F(PublishedPathsTest, TheProofShowsItWithPathAndOpening) {
  MakeGoods();
  const std::string proof = "/v1/txs/" + ToHex(product_.tx) + "/proof?format=json";
  EXPECT_EQ(Ask(anonymous_, proof + "&published=1")->status, 404);
  Publish("product.brand", p::kBrand);
  for (const char* further : {"", "&published=1"}) {
    const ledger::CheckedProof checked = Proven(proof + further);
    ASSERT_EQ(checked.fields.size(), 1u) << further;
    EXPECT_EQ(checked.id, product_.tx);
    EXPECT_EQ(checked.fields.front().field, p::kBrand);
    EXPECT_TRUE(checked.fields.front().sealed);
    EXPECT_EQ(checked.fields.front().value, "\"" + std::string(kHiddenBrand) + "\"");
  }
  // The owner gets the whole transaction, and what is published only where it asks for it.
  const Viewer owner{"owner", &maker_, false, false};
  EXPECT_NE(AskJson(owner, proof).Find("extra")->Find("envelope"), nullptr);
  EXPECT_EQ(AskJson(owner, proof + "&published=1").Find("extra")->Find("envelope"), nullptr);
  Hide("product.brand");
  EXPECT_EQ(Ask(anonymous_, proof + "&published=1")->status, 404);
  EXPECT_TRUE(Proven(proof).fields.empty());
}

TEST_F(PublishedPathsTest, AValueThatBreaksItsRuleIsNotShownAsGood) {
  const std::string too_long(200, 'q');
  MakeGoods({{"brand", too_long}});
  Publish("product.brand", p::kBrand);
  const std::string page = Text(page_), english = Text(page_ + "?lang=en");
  EXPECT_NE(page.find("未通过格式校验，不予显示（C06）"), std::string::npos) << page;
  EXPECT_NE(english.find("failed the check of its form and is not shown (C06)"), std::string::npos);
  EXPECT_EQ((page + english).find("qqqq"), std::string::npos);
  const json::Value shown = AskJson(anonymous_, "/v1/products/" + IdOf(product_));
  EXPECT_EQ(shown.Find("breaks_rule")->Text("brand"), "C06");
  EXPECT_EQ(*AskJson(anonymous_, trace_).Find("product")->Find("breaks_rule"),
            *shown.Find("breaks_rule"));
}

// Lists are published as a whole; the page stays small whatever they hold (DC-6-a).
TEST_F(PublishedPathsTest, AListIsShownAndThePageStaysSmall) {
  MakeGoods();
  Publish("product.product_certs", p::kProductCerts);
  const json::Value shown = AskJson(anonymous_, "/v1/products/" + IdOf(product_));
  EXPECT_EQ(*shown.Find("fields")->Find("product_certs"), product_.given.at("product_certs"));
  EXPECT_NE(Text(page_).find("企业自愿公开"), std::string::npos);
  EXPECT_LT(Text(page_).size(), 64u << 10);
}

// ---- What a switch in the state does not show, whatever contract set it

class PublisherTest : public PublishedPathsTest {
 protected:
  // The state with this switch set.
  void Plant(EntityKind kind, const FiledRecord& filed, uint16_t field, uint32_t entity_version) {
    contracts::Publication row;
    row.published = true;
    row.version = 1;
    row.entity_version = entity_version;
    row.owner = maker_.party;
    row.tx = filed.tx;
    const EntityId id = ledger::EntityIdOf(filed.tx, 0);
    state_->Put(Namespace::kDisclosure, contracts::PublicationKey(kind, id.view(), field),
                contracts::EncodePublication(row));
  }
  // A second version of the product, which says the same in another transaction.
  void FileAgain() {
    const EntityId id = ledger::EntityIdOf(product_.tx, 0);
    const auto key = [&](uint32_t version) {
      return contracts::RecordKey(EntityKind::kProduct, id.view(), version);
    };
    auto stored = contracts::DecodeStoredRecord(*state_->Get(Namespace::kRecord, key(1)));
    stored.tx.data[0] ^= 1;
    state_->Put(Namespace::kRecord, key(2), contracts::EncodeStoredRecord(stored));
    auto entity = *contracts::LoadEntity(*state_, EntityKind::kProduct, id.view());
    entity.version = 2;
    state_->Put(Namespace::kProduct, id.view(), contracts::EncodeEntity(entity));
  }
  void Begin() {
    snapshot_ = ledger_.store().Snapshot();
    base_.emplace(*snapshot_);
    state_.emplace(*base_);
  }
  OpenedFields ShownOf(const FiledRecord& filed, size_t block_bytes_max = SIZE_MAX) {
    const auto found =
        ledger::LoadCommitted(ledger_.store(), filed.tx, ledger_.limits(), ledger::Hashes::kKnown);
    OpenedFields out;
    Publisher publisher(ledger_, *state_, block_bytes_max);
    EXPECT_TRUE(found.ok() && publisher.Add(found->tx, limits::kRecordsMax, out).ok());
    return out;
  }

  std::shared_ptr<const ledger::StateSnapshot> snapshot_;
  std::optional<contracts::SnapshotReader> base_;
  std::optional<contracts::Overlay> state_;
};

TEST_F(PublisherTest, AListOfCodesIsNotShown) {
  MakeGoods();
  JoinOthers();
  ledger_.clock_ms += 3600 * 1000;
  const FiledRecord sold = Sell(maker_, buyer_, Code(1));
  Begin();
  Plant(EntityKind::kFlow, sold, contracts::flow_field::kFlowCodes, 1);
  EXPECT_FALSE(ShownOf(sold).publishes());
}

TEST_F(PublisherTest, AClearValueIsShownOfTheVersionThatWasPublished) {
  MakeGoods();
  Begin();
  Plant(EntityKind::kProduct, product_, p::kReportFrequency, 1);
  EXPECT_TRUE(ShownOf(product_).publishes());
  FileAgain();
  EXPECT_TRUE(ShownOf(product_).publishes());
  Plant(EntityKind::kProduct, product_, p::kReportFrequency, 2);
  EXPECT_FALSE(ShownOf(product_).publishes()) << "it does not stand any more";
}

TEST_F(PublisherTest, BlocksHaveABudget) {
  MakeGoods();
  Publish("product.brand", p::kBrand);
  Begin();
  const OpenedFields whole = ShownOf(product_), none = ShownOf(product_, 0);
  EXPECT_TRUE(whole.publishes());
  EXPECT_FALSE(whole.cut());
  EXPECT_FALSE(none.publishes());
  EXPECT_TRUE(none.cut());
  json::Object said, silent;
  none.TellCut(said);
  whole.TellCut(silent);
  EXPECT_EQ(said, (json::Object{{"published_cut", true}}));
  EXPECT_TRUE(silent.empty());
}

}  // namespace
}  // namespace suyuan::api::test
