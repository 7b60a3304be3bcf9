// What somebody shows to everybody of a sealed field, by an opening in a DISCLOSURE_SET or a
// FINDING, judged by the rules over sealed values (reader_duties.h): by this one value, by what its
// record says in clear, and by what the ledger shows beside it. No outcome rests on such a value,
// because the item that holds it may be erased (docs/formats.md §3): nodes ask before they order a
// transaction, and readers when they show it. Pure, thread-safe.
#pragma once

#include <map>
#include <span>
#include <tuple>
#include <vector>

#include "contracts/entity.h"
#include "contracts/finding.h"
#include "contracts/opened_check.h"
#include "contracts/party.h"
#include "contracts/record_subject.h"

namespace suyuan::contracts {

// Name of the rule that a P_i breaks which is no padded value, as finding_rule has it.
inline constexpr std::string_view kPaddingRule = "padding";

// The version that seals a value. To be moved, never copied: `record` points into `stored`.
struct SealingVersion {
  StoredRecord stored;
  ledger::Record record;
};

// Versions by what they are of, each read and decoded once for one request or transaction: lists
// have thousands of items. `state` must outlive it. Not thread-safe.
class SealingVersions {
 public:
  explicit SealingVersions(const StateReader& state) : state_(state) {}
  const StateReader& state() const { return state_; }
  // Lives as long as this. E_REF: the entity has no such version.
  Result<const SealingVersion*> Of(const FindingTarget& target);

 private:
  const StateReader& state_;
  std::map<std::tuple<ledger::EntityKind, Bytes, uint32_t>, SealingVersion> known_;
};

// The rules that P_i breaks, which this leaf of an entity's version seals, judged by what was so
// when the version was made; alerts are none. No breach: none, as far as this value alone tells.
// E_REF: there is no such sealed leaf; E_COMMIT: `commitment` is not its.
Result<Judgement> CheckShownValue(const StateReader& state, const FindingTarget& target,
                                  const Hash& commitment, ByteView padded);
Result<Judgement> CheckShownValue(SealingVersions& versions, const FindingTarget& target,
                                  const Hash& commitment, ByteView padded);

// Whether `publisher` may publish what `owner` sealed in this field of `record`: E_DISCLOSE
// (class), E_AUTHZ. As DISCLOSURE_SET says; asked before anything is opened for it.
Status CheckMayPublish(const ledger::Record& record, uint16_t field, const PartyId& owner,
                       const PartyId& publisher);

// C28 of a finding: a regulator over who sealed the value or, of a flow, over either side that the
// ledger knows. E_AUTHZ, E_SELF_REVIEW, E_REGION.
Status CheckJurisdiction(const StateReader& state, const Party& regulator, const PartyId& self,
                         const RecordSubject& about, const PartyId& owner);
// Whether a FINDING by `finder` may show what `owner` sealed, as the contract will ask: an active
// regulator (E_DISCLOSE) with jurisdiction (as above). Asked before anything is opened for it.
Status CheckMayShow(const StateReader& state, const PartyId& finder, const RecordSubject& about,
                    const PartyId& owner);

// C18, for a node before it orders a transaction, because what a block carries stays there also
// when it is refused: a FINDING shows no value but by a regulator with jurisdiction, and none that
// does not break the rule named; a DISCLOSURE_SET none but what its own submitter stated and may
// publish (OPT); other types none at all. E_DISCLOSE, E_AUTHZ, E_SELF_REVIEW, E_REGION, E_FORMAT
// with record and field; E_REF, E_COMMIT as above. `items` are right for `tx`.
Status CheckShownValues(const StateReader& state, const ledger::Transaction& tx,
                        std::span<const ByteView> items);

}  // namespace suyuan::contracts
