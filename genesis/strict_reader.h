// Strict reading of JSON values that people wrote: every member must be known, of the right type
// and within its limits, and every complaint names where. The first complaint is kept; later reads
// return empty values, so that a parser reads like the description of its format.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/json.h"
#include "common/result.h"

namespace suyuan::genesis {

// Where a path stands for people: "member[1].keys.node" or "line 12, member[1].keys.node".
using Locate = std::function<std::string(const std::string& path)>;

// Shared by all readers of one file.
class Complaints {
 public:
  explicit Complaints(Locate locate) : locate_(std::move(locate)) {}
  // Keeps the first complaint only.
  void Add(const std::string& path, std::string what, ErrorCode code = ErrorCode::kConfig);
  bool any() const { return first_.has_value(); }
  Status status() const { return first_ ? Status(*first_) : Status(); }

 private:
  Locate locate_;
  std::optional<Error> first_;
};

// One object. Members are taken by name; Finish complains about what nobody asked for, naming the
// closest known name.
class TableReader {
 public:
  // A `value` that is absent (nullptr) or no object is complained about and reads as empty.
  TableReader(Complaints& complaints, std::string path, const json::Value* value);

  std::string path(std::string_view name) const;
  bool Has(std::string_view name) const { return value_ != nullptr && value_->Find(name); }
  void Complain(std::string_view name, std::string what, ErrorCode code = ErrorCode::kConfig);

  // Mandatory text of min..max Unicode characters, without control characters.
  std::string Text(std::string_view name, size_t min, size_t max);
  // Mandatory text that is one of `choices`; their first when it is not.
  std::string_view Choice(std::string_view name, const std::vector<std::string_view>& choices);
  // Mandatory integer in min..max.
  int64_t Integer(std::string_view name, int64_t min, int64_t max);
  bool Boolean(std::string_view name);
  // Mandatory hex text of N bytes.
  template <typename Fixed>
  Fixed Hex(std::string_view name) {
    Bytes bytes = HexBytes(name, Fixed::kSize);
    auto fixed = Fixed::From(bytes);
    return fixed.ok() ? *fixed : Fixed{};
  }
  // Mandatory object.
  TableReader Table(std::string_view name);
  // Mandatory array; nullptr when it is missing or none.
  const json::Array* List(std::string_view name);
  const json::Object* Object(std::string_view name);

  void Finish();

 private:
  const json::Value* Take(std::string_view name);
  // For a missing member: the unknown one that looks like it.
  std::string MisspeltAs(std::string_view name) const;
  Bytes HexBytes(std::string_view name, size_t size);

  Complaints& complaints_;
  std::string path_;
  const json::Value* value_;
  std::vector<std::string> known_;
};

}  // namespace suyuan::genesis
