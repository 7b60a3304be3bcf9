// The consumer page: only public values, everything escaped, two languages, small.
#include "api/consumer_page.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "common/hash.h"
#include "contracts/field_numbers.h"
#include "contracts/fields.h"

namespace suyuan::api {
namespace {

namespace batch_field = contracts::batch_field;
namespace document_field = contracts::document_field;
namespace party_field = contracts::party_field;
namespace product_field = contracts::product_field;
using contracts::EntityState;
using ledger::EntityKind;

// A version whose record has these leaves; the bytes live in `store`.
class RecordMaker {
 public:
  RecordMaker& Public(uint16_t field, const json::Value& value, uint16_t item = 0) {
    return Add(field, item, ledger::LeafMode::kPublic, json::Canonical(value));
  }
  RecordMaker& Hidden(uint16_t field) { return Add(field, 0, ledger::LeafMode::kHidden, {}); }
  RecordMaker& NotApplicable(uint16_t field) {
    return Add(field, 0, ledger::LeafMode::kNotApplicable, {});
  }
  EntityView Take() {
    EntityView out;
    out.versions.emplace_back().stored.tx.data.fill(0xAB);
    std::ranges::sort(leaves_, {}, [](const ledger::Leaf& l) { return l.field << 16 | l.item; });
    out.record.leaves = leaves_;
    out.sources.assign(leaves_.size(), 0);
    return out;
  }

 private:
  RecordMaker& Add(uint16_t field, uint16_t item, ledger::LeafMode mode, Bytes value) {
    values_.push_back(std::make_unique<Bytes>(std::move(value)));
    ledger::Leaf leaf;
    leaf.field = field;
    leaf.item = item;
    leaf.mode = mode;
    leaf.value = *values_.back();  // the maker outlives the trace
    leaves_.push_back(leaf);
    return *this;
  }
  std::vector<std::unique_ptr<Bytes>> values_;
  std::vector<ledger::Leaf> leaves_;
};

// A trace with every text of a record set to `text`.
struct Sample {
  RecordMaker product, producer, batch, licence;
  Trace trace;

  explicit Sample(const std::string& text) {
    product.Public(product_field::kProductName, text)
        .Public(product_field::kProductType, "0301")
        .Public(product_field::kSpecModel, text)
        .Public(product_field::kMandatoryStandards, "GB/T 5023.3-2008", 0)
        .Public(product_field::kMandatoryStandards, "GB 16410-2020", 1)
        .NotApplicable(product_field::kProductionLicenceNo)
        .Public(product_field::kCccCertNo, text)
        .Public(product_field::kWarrantyPeriod, json::Object{{"unit", "month"}, {"value", 24}})
        .Public(product_field::kKeyProductBasis, json::Array{"ccc", "mandatory_standard"})
        .Public(product_field::kReportFrequency, "member-only-value")
        .Hidden(product_field::kBrand);
    producer.Public(party_field::kPartyName, text)
        .Public(party_field::kUscc, "91320000MA00DEM017")
        .Public(party_field::kRegisteredAddress, text)
        .Public(party_field::kContactPublic, text)
        .Public(party_field::kBusinessLicenceDoc,
                ToString(*EntityId::From(Bytes(EntityId::kSize, 7))));
    batch.Public(batch_field::kProductionDate, "2026-03-01")
        .Public(batch_field::kProductionDateKind, "planned")
        .Public(batch_field::kTraceLevel, "per_item")
        .Public(batch_field::kUnitNoKind, "serial_no")
        .Public(batch_field::kUnitNo, text)
        .Public(batch_field::kProductQuantity, json::Object{{"unit", "辆"}, {"value", "1000"}})
        .Public(batch_field::kReleaseTime, "2026-03-02T00:00:00Z")
        .Public(batch_field::kReportPeriod, "member-only-value");
    licence.Public(document_field::kDocType, "business_licence")
        .Public(document_field::kDocTitle, text)
        .Public(document_field::kDocClass, "PUB");
    trace.code = "01/06901234567892/21/A";
    trace.resolution.effective = EntityState::kInCirculation;
    trace.category_name = text;
    trace.checkpoint.size = 4711;
    Fill(trace.product.emplace(), EntityKind::kProduct, product.Take(), EntityState::kActive, 17);
    Fill(trace.producer.emplace(), EntityKind::kParty, producer.Take(), EntityState::kActive, 5);
    trace.batch.emplace();
    Fill(*trace.batch, EntityKind::kBatch, batch.Take(), EntityState::kReleased, 23);
    TracedEntity& document = trace.documents.emplace_back();
    document.id = Bytes(EntityId::kSize, 7);
    Fill(document, EntityKind::kDocument, licence.Take(), EntityState::kAccepted, 6);
  }
  static void Fill(TracedEntity& entity, EntityKind kind, EntityView view, EntityState state,
                   uint64_t leaf) {
    entity.kind = kind;
    entity.view = std::move(view);
    entity.view.entity.state = state;
    entity.checks.emplace_back().verified.emplace().leaf = LeafIndex(leaf);
  }
};

PageContext Context(Language language = Language::kChinese) {
  return {language, 42, 1'772'409'600'000, "91320000MA00DEM017/n1"};
}

bool Has(const std::string& page, std::string_view text) { return page.find(text) != page.npos; }

auto Count(const std::string& page, char c) { return std::count(page.begin(), page.end(), c); }

TEST(ConsumerPage, ShowsGrTable3InChinese) {
  const std::string page = RenderTracePage(Sample("示例电线").trace, {}, Context());
  for (const char* text : {"追溯码",
                           "01/06901234567892/21/A",
                           "产品名称",
                           "示例电线",
                           "规格型号",
                           "生产日期",
                           "2026-03-01（计划）",
                           "GB/T 5023.3-2008、GB 16410-2020",
                           "质保期限",
                           "24个月",
                           "单位名称",
                           "统一社会信用代码",
                           "91320000MA00DEM017",
                           "联系方式",
                           "营业执照",
                           "流通中",
                           "已出厂",
                           "记录已验证",
                           "4/4",
                           "叶子序号 23",
                           "4711",
                           "42",
                           "2026-03-02 08:00:00"})
    EXPECT_TRUE(Has(page, text)) << text;
  for (const char* row :
       {"<dt>序号</dt><dd>示例电线", "<dt>产品数量</dt><dd>1000 辆",
        "一物一码：此码只标识这一件产品", "<dt>出厂时间</dt><dd>2026-03-02 08:00:00",
        "强制性产品认证、强制性国家标准",
        "<dt>营业执照</dt><dd>示例电线（营业执照）<br><small><a href=\"/v1/documents/"})
    EXPECT_TRUE(Has(page, row)) << row;
  EXPECT_TRUE(Has(page, "工业产品生产许可证书编号</dt><dd>不涉及")) << "PUBC, not applicable";
  EXPECT_FALSE(Has(page, "正品")) << "a record is verified, not the goods";
  EXPECT_FALSE(Has(page, "<script"));
  EXPECT_LT(page.size(), 20'000u) << "DC-6-a asks for 64 KiB at most";
}

TEST(ConsumerPage, ShowsGrTable3InEnglish) {
  const std::string page = RenderTracePage(Sample("Cable").trace, {}, Context(Language::kEnglish));
  for (const char* text : {"lang=\"en\"", "Trace code", "Producer", "24 months", "(planned)",
                           "not applicable", "in circulation", "Records verified", "leaf 23"})
    EXPECT_TRUE(Has(page, text)) << text;
  for (const char* row :
       {"<dt>Serial no.</dt><dd>Cable", "<dt>Quantity</dt><dd>1000 辆", "One code per item",
        "CCC certification, mandatory standard", "Cable (business licence)<br>"})
    EXPECT_TRUE(Has(page, row)) << row;
  for (const char* raw : {"per_item", "serial_no", "business_licence<", "mandatory_standard,"})
    EXPECT_FALSE(Has(page, raw)) << "an identifier of the field table: " << raw;
  EXPECT_FALSE(Has(page, "genuine"));
  EXPECT_FALSE(Has(page, "authentic"));
}

TEST(ConsumerPage, ShowsPublicValuesOnly) {
  for (const Language language : {Language::kChinese, Language::kEnglish}) {
    const std::string page = RenderTracePage(Sample("x").trace, {}, Context(language));
    EXPECT_FALSE(Has(page, "member-only-value"));
    EXPECT_FALSE(Has(page, "品牌"));
  }
}

TEST(ConsumerPage, EscapesHostileNamesEverywhere) {
  const std::string harmless = RenderTracePage(Sample("x").trace, {}, Context());
  const auto tags = Count(harmless, '<'), quotes = Count(harmless, '"');
  for (const char* hostile :
       {"<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'-alert(1)-'",
        "</title><script>x</script>", "<!--", "&lt;b&gt;", "javascript:alert(1)<"}) {
    const std::string page = RenderTracePage(Sample(hostile).trace, {}, Context());
    EXPECT_FALSE(Has(page, "<script")) << hostile;
    EXPECT_FALSE(Has(page, "<img")) << hostile;
    EXPECT_FALSE(Has(page, "<!--")) << hostile;
    EXPECT_FALSE(Has(page, "'-alert")) << hostile;
    EXPECT_EQ(Count(page, '<'), tags) << "an element was added: " << hostile;
    EXPECT_EQ(Count(page, '"'), quotes) << "an attribute was left: " << hostile;
    const std::string unknown = RenderUnknownPage(hostile, false, Context());
    EXPECT_FALSE(Has(unknown, "<script") || Has(unknown, "<img") || Has(unknown, "<!--"));
  }
}

// The sample's brand, published with this value.
std::string PageWithBrand(PublishedLeaf leaf, Language language = Language::kChinese) {
  OpenedFields published;
  TxId tx;
  tx.data.fill(0xAB);
  published.AddPublished(tx, {0, product_field::kBrand, 0}, std::move(leaf));
  return RenderTracePage(Sample("x").trace, published, Context(language));
}

TEST(ConsumerPage, WhatIsPublishedIsMarkedAndEscaped) {
  using Kind = ledger::OpenedLeaf::Kind;
  EXPECT_FALSE(Has(RenderTracePage(Sample("x").trace, {}, Context()), "企业自愿公开"));
  const std::string page = PageWithBrand({{Kind::kValue, "\"<b>甲</b>\""}});
  EXPECT_TRUE(Has(page, "企业自愿公开"));
  EXPECT_TRUE(Has(page, "<dt>产品记录 · 品牌</dt><dd>&lt;b&gt;甲&lt;/b&gt;</dd>"));
  EXPECT_TRUE(Has(PageWithBrand({{Kind::kAbsent, {}}}), "企业填写为空"));
  EXPECT_TRUE(Has(PageWithBrand({{Kind::kErased, {}}}), "内容已依法擦除"));
  const std::string large =
      PageWithBrand({{Kind::kValue, json::Canonical(std::string(100'000, 'q'))}});
  EXPECT_LT(large.size(), 20'000u);
  EXPECT_TRUE(Has(large, "q…</dd>"));
}

TEST(ConsumerPage, APublishedValueThatBreaksARuleIsNotShown) {
  using Kind = ledger::OpenedLeaf::Kind;
  const auto page = [](const char* rule, Language language) {
    return PageWithBrand({{Kind::kValue, "\"qqqq\""}, std::nullopt, rule}, language);
  };
  for (const char* rule : {"C06", "C27", "padding"}) {
    EXPECT_FALSE(Has(page(rule, Language::kChinese), "qqqq"));
    EXPECT_TRUE(Has(page(rule, Language::kChinese), "（" + std::string(rule) + "）"));
    EXPECT_TRUE(Has(page(rule, Language::kEnglish), "is not shown (" + std::string(rule) + ")"));
  }
  EXPECT_TRUE(Has(page("C06", Language::kChinese), "未通过格式校验"));
  EXPECT_TRUE(Has(page("C27", Language::kChinese), "未通过规则校验"));
}

TEST(ConsumerPage, ARecallComesFirst) {
  Sample sample("x");
  sample.trace.resolution.effective = EntityState::kRecalled;
  const std::string page = RenderTracePage(sample.trace, {}, Context());
  ASSERT_TRUE(Has(page, "正在召回"));
  EXPECT_LT(page.find("正在召回"), page.find("<h1>"));
}

TEST(ConsumerPage, SaysWhatWasNotVerified) {
  Sample sample("x");
  sample.trace.batch->checks[0].verified.reset();
  const std::string page = RenderTracePage(sample.trace, {}, Context());
  EXPECT_TRUE(Has(page, "记录尚未全部验证"));
  EXPECT_TRUE(Has(page, "3/4"));
  EXPECT_FALSE(Has(page, ">记录已验证<"));
}

TEST(ConsumerPage, ThePolicyFitsTheStyleAndAllowsNothingElse) {
  const Response response = PageResponse(200, RenderTracePage(Sample("x").trace, {}, Context()));
  std::string policy;
  for (const auto& [name, value] : response.headers)
    if (name == "Content-Security-Policy") policy = value;
  const size_t begin = response.body->find("<style>") + 7;
  const std::string style = response.body->substr(begin, response.body->find("</style>") - begin);
  EXPECT_TRUE(Has(policy, "'sha256-" + Base64Encode(Sha256(style).view()) + "'"));
  EXPECT_TRUE(Has(policy, "default-src 'self'"));
  EXPECT_FALSE(Has(policy, "unsafe"));
  EXPECT_FALSE(Has(*response.body, " style=")) << "inline attributes would be blocked";
}

TEST(ConsumerPage, UnknownCodesWereNeverIssued) {
  EXPECT_TRUE(Has(RenderUnknownPage("01/06901234567892/21/Z", true, Context()), "从未签发"));
  EXPECT_TRUE(Has(RenderUnknownPage("zzz", false, Context()), "这不是追溯码"));
}

}  // namespace
}  // namespace suyuan::api
