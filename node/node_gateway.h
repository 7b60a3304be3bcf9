// api::Gateway over the parts of a running node.
#pragma once

#include <string>
#include <vector>

#include "api/gateway.h"
#include "node/checkpoint_signer.h"
#include "node/custody.h"
#include "node/node.h"
#include "node/raft_driver.h"
#include "node/submission.h"
#include "node/subscriptions.h"

namespace suyuan::node {

struct GatewayParts {
  const LedgerStart& ledger;
  const NodeConfig& config;
  const ledger::Store& store;
  Submission& submission;
  Subscriptions& subscriptions;
  Inbox& inbox;
  ReadBarrier& reads;
  const DiskWatch& disk;
  CheckpointSigner& checkpoints;
  Custody* custody;  // nullptr: none
  WorkerPool& workers;
  const TxPool& pool;
  const Executor& executor;
  const RaftDriver& driver;
  const Transport& transport;
  Metrics& metrics;
  const Logger& log;
  WallClock clock;
  std::string name;  // of this node when it started
  const NodeDirectory& directory;
  consensus::NodeId self;
  KeyId self_key;  // id of the node key
};

class NodeGateway final : public api::Gateway {
 public:
  explicit NodeGateway(GatewayParts parts) : parts_(std::move(parts)) {}

  const LedgerId& ledger_id() const override { return parts_.ledger.ledger; }
  const std::string& origin() const override { return parts_.ledger.origin; }
  const LedgerLimits& limits() const override { return parts_.ledger.limits; }
  ByteView genesis_file() const override { return parts_.ledger.genesis_file; }
  const PartyId& own_party() const override { return parts_.config.party; }
  void Submit(ledger::Parcel parcel, api::Wait wait, api::SubmitCallback done) override;
  void SubmitJson(const json::Value& transaction, api::Wait wait,
                  api::SubmitCallback done) override;
  bool IsOperatorKey(const KeyId& key) const override;
  Result<std::shared_ptr<const ledger::OpenedLeaves>> OpenSealed(const TxId& id) override;
  const ledger::Store& store() const override { return parts_.store; }
  api::NodeStatus status() const override;
  std::string checkpoint() const override;
  void WhenApplied(Height height, uint32_t timeout_ms, std::function<void(Status)> done) override;
  void WhenCurrent(uint32_t timeout_ms, std::function<void(Status)> done) override;
  std::shared_ptr<void> Subscribe(std::function<void(const api::BlockEvent&)> event) override;
  std::string metrics() const override;
  int64_t now_ms() const override { return parts_.clock(); }

 private:
  std::string OwnName() const;
  std::string RoleText(const ConsensusView& view) const;
  GatewayParts parts_;
};

}  // namespace suyuan::node
