// RFC 8259 strictness and RFC 8785 canonical form, as far as a ledger without fractions needs them.
#include "common/json.h"

#include <random>

#include <gtest/gtest.h>

#include "common/limits.h"
#include "common/wiped_json.h"

namespace suyuan::json {
namespace {

TEST(Json, CanonicalFormSortsNamesByUtf16AndEscapesLittle) {
  // RFC 8785 §3.2.3: U+10000 and above sort before U+E000..U+FFFF, since their surrogates are
  // lower.
  auto value = Parse(
      " { \"\\u20ac\": 1, \"\\r\": \"a\\/b\\u0001\\u0022\", \"\\ud83d\\ude00\": null, \"\\ufb33\": "
      "[ ] , \"1\":true} ");
  ASSERT_TRUE(value.ok()) << value.error().ToString();
  EXPECT_EQ(Canonical(*value),
            "{\"\\r\":\"a/"
            "b\\u0001\\\"\",\"1\":true,\"\xE2\x82\xAC\":1,\"\xF0\x9F\x98\x80\":null,"
            "\"\xEF\xAC\xB3\":[]}");
}

TEST(Json, RefusesWhatTwoParsersCouldReadDifferently) {
  const char* bad[] = {"",
                       "{",
                       "{}x",
                       "[1,]",
                       "{\"a\":1,\"a\":2}",
                       "1.0",
                       "1e3",
                       "-0.0",
                       "NaN",
                       "Infinity",
                       "1e400",
                       "9007199254740992",
                       "-9007199254740992",
                       "01",
                       "'a'",
                       "\"\\ud800\"",
                       "\"\xC0\x80\"",
                       "// x\n1",
                       "{\"a\":1}{}",
                       "\"a\nb\"",
                       "tru"};
  for (const char* text : bad) {
    auto value = Parse(text);
    ASSERT_FALSE(value.ok()) << text;
    EXPECT_EQ(value.error().code, ErrorCode::kFormat);
  }
  EXPECT_FALSE(Parse(ByteView("\"a\0b\"", 5)).ok());
  EXPECT_TRUE(Parse("9007199254740991").ok());
}

// Numbers come from other organisations' nodes: none may end the process, and what this writes it
// also reads.
TEST(Json, IntegersBeyondTheSafeOnesAreStrings) {
  EXPECT_EQ(Canonical(Value(uint64_t{9007199254740991})), "9007199254740991");
  EXPECT_EQ(Canonical(Value(uint64_t{9007199254740992})), "\"9007199254740992\"");
  EXPECT_EQ(Canonical(Value(UINT64_MAX)), "\"18446744073709551615\"");
  EXPECT_EQ(Canonical(Value(int64_t{-9007199254740991})), "-9007199254740991");
  EXPECT_EQ(Canonical(Value(INT64_MIN)), "\"-9223372036854775808\"");
  EXPECT_TRUE(Parse(Canonical(Value(UINT64_MAX))).ok());
}

TEST(Json, DepthIsBoundedWithoutRecursion) {
  std::string deep(100'000, '[');
  EXPECT_FALSE(Parse(deep).ok());
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
  EXPECT_FALSE(Parse(objects).ok());
  std::string allowed =
      std::string(limits::kJsonDepthMax, '[') + std::string(limits::kJsonDepthMax, ']');
  EXPECT_TRUE(Parse(allowed).ok());
  EXPECT_FALSE(Parse("[" + allowed + "]").ok());
}

TEST(Json, ParseCanonicalAcceptsOneTextOnly) {
  EXPECT_TRUE(ParseCanonical("{\"a\":1,\"b\":\"x\"}").ok());
  for (const char* bad : {"{\"b\":1,\"a\":1}", "{\"a\": 1}", "\"\\u0041\"", "-0", "\"\\/\"", " 1"})
    EXPECT_FALSE(ParseCanonical(bad).ok()) << bad;
}

Value RandomValue(std::mt19937_64& random, int depth) {
  switch (random() % (depth > 3 ? 4 : 6)) {
    case 0:
      return Value();
    case 1:
      return Value(random() % 2 == 0);
    case 2:
      return Value(static_cast<int64_t>(random() % 2000001) - 1000000);
    case 3: {
      static const char* kPieces[] = {"a", "\"", "\\", "\n", "\x01", "追", "😀", "/", " ", "\x7F"};
      std::string s;
      for (size_t n = random() % 8; n > 0; --n) s += kPieces[random() % 10];
      return Value(s);
    }
    case 4: {
      Array array;
      for (size_t n = random() % 4; n > 0; --n) array.push_back(RandomValue(random, depth + 1));
      return Value(array);
    }
    default: {
      Object object;
      for (size_t n = random() % 4; n > 0; --n)
        object["k" + std::to_string(random() % 9)] = RandomValue(random, depth + 1);
      return Value(object);
    }
  }
}

// The way past the parser for plain strings agrees with the parser, which an array always takes.
TEST(Json, PlainStringsAreWhatTheParserReads) {
  std::mt19937_64 random(14);
  constexpr std::string_view kBytes = "\"\"\\u0041 a~\x7F\x1F\xC3\xA9n";
  for (int round = 0; round < 20'000; ++round) {
    Bytes text = round % 2 != 0 ? "\"" : "";
    for (size_t n = random() % 7; n > 0; --n) text.push_back(kBytes[random() % kBytes.size()]);
    if (round % 2 != 0) text.push_back('"');
    const auto listed = Parse("[" + text + "]");
    const bool one = listed.ok() && listed->if_array()->size() == 1;
    const auto alone = Parse(text);
    ASSERT_EQ(alone.ok(), one) << text;
    if (!one) continue;
    EXPECT_EQ(*alone, (*listed->if_array())[0]) << text;
    EXPECT_EQ(ParseCanonical(text).ok(), Canonical(*alone) == text) << text;
  }
}

TEST(Json, CanonicalTextIsAFixedPoint) {
  std::mt19937_64 random(13);
  for (int round = 0; round < 10'000; ++round) {
    Value value = RandomValue(random, 0);
    Bytes text = Canonical(value);
    auto again = ParseCanonical(text);
    ASSERT_TRUE(again.ok()) << text;
    EXPECT_EQ(*again, value) << text;
    EXPECT_EQ(*Parse(Pretty(value)), value);
  }
}

// The bytes themselves, long texts on the heap and short ones inside of the value.
TEST(Json, WipedTextsAreGoneFromMemory) {
  Value value = Object{{"a", std::string(100, 's')},
                       {"b", Array{"short", Object{{"c", std::string(40, 't')}}, 7}}};
  std::vector<std::string_view> held;  // of strings that keep their memory
  const auto note = [&](const Value& text) { held.emplace_back(*text.if_string()); };
  const Array& list = *value.Find("b")->if_array();
  note(*value.Find("a"));
  note(list[0]);
  note(*list[1].Find("c"));
  WipeTexts(value);
  for (const std::string_view text : held)
    EXPECT_EQ(text.find_first_not_of('\0'), std::string_view::npos);
  EXPECT_EQ(Canonical(value), R"({"a":"","b":["",{"c":""},7]})");
}

}  // namespace
}  // namespace suyuan::json
