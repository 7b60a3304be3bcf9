// Findings and alerts for one caller (requirements 4.8, 6.11, DC-5-d): who is shown one, and what
// of it. Pure functions of caller, row and state; the record of a finding passes through
// disclosure.h like any other.
//
//   finding, published    everybody
//   finding, sealed       the party that it is about, who found and countersigned, regulators with
//                         jurisdiction over it; of fields that the sides of a flow read, these, the
//                         regulators over them and, of class CHAIN, the makers of the goods
//   alert                 the party that it is on, and regulators with jurisdiction over it
//
// To everybody else there is no such row: neither under its id, nor in a list, nor by a count. A
// page passes 5,000 rows at most, so where there are thousands it may end among rows of others:
// then it goes on at a sealed cursor (sealed_cursor.h), which tells nothing of them.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "api/http_message.h"
#include "common/json.h"
#include "contracts/alert.h"
#include "contracts/finding.h"
#include "contracts/noted_alert.h"
#include "contracts/state_view.h"

namespace suyuan::api {

// The caller as these rules see it, at one state, which must outlive it, for one request: what a
// flow says is read once, whatever number of findings is about it. Not thread-safe.
class FindingCaller {
 public:
  FindingCaller(const contracts::StateReader& state, const std::optional<Identity>& who);
  bool anonymous() const { return !who_; }
  bool regulator() const { return who_ && who_->regulator; }
  const PartyId& party() const { return who_->party; }  // not of anonymous callers

  // E_CORRUPT: the finding is about a flow that is not there.
  Result<bool> Sees(const contracts::FindingPlace& place, const contracts::Finding& finding);
  bool SeesAlertsOn(const PartyId& on) const;

 private:
  bool Covers(const PartyId& party) const;
  bool LookUpCovers(const PartyId& party) const;
  // What the caller is to one flow. The makers of its goods are looked up code by code, so only
  // where that decides.
  struct Flow {
    bool side = false, covers = false;
    std::optional<bool> maker;
  };
  Result<bool> ReadsOfFlow(const contracts::FindingTarget& target);
  Result<Flow*> FlowOf(const EntityId& id);
  Result<bool> MadeGoodsOf(const EntityId& id, Flow& flow);

  const contracts::StateReader& state_;
  const std::optional<Identity> who_;
  std::string region_;                      // of a regulator
  mutable std::map<PartyId, bool> covers_;  // thousands of rows are about a few parties
  std::map<EntityId, Flow> flows_;
};

// Ids outside: base32 of the rows' keys, so that they stay while a finding is published or
// answered.
std::string FindingId(const contracts::FindingPlace& place);
std::string AlertId(const contracts::AlertPlace& place);
std::string AlertId(const contracts::NotedAlertPlace& place);
// E_NOT_FOUND for a text that is none, in the words that a hidden row is answered with.
Result<contracts::FindingPlace> ParseFindingId(const std::string& text);
Result<contracts::AlertPlace> ParseAlertId(const std::string& text);
// nullopt: none of an alert that an outcome tells of.
std::optional<contracts::NotedAlertPlace> ParseNotedAlertId(const std::string& text);
Error NoSuchFinding();
Error NoSuchAlert();

// "RAISED", "COUNTERSIGNED", "ANSWERED"; "RAISED", "CLOSED".
std::string_view StageWord(contracts::FindingStage stage);
std::string_view StageWord(contracts::AlertStage stage);
// Of an alert that an outcome tells of: nobody ends it.
inline constexpr std::string_view kNotedStage = "NOTED";

// For callers who see it. What the row itself says; the record behind is read apart.
json::Object DescribeFinding(const contracts::FindingPlace& place,
                             const contracts::Finding& finding);
json::Object DescribeAlert(const contracts::AlertPlace& place, const contracts::Alert& alert);
json::Object DescribeAlert(const contracts::NotedAlertPlace& place,
                           const contracts::NotedAlert& alert);

}  // namespace suyuan::api
