// What a configuration entry does to the state.
#include <algorithm>

#include "common/check.h"
#include "contracts/entity_access.h"
#include "contracts/member.h"
#include "contracts/rules.h"
#include "contracts/types.h"

namespace suyuan::contracts {
namespace {

using ledger::Configuration;
using ledger::EntityKind;

constexpr uint8_t kStable = 1, kJoint = 2;

const ledger::Member* Find(const Configuration& configuration, const ledger::Member& member) {
  const auto at =
      std::ranges::find(configuration.members, member.node_key, &ledger::Member::node_key);
  return at == configuration.members.end() ? nullptr : &*at;
}

// The events of nodes are follow-ups of the transaction that approved the change.
class Moves {
 public:
  Moves(Overlay& state, Rules& rules, const ledger::BlockEntry& entry, const LedgerLimits& limits,
        const ApprovedChange& change, const Configuration& next)
      : ctx_{state, tx_,    entry.header.height, entry.header.time_ms, limits, effects_,
             rules, nullptr} {
    tx_.id = TxId::From(next.change_tx_id).value();
    tx_.core.type = tx::kMemberChange;
    tx_.core.submitter = change.approver;
  }

  void Run(const Configuration& before, const Configuration& after) {
    for (const ledger::Member& member : before.members)
      if (Find(after, member) == nullptr) Move(member, EntityState::kRemoved);
    for (const ledger::Member& member : after.members) {
      const ledger::Member* known = Find(before, member);
      if (known == nullptr || known->voter != member.voter)
        Move(member, member.voter ? EntityState::kVoter : EntityState::kLearner);
    }
  }

 private:
  void Move(const ledger::Member& member, EntityState to) {
    const KeyId id = NodeIdOf(member);
    auto entity = LoadEntity(ctx_.state, EntityKind::kNode, id.view());
    SUYUAN_CHECK(entity.has_value(), "every node of a configuration is known");
    entity->state = to;
    SaveQuietly(ctx_, {0, EntityKind::kNode, id.view(), EffectKind::kReviewedAutomatically, false},
                *entity);
  }

  ledger::Transaction tx_;
  std::vector<Effect> effects_;
  TxContext ctx_;
};

}  // namespace

void AdoptConfiguration(Overlay& state, Rules& rules, const ledger::BlockEntry& entry,
                        const LedgerLimits& limits) {
  auto change = FindApprovedChange(state);
  auto current = FindMembersInForce(state);
  SUYUAN_CHECK(change && current, "an approved configuration");
  MembersInForce next{entry.header.height,
                      ledger::DecodeConfiguration(change->configuration).value(), std::nullopt};
  if (next.configuration.phase == kJoint) {
    Configuration end = next.configuration;
    ++end.seq;
    end.phase = kStable;
    change->configuration = ledger::EncodeConfiguration(end);
    next.before = std::move(current->configuration);
    PutApprovedChange(state, change);
  } else {
    const Configuration& before = current->before ? *current->before : current->configuration;
    Moves(state, rules, entry, limits, *change, next.configuration).Run(before, next.configuration);
    PutApprovedChange(state, std::nullopt);
  }
  state.Put(Namespace::kConfiguration, "current", EncodeMembersInForce(next));
}

}  // namespace suyuan::contracts
