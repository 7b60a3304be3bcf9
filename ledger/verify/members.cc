#include "ledger/verify/members.h"

#include <algorithm>
#include <optional>
#include <set>

#include "common/codec.h"
#include "common/hash.h"
#include "ledger/verify/wire.h"

namespace suyuan::ledger::verify {
namespace {

constexpr uint64_t kStable = 1, kJoint = 2, kVoter = 1;

using Members = std::vector<KnownMember>;

Error Wrong(std::string why) {
  return Error{ErrorCode::kProof, "configuration: " + std::move(why)};
}

Members MembersOf(const WireConfiguration& read) {
  Members out;
  for (const WireMember& member : read.members)
    out.push_back({Bytes(member.bytes), Bytes(member.party), member.suffrage == kVoter});
  return out;
}

// The same member but for its suffrage: one byte tells learner from voter.
bool IsPromoted(const KnownMember& before, const KnownMember& after) {
  if (before.voter || !after.voter || before.bytes.size() != after.bytes.size()) return false;
  size_t differences = 0;
  for (size_t i = 0; i < before.bytes.size(); ++i)
    differences += before.bytes[i] != after.bytes[i] ? 1 : 0;
  return differences == 1;
}

// Place of the one member that was promoted, when nothing else differs. Lists of one size.
std::optional<size_t> PromotedFrom(const Members& before, const Members& after) {
  std::optional<size_t> found;
  for (size_t i = 0; i < before.size(); ++i) {
    if (before[i] == after[i]) continue;
    if (found || !IsPromoted(before[i], after[i])) return std::nullopt;
    found = i;
  }
  return found;
}

// At most one voter an organisation (formats §4).
bool OrganisationsDiffer(const Members& members) {
  std::set<ByteView> parties;
  return std::ranges::all_of(members, [&](const KnownMember& member) {
    return !member.voter || parties.insert(member.party).second;
  });
}

}  // namespace

Status MembersWalk::Found(ByteView configuration) {
  SUYUAN_ASSIGN_OR_RETURN(const WireConfiguration read, ReadConfiguration(configuration));
  before_ = {read.seq, read.phase, read.approved_height, Bytes(read.change_tx_id), MembersOf(read)};
  for (const WireMember& member : read.members) {
    Writer suite;
    suite.U16(1);
    if (nodes_.insert(TaggedHash("key", {FixedRaw(suite.bytes()), FixedRaw(member.node_key)}))
            .second)
      log_keys_.emplace_back(member.log_key);
  }
  return {};
}

Status MembersWalk::CheckChange(const Members& members, uint64_t phase) const {
  const Members& old = before_.members;
  if (!OrganisationsDiffer(members)) return Wrong("an organisation has a second voter");
  if (members.size() == old.size() + 1) {
    const bool same = std::equal(old.begin(), old.end(), members.begin());
    if (same && phase == kStable && !members.back().voter) return {};
    return Wrong("a new node comes last, as a learner");
  }
  if (members.size() == old.size()) {
    if (phase == kJoint && PromotedFrom(old, members)) return {};
    return Wrong("is not one promotion");
  }
  for (size_t gone = 0; gone < old.size() && members.size() + 1 == old.size(); ++gone) {
    Members rest = old;
    rest.erase(rest.begin() + static_cast<ptrdiff_t>(gone));
    const bool voter = old[gone].voter;
    if (rest == members && phase == (voter ? kJoint : kStable)) return {};
    const auto promoted = PromotedFrom(rest, members);
    if (voter && phase == kJoint && promoted && members[*promoted].party == old[gone].party)
      return {};
  }
  return Wrong("is not one change");
}

Status MembersWalk::Adopt(ByteView configuration) {
  SUYUAN_ASSIGN_OR_RETURN(const WireConfiguration read, ReadConfiguration(configuration));
  const Members members = MembersOf(read);
  if (read.seq != before_.seq + 1) return Wrong("its number does not follow");
  if (before_.phase == kJoint) {
    if (read.phase != kStable || members != before_.members ||
        read.change_tx_id != before_.change_tx_id ||
        read.approved_height != before_.approved_height)
      return Wrong("only its own end follows a joint one");
  } else {
    SUYUAN_ASSIGN_OR_RETURN(const TxId tx, TxId::From(read.change_tx_id));
    const auto approval = unused_.find(tx);
    if (approval == unused_.end() || approval->second != read.approved_height)
      return Wrong("no transaction before it approves it, or another one has used that");
    SUYUAN_RETURN_IF_ERROR(CheckChange(members, read.phase));
    unused_.erase(approval);
  }
  return Found(configuration);
}

}  // namespace suyuan::ledger::verify
