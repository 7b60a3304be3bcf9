// TOML as JSON values with lines.
#include "common/toml.h"

#include <gtest/gtest.h>

namespace suyuan::toml_file {
namespace {

TEST(Toml, ValuesAndLines) {
  auto document =
      Parse("a = 1\n[t]\nb = [true, \"x\"]\n[[l]]\nc = 2026-03-01T08:00:00+08:00\n[[l]]\n");
  ASSERT_TRUE(document.ok()) << document.error().ToString();
  EXPECT_EQ(json::Canonical(document->root),
            R"({"a":1,"l":[{"c":"2026-03-01T08:00:00+08:00"},{}],"t":{"b":[true,"x"]}})");
  EXPECT_EQ(document->lines.at("a"), 1u);
  EXPECT_EQ(document->lines.at("t.b[1]"), 3u);
  EXPECT_EQ(document->lines.at("l[0].c"), 5u);
  EXPECT_EQ(document->lines.at("l[1]"), 6u);
}

TEST(Toml, RefusedWithTheLine) {
  const std::pair<const char*, const char*> cases[] = {
      {"a = 1\nb = ", "line 2"},    {"a = 1\na = 2", "line 2"}, {"\n\na = 1.5", "line 3"},
      {"a = 2026-03-01", "line 1"}, {"a = 08:00:00", "line 1"}, {"a = 9007199254740992", "line 1"},
      {"a = \"\xff\"", "line 1"},   {"[a]\n[a]", "line 2"},
  };
  for (auto [text, line] : cases) {
    auto document = Parse(text);
    ASSERT_FALSE(document.ok()) << text;
    EXPECT_EQ(document.error().code, ErrorCode::kConfig);
    EXPECT_NE(document.error().detail.find(line), std::string::npos) << document.error().detail;
  }
}

}  // namespace
}  // namespace suyuan::toml_file
