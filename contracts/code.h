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
#include "contracts/unit.h"

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

std::optional<Claim> FindClaim(const StateReader& state, ByteView claim_key);

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

// A code that another one is linked to.
struct LinkedCode {
  std::string code;
  LinkKind kind = LinkKind::kPackage;
  bool inside = true;  // false: sold or returned alone since (D-39)
};

// What the ledger knows of a code; for queries and for the rules of later types.
struct CodeResolution {
  EntityState own = EntityState::kIssued;        // the unit's own state
  EntityState effective = EntityState::kIssued;  // with what it takes over (6.4)
  CodeRole role = CodeRole::kSingle;
  EntityId product;  // zero for a package code
  EntityState product_state = EntityState::kActive;
  std::optional<EntityId> batch;  // of a per_product code: the latest that attached
  std::optional<EntityState> batch_state;
  std::optional<uint16_t> part;
  PartyId producer;  // of a package: its issuer
  PartyId holder;    // zero: outside the ledger; of a shared code one of several, its producer
  bool shared = false;
  bool gap = false;  // somebody received it from outside while the ledger shows another holder
  std::vector<LinkedCode> parents;  // what it is packed in, and the bundle or parent it belongs to
};
// nullopt: never issued on this ledger. `canonical` as ParseCanonicalCode accepts it.
std::optional<CodeResolution> ResolveCode(const StateReader& state, ByteView canonical);

// What a unit's own state becomes under a freeze, recall or voiding of its batch or of what it lies
// in or holds (6.4): RECALLED over FROZEN over the rest. A unit restored under a recall is exempt
// from it; a closed recall still holds for units not returned.
EntityState TakeOver(EntityState own, EntityState from, bool restored = false);

}  // namespace suyuan::contracts
