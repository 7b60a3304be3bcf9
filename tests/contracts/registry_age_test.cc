// docs/formats.md §1: readers are chosen from a registry of the last day.
#include "contracts/registry_age.h"

#include "tests/contracts/ledger_fixture.h"

namespace suyuan::contracts::testing {
namespace {

constexpr uint64_t kHourMs = kDayMs / 24;
static_assert(kStartMs % kHourMs == 0, "the first block opens an hour");

class RegistryAgeTest : public ::testing::Test {
 protected:
  // A transaction with an audience whose readers stood in the registry of `height`.
  Outcome SealedAt(uint64_t height) {
    TxOptions options;
    options.wraps = true;
    options.reader_height = height;
    return chain.Do(tx::kDocAnchor, chain.regulator, {Document("other")}, options);
  }
  void ExpectStale(uint64_t height) {
    const Outcome outcome = SealedAt(height);
    ExpectRefused(outcome, ErrorCode::kReaders);
    EXPECT_FALSE(outcome.refusal->record);
  }
  size_t HoursKept() const {
    size_t count = 0;
    chain.state.Scan(Namespace::kBlockHour, {}, [&](ByteView, ByteView) { return ++count != 0; });
    return count;
  }

  Chain chain;
};

TEST_F(RegistryAgeTest, ADayOldIsTakenAndOlderIsNot) {
  ExpectApplied(SealedAt(0));  // of genesis
  chain.now_ms = kStartMs + kDayMs;
  ExpectApplied(SealedAt(0));  // was the latest until the first block of the oldest hour
  const uint64_t last = chain.height - 1;  // first block of its hour
  chain.now_ms = kStartMs + kDayMs + kHourMs - 1;
  ExpectApplied(SealedAt(0));

  chain.now_ms = kStartMs + kDayMs + kHourMs;
  ExpectStale(0);
  ExpectStale(last - 2);
  ExpectApplied(SealedAt(last - 1));
}

// Nothing changed the registry meanwhile, so it is no older than the last block.
TEST_F(RegistryAgeTest, AnIdleLedgersLastRegistryIsTaken) {
  ExpectApplied(SealedAt(0));
  chain.Block({});
  chain.Advance(10 * kDayMs);
  ExpectStale(chain.height - 2);
  chain.Advance(10 * kDayMs);
  ExpectApplied(SealedAt(chain.height - 1));
}

TEST_F(RegistryAgeTest, TheRegistryOfTheBlockItselfIsNotThereYet) {
  ExpectStale(chain.height);
  ExpectStale(chain.height + 1);
  ExpectStale(UINT64_MAX);
  ExpectApplied(SealedAt(chain.height - 1));
}

TEST_F(RegistryAgeTest, WhatSealsNothingNamesNoReaders) {
  chain.Block({});
  chain.Advance(10 * kDayMs);
  TxOptions options;
  options.reader_height = 0;
  ExpectApplied(chain.Do(tx::kDocAnchor, chain.regulator, {Document("other")}, options));
  options.reader_height = UINT64_MAX;
  ExpectApplied(chain.Do(tx::kDocAnchor, chain.regulator, {Document("other")}, options));
}

TEST_F(RegistryAgeTest, TheStateKeepsTheHoursOfADay) {
  for (int i = 0; i < 60; ++i) {
    chain.Block({});
    chain.Block({});
    chain.Advance(kHourMs - 2000);
  }
  EXPECT_EQ(HoursKept(), 25u);
  ExpectStale(chain.height - 53);
  ExpectApplied(SealedAt(chain.height - 50));
  chain.Advance(3 * kDayMs);
  chain.Block({});
  EXPECT_EQ(HoursKept(), 1u);
}

}  // namespace
}  // namespace suyuan::contracts::testing
