#include "node/custody.h"

#include "common/wiped_json.h"
#include "contracts/opened_check.h"
#include "contracts/snapshot_reader.h"
#include "node/granted_keys.h"
#include "node/node.h"
#include "node/own_openings.h"

namespace suyuan::node {
namespace {

constexpr int64_t kSenderLifetimeMs = 60 * 60 * 1000;

}  // namespace

Custody::Custody(CustodyKeys keys, const LedgerStart& ledger, const PartyId& party,
                 const ledger::Store& store, WallClock clock, std::function<uint64_t()> findings)
    : key_(std::move(keys.signing)),
      ledger_(ledger.ledger),
      limits_(ledger.limits),
      party_(party),
      store_(store),
      clock_(std::move(clock)) {
  for (const SealingKey& key : keys.sealing) sealing_keys_.push_back(key.public_key());
  if (keys.sealing.empty()) return;
  const auto granted = [&store, limits = limits_](sealing::SealedReader& reader, const auto& tx,
                                                  auto items, auto& opened) {
    return AddGranted(store, limits, reader, tx, items, opened);
  };
  vault_.emplace(std::move(keys.sealing), store, limits_, ledger::SealedVault::kBytesMax,
                 ledger::GrantSource{granted, std::move(findings)});
}

Result<std::shared_ptr<const ledger::OpenedLeaves>> Custody::Open(const TxId& id) {
  if (!vault_) return std::shared_ptr<const ledger::OpenedLeaves>();
  return vault_->Open(id);
}

Result<sealing::OpenedTransaction> Custody::OpenWhole(const ledger::Transaction& tx,
                                                      std::span<const ByteView> items) {
  if (!vault_) return Error{ErrorCode::kAuthz, "this node holds no sealing key of its party"};
  return vault_->OpenWhole(tx, items);
}

std::shared_ptr<sealing::SenderKey> Custody::Sender() {
  const int64_t now = clock_();
  std::lock_guard lock(mutex_);
  // A clock that goes back makes a new pair as well.
  if (!sender_ || now < sender_made_ms_ || now - sender_made_ms_ >= kSenderLifetimeMs) {
    sender_ = std::make_shared<sealing::SenderKey>(SealingKey(SecretSeed::Random()));
    sender_made_ms_ = now;
  }
  return sender_;
}

Result<ledger::Parcel> Custody::Sign(const json::Value& transaction,
                                     contracts::FieldReaders readers) {
  const std::shared_ptr<sealing::SenderKey> sender = Sender();
  const auto snapshot = store_.Snapshot();
  const contracts::SnapshotReader state(*snapshot);
  const contracts::StateReaderDirectory directory(state);
  contracts::BuildOptions options;
  options.ledger = ledger_;
  options.submitter = party_;
  options.signing_key = key_.public_key();
  options.now_ms = static_cast<uint64_t>(clock_());
  options.readers = readers ? std::move(readers) : contracts::ReadersFrom(directory, party_);
  options.facts = [&](const ledger::Record& record, const contracts::OpenedValues& sealed) {
    return contracts::FactsForOpened(state, record, party_, options.now_ms, sealed);
  };
  options.sender = sender.get();
  const auto open = [this](const ledger::Transaction& tx, std::span<const ByteView> items) {
    return OpenWhole(tx, items);
  };
  SUYUAN_ASSIGN_OR_RETURN(
      json::Value shown,
      WithOwnOpenings(transaction, ShowsFromStore(store_, limits_, party_, open)));
  const json::Wiped whole(std::move(shown));
  SUYUAN_ASSIGN_OR_RETURN(contracts::BuiltTransaction built,
                          contracts::BuildTransaction(*whole, options));
  built.draft.core.reader_height = snapshot->head().height;
  return ledger::Parcel(std::make_shared<const Bytes>(ledger::SignTransaction(built.draft, key_)),
                        std::move(built.sealed_items));
}

}  // namespace suyuan::node
