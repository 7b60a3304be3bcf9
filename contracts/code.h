// Trace codes in the state (docs/formats.md §6): who claims a code, in which part of its batch it
// stands, and the unit's state. A batch claims codes that carry its lot by one prefix,
// `01/<gtin>[/22/…]/10/<lot>`; other codes one by one. At per_product level the product claims its
// code and later batches attach to it (D-02). The claims and parts prove "never issued".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "contracts/batch.h"
#include "contracts/entity.h"
#include "contracts/state_view.h"

namespace suyuan::contracts {

// A canonical code taken apart without a copy. Precondition: ParseCanonicalCode accepts it.
struct CodeShape {
  Scheme scheme = Scheme::kNone;
  bool package = false;
  ByteView gtin;        // 14 digits, gs1 goods only
  bool lot = false;     // has AI 10
  bool serial = false;  // has AI 21
  ByteView claim_key;   // the prefix up to the lot, or the whole code
};
CodeShape ShapeOf(ByteView canonical);

// Value of kCodeClaim: u8 entity kind (2 product, 3 batch) ‖ id 16.
struct Claim {
  ledger::EntityKind kind = ledger::EntityKind::kBatch;
  EntityId id;
  friend bool operator==(const Claim&, const Claim&) = default;
};
Bytes EncodeClaim(const Claim& claim);
std::optional<Claim> FindClaim(const StateReader& state, ByteView claim_key);

// Content of a kCode entity value, for a unit that departed from its batch and for every
// per_product code: u8 claim kind ‖ claim id 16 ‖ u16 part ‖ holder 18 ‖ u8 restored after a
// recall.
struct Unit {
  Claim claim;
  uint16_t part = 0;
  PartyId holder;
  bool restored = false;
};
Bytes EncodeUnit(const Unit& unit);
Unit DecodeUnit(ByteView content);

// ISSUED → PRINTED → IN_CIRCULATION advance together: the later of the two wins. Any other state of
// the unit's own entry stands as it is.
EntityState UnitStateOf(const std::optional<Entity>& own, EntityState part_state);

// The codes of one part in ascending order (kCodeChunk: batch ‖ u16 part ‖ first code → leaves of
// up to 256 codes, s32(code) ‖ u8 role each).
inline constexpr size_t kCodesPerChunk = 256;
Bytes ChunkKey(const EntityId& batch, uint16_t part, ByteView first_code);
class ChunkCursor {
 public:
  ChunkCursor(const StateReader& state, const EntityId& batch, uint16_t part);
  // Cheap when asked in ascending order: a chunk is read once.
  bool Contains(ByteView code);
  // Codes from `first` to `last`, both included, at most `max`.
  std::vector<std::string> Range(ByteView first, ByteView last, size_t max) const;

 private:
  void Load(ByteView code);

  const StateReader& state_;
  Bytes prefix_;
  Bytes value_;
  std::vector<ByteView> codes_;  // into value_
};
// The codes of one chunk value.
std::vector<ByteView> CodesOfChunk(ByteView value);

// Position of the part that holds `code`; nullopt when the batch never issued it.
std::optional<uint16_t> FindPart(const StateReader& state, const EntityId& id, const Batch& batch,
                                 ByteView code);

// What the ledger knows of a code; for queries and for the rules of later types.
struct CodeResolution {
  EntityState own = EntityState::kIssued;        // the unit's own state
  EntityState effective = EntityState::kIssued;  // with what it takes over from its batch (6.4)
  CodeRole role = CodeRole::kSingle;
  EntityId product;
  EntityState product_state = EntityState::kActive;
  std::optional<EntityId> batch;  // of a per_product code: the latest that attached
  std::optional<EntityState> batch_state;
  std::optional<uint16_t> part;
  PartyId producer, holder;
};
// nullopt: never issued on this ledger. `canonical` as ParseCanonicalCode accepts it.
std::optional<CodeResolution> ResolveCode(const StateReader& state, ByteView canonical);

// RECALLED over FROZEN over the rest; a voided batch voids its codes.
EntityState StricterState(EntityState own, EntityState batch);

}  // namespace suyuan::contracts
