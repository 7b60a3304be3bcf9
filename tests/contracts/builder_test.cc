// From JSON to a signed transaction and back: what is built decodes, passes the checks, and its
// sealed fields open again with the keys that the sender keeps (docs/formats.md §2, §3).
#include "contracts/builder.h"

#include <algorithm>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "common/encoding.h"
#include "common/hash.h"
#include "contracts/field_numbers.h"
#include "contracts/flow.h"
#include "contracts/types.h"
#include "ledger/sealing/reader.h"
#include "tests/contracts/samples.h"

namespace suyuan::contracts {
namespace {

const char kProduct[] = R"({"type":"PRODUCT_REGISTER","records":[{"fields":{
  "product_name":"示例牌家用燃气灶","product_type":"0302","spec_model":"JZT-B01",
  "key_product_basis":["mandatory_standard","ccc"],"mandatory_standards":["GB 16410-2020"],
  "ccc_cert_no":"2026010706000002","ccc_valid_to":"2029-12-31",
  "warranty_period":{"unit":"year","value":1},"manual_or_warning_doc":{"not_applicable":true},
  "brand":"示例牌","sales_unit":{"text":"一台","unit":"台"},"gtin":"6901234567892",
  "default_scheme":"gs1","default_level":"per_batch","report_frequency":"monthly"}}]})";

const SigningKey& Key() {
  InitCrypto();
  static const SigningKey key(*SecretSeed::From(std::string(32, 'k')));
  return key;
}

SealingKey OwnKey() { return SealingKey(*SecretSeed::From(std::string(32, 'o'))); }
SealingKey RecoveryKey() { return SealingKey(*SecretSeed::From(std::string(32, 'r'))); }

BuildOptions Options(uint32_t seed = 1) {
  BuildOptions options;
  options.ledger.data.fill(5);
  options.submitter = *ParsePartyId("91320000MA00DEM017");
  options.signing_key = Key().public_key();
  options.now_ms = 1'772'323'200'000;
  options.readers = OnlyFor({OwnKey().public_key(), RecoveryKey().public_key()});
  auto rng = std::make_shared<std::mt19937>(seed);
  options.random = [rng](uint8_t* out, size_t n) {
    for (size_t i = 0; i < n; ++i) out[i] = static_cast<uint8_t>((*rng)());
  };
  return options;
}

Result<BuiltTransaction> Build(ByteView text, uint32_t seed = 1) {
  return BuildTransaction(ParseJson(text), Options(seed));
}

ledger::Transaction SignAndDecode(const BuiltTransaction& built) {
  auto envelope = std::make_shared<const Bytes>(ledger::SignTransaction(built.draft, Key()));
  auto tx = ledger::DecodeTransaction(envelope, LedgerLimits{}, &built.draft.core.ledger_id);
  EXPECT_TRUE(tx.ok()) << tx.error().ToString();
  return std::move(tx).value();
}

// The product with one field changed, as text.
std::string With(const std::string& identifier, const std::string& value) {
  json::Value tx = ParseJson(kProduct);
  json::Array& records = *tx.if_object()->at("records").if_array();
  json::Object& fields = *records[0].if_object()->at("fields").if_object();
  if (value.empty()) {
    fields.erase(identifier);
  } else {
    fields[identifier] = ParseJson(value);
  }
  return json::Canonical(tx);
}

std::string Refusal(const std::string& text) {
  const auto built = Build(text);
  if (built.ok()) return "ok";
  char place[40];
  std::snprintf(place, sizeof place, " %d 0x%04X/%u",
                built.error().record ? static_cast<int>(*built.error().record) : -1,
                built.error().field, built.error().item);
  return std::string(Describe(built.error().code).name) + place;
}

TEST(Builder, WhatIsBuiltDecodesAndPasses) {
  const auto built = Build(kProduct);
  ASSERT_TRUE(built.ok()) << built.error().ToString();
  const ledger::Transaction tx = SignAndDecode(*built);
  EXPECT_TRUE(ledger::VerifyTransactionSignatures(tx).ok());
  EXPECT_EQ(tx.core.type, tx::kProductRegister);
  EXPECT_EQ(tx.core.expiry_ms - tx.core.created_ms, 24ull * 3600 * 1000);
  ASSERT_EQ(tx.records.size(), 1u);
  EXPECT_TRUE(CheckRecord(tx.records[0], {}).ok());
  const RecordView view(tx.records[0]);
  EXPECT_EQ(view.Text(product_field::kProductName), "示例牌家用燃气灶");
  EXPECT_EQ(json::Canonical(*view.Value(product_field::kKeyProductBasis)),
            R"(["ccc","mandatory_standard"])")
      << "in the table's order";
  EXPECT_TRUE(view.NotApplicable(product_field::kProductionLicenceNo)) << "follows from the basis";
  EXPECT_TRUE(view.NotApplicable(product_field::kManualOrWarningDoc)) << "said so";
}

TEST(Builder, PresenceOfSealedFieldsDoesNotShow) {
  const ledger::Transaction with = SignAndDecode(*Build(kProduct));
  const ledger::Transaction without = SignAndDecode(*Build(With("brand", "")));
  ASSERT_EQ(with.records[0].leaves.size(), without.records[0].leaves.size());
  for (size_t i = 0; i < with.records[0].leaves.size(); ++i) {
    const auto& a = with.records[0].leaves[i];
    const auto& b = without.records[0].leaves[i];
    EXPECT_EQ(a.field, b.field);
    EXPECT_EQ(a.mode, b.mode);
    EXPECT_EQ(a.padded_length, b.padded_length);
  }
}

// The owner reads what it sealed with either of its keys, and nobody else does.
TEST(BuilderProperty, OwnerAndRecoveryKeyOpenEverySealedField) {
  size_t opened_fields = 0;
  for (uint32_t seed = 1; opened_fields < 10'000; ++seed) {
    const auto built = Build(kProduct, seed);
    ASSERT_TRUE(built.ok());
    const ledger::Transaction tx = SignAndDecode(*built);
    const auto items = sealing::ViewsOf(built->sealed_items);
    for (const auto& key : {OwnKey, RecoveryKey}) {
      std::vector<SealingKey> keys;
      keys.push_back(key());
      const auto opened = sealing::SealedReader(std::move(keys)).Open(tx, items);
      ASSERT_TRUE(opened.ok()) << opened.error().ToString();
      size_t hidden = 0;
      for (const ledger::Leaf& leaf : tx.records[0].leaves)
        hidden += leaf.mode == ledger::LeafMode::kHidden;
      ASSERT_EQ(opened->fields.size(), hidden);
      for (const sealing::OpenedField& field : opened->fields) {
        ASSERT_EQ(field.verdict, sealing::FieldVerdict::kOpened);
        const bool brand = field.at.field == product_field::kBrand;
        ASSERT_EQ(field.value, brand ? std::optional<Bytes>("\"示例牌\"") : std::nullopt);
      }
      opened_fields += hidden;
    }
    std::vector<SealingKey> stranger;
    stranger.emplace_back(*SecretSeed::From(std::string(32, 's')));
    ASSERT_TRUE(sealing::SealedReader(std::move(stranger)).Open(tx, items)->fields.empty());
  }
}

// Who reads the same shows by no audience id: every class of every record has its own, and whoever
// reads more than the owner, as sides of flows do, is among 16.
TEST(Builder, EachClassOfEachRecordHasItsAudience) {
  BuildOptions options = Options();
  std::vector<DisclosureClass> asked;
  options.readers = [&](DisclosureClass disclosure, const json::Value& fields,
                        const std::optional<EntityId>&) {
    EXPECT_FALSE(fields.if_object()->empty()) << "the record's values in clear";
    asked.push_back(disclosure);
    return std::vector{OwnKey().public_key()};
  };
  const auto document = [](const char* chosen) {
    return R"({"fields":{"doc_type":"other","doc_class":")" + std::string(chosen) +
           R"(","doc_title":"标题","file_hash":")" + std::string(64, 'c') +
           R"(","file_size":1024,"media_type":"application/pdf","issue_date":"2026-01-15"}})";
  };
  const auto build = [&](size_t pairs) {
    std::string records;
    for (size_t i = 0; i < pairs; ++i)
      records += (i == 0 ? "" : ",") + document("REG") + "," + document("CPTY");
    asked.clear();
    const auto built = BuildTransaction(
        ParseJson(R"({"type":"DOC_ANCHOR","records":[)" + records + "]}"), options);
    EXPECT_TRUE(built.ok()) << built.error().ToString();
    return built->draft;
  };
  const auto few = build(4);
  EXPECT_EQ(few.core.audiences.size(), 8u);
  EXPECT_EQ(asked.size(), 8u) << "asked once a class and record";
  for (size_t i = 0; i < few.core.audiences.size(); ++i)
    EXPECT_EQ(few.core.audiences[i].wrap_count, i % 2 == 0 ? 8u : 16u);
  // So many records share audiences, but classes do not.
  EXPECT_EQ(build(40).core.audiences.size(), 2u);
}

TEST(Builder, NobodyToReadIsRefused) {
  BuildOptions options = Options();
  options.readers = nullptr;
  EXPECT_EQ(BuildTransaction(ParseJson(kProduct), options).error().code, ErrorCode::kConfig);
  options.readers = OnlyFor({});
  EXPECT_EQ(BuildTransaction(ParseJson(kProduct), options).error().code, ErrorCode::kSize);
  options.readers = OnlyFor({SealingPublicKey{}});
  EXPECT_EQ(BuildTransaction(ParseJson(kProduct), options).error().code, ErrorCode::kFormat);
}

TEST(Builder, OneSeedOneTransaction) {
  EXPECT_EQ(ledger::EncodeUnsigned(Build(kProduct, 7)->draft).id,
            ledger::EncodeUnsigned(Build(kProduct, 7)->draft).id);
  EXPECT_NE(ledger::EncodeUnsigned(Build(kProduct, 7)->draft).id,
            ledger::EncodeUnsigned(Build(kProduct, 8)->draft).id);
}

TEST(Builder, RefusalsNameTheirPlace) {
  EXPECT_EQ(Refusal(With("product_name", "")), "E_MISSING 0 0x0203/0");
  EXPECT_EQ(Refusal(With("product_name", "\"\"")), "E_MISSING 0 0x0203/0");
  EXPECT_EQ(Refusal(With("ccc_cert_no", "")), "E_MISSING 0 0x0209/0");
  EXPECT_EQ(Refusal(With("warranty_period", "")), "E_MISSING 0 0x020C/0") << "must be said";
  EXPECT_EQ(Refusal(With("gtin", "\"6901234567893\"")), "E_FORMAT 0 0x0215/0");
  EXPECT_EQ(Refusal(With("mandatory_standards", R"(["GB 16410-2020","x"])")),
            "E_FORMAT 0 0x0207/1");
  EXPECT_EQ(Refusal(With("mandatory_standards", R"("GB 16410-2020")")), "E_FORMAT 0 0x0207/0");
  EXPECT_EQ(Refusal(With("mandatory_standards", "[]")), "E_MISSING 0 0x0207/0");
  EXPECT_EQ(Refusal(With("brand", "7")), "E_FORMAT 0 0x0210/0") << "a sealed value is checked too";
  EXPECT_EQ(Refusal(With("product_state", "\"ACTIVE\"")), "E_FORMAT 0 0x021D/0") << "system field";
  EXPECT_EQ(Refusal(With("product_name", R"({"not_applicable":true})")), "E_FORMAT 0 0x0203/0");
  EXPECT_EQ(Refusal(R"({"type":"PRODUCT_REGISTER","records":[]})"), "E_MISSING -1 0x0000/0");
  EXPECT_EQ(Refusal(R"({"type":"PRODUCT_REGISTER","records":[{}]})"), "E_MISSING 0 0x0000/0");
  EXPECT_EQ(Refusal(R"({"type":"ANCHOR","records":[{"fields":{}}]})"), "E_FORMAT 0 0x0000/0");
  EXPECT_EQ(Refusal("[]"), "E_FORMAT -1 0x0000/0");
}

TEST(Builder, GuessesWhatWasMeant) {
  const auto detail = [](const std::string& text) { return Build(text).error().detail; };
  EXPECT_NE(detail(With("product_nmae", "1")).find("did you mean \"product_name\""),
            std::string::npos);
  EXPECT_NE(detail(R"({"type":"PRODUCT_REGISTR","records":[]})")
                .find("did you mean \"PRODUCT_REGISTER\""),
            std::string::npos);
  EXPECT_EQ(Build(R"({"type":"NO","records":[]})").error().code, ErrorCode::kType);
  EXPECT_NE(detail(R"({"type":"DOC_ANCHOR","record":[]})").find("did you mean \"records\""),
            std::string::npos);
  EXPECT_NE(
      detail(R"({"type":"DOC_ANCHOR","records":[{"feilds":{}}]})").find("did you mean \"fields\""),
      std::string::npos);
}

TEST(Builder, SubjectsActorAndReferences) {
  const auto built = Build(R"({"type":"PARTY_REVIEW","subject":{"party":"91310115MA1H8R7C41"},
    "actor":"000102030405060708090a0b0c0d0e0f","expected_version":3,
    "records":[{"fields":{"decision":"return","reason":"缺材料","reason_fields":["party.party_name"],
                          "reason_doc":"#12"}}]})");
  ASSERT_TRUE(built.ok()) << built.error().ToString();
  const ledger::Transaction tx = SignAndDecode(*built);
  EXPECT_EQ(tx.core.expected_version, 3u);
  EXPECT_EQ(ToHex(tx.core.actor), "000102030405060708090a0b0c0d0e0f");
  EXPECT_EQ(tx.records[0].subject_kind, ledger::EntityKind::kParty);
  EXPECT_EQ(tx.records[0].subject, "91310115MA1H8R7C41");
  EXPECT_TRUE(tx.core.audiences.empty()) << "nothing is sealed";
  EXPECT_TRUE(built->sealed_items.empty());
  EXPECT_FALSE(tx.core.seal_public_key.has_value());
  const auto id = ParseEntityId(RecordView(tx.records[0]).Text(command_field::kReasonDoc));
  EXPECT_EQ(HexEncode(id->view()),
            "000000000000000000000000"
            "0000000c");
  EXPECT_EQ(Refusal(R"({"type":"PARTY_REVIEW","subject":{"party":"x"},"records":[{"fields":{}}]})"),
            "E_FORMAT 0 0x0000/0");
  EXPECT_EQ(Refusal(R"({"type":"PARTY_REVIEW","records":[{"fields":{"decision":"return"}}]})"),
            "E_MISSING 0 0x4002/0");
}

std::string Activation(const std::string& codes) {
  return R"({"type":"BATCH_ACTIVATE","subject":{"batch":"aaaaaaaaaaaaaaaaaaaaaaaaaa"},"records":[
    {"fields":{"code_value":)" +
         codes +
         R"(,"code_scheme":"gs1","code_kind":"item_code","code_origin":"generated",
            "item_no":"00001-10000","code_role":"single"}}]})";
}

TEST(Builder, RangesAndEverySpellingOfACode) {
  const auto built = Build(Activation(
      R"([{"range":{"prefix":"01/06901234567892/21/","first":1,"count":9998,"digits":5}},
          "(01)06901234567892(21)A/1","https://a.cn/01/6901234567892/21/B"])"));
  ASSERT_TRUE(built.ok()) << built.error().ToString();
  const ledger::Transaction tx = SignAndDecode(*built);
  const auto codes = RecordView(tx.records[0]).Texts(code_field::kCodeValue);
  ASSERT_EQ(codes.size(), 10'000u);
  EXPECT_EQ(codes[0], "01/06901234567892/21/00001");
  EXPECT_EQ(codes[9'997], "01/06901234567892/21/09998");
  EXPECT_EQ(codes[9'998], "01/06901234567892/21/A%2F1");
  EXPECT_EQ(codes[9'999], "01/06901234567892/21/B");
}

TEST(Builder, BadRanges) {
  const auto range = [](const char* text) {
    return Refusal(Activation(std::string("[{\"range\":") + text + "}]"));
  };
  EXPECT_EQ(range(R"({"prefix":"01/06901234567892/21/","first":1,"count":10001,"digits":5})"),
            "E_SIZE 0 0x0401/0");
  EXPECT_EQ(range(R"({"prefix":"01/06901234567892/21/","first":1,"count":0,"digits":5})"),
            "E_SIZE 0 0x0401/0");
  EXPECT_EQ(range(R"({"prefix":"01/06901234567892/21/","first":9,"count":2,"digits":1})"),
            "E_FORMAT 0 0x0401/0");
  EXPECT_EQ(range(R"({"prefix":"01/06901234567892/21/","first":-1,"count":2,"digits":1})"),
            "E_FORMAT 0 0x0401/0");
  EXPECT_EQ(range(R"({"prefix":"01/06901234567892/21/","first":1,"count":2})"),
            "E_FORMAT 0 0x0401/0");
  EXPECT_EQ(range("7"), "E_FORMAT 0 0x0401/0");
  EXPECT_EQ(range(R"({"prefix":"nonsense/","first":1,"count":2,"digits":1})"),
            "E_SCHEME 0 0x0401/0");
}

TEST(Builder, TenThousandRecords) {
  json::Array records;
  for (int i = 0; i < 10'000; ++i)
    records.push_back(ParseJson(
        R"({"fields":{"category_code":"0301","category_name":"示例","catalog_level":"national",
      "review_policy":"auto","effective_from":"2026-03-01"}})"));
  json::Value tx = json::Object{{"type", "CATALOG_PUT"}, {"records", records}};
  const auto built = BuildTransaction(tx, Options());
  ASSERT_TRUE(built.ok()) << built.error().ToString();
  EXPECT_EQ(SignAndDecode(*built).records.size(), 10'000u);
  tx.if_object()->at("records").if_array()->push_back(records[0]);
  EXPECT_EQ(BuildTransaction(tx, Options()).error().code, ErrorCode::kSize);
}

TEST(DescribeRecord, ShowsClearValuesAndNamesTheRest) {
  const ledger::Transaction tx = SignAndDecode(*Build(kProduct));
  const json::Value shown = DescribeRecord(tx.records[0]);
  EXPECT_EQ(shown.Text("product_name"), "示例牌家用燃气灶");
  EXPECT_EQ(json::Canonical(*shown.Find("mandatory_standards")), R"(["GB 16410-2020"])");
  EXPECT_EQ(json::Canonical(*shown.Find("production_licence_no")), R"({"not_applicable":true})");
  EXPECT_EQ(shown.Find("brand")->Text("class"), "OPT");
  EXPECT_EQ(shown.Find("brand")->Text("commitment").size(), 64u);
  EXPECT_EQ(shown.Find("product_certs")->if_array()->size(), 1u);
  EXPECT_EQ(json::Canonical(shown).find("示例牌\""), std::string::npos) << "the brand is sealed";
}

// What a confirming side states: each sealed field has its leaf, whether it has a value or not.
TEST(Builder, AConfirmationSealsWhatItLeavesOpen) {
  const std::string id(26, 'a');
  const auto built = Build(R"({"type":"FLOW_CONFIRM","subject":{"flow":")" + id + R"("},"records":[
    {"fields":{"side_opening":")" +
                           std::string(128, '0') + R"("}},
    {"fields":{"purchase_time":"2026-03-01T08:00:00Z","collection_mode":"manual"}}]})");
  ASSERT_TRUE(built.ok()) << built.error().ToString();
  const ledger::Transaction tx = SignAndDecode(*built);
  ASSERT_EQ(tx.records.size(), 2u);
  EXPECT_EQ(tx.records[1].subject_kind, ledger::EntityKind::kFlow);
  size_t sealed = 0;
  for (const uint16_t field : ConfirmationFields()) {
    const ledger::Leaf* leaf = tx.records[1].Find(field);
    if (IsClear(FindField(field)->disclosure)) continue;
    ++sealed;
    ASSERT_NE(leaf, nullptr) << FindField(field)->identifier;
    EXPECT_EQ(leaf->mode, ledger::LeafMode::kHidden);
  }
  EXPECT_EQ(tx.records[1].leaves.size(), sealed);
}

// DC-5-e: what a reader would find wrong is refused where it would be sealed.
TEST(Builder, SealsNoValueThatItsReadersWouldFindWrong) {
  const auto sale = [](const std::string& time, BuildOptions options) {
    return BuildTransaction(
        ParseJson(
            R"({"type":"FLOW_RECORD","records":[{"fields":{"flow_type":"sale",)"
            R"("flow_codes":["01/06901234567892/21/000001"],"supplier_kind":"registered_party",)"
            R"("buyer_kind":"registered_party","seller_code":"91320000MA00DEM017",)"
            R"("buyer_code":"91310115MA1H8R7C41","buyer_name":"示例商行",)"
            R"("destination_region":"330106","collection_mode":"manual","sale_time":")" +
            time + R"("}}]})"),
        options);
  };
  EXPECT_TRUE(sale("2026-03-01T00:00:00Z", Options()).ok())
      << sale("2026-03-01T00:00:00Z", Options()).error().ToString();
  // Without the ledger at hand the sender's clock tells this much.
  auto late = sale("2026-03-05T00:00:00Z", Options());
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().code, ErrorCode::kTime);
  EXPECT_EQ(late.error().record, 0u);
  EXPECT_EQ(late.error().field, flow_field::kSaleTime);
  // With it: a sale before the goods were made.
  BuildOptions options = Options();
  size_t sealed_fields = 0;
  options.facts = [&](const ledger::Record& record, const OpenedValues& sealed) {
    EXPECT_EQ(record.schema, flow_field::kSection);
    sealed_fields = sealed.size();
    DutyFacts facts;
    facts.time_ms = 1'772'323'200'000;
    facts.sender = *ParsePartyId("91320000MA00DEM017");
    facts.made = *ParseDay("2026-03-02");
    return facts;
  };
  const auto early = sale("2026-03-01T00:00:00Z", options);
  ASSERT_FALSE(early.ok());
  EXPECT_EQ(early.error().code, ErrorCode::kTime);
  EXPECT_GT(sealed_fields, 4u) << "absent ones among them";
}

// "shows": leaves about another transaction, and the items beside them.
TEST(Builder, ShowsWhatAnotherTransactionSealed) {
  const auto product = Build(kProduct);
  const ledger::Transaction tx = SignAndDecode(*product);
  sealing::SealedReader reader([] {
    std::vector<SealingKey> keys;
    keys.push_back(OwnKey());
    return keys;
  }());
  const auto opened = reader.Open(tx, sealing::ViewsOf(product->sealed_items)).value();
  const auto brand = std::ranges::find_if(opened.fields, [](const sealing::OpenedField& field) {
    return field.at.field == product_field::kBrand;
  });
  ASSERT_NE(brand, opened.fields.end());
  const std::string context =
      ToHex(sealing::SealingContext(tx.core.ledger_id, tx.core.submitter, tx.core.nonce));
  const auto publish = [&](const std::string& shows) {
    return Build(R"({"type":"DISCLOSURE_SET","subject":{"product":"aaaaaaaaaaaaaaaaaaaaaaaaaa"},)"
                 R"("records":[{"fields":{"disclosure":"published","target_field":"product.brand",)"
                 R"("target_version":1},"shows":)" +
                 shows + "}]}");
  };
  const auto built = publish(R"([{"context":")" + context + R"(","opening":")" +
                             HexEncode(brand->padded) + R"("}])");
  ASSERT_TRUE(built.ok()) << built.error().ToString();
  const ledger::Transaction shown = SignAndDecode(*built);
  EXPECT_TRUE(sealing::CheckSealedItems(shown, sealing::ViewsOf(built->sealed_items)).ok());
  const ledger::Leaf* leaf = shown.records[0].Find(product_field::kBrand);
  ASSERT_NE(leaf, nullptr);
  EXPECT_EQ(leaf->mode, ledger::LeafMode::kOpening);
  EXPECT_EQ(leaf->commitment, tx.records[0].Find(product_field::kBrand)->commitment);

  for (const char* bad : {"[]", "{}", R"([{"opening":"00"}])",
                          R"([{"context":"00","opening":"00"}])", R"(["opening"])"})
    EXPECT_EQ(publish(bad).error().code, ErrorCode::kFormat) << bad;
  EXPECT_EQ(publish(R"([{"context":")" + context + R"(","item":-1,"opening":"00"}])").error().code,
            ErrorCode::kFormat);
  EXPECT_EQ(publish(R"([{"context":")" + context + R"(","field_key":")" + context + R"("}])")
                .error()
                .code,
            ErrorCode::kFormat);
}

}  // namespace
}  // namespace suyuan::contracts
