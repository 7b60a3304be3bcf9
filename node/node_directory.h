// Which nodes there are: founding ones and those that the ledger has added since, present or not.
// Who of them takes part is consensus' business.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "consensus/types.h"
#include "contracts/state_view.h"
#include "ledger/store.h"

namespace suyuan::node {

// Thread-safe. Only grows.
class NodeDirectory {
 public:
  // Founding nodes are numbered by their places, from 1 on (docs/formats.md §8).
  explicit NodeDirectory(const ledger::Configuration& founding);
  NodeDirectory(const NodeDirectory&) = delete;
  NodeDirectory& operator=(const NodeDirectory&) = delete;

  consensus::NodeId NumberOf(const KeyId& node) const;
  void Add(const ledger::Member& member);
  // All nodes that the state knows.
  void AddFrom(const contracts::StateReader& state);

  // nullopt for a node that is not known here yet.
  std::optional<ledger::Member> Find(consensus::NodeId id) const;
  // "<party>/<node>"; empty when it is not known.
  std::string NameOf(consensus::NodeId id) const;
  // Some executed configuration names the node with this key: its entries count (§4). Asks the
  // state only for nodes that were not named before.
  bool IsNamed(const KeyId& node, const ledger::Store& store);

  // What a configuration says to the core.
  consensus::Configuration ForCore(const ledger::Configuration& configuration) const;
  // What an entry says to the core when it is one of a configuration, else nullptr. `entry` was
  // checked before, or comes from the own log.
  Result<std::shared_ptr<const consensus::Configuration>> ConfigurationOf(
      const std::shared_ptr<const Bytes>& entry) const;

 private:
  const std::map<KeyId, consensus::NodeId> founding_;
  mutable std::mutex mutex_;
  std::map<consensus::NodeId, ledger::Member> nodes_;  // guarded by mutex_
  std::set<KeyId> named_;                              // guarded by mutex_
};

std::string NameOf(const ledger::Member& member);

}  // namespace suyuan::node
