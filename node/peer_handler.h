// Where frames of peers go.
#pragma once

#include "node/append_checker.h"
#include "node/inbox.h"
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
  void OnRefusal(consensus::NodeId from, Refusal refusal) override {
    log_.Error("our_entry_refused", {{"by", uint64_t{from.value()}},
                                     {"height", refusal.height.value()},
                                     {"entry_hash", ToHex(refusal.entry_hash)},
                                     {"error", Error{refusal.code, refusal.reason}}});
  }
  bool MayRead(consensus::NodeId from) override { return checker_.MayRead(from); }

 private:
  AppendChecker& checker_;
  Submission& submission_;
  Inbox& inbox_;
  Metrics& metrics_;
  const Logger& log_;
};

}  // namespace suyuan::node
