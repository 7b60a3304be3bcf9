// How units, packages and holdings change: every write of their entries goes through here.
#pragma once

#include "contracts/contract.h"
#include "contracts/unit_book.h"

namespace suyuan::contracts {

// One record's changes to codes.
class UnitChange {
 public:
  UnitChange(TxContext& ctx, UnitBook& book, uint32_t record)
      : ctx_(ctx), book_(book), record_(record) {}

  // Writes the item's entry and an event of it.
  void Save(CodeItem& item);
  // The same for a package, bundle or parent whose state people see: with an effect.
  void SaveShown(CodeItem& item);

  // Puts `item` inside `parent` (C23 was checked). A shared code gets a link only.
  void Link(CodeItem& parent, CodeItem& item, LinkValue link);
  // Takes `item` out of `parent` for good (packages) and gives it the standing that it had there.
  void Unlink(const std::string& parent, CodeItem& item);
  // Takes `item` out of all that contains it now, because it moves alone: a packed unit is
  // unpacked, a child or component stays linked but is no longer inside.
  void TakeOut(CodeItem& item);
  // Puts a child or component that was taken out back inside, when its parent did not move since.
  // False when it did.
  bool PutBack(CodeItem& item);

  // `party` received or gave some of a shared code.
  void Receive(const CodeItem& item, const EntityId& batch, const PartyId& party);
  void Give(const CodeItem& item, const EntityId& batch, const PartyId& party);

 private:
  // The unit's own entry gets what it had through its containers.
  void Settle(CodeItem& item);
  void CountContents(const std::string& parent, int by);
  void WriteLink(const std::string& parent, const std::string& code, const LinkValue& link);

  TxContext& ctx_;
  UnitBook& book_;
  uint32_t record_;
};

}  // namespace suyuan::contracts
