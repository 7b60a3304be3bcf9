#include "consensus/progress.h"

#include <algorithm>

namespace suyuan::consensus {

void InflightWindow::Add(Index last, size_t bytes) {
  sent_.push_back({last, bytes});
  bytes_ += bytes;
}

void InflightWindow::FreeTo(Index index) {
  while (!sent_.empty() && sent_.front().last <= index) {
    bytes_ -= sent_.front().bytes;
    sent_.pop_front();
  }
}

void InflightWindow::Clear() {
  sent_.clear();
  bytes_ = 0;
}

void FollowerProgress::Sent(Index last, size_t bytes) {
  poke = quiet = false;
  if (state == State::kProbe) {
    probe_in_flight = true;
    return;  // `next` waits for the answer
  }
  if (last < next) return;  // an empty append takes no place in the window
  next = last + 1;
  window.Add(last, bytes);
}

bool FollowerProgress::Acknowledged(Index index) {
  const bool news = index > match;
  match = std::max(match, index);
  next = std::max(next, match + 1);
  window.FreeTo(index);
  if (state != State::kReplicate && index >= match) {
    state = State::kReplicate;
    probe_in_flight = false;
    next = match + 1;
    window.Clear();
  }
  return news;
}

bool FollowerProgress::Refused(Index rejected, Index hint) {
  if (state == State::kSnapshot) return false;  // it is known already that it lags
  if (state == State::kReplicate) {
    if (rejected <= match) return false;  // an answer to something older than what we know
    BecomeProbe(match + 1);
    return true;
  }
  if (next != rejected + 1) return false;  // not the answer to the probe that is out
  BecomeProbe(std::max(std::min(rejected, hint + 1), match + 1));
  return true;
}

void FollowerProgress::NeedsSnapshot() {
  state = State::kSnapshot;
  probe_in_flight = poke = false;
  commit_sent = Index();
  window.Clear();
}

void FollowerProgress::BecomeProbe(Index next_index) {
  state = State::kProbe;
  next = next_index;
  probe_in_flight = false;
  poke = true;
  commit_sent = Index();
  window.Clear();
}

}  // namespace suyuan::consensus
