#include "common/json.h"

#include <cstdio>
#include <optional>

#include <rapidjson/reader.h>

#include "common/encoding.h"
#include "common/limits.h"

namespace suyuan::json {
namespace {

constexpr int64_t kSafeInteger = (int64_t{1} << 53) - 1;

// UTF-16 code units of well-formed UTF-8, for the ordering that RFC 8785 prescribes.
std::u16string ToUtf16(std::string_view s) {
  std::u16string out;
  for (size_t i = 0; i < s.size();) {
    auto c = static_cast<uint8_t>(s[i]);
    int n = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    uint32_t cp = n == 1 ? c : c & (0xFFu >> (n + 1));
    for (int k = 1; k < n && i + static_cast<size_t>(k) < s.size(); ++k)
      cp = cp << 6 | (static_cast<uint8_t>(s[i + static_cast<size_t>(k)]) & 0x3F);
    i += static_cast<size_t>(n);
    if (cp >= 0x10000) {
      cp -= 0x10000;
      out.push_back(static_cast<char16_t>(0xD800 + (cp >> 10)));
      out.push_back(static_cast<char16_t>(0xDC00 + (cp & 0x3FF)));
    } else {
      out.push_back(static_cast<char16_t>(cp));
    }
  }
  return out;
}

// Builds a Value from RapidJSON's events. `error` says why an event was refused.
class Builder : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Builder> {
 public:
  bool Null() { return Add(Value()); }
  bool Bool(bool b) { return Add(Value(b)); }
  bool Int(int v) { return Add(Value(static_cast<int64_t>(v))); }
  bool Uint(unsigned v) { return Add(Value(static_cast<int64_t>(v))); }
  bool Int64(int64_t v) { return AddInteger(v); }
  bool Uint64(uint64_t v) {
    return v <= static_cast<uint64_t>(kSafeInteger) ? AddInteger(static_cast<int64_t>(v))
                                                    : Refuse("number outside ±(2^53 − 1)");
  }
  bool Double(double) { return Refuse("fractions and exponents are not used; send a string"); }
  bool String(const char* s, unsigned n, bool) { return Add(Value(std::string(s, n))); }
  bool Key(const char* s, unsigned n, bool) {
    names_.emplace_back(s, n);
    if (stack_.back().if_object()->contains(names_.back()))
      return Refuse("name \"" + names_.back() + "\" occurs twice");
    return true;
  }
  bool StartObject() { return Push(Value(Object())); }
  bool StartArray() { return Push(Value(Array())); }
  bool EndObject(unsigned) { return Pop(); }
  bool EndArray(unsigned) { return Pop(); }

  Value Take() { return std::move(root_); }
  const std::string& error() const { return error_; }

 private:
  bool Refuse(std::string why) {
    error_ = std::move(why);
    return false;
  }
  bool AddInteger(int64_t v) {
    if (v > kSafeInteger || v < -kSafeInteger) return Refuse("number outside ±(2^53 − 1)");
    return Add(Value(v));
  }
  bool Push(Value container) {
    if (stack_.size() >= limits::kJsonDepthMax) return Refuse("nested too deeply");
    stack_.push_back(std::move(container));
    return true;
  }
  bool Pop() {
    Value done = std::move(stack_.back());
    stack_.pop_back();
    return Add(std::move(done));
  }
  bool Add(Value v) {
    if (stack_.empty()) {
      root_ = std::move(v);
    } else if (Array* array = stack_.back().if_array()) {
      array->push_back(std::move(v));
    } else {
      stack_.back().if_object()->emplace(std::move(names_.back()), std::move(v));
      names_.pop_back();
    }
    return true;
  }

  std::vector<Value> stack_;
  std::vector<std::string> names_;
  Value root_;
  std::string error_;
};

void AppendString(Bytes& out, std::string_view s) {
  out.push_back('"');
  for (char c : s) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<uint8_t>(c) < 0x20) {
          char buffer[8];
          std::snprintf(buffer, sizeof buffer, "\\u%04x", static_cast<unsigned>(c));
          out += buffer;
        } else {
          out.push_back(c);
        }
    }
  }
  out.push_back('"');
}

// indent < 0: canonical; otherwise the current depth of a pretty print.
void Append(Bytes& out, const Value& v, int indent) {
  auto newline = [&](int depth) {
    if (indent >= 0) out.append("\n").append(static_cast<size_t>(depth) * 2, ' ');
  };
  int inner = indent < 0 ? -1 : indent + 1;
  if (v.is_null()) {
    out += "null";
  } else if (const bool* b = v.if_bool()) {
    out += *b ? "true" : "false";
  } else if (const int64_t* i = v.if_int()) {
    out += std::to_string(*i);
  } else if (const std::string* s = v.if_string()) {
    AppendString(out, *s);
  } else if (const Array* array = v.if_array()) {
    out.push_back('[');
    const char* separator = "";
    for (const Value& item : *array) {
      out += separator;
      newline(inner);
      Append(out, item, inner);
      separator = ",";
    }
    if (!array->empty()) newline(indent);
    out.push_back(']');
  } else if (const Object* object = v.if_object()) {
    out.push_back('{');
    const char* separator = "";
    for (const auto& [name, item] : *object) {
      out += separator;
      newline(inner);
      AppendString(out, name);
      out += indent < 0 ? ":" : ": ";
      Append(out, item, inner);
      separator = ",";
    }
    if (!object->empty()) newline(indent);
    out.push_back('}');
  }
}

}  // namespace

namespace {

// The content of a JSON string of plain ASCII without escapes, such as nearly every value here is;
// nullopt for any other text, valid or not. Such a string is canonical as it stands.
std::optional<ByteView> PlainString(ByteView text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::nullopt;
  const ByteView content = text.substr(1, text.size() - 2);
  for (char c : content)
    if (c < 0x20 || c >= 0x7F || c == '"' || c == '\\') return std::nullopt;
  return content;
}

}  // namespace

bool NameLess::operator()(const std::string& a, const std::string& b) const {
  bool ascii = true;
  for (char c : a) ascii = ascii && static_cast<uint8_t>(c) < 0x80;
  for (char c : b) ascii = ascii && static_cast<uint8_t>(c) < 0x80;
  return ascii ? a < b : ToUtf16(a) < ToUtf16(b);
}

Value::Value(int64_t v) {
  if (v >= -kSafeInteger && v <= kSafeInteger) {
    v_ = v;
  } else {
    v_ = std::to_string(v);
  }
}

Value::Value(uint64_t v) {
  if (v <= static_cast<uint64_t>(kSafeInteger)) {
    v_ = static_cast<int64_t>(v);
  } else {
    v_ = std::to_string(v);
  }
}

const Value* Value::Find(std::string_view name) const {
  const Object* object = if_object();
  if (object == nullptr) return nullptr;
  auto it = object->find(std::string(name));
  return it == object->end() ? nullptr : &it->second;
}

std::string Value::Text(std::string_view name) const {
  const Value* member = Find(name);
  const std::string* text = member == nullptr ? nullptr : member->if_string();
  return text == nullptr ? std::string() : *text;
}

Result<Value> Parse(ByteView text) {
  if (const auto plain = PlainString(text)) return Value(*plain);
  if (text.find('\0') != ByteView::npos) return Error{ErrorCode::kFormat, "JSON holds a NUL byte"};
  if (!IsValidUtf8(text)) return Error{ErrorCode::kFormat, "JSON is not valid UTF-8"};
  Builder builder;
  rapidjson::Reader reader;
  rapidjson::MemoryStream stream(text.data(), text.size());
  constexpr unsigned kFlags =
      rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag;
  rapidjson::ParseResult result =
      reader.Parse<kFlags, rapidjson::MemoryStream, Builder>(stream, builder);
  if (result.IsError()) {
    std::string why = builder.error().empty() ? "malformed JSON" : builder.error();
    return Error{ErrorCode::kFormat, why + " at position " + std::to_string(result.Offset())};
  }
  return builder.Take();
}

Bytes Canonical(const Value& value) {
  Bytes out;
  Append(out, value, -1);
  return out;
}

Result<Value> ParseCanonical(ByteView text) {
  if (const auto plain = PlainString(text)) return Value(*plain);
  SUYUAN_ASSIGN_OR_RETURN(Value value, Parse(text));
  if (Canonical(value) != text)
    return Error{ErrorCode::kFormat, "JSON value is not in canonical form (RFC 8785)"};
  return value;
}

std::string Pretty(const Value& value) {
  std::string out;
  Append(out, value, 0);
  out.push_back('\n');
  return out;
}

}  // namespace suyuan::json
