// What a flow does to its goods (requirements 6.4, 6.5): checks, reservation, movement, and the way
// back. One object serves one record of a transaction.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "contracts/flow.h"
#include "contracts/flow_goods.h"
#include "contracts/unit_change.h"

namespace suyuan::contracts {

// Flows whose gap marks change while another one moves goods; written back once (D-36).
class FlowMemo {
 public:
  // `flow` is in its owner's hands: found here, but not written back.
  FlowMemo(TxContext& ctx, uint32_t record, const EntityId& id, Flow& flow)
      : ctx_(ctx), record_(record), own_id_(id), own_(flow) {}
  // nullptr: no such flow.
  Flow* Find(const EntityId& id);
  void MarkChanged(const EntityId& id) { changed_.insert(id); }
  void WriteBack();

 private:
  TxContext& ctx_;
  uint32_t record_;
  EntityId own_id_;
  Flow& own_;
  std::map<EntityId, std::pair<Entity, Flow>> flows_;
  std::set<EntityId> changed_;
};

// The goods of `flow`, which are sorted, by code and batch; nullptr when it does not move them.
FlowGoods* FindGoods(Flow& flow, ByteView code, const EntityId& batch = {});

// States from which goods take part in a flow of a type (6.4).
bool MayMove(FlowType type, EntityState state);

class FlowWork {
 public:
  FlowWork(TxContext& ctx, UnitBook& book, uint32_t record, const EntityId& id, Flow& flow)
      : ctx_(ctx),
        book_(book),
        change_(ctx, book, record),
        memo_(ctx, record, id, flow),
        record_(record),
        id_(id),
        flow_(flow) {}

  // C16, C20, C15 by count, and the links (EN-5.3-j) for what a new record names; fills the flow's
  // goods. The first record of an open gap or of packed goods without package raises its alert.
  Status Take(const std::vector<NamedGoods>& named, GoodsReader& reader);
  // A new record that the giving side made waits for the other side: its goods are reserved.
  void Reserve();
  // The same judgement at confirmation: the giving side still holds the goods; rival records of
  // the same hand-over are voided by the system.
  Status CheckConfirm();
  // Moves the goods, or does what else the type does.
  Status Move();
  // Whether the goods of a moved flow can go back: no later flow on them. E_STATE, E_LINK.
  Status CheckUndo();
  void Undo();
  // Frees reserved goods of a flow that never moved.
  void Release();
  // Those named stay with the giving side and leave what moves (FLOW_CONFIRM of a part).
  Status Reject(const std::vector<std::pair<std::string, Place>>& codes);
  // The outside party that a one-sided flow named has registered and shown itself.
  void Adopt(const PartyId& party);
  // A ruling for the receiver of goods with an open gap.
  void EndGaps();

  bool gap_opened() const { return gap_opened_; }

 private:
  struct View {  // how one unit stands for this flow
    bool in_gap = false;
    bool opens_gap = false;
    Standing standing;
  };

  // ---- flow_take.cc
  Status TakeOne(const NamedGoods& named, GoodsReader& reader, const std::set<ByteView>& codes);
  Result<View> ViewOf(const CodeItem& item, const Place& place);
  Status CheckLinks(const CodeItem& item, const Place& place);
  Status CheckInside(const NamedGoods& named, GoodsReader& reader, const std::set<ByteView>& codes);
  Status CheckState(const CodeItem& item, const EntityId& batch, EntityState own,
                    const Place& place);
  void TakeOutAll();
  void AlertUnpacked(const CodeItem& item);

  // ---- flow_confirm_goods.cc
  Status CheckReserved(FlowGoods& goods);
  Status CheckReceipt(FlowGoods& goods);
  Status CollectInside();
  // False when the rival is not the confirming side's, or names more than this flow.
  bool VoidRival(const EntityId& rival);
  void VoidRivalReceipts();

  // ---- flow_move.cc
  void MoveShared(FlowGoods& goods, const CodeItem& item);
  void MoveUnit(FlowGoods& goods, CodeItem item);
  void MoveInGap(FlowGoods& goods, CodeItem item);
  void ChangeInside(const CodeItem& container, std::vector<FlowGoods>& more);
  void CirculatePackages(const std::string& code);
  void EndParent(const CodeItem& child);
  EntityState StateAfter(const CodeItem& item, EntityState own) const;
  void RenewRetention();

  // ---- flow_gap.cc
  PartyId FirstClaimant(const CodeItem& item);
  // `item` has no container; what it was until now is the chain's first step.
  void EndGap(CodeItem& item);
  void EndGapsAfter(CodeItem item);

  // ---- flow_undo.cc
  Status CheckUndoUnit(const CodeItem& item) const;
  Status CheckUndoShared(const FlowGoods& goods, const CodeItem& item) const;
  void UndoUnit(const FlowGoods& goods);
  void UndoShared(const FlowGoods& goods);
  struct Past {
    PartyId holder;
    EntityId last_flow;
    std::vector<LeftStep> path;  // up to what the last flow moved; empty: the code itself
  };
  // Codes that left what this flow had moved.
  std::map<std::string, std::vector<LeftStep>> Left() const;
  Past PastOf(const std::map<std::string, std::vector<LeftStep>>& left, const std::string& code);
  void UndoLeft();
  Error MovedOn() const;

  bool OneParty() const { return !MovesHolder(flow_.type); }
  bool OnlyCarries() const {
    return flow_.type == FlowType::kTransport || flow_.type == FlowType::kStorage ||
           flow_.type == FlowType::kDelivery;
  }

  TxContext& ctx_;
  UnitBook& book_;
  UnitChange change_;
  FlowMemo memo_;
  uint32_t record_;
  EntityId id_;
  Flow& flow_;
  bool gap_opened_ = false;
  std::set<EntityId> touched_;   // batches of what moved
  std::set<EntityId> unpacked_;  // batches whose packed goods go without package
};

}  // namespace suyuan::contracts
