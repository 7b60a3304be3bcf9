#include "api/nonce_cache.h"

#include <gtest/gtest.h>

#include "common/hash.h"

namespace suyuan::api {
namespace {

constexpr int64_t kNow = 1'700'000'000, kForget = kNow + 300;

KeyId Key(int n) { return *KeyId::From(Sha256(std::to_string(n)).view()); }

// Inserts until the key is refused; how many there was room for.
int Fill(NonceCache& nonces, const KeyId& key, bool member, int64_t now_s = kNow) {
  for (int i = 0; i < 100'000; ++i) {
    const Status status =
        nonces.Insert(key, "nonce-" + std::to_string(i), member, now_s + 300, now_s);
    if (status.ok()) continue;
    EXPECT_EQ(status.error().code, ErrorCode::kBusy);
    return i;
  }
  return -1;
}

TEST(NonceCache, AKeyThatFillsItsShareIsRefusedAlone) {
  NonceCache nonces(1600);
  EXPECT_EQ(Fill(nonces, Key(1), true), 100);
  EXPECT_TRUE(nonces.Insert(Key(2), "nonce-0", true, kForget, kNow).ok());
  EXPECT_EQ(nonces.Insert(Key(1), "nonce-0", true, kForget, kNow).error().code, ErrorCode::kReplay)
      << "nothing is forgotten for room";
}

TEST(NonceCache, ManyStrangersTogetherTakeOneShare) {
  NonceCache nonces(16 * 256);
  int taken = 0;
  for (int i = 0; i < 100; ++i) taken += Fill(nonces, Key(i), false);
  EXPECT_EQ(taken, 256);
  EXPECT_EQ(Fill(nonces, Key(1000), true), 256);
}

TEST(NonceCache, ForgetsWhatIsTooOldAndCountsRightAfterwards) {
  NonceCache nonces(1600);
  EXPECT_EQ(Fill(nonces, Key(1), true), 100);
  EXPECT_EQ(Fill(nonces, Key(2), false), 6);
  EXPECT_EQ(nonces.Insert(Key(1), "new", true, kForget, kForget).error().code, ErrorCode::kBusy);
  EXPECT_EQ(Fill(nonces, Key(1), true, kForget + 1), 100);
  EXPECT_EQ(Fill(nonces, Key(2), false, kForget + 1), 6);
}

TEST(NonceCache, AKeyThatBecomesAMembersKeepsItsNonces) {
  NonceCache nonces(1600);
  EXPECT_TRUE(nonces.Insert(Key(1), "nonce-0", false, kForget, kNow).ok());
  EXPECT_EQ(nonces.Insert(Key(1), "nonce-0", true, kForget, kNow).error().code, ErrorCode::kReplay);
}

TEST(NonceCache, IsBounded) {
  NonceCache nonces(160);
  int taken = 0;
  for (int i = 0; i < 100; ++i) taken += Fill(nonces, Key(i), true);
  EXPECT_EQ(taken, 160);
}

}  // namespace
}  // namespace suyuan::api
