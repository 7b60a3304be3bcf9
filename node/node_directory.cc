#include "node/node_directory.h"

#include "contracts/entity_access.h"
#include "contracts/member.h"
#include "contracts/snapshot_reader.h"

namespace suyuan::node {
namespace {

using consensus::NodeId;
using contracts::EntityState;

std::map<KeyId, NodeId> Numbered(const ledger::Configuration& founding) {
  std::map<KeyId, NodeId> out;
  uint32_t number = 0;
  for (const ledger::Member& member : founding.members)
    out.emplace(contracts::NodeIdOf(member), NodeId(++number));
  return out;
}

}  // namespace

std::string NameOf(const ledger::Member& member) {
  return ToString(member.party) + "/" + member.node;
}

NodeDirectory::NodeDirectory(const ledger::Configuration& founding)
    : founding_(Numbered(founding)) {
  for (const ledger::Member& member : founding.members) {
    Add(member);
    named_.insert(contracts::NodeIdOf(member));
  }
}

NodeId NodeDirectory::NumberOf(const KeyId& node) const {
  const auto at = founding_.find(node);
  return at == founding_.end() ? NodeId(contracts::NodeNumberOf(node)) : at->second;
}

void NodeDirectory::Add(const ledger::Member& member) {
  const NodeId id = NumberOf(contracts::NodeIdOf(member));
  std::lock_guard lock(mutex_);
  nodes_.insert_or_assign(id, member);
}

void NodeDirectory::AddFrom(const contracts::StateReader& state) {
  state.Scan(contracts::Namespace::kNode, {}, [&](ByteView, ByteView value) {
    Add(contracts::DecodeMemberNode(contracts::DecodeEntity(value).content).member);
    return true;
  });
}

std::optional<ledger::Member> NodeDirectory::Find(NodeId id) const {
  std::lock_guard lock(mutex_);
  const auto at = nodes_.find(id);
  return at == nodes_.end() ? std::nullopt : std::optional(at->second);
}

std::string NodeDirectory::NameOf(NodeId id) const {
  const auto member = Find(id);
  return member ? node::NameOf(*member) : "";
}

bool NodeDirectory::IsNamed(const KeyId& node, const ledger::Store& store) {
  {
    std::lock_guard lock(mutex_);
    if (named_.contains(node)) return true;
  }
  const auto snapshot = store.Snapshot();
  const contracts::SnapshotReader state(*snapshot);
  const auto entity = contracts::LoadEntity(state, ledger::EntityKind::kNode, node.view());
  const bool named =
      entity && (entity->state == EntityState::kLearner || entity->state == EntityState::kVoter ||
                 entity->state == EntityState::kRemoved);
  if (!named) return false;
  std::lock_guard lock(mutex_);
  named_.insert(node);
  return true;
}

consensus::Configuration NodeDirectory::ForCore(const ledger::Configuration& configuration) const {
  consensus::Configuration out;
  out.joint = configuration.phase == 2;
  for (const ledger::Member& member : configuration.members)
    (member.voter ? out.voters : out.learners).push_back(NumberOf(contracts::NodeIdOf(member)));
  return out;
}

Result<std::shared_ptr<const consensus::Configuration>> NodeDirectory::ConfigurationOf(
    const std::shared_ptr<const Bytes>& entry) const {
  Hash hash;
  SUYUAN_ASSIGN_OR_RETURN(const ledger::BlockHeader header, ledger::PeekHeader(*entry, &hash));
  if (header.kind != ledger::BlockKind::kConfiguration)
    return std::shared_ptr<const consensus::Configuration>();
  SUYUAN_ASSIGN_OR_RETURN(const ledger::BlockEntry decoded,
                          ledger::DecodeEntry(entry, ledger::Hashes::kKnown));
  SUYUAN_ASSIGN_OR_RETURN(const ledger::Configuration configuration,
                          ledger::DecodeConfiguration(decoded.configuration));
  return std::make_shared<const consensus::Configuration>(ForCore(configuration));
}

}  // namespace suyuan::node
