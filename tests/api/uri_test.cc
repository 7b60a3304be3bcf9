#include "api/uri.h"

#include <random>

#include <gtest/gtest.h>

namespace suyuan::api {
namespace {

TEST(Uri, SplitsAndDecodes) {
  const auto target = ParseTarget("/v1/trace/01/06901234567892/21/A%20b?lang=en&x=%E4%B8%AD");
  ASSERT_TRUE(target.ok());
  EXPECT_EQ(target->segments,
            (std::vector<std::string>{"v1", "trace", "01", "06901234567892", "21", "A b"}));
  EXPECT_EQ(target->path, "/v1/trace/01/06901234567892/21/A%20b");
  ASSERT_EQ(target->query.size(), 2u);
  EXPECT_EQ(target->query[1].second, "中");
  EXPECT_EQ(target->raw_query, "lang=en&x=%E4%B8%AD");
  EXPECT_TRUE(ParseTarget("/")->segments.empty());
  EXPECT_EQ(ParseTarget("/a?x")->query[0].second, "");
  EXPECT_EQ(ParseTarget("/a?q=1+1")->query[0].second, "1+1");
}

TEST(Uri, RefusesWhatCouldBeReadInTwoWays) {
  for (const char* target : {"",           "a",       "http://a/b",  "*",
                             "/..",        "/.",      "/a/../b",     "/a/%2e%2e/b",
                             "/%2E%2e",    "/a/.%2e", "/a//b",       "/a/",
                             "//",         "/a%2f..", "/..%2Fa",     "/a%5Cb",
                             "/a\\b",      "/%00",    "/a%00b",      "/%0d%0a",
                             "/%7f",       "/%",      "/%1",         "/%zz",
                             "/%ff",       "/%c0%af", "/%ed%a0%80",  "/a?x=%00",
                             "/a?x=1&x=2", "/a#b",    "/a?%78=1&x=2"})
    EXPECT_FALSE(ParseTarget(target).ok()) << target;
}

TEST(Uri, DecimalsHaveOneForm) {
  EXPECT_EQ(*ParseDecimal("0"), 0u);
  EXPECT_EQ(*ParseDecimal("18446744073709551615"), UINT64_MAX);
  for (const char* text :
       {"", "-1", "+1", "01", " 1", "1 ", "1.0", "1e3", "0x1", "18446744073709551616"})
    EXPECT_FALSE(ParseDecimal(text).ok()) << text;
}

TEST(Uri, EncodingIsUndoneByDecoding) {  // 10,000 strings of random characters
  std::mt19937 random(1);
  for (int i = 0; i < 10'000; ++i) {
    std::string text;
    for (size_t n = random() % 20; n > 0; --n) {
      static const char* kPieces[] = {"中", "é", "a", "/", "%", "\"", "<", "&", "=", "?", " ", "😀"};
      text += kPieces[random() % 12];
    }
    const std::string encoded = PercentEncode(text);
    for (char c : encoded) ASSERT_TRUE(c > 0x20 && c < 0x7F && c != '"' && c != '<' && c != '/');
    ASSERT_EQ(*PercentDecode(encoded), text);
  }
}

TEST(Uri, AnyBytesAreParsedOrRefused) {  // never read past the end, never give a bad segment
  std::mt19937 random(2);
  for (int i = 0; i < 50'000; ++i) {
    std::string text = "/";
    for (size_t n = random() % 24; n > 0; --n)
      text.push_back(random() % 3 ? static_cast<char>("%2eE5c/.?&=a0"[random() % 13])
                                  : static_cast<char>(random()));
    const auto target = ParseTarget(text);
    if (!target) continue;
    for (const std::string& segment : target->segments) {
      ASSERT_FALSE(segment.empty() || segment == "." || segment == "..");
      for (char c : segment) ASSERT_TRUE(static_cast<uint8_t>(c) >= 0x20 && c != '\\');
      ASSERT_EQ(("/" + segment + "/").find("/../"), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace suyuan::api
