// What its owner publishes is shown at every read path, can be checked there, is marked as the
// owner's choice, and is gone again when it is hidden (6.9); a value that breaks its rule is said
// to.
#include "common/encoding.h"
#include "contracts/field_numbers.h"
#include "ledger/transaction_proof.h"
#include "tests/api/story_fixture.h"

namespace suyuan::api::test {
namespace {

namespace p = contracts::product_field;

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

}  // namespace
}  // namespace suyuan::api::test
