#include "tests/node/hostile_node.h"

#include <algorithm>

#include <boost/asio/post.hpp>

#include "common/check.h"

namespace suyuan::node::testing {

HostileNode::HostileNode(const Cluster& cluster) : log_("hostile", "error") {
  TransportConfig config;
  config.self = Id(kPlace);
  config.ledger = cluster.ledger().ledger;
  config.incarnation = 1;
  config.listen = cluster.peer_endpoint(kPlace);
  auto transport = Transport::Start(io_, config, NodeSeed(kPlace), *this, log_);
  SUYUAN_CHECK(transport.ok(), transport.error().ToString());
  transport_ = std::move(transport).value();
  transport_->SetPeers({cluster.peer(0), cluster.peer(1)});
  thread_ = std::thread([this] { io_.run(); });
}

HostileNode::~HostileNode() {
  boost::asio::post(io_, [this] { transport_->Stop(); });
  thread_.join();
}

void HostileNode::Say(const consensus::Message& message) {
  Say(message.entries.empty() ? Lane::kControl : Lane::kBulk, message);
}

void HostileNode::Say(Lane lane, consensus::Message message) {
  message.from = Id(kPlace);
  for (size_t to : {0, 1}) {
    message.to = Id(to);
    transport_->Send(message.to, lane, FrameType::kRaft, EncodeMessage(message));
  }
}

std::vector<Refusal> HostileNode::refusals() const {
  std::lock_guard lock(mutex_);
  return refusals_;
}

bool HostileNode::acknowledged(consensus::Index index) const {
  std::lock_guard lock(mutex_);
  return acknowledged_ >= index;
}

void HostileNode::OnMessage(const Inbound&, WireMessage wire) {
  const consensus::Message& message = wire.message;
  if (message.type != consensus::MessageType::kAppendReply || message.reject) return;
  std::lock_guard lock(mutex_);
  acknowledged_ = std::max(acknowledged_, message.index);
}

void HostileNode::OnRefusal(consensus::NodeId, Refusal refusal) {
  std::lock_guard lock(mutex_);
  refusals_.push_back(std::move(refusal));
}

}  // namespace suyuan::node::testing
