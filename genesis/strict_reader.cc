#include "genesis/strict_reader.h"

#include <algorithm>

#include "common/encoding.h"
#include "common/suggest.h"

namespace suyuan::genesis {

void Complaints::Add(const std::string& path, std::string what, ErrorCode code) {
  if (first_) return;
  first_ = Error{code, locate_(path) + ": " + std::move(what)};
}

TableReader::TableReader(Complaints& complaints, std::string path, const json::Value* value)
    : complaints_(complaints), path_(std::move(path)), value_(value) {
  if (value_ == nullptr || value_->if_object() == nullptr) {
    complaints_.Add(path_, value_ == nullptr ? "this table is missing" : "must be a table");
    value_ = nullptr;
  }
}

std::string TableReader::path(std::string_view name) const {
  return path_.empty() ? std::string(name) : path_ + "." + std::string(name);
}

void TableReader::Complain(std::string_view name, std::string what, ErrorCode code) {
  complaints_.Add(path(name), std::move(what), code);
}

const json::Value* TableReader::Take(std::string_view name) {
  known_.emplace_back(name);
  const json::Value* member = value_ == nullptr ? nullptr : value_->Find(name);
  if (member == nullptr) Complain(name, "is missing" + MisspeltAs(name));
  return member;
}

std::string TableReader::MisspeltAs(std::string_view name) const {
  std::vector<std::string_view> present;
  if (value_ != nullptr)
    for (const auto& [other, value] : *value_->if_object())
      if (std::find(known_.begin(), known_.end(), other) == known_.end()) present.push_back(other);
  std::string_view near = ClosestName(name, present);
  return near.empty() ? std::string() : "; is \"" + std::string(near) + "\" meant for it?";
}

std::string TableReader::Text(std::string_view name, size_t min, size_t max) {
  const json::Value* member = Take(name);
  if (member == nullptr) return {};
  const std::string* text = member->if_string();
  if (text == nullptr) {
    Complain(name, "must be text");
    return {};
  }
  size_t length = Utf8Length(*text);
  if (length < min || length > max)
    Complain(name, "must have " + std::to_string(min) + " to " + std::to_string(max) +
                       " characters, has " + std::to_string(length));
  if (std::any_of(text->begin(), text->end(),
                  [](char c) { return static_cast<uint8_t>(c) < 0x20 || c == 0x7F; }))
    Complain(name, "holds a control character");
  return *text;
}

std::string_view TableReader::Choice(std::string_view name,
                                     const std::vector<std::string_view>& choices) {
  std::string text = Text(name, 0, 64);
  auto found = std::find(choices.begin(), choices.end(), text);
  if (found != choices.end()) return *found;
  std::string all;
  for (std::string_view choice : choices) all.append(all.empty() ? "" : ", ").append(choice);
  Complain(name, "\"" + text + "\" is none of " + all + DidYouMean(text, choices));
  return choices.front();
}

int64_t TableReader::Integer(std::string_view name, int64_t min, int64_t max) {
  const json::Value* member = Take(name);
  if (member == nullptr) return min;
  const int64_t* integer = member->if_int();
  if (integer == nullptr) {
    Complain(name, "must be an integer");
    return min;
  }
  if (*integer < min || *integer > max) {
    Complain(name, "must be from " + std::to_string(min) + " to " + std::to_string(max) + ", is " +
                       std::to_string(*integer));
    return min;
  }
  return *integer;
}

bool TableReader::Boolean(std::string_view name) {
  const json::Value* member = Take(name);
  if (member == nullptr) return false;
  const bool* boolean = member->if_bool();
  if (boolean == nullptr) Complain(name, "must be true or false");
  return boolean != nullptr && *boolean;
}

Bytes TableReader::HexBytes(std::string_view name, size_t size) {
  std::string text = Text(name, 0, 4096);
  auto bytes = HexDecode(text);
  bool lower = std::none_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'F'; });
  if (bytes.ok() && bytes->size() == size && lower) return *std::move(bytes);
  Complain(name, "must be " + std::to_string(2 * size) + " lower-case hex digits");
  return Bytes(size, '\0');
}

TableReader TableReader::Table(std::string_view name) {
  known_.emplace_back(name);
  return TableReader(complaints_, path(name), value_ == nullptr ? nullptr : value_->Find(name));
}

const json::Array* TableReader::List(std::string_view name) {
  const json::Value* member = Take(name);
  if (member == nullptr) return nullptr;
  if (member->if_array() == nullptr) Complain(name, "must be a list");
  return member->if_array();
}

const json::Object* TableReader::Object(std::string_view name) {
  const json::Value* member = Take(name);
  if (member == nullptr) return nullptr;
  if (member->if_object() == nullptr) Complain(name, "must be a table");
  return member->if_object();
}

void TableReader::Finish() {
  if (value_ == nullptr) return;
  for (const auto& [name, member] : *value_->if_object()) {
    if (std::find(known_.begin(), known_.end(), name) != known_.end()) continue;
    std::vector<std::string_view> known(known_.begin(), known_.end());
    Complain(name, "is not known here" + DidYouMean(name, known));
  }
}

}  // namespace suyuan::genesis
