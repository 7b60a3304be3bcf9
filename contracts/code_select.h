// Which codes of a batch a transaction speaks of: all, one activation part, or a list of codes and
// ranges. Whole parts stay one write; single units get entries of their own (code.h).
#pragma once

#include <string>
#include <vector>

#include "contracts/code.h"
#include "contracts/contract.h"
#include "contracts/guards.h"

namespace suyuan::contracts {

struct SelectedPart {
  uint16_t part = 0;
  bool whole = false;
  std::vector<std::string> codes;  // ascending; empty when whole
};
using Selection = std::vector<SelectedPart>;

// Every part. A per_product batch gives its one code instead: its state is the code's own.
Selection SelectAll(const Batch& batch);
// Part `number`, from 1. E_REF when there is none.
Result<Selection> SelectOnePart(const Place& place, int64_t number, const Batch& batch);
// The items of a list field: codes, or ranges {"first", "last"} in bytewise order. E_REF for a code
// that the batch never issued, E_FORMAT for one named twice, E_SIZE above the ledger's limit.
Result<Selection> SelectListed(const TxContext& ctx, uint32_t record, uint16_t field,
                               const EntityId& id, const Batch& batch);

// The codes of a batch in a range {"first", "last"}; one more than `max` when there are more.
std::vector<std::string> CodesInRange(const StateReader& state, const EntityId& id,
                                      const Batch& batch, const json::Value& range, size_t max);
// The codes themselves, also of a part that was selected as a whole.
std::vector<std::string> CodesOf(const StateReader& state, const EntityId& id, const Batch& batch,
                                 const SelectedPart& selected);

// One unit of a batch and its own entry, if it has departed.
struct UnitRef {
  std::optional<Entity> own;
  EntityState state = EntityState::kIssued;
};
UnitRef FindUnit(const StateReader& state, const Batch& batch, uint16_t part, ByteView code);
// Gives the unit an entry with `state`; the holder stays, at first the producer.
void PutUnit(TxContext& ctx, uint32_t record, const EntityId& id, const Batch& batch, uint16_t part,
             ByteView code, UnitRef unit, EntityState state);

}  // namespace suyuan::contracts
