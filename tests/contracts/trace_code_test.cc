// Trace codes (requirements 4.4): canonical texts, element strings, GS1 Digital Links.
#include "contracts/identifiers/trace_code.h"

#include <random>

#include <gtest/gtest.h>

#include "contracts/identifiers/gtin.h"

namespace suyuan::contracts {
namespace {

const std::string kGs(1, '\x1D');

std::string Canonical(ByteView text) {
  const auto code = ParseAnyCode(text);
  return code.ok() ? CanonicalText(*code) : std::string(Describe(code.error().code).name);
}

TEST(TraceCode, OneCodeWhateverItIsReadFrom) {
  const std::string expected = "01/06901234567892/10/LOT-7/21/A%2F1";
  EXPECT_EQ(Canonical(expected), expected);
  EXPECT_EQ(Canonical("010690123456789210LOT-7" + kGs + "21A/1"), expected);
  EXPECT_EQ(Canonical("]d2010690123456789210LOT-7" + kGs + "21A/1" + kGs), expected);
  EXPECT_EQ(Canonical(kGs + "010690123456789221A/1" + kGs + "10LOT-7"), expected);
  EXPECT_EQ(Canonical("(01)06901234567892(10)LOT-7(21)A/1"), expected);
  EXPECT_EQ(Canonical("https://id.gs1.org/01/06901234567892/10/LOT-7/21/A%2f1"), expected);
  EXPECT_EQ(
      Canonical("HTTP://example.cn:8080/t/01/6901234567892/10/LOT-7/21/A%2F1?17=291231&x=1#p"),
      expected);
  EXPECT_EQ(Canonical("https://example.cn/gtin/6901234567892/lot/LOT-7/ser/A%2F1"), expected);
}

TEST(TraceCode, ExpiryIsCheckedAndLeftOut) {
  EXPECT_EQ(Canonical("0106901234567892172912311021"), "01/06901234567892/10/21");
  EXPECT_EQ(Canonical("(01)06901234567892(17)291331"), "E_SCHEME");
  EXPECT_EQ(Canonical("https://a.cn/01/06901234567892?17=9"), "E_SCHEME");
}

TEST(TraceCode, BracketsInsideValues) {
  EXPECT_EQ(Canonical("(01)06901234567892(21)A(B)1"), "01/06901234567892/21/A%28B%291");
}

TEST(TraceCode, Packages) {
  EXPECT_EQ(Canonical("(00)069012345600000015"), "00/069012345600000015");
  EXPECT_EQ(Canonical("https://a.cn/00/069012345600000015"), "00/069012345600000015");
  EXPECT_EQ(Canonical("(00)069012345600000016"), "E_SCHEME");
  EXPECT_EQ(Canonical("(00)069012345600000015(21)1"), "E_SCHEME");
  EXPECT_EQ(Canonical("(01)06901234567892(00)069012345600000015"), "E_SCHEME");
}

TEST(TraceCode, OtherSchemes) {
  EXPECT_EQ(Canonical("ecode/1000012345678901"), "ecode/1000012345678901");
  EXPECT_EQ(Canonical("digital_id/MA.156.1000.ABC"), "digital_id/MA.156.1000.ABC");
  EXPECT_EQ(Canonical("ccc/2026010105000001"), "ccc/2026010105000001");
  for (const char* bad : {"ecode/12", "ecode/", "ecode", "ccc/abc123", "digital_id/ 12345678",
                          "other/12345678", "ecode/A00001234567"})
    EXPECT_EQ(Canonical(bad), "E_SCHEME") << bad;
}

TEST(TraceCode, RefusesWhatIsNoCode) {
  for (const char* bad : {"",
                          "0",
                          "01",
                          "010690123456789",
                          "0106901234567893",
                          "01/06901234567893",
                          "01/06901234567892/",
                          "01/06901234567892/21",
                          "01/06901234567892/21/",
                          "(01)06901234567892(21)",
                          "(01)06901234567892(21)123456789012345678901",
                          "(21)A(01)06901234567892",
                          "(01)06901234567892(01)06901234567892",
                          "(01)06901234567892(99)A",
                          "https://a.cn/",
                          "https:///01/06901234567892",
                          "https://a.cn/21/1/01/06901234567892/22",
                          "https://a.cn/01/06901234567892/21/1/10/2",
                          "01/06901234567892/21/%4",
                          "01/06901234567892/21/%zz",
                          "(01)06901234567892(21)\xE4\xB8\xAD",
                          "(01)06901234567892(21)a b"})
    EXPECT_EQ(Canonical(bad), "E_SCHEME") << bad;
  EXPECT_EQ(Canonical(std::string(5000, '0')), "E_SCHEME");
}

TEST(TraceCode, TheLedgerKnowsOneTextOnly) {
  EXPECT_TRUE(ParseCanonicalCode("01/06901234567892/22/V/10/L/21/S").ok());
  for (const char* other :
       {"01/6901234567892", "01/06901234567892/21/S/10/L", "01/06901234567892/10/L/22/V",
        "01/06901234567892/21/a%2f", "01/06901234567892/21/%41", "01/06901234567892/17/291231",
        "(01)06901234567892", "0106901234567892", "https://a.cn/01/06901234567892",
        "gtin/06901234567892"})
    EXPECT_FALSE(ParseCanonicalCode(other).ok()) << other;
}

TEST(TraceCodeProperty, EveryRouteLeadsToTheSameCode) {
  constexpr ByteView kSet82 =
      "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
  static_assert(kSet82.size() == 82);
  std::mt19937 rng(4410);
  const auto value = [&] {
    std::string text;
    for (size_t n = 1 + rng() % 20; n > 0; --n) text += kSet82[rng() % kSet82.size()];
    return text;
  };
  for (int round = 0; round < 10'000; ++round) {
    TraceCode code;
    for (int i = 0; i < 13; ++i) code.gtin += static_cast<char>('0' + rng() % 10);
    code.gtin += *Gs1CheckDigit(code.gtin);
    if (rng() % 2) code.variant = value();
    if (rng() % 2) code.batch = value();
    if (rng() % 2) code.serial = value();
    const std::string canonical = CanonicalText(code);
    ASSERT_LE(canonical.size(), kCanonicalCodeBytesMax);
    ASSERT_EQ(ParseCanonicalCode(canonical).value(), code) << canonical;
    ASSERT_EQ(ParseAnyCode("https://id.example/x/" + canonical).value(), code) << canonical;
    std::string elements = "01" + code.gtin;
    if (!code.serial.empty()) elements += "21" + code.serial + kGs;
    if (!code.batch.empty()) elements += "10" + code.batch + kGs;
    if (!code.variant.empty()) elements += "22" + code.variant + kGs;
    ASSERT_EQ(ParseAnyCode(elements).value(), code) << canonical;
  }
}

}  // namespace
}  // namespace suyuan::contracts
