// Content of a flow's entity value (kFlow: 16-byte id → value): what the rules need of a flow
// (requirements 6.5). Who the other side is stays a sealed field; the value keeps the commitment of
// its party code, so that the other side can show by an opening that it is meant (C19).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/unit.h"

namespace suyuan::contracts {

// In the order of the fields' choices, from 1. Frozen.
enum class FlowType : uint8_t {
  kSale = 1,
  kPurchase,
  kTransport,
  kStorage,
  kDelivery,
  kReturn,
  kRecallReturn,
  kDisposal,
  kUse
};
std::optional<FlowType> ParseFlowType(std::string_view word);
std::string_view ToString(FlowType type);
// Sale, purchase, return, recall_return: goods get another holder.
bool MovesHolder(FlowType type);

// What a confirming side may state of a flow (4.5). The sealed ones among them all have their leaf
// in its record, so that presence tells nothing (docs/formats.md §2).
std::span<const uint16_t> ConfirmationFields();
// Those of them that it owes.
std::vector<uint16_t> OwedByConfirming(FlowType type);

enum class SideKind : uint8_t { kNone = 0, kRegistered = 1, kExternal, kConsumer };
SideKind ParseSideKind(std::string_view word);

// The sealed leaf of the other side's party code: C_i = FieldCommitment(context, place, P_i).
struct SealedSide {
  Hash context;
  Hash commitment;
  uint32_t record = 0;
  uint16_t field = 0;
};

// One code that a flow moves.
struct FlowGoods {
  std::string code;
  bool shared = false;      // several holders; `batch` says which goods
  bool inside = false;      // not named: the content of a package, bundle or parent that is
  bool in_gap = false;      // moved in the view of an open gap (D-36)
  bool was_inside = false;  // taken out of its parent or bundle for this flow
  EntityId batch;
  // How it stood before it moved; nullopt before it moves, and where no gap was open before.
  std::optional<Standing> before;
};

// Layout: u8 type ‖ u8 flags (1 recorded by the receiving side, 2 part sale, 4 foreign goods,
// 8 moved, 16 ruling asked for, 32 sealed side) ‖ u8 giving kind ‖ u8 receiving kind ‖ recorder 18
// ‖ other side 18 (zeros: sealed or none) ‖ u64 recorded ‖ u64 moved ‖ u64 disputed ‖ ref 16 ‖ u32
// open gaps ‖ [context 32 ‖ commitment 32 ‖ u32 record ‖ u16 field] ‖ u16 batches ‖ batch 16… ‖ u16
// standings ‖ (u8 state ‖ holder 18 ‖ last flow 16)… ‖ u32 goods ‖ (u8 flags 1 shared, 2 inside, 4
// in gap, 8 was inside ‖ u16 batch from 1 ‖ u16 standing from 1 ‖ u8 bytes shared with the code
// before ‖ s8(rest))….
struct Flow {
  FlowType type = FlowType::kSale;
  bool receiving = false;  // recorded by the receiving side
  bool part_sale = false;
  bool foreign = false;
  bool moved = false;  // the goods have changed hands, or what else the type does
  bool ruling_asked = false;
  SideKind giver_kind = SideKind::kNone, receiver_kind = SideKind::kNone;
  PartyId recorder, other;
  uint64_t recorded_ms = 0, moved_ms = 0, disputed_ms = 0;
  EntityId ref;
  uint32_t gaps = 0;  // goods whose gap is open: "+ gap"
  std::optional<SealedSide> sealed;
  std::vector<FlowGoods> goods;

  // Zero: outside the ledger, or not known yet.
  PartyId giver() const { return receiving ? other : recorder; }
  PartyId receiver() const { return receiving ? recorder : other; }
  SideKind other_kind() const { return receiving ? giver_kind : receiver_kind; }
};
Bytes EncodeFlow(const Flow& flow);
// Aborts on bytes that this code did not write.
Flow DecodeFlow(ByteView content);

}  // namespace suyuan::contracts
