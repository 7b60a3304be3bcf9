// Where frames of peers go.
#pragma once

#include <map>

#include "node/append_checker.h"
#include "node/inbox.h"
#include "node/log_throttle.h"
#include "node/submission.h"
#include "node/transport/transport.h"

namespace suyuan::node {

// Io thread only.
class PeerHandler final : public TransportHandler {
 public:
  PeerHandler(AppendChecker& checker, Submission& submission, Inbox& inbox, Metrics& metrics,
              const Logger& log)
      : checker_(checker), submission_(submission), inbox_(inbox), metrics_(metrics), log_(log) {}

  void OnConnected(const Inbound& from) override { checker_.OnConnected(from); }
  void OnMessage(const Inbound& from, WireMessage wire) override {
    if (!wire.entries.empty()) return checker_.Submit(from, std::move(wire));
    if (!inbox_.Push(std::move(wire.message))) Metrics::Add(metrics_.messages_dropped);
  }
  void OnTransactions(consensus::NodeId, Parcels parcels) override {
    submission_.FromPeer(std::move(parcels));
  }
  // What a peer says is only logged, so it can say it as often and as lengthily as it likes.
  void OnRefusal(consensus::NodeId from, Refusal refusal) override {
    const std::optional<uint64_t> left_out = refusal_lines_[from].Pass();
    if (!left_out) return;
    if (refusal.reason.size() > kReasonBytesMax) refusal.reason.resize(kReasonBytesMax);
    log_.Error("our_entry_refused", {{"by", uint64_t{from.value()}},
                                     {"height", refusal.height.value()},
                                     {"entry_hash", ToHex(refusal.entry_hash)},
                                     {"error", Error{refusal.code, refusal.reason}},
                                     {"left_out", *left_out}});
  }
  bool MayRead(consensus::NodeId from) override { return checker_.MayRead(from); }

 private:
  static constexpr size_t kReasonBytesMax = 200;
  AppendChecker& checker_;
  Submission& submission_;
  Inbox& inbox_;
  Metrics& metrics_;
  const Logger& log_;
  std::map<consensus::NodeId, LogThrottle> refusal_lines_;
};

}  // namespace suyuan::node
