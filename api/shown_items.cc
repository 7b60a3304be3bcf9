#include "api/shown_items.h"

namespace suyuan::api {

Result<ShownItems> ShownItems::Load(const Gateway& gateway, const TxId& tx) {
  SUYUAN_ASSIGN_OR_RETURN(auto found, ledger::LoadCommitted(gateway.store(), tx, gateway.limits(),
                                                            ledger::Hashes::kKnown));
  ShownItems out(std::move(found));
  SUYUAN_ASSIGN_OR_RETURN(out.items_, ledger::SealedItemsOf(out.found_, gateway.limits()));
  SUYUAN_ASSIGN_OR_RETURN(out.part_, sealing::ReadSealedItems(out.found_.tx, out.items_));
  return out;
}

std::vector<const ShownItems::Shown*> ShownItems::Of(uint32_t record) const {
  std::vector<const Shown*> out;
  for (const Shown& shown : part_.shown)
    if (shown.record == record) out.push_back(&shown);
  return out;
}

}  // namespace suyuan::api
