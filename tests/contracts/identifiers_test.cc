// Credit codes (requirements 1.4, C03), GTIN and SSCC (requirements 4.4), standard numbers.
#include <fstream>
#include <random>
#include <sstream>

#include <gtest/gtest.h>

#include "common/json.h"
#include "contracts/identifiers/gtin.h"
#include "contracts/identifiers/standard_no.h"
#include "contracts/identifiers/uscc.h"

namespace suyuan::contracts {
namespace {

constexpr ByteView kAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

json::Value Vectors(const std::string& name) {
  std::ifstream in("tests/vectors/identifiers/" + name);
  std::stringstream text;
  text << in.rdbuf();
  return json::Parse(text.str()).value();
}

std::string RandomUscc(std::mt19937& rng) {
  std::string code;
  for (int i = 0; i < 17; ++i) code += kAlphabet[rng() % kAlphabet.size()];
  return code + *UsccCheckCharacter(code);
}

std::string RandomDigits(std::mt19937& rng, size_t n) {
  std::string digits;
  for (size_t i = 0; i < n; ++i) digits += static_cast<char>('0' + rng() % 10);
  return digits;
}

TEST(Uscc, VectorsOfTheSpecification) {
  EXPECT_TRUE(IsValidUscc("91320000MA00DEM017"));   // requirements 1.4
  EXPECT_FALSE(IsValidUscc("91320000MA00DEM018"));  // requirements 1.4
}

TEST(Uscc, AllVectors) {
  const json::Value vectors = Vectors("uscc_vectors.json");
  ASSERT_GE(vectors.Find("valid")->if_array()->size(), 14u);
  for (const json::Value& v : *vectors.Find("valid")->if_array())
    EXPECT_TRUE(IsValidUscc(v.Text("code"))) << v.Text("code");
  ASSERT_GE(vectors.Find("invalid")->if_array()->size(), 9u);
  for (const json::Value& v : *vectors.Find("invalid")->if_array())
    EXPECT_FALSE(IsValidUscc(v.Text("code"))) << v.Text("code") << ": " << v.Text("why");
}

TEST(Uscc, AnyChangedCharacterIsRefused) {
  std::mt19937 rng(20261);
  for (int round = 0; round < 600; ++round) {
    const std::string code = RandomUscc(rng);
    ASSERT_TRUE(IsValidUscc(code));
    for (size_t at = 0; at < code.size(); ++at) {
      std::string changed = code;
      do {
        changed[at] = kAlphabet[rng() % kAlphabet.size()];
      } while (changed[at] == code[at]);
      ASSERT_FALSE(IsValidUscc(changed)) << code << " → " << changed;
    }
  }
}

TEST(Uscc, AnySwapOfNeighboursIsRefused) {
  std::mt19937 rng(20262);
  int swaps = 0;
  while (swaps < 10'000) {
    const std::string code = RandomUscc(rng);
    for (size_t at = 0; at + 1 < code.size(); ++at) {
      if (code[at] == code[at + 1]) continue;
      std::string swapped = code;
      std::swap(swapped[at], swapped[at + 1]);
      ASSERT_FALSE(IsValidUscc(swapped)) << code << " → " << swapped;
      ++swaps;
    }
  }
}

TEST(Uscc, WrongLengthsAndForeignCharacters) {
  for (const char* bad : {"", "9", "91320000MA00DEM01", "91320000MA00DEM0177", "91320000ma00dem017",
                          "91320000MI00DEM017", "９1320000MA00DEM017"})
    EXPECT_FALSE(IsValidUscc(bad)) << bad;
  EXPECT_FALSE(
      IsValidUscc(std::string("91320000MA00DEM0\0"
                              "7",
                              18)));
  EXPECT_FALSE(UsccCheckCharacter("9132000").has_value());
}

TEST(Gtin, AllVectors) {
  const json::Value vectors = Vectors("gtin_vectors.json");
  ASSERT_GE(vectors.Find("valid")->if_array()->size(), 9u);
  for (const json::Value& v : *vectors.Find("valid")->if_array())
    EXPECT_TRUE(IsValidGtin(*v.if_string())) << *v.if_string();
  ASSERT_GE(vectors.Find("invalid")->if_array()->size(), 5u);
  for (const json::Value& v : *vectors.Find("invalid")->if_array())
    EXPECT_FALSE(IsValidGtin(*v.if_string())) << *v.if_string();
}

TEST(Gtin, AnyChangedDigitIsRefused) {
  std::mt19937 rng(20263);
  constexpr size_t kLengths[] = {8, 12, 13, 14};
  int cases = 0;
  while (cases < 10'000) {
    std::string code = RandomDigits(rng, kLengths[rng() % 4] - 1);
    code += *Gs1CheckDigit(code);
    ASSERT_TRUE(IsValidGtin(code)) << code;
    EXPECT_TRUE(IsValidGtin(Gtin14(code))) << code;
    for (size_t at = 0; at < code.size(); ++at, ++cases) {
      std::string changed = code;
      changed[at] = static_cast<char>('0' + (code[at] - '0' + 1 + rng() % 9) % 10);
      ASSERT_FALSE(IsValidGtin(changed)) << code << " → " << changed;
    }
  }
}

TEST(Gtin, OnlyTheFourLengths) {
  for (size_t length = 0; length <= 20; ++length) {
    std::string code(length == 0 ? 0 : length - 1, '7');
    if (length > 1) code += *Gs1CheckDigit(code);
    const bool gtin = length == 8 || length == 12 || length == 13 || length == 14;
    EXPECT_EQ(IsValidGtin(code), gtin) << length;
    EXPECT_EQ(IsValidSscc(code), length == 18) << length;
  }
  EXPECT_EQ(Gtin14("6901234567892"), "06901234567892");
  EXPECT_TRUE(IsValidSscc("069012345600000015"));
  EXPECT_FALSE(IsValidSscc("069012345600000016"));
}

TEST(StandardNumber, Forms) {
  for (const char* good : {"GB/T 5023.3-2008", "GB 16410-2020", "GB 17761-2024", "GB 4706.1",
                           "T/GDAQI 001-2023", "GB/T 19000.1.2-2016", "JB/T 8734.2-2016"})
    EXPECT_TRUE(IsStandardNumber(good)) << good;
  for (const char* bad :
       {"", "GB", "GB ", "GB16410-2020", "gb 16410-2020", "GB 16410-20", "GB  1-2020",
        "GB 16410-2020 ", "GB 16410—2020", "/T 5-2008", "GB/ 5-2008", "GB 1.-2008",
        "GB 16410-20201", "GB/T 5023.3–2008", "16410-2020"})
    EXPECT_FALSE(IsStandardNumber(bad)) << bad;
}

}  // namespace
}  // namespace suyuan::contracts
