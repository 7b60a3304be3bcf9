#include "node/cli/remote_readers.h"

#include <algorithm>

#include "common/encoding.h"

namespace suyuan::cli {
namespace {

Result<SealingPublicKey> KeyFrom(const json::Value& party, const char* name) {
  SUYUAN_ASSIGN_OR_RETURN(const Bytes bytes, HexDecode(party.Text(name)));
  return SealingPublicKey::From(bytes);
}

Result<contracts::ReaderParty> PartyFrom(const json::Value& value) {
  contracts::ReaderParty out;
  SUYUAN_ASSIGN_OR_RETURN(out.party, ParsePartyId(value.Text("party")));
  out.region = value.Text("region");
  SUYUAN_ASSIGN_OR_RETURN(out.sealing_key, KeyFrom(value, "sealing_key"));
  if (value.Find("recovery_key")) {
    SUYUAN_ASSIGN_OR_RETURN(out.recovery_key, KeyFrom(value, "recovery_key"));
  }
  if (value.Find("escrow_key")) {
    SUYUAN_ASSIGN_OR_RETURN(out.escrow_key, KeyFrom(value, "escrow_key"));
  }
  return out;
}

Result<std::vector<PartyId>> PartiesIn(const json::Value& object, const char* name) {
  const json::Value* list = object.Find(name);
  if (list == nullptr || list->if_array() == nullptr)
    return Error{ErrorCode::kFormat, "the node's answer has no list of " + std::string(name)};
  std::vector<PartyId> out;
  for (const json::Value& item : *list->if_array()) {
    SUYUAN_ASSIGN_OR_RETURN(const PartyId party,
                            ParsePartyId(item.if_string() ? *item.if_string() : ""));
    out.push_back(party);
  }
  return out;
}

}  // namespace

std::string WarningOfForeignNode(const json::Value& status, const std::set<PartyId>& signers) {
  const std::string name = status.Text("node");  // "<party>/<node>"
  const Result<PartyId> party = ParsePartyId(name.substr(0, name.find('/')));
  if (!party.ok() || signers.contains(*party)) return {};
  return "this is a node of " + ToString(*party) +
         ": to seal a flow it is asked for the keys of the other side, so it learns whom you trade "
         "with; send through a node of your own";
}

ReaderChoice RegistryReaders(RemoteReaders& directory, const Signer& signer) {
  directory.AskAs(signer.key);
  return {contracts::ReadersFrom(directory, signer.party),
          [&directory] { return directory.height(); }};
}

void RemoteReaders::Forget() {
  height_ = Height(0);
  parties_.clear();
  makers_.clear();
  regulators_.reset();
}

Result<json::Value> RemoteReaders::Ask(const std::string& query) const {
  return Ask(client_, query);
}

Result<json::Value> RemoteReaders::Ask(NodeClient& client, const std::string& query) const {
  SUYUAN_ASSIGN_OR_RETURN(json::Value answer, client.GetJson("/v1/readers" + query));
  const json::Value* height = answer.Find("height");
  const int64_t* number = height ? height->if_int() : nullptr;
  if (number == nullptr || *number < 0)
    return Error{ErrorCode::kFormat, "the node's answer names no height"};
  const Height read(static_cast<uint64_t>(*number));
  height_ = height_ == Height(0) ? read : std::min(height_, read);
  return answer;
}

Result<std::optional<contracts::ReaderParty>> RemoteReaders::Find(const PartyId& party) const {
  if (const auto known = parties_.find(party); known != parties_.end()) return known->second;
  SUYUAN_ASSIGN_OR_RETURN(const json::Value answer, Ask("?party=" + ToString(party)));
  std::optional<contracts::ReaderParty> out;
  if (const json::Value* found = answer.Find("party")) {
    SUYUAN_ASSIGN_OR_RETURN(out, PartyFrom(*found));
  }
  return parties_.emplace(party, std::move(out)).first->second;
}

Result<std::vector<contracts::ReaderParty>> RemoteReaders::Regulators() const {
  if (regulators_) return *regulators_;
  SUYUAN_ASSIGN_OR_RETURN(const json::Value answer, Ask(""));
  const json::Value* list = answer.Find("regulators");
  if (list == nullptr || list->if_array() == nullptr)
    return Error{ErrorCode::kFormat, "the node's answer names no regulators"};
  std::vector<contracts::ReaderParty> out;
  for (const json::Value& entry : *list->if_array()) {
    SUYUAN_ASSIGN_OR_RETURN(contracts::ReaderParty regulator, PartyFrom(entry));
    out.push_back(std::move(regulator));
  }
  return *(regulators_ = std::move(out));
}

Result<std::optional<contracts::FlowParties>> RemoteReaders::PartiesOf(const EntityId& flow) const {
  SUYUAN_ASSIGN_OR_RETURN(NodeClient client, NodeClient::Connect(client_.url(), key_));
  auto answer = Ask(client, "?flow=" + ToString(flow));
  if (!answer.ok() && answer.error().code == ErrorCode::kNotFound)
    return std::optional<contracts::FlowParties>();
  if (!answer.ok()) return answer.error();
  const json::Value* parties = answer->Find("flow");
  if (parties == nullptr) return Error{ErrorCode::kFormat, "the node's answer names no sides"};
  contracts::FlowParties out;
  SUYUAN_ASSIGN_OR_RETURN(out.sides, PartiesIn(*parties, "sides"));
  SUYUAN_ASSIGN_OR_RETURN(out.makers, PartiesIn(*parties, "manufacturers"));
  return std::optional<contracts::FlowParties>(std::move(out));
}

Result<std::optional<PartyId>> RemoteReaders::ManufacturerOf(std::string_view code) const {
  if (const auto known = makers_.find(code); known != makers_.end()) return known->second;
  SUYUAN_ASSIGN_OR_RETURN(const json::Value answer, Ask("?code=" + UrlEncode(code, false)));
  std::optional<PartyId> out;
  if (const std::string maker = answer.Text("manufacturer"); !maker.empty()) {
    SUYUAN_ASSIGN_OR_RETURN(out, ParsePartyId(maker));
  }
  return makers_.emplace(std::string(code), out).first->second;
}

}  // namespace suyuan::cli
