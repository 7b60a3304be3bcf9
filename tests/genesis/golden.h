// The golden consortium of tests/vectors/genesis and small helpers on texts.
#pragma once

#include <fstream>
#include <sstream>
#include <string>

namespace suyuan::genesis::testing {

inline std::string ReadText(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

inline std::string GoldenToml() { return ReadText("tests/vectors/genesis/consortium.toml"); }
inline std::string GoldenFile() { return ReadText("tests/vectors/genesis/genesis.json"); }

// The text with the first occurrence of `from` replaced; `from` itself must be there.
inline std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  size_t at = text.find(from);
  if (at == std::string::npos) return "pattern not found: " + from;
  return text.replace(at, from.size(), to);
}

}  // namespace suyuan::genesis::testing
