#include "api/consumer_page.h"

#include "api/disclosure.h"
#include "api/field_text.h"
#include "api/page.h"
#include "api/page_published.h"
#include "api/uri.h"
#include "api/views.h"
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

std::string Bracketed(const Page& page, std::string_view text) {
  if (text.empty()) return {};
  return std::string(page.Say("（", " (")) + std::string(text) + std::string(page.Say("）", ")"));
}

std::string_view KindOfUnitNo(const EntityView& view, std::string& kind) {
  return kind = contracts::RecordView(view.record).Text(batch_field::kUnitNoKind);
}

// A public value of a document; "" when it is not for everybody.
std::string PublicText(const EntityView& view, uint16_t number) {
  const contracts::RecordView record(view.record);
  const ledger::Leaf* leaf = view.record.Find(number);
  if (!leaf || Disclose(Reader::kAnonymous, record, *leaf).kind != Disclosed::Kind::kValue)
    return {};
  return record.Text(number);
}

// Title and kind of a document with its id below; the id alone when the ledger has no such
// document.
void DocumentValue(Page& page, const Trace& trace, const std::string& id) {
  for (const TracedEntity& document : trace.documents) {
    if (IdText(document.kind, document.id) != id) continue;
    namespace f = contracts::document_field;
    const std::string title = PublicText(document.view, f::kDocTitle);
    const std::string word = PublicText(document.view, f::kDocType);
    const std::string type(WordText(*contracts::FindField(f::kDocType), word, page.language()));
    page.Text(title.empty() ? type : title + Bracketed(page, type));
    const EntityState state = document.view.entity.state;
    if (state != EntityState::kAnchored && state != EntityState::kAccepted)
      page.Text(Bracketed(page, StateText(state).In(page.language())));
    page.Raw("<br>");
  }
  page.Raw("<small><a href=\"/v1/documents/" + PercentEncode(id) + "\">");
  page.Text(id).Raw("</a></small>");
}

// One field as a consumer sees it: nullopt when there is nothing to show.
std::optional<json::Value> PublicValue(const EntityView& view, const FieldInfo& field,
                                       bool& not_applicable) {
  const contracts::RecordView record(view.record);
  json::Array items;
  for (size_t i = 0; i < view.record.leaves.size(); ++i) {
    const ledger::Leaf& leaf = view.record.leaves[i];
    if (leaf.field != field.number) continue;
    const Disclosed shown = Disclose(Reader::kAnonymous, record, leaf);
    not_applicable = shown.kind == Disclosed::Kind::kNotApplicable;
    if (shown.kind != Disclosed::Kind::kValue) return std::nullopt;
    Result<json::Value> value = ReadableValue(field, shown.value, view.TxOf(i));
    if (value) items.push_back(*std::move(value));
  }
  if (items.empty()) return std::nullopt;
  return field.list ? json::Value(std::move(items)) : std::move(items.front());
}

// One field as a row; absent ones give none.
void FieldRow(Page& page, const Trace& trace, const EntityView& view, uint16_t number,
              std::string_view suffix = {}) {
  const FieldInfo* field = contracts::FindField(number);
  if (!field) return;
  std::string kind;
  const std::string_view label = FieldLabel(*field, page.language(), KindOfUnitNo(view, kind));
  bool not_applicable = false;
  const auto value = PublicValue(view, *field, not_applicable);
  if (not_applicable) page.Row(label, page.Say("不涉及", "not applicable"));
  if (!value) return;
  if (field->type != contracts::ValueType::kDocument || !value->if_string()) {
    page.Row(label, ValueText(*field, *value, page.language()) + std::string(suffix));
    return;
  }
  page.Element("dt", label).Raw("<dd>");
  DocumentValue(page, trace, *value->if_string());
  page.Raw("</dd>");
}

void FieldRows(Page& page, const Trace& trace, const EntityView& view,
               std::initializer_list<uint16_t> numbers) {
  for (const uint16_t number : numbers) FieldRow(page, trace, view, number);
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
  else if (!trace.is_package() && (state == EntityState::kIssued || state == EntityState::kPrinted))
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

// What the code stands for, so that nobody takes a shared code for one of a single item.
void LevelRow(Page& page, const Trace& trace) {
  std::string level =
      contracts::RecordView(trace.product->view.record).Text(product_field::kDefaultLevel);
  if (trace.batch)
    level = contracts::RecordView(trace.batch->view.record).Text(batch_field::kTraceLevel);
  const std::string_view meaning = LevelMeaning(level, page.language());
  if (!meaning.empty()) page.Row(page.Say("编码含义", "What it identifies"), meaning);
}

void BatchRows(Page& page, const Trace& trace) {
  if (!trace.batch) return;
  const EntityView& batch = trace.batch->view;
  const std::string kind =
      contracts::RecordView(batch.record).Text(batch_field::kProductionDateKind);
  const FieldInfo* field = contracts::FindField(batch_field::kProductionDateKind);
  FieldRow(page, trace, batch, batch_field::kProductionDate,
           Bracketed(page, field ? WordText(*field, kind, page.language()) : ""));
  FieldRows(page, trace, batch,
            {batch_field::kUnitNo, batch_field::kProductQuantity, batch_field::kCompositeKind,
             batch_field::kBatchStage, batch_field::kReleaseTime, batch_field::kLateFiling});
}

// GR Table 3 in its order (requirements 3.3): what the product is, which goods, by which rules.
void ProductPart(Page& page, const Trace& trace) {
  const EntityView& product = trace.product->view;
  page.Element("h2", page.Say("产品信息", "Product")).Raw("<dl>");
  page.Row(page.Say("追溯码", "Trace code"), trace.code);
  LevelRow(page, trace);
  FieldRow(page, trace, product, product_field::kProductName);
  const std::string name = trace.category_name.empty() ? "" : " " + trace.category_name;
  FieldRow(page, trace, product, product_field::kProductType, name);
  FieldRow(page, trace, product, product_field::kSpecModel);
  BatchRows(page, trace);
  FieldRows(page, trace, product,
            {product_field::kMandatoryStandards, product_field::kKeyProductBasis,
             product_field::kWarrantyPeriod, product_field::kServiceLife,
             product_field::kProductionLicenceNo, product_field::kLicenceValidTo,
             product_field::kCccCertNo, product_field::kCccValidTo,
             product_field::kManualOrWarningDoc, product_field::kSalesUnit});
  page.Raw("</dl>");
}

void ProducerPart(Page& page, const Trace& trace) {
  page.Element("h2", page.Say("生产单位", "Producer")).Raw("<dl>");
  FieldRows(page, trace, trace.producer->view,
            {party_field::kPartyName, party_field::kUscc, party_field::kOperatingAddress,
             party_field::kRegisteredAddress, party_field::kContactPublic,
             party_field::kBusinessLicenceDoc});
  page.Raw("</dl>");
}

void StatePart(Page& page, const Trace& trace) {
  const Language language = page.language();
  page.Element("h2", page.Say("当前状态", "Current state")).Raw("<dl>");
  page.Row(page.Say("编码", "Code"), StateText(trace.resolution.effective).In(language));
  if (trace.batch)
    page.Row(page.Say("批次", "Batch"), StateText(trace.batch->view.entity.state).In(language));
  page.Row(page.Say("产品", "Product"), StateText(trace.product->view.entity.state).In(language));
  page.Row(page.Say("生产单位", "Producer"),
           StateText(trace.producer->view.entity.state).In(language));
  page.Raw("</dl>");
}

void CheckedRow(Page& page, const std::string& what, const CheckedVersion& check) {
  if (!check.verified) {
    page.Row(what, page.Say("未验证", "not verified"));
    return;
  }
  const std::string leaf = std::to_string(check.verified->leaf.value());
  page.Element("dt", what).Raw("<dd>").Text(page.Say("叶子序号 ", "leaf ")).Text(leaf);
  page.Raw(" · <a href=\"/v1/txs/" + ToHex(check.verified->tx) + "\">");
  page.Text(ToHex(check.verified->tx).substr(0, 16) + "…").Raw("</a></dd>");
}

void CheckedPart(Page& page, const Trace& trace, const PageContext& context) {
  page.Element("h2", page.Say("本节点核对了什么", "What this node checked")).Raw("<p><small>");
  page.Text(page.Say(
      "每条记录：提交者的签名有效，内容与所签交易一致，交易在账本日志中，日志与检查点一致。",
      "Of each record: its submitter's signature is valid, it is what was signed, "
      "the transaction is in the log, and the log is that of the checkpoint."));
  page.Raw("</small></p><dl>");
  for (const TracedEntity* entity : trace.Entities()) {
    const std::string label(RecordLabel(page, entity->kind));
    const bool several = entity->checks.size() > 1;
    for (size_t i = 0; i < entity->checks.size(); ++i) {
      const std::string version = std::to_string(entity->view.versions[i].version);
      const std::string_view before = page.Say("第", "version "), after = page.Say("版", "");
      const std::string numbered = std::string(before) + version + std::string(after);
      CheckedRow(page, several ? label + Bracketed(page, numbered) : label, entity->checks[i]);
    }
  }
  page.Row(page.Say("检查点", "Checkpoint"), std::string(page.Say("账本 ", "log size ")) +
                                                 std::to_string(trace.checkpoint.size) +
                                                 std::string(page.Say(" 条", "")));
  page.Row(page.Say("区块高度", "Height"), std::to_string(context.height));
  page.Row(page.Say("账本时间", "Ledger time"),
           ShanghaiTime(context.block_time_ms) + std::string(page.Say("（北京时间）", " (UTC+8)")));
  page.Row(page.Say("节点", "Node"), context.node);
  page.Raw("</dl>");
}

void Links(Page& page, const Trace& trace) {
  page.Raw("<p><a href=\"?lang=").Raw(page.Say("en", "zh")).Raw("\">");
  page.Text(page.Say("English", "中文")).Raw("</a> · <a href=\"/v1/trace/" + trace.code + "\">");
  page.Text(page.Say("数据与证明", "Data and proofs")).Raw("</a></p>");
}

// What a transport package's code leads to (GR 6.1.2). Who packed it and what is inside is not for
// everybody (requirements 1.3).
std::string RenderPackagePage(const Trace& trace, const PageContext& context) {
  Page page(context.language, context.language == Language::kChinese ? "运输包装" : "Package");
  Banner(page, trace);
  page.Element("h1", page.Say("运输包装", "Transport package"));
  page.Raw("<p class=\"b ok\">");
  page.Text(page.Say("这是运输包装的编码。请扫描包装内商品上的追溯码，查询商品的追溯信息。",
                     "This is the code of a transport package. Scan the code on the goods inside "
                     "to see what is recorded of them."));
  page.Raw("</p><dl>").Row(page.Say("包装编码", "Package code"), trace.code);
  page.Row(page.Say("状态", "State"), StateText(trace.resolution.effective).In(page.language()));
  page.Row(page.Say("区块高度", "Height"), std::to_string(context.height));
  page.Row(page.Say("节点", "Node"), context.node);
  page.Raw("</dl>");
  Links(page, trace);
  return page.Take();
}

}  // namespace

std::string RenderTracePage(const Trace& trace, const OpenedFields& published,
                            const PageContext& context) {
  if (trace.is_package()) return RenderPackagePage(trace, context);
  std::string name =
      contracts::RecordView(trace.product->view.record).Text(product_field::kProductName);
  if (name.empty()) name = trace.code;
  Page page(context.language, name);
  Banner(page, trace);
  page.Element("h1", name);
  Verdict(page, trace);
  ProductPart(page, trace);
  ProducerPart(page, trace);
  PublishedPart(page, trace, published);
  StatePart(page, trace);
  CheckedPart(page, trace, context);
  Links(page, trace);
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
                                    Base64Encode(Sha256(kPageStyle).view()) +
                                    "'; script-src 'none'; base-uri 'none'; form-action 'none'; "
                                    "frame-ancestors 'none'";
  Response response = Response::Of(status, "text/html; charset=utf-8", std::move(html));
  response.With("Content-Security-Policy", policy);
  response.With("Referrer-Policy", "no-referrer");
  response.With("Cache-Control", "public, max-age=5");
  return response;
}

}  // namespace suyuan::api
