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
                         const PartyId& sender, uint64_t time_ms, const OpenedValues& opened,
                         const std::optional<RecordMaking>& made = {});

// What a reader found. Where goods are not known (DutyFacts) what it did not find may be there:
// nobody is accused of it, and nobody is told that the value is good.
struct Judgement {
  std::vector<DutyBreach> breaches;
  bool goods_known = true;
};

// `time_ms`: of the block that carries the record. What is no canonical JSON breaks C06. The answer
// for a record on the ledger (`made`) is the same at every later state, or less.
Judgement CheckOpened(const StateReader& state, const ledger::Record& record, const PartyId& sender,
                      uint64_t time_ms, std::span<const OpenedItem> opened,
                      const std::optional<RecordMaking>& made = {});

}  // namespace suyuan::contracts
