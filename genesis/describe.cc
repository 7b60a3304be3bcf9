#include "genesis/genesis.h"

namespace suyuan::genesis {
namespace {

std::string IdOf(const PublicKey& key) { return ToHex(KeyIdOf(Suite::kEd25519, key)); }

json::Value DescribeMember(const FoundingMember& m) {
  json::Object keys{{"cosigner", ToHex(m.cosigner_key)},
                    {"log", ToHex(m.log_key)},
                    {"node", ToHex(m.node_key)},
                    {"sealing", ToHex(m.sealing_key)},
                    {"signing", ToHex(m.signing_key)}};
  if (m.recovery_key) keys.emplace("recovery", ToHex(*m.recovery_key));
  if (m.escrow_key) keys.emplace("escrow", ToHex(*m.escrow_key));
  json::Object key_ids{{"cosigner", IdOf(m.cosigner_key)},
                       {"log", IdOf(m.log_key)},
                       {"node", IdOf(m.node_key)},
                       {"signing", IdOf(m.signing_key)}};
  return json::Object{{"api", m.api_address},     {"key_ids", std::move(key_ids)},
                      {"keys", std::move(keys)},  {"name", m.name},
                      {"node", m.node},           {"party_code", ToString(m.party)},
                      {"peer", m.peer_address},   {"region", m.region},
                      {"role", ToString(m.role)}, {"voter", m.voter}};
}

}  // namespace

json::Value Describe(const Genesis& g) {
  json::Array members;
  uint32_t voters = 0;
  for (const FoundingMember& m : g.members) {
    members.push_back(DescribeMember(m));
    voters += m.voter ? 1 : 0;
  }
  json::Object limits{{"codes_max", g.limits.codes_max},
                      {"entry_bytes_max", g.limits.entry_bytes_max},
                      {"records_max", g.limits.records_max},
                      {"transaction_bytes_max", g.limits.transaction_bytes_max}};
  return json::Object{
      {"categories", static_cast<uint64_t>(g.catalogue.size())},
      {"ledger_id", ToHex(g.ledger_id)},
      {"limits", std::move(limits)},
      {"members", std::move(members)},
      {"name", g.name},
      {"organisations_for_final", QuorumSize(g.quorum, static_cast<uint32_t>(g.members.size()))},
      {"origin", g.origin},
      {"quorum", g.quorum == Quorum::kMajority ? "majority" : "two-thirds"},
      {"time_ms", g.time_ms},
      {"voters", voters}};
}

}  // namespace suyuan::genesis
