#include "common/toml.h"

#include <sstream>

#include <toml++/toml.h>

namespace suyuan::toml_file {
namespace {

Error AtLine(uint32_t line, std::string what) {
  return Error{ErrorCode::kConfig, "line " + std::to_string(line) + ": " + std::move(what)};
}

class Converter {
 public:
  explicit Converter(Document& out) : out_(out) {}

  Result<json::Value> Convert(const toml::node& node, const std::string& path) {
    uint32_t line = node.source().begin.line;
    out_.lines.emplace(path, line);
    if (const auto* table = node.as_table()) return Table(*table, path);
    if (const auto* array = node.as_array()) return List(*array, path);
    if (const auto* text = node.as_string()) return json::Value(text->get());
    if (const auto* boolean = node.as_boolean()) return json::Value(boolean->get());
    if (const auto* integer = node.as_integer()) {
      constexpr int64_t kSafe = (int64_t{1} << 53) - 1;
      if (integer->get() > kSafe || integer->get() < -kSafe)
        return AtLine(line, path + " is outside ±(2^53 − 1)");
      return json::Value(integer->get());
    }
    if (const auto* time = node.as_date_time(); time != nullptr && time->get().offset) {
      std::ostringstream text;
      text << time->get();
      return json::Value(text.str());
    }
    if (node.is_floating_point())
      return AtLine(line, path + " is a fraction; write an integer, or a decimal in quotes");
    return AtLine(line, path + " is a local date or time; write an offset such as Z, or quotes");
  }

 private:
  Result<json::Value> Table(const toml::table& table, const std::string& path) {
    json::Object object;
    for (const auto& [key, node] : table) {
      std::string name(key.str());
      SUYUAN_ASSIGN_OR_RETURN(json::Value value,
                              Convert(node, path.empty() ? name : path + "." + name));
      object.emplace(std::move(name), std::move(value));
    }
    return json::Value(std::move(object));
  }

  Result<json::Value> List(const toml::array& array, const std::string& path) {
    json::Array items;
    for (const toml::node& node : array) {
      SUYUAN_ASSIGN_OR_RETURN(json::Value value,
                              Convert(node, path + "[" + std::to_string(items.size()) + "]"));
      items.push_back(std::move(value));
    }
    return json::Value(std::move(items));
  }

  Document& out_;
};

}  // namespace

Result<Document> Parse(std::string_view text) {
  try {
    toml::table table = toml::parse(text);
    Document document;
    SUYUAN_ASSIGN_OR_RETURN(document.root, Converter(document).Convert(table, ""));
    return document;
  } catch (const toml::parse_error& error) {
    return AtLine(error.source().begin.line, std::string(error.description()));
  }
}

}  // namespace suyuan::toml_file
