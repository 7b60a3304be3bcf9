#include "tests/api/story_fixture.h"

#include "common/encoding.h"
#include "contracts/field_numbers.h"

namespace suyuan::api::test {

using contracts::FieldInfo;
using contracts::Obligation;

// Conditional fields that no record of this story may have, or that another step brings.
const std::set<std::string_view> kElsewhere = {
    "hosted_by",   "composite_kind",   "release_codes", "release_part",
    "late_filing", "flow_batches",     "flow_ref",      "part_sale",
    "sender_side", "foreign_declared", "foreign_goods", "carrier_name",
    "vehicle_no",  "depart_time",      "arrive_time",   "storage_place"};

json::Object StoryTest::Fill(uint8_t section, json::Object given,
                             const std::set<std::string_view>& without) {
  for (const FieldInfo& field : contracts::FieldsOfSection(section))
    if (field.obligation != Obligation::kSystem && !kElsewhere.contains(field.identifier) &&
        !without.contains(field.identifier))
      given.try_emplace(std::string(field.identifier), SampleOf(field));
  return given;
}

FiledRecord StoryTest::File(const Actor& actor, const char* type, uint8_t section,
                            json::Object given, RecordFacts facts, const std::string& further) {
  const TxId tx =
      FileJson(actor, std::string(R"({"type":")") + type + R"(","records":[{"fields":)" +
                          json::Canonical(given) + "}" + further + "]}");
  return {tx, section, std::move(given), std::move(facts)};
}

std::string StoryTest::IdOf(const FiledRecord& filed) {
  return ToString(ledger::EntityIdOf(filed.tx, 0));
}

void StoryTest::Review(const char* type, const char* kind, const std::string& id) {
  FileJson(home_, std::string(R"({"type":")") + type + R"(","subject":{")" + kind + R"(":")" + id +
                      R"("},"records":[{"fields":{"decision":"approve"}}]})");
}

FiledRecord StoryTest::FileParty() {
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

FiledRecord StoryTest::FileProduct(const json::Object& unchecked) {
  const EntityId manual = FileDocument(maker_, "manual", "PUB");
  json::Object given = Fill(2, {{"product_type", "03"},
                                {"brand", kHiddenBrand},
                                {"key_product_basis", json::Array{"production_licence", "ccc"}},
                                {"licence_valid_to", "2027-12-31"},
                                {"ccc_valid_to", "2027-12-31"},
                                {"manual_or_warning_doc", ToString(manual)},
                                {"default_level", "per_item"}});
  for (const auto& [name, value] : unchecked) given[name] = value;
  FiledRecord filed =
      unchecked.empty()
          ? File(maker_, "PRODUCT_REGISTER", 2, std::move(given), {&maker_})
          : FileUnchecked(maker_, contracts::tx::kProductRegister, 2, std::move(given), {&maker_});
  Review("PRODUCT_REVIEW", "product", IdOf(filed));
  return filed;
}

FiledRecord StoryTest::FileBatch(const std::string& product) {
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

void StoryTest::Release(FiledRecord& batch) {
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

std::string StoryTest::Code(uint32_t number) { return contracts::testing::ItemCode(number); }

FiledRecord StoryTest::Sell(const Actor& from, const Actor& to, const std::string& code) {
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

FiledRecord StoryTest::Confirm(const Actor& by, const FiledRecord& sold) {
  const std::string opening = HexEncode(PaddedOf(by, sold.tx, contracts::flow_field::kBuyerCode));
  const json::Object given = {{"purchase_time", "2026-03-02T04:00:00Z"},
                              {"collection_mode", "manual"},
                              {"destination_region", "330106"}};
  const TxId tx = FileJson(by, R"({"type":"FLOW_CONFIRM","subject":{"flow":")" + IdOf(sold) +
                                   R"("},"records":[{"fields":{"side_opening":")" + opening +
                                   R"("}},{"fields":)" + json::Canonical(given) + "}]}");
  return {tx, 5, given, {&by, {sold.facts.owner}, &maker_, true}};
}

}  // namespace suyuan::api::test
