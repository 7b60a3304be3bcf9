// RFC 4648 vectors (§10), strictness, and UTF-8 (RFC 3629).
#include "common/encoding.h"

#include <random>

#include <gtest/gtest.h>

#include "common/ids.h"

namespace suyuan {
namespace {

TEST(Encoding, Rfc4648Section10) {
  const std::pair<const char*, const char*> base64[] = {{"", ""},
                                                        {"f", "Zg=="},
                                                        {"fo", "Zm8="},
                                                        {"foo", "Zm9v"},
                                                        {"foob", "Zm9vYg=="},
                                                        {"fooba", "Zm9vYmE="},
                                                        {"foobar", "Zm9vYmFy"}};
  for (auto [raw, text] : base64) {
    EXPECT_EQ(Base64Encode(raw), text);
    EXPECT_EQ(Base64Decode(text).value(), raw);
  }
  const std::pair<const char*, const char*> base32[] = {{"", ""},
                                                        {"f", "my"},
                                                        {"fo", "mzxq"},
                                                        {"foo", "mzxw6"},
                                                        {"foob", "mzxw6yq"},
                                                        {"fooba", "mzxw6ytb"},
                                                        {"foobar", "mzxw6ytboi"}};
  for (auto [raw, text] : base32) {
    EXPECT_EQ(Base32Encode(raw), text);
    EXPECT_EQ(Base32Decode(text).value(), raw);
  }
}

TEST(Encoding, OneValueHasOneText) {
  for (const char* bad :
       {"Zg=", "Zg", "Zh==", "Zm9=", "Z===", "Zg==\n", "Zm 9v", "=Zm9", "Zm9v===="})
    EXPECT_FALSE(Base64Decode(bad).ok()) << bad;
  for (const char* bad : {"MY", "mz", "m", "mzx", "my======", "m1"})
    EXPECT_FALSE(Base32Decode(bad).ok()) << bad;
  for (const char* bad : {"0", "0g", "0x00"}) EXPECT_FALSE(HexDecode(bad).ok()) << bad;
}

TEST(Encoding, RandomBytesSurviveEachTextForm) {
  std::mt19937_64 random(11);
  for (int round = 0; round < 10'000; ++round) {
    Bytes raw(random() % 70, '\0');
    for (char& c : raw) c = static_cast<char>(random());
    EXPECT_EQ(HexDecode(HexEncode(raw)).value(), raw);
    EXPECT_EQ(Base32Decode(Base32Encode(raw)).value(), raw);
    EXPECT_EQ(Base64Decode(Base64Encode(raw)).value(), raw);
  }
}

TEST(Encoding, Utf8IsStrict) {
  for (const char* good :
       {"", "abc", "追溯", "\xF0\x9F\x94\x97", "\xEF\xBF\xBF", "\xF4\x8F\xBF\xBF"})
    EXPECT_TRUE(IsValidUtf8(good)) << good;
  for (const char* bad :
       {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE8\xBF", "a\xFF"})
    EXPECT_FALSE(IsValidUtf8(bad));
  EXPECT_EQ(Utf8Length("追溯码A"), 4u);
}

TEST(Ids, EntityIdsHaveTwentySixCharacters) {
  EntityId id;
  for (size_t i = 0; i < id.data.size(); ++i) id.data[i] = static_cast<uint8_t>(i * 17);
  EXPECT_EQ(ToString(id).size(), 26u);
  EXPECT_EQ(ParseEntityId(ToString(id)).value(), id);
  EXPECT_FALSE(ParseEntityId("short").ok());
}

TEST(Ids, PartyCodesUseTheirAlphabet) {
  EXPECT_TRUE(ParsePartyId("91320000MA00DEM017").ok());
  EXPECT_FALSE(ParsePartyId("91320000MA00DEM01I").ok());  // I is not used
  EXPECT_FALSE(ParsePartyId("91320000MA00DEM01").ok());
}

}  // namespace
}  // namespace suyuan
