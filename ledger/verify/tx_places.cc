#include "ledger/verify/tx_places.h"

#include <functional>

namespace suyuan::ledger::verify {

size_t TxPlaces::SlotOf(const TxId& id) const {
  const size_t mask = slots_.size() - 1;
  size_t at = std::hash<TxId>()(id) & mask;
  while (slots_[at].taken && slots_[at].id != id) at = (at + 1) & mask;
  return at;
}

bool TxPlaces::Add(const TxId& id, const TxPlace& place) {
  if (2 * (size_ + 1) > slots_.size()) Grow();
  Slot& slot = slots_[SlotOf(id)];
  if (slot.taken) return false;
  slot = {id, place, true};
  ++size_;
  return true;
}

const TxPlace* TxPlaces::Find(const TxId& id) const {
  const Slot& slot = slots_[SlotOf(id)];
  return slot.taken ? &slot.place : nullptr;
}

void TxPlaces::Grow() {
  std::vector<Slot> before(2 * slots_.size());
  before.swap(slots_);
  for (const Slot& slot : before)
    if (slot.taken) slots_[SlotOf(slot.id)] = slot;
}

}  // namespace suyuan::ledger::verify
