// Every read path × every kind of caller, over records that the ledger accepts: one entity, lists,
// traces, transactions, pages, events. What each shows is compared with the tables of requirements
// 1.3, so a path with a rule of its own fails here.
#include "api/event_stream.h"
#include "common/encoding.h"
#include "contracts/field_numbers.h"
#include "tests/api/story_fixture.h"

namespace suyuan::api::test {
namespace {

using contracts::FieldInfo;
using contracts::Obligation;

class ViewPathsTest : public StoryTest {
 protected:
  ViewPathsTest() { JoinOthers(); }

  using Pick = std::function<const json::Value*(const json::Value&)>;
  static Pick Whole() {
    return [](const json::Value& answer) { return &answer; };
  }
  static Pick Item(const std::string& id) {
    return [id](const json::Value& answer) -> const json::Value* {
      for (const json::Value& item : *answer.Find("items")->if_array())
        if (item.Text("id") == id) return &item;
      return nullptr;
    };
  }
  // At one path, for everybody. Anonymous callers get 401 where nothing is for them.
  void CheckPath(const std::string& target, const Pick& pick, const FiledRecord& filed,
                 bool for_members = false) {
    for (const Viewer& viewer : Viewers()) {
      if (for_members && viewer.actor == nullptr) {
        EXPECT_EQ(Ask(viewer, target)->status, 401);
        continue;
      }
      const json::Value answer = AskJson(viewer, target);
      const json::Value* shown = pick(answer);
      ASSERT_NE(shown, nullptr) << target << json::Canonical(answer);
      CheckShown(*shown, filed, viewer);
    }
  }
  void CheckEntity(const std::string& group, const std::string& id, const FiledRecord& filed,
                   const std::string& filter = "") {
    const bool for_members = group == "/v1/flows";
    CheckPath(group + "/" + id, Whole(), filed, for_members);
    CheckPath(group + "?limit=200" + filter, Item(id), filed, for_members);
  }
};

TEST_F(ViewPathsTest, EntitiesListsAndTraces) {
  const FiledRecord party = FileParty(), product = FileProduct();
  FiledRecord batch = FileBatch(IdOf(product));
  Release(batch);
  const std::string owner = "&owner=" + ToString(maker_.party);
  CheckEntity("/v1/parties", ToString(maker_.party), party);
  CheckEntity("/v1/products", IdOf(product), product, owner);
  CheckEntity("/v1/batches", IdOf(batch), batch, "&product=" + IdOf(product));
  const std::string trace = "/v1/trace/" + Code(1) + "?proof=1";
  const auto part = [](const char* name) -> Pick {
    return [name](const json::Value& answer) { return answer.Find(name); };
  };
  CheckPath(trace, part("producer"), party);
  CheckPath(trace, part("product"), product);
  CheckPath(trace, part("batch"), batch);
  for (const char* chosen : {"PUB", "OPT", "CPTY", "REG", "PRV"}) {
    const FiledRecord document = File(maker_, "DOC_ANCHOR", 6,
                                      Fill(6, {{"doc_class", chosen},
                                               {"doc_type", "commitment"},
                                               {"issuer_code", ToString(maker_.party)},
                                               {"valid_to", "2027-03-01"}}),
                                      {&maker_});
    CheckEntity("/v1/documents", IdOf(document), document, owner);
  }
  const FiledRecord category = File(home_, "CATALOG_PUT", 0x10,
                                    Fill(0x10, {{"category_code", "0399"},
                                                {"parent_category", "03"},
                                                {"catalog_level", "region"},
                                                {"catalog_region", "440000"},
                                                {"effective_from", "2026-03-02"},
                                                {"effective_to", "2027-03-01"}}),
                                    {});
  CheckEntity("/v1/catalog", "0399", category);
  for (const uint8_t section : {1, 2, 3, 6, 0x10})
    for (const FieldInfo& field : contracts::FieldsOfSection(section))
      EXPECT_TRUE(exercised_.contains(field.number) || field.obligation == Obligation::kSystem ||
                  kElsewhere.contains(field.identifier))
          << field.identifier << " was not shown";
}

TEST_F(ViewPathsTest, FlowsBeforeAndAfterTheOtherSideShowsItself) {
  FileParty();
  const FiledRecord product = FileProduct();
  FiledRecord batch = FileBatch(IdOf(product));
  Release(batch);
  ledger_.clock_ms += 3600 * 1000;
  FiledRecord sold = Sell(maker_, buyer_, Code(1));
  const std::string tx = "/v1/txs/" + ToHex(sold.tx);
  const Pick record = [](const json::Value& answer) {
    return &answer.Find("records")->if_array()->front();
  };
  CheckEntity("/v1/flows", IdOf(sold), sold, "&owner=" + ToString(maker_.party));
  CheckPath(tx, record, sold);
  const FiledRecord confirmed = Confirm(buyer_, sold);
  sold.facts.sides_known = true;
  CheckEntity("/v1/flows", IdOf(sold), sold);
  CheckPath(tx, record, sold);
  CheckPath(
      "/v1/flows/" + IdOf(sold),
      [](const json::Value& answer) { return &answer.Find("statements")->if_array()->front(); },
      confirmed, true);
  const FiledRecord resold = Sell(buyer_, third_, Code(1));
  CheckEntity("/v1/flows", IdOf(resold), resold, "&owner=" + ToString(buyer_.party));
  for (const FieldInfo& field : contracts::FieldsOfSection(5))
    EXPECT_TRUE(exercised_.contains(field.number) || field.obligation == Obligation::kSystem ||
                kElsewhere.contains(field.identifier))
        << field.identifier << " was not shown";
}

// Requirements 1.3, 4.5: who trades with whom is never public, so neither the flow that a
// transaction is about, nor what became of it, nor who sent it.
TEST_F(ViewPathsTest, TransactionsTellThePublicOfNoFlow) {
  FileParty();
  FiledRecord batch = FileBatch(IdOf(FileProduct()));
  Release(batch);
  ledger_.clock_ms += 3600 * 1000;
  const FiledRecord sold = Sell(maker_, buyer_, Code(1));
  const FiledRecord confirmed = Confirm(buyer_, sold);
  for (const TxId& id : {sold.tx, confirmed.tx}) {
    const std::string tx = "/v1/txs/" + ToHex(id);
    for (const Viewer& viewer : Viewers()) {
      SCOPED_TRACE(viewer.name);
      const bool told = viewer.actor != nullptr;
      const json::Value shown = AskJson(viewer, tx);
      EXPECT_EQ(shown.Find("submitter") != nullptr, told);
      EXPECT_EQ(shown.Find("signers") != nullptr, told);
      EXPECT_EQ(shown.Find("outcome")->Find("effects")->if_array()->empty(), !told);
      EXPECT_TRUE(told || shown.Find("outcome")->Find("codes_affected") == nullptr);
      for (const json::Value& record : *shown.Find("records")->if_array()) {
        EXPECT_EQ(record.Find("subject") != nullptr, told && id != sold.tx);
        // It would confirm a guess at the subject.
        EXPECT_TRUE(told || record.Find("root") == nullptr);
      }
      EXPECT_TRUE(told || shown.Find("records_root") == nullptr);
      const json::Value proof = AskJson(viewer, tx + "/proof?format=json");
      const json::Value& extra = *proof.Find("extra");
      EXPECT_EQ(extra.Find("outcome") != nullptr, told);
      EXPECT_TRUE(told || extra.Find("envelope") == nullptr);
      EXPECT_TRUE(told || json::Canonical(shown).find(IdOf(sold)) == std::string::npos);
    }
  }
}

TEST_F(ViewPathsTest, WhatIsForEverybodyIsTheSameForStaff) {
  FileParty();
  const FiledRecord product = FileProduct();
  FiledRecord batch = FileBatch(IdOf(product));
  Release(batch);
  const FiledRecord sold = Sell(maker_, buyer_, Code(1));
  const Viewer anonymous{"anonymous"}, staff{"staff", &maker_, false, true},
      member{"member", &rival_, false, false};
  const std::string page = "/t/" + Code(1), entity = "/v1/products/" + IdOf(product);
  const std::string before = Ask(anonymous, entity)->body;
  EXPECT_NE(AskJson(staff, entity).Find("opened"), nullptr);
  EXPECT_EQ(Ask(anonymous, entity)->body, before) << "staff's answer was kept";
  EXPECT_EQ(Ask(anonymous, page)->body, Ask(staff, page)->body);
  std::string all = Ask(anonymous, page)->body + before;
  for (const FiledRecord& filed : {product, sold})
    for (const char* format : {"", "?format=json"})
      for (const Viewer& viewer : {anonymous, member, staff})
        all += Ask(viewer, "/v1/txs/" + ToHex(filed.tx) + "/proof" + format)->body;
  const auto stream = std::make_shared<EventHub>(ledger_.store(), 1)->Open(1).value();
  for (uint64_t i = 0; i < ledger_.store().head().height.value(); ++i) all += *stream->Poll();
  for (const std::string_view marker : {kHiddenBrand, kHiddenBuyer}) {
    EXPECT_EQ(all.find(marker), std::string::npos) << marker;
    EXPECT_EQ(all.find(HexEncode(marker)), std::string::npos) << marker;
  }
  EXPECT_NE(all.find(ToHex(sold.tx)), std::string::npos) << "this looks at something";
}

}  // namespace
}  // namespace suyuan::api::test
