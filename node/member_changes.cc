#include "node/member_changes.h"

#include <algorithm>

#include "contracts/member.h"
#include "contracts/snapshot_reader.h"

namespace suyuan::node {
namespace {

constexpr uint32_t kPauseTicks = 10;

}  // namespace

void MemberChanges::Tick() {
  if (pause_ticks_ > 0) --pause_ticks_;
}

const std::optional<Bytes>& MemberChanges::Approved() {
  const auto snapshot = store_.Snapshot();
  if (read_at_ == snapshot->head().height) return approved_;
  read_at_ = snapshot->head().height;
  auto change = contracts::FindApprovedChange(contracts::SnapshotReader(*snapshot));
  approved_ = change ? std::optional(std::move(change->configuration)) : std::nullopt;
  return approved_;
}

bool MemberChanges::IsReady(const consensus::Raft& raft, const consensus::Configuration& next) {
  const std::vector<consensus::NodeId>& voters = raft.membership().voters;
  return std::ranges::all_of(next.voters, [&](consensus::NodeId id) {
    return std::ranges::find(voters, id) != voters.end() || raft.ProgressOf(id).caught_up;
  });
}

Status MemberChanges::Offer(consensus::Raft& raft, BlockMaker& maker, bool may_lead) {
  holds_ = false;
  if (!may_lead || pause_ticks_ > 0 || !Approved()) return {};
  // The approval that is read may be in use by an entry that is not executed yet.
  if (raft.membership_index().value() > read_at_->value()) return {};
  SUYUAN_ASSIGN_OR_RETURN(const ledger::Configuration next,
                          ledger::DecodeConfiguration(*approved_));
  consensus::Configuration core = directory_.ForCore(next);
  if (!IsReady(raft, core)) return {};
  holds_ = true;
  if (raft.LastIndex().value() != read_at_->value()) return {};
  SUYUAN_ASSIGN_OR_RETURN(consensus::Entry entry, maker.MakeConfiguration(raft, *approved_));
  entry.configuration = std::make_shared<const consensus::Configuration>(std::move(core));
  Status status = raft.Propose(std::move(entry));
  holds_ = false;
  if (status.ok()) {
    log_.Info("members_change", {{"seq", next.seq}, {"phase", uint64_t{next.phase}}});
  } else {
    pause_ticks_ = kPauseTicks;
    log_.Info("members_change_waits", {{"error", status.error()}});
  }
  return {};
}

}  // namespace suyuan::node
