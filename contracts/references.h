// Lines of example data: transactions in the builder's JSON form with symbols that are known only
// when they are filed (data/README.md).
//
//   {"name": "licence", "signer": "manufacturer", "type": …, "records": […]}
//
// A text value that begins with "$" is a symbol:
//   $ref:NAME        the entity that record 0 of the line with this name made; $ref:NAME#2: record
//   2 $party:ORG       party code of an organisation       $key:ORG.KIND   its key (signing,
//   sealing,
//                                                        recovery), as hex digits
//   $now[±SECONDS]   time in UTC       $today[±DAYS]     calendar day in Asia/Shanghai
//   $month           "2026-03"         $year             "2026", of that day
//   $tx:NAME         id of the transaction that the line with this name filed
// "$$…" stands for a text that begins with "$". Pure and thread-safe.
#pragma once

#include <map>
#include <string>

#include "common/ids.h"
#include "common/json.h"
#include "common/result.h"

namespace suyuan::contracts {

// Symbol without its "$" ("ref:licence", "party:regulator") → text.
using ReferenceMap = std::map<std::string, std::string>;

struct DataLine {
  std::string name;    // "" when nothing refers to it
  std::string signer;  // organisation whose key signs
  json::Value transaction;
};
// One line of JSON Lines. E_FORMAT, E_MISSING (signer).
Result<DataLine> ParseDataLine(ByteView line);

// The transaction with all symbols replaced; `now_ms` is the caller's clock. E_REF for a symbol
// that stands for nothing, with a guess at what was meant.
Result<json::Value> ResolveReferences(const json::Value& transaction,
                                      const ReferenceMap& references, uint64_t now_ms);

// After a line was applied: makes tx:NAME known, and ref:NAME and ref:NAME#i for its records.
void AddReferences(const std::string& name, const TxId& tx, uint32_t record_count,
                   ReferenceMap& references);

}  // namespace suyuan::contracts
