#include "genesis/initial_state.h"

#include <set>

#include "contracts/genesis_state.h"
#include "contracts/party.h"

namespace suyuan::genesis {
namespace {

// Parents before children, otherwise in the file's order. The file was validated: every parent is
// there and nothing goes in a circle, so each round places at least one node.
json::Array ParentsFirst(const json::Array& nodes) {
  json::Array out;
  std::set<std::string> placed;
  while (out.size() < nodes.size()) {
    size_t before = out.size();
    for (const json::Value& node : nodes) {
      std::string code = node.Text("category_code"), parent = node.Text("parent_category");
      if (placed.contains(code) || (!parent.empty() && !placed.contains(parent))) continue;
      placed.insert(code);
      out.push_back(node);
    }
    SUYUAN_CHECK(out.size() > before, "catalogue was not validated");
  }
  return out;
}

}  // namespace

Result<std::vector<ledger::StateWrite>> InitialState(const Genesis& genesis) {
  contracts::GenesisSeed seed;
  seed.time_ms = genesis.time_ms;
  for (const FoundingMember& m : genesis.members)
    if (m.role == Role::kRegulator)
      seed.parties.push_back({m.party, m.name, contracts::kRegulator, m.region, m.signing_key,
                              m.sealing_key, m.recovery_key, m.escrow_key});
  seed.catalogue = ParentsFirst(genesis.catalogue);
  seed.rules = genesis.rules;
  seed.configuration = genesis.Configuration();
  return contracts::MakeGenesisState(seed);
}

}  // namespace suyuan::genesis
