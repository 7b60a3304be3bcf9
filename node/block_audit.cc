#include "node/block_audit.h"

#include <algorithm>
#include <map>

#include "common/encoding.h"
#include "contracts/entity_access.h"
#include "contracts/field_numbers.h"
#include "contracts/flow.h"
#include "contracts/made_version.h"
#include "contracts/opened_check.h"
#include "contracts/outcome.h"
#include "contracts/past_readers.h"
#include "contracts/shown_value.h"
#include "contracts/types.h"
#include "ledger/committed.h"

namespace suyuan::node {
namespace {

using contracts::FindingKind;
using contracts::FindingTarget;
using contracts::RecordView;
using contracts::StateReader;
using ledger::EntityKind;
using sealing::FieldVerdict;
using sealing::WrapVerdict;
using Recheck = BlockAudit::Recheck;

// What a registration says of its own party, which the registry did not know before.
std::optional<contracts::ReaderParty> IntroducedBy(const ledger::Transaction& tx, uint32_t index) {
  namespace p = contracts::party_field;
  if (tx.records[index].schema != p::kSection) return std::nullopt;
  const RecordView view(tx.records[index]);
  json::Object fields;
  for (const uint16_t field : {p::kPartyCode, p::kRegionCode, p::kSealingKey})
    fields[std::string(contracts::FindField(field)->identifier)] = view.Text(field);
  return contracts::AudienceOf(tx.core.submitter, fields).introduced;
}

// Everybody whom a record's fields concern, as far as clear and opened values and the flow that it
// adds to tell.
Result<contracts::Audience> AudienceOf(const contracts::ReaderDirectory& directory,
                                       const ledger::Transaction& tx, uint32_t index,
                                       std::span<const contracts::OpenedItem> opened) {
  namespace f = contracts::flow_field;
  const ledger::Record& record = tx.records[index];
  json::Object sides;
  for (const contracts::OpenedItem& item : opened) {
    if (!item.value || (item.field != f::kSellerCode && item.field != f::kBuyerCode)) continue;
    if (auto value = json::Parse(*item.value); value.ok())
      sides[item.field == f::kSellerCode ? "seller_code" : "buyer_code"] = *std::move(value);
  }
  contracts::Audience out = contracts::AudienceOf(tx.core.submitter, sides);
  if (record.schema != f::kSection) return out;
  out.codes = RecordView(record).Texts(f::kFlowCodes);
  if (record.subject_kind != EntityKind::kFlow) return out;
  SUYUAN_ASSIGN_OR_RETURN(const EntityId flow, EntityId::From(record.subject));
  SUYUAN_ASSIGN_OR_RETURN(auto parties, directory.PartiesOf(flow));
  if (!parties) return out;
  out.sides.insert(out.sides.end(), parties->sides.begin(), parties->sides.end());
  out.makers = std::move(parties->makers);
  return out;
}

// Sides of a flow that its own record names, sealed, and that have shown themselves since: who
// sealed it knew them.
void AddProvenSides(const StateReader& state, ByteView id, contracts::Audience& out) {
  const auto entity = contracts::LoadEntity(state, EntityKind::kFlow, id);
  const contracts::Flow flow = contracts::DecodeFlow(entity->content);
  if (!flow.sealed || flow.other.is_zero()) return;
  out.sides.insert(out.sides.end(), {flow.recorder, flow.other});
}

// Records of the same submitter whose sealed values an answer to claims is about. A claim stands
// for all of its audience, so all that its transaction says.
void AddAnswered(const StateReader& state, const ledger::Transaction& answer, Recheck& out) {
  namespace x = contracts::command_field;
  for (const ledger::Record& record : answer.records) {
    const RecordView view(record);
    const auto version = view.Integer(x::kTargetVersion);
    if (!version || !view.Has(x::kFindingOf)) continue;
    const auto bytes = state.Get(
        contracts::Namespace::kRecord,
        contracts::RecordKey(record.subject_kind, record.subject, static_cast<uint32_t>(*version)));
    if (!bytes) continue;
    const contracts::StoredRecord stored = contracts::DecodeStoredRecord(*bytes);
    if (stored.submitter == answer.core.submitter) out[stored.tx] = std::nullopt;
  }
}

// What each record of a flow was made by, when this transaction makes its other side known: what
// waits for both sides is judged again.
void AddShownFlows(const StateReader& state, const ledger::Transaction& tx, Recheck& out) {
  if (tx.core.type != contracts::tx::kFlowConfirm && tx.core.type != contracts::tx::kFlowDispute)
    return;
  for (const ledger::Record& record : tx.records) {
    const auto flow = record.subject_kind == EntityKind::kFlow
                          ? contracts::LoadEntity(state, EntityKind::kFlow, record.subject)
                          : std::nullopt;
    for (uint32_t version = 1; flow && version <= flow->version; ++version) {
      const auto bytes =
          state.Get(contracts::Namespace::kRecord,
                    contracts::RecordKey(EntityKind::kFlow, record.subject, version));
      if (!bytes) continue;
      const contracts::StoredRecord stored = contracts::DecodeStoredRecord(*bytes);
      if (stored.tx == tx.id) continue;
      // All of it, where that is asked for anyhow.
      auto& records = out.try_emplace(stored.tx, std::set<uint32_t>()).first->second;
      if (records) records->insert(stored.record);
    }
  }
}

// One record's opened fields, judged.
class RecordAudit {
 public:
  RecordAudit(const StateReader& state, const ledger::Transaction& tx, uint32_t index,
              const sealing::OpenedTransaction& opened, const ledger::BlockHeader& block,
              const BlockAuditOptions& auditor)
      : state_(state), tx_(tx), index_(index), opened_(opened), block_(block), auditor_(auditor) {
    for (const sealing::OpenedField& field : opened.fields) {
      if (field.at.record == index && field.verdict == FieldVerdict::kOpened)
        values_.push_back({field.at.field, field.at.item, field.value});
    }
  }
  ~RecordAudit() {
    for (contracts::OpenedItem& item : values_)
      if (item.value) Wipe(*item.value);
  }
  RecordAudit(const RecordAudit&) = delete;
  RecordAudit& operator=(const RecordAudit&) = delete;

  Status Run(const FindingTarget& target, std::vector<AuditFinding>& out) {
    target_ = &target;
    for (const sealing::OpenedField& field : opened_.fields)
      if (field.at.record == index_) SUYUAN_RETURN_IF_ERROR(AddFault(field, out));
    SUYUAN_RETURN_IF_ERROR(AddBreaches(out));
    return AddClaims(out);
  }

 private:
  const SecretSeed& AudienceKey(uint8_t audience) const {
    return std::ranges::find(opened_.audiences, audience, &sealing::OpenedAudience::id)->key;
  }

  Status AddFault(const sealing::OpenedField& field, std::vector<AuditFinding>& out) {
    const SecretSeed& key = AudienceKey(field.audience);
    const std::string field_key = HexEncode(sealing::FieldKey(key, field.at).view());
    switch (field.verdict) {
      case FieldVerdict::kKeyFault:
        return Add(field.at, FindingKind::kKeyFault, HexEncode(key.view()), "", out);
      case FieldVerdict::kCipherFault:
        return Add(field.at, FindingKind::kCipherFault, field_key, "", out);
      case FieldVerdict::kPaddingLie:
        return Add(field.at, FindingKind::kBadValue, field_key, "padding", out);
      case FieldVerdict::kOpened:
      case FieldVerdict::kForeign:
      case FieldVerdict::kErased:
        return {};
    }
    return {};
  }

  // One finding a value, by the first rule that it breaks; an alert is no finding.
  Status AddBreaches(std::vector<AuditFinding>& out) {
    std::map<std::pair<uint16_t, uint16_t>, std::string> first;
    contracts::RecordMaking made{block_.height, tx_.id};
    if (target_->kind == EntityKind::kFlow) made.flow = target_->id;
    const contracts::Judgement judged = contracts::CheckOpened(
        state_, tx_.records[index_], tx_.core.submitter, block_.time_ms, values_, made);
    for (const contracts::DutyBreach& breach : judged.breaches) {
      if (breach.code != ErrorCode::kOk)
        first.try_emplace({breach.field, breach.item}, breach.rule);
    }
    for (const auto& [place, rule] : first) {
      const ledger::Leaf* leaf = tx_.records[index_].Find(place.first, place.second);
      if (leaf == nullptr || leaf->mode != ledger::LeafMode::kHidden) continue;
      const sealing::SealedPlace at{index_, place.first, place.second};
      const SecretSeed key = sealing::FieldKey(AudienceKey(leaf->audience), at);
      SUYUAN_RETURN_IF_ERROR(Add(at, FindingKind::kBadValue, HexEncode(key.view()), rule, out));
    }
    return {};
  }

  // A wrap that is for us and does not open, or one that had to be for us and is not there: the
  // first such field stands for all of the audience.
  Status AddClaims(std::vector<AuditFinding>& out) {
    for (const sealing::OpenedAudience& audience : opened_.audiences) {
      if (audience.verdict != WrapVerdict::kUnopenable &&
          audience.verdict != WrapVerdict::kNotReader)
        continue;
      for (const ledger::Leaf& leaf : tx_.records[index_].leaves) {
        if (leaf.mode != ledger::LeafMode::kHidden || leaf.audience != audience.id) continue;
        bool ours = audience.verdict == WrapVerdict::kUnopenable;
        if (!ours) {
          SUYUAN_ASSIGN_OR_RETURN(ours, IsDue(ClassOf(leaf.field)));
        }
        if (!ours) continue;
        SUYUAN_RETURN_IF_ERROR(
            Add({index_, leaf.field, leaf.item}, FindingKind::kCannotOpen, "", "", out));
        break;
      }
    }
    return {};
  }

  contracts::DisclosureClass ClassOf(uint16_t field) const {
    return contracts::EffectiveClass(*contracts::FindField(field), RecordView(tx_.records[index_]));
  }

  // Whether the registry that the sender names as the source of its readers had one of our keys
  // among those of a class: as far as that is certain from afar, so sides of a flow that are sealed
  // do not count before they have shown themselves.
  Result<bool> IsDue(contracts::DisclosureClass disclosure) {
    if (const auto known = due_.find(disclosure); known != due_.end()) return known->second;
    const contracts::PastReaderDirectory directory(state_, tx_.core.reader_height, auditor_.party);
    SUYUAN_ASSIGN_OR_RETURN(contracts::Audience audience,
                            AudienceOf(directory, tx_, index_, values_));
    audience.introduced = IntroducedBy(tx_, index_);
    if (target_->kind == EntityKind::kFlow) AddProvenSides(state_, target_->id, audience);
    const auto readers = contracts::ReadersOf(directory, disclosure, audience);
    if (!readers.ok() && readers.error().code != ErrorCode::kRef) return readers.error();
    const bool due = readers.ok() && std::ranges::any_of(*readers, [&](const auto& key) {
                       return std::ranges::find(auditor_.keys, key) != auditor_.keys.end();
                     });
    return due_[disclosure] = due;
  }

  Status Add(const sealing::SealedPlace& at, FindingKind kind, std::string key, std::string rule,
             std::vector<AuditFinding>& out) {
    AuditFinding finding{*target_, kind, std::move(key), {}, std::move(rule), {}};
    finding.target.field = at.field;
    finding.target.item = at.item;
    // What is refused stays on the ledger as well, with who filed it: of a flow that waits for its
    // other side that would tell everybody which regulator reads it, and so where that side is.
    const contracts::RecordSubject about{target_->kind, target_->id};
    if (!contracts::CheckMayShow(state_, auditor_.party, about, tx_.core.submitter).ok()) return {};
    const auto known = contracts::FindFinding(state_, finding.target, kind);
    if (known && known->stage != contracts::FindingStage::kAnswered) {
      const bool alone = kind == FindingKind::kCannotOpen &&
                         known->stage == contracts::FindingStage::kRaised &&
                         known->finder != auditor_.party;
      if (!alone) return {};
      finding.of = known->tx;
    }
    if (kind != FindingKind::kCannotOpen) {
      SUYUAN_ASSIGN_OR_RETURN(finding.readers, ReadersOf(ClassOf(at.field)));
    }
    out.push_back(std::move(finding));
    return {};
  }

  // Of the proof: those of the field. The auditor alone when the owner's keys are void by now.
  Result<std::vector<SealingPublicKey>> ReadersOf(contracts::DisclosureClass disclosure) const {
    const contracts::StateReaderDirectory directory(state_);
    SUYUAN_ASSIGN_OR_RETURN(const contracts::Audience audience,
                            AudienceOf(directory, tx_, index_, values_));
    auto readers = contracts::ReadersOf(directory, disclosure, audience);
    if (!readers.ok() && readers.error().code == ErrorCode::kRef) return auditor_.keys;
    return readers;
  }

  const StateReader& state_;
  const ledger::Transaction& tx_;
  const uint32_t index_;
  const sealing::OpenedTransaction& opened_;
  const ledger::BlockHeader& block_;
  const BlockAuditOptions& auditor_;
  const FindingTarget* target_ = nullptr;
  std::vector<contracts::OpenedItem> values_;
  std::map<contracts::DisclosureClass, bool> due_;
};

}  // namespace

bool BlockAudit::IsAudited(const ledger::Transaction& tx) const {
  return tx.core.seal_public_key && tx.core.submitter != options_.party;
}

Result<bool> BlockAudit::WasApplied(const TxId& id) const {
  SUYUAN_ASSIGN_OR_RETURN(const auto found, store_.FindTransaction(id));
  return contracts::WhetherApplied(found).value_or(false);
}

Result<TransactionFindings> BlockAudit::Audit(const ledger::Transaction& tx,
                                              std::span<const ByteView> items,
                                              const ledger::BlockHeader& header,
                                              const Records& records) {
  TransactionFindings out{tx.id, {}};
  SUYUAN_ASSIGN_OR_RETURN(const bool applied, WasApplied(tx.id));
  if (!applied) return out;
  SUYUAN_ASSIGN_OR_RETURN(sealing::OpenedTransaction opened, open_(tx, items));
  const auto snapshot = store_.Snapshot();
  const contracts::SnapshotReader state(*snapshot);
  for (uint32_t i = 0; i < tx.records.size(); ++i) {
    if (records && !records->contains(i)) continue;
    const bool seals = std::ranges::any_of(tx.records[i].leaves, [](const ledger::Leaf& leaf) {
      return leaf.mode == ledger::LeafMode::kHidden;
    });
    if (!seals) continue;
    const auto target = contracts::VersionMadeBy(state, tx, i, header.height);
    if (target)
      SUYUAN_RETURN_IF_ERROR(
          RecordAudit(state, tx, i, opened, header, options_).Run(*target, out.findings));
  }
  for (sealing::OpenedField& field : opened.fields) {
    Wipe(field.padded);
    if (field.value) Wipe(*field.value);
  }
  return out;
}

Status BlockAudit::AddRechecks(const ledger::Transaction& tx, Recheck& out) {
  SUYUAN_ASSIGN_OR_RETURN(const bool applied, WasApplied(tx.id));
  if (!applied) return {};
  const auto snapshot = store_.Snapshot();
  const contracts::SnapshotReader state(*snapshot);
  if (tx.core.type == contracts::tx::kFinding) AddAnswered(state, tx, out);
  AddShownFlows(state, tx, out);
  return {};
}

Result<TransactionFindings> BlockAudit::AuditAgain(const TxId& id, const Records& records) {
  SUYUAN_ASSIGN_OR_RETURN(
      const ledger::CommittedTransaction found,
      ledger::LoadCommitted(store_, id, options_.limits, ledger::Hashes::kKnown));
  if (!IsAudited(found.tx)) return TransactionFindings{id, {}};
  SUYUAN_ASSIGN_OR_RETURN(const auto items, ledger::SealedItemsOf(found, options_.limits));
  return Audit(found.tx, items, found.entry.header, records);
}

Result<std::vector<TransactionFindings>> BlockAudit::Run(Height height) {
  SUYUAN_ASSIGN_OR_RETURN(auto bytes, store_.EntryBytes(height));
  SUYUAN_ASSIGN_OR_RETURN(const ledger::BlockEntry entry,
                          ledger::DecodeEntry(std::move(bytes), ledger::Hashes::kKnown));
  std::vector<TransactionFindings> out;
  const std::span<const ByteView> all(entry.sealed_items);
  size_t next = 0;
  Recheck again;
  std::set<TxId> here;
  for (ByteView envelope : entry.envelopes) {
    SUYUAN_ASSIGN_OR_RETURN(
        const ledger::Transaction tx,
        ledger::DecodeTransactionView(envelope, options_.limits, nullptr, ledger::Hashes::kKnown));
    const size_t count = sealing::CountSealedItems(tx);
    if (count > all.size() - next)
      return Error{ErrorCode::kCorrupt, "the block has fewer sealed items than its envelopes say"};
    const auto items = all.subspan(next, count);
    next += count;
    here.insert(tx.id);
    SUYUAN_RETURN_IF_ERROR(AddRechecks(tx, again));
    if (!IsAudited(tx)) continue;
    SUYUAN_ASSIGN_OR_RETURN(TransactionFindings found, Audit(tx, items, entry.header, {}));
    if (!found.findings.empty()) out.push_back(std::move(found));
  }
  for (const auto& [id, records] : again) {
    if (here.contains(id)) continue;  // judged above, by the same state
    SUYUAN_ASSIGN_OR_RETURN(TransactionFindings found, AuditAgain(id, records));
    if (!found.findings.empty()) out.push_back(std::move(found));
  }
  return out;
}

}  // namespace suyuan::node
