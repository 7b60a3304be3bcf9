#include "api/consumer_page.h"

#include "api/disclosure.h"
#include "api/html.h"
#include "api/uri.h"
#include "common/hash.h"
#include "contracts/calendar.h"
#include "contracts/field_numbers.h"

namespace suyuan::api {
namespace {

using contracts::EntityState;
using contracts::FieldInfo;
namespace batch_field = contracts::batch_field;
namespace party_field = contracts::party_field;
namespace product_field = contracts::product_field;

constexpr std::string_view kStyle =
    "body{margin:0 auto;max-width:42rem;padding:0 1rem 2rem;font:16px/1.5 system-ui,sans-serif;"
    "color:#1a1a1a;background:#fff;overflow-wrap:anywhere}h1{font-size:1.3rem;margin:1rem 0 .2rem}"
    "h2{font-size:1.05rem;margin:1.4rem 0 .3rem}.b{padding:.7rem 1rem;border-radius:.4rem;margin:"
    "1rem 0;border:1px solid}.ok{background:#eef7ee;border-color:#2e7d32}.warn{background:#fff5e0;"
    "border-color:#8a5a00}.bad{background:#fdecea;border-color:#b3261e;font-weight:bold}dl{display:"
    "grid;grid-template-columns:8.5rem 1fr;margin:0}dt,dd{margin:0;padding:.35rem 0;border-bottom:"
    "1px solid #e5e5e5}dt{color:#4a4a4a;padding-right:.5rem}.n{color:#6b6b6b}small{color:#4a4a4a}"
    "a{color:#0b57d0}";

class Page {
 public:
  Page(Language language, std::string_view title) : language_(language) {
    out_ = language == Language::kChinese ? "<!DOCTYPE html><html lang=\"zh-CN\">"
                                          : "<!DOCTYPE html><html lang=\"en\">";
    out_ +=
        "<head><meta charset=\"utf-8\"><meta name=\"viewport\" "
        "content=\"width=device-width,initial-scale=1\"><meta name=\"robots\" "
        "content=\"noindex\"><title>" +
        EscapeHtml(title) + "</title><style>" + std::string(kStyle) + "</style></head><body><main>";
  }
  std::string_view Say(std::string_view chinese, std::string_view english) const {
    return Phrase{chinese, english}.In(language_);
  }
  Page& Raw(std::string_view html) {
    out_ += html;
    return *this;
  }
  Page& Text(std::string_view text) {
    out_ += EscapeHtml(text);
    return *this;
  }
  Page& Element(std::string_view tag, std::string_view text) {
    out_ += "<" + std::string(tag) + ">" + EscapeHtml(text) + "</" +
            std::string(tag.substr(0, tag.find(' '))) + ">";
    return *this;
  }
  Page& Row(std::string_view label, std::string_view text) {
    return Element("dt", label).Element("dd", text);
  }
  Language language() const { return language_; }
  std::string Take() { return std::move(out_) + "</main></body></html>\n"; }

 private:
  const Language language_;
  std::string out_;
};

std::string ValueText(const json::Value& value, Language language) {
  if (const std::string* text = value.if_string()) return *text;
  if (const int64_t* number = value.if_int()) return std::to_string(*number);
  if (value.Find("unit") && value.Find("value"))
    return ValueText(*value.Find("value"), language) + (language == Language::kEnglish ? " " : "") +
           std::string(WordText(value.Text("unit"), language));
  return json::Canonical(value);
}

// One field as a consumer sees it; absent ones give no row.
void FieldRow(Page& page, const ledger::Record& record, uint16_t number,
              std::string_view suffix = {}) {
  const FieldInfo* field = contracts::FindField(number);
  SUYUAN_CHECK(field != nullptr, "a field of the page is in no table");
  const contracts::RecordView view(record);
  std::string text;
  bool found = false, link = false;
  for (const ledger::Leaf& leaf : record.leaves) {
    if (leaf.field != number) continue;
    const Disclosed shown = Disclose(Reader::kAnonymous, view, leaf);
    if (shown.kind == Disclosed::Kind::kWithheld) return;
    if (found) text += page.Say("、", ", ");
    found = true;
    if (shown.kind == Disclosed::Kind::kNotApplicable) {
      text += page.Say("不涉及", "not applicable");
    } else if (const auto value = json::Parse(shown.value)) {
      link = field->type == contracts::ValueType::kDocument;
      text += ValueText(*value, page.language());
    }
  }
  if (!found) return;
  const std::string_view label = FieldLabel(*field, page.language());
  if (!link) {
    page.Row(label, text + std::string(suffix));
    return;
  }
  page.Element("dt", label).Raw("<dd><a href=\"/v1/documents/" + PercentEncode(text) + "\">");
  page.Text(text).Raw("</a></dd>");
}

void Banner(Page& page, const Trace& trace) {
  const EntityState state = trace.resolution.effective;
  const auto box = [&page](std::string_view kind, std::string_view text) {
    page.Raw("<p class=\"b " + std::string(kind) + "\" role=\"status\">").Text(text).Raw("</p>");
  };
  if (state == EntityState::kRecalled)
    box("bad", page.Say("该产品正在召回，请停止使用并联系生产单位。",
                        "This product is being recalled: stop using it and contact the producer."));
  else if (state == EntityState::kFrozen)
    box("bad",
        page.Say("该产品已被冻结，暂不得销售。", "This product is frozen and must not be sold."));
  else if (state == EntityState::kVoided || state == EntityState::kDisposed)
    box("bad", page.Say("该追溯码已失效，不应出现在商品上。",
                        "This code is no longer valid and should not be on any goods."));
  else if (state == EntityState::kIssued || state == EntityState::kPrinted)
    box("warn", page.Say("该追溯码对应的产品尚未出厂。",
                         "The product of this code has not been released yet."));
}

void Verdict(Page& page, const Trace& trace) {
  const std::string done = std::to_string(trace.records_verified());
  const std::string all = std::to_string(trace.records_shown());
  const bool whole = trace.records_verified() == trace.records_shown() && done != "0";
  page.Raw(whole ? "<p class=\"b ok\"><strong>" : "<p class=\"b warn\"><strong>");
  page.Text(whole ? page.Say("记录已验证", "Records verified")
                  : page.Say("记录尚未全部验证", "Not all records verified"));
  page.Raw("</strong> ").Text(done + "/" + all).Raw("<br><small>");
  page.Text(page.Say("表示账本中确有这些记录且未被改动；编码可能被复制，请同时核对实物与购买渠道。",
                     "The ledger holds these records unaltered. Codes can be copied: also check "
                     "the goods themselves and where you bought them."));
  page.Raw("</small></p>");
}

void ProductPart(Page& page, const Trace& trace) {
  page.Element("h2", page.Say("产品信息", "Product")).Raw("<dl>");
  page.Row(page.Say("追溯码", "Trace code"), trace.code);
  if (trace.product.version) {
    const ledger::Record& record = trace.product.version->record;
    FieldRow(page, record, product_field::kProductName);
    const std::string name = trace.category_name.empty() ? "" : " " + trace.category_name;
    FieldRow(page, record, product_field::kProductType, name);
    FieldRow(page, record, product_field::kSpecModel);
  }
  if (trace.batch && trace.batch->version) {
    const ledger::Record& record = trace.batch->version->record;
    const std::string kind = contracts::RecordView(record).Text(batch_field::kProductionDateKind);
    FieldRow(page, record, batch_field::kProductionDate, WordText(kind, page.language()));
    FieldRow(page, record, batch_field::kUnitNo);
  }
  if (trace.product.version) {
    const ledger::Record& record = trace.product.version->record;
    for (uint16_t field : {product_field::kMandatoryStandards, product_field::kWarrantyPeriod,
                           product_field::kProductionLicenceNo, product_field::kCccCertNo,
                           product_field::kManualOrWarningDoc})
      FieldRow(page, record, field);
  }
  page.Raw("</dl>");
}

void ProducerPart(Page& page, const Trace& trace) {
  page.Element("h2", page.Say("生产单位", "Producer")).Raw("<dl>");
  if (trace.producer.version)
    for (uint16_t field : {party_field::kPartyName, party_field::kUscc,
                           party_field::kOperatingAddress, party_field::kRegisteredAddress,
                           party_field::kContactPublic, party_field::kBusinessLicenceDoc})
      FieldRow(page, trace.producer.version->record, field);
  page.Raw("</dl>");
}

void StatePart(Page& page, const Trace& trace) {
  const Language language = page.language();
  page.Element("h2", page.Say("当前状态", "Current state")).Raw("<dl>");
  page.Row(page.Say("编码", "Code"), StateText(trace.resolution.effective).In(language));
  if (trace.batch)
    page.Row(page.Say("批次", "Batch"), StateText(trace.batch->entity.state).In(language));
  page.Row(page.Say("产品", "Product"), StateText(trace.product.entity.state).In(language));
  page.Row(page.Say("生产单位", "Producer"), StateText(trace.producer.entity.state).In(language));
  page.Raw("</dl>");
}

// "2026-03-02 08:00:00" in Asia/Shanghai.
std::string ShanghaiTime(uint64_t utc_ms) {
  std::string text = contracts::FormatTimeMs(utc_ms / 1000 * 1000 + 8ull * 3600 * 1000);
  text[10] = ' ';
  text.pop_back();
  return text;
}

void CheckedRow(Page& page, std::string_view what, const TracedEntity& entity) {
  if (!entity.version) return;
  if (!entity.verified) {
    page.Row(what, page.Say("未验证", "not verified"));
    return;
  }
  const std::string leaf = std::to_string(entity.verified->leaf.value());
  page.Element("dt", what).Raw("<dd>").Text(page.Say("叶子序号 ", "leaf ")).Text(leaf);
  page.Raw(" · <a href=\"/v1/txs/" + ToHex(entity.verified->tx) + "\">");
  page.Text(ToHex(entity.verified->tx).substr(0, 16) + "…").Raw("</a></dd>");
}

void CheckedPart(Page& page, const Trace& trace, const PageContext& context) {
  page.Element("h2", page.Say("本节点核对了什么", "What this node checked")).Raw("<dl>");
  CheckedRow(page, page.Say("产品记录", "Product record"), trace.product);
  if (trace.batch) CheckedRow(page, page.Say("批次记录", "Batch record"), *trace.batch);
  CheckedRow(page, page.Say("单位记录", "Producer record"), trace.producer);
  page.Row(page.Say("检查点", "Checkpoint"), std::string(page.Say("账本 ", "log size ")) +
                                                 std::to_string(trace.checkpoint.size) +
                                                 std::string(page.Say(" 条", "")));
  page.Row(page.Say("区块高度", "Height"), std::to_string(context.height));
  page.Row(page.Say("账本时间", "Ledger time"),
           ShanghaiTime(context.block_time_ms) + std::string(page.Say("（北京时间）", " (UTC+8)")));
  page.Row(page.Say("节点", "Node"), context.node);
  page.Raw("</dl>");
}

}  // namespace

std::string RenderTracePage(const Trace& trace, const PageContext& context) {
  std::string name = trace.code;
  if (trace.product.version)
    name = contracts::RecordView(trace.product.version->record).Text(product_field::kProductName);
  Page page(context.language, name);
  Banner(page, trace);
  page.Element("h1", name);
  Verdict(page, trace);
  ProductPart(page, trace);
  ProducerPart(page, trace);
  StatePart(page, trace);
  CheckedPart(page, trace, context);
  page.Raw("<p><a href=\"?lang=").Raw(page.Say("en", "zh")).Raw("\">");
  page.Text(page.Say("English", "中文")).Raw("</a> · <a href=\"/v1/trace/" + trace.code + "\">");
  page.Text(page.Say("数据与证明", "Data and proofs")).Raw("</a></p>");
  return page.Take();
}

std::string RenderUnknownPage(const std::string& text, bool well_formed,
                              const PageContext& context) {
  Page page(context.language, "追溯查询");
  page.Element("h1", well_formed ? page.Say("没有这个追溯码的记录", "No record of this code")
                                 : page.Say("这不是追溯码", "This is not a trace code"));
  page.Raw("<p class=\"b warn\"><strong>");
  page.Text(well_formed ? page.Say("本账本从未签发过这个追溯码。",
                                   "This code was never issued on this ledger.")
                        : page.Say("输入的内容不符合任何编码规则，请重新扫描。",
                                   "What was given fits no coding scheme. Please scan again."));
  page.Raw("</strong></p><p>").Text(text).Raw("</p><p><small>");
  page.Text(page.Say("区块高度 ", "Height ")).Text(std::to_string(context.height));
  page.Raw("</small></p>");
  return page.Take();
}

Response PageResponse(int status, std::string html) {
  static const std::string policy = "default-src 'self'; style-src 'sha256-" +
                                    Base64Encode(Sha256(kStyle).view()) +
                                    "'; script-src 'none'; base-uri 'none'; form-action 'none'; "
                                    "frame-ancestors 'none'";
  Response response = Response::Of(status, "text/html; charset=utf-8", std::move(html));
  response.With("Content-Security-Policy", policy);
  response.With("Referrer-Policy", "no-referrer");
  response.With("Cache-Control", "public, max-age=5");
  return response;
}

}  // namespace suyuan::api
