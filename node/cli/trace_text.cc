#include "node/cli/trace_text.h"

#include <algorithm>

#include "api/field_text.h"
#include "contracts/fields.h"
#include "node/cli/console.h"
#include "node/cli/trace_tree.h"

namespace suyuan::cli {
namespace {

using api::Language;
using contracts::FieldInfo;
constexpr Language kChinese = Language::kChinese;

std::string NumberText(const json::Value& object, std::string_view name) {
  const json::Value* value = object.Find(name);
  const int64_t* number = value ? value->if_int() : nullptr;
  return number ? std::to_string(*number) : "";
}

const json::Array& ListOf(const json::Value& object, std::string_view name) {
  static const json::Array kNone;
  const json::Value* value = object.Find(name);
  const json::Array* list = value ? value->if_array() : nullptr;
  return list ? *list : kNone;
}

// Rows of one section; names are padded to the widest of all.
class Text {
 public:
  explicit Text(const json::Value& answer) : answer_(answer) {}

  std::vector<std::string> Lines() {
    Code();
    Entity("产品  product", "product", contracts::FieldsOfSection(2));
    Entity("批次  batch", "batch", contracts::FieldsOfSection(3));
    Entity("生产单位  producer", "producer", contracts::FieldsOfSection(1));
    Documents();
    Checked();
    return Aligned();
  }

 private:
  struct Line {
    std::string name, text;
    bool heading = false;
  };

  void Heading(std::string text) { lines_.push_back({std::move(text), {}, true}); }
  void Row(std::string name, std::string text) {
    if (!text.empty()) lines_.push_back({Harmless(name), Harmless(text)});
  }
  static std::string State(const json::Value& object) {
    const std::string state = object.Text("state");
    return state.empty() ? "" : std::string(api::StateWord(state, kChinese)) + "  " + state;
  }

  void Code() {
    Heading("追溯码  code");
    Row("追溯码", answer_.Text("code"));
    Row("码状态", State(answer_));
    const json::Value* batch = answer_.Find("batch");
    const json::Value* fields = batch ? batch->Find("fields") : nullptr;
    if (fields)
      Row("编码含义", std::string(api::LevelMeaning(fields->Text("trace_level"), kChinese)));
    const FieldInfo* role = contracts::FindField(4, "code_role");
    if (role) Row("码角色", std::string(api::WordText(*role, answer_.Text("role"), kChinese)));
    Caller();
  }

  void Caller() {
    const json::Value* caller = answer_.Find("caller");
    if (!caller) return;
    if (const std::string* word = caller->if_string())
      return Row("查询身份", *word + "  (public fields only; --key shows what a party may see)");
    Row("查询身份", caller->Text("party") + "  " + caller->Text("role"));
  }

  void Entity(std::string heading, std::string_view member, std::span<const FieldInfo> fields) {
    const json::Value* entity = answer_.Find(member);
    if (!entity) return;
    Heading(std::move(heading));
    Row("标识", entity->Text("id"));
    Row("状态", State(*entity));
    if (const json::Value* values = entity->Find("fields"); values && values->if_object())
      Fields(*entity, *values, fields);
    Sources(*entity);
  }

  void Fields(const json::Value& entity, const json::Value& values,
              std::span<const FieldInfo> fields) {
    for (const FieldInfo& field : fields) {
      const json::Value* value = values.Find(field.identifier);
      if (!value) continue;
      std::string name(api::FieldLabel(field, kChinese, values.Text("unit_no_kind")));
      const std::string hidden = HiddenText(*value);
      Row(std::move(name),
          (hidden.empty() ? Value(field, *value) : hidden) + OpenedMark(entity, field.identifier));
    }
  }

  std::string Value(const FieldInfo& field, const json::Value& value) const {
    const json::Value* absent = value.Find("not_applicable");
    if (absent && absent->if_bool()) return "不涉及";
    std::string text = api::ValueText(field, value, kChinese);
    if (field.type == contracts::ValueType::kCategory && field.section() == 2)
      text += " " + answer_.Text("category_name");
    if (field.type != contracts::ValueType::kDocument) return text;
    for (const json::Value& document : ListOf(answer_, "documents")) {
      const json::Value* fields = document.Find("fields");
      if (document.Text("id") == text && fields && !fields->Text("doc_title").empty())
        return fields->Text("doc_title") + "  " + text;
    }
    return text;
  }

  // Which transaction which version came with.
  void Sources(const json::Value& entity) {
    for (const json::Value& source : ListOf(entity, "sources")) {
      Row("记录 v" + NumberText(source, "version"),
          "block " + NumberText(source, "recorded_at_height") + ", tx " +
              source.Text("transaction").substr(0, 16) + "…, " +
              std::to_string(ListOf(source, "fields").size()) + " fields");
    }
  }

  void Documents() {
    if (ListOf(answer_, "documents").empty()) return;
    Heading("材料  documents");
    const FieldInfo* type = contracts::FindField(6, "doc_type");
    for (const json::Value& document : ListOf(answer_, "documents")) {
      const json::Value* fields = document.Find("fields");
      if (!fields || !type) continue;
      const json::Value* title = fields->Find("doc_title");
      const std::string shown = title && title->if_string() ? *title->if_string()
                                : title                     ? HiddenText(*title)
                                                            : "";
      Row(std::string(api::WordText(*type, fields->Text("doc_type"), kChinese)),
          shown + "  " + document.Text("id") + "  " + State(document));
    }
  }

  void Checked() {
    const json::Value* checked = answer_.Find("checked");
    if (!checked) return;
    Heading("本节点核对了什么  checked");
    Row("已验证记录", NumberText(*checked, "records_verified") + "/" +
                          NumberText(*checked, "records_shown") +
                          "  (signature, content, inclusion in the log of the checkpoint)");
    for (const json::Value& gap : ListOf(*checked, "not_verified"))
      Row("未验证",
          gap.Text("kind") + " v" + NumberText(gap, "version") + ": " + gap.Text("because"));
    Row("检查点", NumberText(*checked, "checkpoint_size") + " leaves");
    Row("区块高度", NumberText(answer_, "height"));
  }

  std::vector<std::string> Aligned() const {
    size_t width = 0;
    for (const Line& line : lines_)
      if (!line.heading) width = std::max(width, DisplayWidth(line.name));
    std::vector<std::string> out;
    for (const Line& line : lines_) {
      if (line.heading) {
        if (!out.empty()) out.emplace_back();
        out.push_back(line.name);
        continue;
      }
      std::string text = "  " + line.name;
      text.append(width - DisplayWidth(line.name) + 2, ' ');
      out.push_back(text + line.text);
    }
    return out;
  }

  const json::Value& answer_;
  std::vector<Line> lines_;
};

}  // namespace

std::vector<std::string> TraceLines(const json::Value& answer) {
  std::vector<std::string> lines = Text(answer).Lines();
  if (const std::vector<std::string> chain = ChainLines(answer); !chain.empty()) {
    lines.emplace_back();
    lines.insert(lines.end(), chain.begin(), chain.end());
  }
  return lines;
}

}  // namespace suyuan::cli
