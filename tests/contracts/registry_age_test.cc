// docs/formats.md §1: readers are chosen from a registry of the last day.
#include "contracts/registry_age.h"

#include "contracts/party.h"
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

// In its first day a party could else name a registry that knows neither it nor whoever came
// between: nobody was then a reader of what it seals, so nobody could claim to be.
TEST_F(RegistryAgeTest, ARegistryWithoutTheSenderNamesNoReaders) {
  const Actor late(50, "440100");
  chain.Block({});
  const uint64_t before = chain.height - 1;
  chain.Join(late, kManufacturer);
  const uint64_t registered = chain.height - 2;  // then the review
  const auto sealed_at = [&](uint64_t height) {
    TxOptions options;
    options.wraps = true;
    options.reader_height = height;
    return chain.Do(tx::kDocAnchor, late, {Document("other")}, options);
  };
  ExpectRefused(sealed_at(before), ErrorCode::kReaders);
  ExpectRefused(sealed_at(0), ErrorCode::kReaders);
  ExpectApplied(sealed_at(registered));
  ExpectApplied(SealedAt(0));  // founding parties were there from the beginning
  TxOptions options;
  options.reader_height = before;
  ExpectApplied(chain.Do(tx::kDocAnchor, late, {Document("other")}, options));
}

// A registration is sealed by the registry as it stood without it.
TEST_F(RegistryAgeTest, ARegistrationNamesTheRegistryBeforeIt) {
  const Actor late(51, "440100");
  TxOptions options;
  options.wraps = true;
  options.reader_height = chain.height - 1;
  ExpectApplied(chain.Do(tx::kPartyRegister, late,
                         {Registration(ToString(late.party), late.region,
                                       ToHex(late.key.public_key()), PartyTypeWords(kManufacturer)),
                          Document("business_licence")},
                         options));
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
