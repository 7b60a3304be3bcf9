// JSON values and their canonical form (RFC 8785). Numbers are integers only: nothing in this
// ledger is a floating-point number, quantities are decimal strings. RapidJSON does the parsing
// and stays inside json.cc.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "common/bytes.h"
#include "common/result.h"

namespace suyuan::json {

class Value;
using Array = std::vector<Value>;
// Ordered by UTF-16 code units of the names, as RFC 8785 §3.2.3 asks.
struct NameLess {
  bool operator()(const std::string& a, const std::string& b) const;
};
using Object = std::map<std::string, Value, NameLess>;

// An immutable-by-convention JSON value with value semantics.
class Value {
 public:
  Value() = default;        // null
  Value(bool v) : v_(v) {}  // NOLINT: implicit by design
  // An integer beyond ±(2^53 − 1) becomes its decimal string, as RFC 7493 §2.2 advises: a number
  // of that size would be another one to many readers, and Parse refuses it.
  Value(int64_t v);                                   // NOLINT
  Value(int v) : v_(static_cast<int64_t>(v)) {}       // NOLINT
  Value(uint32_t v) : v_(static_cast<int64_t>(v)) {}  // NOLINT
  Value(uint64_t v);                                  // NOLINT
  Value(std::string v) : v_(std::move(v)) {}          // NOLINT
  Value(std::string_view v) : v_(std::string(v)) {}   // NOLINT
  Value(const char* v) : v_(std::string(v)) {}        // NOLINT
  Value(Array v) : v_(std::move(v)) {}                // NOLINT
  Value(Object v) : v_(std::move(v)) {}               // NOLINT

  bool is_null() const { return std::holds_alternative<std::monostate>(v_); }
  const bool* if_bool() const { return std::get_if<bool>(&v_); }
  const int64_t* if_int() const { return std::get_if<int64_t>(&v_); }
  const std::string* if_string() const { return std::get_if<std::string>(&v_); }
  std::string* if_string() { return std::get_if<std::string>(&v_); }
  const Array* if_array() const { return std::get_if<Array>(&v_); }
  const Object* if_object() const { return std::get_if<Object>(&v_); }
  Array* if_array() { return std::get_if<Array>(&v_); }
  Object* if_object() { return std::get_if<Object>(&v_); }
  // Member of an object; nullptr when absent or when this is no object.
  const Value* Find(std::string_view name) const;
  // Text of a string member, or "" when there is none.
  std::string Text(std::string_view name) const;

  friend bool operator==(const Value&, const Value&) = default;

 private:
  std::variant<std::monostate, bool, int64_t, std::string, Array, Object> v_;
};

// Parses strict JSON: valid UTF-8, no duplicate names, no fraction or exponent, integers within
// ±(2^53 − 1), depth ≤ limits::kJsonDepthMax, nothing after the value. E_FORMAT with the position.
Result<Value> Parse(ByteView text);

// RFC 8785 bytes.
Bytes Canonical(const Value& value);
// Parses and requires the bytes to be canonical already; E_FORMAT otherwise.
Result<Value> ParseCanonical(ByteView text);
// Indented by two spaces, for people.
std::string Pretty(const Value& value);

}  // namespace suyuan::json
