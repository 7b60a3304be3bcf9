// What custody opens of stored transactions: honest ones, and those of hostile senders, of which no
// value ever leaves.
#include <gtest/gtest.h>

#include "ledger/sealed_vault.h"
#include "tests/support/expect_ok.h"
#include "tests/support/sealing_forgeries.h"
#include "tests/support/sim_env.h"

namespace suyuan::ledger {
namespace {

using test::Forgery;
using Kind = OpenedLeaf::Kind;

class VaultTest : public ::testing::Test {
 protected:
  // One block with an honest transaction, one without sealed fields, and all forgeries.
  VaultTest() {
    StoreOptions options;
    options.directory = "/ledger";
    options.env = &env_;
    options.create = true;
    store_ = Store::Open(options, test::SampleLedger()).value();
    const Status genesis = store_->ApplyGenesis(
        1'600'000'000'000, EncodeConfiguration(test::SampleConfiguration()), test::GenesisWrites());
    SUYUAN_CHECK(genesis.ok(), genesis.error().ToString());
    honest_ = Add(test::Sign(test::Honest()));
    plain_ = AddPlain(test::SignedSample(3));
    for (Forgery& forgery : test::Forgeries()) {
      forged_.push_back(Add(test::Sign(forgery.draft)));
      forgeries_.push_back(std::move(forgery));
    }
    Commit();
  }

  TxId Add(const test::SealedTransaction& sealed) {
    const TxId id = AddPlain(*sealed.envelope);
    items_.insert(items_.end(), sealed.items.begin(), sealed.items.end());
    return id;
  }
  TxId AddPlain(const Bytes& envelope) {
    envelopes_.push_back(envelope);
    return PeekTransactionId(envelope).value();
  }
  void Commit() {
    EntryDraft draft;
    draft.height = Height(1);
    draft.term = Term(1);
    draft.time_ms = 1'700'000'000'000;
    draft.prev_entry_hash = store_->head().entry_hash;
    for (const Bytes& envelope : envelopes_) draft.envelopes.push_back(envelope);
    draft.sealed_items = sealing::ViewsOf(items_);
    const auto bytes = std::make_shared<const Bytes>(BuildEntry(draft, test::KeyOf(1)));
    const BlockEntry entry = DecodeEntry(bytes).value();
    BlockResult result;
    for (uint32_t i = 0; i < envelopes_.size(); ++i)
      result.transactions.push_back({PeekTransactionId(envelopes_[i]).value(), {}, i, "outcome"});
    SUYUAN_CHECK(store_->AppendLog(std::nullopt, {bytes}).ok(), "append");
    SUYUAN_CHECK(store_->Mark({draft.height, draft.term, entry.hash}).ok(), "mark");
    const Status applied = store_->ApplyBlock(entry, std::move(result));
    SUYUAN_CHECK(applied.ok(), applied.error().ToString());
  }
  SealedVault Vault(const std::vector<uint8_t>& seeds, size_t bytes_max = 8 << 20) {
    std::vector<SealingKey> keys;
    for (const uint8_t seed : seeds) keys.push_back(test::SealingKeyOf(seed));
    return SealedVault(std::move(keys), *store_, LedgerLimits(), bytes_max);
  }

  test::SimEnv env_;
  std::unique_ptr<Store> store_;
  std::vector<Bytes> envelopes_;
  sealing::SealedItems items_;
  TxId honest_, plain_;
  std::vector<Forgery> forgeries_;
  std::vector<TxId> forged_;  // of each forgery
};

TEST_F(VaultTest, OpensWhatItsKeysAreForAndNothingElse) {
  SealedVault first = Vault({1}), third = Vault({3}), stranger = Vault({9});
  const auto opened = first.Open(honest_).value();
  EXPECT_EQ(opened->Find(test::kFirstField)->kind, Kind::kValue);
  EXPECT_EQ(opened->Find(test::kFirstField)->value, "\"示例电缆有限公司\"");
  EXPECT_EQ(opened->Find(test::kListItem)->kind, Kind::kAbsent);
  EXPECT_EQ(opened->Find(test::kOtherRecord)->value, "125000");
  EXPECT_EQ(opened->Find(test::kOtherAudience), nullptr);
  EXPECT_EQ(opened->size(), 3u);
  EXPECT_EQ(third.Open(honest_).value()->size(), 1u);
  EXPECT_EQ(stranger.Open(honest_).value()->size(), 0u);
  EXPECT_EQ(first.Open(plain_).value()->size(), 0u);
  EXPECT_CODE(first.Open(TxId{}), ErrorCode::kNotFound);
}

TEST_F(VaultTest, FormerKeysGoOnOpening) {
  SealedVault vault = Vault({9, 3, 1});
  EXPECT_EQ(vault.Open(honest_).value()->size(), 4u);
}

TEST_F(VaultTest, WhatFailsACheckIsAFaultWithoutValue) {
  SealedVault vault = Vault({1});
  size_t faults = 0, strangers = 0;
  for (size_t i = 0; i < forgeries_.size(); ++i) {
    SCOPED_TRACE(forgeries_[i].name);
    const auto opened = vault.Open(forged_[i]);
    ASSERT_OK(opened);
    const OpenedLeaf* leaf = (*opened)->Find(test::kFirstField);
    if (forgeries_[i].audience == sealing::WrapVerdict::kNotReader) {
      EXPECT_EQ(leaf, nullptr);
      ++strangers;
      continue;
    }
    ASSERT_NE(leaf, nullptr);
    const bool opens = forgeries_[i].audience == sealing::WrapVerdict::kOpened &&
                       forgeries_[i].first_field == sealing::FieldVerdict::kOpened;
    EXPECT_EQ(leaf->kind == Kind::kFault, !opens);
    EXPECT_TRUE(opens || leaf->value.empty());
    faults += opens ? 0 : 1;
  }
  EXPECT_GE(faults, 8u) << "of " << forgeries_.size() << ", " << strangers << " to strangers";
}

// A reader that is no regulator asks for what it was shut out of, is granted the key, and asks
// again.
TEST_F(VaultTest, WhatStayedClosedIsAskedForAgainAfterAGrant) {
  std::vector<SealingKey> keys;
  keys.push_back(test::SealingKeyOf(3));
  uint64_t grants = 0;
  size_t asked = 0;
  const sealing::OpenedTransaction owner = test::OpenAs(test::Sign(test::Honest()), {1});
  const auto find = [&](sealing::SealedReader&, const Transaction& tx,
                        std::span<const ByteView> items,
                        sealing::OpenedTransaction& opened) -> Status {
    ++asked;
    if (grants == 0) return {};
    opened.audiences[0].verdict = sealing::WrapVerdict::kOpened;
    auto granted = sealing::OpenWithAudienceKey(tx, items, 0, owner.audiences[0].key);
    if (!granted.ok()) return granted.error();
    for (sealing::OpenedField& field : *granted) opened.fields.push_back(std::move(field));
    return {};
  };
  SealedVault vault(std::move(keys), *store_, LedgerLimits(), SealedVault::kBytesMax,
                    {find, [&] { return grants; }});
  const auto closed = vault.Open(honest_).value();
  EXPECT_EQ(closed->size(), 1u);
  EXPECT_EQ(vault.Open(honest_).value(), closed) << "kept while nothing is granted";
  EXPECT_EQ(asked, 1u);
  grants = 1;
  const auto opened = vault.Open(honest_).value();
  EXPECT_EQ(opened->size(), 4u);
  EXPECT_EQ(opened->Find(test::kOtherRecord)->value, "125000");
  grants = 2;
  EXPECT_EQ(vault.Open(honest_).value(), opened) << "nothing of it is closed any more";
  EXPECT_EQ(asked, 2u);
}

TEST_F(VaultTest, KeepsSoMuchAndNoMore) {
  SealedVault small = Vault({1}, 1), some = Vault({1}, 1500), large = Vault({1});
  const auto kept = large.Open(honest_).value();
  EXPECT_EQ(large.Open(honest_).value(), kept);
  EXPECT_NE(small.Open(honest_).value(), small.Open(honest_).value()) << "nothing is kept";
  const auto before = some.Open(honest_).value();
  EXPECT_EQ(some.Open(honest_).value(), before);
  for (const TxId& id : forged_) ASSERT_OK(some.Open(id));
  const auto after = some.Open(honest_).value();
  EXPECT_NE(after, before) << "the oldest goes first";
  EXPECT_EQ(after->Find(test::kFirstField)->value, before->Find(test::kFirstField)->value);
}

}  // namespace
}  // namespace suyuan::ledger
