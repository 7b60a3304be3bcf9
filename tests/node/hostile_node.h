// A member's node that says whatever a test wants: the third of a test cluster whose first two are
// honest.
#pragma once

#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "tests/node/cluster.h"

namespace suyuan::node::testing {

// Speaks over a real transport with the member's real key, and follows nobody. Say and the readers
// from any thread.
class HostileNode final : public TransportHandler {
 public:
  static constexpr size_t kPlace = 2;  // in the cluster
  explicit HostileNode(const Cluster& cluster);
  ~HostileNode() override;
  static consensus::NodeId Id(size_t i) { return consensus::NodeId(static_cast<uint32_t>(i + 1)); }

  // All four connections to the honest nodes stand.
  bool connected() const { return transport_->connected(Id(0)) && transport_->connected(Id(1)); }
  // To both honest nodes; entries on the bulk lane, all else on the control lane.
  void Say(const consensus::Message& message);
  void Say(Lane lane, consensus::Message message);
  std::vector<Refusal> refusals() const;
  // Somebody took entries of this node up to `index` into its log.
  bool acknowledged(consensus::Index index) const;

  void OnConnected(const Inbound&) override {}
  void OnMessage(const Inbound& from, WireMessage wire) override;
  void OnTransactions(consensus::NodeId, Parcels) override {}
  void OnRefusal(consensus::NodeId from, Refusal refusal) override;
  bool MayRead(consensus::NodeId) override { return true; }

 private:
  Logger log_;
  boost::asio::io_context io_{1};
  std::unique_ptr<Transport> transport_;
  std::thread thread_;
  mutable std::mutex mutex_;
  std::vector<Refusal> refusals_;  // guarded by mutex_
  consensus::Index acknowledged_;  // guarded by mutex_
};

}  // namespace suyuan::node::testing
