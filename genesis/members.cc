#include "genesis/members.h"

#include <algorithm>
#include <map>

#include "contracts/fields.h"
#include "contracts/member.h"

namespace suyuan::genesis {
namespace {

Role ReadRole(TableReader& entry) {
  constexpr Role kRoles[] = {Role::kRegulator, Role::kManufacturer, Role::kDistributor,
                             Role::kAuditor, Role::kTestingBody};
  std::vector<std::string_view> names;
  for (Role role : kRoles) names.push_back(ToString(role));
  std::string_view chosen = entry.Choice("role", names);
  for (Role role : kRoles)
    if (ToString(role) == chosen) return role;
  return kRoles[0];
}

PartyId ReadParty(TableReader& entry) {
  std::string text = entry.Text("party_code", 18, 18);
  Status form = contracts::CheckValue(*contracts::FindField(1, "party_code"), json::Value(text));
  if (!form.ok()) entry.Complain("party_code", form.error().detail, form.error().code);
  auto party = ParsePartyId(text);
  return party.ok() ? *party : PartyId{};
}

PublicKey ReadSigningKey(TableReader& keys, std::string_view name) {
  auto key = keys.Hex<PublicKey>(name);
  if (!IsAcceptablePublicKey(key))
    keys.Complain(name, "is no acceptable Ed25519 key (not canonical, or of low order)");
  return key;
}

SealingPublicKey ReadSealingKey(TableReader& keys, std::string_view name) {
  auto key = keys.Hex<SealingPublicKey>(name);
  if (!IsAcceptableSealingKey(key))
    keys.Complain(name, "is no acceptable X25519 key (of low order)");
  return key;
}

void ReadKeys(TableReader keys, FoundingMember& member) {
  member.signing_key = ReadSigningKey(keys, "signing");
  member.sealing_key = ReadSealingKey(keys, "sealing");
  if (keys.Has("recovery")) member.recovery_key = ReadSealingKey(keys, "recovery");
  if (keys.Has("escrow")) {
    if (member.role != Role::kRegulator)
      keys.Complain("escrow", "is for regulators, who open sealed values in incidents");
    member.escrow_key = ReadSealingKey(keys, "escrow");
  }
  member.node_key = ReadSigningKey(keys, "node");
  member.log_key = ReadSigningKey(keys, "log");
  member.cosigner_key = ReadSigningKey(keys, "cosigner");
  keys.Finish();
}

std::string ReadAddress(TableReader& addresses, std::string_view name) {
  std::string text = addresses.Text(name, 3, 255);
  if (!contracts::IsNodeAddress(text))
    addresses.Complain(name, "must be host:port, is \"" + text + "\"");
  return text;
}

FoundingMember ReadMember(TableReader entry) {
  FoundingMember member;
  member.name = entry.Text("name", 1, 120);
  member.node = entry.Text("node", 1, 32);
  if (!contracts::IsNodeName(member.node))
    entry.Complain("node", "must be of a-z, 0-9 and inner hyphens, at most 32 characters");
  member.party = ReadParty(entry);
  member.role = ReadRole(entry);
  member.region = entry.Text("region", 6, 6);
  if (!std::all_of(member.region.begin(), member.region.end(),
                   [](char c) { return c >= '0' && c <= '9'; }))
    entry.Complain("region", "must be 6 digits");
  member.voter = entry.Boolean("voter");
  ReadKeys(entry.Table("keys"), member);
  TableReader addresses = entry.Table("addresses");
  member.api_address = ReadAddress(addresses, "api");
  member.peer_address = ReadAddress(addresses, "peer");
  addresses.Finish();
  entry.Finish();
  return member;
}

// Complains when a value was seen before, naming the first place.
class Distinct {
 public:
  explicit Distinct(Complaints& complaints) : complaints_(complaints) {}
  void Add(std::string value, const std::string& path) {
    auto [first, fresh] = seen_.emplace(std::move(value), path);
    if (!fresh) complaints_.Add(path, "is the same as " + first->second);
  }

 private:
  Complaints& complaints_;
  std::map<std::string, std::string> seen_;
};

void CheckDistinct(Complaints& complaints, const std::string& path,
                   const std::vector<FoundingMember>& members) {
  Distinct names(complaints), parties(complaints), addresses(complaints), keys(complaints);
  for (size_t i = 0; i < members.size(); ++i) {
    const FoundingMember& m = members[i];
    std::string at = path + "[" + std::to_string(i) + "].";
    names.Add(m.name, at + "name");
    parties.Add(m.party.str(), at + "party_code");
    addresses.Add(m.api_address, at + "addresses.api");
    addresses.Add(m.peer_address, at + "addresses.peer");
    keys.Add(m.signing_key.str(), at + "keys.signing");
    keys.Add(m.sealing_key.str(), at + "keys.sealing");
    if (m.recovery_key) keys.Add(m.recovery_key->str(), at + "keys.recovery");
    if (m.escrow_key) keys.Add(m.escrow_key->str(), at + "keys.escrow");
    keys.Add(m.node_key.str(), at + "keys.node");
    keys.Add(m.log_key.str(), at + "keys.log");
    keys.Add(m.cosigner_key.str(), at + "keys.cosigner");
  }
}

}  // namespace

std::vector<FoundingMember> ReadMembers(Complaints& complaints, const std::string& path,
                                        const json::Value* value) {
  std::vector<FoundingMember> members;
  const json::Array* list = value == nullptr ? nullptr : value->if_array();
  if (list == nullptr || list->empty() || list->size() > contracts::kMembersMax) {
    complaints.Add(path,
                   "must be a list of 1 to " + std::to_string(contracts::kMembersMax) + " members");
    return members;
  }
  for (size_t i = 0; i < list->size(); ++i)
    members.push_back(
        ReadMember(TableReader(complaints, path + "[" + std::to_string(i) + "]", &(*list)[i])));
  CheckDistinct(complaints, path, members);
  auto any = [&](auto test) { return std::any_of(members.begin(), members.end(), test); };
  if (!any([](const FoundingMember& m) { return m.role == Role::kRegulator; }))
    complaints.Add(path, "needs at least one member with role \"regulator\"");
  if (!any([](const FoundingMember& m) { return m.voter; }))
    complaints.Add(path, "needs at least one member with voter = true");
  return members;
}

}  // namespace suyuan::genesis
