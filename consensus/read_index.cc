#include "common/seeded_bug.h"
#include "consensus/core.h"

namespace suyuan::consensus {

Status Raft::Core::ReadIndex(uint64_t context) {
  SUYUAN_RETURN_IF_ERROR(fault);
  ForgetAnswers(context);
  if (role == Role::kLeader) {
    if (reads.Full()) return Error{ErrorCode::kBusy, "too many reads wait"};
    AddRead(id, context);
    return {};
  }
  if (leader == kNobody) return Error{ErrorCode::kNoLeader, "no leader is known"};
  if (forwarded.Full()) return Error{ErrorCode::kBusy, "too many reads wait"};
  Send({.type = MessageType::kReadIndex, .to = leader, .context = forwarded.Add(context)});
  return {};
}

// An answer to an earlier try that no Ready has carried yet is older than this request.
void Raft::Core::ForgetAnswers(uint64_t context) {
  std::erase_if(read_states, [context](const ReadState& read) { return read.context == context; });
  std::erase(failed_reads, context);
}

// Until an entry of the own term is committed, the leader does not know how far its predecessors
// committed, so the read waits.
void Raft::Core::AddRead(NodeId from, uint64_t context) {
  const ReadQueue::Read read{from, context, commit};
  if (SeededBug(Bug::kReadWithoutProof)) return AnswerRead(read);  // row 18
  const auto heard = [this](NodeId m) { return uint64_t{m == id || progress.at(m).IsLive()}; };
  if (SeededBug(Bug::kReadByLease) && CommittedInOwnTerm())  // row 21
    if (QuorumValue(membership(), heard) > 0) return AnswerRead(read);
  if (CommittedInOwnTerm() || SeededBug(Bug::kReadBeforeOwnCommit)) {  // row 19
    reads.Add(from, context, commit);
  } else {
    reads.Park(from, context);
  }
}

void Raft::Core::HandleReadIndex(const Message& m) {
  // Who asks in vain asks again: a follower gives its request up after an election timeout.
  if (role == Role::kLeader && !reads.Full()) AddRead(m.from, m.context);
}

void Raft::Core::HandleReadIndexReply(const Message& m) {
  uint64_t context = 0;
  if (m.from == leader && forwarded.Take(m.context, &context))
    read_states.push_back({context, m.commit});
}

void Raft::Core::StartReadRound() {
  reads.StartRound();
  BroadcastHeartbeat();
  ConfirmReads();  // a single voter is a quorum by itself
}

void Raft::Core::ConfirmReads() {
  const uint64_t confirmed = QuorumValue(membership(), [this](NodeId member) {
    return member == id ? reads.started() : progress.at(member).read_round;
  });
  for (const ReadQueue::Read& read : reads.Confirm(confirmed)) AnswerRead(read);
}

void Raft::Core::AnswerRead(const ReadQueue::Read& read) {
  if (read.from == id) {
    read_states.push_back({read.context, read.index});
  } else {
    Send({.type = MessageType::kReadIndexReply,
          .to = read.from,
          .commit = read.index,
          .context = read.context});
  }
}

void Raft::Core::FailReads() {
  for (const ReadQueue::Read& read : reads.Abandon())
    if (read.from == id) failed_reads.push_back(read.context);
}

void Raft::Core::FailForwardedReads() {
  for (uint64_t context : forwarded.Abandon()) failed_reads.push_back(context);
}

}  // namespace suyuan::consensus
