#include "node/own_openings.h"

#include <algorithm>

#include "common/encoding.h"
#include "contracts/entity.h"
#include "contracts/fields.h"
#include "contracts/shown_value.h"
#include "contracts/snapshot_reader.h"
#include "contracts/subject.h"
#include "ledger/committed.h"

namespace suyuan::node {
namespace {

using sealing::FieldVerdict;

Error NotFound(std::string detail) { return Error{ErrorCode::kNotFound, std::move(detail)}; }

// What a record shows, if it is one that shows something and does not say itself what.
std::optional<std::optional<uint16_t>> ItemToShow(const std::string& type,
                                                  const json::Value& fields) {
  if (type == "DISCLOSURE_SET" && fields.Text("disclosure") == "published")
    return std::optional<uint16_t>();
  if (type != "FINDING" || fields.Text("finding_rule").empty() || fields.Find("finding_proof"))
    return std::nullopt;
  const json::Value* item = fields.Find("target_item");
  const int64_t* number = item == nullptr ? nullptr : item->if_int();
  return std::optional<uint16_t>(number == nullptr ? 0 : static_cast<uint16_t>(*number));
}

Result<FieldVersion> ReadTarget(const json::Value& fields, const json::Value* subject) {
  FieldVersion out;
  out.field = contracts::FindQualifiedField(fields.Text("target_field"));
  const json::Value* version = fields.Find("target_version");
  const int64_t* number = version == nullptr ? nullptr : version->if_int();
  if (out.field == nullptr || number == nullptr || *number < 1 || *number > UINT32_MAX)
    return Error{ErrorCode::kMissing, "target_field and target_version name what is published"};
  out.version = static_cast<uint32_t>(*number);
  SUYUAN_ASSIGN_OR_RETURN(out.entity,
                          contracts::ParseSubject(subject != nullptr ? *subject : json::Value()));
  return out;
}

bool GivesOpening(const sealing::OpenedField& field) {
  return field.verdict == FieldVerdict::kOpened || field.verdict == FieldVerdict::kPaddingLie;
}

Result<json::Value> Collect(const FieldVersion& what, const PartyId& self,
                            const ledger::Transaction& tx, uint32_t record,
                            const sealing::OpenedTransaction& opened) {
  const std::string context =
      ToHex(sealing::SealingContext(tx.core.ledger_id, tx.core.submitter, tx.core.nonce));
  json::Array out;
  bool stated = false;
  for (const ledger::Leaf& leaf : tx.records[record].leaves) {
    if (leaf.field != what.field->number || (what.item && leaf.item != *what.item)) continue;
    stated = true;
    if (leaf.mode != ledger::LeafMode::kHidden) continue;
    if (what.publish)
      SUYUAN_RETURN_IF_ERROR(
          contracts::CheckMayPublish(tx.records[record], leaf.field, tx.core.submitter, self));
    const sealing::SealedPlace at{record, leaf.field, leaf.item};
    const auto field = std::ranges::find(opened.fields, at, &sealing::OpenedField::at);
    if (field == opened.fields.end() || !GivesOpening(*field))
      return Error{ErrorCode::kAuthz, "these keys do not open the value to be published"};
    out.emplace_back(json::Object{{"context", context},
                                  {"record", at.record},
                                  {"item", static_cast<uint32_t>(at.item)},
                                  {"opening", HexEncode(field->padded)}});
  }
  if (!stated) return NotFound("this version does not state the field");
  return out.empty() ? json::Value() : json::Value(std::move(out));
}

Result<json::Value> FromStore(const ledger::Store& store, const LedgerLimits& limits,
                              const PartyId& self, const Opener& open, const FieldVersion& what) {
  const auto snapshot = store.Snapshot();
  const contracts::SnapshotReader state(*snapshot);
  const auto bytes =
      state.Get(contracts::Namespace::kRecord,
                contracts::RecordKey(what.entity.kind, what.entity.id, what.version));
  if (!bytes) return NotFound("the entity has no such version");
  const contracts::StoredRecord stored = contracts::DecodeStoredRecord(*bytes);
  if (!what.publish)
    SUYUAN_RETURN_IF_ERROR(contracts::CheckMayShow(state, self, what.entity, stored.submitter));
  SUYUAN_ASSIGN_OR_RETURN(const ledger::CommittedTransaction found,
                          ledger::LoadCommitted(store, stored.tx, limits, ledger::Hashes::kKnown));
  SUYUAN_ASSIGN_OR_RETURN(const auto items, ledger::SealedItemsOf(found, limits));
  SUYUAN_ASSIGN_OR_RETURN(sealing::OpenedTransaction opened, open(found.tx, items));
  return ShowsOf(what, self, found.tx, stored.record, std::move(opened));
}

}  // namespace

Result<json::Value> ShowsOf(const FieldVersion& what, const PartyId& self,
                            const ledger::Transaction& tx, uint32_t record,
                            sealing::OpenedTransaction opened) {
  const bool of_entity =
      record < tx.records.size() && contracts::SubjectOf(tx, record) == what.entity;
  Result<json::Value> out =
      of_entity ? Collect(what, self, tx, record, opened)
                : Result<json::Value>(Error{ErrorCode::kProof, "the record is of another entity"});
  for (sealing::OpenedField& field : opened.fields) {
    Wipe(field.padded);
    if (field.value) Wipe(*field.value);
  }
  return out;
}

ShowsSource ShowsFromStore(const ledger::Store& store, const LedgerLimits& limits,
                           const PartyId& self, Opener open) {
  return [&store, &limits, self, open = std::move(open)](const FieldVersion& what) {
    return FromStore(store, limits, self, open, what);
  };
}

Result<json::Value> WithOwnOpenings(json::Value transaction, const ShowsSource& source) {
  json::Object* whole = transaction.if_object();
  if (whole == nullptr) return transaction;
  const std::string type = transaction.Text("type");
  const auto records = whole->find("records");
  json::Array* list = records == whole->end() ? nullptr : records->second.if_array();
  if (list == nullptr) return transaction;
  const json::Value* common = transaction.Find("subject");
  for (json::Value& record : *list) {
    const json::Value* fields = record.Find("fields");
    json::Object* members = record.if_object();
    if (members == nullptr || fields == nullptr || members->contains("shows")) continue;
    const auto item = ItemToShow(type, *fields);
    if (!item) continue;
    const json::Value* own = record.Find("subject");
    SUYUAN_ASSIGN_OR_RETURN(FieldVersion what, ReadTarget(*fields, own != nullptr ? own : common));
    what.item = *item;
    what.publish = type == "DISCLOSURE_SET";
    SUYUAN_ASSIGN_OR_RETURN(json::Value shows, source(what));
    if (shows.if_array() != nullptr) members->emplace("shows", std::move(shows));
  }
  return transaction;
}

}  // namespace suyuan::node
