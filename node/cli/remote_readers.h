// The registry as a node tells it, for choosing the readers of sealed fields.
#pragma once

#include <map>
#include <set>
#include <string>

#include "contracts/readers.h"
#include "node/cli/http_client.h"
#include "node/cli/signing.h"

namespace suyuan::cli {

// Asks GET /v1/readers and keeps the answers until Forget. But for flows it is public data; a node
// that lies about a key could only read what its own party's state would show it anyhow if it named
// its own, so a client that does not trust the node compares with another one. Not thread-safe.
class RemoteReaders final : public contracts::ReaderDirectory {
 public:
  // `client` outlives this.
  explicit RemoteReaders(NodeClient& client) : client_(client) {}
  Result<std::optional<contracts::ReaderParty>> Find(const PartyId& party) const override;
  Result<std::vector<contracts::ReaderParty>> Regulators() const override;
  Result<std::optional<PartyId>> ManufacturerOf(std::string_view code) const override;
  Result<std::optional<contracts::FlowParties>> PartiesOf(const EntityId& flow) const override;
  // Signs what only parties are told, the sides of flows; the key outlives this.
  void AskAs(const SigningKey& key) { key_ = &key; }
  // The lowest height that an answer was read at, and so that of the choice; 0 before the first.
  Height height() const { return height_; }
  // Later questions go to the node again: transactions were applied meanwhile.
  void Forget();

 private:
  Result<json::Value> Ask(const std::string& query) const;

  Result<json::Value> Ask(NodeClient& client, const std::string& query) const;

  NodeClient& client_;
  const SigningKey* key_ = nullptr;
  mutable Height height_;
  mutable std::map<PartyId, std::optional<contracts::ReaderParty>> parties_;
  mutable std::map<std::string, std::optional<PartyId>, std::less<>> makers_;
  mutable std::optional<std::vector<contracts::ReaderParty>> regulators_;
};

// What to warn of before readers are chosen at this node; "" when it is the node of one of
// `signers` or does not say whose it is. Its log, and whoever runs it, learns from the questions
// which parties and codes a flow names, before anything is sealed.
std::string WarningOfForeignNode(const json::Value& status, const std::set<PartyId>& signers);

// The readers of what `signer` seals, as the registry names them; both must outlive it.
ReaderChoice RegistryReaders(RemoteReaders& directory, const Signer& signer);

}  // namespace suyuan::cli
