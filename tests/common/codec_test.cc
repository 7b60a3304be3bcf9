// formats §0: big-endian fixed layouts.
#include "common/codec.h"

#include <random>

#include <gtest/gtest.h>

namespace suyuan {
namespace {

TEST(Codec, LaysIntegersOutBigEndian) {
  Writer w;
  w.U8(0x01).U16(0x0203).U32(0x04050607).U64(0x08090a0b0c0d0e0full).Sized("xy").Sized8("z");
  EXPECT_EQ(HexEncode(w.bytes()), "0102030405060708090a0b0c0d0e0f000000027879017a");
}

TEST(Codec, ReadsBackWhatWasWrittenInAnyMixture) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 10'000; ++round) {
    uint64_t a = random(), b = random();
    Bytes text(random() % 40, static_cast<char>(random()));
    Writer w;
    w.U64(a).Sized8(text).U32(static_cast<uint32_t>(b)).Sized(text).U16(static_cast<uint16_t>(b));
    Reader r(w.bytes());
    EXPECT_EQ(r.U64(), a);
    EXPECT_EQ(r.Sized8(), text);
    EXPECT_EQ(r.U32(), static_cast<uint32_t>(b));
    EXPECT_EQ(r.Sized(), text);
    EXPECT_EQ(r.U16(), static_cast<uint16_t>(b));
    EXPECT_TRUE(r.Finish("test").ok());

    // Cut anywhere, the reader fails once and for all and never reads outside.
    Bytes cut = w.bytes().substr(0, random() % w.bytes().size());
    Reader s(cut);
    s.U64(), s.Sized8(), s.U32(), s.Sized(), s.U16();
    EXPECT_FALSE(s.Finish("test").ok());
  }
}

TEST(Codec, RefusesBytesAfterTheEnd) {
  Reader r("ab");
  r.U8();
  auto status = r.Finish("thing");
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::kFormat);
  EXPECT_NE(status.error().detail.find("thing has 1 bytes too many"), std::string::npos);
}

TEST(Codec, AFailedReaderGivesNothingMore) {
  Reader r("abc");
  EXPECT_EQ(r.U64(), 0u);
  EXPECT_TRUE(r.failed());
  EXPECT_EQ(r.Raw(1), "");  // though three bytes had been there
  EXPECT_EQ(r.Sized(), "");
}

}  // namespace
}  // namespace suyuan
