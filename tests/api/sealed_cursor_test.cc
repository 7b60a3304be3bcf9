// Cursors of lists with rows of others tell nothing of a row (requirements 4.8).
#include "api/sealed_cursor.h"

#include <gtest/gtest.h>

#include "common/encoding.h"
#include "common/sign.h"
#include "tests/support/expect_ok.h"

namespace suyuan::api {
namespace {

Result<Bytes> Start(const SealedCursors& cursors, ByteView list, const std::string& cursor) {
  Request request;
  request.query = {{"cursor", cursor}};
  return cursors.Start(list, request);
}

class SealedCursorTest : public testing::Test {
 protected:
  void SetUp() override { InitCrypto(); }
};

TEST_F(SealedCursorTest, GoesOnAtItsKey) {
  const SealedCursors cursors;
  EXPECT_EQ(*cursors.Start("a", Request()), Bytes());
  for (const size_t size : {1u, 27u, 62u, 63u, 300u}) {
    const Bytes key(size, 'k');
    const auto start = Start(cursors, "a", cursors.At("a", key));
    ASSERT_TRUE(start.ok()) << start.error().ToString();
    EXPECT_EQ(*start, key);
  }
}

TEST_F(SealedCursorTest, TellsNothingOfTheKey) {
  const SealedCursors cursors;
  const Bytes key = "a row that is not for the caller";
  const std::string cursor = cursors.At("a", key);
  EXPECT_EQ(Base32Decode(cursor)->find("row"), Bytes::npos);
  EXPECT_NE(cursor, cursors.At("a", key)) << "nor whether it is the same";
  EXPECT_EQ(cursor.size(), cursors.At("a", key.substr(0, 5)).size());
}

TEST_F(SealedCursorTest, IsOfItsListAndProcess) {
  const SealedCursors cursors, others;
  const std::string cursor = cursors.At("a", "key");
  EXPECT_CODE(Start(cursors, "b", cursor), ErrorCode::kFormat);
  EXPECT_CODE(Start(others, "a", cursor), ErrorCode::kFormat);
  EXPECT_CODE(Start(cursors, "a", Base32Encode("key")), ErrorCode::kFormat);
  Bytes changed = *Base32Decode(cursor);
  changed.back() ^= 1;
  EXPECT_CODE(Start(cursors, "a", Base32Encode(changed)), ErrorCode::kFormat);
}

}  // namespace
}  // namespace suyuan::api
