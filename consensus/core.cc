#include "consensus/core.h"

#include <algorithm>

#include "common/seeded_bug.h"
#include "consensus/message_check.h"

namespace suyuan::consensus {
namespace {

// How far one message may raise our term. Terms are durable and only rise: a member that names the
// largest number must not use them all up. Honest terms rise by one an election, and 2^24 elections
// are more than half a year of one a second; the 2^40 messages that it takes to reach the end would
// each have to become durable.
constexpr uint64_t kTermStepMax = 1 << 24;

bool IsPoll(const Message& m) {
  return m.type == MessageType::kPreVote || m.type == MessageType::kVote;
}

}  // namespace

Raft::Core::Core(RaftConfig configuration, const LogStorage& storage, Index applied_index)
    : config(std::move(configuration)),
      id(config.id),
      log(storage),
      memberships(config.membership, config.membership_index),
      random(config.seed, config.id.value()),
      forwarded(SeededBug(Bug::kReadNumbersRepeat) ? 1 : random.Next()) {  // row 34
  SUYUAN_CHECK(id != kNobody, "a member has an id");
  SUYUAN_CHECK(config.heartbeat_ticks > 0 && config.election_ticks > config.heartbeat_ticks,
               "the election timeout must exceed the heartbeat interval");
  SUYUAN_CHECK(config.inflight_appends_max > 0 && config.append_bytes_max > 0,
               "flow control must let something through");
  SUYUAN_CHECK(config.membership_index <= applied_index,
               "the configuration is that of the state machine");
  const HardState state = storage.InitialHardState();
  fault = log.Load();
  term = state.term;
  vote = state.vote;
  // The state machine holds only committed entries, so it may know more than the hint.
  commit = std::max(state.commit, applied_index);
  if (fault.ok() && commit > log.last().index)
    fault = Error{ErrorCode::kCorrupt, "the log ends before entries that were committed"};
  if (fault.ok() && log.last().term > term)
    fault = Error{ErrorCode::kCorrupt, "the log is of a later term than the hard state"};
  if (fault.ok() && applied_index + 1 < log.first())
    fault = Error{ErrorCode::kCorrupt, "the state machine lacks entries that the log has no more"};
  handed_state = durable_state = state;
  handed_commit = applied = applied_index;
  if (fault.ok()) fault = LoadConfigurations();
  ResetElectionTimer();
}

void Raft::Core::Tick() {
  if (!fault.ok()) return;
  for (uint64_t context : forwarded.Tick(config.election_ticks)) failed_reads.push_back(context);
  if (role == Role::kLeader) {
    TickLeader();
  } else {
    TickElection();
  }
}

Status Raft::Core::Step(Message m) {
  SUYUAN_RETURN_IF_ERROR(fault);
  SUYUAN_RETURN_IF_ERROR(CheckMessage(m, id));
  if (m.type == MessageType::kNotMember) {
    HandleNotMember(m);  // of no term: the sender's may be below ours
    return {};
  }
  if (IsOfStranger(m)) return {};
  if (IsIgnored(m)) {
    if (IsPoll(m) && !memberships.Names(m.from)) TellStranger(m.from);
    return {};
  }
  SUYUAN_RETURN_IF_ERROR(CheckAgainstState(m));
  if (SeededBug(Bug::kStaleVoteCounted) && m.type == MessageType::kVoteReply)
    m.term = std::max(m.term, term);  // row 4
  if (m.term < term) {
    AnswerOldTerm(m);
    return fault;
  }
  const bool impossible = m.term - term > kTermStepMax;
  if (m.term > term) AdoptTerm(m);
  if (impossible) return Error{ErrorCode::kFormat, "a term that no election can have reached"};
  Dispatch(std::move(m));
  SettleMembership();
  return fault;
}

// Safety properties make these messages impossible between correct members: one leader a term
// (election safety), no leader without our committed entries (leader completeness), nobody
// acknowledges what its leader does not have.
Status Raft::Core::CheckAgainstState(const Message& m) {
  if (m.term < term) return {};
  const bool same_term = m.term == term;
  const bool from_leader = m.type == MessageType::kAppend || m.type == MessageType::kHeartbeat ||
                           m.type == MessageType::kTakeSnapshot;
  if (from_leader && same_term &&
      (role == Role::kLeader || (leader != kNobody && leader != m.from)))
    return Error{ErrorCode::kFormat, "a second leader in one term"};
  if (m.type == MessageType::kAppendReply && same_term && role == Role::kLeader && !m.reject &&
      m.index > log.last().index)
    return Error{ErrorCode::kFormat, "acknowledges entries that do not exist"};
  if (m.type == MessageType::kHeartbeatReply && same_term && role == Role::kLeader &&
      m.context > reads.started())
    return Error{ErrorCode::kFormat, "confirms a read round that did not start"};
  if (m.type == MessageType::kHeartbeat && proven) {
    SUYUAN_ASSIGN_OR_RETURN(const bool lacks, LacksCommitted(m));
    if (lacks) return Error{ErrorCode::kFormat, "counts an acknowledgement that was never given"};
  }
  if (m.type == MessageType::kAppend) SUYUAN_RETURN_IF_ERROR(CheckReceived(m));
  return CheckCommittedPart(m);
}

// What a leader says of entries that are committed here must be what is here.
Status Raft::Core::CheckCommittedPart(const Message& m) {
  const bool names_entries = m.type == MessageType::kAppend || m.type == MessageType::kTakeSnapshot;
  if (!names_entries || m.index > commit) return {};
  // Equality at one committed index implies it for all before (log matching, Raft §5.3).
  const Index at = std::min(commit, m.index + m.entries.size());
  if (at + 1 < log.first()) return {};
  const EntryId theirs =
      at == m.index ? EntryId{m.index, m.log_term, m.log_hash} : IdOf(m.entries[at - m.index - 1]);
  SUYUAN_ASSIGN_OR_RETURN(EntryId ours, log.IdAt(at));
  if (ours == theirs) return {};
  return Error{ErrorCode::kFormat, "contradicts a committed entry"};
}

bool Raft::Core::IsIgnored(const Message& m) const {
  switch (m.type) {
    case MessageType::kPreVote:
    case MessageType::kVote:
      if (lost_log) return true;
      if (SeededBug(Bug::kRemovedNodeHeard)) return false;  // row 13
      // Leader stickiness (dissertation §4.2.3): who hears a leader lets nobody depose it, but whom
      // that leader asked to, which can only be a voter.
      return m.term > term && leader != kNobody && elapsed_ticks < config.election_ticks &&
             !(m.transfer && memberships.NamesVoter(m.from));
    case MessageType::kAppend:
    case MessageType::kHeartbeat:
    case MessageType::kTimeoutNow:
    case MessageType::kTakeSnapshot:
    case MessageType::kReadIndexReply:
      return IsRefused(m.from, m.term);
    default:
      return false;
  }
}

// The sender does not know of our term. A leader or pre-candidate must learn of it, or a node that
// came back with a higher term could never be reached again; all else is stale.
void Raft::Core::AnswerOldTerm(const Message& m) {
  Message reply{.to = m.from, .reject = true};
  switch (m.type) {
    case MessageType::kAppend:
      reply.type = MessageType::kAppendReply;
      reply.index = m.index;
      break;
    case MessageType::kHeartbeat:
    case MessageType::kTakeSnapshot:
      reply.type = MessageType::kHeartbeatReply;
      break;
    case MessageType::kPreVote:
      reply.type = MessageType::kPreVoteReply;
      break;
    default:
      return;
  }
  Send(std::move(reply));
}

void Raft::Core::AdoptTerm(const Message& m) {
  // Both speak of a term that nobody has begun.
  if (m.type == MessageType::kPreVote) return;
  if (m.type == MessageType::kPreVoteReply && !m.reject) return;
  // Of a term that is too far ahead only a step: passing over it altogether would let a few
  // messages to one honest member part it from the others for ever, while so they meet again.
  BecomeFollower(term + std::min(m.term - term, kTermStepMax), kNobody);
}

void Raft::Core::Dispatch(Message m) {
  switch (m.type) {
    case MessageType::kPreVote:
    case MessageType::kVote:
      return HandleVoteRequest(m);
    case MessageType::kPreVoteReply:
    case MessageType::kVoteReply:
      return HandleVoteReply(m);
    case MessageType::kAppend:
      FollowLeader(m);
      return HandleAppend(std::move(m));
    case MessageType::kHeartbeat:
      FollowLeader(m);
      return HandleHeartbeat(m);
    case MessageType::kAppendReply:
      return HandleAppendReply(m);
    case MessageType::kHeartbeatReply:
      return HandleHeartbeatReply(m);
    case MessageType::kReadIndex:
      return HandleReadIndex(m);
    case MessageType::kReadIndexReply:
      return HandleReadIndexReply(m);
    case MessageType::kTimeoutNow:
      return HandleTimeoutNow(m);
    case MessageType::kTakeSnapshot:
      FollowLeader(m);
      return HandleTakeSnapshot(m);
    case MessageType::kNotMember:
      return;  // Step has dealt with it
  }
}

void Raft::Core::Send(Message m) {
  m.from = id;
  if (m.term == Term()) m.term = term;
  bool at_once = false;
  switch (m.type) {
    case MessageType::kAppend:
    case MessageType::kHeartbeat:
    case MessageType::kHeartbeatReply:
    case MessageType::kReadIndex:
    case MessageType::kReadIndexReply:
    case MessageType::kTimeoutNow:
    case MessageType::kTakeSnapshot:
    case MessageType::kNotMember:
      // They promise nothing about this disk, except that the term was reached.
      at_once = m.term <= durable_state.term;
      break;
    default:
      break;
  }
  at_once |= SeededBug(Bug::kVoteBeforeDurable) && m.type == MessageType::kVoteReply;   // row 1
  at_once |= SeededBug(Bug::kAckBeforeDurable) && m.type == MessageType::kAppendReply;  // row 22
  (at_once ? messages : messages_after_persist).push_back(std::move(m));
}

}  // namespace suyuan::consensus
