// A node of one: the real store on a temporary directory, the real executor, every submitted
// transaction a block of its own. What the API's tests talk to through HTTP.
#pragma once

#include <filesystem>
#include <initializer_list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "api/api.h"
#include "contracts/block_executor.h"
#include "tests/contracts/ledger_fixture.h"

namespace suyuan::api::test {

using contracts::testing::Actor;
using contracts::testing::Rec;

// The secret of an actor's sealing key, the same on every run. Founding regulators have it.
SealingKey SealingKeyOf(const Actor& actor);

class TestLedger final : public Gateway {
 public:
  // The chain's `regulator` is a founding party, and so are `further` ones.
  explicit TestLedger(std::initializer_list<const Actor*> further = {});
  ~TestLedger() override;

  // ---- Gateway ----
  const LedgerId& ledger_id() const override { return ledger_id_; }
  const std::string& origin() const override { return origin_; }
  const LedgerLimits& limits() const override { return limits_; }
  ByteView genesis_file() const override { return "genesis of a test"; }
  const PartyId& own_party() const override { return own_party_; }
  void Submit(ledger::Parcel parcel, Wait wait, SubmitCallback done) override;
  void SubmitJson(const json::Value& transaction, Wait wait, SubmitCallback done) override;
  bool IsOperatorKey(const KeyId& key) const override { return key == maker.key.key_id(); }
  Result<std::shared_ptr<const ledger::OpenedLeaves>> OpenSealed(const TxId& id) override {
    return vault_->Open(id);
  }
  const ledger::Store& store() const override { return *store_; }
  NodeStatus status() const override;
  std::string checkpoint() const override;
  void WhenApplied(Height height, uint32_t timeout_ms, std::function<void(Status)> done) override;
  // One node is a majority, and everything that it committed is applied.
  void WhenCurrent(uint32_t, std::function<void(Status)> done) override { done({}); }
  std::shared_ptr<void> Subscribe(std::function<void(const BlockEvent&)> event) override;
  std::string metrics() const override { return "# TYPE suyuan_test gauge\nsuyuan_test 1\n"; }
  int64_t now_ms() const override { return clock_ms; }

  // ---- For tests ----
  // From now on it is a node of that party, which holds these sealing keys.
  void BecomeNodeOf(const Actor& actor, std::vector<SealingKey> keys);
  // Files a transaction and expects it to be applied.
  TxId File(contracts::TxType type, const Actor& actor, const std::vector<Rec>& records);
  contracts::testing::SignedTx Make(contracts::TxType type, const Actor& actor,
                                    const std::vector<Rec>& records);
  // Registers a party and lets the regulator approve it.
  void Join(const Actor& actor, uint16_t types);
  contracts::Outcome OutcomeOf(const TxId& id) const;

  std::atomic<int64_t> clock_ms{static_cast<int64_t>(contracts::testing::kStartMs)};
  contracts::testing::Chain chain;  // makes transactions; its own state is not used
  Actor& maker = chain.maker;
  Actor& regulator = chain.regulator;
  Actor& seller = chain.seller;

 private:
  ledger::StoredOutcome Commit(const ledger::Transaction& tx, const ledger::Parcel& parcel);

  LedgerId ledger_id_;
  LedgerLimits limits_;
  std::string origin_ = "test.example/ledger";
  PartyId own_party_;
  std::filesystem::path directory_;
  std::unique_ptr<ledger::Store> store_;
  std::unique_ptr<ledger::SealedVault> vault_;
  SigningKey log_key_;
  std::recursive_mutex mutex_;
  uint64_t next_subscription_ = 0;                                          // guarded by mutex_
  std::map<uint64_t, std::function<void(const BlockEvent&)>> subscribers_;  // guarded by mutex_
  std::vector<std::pair<Height, std::function<void(Status)>>> waiting_;     // guarded by mutex_
};

}  // namespace suyuan::api::test
