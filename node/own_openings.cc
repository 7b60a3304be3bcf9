#include "node/own_openings.h"

#include <algorithm>

#include "common/encoding.h"
#include "contracts/entity.h"
#include "contracts/fields.h"
#include "contracts/snapshot_reader.h"
#include "ledger/committed.h"

namespace suyuan::node {
namespace {

using ledger::EntityKind;
using sealing::FieldVerdict;

Error NotFound(std::string detail) { return Error{ErrorCode::kNotFound, std::move(detail)}; }

struct Subject {
  EntityKind kind = EntityKind::kNone;
  Bytes id;
};

// {"product": id} and its like, of those entities that have sealed fields.
Result<Subject> ReadSubject(const json::Value* subject) {
  const json::Object* object = subject == nullptr ? nullptr : subject->if_object();
  const std::string* text =
      object == nullptr || object->size() != 1 ? nullptr : object->begin()->second.if_string();
  if (text == nullptr) return Error{ErrorCode::kFormat, "a subject names one entity"};
  const std::string& name = object->begin()->first;
  if (name == "party") {
    SUYUAN_ASSIGN_OR_RETURN(const PartyId id, ParsePartyId(*text));
    return Subject{EntityKind::kParty, id.str()};
  }
  constexpr std::pair<std::string_view, EntityKind> kKinds[] = {
      {"product", EntityKind::kProduct},
      {"batch", EntityKind::kBatch},
      {"flow", EntityKind::kFlow},
      {"document", EntityKind::kDocument}};
  const auto* kind =
      std::ranges::find(kKinds, name, &std::pair<std::string_view, EntityKind>::first);
  if (kind == std::end(kKinds))
    return Error{ErrorCode::kFormat, "no such kind of subject: " + name};
  SUYUAN_ASSIGN_OR_RETURN(const EntityId id, ParseEntityId(*text));
  return Subject{kind->second, id.str()};
}

// Places of the field's sealed leaves in a version's record.
Result<std::vector<sealing::SealedPlace>> SealedPlaces(const contracts::StoredRecord& stored,
                                                       uint16_t field) {
  std::vector<sealing::SealedPlace> out;
  for (const Bytes& bytes : stored.leaves) {
    SUYUAN_ASSIGN_OR_RETURN(const ledger::Leaf leaf, ledger::DecodeLeaf(bytes));
    if (leaf.field == field && leaf.mode == ledger::LeafMode::kHidden)
      out.push_back({stored.record, leaf.field, leaf.item});
  }
  return out;
}

class Openings {
 public:
  Openings(const ledger::Store& store, const LedgerLimits& limits, const Opener& open)
      : store_(store), limits_(limits), open_(open) {}

  // The "shows" of a record; null when its field is in clear.
  Result<json::Value> Of(const json::Value& fields, const Subject& subject) const {
    const contracts::FieldInfo* field = contracts::FindQualifiedField(fields.Text("target_field"));
    const json::Value* version = fields.Find("target_version");
    const int64_t* number = version == nullptr ? nullptr : version->if_int();
    if (field == nullptr || number == nullptr || *number < 1 || *number > UINT32_MAX)
      return Error{ErrorCode::kMissing, "target_field and target_version name what is published"};
    const auto snapshot = store_.Snapshot();
    const contracts::SnapshotReader state(*snapshot);
    const auto bytes =
        state.Get(contracts::Namespace::kRecord,
                  contracts::RecordKey(subject.kind, subject.id, static_cast<uint32_t>(*number)));
    if (!bytes) return NotFound("the entity has no such version");
    const contracts::StoredRecord stored = contracts::DecodeStoredRecord(*bytes);
    SUYUAN_ASSIGN_OR_RETURN(const auto places, SealedPlaces(stored, field->number));
    if (places.empty()) return json::Value();
    return Shows(stored.tx, places);
  }

 private:
  Result<json::Value> Shows(const TxId& id, const std::vector<sealing::SealedPlace>& places) const {
    SUYUAN_ASSIGN_OR_RETURN(const ledger::CommittedTransaction found,
                            ledger::LoadCommitted(store_, id, limits_, ledger::Hashes::kKnown));
    SUYUAN_ASSIGN_OR_RETURN(const auto items, ledger::SealedItemsOf(found, limits_));
    SUYUAN_ASSIGN_OR_RETURN(sealing::OpenedTransaction opened, open_(found.tx, items));
    const ledger::Core& core = found.tx.core;
    const std::string context =
        ToHex(sealing::SealingContext(core.ledger_id, core.submitter, core.nonce));
    json::Array out;
    for (const sealing::SealedPlace& at : places) {
      const auto field = std::ranges::find(opened.fields, at, &sealing::OpenedField::at);
      if (field == opened.fields.end() || field->verdict != FieldVerdict::kOpened)
        return Error{ErrorCode::kAuthz, "this node's keys do not open the value to be published"};
      out.emplace_back(json::Object{{"context", context},
                                    {"record", at.record},
                                    {"item", at.item},
                                    {"opening", HexEncode(field->padded)}});
    }
    for (sealing::OpenedField& field : opened.fields) {
      Wipe(field.padded);
      if (field.value) Wipe(*field.value);
    }
    return json::Value(std::move(out));
  }

  const ledger::Store& store_;
  const LedgerLimits& limits_;
  const Opener& open_;
};

}  // namespace

Result<json::Value> WithOwnOpenings(json::Value transaction, const ledger::Store& store,
                                    const LedgerLimits& limits, const Opener& open) {
  json::Object* whole = transaction.if_object();
  if (whole == nullptr || transaction.Text("type") != "DISCLOSURE_SET") return transaction;
  const auto records = whole->find("records");
  json::Array* list = records == whole->end() ? nullptr : records->second.if_array();
  if (list == nullptr) return transaction;
  const json::Value* common = transaction.Find("subject");
  const Openings openings(store, limits, open);
  for (json::Value& record : *list) {
    const json::Value* fields = record.Find("fields");
    json::Object* members = record.if_object();
    if (members == nullptr || fields == nullptr || members->contains("shows") ||
        fields->Text("disclosure") != "published")
      continue;
    const json::Value* own = record.Find("subject");
    SUYUAN_ASSIGN_OR_RETURN(const Subject subject, ReadSubject(own != nullptr ? own : common));
    SUYUAN_ASSIGN_OR_RETURN(json::Value shows, openings.Of(*fields, subject));
    if (shows.if_array() != nullptr) members->emplace("shows", std::move(shows));
  }
  return transaction;
}

}  // namespace suyuan::node
