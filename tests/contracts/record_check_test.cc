// One record against the field table: C04, C05, C06, C18.
#include <gtest/gtest.h>

#include "contracts/record_view.h"
#include "tests/contracts/samples.h"

namespace suyuan::contracts {
namespace {

constexpr uint8_t kEntitySections[] = {1, 2, 3, 4, 6, 0x10};

TestRecord Party() { return TestRecord::Complete(party_field::kSection); }
TestRecord Product() { return TestRecord::Complete(product_field::kSection); }
TestRecord Batch() { return TestRecord::Complete(batch_field::kSection); }
TestRecord Document() { return TestRecord::Complete(document_field::kSection); }

std::string At(const char* code, uint16_t field, unsigned item = 0) {
  char text[40];
  std::snprintf(text, sizeof text, "%s 0x%04X/%u", code, field, item);
  return text;
}

TEST(CheckRecord, CompleteRecordsPass) {
  for (uint8_t section : kEntitySections)
    EXPECT_EQ(Verdict(TestRecord::Complete(section).Check()), "ok") << int{section};
}

TEST(CheckRecord, EveryMandatoryFieldIsMissed) {  // C04
  for (uint8_t section : kEntitySections) {
    for (const FieldInfo& field : FieldsOfSection(section)) {
      if (field.obligation != Obligation::kMandatory) continue;
      TestRecord record = TestRecord::Complete(section);
      record.Remove(field.number);
      // Without doc_class nothing can be in clear, which is found first.
      const bool says_class = field.number == document_field::kDocClass;
      EXPECT_EQ(Verdict(record.Check()), says_class ? At("E_DISCLOSE", document_field::kDocTitle)
                                                    : At("E_MISSING", field.number))
          << field.identifier;
      if (!says_class) {
        EXPECT_EQ(Verdict(record.Check({.exempt = {field.number}})), "ok");
      }
      record = TestRecord::Complete(section);
      EXPECT_FALSE(record.NotApplicable(field.number).Check().ok()) << field.identifier;
    }
  }
}

TEST(CheckRecord, SystemFieldsCannotBeGiven) {
  for (uint8_t section : kEntitySections) {
    for (const FieldInfo& field : FieldsOfSection(section)) {
      if (field.obligation != Obligation::kSystem) continue;
      TestRecord record = TestRecord::Complete(section);
      EXPECT_EQ(Verdict(record.Set(field.number, Sample(field)).Check()),
                At("E_FORMAT", field.number));
    }
  }
}

TEST(CheckRecord, ClassesDecideOnSealing) {  // C18
  for (uint8_t section : kEntitySections) {
    for (const FieldInfo& field : FieldsOfSection(section)) {
      if (field.obligation == Obligation::kSystem || field.number == document_field::kDocClass)
        continue;
      TestRecord record = TestRecord::Complete(section);
      const bool clear =
          IsClear(field.disclosure) || field.disclosure == DisclosureClass::kOfContent;
      clear ? record.Hide(field.number) : record.Set(field.number, Sample(field));
      EXPECT_EQ(Verdict(record.Check()), At("E_DISCLOSE", field.number)) << field.identifier;
    }
  }
}

TEST(CheckRecord, SealedOptionalFieldsAlwaysHaveALeaf) {  // formats §2
  EXPECT_EQ(Verdict(Product().Remove(product_field::kBrand).Check()),
            At("E_MISSING", product_field::kBrand));
  EXPECT_EQ(Verdict(Batch().Remove(batch_field::kCapturedBy).Check()),
            At("E_MISSING", batch_field::kCapturedBy));
  EXPECT_EQ(Verdict(Product().Remove(product_field::kServiceLife).Check()), "ok") << "clear";
}

TEST(CheckRecord, ContentOfADocumentFollowsItsClass) {
  TestRecord document = Document();
  document.Set(document_field::kDocClass, "REG");
  EXPECT_EQ(Verdict(document.Check()), At("E_DISCLOSE", document_field::kDocTitle));
  for (uint16_t field :
       {document_field::kDocTitle, document_field::kFileHash, document_field::kFileSize,
        document_field::kIssuerName, document_field::kDocNo})
    document.Hide(field);
  EXPECT_EQ(Verdict(document.Check()), "ok");
  EXPECT_EQ(Verdict(document.Remove(document_field::kDocNo).Check()),
            At("E_MISSING", document_field::kDocNo));
}

TEST(CheckRecord, AddressesStandForEachOther) {
  EXPECT_EQ(Verdict(Party().Remove(party_field::kRegisteredAddress).Check()), "ok");
  EXPECT_EQ(Verdict(Party().Remove(party_field::kOperatingAddress).Check()), "ok");
  TestRecord none = Party();
  none.Remove(party_field::kRegisteredAddress).Remove(party_field::kOperatingAddress);
  EXPECT_EQ(Verdict(none.Check()), At("E_MISSING", party_field::kRegisteredAddress));
}

TEST(CheckRecord, LicenceAndCccHaveTriggersOfTheirOwn) {  // RC-03, D-20
  TestRecord both = Product();
  both.Set(product_field::kKeyProductBasis, json::Array{"production_licence", "ccc"});
  EXPECT_EQ(Verdict(both.Check()), "ok");
  EXPECT_EQ(Verdict(both.NotApplicable(product_field::kCccCertNo).Check()),
            At("E_MISSING", product_field::kCccCertNo));
  TestRecord ccc = Product();
  ccc.Set(product_field::kKeyProductBasis, json::Array{"ccc"});
  ccc.NotApplicable(product_field::kProductionLicenceNo)
      .NotApplicable(product_field::kLicenceValidTo);
  EXPECT_EQ(Verdict(ccc.Check()), "ok");
  // C05: a PUBC field that does not apply says so, because its page shows 不涉及.
  EXPECT_EQ(Verdict(ccc.Remove(product_field::kProductionLicenceNo).Check()),
            At("E_MISSING", product_field::kProductionLicenceNo));
}

TEST(CheckRecord, QuantityByLevel) {  // RC-01
  TestRecord batch = Batch();
  batch.Set(batch_field::kTraceLevel, "per_item").NotApplicable(batch_field::kProductQuantity);
  EXPECT_EQ(Verdict(batch.Check()), At("E_MISSING", batch_field::kProductQuantity));
  EXPECT_EQ(Verdict(batch.Set(batch_field::kTraceLevel, "per_batch").Check()), "ok");
  batch.Set(batch_field::kTraceLevel, "composite")
      .Set(batch_field::kProductQuantity, Sample(*FindField(batch_field::kProductQuantity)));
  EXPECT_EQ(Verdict(batch.Check()), "ok");
  EXPECT_EQ(Verdict(batch.Remove(batch_field::kCompositeKind).Check()),
            At("E_MISSING", batch_field::kCompositeKind));
}

TEST(CheckRecord, RelationsBetweenFields) {
  EXPECT_EQ(Verdict(Party().Set(party_field::kUscc, "91310115MA1H8R7C41").Check()),
            At("E_USCC", party_field::kUscc));
  EXPECT_EQ(
      Verdict(
          Party().Set(party_field::kPartyType, json::Array{"manufacturer", "distributor"}).Check()),
      "ok");
  EXPECT_EQ(
      Verdict(
          Party().Set(party_field::kPartyType, json::Array{"manufacturer", "regulator"}).Check()),
      At("E_FORMAT", party_field::kPartyType));
  EXPECT_EQ(
      Verdict(Product().Set(product_field::kMandatoryStandards, "none_applicable", 1).Check()),
      At("E_FORMAT", product_field::kMandatoryStandards));
  EXPECT_EQ(
      Verdict(Batch()
                  .Set(batch_field::kInspectionKind, json::Array{"factory_inspection", "type_test"})
                  .Check()),
      At("E_MISSING", batch_field::kInspectionDoc));
}

TEST(CheckRecord, ListsHaveNoGaps) {
  const json::Value standard("GB 4706.1-2005");
  EXPECT_EQ(Verdict(Product().Set(product_field::kMandatoryStandards, standard, 1).Check()), "ok");
  EXPECT_EQ(Verdict(Product().Set(product_field::kMandatoryStandards, standard, 2).Check()),
            At("E_FORMAT", product_field::kMandatoryStandards, 2));
  EXPECT_EQ(Verdict(Product().Set(product_field::kProductName, "再来一个", 1).Check()),
            At("E_FORMAT", product_field::kProductName, 1));
}

TEST(CheckRecord, ForeignFieldsAndSchemas) {
  EXPECT_EQ(Verdict(Product().Set(party_field::kPartyName, "示例").Check()),
            At("E_FORMAT", party_field::kPartyName));
  EXPECT_EQ(Verdict(Product().Set(0x02FF, "x").Check()), "E_FORMAT 0x02FF/0");
  TestRecord unknown(0x55);
  EXPECT_EQ(Verdict(unknown.Check()), "E_FORMAT 0x0000/0");
  TestRecord wide = Product();
  wide.draft.schema = 0x0102;
  EXPECT_FALSE(wide.Check().ok());
  TestRecord later = Product();
  later.draft.schema_version = 2;
  EXPECT_FALSE(later.Check().ok());
}

TEST(CheckRecord, HiddenLeavesAreWellFormed) {
  for (uint32_t length : {0u, 32u, 63u, 65u, 96u, 1000u}) {
    TestRecord record = Product();
    record.Slot(product_field::kBrand).padded_length = length;
    EXPECT_EQ(Verdict(record.Check()), At("E_FORMAT", product_field::kBrand)) << length;
  }
  TestRecord record = Product();
  record.Slot(product_field::kBrand).audience = 64;
  EXPECT_EQ(Verdict(record.Check()), At("E_FORMAT", product_field::kBrand));
}

TEST(CheckRecord, PartialRecordsAreJudgedByWhatTheyCarry) {
  TestRecord release(batch_field::kSection);
  release.Set(batch_field::kReleaseTime, "2026-03-02T08:00:00Z");
  EXPECT_EQ(Verdict(release.Check({.partial = true})), "ok");
  EXPECT_EQ(
      Verdict(release.Check({.extra_required = {batch_field::kMarkAttested}, .partial = true})),
      At("E_MISSING", batch_field::kMarkAttested));
  EXPECT_FALSE(release.Check().ok());
  // Extra fields of the catalogue: not_applicable does not do, other sections' fields are not ours.
  TestRecord product = Product();
  product.NotApplicable(product_field::kWarrantyPeriod);
  EXPECT_EQ(Verdict(product.Check()), "ok");
  EXPECT_EQ(Verdict(product.Check({.extra_required = {product_field::kWarrantyPeriod}})),
            At("E_MISSING", product_field::kWarrantyPeriod));
  EXPECT_EQ(Verdict(product.Check({.extra_required = {batch_field::kReleaseTime}})), "ok");
}

TEST(CheckRecord, ErrorsNameTheRecord) {
  const Status status = Product().Remove(product_field::kProductName).Check({.record_index = 17});
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().record, 17u);
}

TEST(CheckRecord, TenThousandCodesInOneRecord) {
  TestRecord record = TestRecord::Complete(code_field::kSection);
  record.Remove(code_field::kCodeValue);
  std::vector<ledger::RecordDraft::LeafDraft> codes(10'000);
  for (uint16_t i = 0; i < 10'000; ++i) {
    codes[i].field = code_field::kCodeValue;
    codes[i].item = i;
    codes[i].value = "\"01/06901234567892/21/" + std::to_string(100'000 + i) + "\"";
  }
  record.draft.leaves.insert(record.draft.leaves.begin(), codes.begin(), codes.end());
  EXPECT_EQ(Verdict(record.Check()), "ok");
  EXPECT_EQ(RecordView(ViewOfDraft(record.draft)).Texts(code_field::kCodeValue).size(), 10'000u);
  record.draft.leaves[7'777].value = "\"01/06901234567893/21/1\"";
  EXPECT_EQ(Verdict(record.Check()), At("E_SCHEME", code_field::kCodeValue, 7'777));
}

TEST(RecordView, TypedAccess) {
  TestRecord test = Batch();
  test.Set(batch_field::kInspectionDoc, std::string(26, 'b'), 1)
      .NotApplicable(batch_field::kProductQuantity);
  const ledger::Record record = ViewOfDraft(test.draft);
  const RecordView view(record);
  EXPECT_EQ(view.Text(batch_field::kProductionDate), "2026-03-01");
  EXPECT_EQ(view.Texts(batch_field::kInspectionDoc).size(), 2u);
  EXPECT_TRUE(view.Flag(batch_field::kSupplementPending));
  EXPECT_EQ(view.Integer(batch_field::kReleasePart), 1);
  EXPECT_TRUE(view.NotApplicable(batch_field::kProductQuantity));
  EXPECT_FALSE(view.Has(batch_field::kProductQuantity));
  EXPECT_TRUE(view.Has(batch_field::kCollectionMode));
  EXPECT_FALSE(view.Value(batch_field::kCollectionMode).has_value()) << "hidden";
  EXPECT_EQ(view.Text(batch_field::kBatchId), "");
}

}  // namespace
}  // namespace suyuan::contracts
