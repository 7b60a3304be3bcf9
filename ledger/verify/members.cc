#include "ledger/verify/members.h"

#include <algorithm>
#include <optional>

#include "common/codec.h"
#include "common/hash.h"
#include "ledger/verify/wire.h"

namespace suyuan::ledger::verify {
namespace {

constexpr uint64_t kStable = 1, kJoint = 2, kVoter = 1, kLearner = 2;

Error Wrong(std::string why) {
  return Error{ErrorCode::kProof, "configuration: " + std::move(why)};
}

WireField FieldOf(ByteView member, uint32_t number) {
  FieldReader fields(member, {}, 8);
  for (WireField f; fields.Next(&f);)
    if (f.number == number) return f;
  return {};
}
uint64_t SuffrageOf(ByteView member) { return FieldOf(member, 6).varint; }
ByteView PartyOf(ByteView member) { return FieldOf(member, 1).bytes; }

// The same member but for its suffrage, which stands between its keys and its addresses.
bool IsPromoted(ByteView before, ByteView after) {
  if (SuffrageOf(before) != kLearner || SuffrageOf(after) != kVoter) return false;
  FieldReader a(before, {}, 8), b(after, {}, 8);
  WireField of_a, of_b;
  while (a.Next(&of_a) && b.Next(&of_b))
    if (of_a.number != of_b.number || (of_a.number != 6 && of_a.bytes != of_b.bytes)) return false;
  return before.size() == after.size();
}

// Place of the one member that was promoted, when nothing else differs. Lists of one size.
std::optional<size_t> PromotedFrom(const std::vector<Bytes>& before,
                                   const std::vector<Bytes>& after) {
  std::optional<size_t> found;
  for (size_t i = 0; i < before.size(); ++i) {
    if (before[i] == after[i]) continue;
    if (found || !IsPromoted(before[i], after[i])) return std::nullopt;
    found = i;
  }
  return found;
}

}  // namespace

Status MembersWalk::Found(ByteView configuration) {
  SUYUAN_ASSIGN_OR_RETURN(const WireConfiguration read, ReadConfiguration(configuration));
  before_ = {read.seq, read.phase, read.approved_height, Bytes(read.change_tx_id), {}};
  for (const WireMember& member : read.members) {
    before_.members.emplace_back(member.bytes);
    Writer suite;
    suite.U16(1);
    if (nodes_.insert(TaggedHash("key", {FixedRaw(suite.bytes()), FixedRaw(member.node_key)}))
            .second)
      log_keys_.emplace_back(member.log_key);
  }
  return {};
}

Status MembersWalk::CheckChange(const std::vector<Bytes>& members, uint64_t phase) const {
  const std::vector<Bytes>& old = before_.members;
  if (members.size() == old.size() + 1) {
    const bool same = std::equal(old.begin(), old.end(), members.begin());
    if (same && phase == kStable && SuffrageOf(members.back()) == kLearner) return {};
    return Wrong("a new node comes last, as a learner");
  }
  if (members.size() == old.size()) {
    if (phase == kJoint && PromotedFrom(old, members)) return {};
    return Wrong("is not one promotion");
  }
  for (size_t gone = 0; gone < old.size() && members.size() + 1 == old.size(); ++gone) {
    std::vector<Bytes> rest = old;
    rest.erase(rest.begin() + static_cast<ptrdiff_t>(gone));
    const bool voter = SuffrageOf(old[gone]) == kVoter;
    if (rest == members && phase == (voter ? kJoint : kStable)) return {};
    const auto promoted = PromotedFrom(rest, members);
    if (voter && phase == kJoint && promoted && PartyOf(members[*promoted]) == PartyOf(old[gone]))
      return {};
  }
  return Wrong("is not one change");
}

Status MembersWalk::Adopt(ByteView configuration) {
  SUYUAN_ASSIGN_OR_RETURN(const WireConfiguration read, ReadConfiguration(configuration));
  std::vector<Bytes> members;
  for (const WireMember& member : read.members) members.emplace_back(member.bytes);
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
