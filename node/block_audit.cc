#include "node/block_audit.h"

#include <algorithm>
#include <map>

#include "common/encoding.h"
#include "contracts/entity_access.h"
#include "contracts/field_numbers.h"
#include "contracts/opened_check.h"
#include "contracts/outcome.h"

namespace suyuan::node {
namespace {

using contracts::FindingKind;
using contracts::FindingTarget;
using contracts::RecordView;
using contracts::StateReader;
using ledger::EntityKind;
using sealing::FieldVerdict;
using sealing::WrapVerdict;

constexpr uint32_t kVersionsReadMax = 64;

// The entity and version that a record of a committed transaction made; nullopt for records that
// make none (codes) and for those that newer ones have left far behind.
std::optional<FindingTarget> TargetOf(const StateReader& state, const ledger::Transaction& tx,
                                      uint32_t index) {
  const ledger::Record& record = tx.records[index];
  FindingTarget out;
  out.kind = record.subject_kind;
  out.id = Bytes(record.subject);
  if (out.kind == EntityKind::kNone) {
    out.kind = static_cast<EntityKind>(record.schema);
    out.id = out.kind == EntityKind::kParty ? tx.core.submitter.str()
                                            : ledger::EntityIdOf(tx.id, index).str();
  }
  constexpr EntityKind kVersioned[] = {EntityKind::kParty, EntityKind::kProduct, EntityKind::kBatch,
                                       EntityKind::kFlow, EntityKind::kDocument};
  if (std::ranges::find(kVersioned, out.kind) == std::end(kVersioned)) return std::nullopt;
  const auto entity = contracts::LoadEntity(state, out.kind, out.id);
  if (!entity) return std::nullopt;
  const uint32_t oldest =
      entity->version > kVersionsReadMax ? entity->version - kVersionsReadMax : 0;
  for (out.version = entity->version; out.version > oldest; --out.version) {
    const auto stored = state.Get(contracts::Namespace::kRecord,
                                  contracts::RecordKey(out.kind, out.id, out.version));
    if (!stored) continue;
    const contracts::StoredRecord made = contracts::DecodeStoredRecord(*stored);
    if (made.tx == tx.id && made.record == index) return out;
  }
  return std::nullopt;
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

// When a block was made, and whether the state at hand is the one right after it.
struct AuditedBlock {
  uint64_t time_ms = 0;
  bool at_head = false;
};

// One record's opened fields, judged.
class RecordAudit {
 public:
  RecordAudit(const StateReader& state, const ledger::Transaction& tx, uint32_t index,
              const sealing::OpenedTransaction& opened, const AuditedBlock& block)
      : state_(state), tx_(tx), index_(index), opened_(opened), block_(block) {
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
    for (const contracts::DutyBreach& breach : contracts::CheckOpened(
             state_, tx_.records[index_], tx_.core.submitter, block_.time_ms, values_)) {
      // How many units a package held is known right after the block only: later it may have been
      // unpacked, and nobody is to be accused for that.
      const bool unsure = breach.code == ErrorCode::kBalance && !block_.at_head;
      if (breach.code != ErrorCode::kOk && !unsure)
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

  // A wrap that is for us and does not open: its first field stands for all of the audience.
  Status AddClaims(std::vector<AuditFinding>& out) {
    for (const sealing::OpenedAudience& audience : opened_.audiences) {
      if (audience.verdict != WrapVerdict::kUnopenable) continue;
      const auto& leaves = tx_.records[index_].leaves;
      const auto leaf = std::ranges::find_if(leaves, [&](const ledger::Leaf& each) {
        return each.mode == ledger::LeafMode::kHidden && each.audience == audience.id;
      });
      if (leaf == leaves.end()) continue;
      SUYUAN_RETURN_IF_ERROR(
          Add({index_, leaf->field, leaf->item}, FindingKind::kCannotOpen, "", "", out));
    }
    return {};
  }

  Status Add(const sealing::SealedPlace& at, FindingKind kind, std::string key, std::string rule,
             std::vector<AuditFinding>& out) {
    AuditFinding finding{*target_, kind, std::move(key), std::move(rule), {}};
    finding.target.field = at.field;
    finding.target.item = at.item;
    const auto known = contracts::FindFinding(state_, finding.target, kind);
    if (known && known->stage != contracts::FindingStage::kAnswered) return {};
    const contracts::FieldInfo* field = contracts::FindField(at.field);
    if (field == nullptr) return {};
    const auto disclosure = contracts::EffectiveClass(*field, RecordView(tx_.records[index_]));
    const contracts::StateReaderDirectory directory(state_);
    SUYUAN_ASSIGN_OR_RETURN(const contracts::Audience audience,
                            AudienceOf(directory, tx_, index_, values_));
    SUYUAN_ASSIGN_OR_RETURN(finding.readers, contracts::ReadersOf(directory, disclosure, audience));
    out.push_back(std::move(finding));
    return {};
  }

  const StateReader& state_;
  const ledger::Transaction& tx_;
  const uint32_t index_;
  const sealing::OpenedTransaction& opened_;
  const AuditedBlock block_;
  const FindingTarget* target_ = nullptr;
  std::vector<contracts::OpenedItem> values_;
};

}  // namespace

Result<bool> BlockAudit::WasApplied(const TxId& id) const {
  SUYUAN_ASSIGN_OR_RETURN(const auto found, store_.FindTransaction(id));
  return contracts::WhetherApplied(found).value_or(false);
}

Result<TransactionFindings> BlockAudit::Audit(const ledger::Transaction& tx,
                                              std::span<const ByteView> items,
                                              const ledger::BlockHeader& header) {
  TransactionFindings out{tx.id, {}};
  SUYUAN_ASSIGN_OR_RETURN(const bool applied, WasApplied(tx.id));
  if (!applied) return out;
  SUYUAN_ASSIGN_OR_RETURN(sealing::OpenedTransaction opened, open_(tx, items));
  const auto snapshot = store_.Snapshot();
  const contracts::SnapshotReader state(*snapshot);
  const AuditedBlock block{header.time_ms, snapshot->head().height == header.height};
  for (uint32_t i = 0; i < tx.records.size(); ++i) {
    const bool seals = std::ranges::any_of(tx.records[i].leaves, [](const ledger::Leaf& leaf) {
      return leaf.mode == ledger::LeafMode::kHidden;
    });
    if (!seals) continue;
    const auto target = TargetOf(state, tx, i);
    if (target)
      SUYUAN_RETURN_IF_ERROR(RecordAudit(state, tx, i, opened, block).Run(*target, out.findings));
  }
  for (sealing::OpenedField& field : opened.fields) {
    Wipe(field.padded);
    if (field.value) Wipe(*field.value);
  }
  return out;
}

Result<std::vector<TransactionFindings>> BlockAudit::Run(Height height) {
  SUYUAN_ASSIGN_OR_RETURN(auto bytes, store_.EntryBytes(height));
  SUYUAN_ASSIGN_OR_RETURN(const ledger::BlockEntry entry,
                          ledger::DecodeEntry(std::move(bytes), ledger::Hashes::kKnown));
  std::vector<TransactionFindings> out;
  const std::span<const ByteView> all(entry.sealed_items);
  size_t next = 0;
  for (ByteView envelope : entry.envelopes) {
    SUYUAN_ASSIGN_OR_RETURN(
        const ledger::Transaction tx,
        ledger::DecodeTransactionView(envelope, options_.limits, nullptr, ledger::Hashes::kKnown));
    const size_t count = sealing::CountSealedItems(tx);
    if (count > all.size() - next)
      return Error{ErrorCode::kCorrupt, "the block has fewer sealed items than its envelopes say"};
    const auto items = all.subspan(next, count);
    next += count;
    if (!tx.core.seal_public_key || tx.core.submitter == options_.party) continue;
    SUYUAN_ASSIGN_OR_RETURN(TransactionFindings found, Audit(tx, items, entry.header));
    if (!found.findings.empty()) out.push_back(std::move(found));
  }
  return out;
}

}  // namespace suyuan::node
