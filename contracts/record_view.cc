#include "contracts/record_view.h"

namespace suyuan::contracts {
namespace {

// The text of a JSON string that needs no parser: nothing escaped, which is almost every one.
std::optional<ByteView> PlainText(ByteView json) {
  if (json.size() < 2 || json.front() != '"' || json.back() != '"') return std::nullopt;
  const ByteView text = json.substr(1, json.size() - 2);
  if (text.find_first_of("\\\"") != ByteView::npos) return std::nullopt;
  return text;
}

}  // namespace

bool RecordView::Has(uint16_t field) const {
  const ledger::Leaf* leaf = record_.Find(field);
  return leaf != nullptr && leaf->mode != ledger::LeafMode::kNotApplicable;
}

bool RecordView::NotApplicable(uint16_t field) const {
  const ledger::Leaf* leaf = record_.Find(field);
  return leaf != nullptr && leaf->mode == ledger::LeafMode::kNotApplicable;
}

std::optional<json::Value> RecordView::Value(uint16_t field, uint16_t item) const {
  const ledger::Leaf* leaf = record_.Find(field, item);
  if (leaf == nullptr || leaf->mode != ledger::LeafMode::kPublic) return std::nullopt;
  auto value = json::Parse(leaf->value);
  if (!value.ok()) return std::nullopt;
  return std::move(value).value();
}

std::string RecordView::Text(uint16_t field, uint16_t item) const {
  const ledger::Leaf* leaf = record_.Find(field, item);
  if (leaf == nullptr || leaf->mode != ledger::LeafMode::kPublic) return {};
  if (const auto plain = PlainText(leaf->value)) return std::string(*plain);
  const auto value = Value(field, item);
  const std::string* text = value ? value->if_string() : nullptr;
  return text == nullptr ? std::string() : *text;
}

std::vector<std::string> RecordView::Texts(uint16_t field) const {
  std::vector<std::string> out;
  const ledger::Leaf* leaf = record_.Find(field);
  if (leaf == nullptr) return out;
  const ledger::Leaf* end = record_.leaves.data() + record_.leaves.size();
  for (; leaf != end && leaf->field == field; ++leaf) {
    if (leaf->mode != ledger::LeafMode::kPublic) continue;
    const auto value = json::Parse(leaf->value);
    const std::string* text = value.ok() ? value->if_string() : nullptr;
    out.push_back(text == nullptr ? std::string() : *text);
  }
  return out;
}

std::optional<int64_t> RecordView::Integer(uint16_t field) const {
  const auto value = Value(field);
  const int64_t* number = value ? value->if_int() : nullptr;
  return number == nullptr ? std::nullopt : std::optional<int64_t>(*number);
}

bool RecordView::Flag(uint16_t field) const {
  const auto value = Value(field);
  const bool* flag = value ? value->if_bool() : nullptr;
  return flag != nullptr && *flag;
}

}  // namespace suyuan::contracts
