#include "consensus/read_queue.h"

#include <algorithm>

#include "common/seeded_bug.h"

namespace suyuan::consensus {

void ReadQueue::Park(NodeId from, uint64_t context) {
  latest_[{from, context}] = ++sequence_;
  parked_.push_back({{from, context, Index()}, 0, sequence_});
}

void ReadQueue::Unpark(Index commit) {
  for (Waiting& waiting : parked_) {
    waiting.read.index = commit;
    waiting.round = started_ + 1;
    reads_.push_back(waiting);
  }
  parked_.clear();
}

void ReadQueue::Add(NodeId from, uint64_t context, Index commit) {
  latest_[{from, context}] = ++sequence_;
  const bool joins = SeededBug(Bug::kReadJoinsRunningRound) && RoundInFlight();
  reads_.push_back({{from, context, commit}, joins ? started_ : started_ + 1, sequence_});
}

std::vector<ReadQueue::Read> ReadQueue::Confirm(uint64_t round) {
  confirmed_ = std::max(confirmed_, round);
  std::vector<Read> out;
  while (!reads_.empty() && reads_.front().round <= confirmed_) {
    if (TakeIfLatest(reads_.front())) out.push_back(reads_.front().read);
    reads_.pop_front();
  }
  return out;
}

std::vector<ReadQueue::Read> ReadQueue::Abandon() {
  std::vector<Read> out;
  for (const auto* queue : {&reads_, &parked_})
    for (const Waiting& waiting : *queue)
      if (TakeIfLatest(waiting)) out.push_back(waiting.read);
  *this = ReadQueue();
  return out;
}

bool ReadQueue::TakeIfLatest(const Waiting& waiting) {
  auto it = latest_.find({waiting.read.from, waiting.read.context});
  const bool any = SeededBug(Bug::kRetriedReadStale);  // row 20
  if (it == latest_.end() || (it->second != waiting.sequence && !any)) return false;
  latest_.erase(it);
  return true;
}

uint64_t ForwardedReads::Add(uint64_t context) {
  const uint64_t number = next_number_++;
  if (auto it = number_of_.find(context); it != number_of_.end()) by_number_.erase(it->second);
  number_of_[context] = number;
  by_number_[number] = {context, 0};
  return number;
}

bool ForwardedReads::Take(uint64_t number, uint64_t* context) {
  auto it = by_number_.find(number);
  if (it == by_number_.end()) return false;
  *context = it->second.context;
  number_of_.erase(it->second.context);
  by_number_.erase(it);
  return true;
}

std::vector<uint64_t> ForwardedReads::Tick(uint32_t ticks_max) {
  std::vector<uint64_t> expired;
  for (auto it = by_number_.begin(); it != by_number_.end();) {
    if (++it->second.ticks < ticks_max) {
      ++it;
      continue;
    }
    expired.push_back(it->second.context);
    number_of_.erase(it->second.context);
    it = by_number_.erase(it);
  }
  return expired;
}

std::vector<uint64_t> ForwardedReads::Abandon() {
  std::vector<uint64_t> out;
  for (const auto& [number, waiting] : by_number_) out.push_back(waiting.context);
  by_number_.clear();
  number_of_.clear();
  return out;
}

}  // namespace suyuan::consensus
