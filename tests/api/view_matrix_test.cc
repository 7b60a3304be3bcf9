// Every field of the dictionary × every kind of caller: value or commitment exactly as its class
// says (requirements 1.3, DC-5-b), in the transaction that carries it; and whose keys open it.
#include "common/encoding.h"
#include "contracts/field_numbers.h"
#include "ledger/sealing/reader.h"
#include "tests/api/sealed_fixture.h"

namespace suyuan::api::test {
namespace {

constexpr uint8_t kSections[] = {1, 2, 3, 4, 5, 6, 7, 0x10, 0x11, 0x40};

class ViewMatrixTest : public SealedApiTest {
 protected:
  ViewMatrixTest() {
    Join(maker_, "manufacturer", home_);
    JoinOthers();
  }

  // One record of each section; of documents one for each class of content; of flows one that the
  // maker sells and one that is sold on.
  std::vector<FiledRecord> FileAll() {
    std::vector<FiledRecord> out;
    for (const uint8_t section : kSections) {
      if (section == contracts::document_field::kSection) {
        for (const char* chosen : {"PUB", "OPT", "CPTY", "REG", "PRV"})
          out.push_back(FileWhole(maker_, section, {{"doc_class", chosen}}, {&maker_}));
      } else if (section == contracts::flow_field::kSection) {
        out.push_back(FileWhole(maker_, section, Flow(maker_, buyer_), {&maker_, {&buyer_}}));
        out.push_back(FileWhole(buyer_, section, Flow(buyer_, third_), {&buyer_, {&third_}}));
      } else {
        out.push_back(FileWhole(maker_, section, {}, {&maker_}));
      }
    }
    return out;
  }
  static json::Object Flow(const Actor& from, const Actor& to) {
    return {{"seller_code", ToString(from.party)}, {"buyer_code", ToString(to.party)}};
  }

  // What the viewer's own key opens of the transaction that a node hands out.
  std::set<uint16_t> OpenedBy(const Viewer& viewer, const TxId& id) {
    const json::Value answer = AskJson(viewer, "/v1/txs/" + ToHex(id) + "/sealed");
    const auto envelope =
        std::make_shared<const Bytes>(Base64Decode(answer.Text("envelope")).value());
    const auto tx = ledger::DecodeTransaction(envelope, ledger_.limits(), nullptr).value();
    sealing::SealedItems items;
    for (const json::Value& item : *answer.Find("sealed_items")->if_array())
      items.push_back(Base64Decode(*item.if_string()).value());
    std::vector<SealingKey> keys;
    keys.push_back(SealingKeyOf(*viewer.actor));
    const auto opened = sealing::SealedReader(std::move(keys)).Open(tx, sealing::ViewsOf(items));
    EXPECT_TRUE(opened.ok()) << opened.error().ToString();
    std::set<uint16_t> out;
    for (const sealing::OpenedField& field : opened->fields) {
      EXPECT_EQ(field.verdict, sealing::FieldVerdict::kOpened);
      EXPECT_TRUE(field.value);
      out.insert(field.at.field);
    }
    return out;
  }
};

TEST_F(ViewMatrixTest, EveryFieldForEveryCallerInItsTransaction) {
  for (const FiledRecord& filed : FileAll())
    for (const Viewer& viewer : Viewers()) {
      const json::Value tx = AskJson(viewer, "/v1/txs/" + ToHex(filed.tx) + "?records=all");
      CheckShown(tx.Find("records")->if_array()->front(), filed, viewer);
    }
  for (const contracts::FieldInfo& field : contracts::AllFields())
    EXPECT_TRUE(exercised_.contains(field.number)) << field.identifier << " was not shown";
}

TEST_F(ViewMatrixTest, TheKeysOfTheEntitledOpenItAndNoOthers) {
  size_t opened = 0, refused = 0;
  for (const FiledRecord& filed : FileAll())
    for (const Viewer& viewer : Viewers()) {
      if (viewer.actor == nullptr) {
        EXPECT_EQ(Ask(viewer, "/v1/txs/" + ToHex(filed.tx) + "/sealed")->status, 401);
        continue;
      }
      const std::set<uint16_t> fields = OpenedBy(viewer, filed.tx);
      for (const contracts::FieldInfo& field : contracts::FieldsOfSection(filed.section)) {
        const std::string disclosure = ClassIn(field, filed.given);
        if (IsClearClass(disclosure)) continue;
        const bool may = MayOpen(disclosure, viewer, filed.facts);
        EXPECT_EQ(fields.contains(field.number), may) << viewer.name << " " << field.identifier;
        ++(may ? opened : refused);
      }
    }
  EXPECT_GT(opened, 200u);
  EXPECT_GT(refused, 500u);
}

}  // namespace
}  // namespace suyuan::api::test
