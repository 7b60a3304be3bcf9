// Who sees what, a second time: the tables of requirements 1.3 written down without a look at
// api/disclosure.h, for tests that compare the node with them.
#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "contracts/fields.h"
#include "tests/contracts/ledger_fixture.h"

namespace suyuan::api::test {

// Somebody who asks a node: nobody known, a party at a node of others, or staff at its own node.
struct Viewer {
  std::string name;
  const contracts::testing::Actor* actor = nullptr;  // nullptr: anonymous
  bool regulator = false;
  bool at_own_node = false;
};

// What one record is about, as its owner knows it.
struct RecordFacts {
  const contracts::testing::Actor* owner = nullptr;
  std::vector<const contracts::testing::Actor*> sides = {};  // of a flow, beside the owner
  const contracts::testing::Actor* maker = nullptr;          // of a flow's goods
  bool sides_known = false;                                  // the ledger knows the sides by now
};

// Requirements 1.4: prefix match after removing trailing "00" pairs; 000000 covers all.
inline bool HasJurisdiction(const contracts::testing::Actor& regulator,
                            const contracts::testing::Actor& subject) {
  std::string prefix = regulator.region;
  while (prefix.ends_with("00")) prefix.resize(prefix.size() - 2);
  return subject.region.starts_with(prefix);
}

// Of a sealed value: whose key opens it.
inline bool MayOpen(const std::string& disclosure, const Viewer& viewer, const RecordFacts& facts) {
  if (viewer.actor == nullptr) return false;
  if (viewer.actor == facts.owner) return true;
  const bool over_owner = viewer.regulator && HasJurisdiction(*viewer.actor, *facts.owner);
  const bool side = std::ranges::find(facts.sides, viewer.actor) != facts.sides.end();
  const bool over_side =
      viewer.regulator && std::ranges::any_of(facts.sides, [&](const auto* party) {
        return HasJurisdiction(*viewer.actor, *party);
      });
  const bool counterparty = side || over_owner || over_side;
  if (disclosure == "OPT" || disclosure == "REG") return over_owner;
  if (disclosure == "CPTY") return counterparty;
  if (disclosure == "CHAIN") return counterparty || viewer.actor == facts.maker;
  return false;  // PRV: the owner alone
}

// Of a value that the ledger holds in clear. Lists of codes: owner, known holders, regulators.
inline bool MayReadClear(const std::string& disclosure, bool codes, const Viewer& viewer,
                         const RecordFacts& facts) {
  if (codes) {
    const bool side = std::ranges::find(facts.sides, viewer.actor) != facts.sides.end();
    return viewer.actor != nullptr &&
           (viewer.actor == facts.owner || viewer.regulator || (side && facts.sides_known));
  }
  return disclosure != "MEM" || viewer.actor != nullptr;
}

inline contracts::DisclosureClass ClassNamed(const std::string& name) {
  for (int i = 0; i <= static_cast<int>(contracts::DisclosureClass::kPrv); ++i)
    if (contracts::ToString(static_cast<contracts::DisclosureClass>(i)) == name)
      return static_cast<contracts::DisclosureClass>(i);
  return contracts::DisclosureClass::kPrv;
}

inline bool IsClearClass(const std::string& disclosure) {
  return disclosure == "PUB" || disclosure == "PUBC" || disclosure == "MEM";
}

inline bool ListsCodes(const contracts::FieldInfo& field) {
  static const std::set<std::string_view> kLists = {"code_value", "release_codes", "flow_codes",
                                                    "codes", "rejected_codes"};
  return kLists.contains(field.identifier);
}

// The class of a field in a record with these values (4.4: parent_code is MEM when packed; 4.6: the
// class of a document's content is chosen in it).
inline std::string ClassIn(const contracts::FieldInfo& field, const json::Object& given) {
  const auto text = [&](const char* name) {
    const auto found = given.find(name);
    const std::string* value = found == given.end() ? nullptr : found->second.if_string();
    return value == nullptr ? std::string() : *value;
  };
  const bool link = field.identifier == "parent_code" || field.identifier == "link_kind";
  if (link && text("link_kind") == "package") return "MEM";
  if (field.disclosure == contracts::DisclosureClass::kOfContent) return text("doc_class");
  return std::string(contracts::ToString(field.disclosure));
}

}  // namespace suyuan::api::test
