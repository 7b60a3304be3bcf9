// A chain as JSON, disclosed for one caller, with the records behind it read and checked.
#pragma once

#include <map>
#include <vector>

#include "api/chain.h"
#include "api/checked.h"
#include "api/opened.h"
#include "api/record_verifier.h"
#include "common/json.h"

namespace suyuan::api {

// What a chain says of depth, direction and where to go on, from the query of a request. Parties
// alone go on: a place in the ledger is not for everybody (chain.h). E_FORMAT, E_AUTH.
Result<ChainRequest> ReadChainRequest(const Request& request, std::string code);

// How much of the ledger the records behind one chain may be. What goes beyond is cut by flow; one
// flow is read whatever it is.
struct RecordBudget {
  size_t records = 400;           // that are checked
  size_t block_bytes = 64 << 20;  // that are read to check them
  size_t shown_bytes = 4 << 20;   // of the records of flows

  bool spent() const { return records == 0 || block_bytes == 0 || shown_bytes == 0; }
};

// The records behind a chain.
class ChainRecords {
 public:
  // Cuts from `chain` the flows that the budget does not allow; their codes say where they go on.
  // E_CORRUPT when the state does not fit together.
  static Result<ChainRecords> Load(Chain& chain, const contracts::StateReader& state,
                                   RecordVerifier& verifier, const ledger::Checkpoint& checkpoint,
                                   const RecordBudget& budget = {});

  // All flows.
  std::vector<const TracedEntity*> Entities() const;
  // Each record once: versions of flows, then what else happened to them, then links.
  std::vector<CheckedRecord> Checked() const;
  // The member "chain" of /v1/trace.
  json::Object Describe(const Chain& chain, HistoryReader& reader,
                        const std::optional<Identity>& who, const OpenedFields& opened) const;

 private:
  struct Step {
    contracts::EntityEvent event;
    bool verified = false;
  };
  struct LoadedFlow {
    TracedEntity entity;
    std::vector<Step> steps;
  };
  using Place = std::pair<TxId, uint32_t>;

  // What it takes to check records, and what is left of the budget.
  struct Checking;

  // Once for each record; whether it is verified.
  bool Check(Checking& checking, const contracts::EntityEvent& event, ledger::EntityKind kind,
             ByteView id);
  void Keep(const contracts::EntityEvent& event, ledger::EntityKind kind, ByteView id,
            Result<VerifiedRecord>& verified);
  // Those beyond the budget are shown as not verified.
  void CheckLinks(Checking& checking, Chain& chain);
  Status LoadFlow(Checking& checking, const EntityId& id);
  void CutFlows(Chain& chain) const;
  json::Object DescribeFlow(const Passage& passage, const Chain& chain, const FlowHead& head,
                            const std::optional<Identity>& who, const OpenedFields& opened) const;
  json::Object DescribeLink(const ChainLink& link) const;

  std::map<EntityId, LoadedFlow> flows_;
  std::vector<CheckedRecord> events_;  // that are no version of a flow
  std::map<Place, bool> verified_;     // of every record above
};

}  // namespace suyuan::api
