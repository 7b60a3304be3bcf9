#include "node/granted_keys.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "common/codec.h"
#include "contracts/entity_access.h"
#include "contracts/made_version.h"
#include "contracts/snapshot_reader.h"
#include "contracts/types.h"
#include "ledger/committed.h"

namespace suyuan::node {
namespace {

using contracts::StateReader;
using sealing::WrapVerdict;

// Whether anything on the ledger, or about one kind and entity, was ever found: mostly nothing was,
// and one look says so.
bool HasFindings(const StateReader& state, const Bytes& prefix) {
  bool found = false;
  state.Scan(contracts::Namespace::kFinding, prefix, [&](ByteView key, ByteView) {
    found = key.starts_with(prefix);
    return false;
  });
  return found;
}

// FINDINGs of the one who sealed it, about the entities of its records: answers are among them.
std::set<TxId> AnswersTo(const StateReader& state, const ledger::Transaction& tx, Height height) {
  std::set<TxId> out;
  for (uint32_t i = 0; i < tx.records.size(); ++i) {
    const auto about = contracts::VersionMadeBy(state, tx, i, height);
    if (!about) continue;
    const auto kind = static_cast<uint8_t>(about->kind);
    if (!HasFindings(state, Writer().U8(kind).Sized8(about->id).Take())) continue;
    for (const contracts::EntityEvent& event :
         contracts::ReadEvents(state, about->kind, about->id)) {
      if (event.type == contracts::tx::kFinding && event.submitter == tx.core.submitter)
        out.insert(event.tx);
    }
  }
  return out;
}

class Grants {
 public:
  Grants(sealing::SealedReader& reader, const ledger::Transaction& tx,
         std::span<const ByteView> items, sealing::OpenedTransaction& opened)
      : reader_(reader), tx_(tx), items_(items), opened_(opened) {}

  Status AddFrom(const ledger::Transaction& carrier, std::span<const ByteView> items) {
    for (sealing::OpenedAudience& audience : opened_.audiences) {
      const auto purpose = sealing::WrapPurpose::AudienceOf(tx_.id, audience.id);
      for (const ledger::AudienceHead& head : carrier.core.audiences) {
        if (audience.verdict == WrapVerdict::kOpened) break;
        SUYUAN_ASSIGN_OR_RETURN(sealing::OpenedAudience granted,
                                reader_.OpenGrant(carrier, items, head.id, purpose));
        if (granted.verdict == WrapVerdict::kOpened) Take(audience, std::move(granted.key));
      }
    }
    return {};
  }

 private:
  // A key that the audience does not commit to is no key of it.
  void Take(sealing::OpenedAudience& audience, SecretSeed key) {
    auto fields = sealing::OpenWithAudienceKey(tx_, items_, audience.id, key);
    if (!fields.ok()) return;
    audience.verdict = WrapVerdict::kOpened;
    audience.key = std::move(key);
    for (sealing::OpenedField& field : *fields) opened_.fields.push_back(std::move(field));
  }

  sealing::SealedReader& reader_;
  const ledger::Transaction& tx_;
  const std::span<const ByteView> items_;
  sealing::OpenedTransaction& opened_;
};

}  // namespace

Status AddGranted(const ledger::Store& store, const LedgerLimits& limits,
                  sealing::SealedReader& reader, const ledger::Transaction& tx,
                  std::span<const ByteView> items, sealing::OpenedTransaction& opened) {
  const auto snapshot = store.Snapshot();
  const contracts::SnapshotReader state(*snapshot);
  if (!HasFindings(state, {})) return {};
  SUYUAN_ASSIGN_OR_RETURN(const auto committed, store.FindTransaction(tx.id));
  if (!committed) return {};
  Grants grants(reader, tx, items, opened);
  for (const TxId& answer : AnswersTo(state, tx, committed->location.height)) {
    SUYUAN_ASSIGN_OR_RETURN(const ledger::CommittedTransaction found,
                            ledger::LoadCommitted(store, answer, limits, ledger::Hashes::kKnown));
    if (!found.tx.core.seal_public_key) continue;
    SUYUAN_ASSIGN_OR_RETURN(const auto carried, ledger::SealedItemsOf(found, limits));
    SUYUAN_RETURN_IF_ERROR(grants.AddFrom(found.tx, carried));
  }
  std::ranges::sort(opened.fields, {}, [](const sealing::OpenedField& field) {
    return std::tuple(field.at.record, field.audience, field.at);
  });
  return {};
}

}  // namespace suyuan::node
