#include "tests/api/test_ledger.h"

#include <stdlib.h>

#include "common/hash.h"
#include "contracts/builder.h"
#include "contracts/genesis_state.h"
#include "contracts/party.h"
#include "contracts/snapshot_reader.h"
#include "ledger/checkpoint.h"
#include "tests/support/expect_ok.h"

namespace suyuan::api::test {
namespace {

using contracts::testing::kDayMs;
using contracts::testing::kStartMs;

SecretSeed LogSeed() { return *SecretSeed::From(Sha256("log key of a test").view()); }

ledger::Configuration OneMember(const contracts::testing::Chain& chain) {
  ledger::Member member;
  member.party = chain.maker.party;
  member.node = "n1";
  member.node_key = chain.node.key.public_key();
  member.log_key = SigningKey(LogSeed()).public_key();
  member.cosigner_key = member.log_key;
  member.peer_address = "127.0.0.1:1";
  ledger::Configuration configuration;
  configuration.members = {member};
  return configuration;
}

contracts::FoundingParty Founder(const Actor& actor) {
  contracts::FoundingParty party;
  party.party = actor.party;
  party.name = "示例监管局";
  party.types = contracts::kRegulator;
  party.region = actor.region;
  party.signing_key = actor.key.public_key();
  party.sealing_key = SealingKeyOf(actor).public_key();
  return party;
}

std::vector<ledger::StateWrite> GenesisState(const contracts::testing::Chain& chain,
                                             std::initializer_list<const Actor*> further) {
  contracts::GenesisSeed seed;
  seed.time_ms = kStartMs - kDayMs;
  seed.parties.push_back(Founder(chain.regulator));
  for (const Actor* actor : further) seed.parties.push_back(Founder(*actor));
  seed.catalogue.push_back(json::Object{{"category_code", "03"},
                                        {"category_name", "重点工业产品"},
                                        {"catalog_level", "national"},
                                        {"review_policy", "auto"},
                                        {"effective_from", "2026-01-01"}});
  return contracts::MakeGenesisState(seed).value();
}

}  // namespace

SealingKey SealingKeyOf(const Actor& actor) {
  return SealingKey(*SecretSeed::From(Sha256("sealing" + Bytes(actor.seed.view())).view()));
}

TestLedger::TestLedger(std::initializer_list<const Actor*> further)
    : ledger_id_(chain.ledger_id), log_key_(LogSeed()) {
  std::string pattern = (std::filesystem::temp_directory_path() / "suyuan-api-XXXXXX").string();
  SUYUAN_CHECK(::mkdtemp(pattern.data()) != nullptr, pattern);
  directory_ = pattern;
  ledger::StoreOptions options;
  options.directory = (directory_ / "store").string();
  options.create = true;
  store_ = ledger::Store::Open(options, ledger_id_).value();
  const Status genesis =
      store_->ApplyGenesis(kStartMs - kDayMs, ledger::EncodeConfiguration(OneMember(chain)),
                           GenesisState(chain, further));
  SUYUAN_CHECK(genesis.ok(), genesis.error().ToString());
  BecomeNodeOf(maker, {});
}

void TestLedger::BecomeNodeOf(const Actor& actor, std::vector<SealingKey> keys) {
  own_party_ = actor.party;
  vault_ = std::make_unique<ledger::SealedVault>(std::move(keys), *store_, limits_);
}

TestLedger::~TestLedger() {
  vault_.reset();
  store_.reset();
  std::filesystem::remove_all(directory_);
}

ledger::StoredOutcome TestLedger::Commit(const ledger::Transaction& tx,
                                         const ledger::Parcel& parcel) {
  const ledger::LogHead before = store_->head();
  ledger::EntryDraft draft;
  draft.height = before.height + 1;
  draft.term = Term(1);
  draft.time_ms = std::max<uint64_t>(before.time_ms + 1, static_cast<uint64_t>(now_ms()));
  draft.prev_entry_hash = before.entry_hash;
  draft.envelopes = {*parcel.envelope};
  draft.sealed_items = sealing::ViewsOf(*parcel.sealed_items);
  const auto bytes = std::make_shared<const Bytes>(ledger::BuildEntry(draft, chain.node.key));
  const ledger::BlockEntry entry = ledger::DecodeEntry(bytes).value();
  SUYUAN_CHECK(store_->AppendLog(std::nullopt, {bytes}).ok(), "append");
  SUYUAN_CHECK(store_->Mark({draft.height, draft.term, entry.hash}).ok(), "mark");
  const auto snapshot = store_->Snapshot();
  contracts::ExecutionContext context;
  context.ledger = ledger_id_;
  context.limits = limits_;
  context.earlier = [this](const TxId& id) {
    return contracts::WhetherApplied(store_->FindTransaction(id).value());
  };
  contracts::BlockExecution execution =
      contracts::ExecuteBlock(context, contracts::SnapshotReader(*snapshot), entry);
  const Status applied =
      store_->ApplyBlock(entry, {std::move(execution.transactions), std::move(execution.writes)});
  SUYUAN_CHECK(applied.ok(), applied.error().ToString());
  const BlockEvent event{draft.height, draft.time_ms, {tx.id}};
  for (const auto& [number, subscriber] : subscribers_) subscriber(event);
  std::vector<std::pair<Height, std::function<void(Status)>>> waiting;
  waiting.swap(waiting_);
  for (auto& [height, done] : waiting) {
    if (height <= draft.height)
      done({});
    else
      waiting_.emplace_back(height, std::move(done));
  }
  return *store_->FindTransaction(tx.id).value();
}

void TestLedger::Submit(ledger::Parcel parcel, Wait wait, SubmitCallback done) {
  Result<ledger::Transaction> tx = ledger::DecodeTransaction(parcel.envelope, limits_, &ledger_id_);
  if (!tx) return done(tx.error());
  if (const Status verified = ledger::VerifyTransactionSignatures(*tx); !verified)
    return done(verified.error());
  const std::lock_guard lock(mutex_);
  auto known = store_->FindTransaction(tx->id).value();
  ledger::StoredOutcome outcome = known ? *std::move(known) : Commit(*tx, parcel);
  if (wait == Wait::kAccepted) return done(SubmitResult{tx->id, std::nullopt});
  done(SubmitResult{tx->id, std::move(outcome)});
}

void TestLedger::SubmitJson(const json::Value& transaction, Wait wait, SubmitCallback done) {
  contracts::BuildOptions options;
  options.ledger = ledger_id_;
  options.submitter = maker.party;
  options.signing_key = maker.key.public_key();
  options.now_ms = static_cast<uint64_t>(now_ms());
  options.readers = contracts::OnlyFor({SealingKey(SecretSeed::Random()).public_key()});
  auto built = contracts::BuildTransaction(transaction, options);
  if (!built) return done(built.error());
  auto envelope = std::make_shared<const Bytes>(ledger::SignTransaction(built->draft, maker.key));
  Submit({std::move(envelope), std::move(built->sealed_items)}, wait, std::move(done));
}

NodeStatus TestLedger::status() const {
  NodeStatus status;
  status.node = ToString(maker.party) + "/n1";
  status.role = "leader";
  status.leader = status.node;
  status.term = 1;
  status.commit = status.applied = store_->head().height.value();
  return status;
}

std::string TestLedger::checkpoint() const {
  const auto summary = store_->Summary(store_->head().height).value();
  return ledger::SignNote(ledger::CheckpointBody({origin_, summary.leaf_count, summary.log_root}),
                          origin_, log_key_);
}

void TestLedger::WhenApplied(Height height, uint32_t timeout_ms, std::function<void(Status)> done) {
  const std::lock_guard lock(mutex_);
  if (height <= store_->head().height) return done({});
  if (height - store_->head().height > 1)
    return done(Error{ErrorCode::kNotYet, std::to_string(timeout_ms) + " ms have passed"});
  waiting_.emplace_back(height, std::move(done));
}

std::shared_ptr<void> TestLedger::Subscribe(std::function<void(const BlockEvent&)> event) {
  const std::lock_guard lock(mutex_);
  const uint64_t number = next_subscription_++;
  subscribers_.emplace(number, std::move(event));
  return std::shared_ptr<void>(nullptr, [this, number](void*) {
    const std::lock_guard again(mutex_);
    subscribers_.erase(number);
  });
}

contracts::testing::SignedTx TestLedger::Make(contracts::TxType type, const Actor& actor,
                                              const std::vector<Rec>& records) {
  const std::lock_guard lock(mutex_);
  chain.now_ms = static_cast<uint64_t>(now_ms());
  return chain.Make(type, actor, records);
}

TxId TestLedger::File(contracts::TxType type, const Actor& actor, const std::vector<Rec>& records) {
  const auto signed_tx = Make(type, actor, records);
  Submit(std::make_shared<const Bytes>(signed_tx.envelope), Wait::kCommitted,
         [](Result<SubmitResult> result) { ASSERT_OK(result); });
  contracts::testing::ExpectApplied(OutcomeOf(signed_tx.id));
  return signed_tx.id;
}

void TestLedger::Join(const Actor& actor, uint16_t types) {
  using namespace contracts::testing;  // NOLINT: the words of records
  File(contracts::tx::kPartyRegister, actor,
       {Registration(ToString(actor.party), actor.region, ToHex(actor.key.public_key()),
                     contracts::PartyTypeWords(types)),
        Document("business_licence")});
  File(contracts::tx::kPartyReview, regulator,
       {Review(ledger::EntityKind::kParty, actor.party.view(), "approve")});
}

contracts::Outcome TestLedger::OutcomeOf(const TxId& id) const {
  return contracts::DecodeOutcome(store_->FindTransaction(id).value()->outcome).value();
}

}  // namespace suyuan::api::test
