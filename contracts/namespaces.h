// State namespaces (docs/formats.md §6). Numbers are frozen. Those below 0x80 are in the state
// tree; the others are indexes that follow from the ledger.
#pragma once

#include <cstdint>

namespace suyuan::contracts {

enum class Namespace : uint8_t {
  kParty = 0x01,      // party code → entity value
  kProduct = 0x02,    // product id → entity value
  kBatch = 0x03,      // batch id → entity value, codes root inside
  kCode = 0x04,       // canonical code → state of a unit that has departed from its batch
  kCodeClaim = 0x05,  // canonical code or code prefix → the batch or product that claims it
  kDocument = 0x06,   // document id → entity value
  kKey = 0x07,        // key id → party, kind, since, until
  kSeen = 0x08,       // u64 minute → dedupe chain (formats §1)
  kFlow = 0x09,       // flow id → entity value
  kHolding = 0x0A,    // code ‖ batch ‖ party → what a party holds of a shared code (unit.h)
  kLink = 0x0B,       // parent code ‖ code → link (unit.h)
  kFinding = 0x0D,    // what readers found wrong with a sealed value (finding.h)
  kAlert = 0x0E,      // party ‖ s8(rule) ‖ subject → alert (alert.h)
  kDisclosure = 0x0C,  // entity kind ‖ s8(id) ‖ u16 field → whether it is published (publication.h)
  kNode = 0x0F,        // key id of a member's node key → entity value (member.h)
  kCatalog = 0x10,        // category code → entity value
  kRule = 0x11,           // rule name → versions by height
  kConfiguration = 0x12,  // "current" → members in force, "approved" → their next change (member.h)
  kBlockHour = 0x13,      // u64 hour → u64 height of its first block (registry_age.h)
  // Indexes, not in the tree.
  kRecord = 0x81,  // entity kind ‖ id ‖ u32 version → tx id, record, leaves of that version
  kOwnerIndex = 0x82,  // party ‖ entity kind ‖ id → ""
  kCodeChunk = 0x83,   // batch ‖ u16 part ‖ first code → sorted codes with roles
  kUniqueName = 0x84,  // e.g. node codes
  // u8 entity kind ‖ s8(id) ‖ u32 number of the first event → events (entity_access.h)
  kEvent = 0x85,
  kRegulator = 0x86,  // party code → "": every party of type regulator, in whatever state
  // product id ‖ u64 height ‖ batch id → batch id: batches that attached to its code (D-02)
  kBatchOfProduct = 0x87,
  // receiving party ‖ s8(first code) ‖ flow id → "": its records of receipts that are pending
  kPendingReceipt = 0x88,
  // flow id ‖ code → how it left a container that the flow had moved (unit.h)
  kLeft = 0x89,
  // code or text on goods of no code of this ledger ‖ 0 ‖ flow id → "" (D-36)
  kForeignGoods = 0x8A,
  // party ‖ u64 height ‖ u32 position ‖ u32 effect → alert that an outcome tells of (noted_alert.h)
  kNotedAlert = 0x8B,
};

constexpr bool InTree(Namespace ns) { return static_cast<uint8_t>(ns) < 0x80; }

}  // namespace suyuan::contracts
