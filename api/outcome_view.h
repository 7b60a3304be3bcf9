// What became of a transaction, as one caller is told it. Pure; thread-safe.
//
// Effects pass through disclosure.h (MaySeeMention), those of a record that a reader is shown
// nothing of are not for it either (MaySeeRecord). An alert on a party is for that party and for
// regulators with jurisdiction over it, whoever sent the transaction (finding_view.h; requirements
// 6.11). Effects on codes are counted for those who are not told which; on a flow's codes not even
// that for the public: how much was sold is sealed.
#pragma once

#include "api/disclosure.h"
#include "api/finding_view.h"
#include "common/json.h"

namespace suyuan::api {

struct OutcomeReader {
  Reader reader = Reader::kAnonymous;       // to the transaction
  const FindingCaller* caller = nullptr;    // nullptr: is told of no alert on a party
  const ledger::Transaction* tx = nullptr;  // nullptr: its sender asks
};

// Whether the outcome names effects that this reader is not told of: its bytes are not for it.
bool NamesMore(ByteView outcome, const OutcomeReader& who);
// {"state":"applied","effects":[…],"codes_affected"?} or {"state":"refused","problem":{…}}.
json::Object DescribeOutcome(ByteView outcome, const TxId& id, uint64_t height,
                             const OutcomeReader& who);

}  // namespace suyuan::api
