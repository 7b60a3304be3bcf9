#include "node/cli/trace_tree.h"

#include <set>

#include "api/chain.h"
#include "api/field_text.h"
#include "contracts/fields.h"
#include "node/cli/console.h"

namespace suyuan::cli {
namespace {

constexpr api::Language kChinese = api::Language::kChinese;
constexpr uint8_t kFlowSection = 5;

const json::Array& ListOf(const json::Value& object, std::string_view name) {
  static const json::Array kNone;
  const json::Value* value = object.Find(name);
  const json::Array* list = value ? value->if_array() : nullptr;
  return list ? *list : kNone;
}

std::string NumberOf(const json::Value& object, std::string_view name) {
  const json::Value* value = object.Find(name);
  const int64_t* number = value ? value->if_int() : nullptr;
  return number ? std::to_string(*number) : "?";
}

bool IsTrue(const json::Value& object, std::string_view name) {
  const json::Value* value = object.Find(name);
  const bool* truth = value ? value->if_bool() : nullptr;
  return truth && *truth;
}

bool Names(const json::Value& entity, std::string_view list, std::string_view field) {
  for (const json::Value& name : ListOf(entity, list))
    if (name.if_string() && *name.if_string() == field) return true;
  return false;
}

std::string State(const json::Value& object) {
  const std::string state = object.Text("state");
  return std::string(api::StateWord(state, kChinese)) + " " + state;
}

// One line with what hangs below it.
struct Branch {
  std::string text;
  std::vector<Branch> below;
  Branch& Add(std::string line) { return below.emplace_back(Branch{std::move(line), {}}); }
};

void Draw(const Branch& branch, const std::string& indent, std::vector<std::string>& out) {
  for (size_t i = 0; i < branch.below.size(); ++i) {
    const bool last = i + 1 == branch.below.size();
    out.push_back(indent + (last ? "└─ " : "├─ ") + Harmless(branch.below[i].text));
    Draw(branch.below[i], indent + (last ? "   " : "│  "), out);
  }
}

class Tree {
 public:
  explicit Tree(const json::Value& chain) : chain_(chain), codes_(ListOf(chain, "codes")) {}

  std::vector<std::string> Lines() {
    std::vector<std::string> out = {"追溯链  chain  (" + Harmless(chain_.Text("direction")) +
                                    ", depth " + NumberOf(chain_, "depth") + ")"};
    if (codes_.empty()) return out;
    const Branch root = Code(0);
    out.push_back("  " + Harmless(root.text));
    Draw(root, "  ", out);
    return out;
  }

 private:
  Branch Code(size_t position) {
    const json::Value& code = codes_[position];
    Branch branch{Heading(code), {}};
    if (!chain_.Find("flows")) branch.Add("流向  flows are shown to approved parties (--key)");
    for (const json::Value& id : ListOf(code, "flows"))
      if (id.if_string()) Flow(*id.if_string(), branch);
    for (const json::Value& hidden : ListOf(code, "not_shown"))
      branch.Add("另有 " + NumberOf(hidden, "count") + " 个关联 (" + hidden.Text("direction") +
                 ", " + hidden.Text("kind") + ")  not shown to this caller");
    if (code.Find("more"))
      branch.Add("未完  there is more: trace " + code.Text("code") + " itself");
    for (size_t i = position + 1; i < codes_.size(); ++i) {
      const json::Value* link = codes_[i].Find("link");
      const json::Value* from = link ? link->Find("from") : nullptr;
      if (from && from->if_int() && *from->if_int() == static_cast<int64_t>(position))
        branch.below.push_back(Code(i));
    }
    return branch;
  }

  static std::string Heading(const json::Value& code) {
    std::string text;
    if (const json::Value* link = code.Find("link")) {
      const bool backward = link->Text("direction") == "backward";
      text = backward ? "来自 " : "内含/流向 ";
      text += "(" + link->Text("direction") + ", " + link->Text("kind") + ") ";
    }
    text += code.Text("code") + "  " + State(code);
    if (!code.Text("holder").empty()) text += "  持有 " + code.Text("holder");
    if (const json::Value* link = code.Find("link")) {
      if (const json::Value* since = link->Find("since")) text += "  自 " + Moment(*since);
      if (const json::Value* until = link->Find("until")) text += "  至 " + Moment(*until);
    }
    return text;
  }

  static std::string Moment(const json::Value& event) {
    return event.Text("at") + " (block " + NumberOf(event, "height") + Check(event) + ")";
  }
  static std::string Check(const json::Value& event) {
    return IsTrue(event, "verified") ? ", node says: signature ✓ inclusion ✓" : ", not verified";
  }

  void Flow(const std::string& id, Branch& branch) {
    for (const json::Value& flow : ListOf(chain_, "flows")) {
      if (flow.Text("id") != id) continue;
      const contracts::FieldInfo* type = contracts::FindField(kFlowSection, "flow_type");
      const std::string word = flow.Text("flow_type");
      const std::string other = flow.Text("other_side");
      std::string text = "流向 " + std::string(type ? api::WordText(*type, word, kChinese) : word) +
                         " " + word + "  " + State(flow) + (IsTrue(flow, "gap") ? " + gap" : "") +
                         "  " + Sides(flow) + "  " + id;
      if (!seen_.insert(id).second) {
        branch.Add(text + "  (above)");
        return;
      }
      Branch& here = branch.Add(text);
      for (const json::Value& step : ListOf(flow, "steps"))
        here.Add(step.Text("type") + " → " + step.Text("state") + "  " + step.Text("by") + "  " +
                 Moment(step));
      Fields(flow, here);
      for (const json::Value& stated : ListOf(flow, "statements")) Fields(stated, here);
      return;
    }
  }

  static std::string Sides(const json::Value& flow) {
    const std::string own = flow.Text("owner"), other = flow.Text("other_side");
    const std::string unknown = other.empty() ? "?" : other;
    return flow.Text("recorded_by") == "receiving" ? unknown + " → " + own : own + " → " + unknown;
  }

  static void Fields(const json::Value& entity, Branch& branch) {
    const json::Value* values = entity.Find("fields");
    if (!values) return;
    std::string hidden_ones;
    for (const contracts::FieldInfo& field : contracts::FieldsOfSection(kFlowSection)) {
      const json::Value* value = values->Find(field.identifier);
      if (!value || IsTrue(*value, "absent")) continue;
      const std::string label(api::FieldLabel(field, kChinese));
      const std::string hidden = HiddenText(*value);
      if (hidden.empty())
        branch.Add(label + "  " + api::ValueText(field, *value, kChinese) +
                   OpenedMark(entity, field.identifier));
      else
        hidden_ones += (hidden_ones.empty() ? "" : "、") + label + " " + hidden;
    }
    if (!hidden_ones.empty()) branch.Add("未打开 hidden  " + hidden_ones);
  }

  const json::Value& chain_;
  const json::Array& codes_;
  std::set<std::string> seen_;
};

}  // namespace

std::string HiddenText(const json::Value& value) {
  if (const json::Array* items = value.if_array()) {
    const std::string first = items->empty() ? "" : HiddenText(items->front());
    if (first.empty() || items->size() == 1) return first;
    return first + " × " + std::to_string(items->size());
  }
  const json::Object* object = value.if_object();
  const std::string disclosure = value.Text("class");
  if (!object || disclosure.empty()) return {};
  if (IsTrue(value, "absent")) return "[" + disclosure + ", no value]";
  if (const std::string fault = value.Text("fault"); !fault.empty())
    return "[" + disclosure + ", " + fault + ": what is sealed is not what was committed to]";
  const std::string commitment = value.Text("commitment");
  if (commitment.empty()) return "[" + disclosure + ", not shown to this caller]";
  return "[" + disclosure + ", hidden: commitment " + commitment.substr(0, 8) + "…]";
}

std::string OpenedMark(const json::Value& entity, std::string_view field) {
  if (const json::Value* broken = entity.Find("breaks_rule"))
    if (const std::string rule = broken->Text(field); !rule.empty())
      return "  [企业自愿公开 published by its owner, 未通过校验 breaks " + rule + "]";
  if (Names(entity, "published", field)) return "  [企业自愿公开 published by its owner]";
  if (Names(entity, "opened_here", field)) return "  [已打开 opened here, commitment ✓]";
  if (Names(entity, "opened", field)) return "  [已打开 opened by the node]";
  return {};
}

Status CheckChain(const json::Value& answer) {
  const auto refuse = [](const char* why) {
    return Error{ErrorCode::kFormat, std::string("the node answered with a chain that ") + why};
  };
  const json::Value* chain = answer.Find("chain");
  if (!chain) return {};
  const json::Array& codes = ListOf(*chain, "codes");
  const bool many =
      codes.size() > api::kChainCodesMax || ListOf(*chain, "flows").size() > api::kChainFlowsMax;
  if (many) return refuse("has more codes or flows than any");
  std::vector<uint32_t> depths;
  for (const json::Value& code : codes) {
    if (ListOf(code, "flows").size() > api::kFlowsOfCodeMax)
      return refuse("names more flows of a code than any");
    const json::Value* link = code.Find("link");
    const json::Value* from = link ? link->Find("from") : nullptr;
    const int64_t* position = from ? from->if_int() : nullptr;
    const bool hangs = position && *position >= 0;
    if (hangs && static_cast<uint64_t>(*position) >= depths.size())
      return refuse("hangs a code on a later one");
    depths.push_back(hangs ? depths[static_cast<size_t>(*position)] + 1 : 0);
    if (depths.back() > api::kChainDepthMax) return refuse("goes deeper than any");
  }
  return {};
}

std::vector<std::string> ChainLines(const json::Value& answer) {
  const json::Value* chain = answer.Find("chain");
  return chain ? Tree(*chain).Lines() : std::vector<std::string>();
}

}  // namespace suyuan::cli
