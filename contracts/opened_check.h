// From what a reader opened of one record to the rules that it breaks: brings values into JSON,
// gathers what the ledger shows beside them, and asks the duties (reader_duties.h). For whoever
// audits what others sealed, and for the sender's own node before it seals. Pure, thread-safe.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "contracts/reader_duties.h"

namespace suyuan::contracts {

struct OpenedItem {
  uint16_t field = 0, item = 0;
  std::optional<Bytes> value;  // nullopt: the absent marker
};

// All facts of a record by `sender`: FactsOf, the flow that a confirmation is of, and whether the
// other side of a flow that was opened is registered.
DutyFacts FactsForOpened(const StateReader& state, const ledger::Record& record,
                         const PartyId& sender, uint64_t time_ms, const OpenedValues& opened);

// How the state stands to the record that is judged by it. Containers are emptied and filled again,
// so a later state does not show what was in one: nobody is judged by that.
enum class StateAge : uint8_t { kOfRecord, kLater };

// `time_ms`: of the block that carries the record. What is no canonical JSON breaks C06.
std::vector<DutyBreach> CheckOpened(const StateReader& state, const ledger::Record& record,
                                    const PartyId& sender, uint64_t time_ms,
                                    std::span<const OpenedItem> opened,
                                    StateAge age = StateAge::kOfRecord);

}  // namespace suyuan::contracts
