// Flows as entities: a new one from its record, saving one, and who acts on it (requirements 6.5).
#pragma once

#include <optional>

#include "contracts/contract.h"
#include "contracts/flow.h"
#include "contracts/unit_book.h"

namespace suyuan::contracts {

// Form of a flow record (C04–C06).
Status CheckFlowRecord(const TxContext& ctx, uint32_t record);

// FLOW_RECORD of one record, also as the replacement inside a FLOW_VOID: `replaced` is then the
// voided flow, which flow_ref names. `codes` adds up over the transaction (C30).
Status RecordFlow(TxContext& ctx, UnitBook& book, uint32_t record, size_t& codes,
                  const std::optional<EntityId>& replaced = std::nullopt);

// Writes the flow in its new state with an event. `new_version`: the record carries flow fields.
void SaveFlow(TxContext& ctx, uint32_t record, const EntityId& id, Entity entity, const Flow& flow,
              EntityState state, bool new_version = false);

// Key of kPendingReceipt; without `flow` the prefix of a code.
Bytes PendingReceiptKey(const PartyId& receiver, ByteView code,
                        const std::optional<EntityId>& flow);

// Sides that the ledger knows of: the recorder, the other one once it has shown itself, and the
// holder of goods with an open gap.
std::vector<PartyId> KnownSides(UnitBook& book, const Flow& flow);

struct LoadedFlow {
  EntityId id;
  Entity entity;
  Flow flow;
};
// The flow that a command record speaks of. E_FORMAT, E_REF.
Result<LoadedFlow> LoadFlow(const TxContext& ctx, uint32_t record);

// The party that signs beside the submitter as the other of two sides, if any.
std::optional<PartyId> Cosigner(const TxContext& ctx);

// C19, C02: `party` is the side that the flow's sealed leaf names. The command record opens it,
// unless the flow knows the side already. E_MISSING, E_COMMIT, E_AUTHZ.
Status ProveOtherSide(const TxContext& ctx, uint32_t record, const Flow& flow,
                      const PartyId& party);
// Submitter and cosigner are the two sides. E_AUTHZ and what ProveOtherSide says.
Status RequireBothSides(const TxContext& ctx, uint32_t record, const Flow& flow, PartyId& other);

// General rule (6): a suspended party answers only flows that were recorded before. E_STATE.
Status CheckSuspended(const TxContext& ctx, uint32_t record, const Flow& flow);

// D-40: a regulator of either side, with a reason document. E_AUTHZ, E_REGION, E_MISSING.
Status RequireRuling(const TxContext& ctx, UnitBook& book, uint32_t record, const Flow& flow);
// The same once a side asked for it or dispute_days are over. E_AUTHZ.
Status RequireRulingDue(const TxContext& ctx, UnitBook& book, uint32_t record, const Flow& flow);

}  // namespace suyuan::contracts
