// What somebody shows to everybody of a sealed field, by an opening in a DISCLOSURE_SET or a
// FINDING, judged by the rules over sealed values (reader_duties.h): by this one value, by what its
// record says in clear, and by what the ledger shows beside it. No outcome rests on such a value,
// because the item that holds it may be erased (docs/formats.md §3): nodes ask before they order a
// transaction, and readers when they show it. Pure, thread-safe.
#pragma once

#include <span>
#include <vector>

#include "contracts/finding.h"
#include "contracts/reader_duties.h"

namespace suyuan::contracts {

// Name of the rule that a P_i breaks which is no padded value, as finding_rule has it.
inline constexpr std::string_view kPaddingRule = "padding";

// The rules that P_i breaks, which this leaf of an entity's version seals; alerts are none. Empty:
// none, as far as this value alone tells. E_REF: there is no such sealed leaf; E_COMMIT:
// `commitment` is not its.
Result<std::vector<DutyBreach>> CheckShownValue(const StateReader& state,
                                                const FindingTarget& target, const Hash& commitment,
                                                ByteView padded);

// Whether `publisher` may publish what `owner` sealed in this field of `record`: E_DISCLOSE
// (class), E_AUTHZ. As DISCLOSURE_SET says; asked before anything is opened for it.
Status CheckMayPublish(const ledger::Record& record, uint16_t field, const PartyId& owner,
                       const PartyId& publisher);

// C18, for a node before it orders a transaction, because what a block carries stays there also
// when it is refused: a FINDING shows no value that does not break the rule named, a DISCLOSURE_SET
// none but what its own submitter stated and may publish (OPT). E_DISCLOSE, E_AUTHZ with record and
// field; E_REF, E_COMMIT as above. `items` are right for `tx`. Other types pass.
Status CheckShownValues(const StateReader& state, const ledger::Transaction& tx,
                        std::span<const ByteView> items);

}  // namespace suyuan::contracts
