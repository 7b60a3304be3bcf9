// The field table (requirements 4) and the form of values (C06), generated over every line of it.
#include "contracts/fields.h"

#include <set>

#include <gtest/gtest.h>

#include "common/encoding.h"
#include "tests/contracts/samples.h"

namespace suyuan::contracts {
namespace {

std::string CodeOf(const Status& status) {
  return status.ok() ? "ok" : std::string(Describe(status.error().code).name);
}

TEST(FieldTable, RowsFollowRequirementsSection4) {
  // Rows of the tables 4.1–4.7 in their order; what this ledger adds stands at their ends.
  const std::vector<std::pair<uint8_t, size_t>> kRows = {
      {1, 32}, {2, 29}, {3, 34}, {4, 20}, {5, 36}, {6, 14}, {7, 10}, {16, 13}, {17, 7}, {64, 29}};
  size_t total = 0;
  for (const auto& [section, rows] : kRows) {
    EXPECT_EQ(FieldsOfSection(section).size(), rows) << int{section};
    total += rows;
  }
  EXPECT_EQ(AllFields().size(), total);
  EXPECT_EQ(FindField(0x0203)->identifier, "product_name");
  EXPECT_EQ(FindField(0x030A)->identifier, "inspection_doc");
  EXPECT_EQ(FindField(0x0401)->identifier, "code_value");
  EXPECT_EQ(FindField(0x060D)->identifier, "doc_class");
  EXPECT_EQ(FindField(0x100A)->identifier, "effective_from");
  EXPECT_EQ(FindField(0x4001)->identifier, "decision");
}

TEST(FieldTable, NumbersRiseAndIdentifiersAreUniqueInTheirSection) {
  std::set<std::pair<uint8_t, std::string_view>> seen;
  uint16_t before = 0;
  for (const FieldInfo& field : AllFields()) {
    EXPECT_GT(field.number, before);
    before = field.number;
    EXPECT_TRUE(seen.emplace(field.section(), field.identifier).second) << field.identifier;
    EXPECT_EQ(FindField(field.number),
              &FieldsOfSection(field.section())[(field.number & 0xFF) - 1u]);
    EXPECT_EQ(FindField(field.section(), field.identifier), FindField(field.number));
    EXPECT_EQ(FindQualifiedField(QualifiedName(field)), FindField(field.number));
    EXPECT_FALSE(field.chinese.empty());
    EXPECT_FALSE(field.source.empty());
    EXPECT_TRUE(IsValidUtf8(field.chinese));
  }
  EXPECT_EQ(FindField(0x0100), nullptr);
  EXPECT_EQ(FindField(0x01FF), nullptr);
  EXPECT_EQ(FindField(0x0801), nullptr);
}

TEST(FieldTable, QualifiedNames) {
  EXPECT_EQ(FindQualifiedField("product.brand")->number, product_field::kBrand);
  EXPECT_EQ(FindQualifiedField("brand")->number, product_field::kBrand);
  EXPECT_EQ(FindQualifiedField("collection_mode"), nullptr) << "stands in batch and flow";
  EXPECT_EQ(FindQualifiedField("party.brand"), nullptr);
  EXPECT_EQ(FindQualifiedField(""), nullptr);
}

// GR Table 3: what must be open to society is open here, and no flow, contact or price is.
TEST(FieldTable, ClassesOfGrTable3) {
  for (const char* name :
       {"party.party_name", "party.uscc", "party.registered_address", "party.operating_address",
        "party.contact_public", "party.business_licence_doc", "product.product_name",
        "product.product_type", "product.spec_model", "product.mandatory_standards",
        "batch.production_date", "batch.unit_no", "code.code_value"})
    EXPECT_EQ(FindQualifiedField(name)->disclosure, DisclosureClass::kPub) << name;
  for (const char* name :
       {"product.warranty_period", "product.production_licence_no", "product.ccc_cert_no",
        "product.manual_or_warning_doc", "batch.product_quantity"})
    EXPECT_EQ(FindQualifiedField(name)->disclosure, DisclosureClass::kPubc) << name;
  for (const char* name : {"party.responsible_person", "flow.buyer_name", "flow.sale_quantity",
                           "flow.unit_price", "code.anti_fake_token", "product.product_function"})
    EXPECT_FALSE(IsClear(FindQualifiedField(name)->disclosure)) << name;
}

class EveryField : public testing::TestWithParam<uint16_t> {
 protected:
  const FieldInfo& field() const { return *FindField(GetParam()); }
};

TEST_P(EveryField, TakesARightValue) {
  const Status status = CheckValue(field(), json::Canonical(Sample(field())));
  EXPECT_TRUE(status.ok()) << status.error().ToString();
}

TEST_P(EveryField, RefusesEmptyAndNull) {
  EXPECT_EQ(CodeOf(CheckValue(field(), ByteView("\"\""))), "E_MISSING");
  EXPECT_EQ(CodeOf(CheckValue(field(), ByteView("null"))), "E_MISSING");
  EXPECT_EQ(CodeOf(CheckValue(field(), ByteView(""))), "E_FORMAT");
}

TEST_P(EveryField, RefusesWrongTypes) {
  const json::Value right = Sample(field());
  for (const json::Value& wrong :
       {json::Value(true), json::Value(-7), json::Value("\x01"), json::Value(json::Array{}),
        json::Value(json::Array{json::Array{}}), json::Value(json::Object{}),
        json::Value(json::Object{{"x", 1}})}) {
    if (wrong == right) continue;
    const Status status = CheckValue(field(), wrong);
    ASSERT_FALSE(status.ok()) << json::Canonical(wrong);
    EXPECT_EQ(status.error().field, field().number);
    EXPECT_NE(status.error().detail.find(field().identifier), std::string::npos);
  }
}

TEST_P(EveryField, RefusesTooLong) {
  const json::Value long_text(std::string(65'000, 'a'));
  EXPECT_FALSE(CheckValue(field(), long_text).ok());
  EXPECT_EQ(CodeOf(CheckValue(field(), json::Canonical(std::string(70'000, 'a')))), "E_SIZE");
  if (field().type != ValueType::kText) return;
  std::string text;
  for (uint32_t i = 0; i < field().max; ++i) text += "字";  // limits count characters, not bytes
  EXPECT_TRUE(CheckValue(field(), json::Value(text)).ok());
  EXPECT_EQ(CodeOf(CheckValue(field(), json::Value(text + "字"))), "E_FORMAT");
}

TEST_P(EveryField, RefusesBytesThatAreNotCanonical) {
  const Bytes right = json::Canonical(Sample(field()));
  EXPECT_EQ(CodeOf(CheckValue(field(), ByteView(" " + right))), "E_FORMAT");
  EXPECT_EQ(CodeOf(CheckValue(field(), ByteView(right + " "))), "E_FORMAT");
  EXPECT_EQ(CodeOf(CheckValue(field(), ByteView(right + ","))), "E_FORMAT");
}

bool IsMandatoryMember(std::string_view members, const std::string& name) {
  const std::string all = "," + std::string(members) + ",";
  const size_t at = all.find("," + name + ":");
  return all[all.find(',', at + 1) - 1] == '!';
}

TEST_P(EveryField, RefusesForeignAndMissingMembers) {
  if (field().type != ValueType::kObject) return;
  json::Value sample = Sample(field());
  json::Object extra = *sample.if_object();
  extra["zzz"] = 1;
  EXPECT_EQ(CodeOf(CheckValue(field(), json::Value(extra))), "E_FORMAT");
  for (const auto& [name, value] : *sample.if_object()) {
    json::Object less = *sample.if_object();
    less.erase(name);
    const bool mandatory = IsMandatoryMember(field().choices, name);
    const std::string verdict = CodeOf(CheckValue(field(), json::Value(less)));
    EXPECT_EQ(verdict, mandatory ? "E_MISSING" : "ok") << name;
    json::Object wrong = *sample.if_object();
    wrong[name] = json::Array{json::Array{}};
    EXPECT_EQ(CodeOf(CheckValue(field(), json::Value(wrong))), "E_FORMAT") << name;
  }
}

std::vector<uint16_t> AllNumbers() {
  std::vector<uint16_t> out;
  for (const FieldInfo& field : AllFields()) out.push_back(field.number);
  return out;
}

INSTANTIATE_TEST_SUITE_P(Table, EveryField, testing::ValuesIn(AllNumbers()), [](const auto& one) {
  const FieldInfo& field = *FindField(one.param);
  return std::string(SectionName(field.section())) + "_" + std::string(field.identifier);
});

struct FormCase {
  const char* field;
  const char* json;
  const char* expected;
};

TEST(ValueForms, ExactVerdicts) {
  const FormCase kCases[] = {
      {"party.party_name", R"("　 ")", "E_MISSING"},
      {"party.party_name", "\"a\\nb\"", "E_FORMAT"},
      {"party.party_name", "\"a\xC2\x85z\"", "E_FORMAT"},
      {"party.party_name", "\"a\xE2\x80\xA8z\"", "E_FORMAT"},
      {"party.party_name", R"("示例电缆有限公司")", "ok"},
      {"party.party_code", R"("91320000MA00DEM018")", "E_USCC"},
      {"party.party_type", R"(["distributor","manufacturer"])", "E_FORMAT"},
      {"party.party_type", R"(["manufacturer","distributor"])", "ok"},
      {"party.party_type", R"(["manufacturer","manufacturer"])", "E_FORMAT"},
      {"party.entity_kind", R"("Enterprise")", "E_FORMAT"},
      {"party.contact_public", R"("400-800-1234")", "ok"},
      {"party.contact_public", R"("info@example.cn")", "ok"},
      {"party.contact_public", R"("info@example")", "E_FORMAT"},
      {"party.contact_public", R"("1234")", "E_FORMAT"},
      {"party.region_code", R"("44000")", "E_FORMAT"},
      {"party.region_code", "440000", "E_FORMAT"},
      {"party.geo_point", R"({"lat":90000001,"lon":0})", "E_FORMAT"},
      {"party.signing_key", R"("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")",
       "E_FORMAT"},
      {"product.gtin", R"("6901234567893")", "E_FORMAT"},
      {"product.gtin", "6901234567892", "E_FORMAT"},
      {"product.mandatory_standards", R"("none_applicable")", "ok"},
      {"product.mandatory_standards", R"("GB16410-2020")", "E_FORMAT"},
      {"product.warranty_period", R"({"unit":"week","value":1})", "E_FORMAT"},
      {"product.warranty_period", R"({"unit":"year","value":0})", "E_FORMAT"},
      {"product.pause_calendar", R"({"weekdays":[7,6]})", "E_FORMAT"},
      {"batch.production_date", R"("2026-02-29")", "E_FORMAT"},
      {"batch.production_date", R"("2028-02-29")", "ok"},
      {"batch.production_date", R"("2026-2-9")", "E_FORMAT"},
      {"batch.checked_at", R"("2026-03-01T08:00:00.123Z")", "ok"},
      {"batch.checked_at", R"("2026-03-01T08:00:00+08:00")", "E_FORMAT"},
      {"batch.checked_at", R"("2026-03-01T24:00:00Z")", "E_FORMAT"},
      {"batch.product_quantity", R"({"unit":"台","value":"1000.125"})", "ok"},
      {"batch.product_quantity", R"({"unit":"台","value":"1000.1255"})", "E_FORMAT"},
      {"batch.product_quantity", R"({"unit":"台","value":"1000.10"})", "E_FORMAT"},
      {"batch.product_quantity", R"({"unit":"台","value":"01"})", "E_FORMAT"},
      {"batch.product_quantity", R"({"unit":"台","value":"-1"})", "E_FORMAT"},
      {"batch.product_quantity", R"({"unit":"台","value":1000})", "E_FORMAT"},
      {"batch.report_period", R"("2026-Q4")", "ok"},
      {"batch.report_period", R"("2026-Q5")", "E_FORMAT"},
      {"batch.report_period", R"("2026-13")", "E_FORMAT"},
      {"batch.report_period", R"("2026")", "ok"},
      {"batch.mark_attested", R"({"attested":false,"time":"2026-03-01T08:00:00Z"})", "E_FORMAT"},
      {"batch.release_codes",
       R"({"first":"01/06901234567892/21/1","last":"01/06901234567892/21/9"})", "ok"},
      {"batch.release_codes",
       R"({"first":"01/06901234567892/21/9","last":"01/06901234567892/21/1"})", "E_FORMAT"},
      {"code.code_value", R"("01/06901234567893/21/1")", "E_SCHEME"},
      {"code.code_value", R"("(01)06901234567892")", "E_SCHEME"},
      {"code.package_level", "6", "E_FORMAT"},
      {"document.file_hash", R"("abc")", "E_FORMAT"},
      {"document.media_type", R"("pdf")", "E_FORMAT"},
      {"catalog.required_fields", R"("product.colour")", "E_FORMAT"},
      {"command.decision", R"("maybe")", "E_FORMAT"},
  };
  for (const FormCase& c : kCases)
    EXPECT_EQ(CodeOf(CheckValue(*FindQualifiedField(c.field), ByteView(c.json))), c.expected)
        << c.field << " " << c.json;
}

// Errors go to logs and outcomes that everyone reads; they never repeat a value.
TEST(ValueForms, ErrorsDoNotRepeatTheValue) {
  for (const FieldInfo& field : AllFields()) {
    const Status status = CheckValue(field, json::Value("\x02 secret-4711"));
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().detail.find("4711"), std::string::npos) << field.identifier;
  }
}

}  // namespace
}  // namespace suyuan::contracts
