#include "api/views.h"

#include <algorithm>

#include "api/finding_view.h"
#include "api/outcome_view.h"
#include "contracts/batch.h"
#include "contracts/calendar.h"
#include "contracts/document.h"
#include "contracts/entity_access.h"
#include "contracts/field_numbers.h"
#include "contracts/flow.h"
#include "contracts/member.h"
#include "contracts/product.h"
#include "contracts/record_subject.h"
#include "contracts/types.h"

namespace suyuan::api {
namespace {

using ledger::EntityKind;

std::string_view RoleName(ledger::SignerRole role) {
  static constexpr std::string_view kNames[] = {"submitter", "counterparty", "testing_body",
                                                "host",      "device",       "governance"};
  const auto position = static_cast<size_t>(role) - 1;
  return position < std::size(kNames) ? kNames[position] : "other";
}

json::Array DescribeSigners(const ledger::Core& core) {
  json::Array out;
  for (const ledger::Signer& signer : core.signers)
    out.emplace_back(json::Object{{"role", RoleName(signer.role)},
                                  {"party", ToString(signer.party)},
                                  {"key_id", ToHex(signer.key_id)}});
  return out;
}

json::Object DescribeVersion(const VersionRecord& version) {
  const contracts::StoredRecord& stored = version.stored;
  return {{"version", version.version},
          {"transaction", ToHex(stored.tx)},
          {"record", stored.record},
          {"recorded_at_height", stored.height.value()},
          {"recorded_at", contracts::FormatTimeMs(stored.time_ms)}};
}

// Which version and transaction each field comes from. Names alone: hidden fields have one, too.
json::Array DescribeSources(const EntityView& view) {
  std::vector<json::Array> names(view.versions.size());
  uint16_t last = 0;
  size_t last_source = 0;
  for (size_t i = 0; i < view.record.leaves.size(); ++i) {
    const uint16_t number = view.record.leaves[i].field;
    if (number == last && view.sources[i] == last_source) continue;
    last = number;
    last_source = view.sources[i];
    const contracts::FieldInfo* field = contracts::FindField(number);
    if (field) names[last_source].emplace_back(field->identifier);
  }
  json::Array out;
  for (size_t i = 0; i < names.size(); ++i) {
    json::Object source = DescribeVersion(view.versions[i]);
    source.emplace("fields", std::move(names[i]));
    out.emplace_back(std::move(source));
  }
  return out;
}

// Whose record it is: the submitter's, and the sides' of the flow that it is about.
std::vector<PartyId> OwnersOfRecord(const ledger::Transaction& tx, uint32_t record,
                                    const contracts::StateReader& state) {
  std::vector<PartyId> owners = {tx.core.submitter};
  const contracts::RecordSubject of = contracts::SubjectOf(tx, record);
  if (of.kind != EntityKind::kFlow) return owners;
  const auto entity = contracts::LoadEntity(state, EntityKind::kFlow, of.id);
  if (!entity) return owners;
  for (const PartyId& side : OwnersOf(EntityKind::kFlow, of.id, *entity)) owners.push_back(side);
  return owners;
}

json::Array DescribeRecords(const ledger::Transaction& tx, const contracts::StateReader& state,
                            const std::optional<Identity>& who, const OpenedFields& opened,
                            size_t records_max) {
  json::Array out;
  for (uint32_t i = 0; i < tx.records.size() && i < records_max; ++i) {
    const ledger::Record& record = tx.records[i];
    const Reader reader = ReaderOf(who, OwnersOfRecord(tx, i, state));
    const auto source_of = [&tx, i](size_t) { return LeafSource{tx.id, i}; };
    json::Object item{{"section", contracts::SectionName(static_cast<uint8_t>(record.schema))}};
    if (SeesAll(reader, tx.core.type, record)) item.emplace("root", ToHex(record.root));
    if (MaySeeRecord(reader, tx.core.type, record))
      DescribeFor(reader, record, source_of, opened).MoveInto(item);
    if (record.subject_kind != EntityKind::kNone && MaySeeSubject(reader, tx.core.type, record))
      item.emplace("subject", json::Object{{std::string(KindName(record.subject_kind)),
                                            IdText(record.subject_kind, record.subject)}});
    out.emplace_back(std::move(item));
  }
  return out;
}

// What a side of a flow stated after its record, each by itself.
json::Array DescribeBeside(const EntityView& view, Reader reader, const OpenedFields& opened) {
  json::Array out;
  for (const VersionRecord& version : view.beside) {
    const contracts::StoredRecord& stored = version.stored;
    const auto source_of = [&stored](size_t) { return LeafSource{stored.tx, stored.record}; };
    json::Object item = DescribeVersion(version);
    DescribeFor(reader, version.record, source_of, opened).MoveInto(item);
    out.emplace_back(std::move(item));
  }
  return out;
}

}  // namespace

std::string_view KindName(EntityKind kind) {
  switch (kind) {
    case EntityKind::kNone:
      return "none";
    case EntityKind::kParty:
      return "party";
    case EntityKind::kProduct:
      return "product";
    case EntityKind::kBatch:
      return "batch";
    case EntityKind::kCode:
      return "code";
    case EntityKind::kFlow:
      return "flow";
    case EntityKind::kDocument:
      return "document";
    case EntityKind::kCatalogNode:
      return "category";
    case EntityKind::kNode:
      return "node";
  }
  return "other";
}

std::string IdText(EntityKind kind, ByteView id) {
  switch (kind) {
    case EntityKind::kProduct:
    case EntityKind::kBatch:
    case EntityKind::kFlow:
    case EntityKind::kDocument:
      if (id.size() == EntityId::kSize) return Base32Encode(id);
      break;
    case EntityKind::kParty:
    case EntityKind::kCode:
    case EntityKind::kCatalogNode:
      if (IsValidUtf8(id)) return std::string(id);
      break;
    case EntityKind::kNode:
    case EntityKind::kNone:
      break;
  }
  return HexEncode(id);
}

Result<Bytes> ParseId(EntityKind kind, const std::string& text) {
  if (kind == EntityKind::kParty) {
    const Result<PartyId> id = ParsePartyId(text);
    if (id) return id->str();
  } else if (kind == EntityKind::kCatalogNode) {
    if (!text.empty() && text.size() <= ledger::kSubjectBytesMax - 1) return text;
  } else if (kind == EntityKind::kNode) {
    Result<Bytes> id = HexDecode(text);
    if (id && id->size() == KeyId::kSize) return id;
  } else {
    const Result<EntityId> id = ParseEntityId(text);
    if (id) return id->str();
  }
  return Error{ErrorCode::kNotFound,
               "not the id of a " + std::string(KindName(kind)) + ": nothing can be under it"};
}

Reader ReaderOf(const std::optional<Identity>& identity, std::span<const PartyId> owners) {
  if (!identity) return Reader::kAnonymous;
  if (identity->regulator || std::ranges::find(owners, identity->party) != owners.end())
    return Reader::kOwner;
  return identity->member ? Reader::kParty : Reader::kAnonymous;
}

bool SeesWhole(const ledger::Transaction& tx, const std::optional<Identity>& who) {
  const Reader reader = ReaderOf(who, tx.core.submitter);
  return std::ranges::all_of(tx.records, [&](const ledger::Record& record) {
    return SeesAll(reader, tx.core.type, record);
  });
}

json::Object DescribeTransaction(const ledger::CommittedTransaction& place,
                                 const contracts::StateReader& state,
                                 const std::optional<Identity>& who, const OpenedFields& opened,
                                 size_t records_max) {
  const ledger::Transaction& tx = place.tx;
  const Reader reader = ReaderOf(who, tx.core.submitter);
  const uint64_t height = place.stored.location.height.value();
  json::Object out;
  out.emplace("transaction", ToHex(tx.id));
  out.emplace("block", height);
  out.emplace("position", place.stored.location.position);
  out.emplace("leaf_index", place.stored.location.leaf.value());
  out.emplace("block_hash", ToHex(place.entry.hash));
  out.emplace("time", contracts::FormatTimeMs(place.entry.header.time_ms));
  out.emplace("type", contracts::TypeName(tx.core.type));
  if (MaySeeSenders(reader, tx.core.type)) {
    out.emplace("submitter", ToString(tx.core.submitter));
    out.emplace("signers", DescribeSigners(tx.core));
  }
  out.emplace("created", contracts::FormatTimeMs(tx.core.created_ms));
  out.emplace("expiry", contracts::FormatTimeMs(tx.core.expiry_ms));
  if (SeesWhole(tx, who)) out.emplace("records_root", ToHex(tx.core.records_root));
  out.emplace("record_count", tx.core.record_count);
  out.emplace("records", DescribeRecords(tx, state, who, opened, records_max));
  const FindingCaller caller(state, who);
  out.emplace("outcome",
              DescribeOutcome(place.stored.outcome, tx.id, height, {reader, &caller, &tx}));
  return out;
}

std::vector<PartyId> OwnersOf(EntityKind kind, ByteView id, const contracts::Entity& entity) {
  switch (kind) {
    case EntityKind::kParty:
      return {PartyId::From(id).value()};
    case EntityKind::kProduct:
      return {contracts::DecodeProduct(entity.content).owner};
    case EntityKind::kBatch:
      return {contracts::DecodeBatch(entity.content).owner};
    case EntityKind::kDocument:
      return {contracts::DecodeDocument(entity.content).owner};
    case EntityKind::kNode:
      return {contracts::DecodeMemberNode(entity.content).member.party};
    case EntityKind::kFlow: {
      const contracts::Flow flow = contracts::DecodeFlow(entity.content);
      if (flow.other.is_zero()) return {flow.recorder};
      return {flow.recorder, flow.other};
    }
    default:
      return {};
  }
}

json::Object DescribeEntity(EntityKind kind, ByteView id, const EntityView& view,
                            const std::optional<Identity>& who, const OpenedFields& opened) {
  const contracts::Entity& entity = view.entity;
  const std::vector<PartyId> owners = OwnersOf(kind, id, entity);
  const Reader reader = ReaderOf(who, owners);
  json::Object out;
  out.emplace("kind", KindName(kind));
  out.emplace("id", IdText(kind, id));
  out.emplace("state", contracts::ToString(entity.state));
  out.emplace("version", entity.version);
  out.emplace("events", entity.event_count);
  out.emplace("event_head", ToHex(entity.event_head));
  if (!owners.empty() && kind != EntityKind::kParty) out.emplace("owner", ToString(owners.front()));
  if (owners.size() > 1) out.emplace("other_side", ToString(owners[1]));
  if (kind == EntityKind::kBatch)
    out.emplace("product", ToString(contracts::DecodeBatch(entity.content).product));
  if (view.versions.empty()) return out;
  const contracts::StoredRecord& last = view.versions.back().stored;
  out.emplace("transaction", ToHex(last.tx));
  out.emplace("recorded_at_height", last.height.value());
  out.emplace("recorded_at", contracts::FormatTimeMs(last.time_ms));
  const auto source_of = [&view](size_t leaf) {
    const contracts::StoredRecord& stored = view.versions[view.sources[leaf]].stored;
    return LeafSource{stored.tx, stored.record};
  };
  DescribeFor(reader, view.record, source_of, opened).MoveInto(out);
  out.emplace("sources", DescribeSources(view));
  if (!view.beside.empty()) out.emplace("statements", DescribeBeside(view, reader, opened));
  return out;
}

}  // namespace suyuan::api
