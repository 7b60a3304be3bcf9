// Rules over sealed values (requirements 1.3, D-38, DC-5-e): no outcome of a contract rests on one,
// so they are duties of those who can read the value. The sender's node refuses a bad one with the
// rule's code before anything is sent; whoever opens a value later checks it by the same table and
// files what breaks a rule. Pure functions over one record: what it says in clear, what was opened
// of it, and what the ledger shows beside it. Thread-safe.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/json.h"
#include "contracts/calendar.h"
#include "contracts/flow.h"
#include "contracts/record_view.h"
#include "contracts/state_view.h"

namespace suyuan::contracts {

// Sealed fields that were opened, by (field, item); nullopt: the absent marker was inside. What is
// not here is sealed to this reader, and no duty judges it.
using OpenedValues = std::map<std::pair<uint16_t, uint16_t>, std::optional<json::Value>>;

// What a record's rules need beside it. What the caller does not know stays empty.
struct DutyFacts {
  uint64_t time_ms = 0;  // block time; before sending, the sender's clock
  PartyId sender;
  // The record belongs to a FLOW_CONFIRM: type of the flow, whose facts the others are.
  std::optional<FlowType> confirms;
  bool by_manufacturer = false;         // the sender made the goods of a flow (D-19)
  std::optional<Day> made;              // latest production day of the goods
  std::optional<uint64_t> released_ms;  // latest first release of the goods' batches
  std::optional<uint64_t> sold_ms;      // sale time that the other side stated (GR-5.2-i)
  std::optional<uint64_t> units;        // unit codes that a flow names, those inside included
  std::optional<uint64_t> held;  // what the giving side holds of a shared code, in thousandths
  bool balance_rejects = true;   // balance_mode of the goods' level (2.6)
  std::optional<bool> other_registered;  // is the other side's opened code in the registry?
  // Region prefixes in which the opened buyer may be sold the goods; empty: no limit (OG 6.5).
  std::vector<std::string> authorised_regions;
  // False: what some of the goods held when the record was made is not to be told any more. What is
  // above is of the others, and `units` stays empty.
  bool goods_known = true;
};

// Where a record stands on the ledger. Readers come at any time, so what they judge by is what was
// so then: boxes are filled anew, and parties register later.
struct RecordMaking {
  Height height;
  TxId tx;
  Bytes flow = {};  // id of the flow that the record made or adds to; empty: none
};

// The facts that the ledger shows of a record by `sender`: manufacturer, dates, units. Without
// `made` the record is yet to be sent, and the state is the one to judge by; with it, what the
// state, however late, still tells of then.
DutyFacts FactsOf(const StateReader& state, const ledger::Record& record, const PartyId& sender,
                  uint64_t time_ms, const std::optional<RecordMaking>& made = {});

// One broken rule. Either an error code, with which a sender's node refuses, or an alert (C17, and
// C15 where balance_mode says so), with which the record stands.
struct DutyBreach {
  std::string_view rule;   // "C27"
  ErrorCode code;          // kOk for an alert
  std::string_view alert;  // "DIVERSION"; empty for an error
  uint16_t field = 0;
  uint16_t item = 0;
  std::string detail;  // never repeats a value
};

// All duties of one record, in the order of the table.
std::vector<DutyBreach> CheckReaderDuties(const RecordView& record, const OpenedValues& opened,
                                          const DutyFacts& facts);
// For the sender's node: the first breach that is an error.
Status RefuseBySealedValues(const RecordView& record, uint32_t record_index,
                            const OpenedValues& opened, const DutyFacts& facts);

}  // namespace suyuan::contracts
