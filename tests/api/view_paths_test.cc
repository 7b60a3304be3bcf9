// Every read path × every kind of caller, over records that the ledger accepts: one entity, lists,
// traces, transactions, pages, events. What each shows is compared with the tables of requirements
// 1.3, so a path with a rule of its own fails here.
#include "api/event_stream.h"
#include "common/encoding.h"
#include "contracts/field_numbers.h"
#include "tests/api/sealed_fixture.h"

namespace suyuan::api::test {
namespace {

using contracts::FieldInfo;
using contracts::Obligation;
constexpr std::string_view kHiddenBrand = "隐藏标记甲", kHiddenBuyer = "隐藏标记乙";

// Conditional fields that no record of this story may have, or that another step brings.
const std::set<std::string_view> kElsewhere = {
    "hosted_by",   "composite_kind",   "release_codes", "release_part",
    "late_filing", "flow_batches",     "flow_ref",      "part_sale",
    "sender_side", "foreign_declared", "foreign_goods", "carrier_name",
    "vehicle_no",  "depart_time",      "arrive_time",   "storage_place"};

class ViewPathsTest : public SealedApiTest {
 protected:
  ViewPathsTest() {
    Join(rival_, "manufacturer", home_);
    Join(auditor_, "auditor", home_);
    Join(buyer_, "distributor", side_regulator_);
    Join(third_, "distributor", side_regulator_);
  }

  // The fields given, and a right value of every other one that may stand in such a record.
  static json::Object Fill(uint8_t section, json::Object given,
                           const std::set<std::string_view>& without = {}) {
    for (const FieldInfo& field : contracts::FieldsOfSection(section))
      if (field.obligation != Obligation::kSystem && !kElsewhere.contains(field.identifier) &&
          !without.contains(field.identifier))
        given.try_emplace(std::string(field.identifier), SampleOf(field));
    return given;
  }
  FiledRecord File(const Actor& actor, const char* type, uint8_t section, json::Object given,
                   RecordFacts facts, const std::string& further = "") {
    const TxId tx =
        FileJson(actor, std::string(R"({"type":")") + type + R"(","records":[{"fields":)" +
                            json::Canonical(given) + "}" + further + "]}");
    return {tx, section, std::move(given), std::move(facts)};
  }
  static std::string IdOf(const FiledRecord& filed) {
    return ToString(ledger::EntityIdOf(filed.tx, 0));
  }
  void Review(const char* type, const char* kind, const std::string& id) {
    FileJson(home_, std::string(R"({"type":")") + type + R"(","subject":{")" + kind + R"(":")" +
                        id + R"("},"records":[{"fields":{"decision":"approve"}}]})");
  }

  FiledRecord FileParty() {
    json::Object given = *json::Parse(RegistrationJson(maker_, "manufacturer"))
                              ->Find("records")
                              ->if_array()
                              ->front()
                              .Find("fields")
                              ->if_object();
    given = Fill(1, std::move(given));
    FiledRecord filed = File(maker_, "PARTY_REGISTER", 1, std::move(given), {&maker_},
                             R"(,{"fields":)" + DocumentFields("business_licence", "PUB") + "}");
    filed.given["business_licence_doc"] = ToString(ledger::EntityIdOf(filed.tx, 1));
    Review("PARTY_REVIEW", "party", ToString(maker_.party));
    return filed;
  }
  FiledRecord FileProduct() {
    const EntityId manual = FileDocument(maker_, "manual", "PUB");
    FiledRecord filed =
        File(maker_, "PRODUCT_REGISTER", 2,
             Fill(2, {{"product_type", "03"},
                      {"brand", kHiddenBrand},
                      {"key_product_basis", json::Array{"production_licence", "ccc"}},
                      {"licence_valid_to", "2027-12-31"},
                      {"ccc_valid_to", "2027-12-31"},
                      {"manual_or_warning_doc", ToString(manual)},
                      {"default_level", "per_item"}}),
             {&maker_});
    Review("PRODUCT_REVIEW", "product", IdOf(filed));
    return filed;
  }
  FiledRecord FileBatch(const std::string& product) {
    const EntityId report = FileDocument(maker_, "factory_inspection", "OPT");
    return File(maker_, "BATCH_SUBMIT", 3,
                Fill(3,
                     {{"product_id", product},
                      {"trace_level", "per_item"},
                      {"code_scheme", "gs1"},
                      {"unit_no_kind", "serial_no"},
                      {"unit_no", "000001-000003"},
                      {"inspection_doc", json::Array{ToString(report)}},
                      {"report_period", "2026-03-01"},
                      {"checked_by", std::string(32, 'c')},
                      {"checked_at", "2026-03-01T09:00:00Z"},
                      {"supplement_pending", false},
                      {"product_quantity", json::Object{{"unit", "台"}, {"value", "3"}}}},
                     {"release_time", "transport_packing", "mark_attested"}),
                {&maker_});
  }
  void Release(FiledRecord& batch) {
    const std::string subject = R"("subject":{"batch":")" + IdOf(batch) + R"("},)";
    FileJson(maker_, R"({"type":"BATCH_ACTIVATE",)" + subject +
                         R"("records":[{"fields":{"code_value":[")" + Code(1) + R"(",")" + Code(2) +
                         R"(",")" + Code(3) +
                         R"("],"code_scheme":"gs1","code_kind":"item_code",)"
                         R"("code_origin":"generated","code_role":"single","item_no":"1"}}]})");
    FileJson(maker_, R"({"type":"CODE_PRINT",)" + subject +
                         R"("records":[{"fields":{"print_template":"A6"}}]})");
    ledger_.clock_ms += 2 * 3600 * 1000;
    const json::Object released = {
        {"release_time", "2026-03-02T01:00:00Z"},
        {"transport_packing", "packed"},
        {"mark_attested", json::Object{{"attested", true}, {"time", "2026-03-02T01:00:00Z"}}}};
    FileJson(maker_, R"({"type":"BATCH_RELEASE",)" + subject + R"("records":[{"fields":)" +
                         json::Canonical(released) + "}]}");
    for (const auto& [name, value] : released) batch.given[name] = value;
  }
  static std::string Code(uint32_t number) { return contracts::testing::ItemCode(number); }

  FiledRecord Sell(const Actor& from, const Actor& to, const std::string& code) {
    const EntityId paper = FileDocument(from, "flow_document", "CPTY");
    return File(from, "FLOW_RECORD", 5,
                Fill(5, {{"flow_type", "sale"},
                         {"flow_codes", json::Array{code}},
                         {"supplier_kind", "registered_party"},
                         {"buyer_kind", "registered_party"},
                         {"seller_code", ToString(from.party)},
                         {"buyer_code", ToString(to.party)},
                         {"buyer_name", kHiddenBuyer},
                         {"flow_docs", json::Array{ToString(paper)}}}),
                {&from, {&to}, &maker_});
  }
  FiledRecord Confirm(const Actor& by, const FiledRecord& sold) {
    const std::string opening = HexEncode(PaddedOf(by, sold.tx, contracts::flow_field::kBuyerCode));
    const json::Object given = {{"purchase_time", "2026-03-02T04:00:00Z"},
                                {"collection_mode", "manual"},
                                {"destination_region", "330106"}};
    const TxId tx = FileJson(by, R"({"type":"FLOW_CONFIRM","subject":{"flow":")" + IdOf(sold) +
                                     R"("},"records":[{"fields":{"side_opening":")" + opening +
                                     R"("}},{"fields":)" + json::Canonical(given) + "}]}");
    return {tx, 5, given, {&by, {sold.facts.owner}, &maker_, true}};
  }

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
