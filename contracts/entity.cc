#include "contracts/entity.h"

#include <utility>

#include "common/check.h"
#include "common/codec.h"
#include "common/hash.h"

namespace suyuan::contracts {
namespace {

constexpr uint8_t kEntityLayout = 1;
constexpr uint8_t kRecordLayout = 2;
constexpr size_t kHeadBytes = 2 + 4 + 4 + Hash::kSize;

constexpr std::pair<EntityState, std::string_view> kNames[] = {
    {EntityState::kPending, "PENDING"},
    {EntityState::kActive, "ACTIVE"},
    {EntityState::kReturned, "RETURNED"},
    {EntityState::kReturnedCode, "RETURNED"},
    {EntityState::kRejected, "REJECTED"},
    {EntityState::kSuspended, "SUSPENDED"},
    {EntityState::kRevoked, "REVOKED"},
    {EntityState::kClosed, "CLOSED"},
    {EntityState::kDiscontinued, "DISCONTINUED"},
    {EntityState::kSubmitted, "SUBMITTED"},
    {EntityState::kApproved, "APPROVED"},
    {EntityState::kActivated, "ACTIVATED"},
    {EntityState::kReleased, "RELEASED"},
    {EntityState::kFrozen, "FROZEN"},
    {EntityState::kRecalled, "RECALLED"},
    {EntityState::kRecallClosed, "RECALL_CLOSED"},
    {EntityState::kWithdrawn, "WITHDRAWN"},
    {EntityState::kVoided, "VOIDED"},
    {EntityState::kIssued, "ISSUED"},
    {EntityState::kPrinted, "PRINTED"},
    {EntityState::kInCirculation, "IN_CIRCULATION"},
    {EntityState::kEndUse, "END_USE"},
    {EntityState::kDisposed, "DISPOSED"},
    {EntityState::kAnchored, "ANCHORED"},
    {EntityState::kAccepted, "ACCEPTED"},
    {EntityState::kRefused, "REFUSED"},
    {EntityState::kSuperseded, "SUPERSEDED"},
    {EntityState::kInForce, "IN_FORCE"},
    {EntityState::kConfirmed, "CONFIRMED"},
    {EntityState::kDisputed, "DISPUTED"},
    {EntityState::kOneSided, "ONE_SIDED"},
    {EntityState::kLearner, "LEARNER"},
    {EntityState::kVoter, "VOTER"},
    {EntityState::kRemoved, "REMOVED"},
};

}  // namespace

std::string_view ToString(EntityState state) {
  for (const auto& [known, name] : kNames)
    if (known == state) return name;
  return "";
}

void Entity::AddEvent(const TxId& tx, uint32_t record) {
  const Bytes position = Writer().U32(record).Take();
  event_head = TaggedHash("event", {Fixed(event_head), Fixed(tx), FixedRaw(position)});
  ++event_count;
}

Bytes EncodeEntity(const Entity& entity) {
  return Writer()
      .Reserve(kHeadBytes + entity.content.size())
      .U8(kEntityLayout)
      .U8(static_cast<uint8_t>(entity.state))
      .U32(entity.version)
      .U32(entity.event_count)
      .Raw(entity.event_head)
      .Raw(entity.content)
      .Take();
}

Entity DecodeEntity(ByteView bytes) {
  Reader reader(bytes);
  const uint8_t layout = reader.U8();
  Entity entity;
  entity.state = static_cast<EntityState>(reader.U8());
  entity.version = reader.U32();
  entity.event_count = reader.U32();
  entity.event_head = reader.Take<Hash>();
  SUYUAN_CHECK(!reader.failed() && layout == kEntityLayout && !ToString(entity.state).empty(),
               "entity value in state is damaged");
  entity.content = Bytes(reader.rest());
  return entity;
}

Bytes RecordKey(ledger::EntityKind kind, ByteView id, uint32_t version) {
  return Writer().U8(static_cast<uint8_t>(kind)).Raw(id).U32(version).Take();
}

Bytes EncodeStoredRecord(const StoredRecord& record) {
  return EncodeStoredRecord(record, {record.leaves.begin(), record.leaves.end()});
}

Bytes EncodeStoredRecord(const StoredRecord& record, const std::vector<ByteView>& leaves) {
  size_t size = 96;  // all but the leaves
  for (ByteView leaf : leaves) size += 4 + leaf.size();
  Writer writer;
  writer.Reserve(size)
      .U8(kRecordLayout)
      .Raw(record.tx)
      .U64(record.height.value())
      .U32(record.record);
  writer.U64(record.time_ms).Raw(record.submitter).Raw(record.nonce);
  writer.U32(static_cast<uint32_t>(leaves.size()));
  for (ByteView leaf : leaves) writer.Sized(leaf);
  return writer.Take();
}

StoredRecord DecodeStoredRecord(ByteView bytes) {
  Reader reader(bytes);
  const uint8_t layout = reader.U8();
  StoredRecord record;
  record.tx = reader.Take<TxId>();
  record.height = Height(reader.U64());
  record.record = reader.U32();
  record.time_ms = reader.U64();
  record.submitter = reader.Take<PartyId>();
  record.nonce = reader.Take<Nonce16>();
  const uint32_t count = reader.U32();
  for (uint32_t i = 0; i < count && !reader.failed(); ++i) {
    record.leaves.emplace_back(reader.Sized());
  }
  SUYUAN_CHECK(layout == kRecordLayout && reader.Finish("stored record").ok(),
               "stored record in state is damaged");
  return record;
}

}  // namespace suyuan::contracts
