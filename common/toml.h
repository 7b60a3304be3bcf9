// TOML files as JSON values that remember their lines. toml++ does the parsing and stays inside
// toml.cc. One shape for both file kinds means one validator for a file that people write (TOML)
// and the file that is made of it (canonical JSON).
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "common/json.h"
#include "common/result.h"

namespace suyuan::toml_file {

// `lines` maps a path such as `member[1].keys.node` to the line (from 1 on) of its value. List
// positions count from 0.
struct Document {
  json::Value root;
  std::map<std::string, uint32_t> lines;
};

// Strings, integers, booleans, tables and arrays. Offset date-times become their RFC 3339 text;
// floats and local dates and times are refused (nothing in this ledger is a floating-point number,
// and a time without its zone is no time). E_CONFIG naming the line.
Result<Document> Parse(std::string_view text);

}  // namespace suyuan::toml_file
