#include "api/page_published.h"

#include "api/disclosure.h"
#include "api/field_text.h"
#include "contracts/shown_value.h"

namespace suyuan::api {
namespace {

using contracts::FieldInfo;
using Kind = Disclosed::Kind;

// The page stays small (DC-6-a: 64 KiB), whatever is published; /v1/trace has all of it.
constexpr size_t kRowsMax = 40, kTextBytesMax = 600;

// One field of one entity, all its leaves.
struct PublishedField {
  const FieldInfo* field = nullptr;
  json::Array items;
  std::string broken_rule;
  Kind kind = Kind::kValue;  // of the last leaf
};

PublishedField Read(const EntityView& view, size_t& at, const OpenedFields& published) {
  PublishedField out;
  const contracts::RecordView record(view.record);
  const uint16_t number = view.record.leaves[at].field;
  for (; at < view.record.leaves.size() && view.record.leaves[at].field == number; ++at) {
    const ledger::Leaf& filed = view.record.leaves[at];
    const contracts::StoredRecord& stored = view.versions[view.sources[at]].stored;
    const PublishedLeaf* leaf = published.FindPublished(stored.tx, stored.record, filed);
    const FieldInfo* field = contracts::FindField(number);
    if (!leaf || !field) continue;
    const Disclosed shown = Disclose(Reader::kAnonymous, record, filed, &leaf->leaf);
    if (shown.kind == Kind::kWithheld) continue;
    out.field = field;
    out.kind = shown.kind;
    if (out.broken_rule.empty()) out.broken_rule = leaf->broken_rule;
    if (shown.kind != Kind::kValue) continue;
    Result<json::Value> value = ReadableValue(*field, shown.value, stored.tx);
    if (value) out.items.push_back(*std::move(value));
  }
  return out;
}

std::string Shortened(std::string text) {
  if (text.size() <= kTextBytesMax) return text;
  size_t end = kTextBytesMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end) + "…";
}

// What stands in place of a value that breaks a rule.
std::string Warning(const Page& page, const std::string& rule) {
  const bool form = rule == "C06" || rule == "C04" || rule == contracts::kPaddingRule;
  const std::string_view what =
      form ? page.Say("未通过格式校验，不予显示", "failed the check of its form and is not shown")
           : page.Say("未通过规则校验，不予显示", "breaks a rule and is not shown");
  return std::string(what) + std::string(page.Say("（", " (")) + rule +
         std::string(page.Say("）", ")"));
}

void Row(Page& page, const std::string& label, const PublishedField& shown) {
  page.Element("dt", label);
  if (!shown.broken_rule.empty()) {
    page.Element("dd class=\"w\"", Warning(page, shown.broken_rule));
  } else if (!shown.items.empty()) {
    const json::Value value =
        shown.field->list ? json::Value(shown.items) : json::Value(shown.items.front());
    page.Element("dd", Shortened(ValueText(*shown.field, value, page.language())));
  } else {
    page.Element("dd class=\"n\"", shown.kind == Kind::kErased
                                       ? page.Say("内容已依法擦除", "erased as the law asks")
                                       : page.Say("企业填写为空", "left empty by the owner"));
  }
}

}  // namespace

std::string_view RecordLabel(const Page& page, ledger::EntityKind kind) {
  switch (kind) {
    case ledger::EntityKind::kProduct:
      return page.Say("产品记录", "Product record");
    case ledger::EntityKind::kBatch:
      return page.Say("批次记录", "Batch record");
    case ledger::EntityKind::kParty:
      return page.Say("单位记录", "Producer record");
    default:
      return page.Say("材料记录", "Document record");
  }
}

void PublishedPart(Page& page, const Trace& trace, const OpenedFields& published) {
  if (!published.publishes() && !published.cut()) return;
  page.Element("h2", page.Say("企业自愿公开", "Published by the owner's choice")).Raw("<p><small>");
  page.Text(page.Say("以下内容法规不要求公开，由企业自行选择公开，企业可以撤回。",
                     "No rule asks for the following to be public: its owner chose to publish it "
                     "and may withdraw it."));
  page.Raw("</small></p><dl>");
  size_t rows = 0;
  for (const TracedEntity* entity : trace.Entities()) {
    for (size_t at = 0; at < entity->view.record.leaves.size();) {
      const PublishedField shown = Read(entity->view, at, published);
      if (!shown.field || rows == kRowsMax) continue;
      ++rows;
      const std::string entity_label(RecordLabel(page, entity->kind));
      Row(page, entity_label + " · " + std::string(FieldLabel(*shown.field, page.language())),
          shown);
    }
  }
  page.Raw("</dl>");
  if (rows == kRowsMax || published.cut())
    page.Raw("<p><small>")
        .Text(page.Say("其余见数据接口。", "The rest is in the data."))
        .Raw("</small></p>");
}

}  // namespace suyuan::api
