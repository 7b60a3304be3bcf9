// What a trace says of the records behind it: which this node verified, which it could not, and the
// proofs for whoever wants to check them.
#pragma once

#include <string>
#include <vector>

#include "api/trace.h"
#include "common/json.h"

namespace suyuan::api {

// A record behind something shown. Either a version of an entity or an event of it.
struct CheckedRecord {
  ledger::EntityKind kind = ledger::EntityKind::kNone;
  std::string id;  // as shown outside
  uint32_t version = 0;
  std::string event;  // name of the transaction's type, where there is no version
  TxId tx;
  uint32_t record = 0;
  CheckedVersion check;
};

// Of all versions of these entities, in their order.
std::vector<CheckedRecord> RecordsOf(const std::vector<const TracedEntity*>& entities);

// {"records_verified","records_shown","checkpoint_size","not_verified":[…]}, with proofs also
// "checkpoint" and "proofs".
json::Object DescribeChecks(const std::vector<CheckedRecord>& records, const Trace& trace,
                            bool with_proofs);

}  // namespace suyuan::api
