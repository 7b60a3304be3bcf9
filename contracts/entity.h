// Entity values (docs/formats.md §6): the common head of every party, product, batch, document …,
// and the state names of requirements section 6.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "contracts/state_view.h"
#include "ledger/transaction.h"

namespace suyuan::contracts {

// State names of sections 6.1–6.6. Numbers are frozen, one list for all kinds.
enum class EntityState : uint8_t {
  kPending = 1,
  kActive = 2,
  kReturned = 3,
  kRejected = 4,
  kSuspended = 5,
  kRevoked = 6,
  kClosed = 7,
  kDiscontinued = 8,
  kSubmitted = 10,
  kApproved = 11,
  kActivated = 12,
  kReleased = 13,
  kFrozen = 14,
  kRecalled = 15,
  kRecallClosed = 16,
  kWithdrawn = 17,
  kVoided = 18,
  kIssued = 20,
  kPrinted = 21,
  kInCirculation = 22,
  kEndUse = 23,
  kReturnedCode = 24,
  kDisposed = 25,
  kAnchored = 30,
  kAccepted = 31,
  kRefused = 32,
  kSuperseded = 33,
  kInForce = 40,
  kConfirmed = 50,
  kDisputed = 51,
  kOneSided = 52,
  kLearner = 60,
  kVoter = 61,
  kRemoved = 62,
};
// "PENDING", …; kReturnedCode is "RETURNED" too.
std::string_view ToString(EntityState state);

struct Entity {
  EntityState state = EntityState::kPending;
  uint32_t version = 1;
  uint32_t event_count = 0;
  Hash event_head;
  Bytes content;  // kind-specific fixed layout; see party.h, product.h, batch.h, document.h …

  // Advances count and head by one event (H("event", head ‖ tx_id ‖ record)).
  void AddEvent(const TxId& tx, uint32_t record);
};
Bytes EncodeEntity(const Entity& entity);
// Aborts on bytes that this code did not write.
Entity DecodeEntity(ByteView bytes);

// The record that made a version of an entity: namespace kRecord. Submitter and nonce are those of
// its transaction: with the ledger they give the context of what it sealed (docs/formats.md §3).
struct StoredRecord {
  TxId tx;
  Height height;
  uint32_t record = 0;
  uint64_t time_ms = 0;
  PartyId submitter;
  Nonce16 nonce;
  std::vector<Bytes> leaves;
};
Bytes RecordKey(ledger::EntityKind kind, ByteView id, uint32_t version);
Bytes EncodeStoredRecord(const StoredRecord& record);
// With `leaves` in place of the record's own.
Bytes EncodeStoredRecord(const StoredRecord& record, const std::vector<ByteView>& leaves);
StoredRecord DecodeStoredRecord(ByteView bytes);

}  // namespace suyuan::contracts
