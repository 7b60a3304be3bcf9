// Connections between the members' nodes: mutual TLS 1.3 with pinned keys (tls.h), frames
// (frame.h, wire.h), two simplex connections to each peer (one for control, one for entries and
// transactions), redialled with backoff. Whatever cannot be sent is dropped: Raft and the
// transaction pool repeat what matters.
//
// Thread safety: Send and connected from any thread; everything else, and every call of the
// handler, on the io thread.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "common/ids.h"
#include "common/result.h"
#include "common/sign.h"
#include "consensus/types.h"
#include "node/config.h"
#include "node/log.h"
#include "node/transport/pieces.h"
#include "node/transport/wire.h"

namespace boost::asio {
class io_context;
}

namespace suyuan::node {

struct TransportPeer {
  consensus::NodeId id;
  std::string name;  // "<party>/<node>"
  PublicKey node_key;
  Endpoint address;
};

struct TransportConfig {
  consensus::NodeId self;
  LedgerId ledger;
  uint64_t incarnation = 0;
  Endpoint listen;
};

// From whom and over which connection; a number is never used twice in a process's life.
struct Inbound {
  consensus::NodeId peer;
  uint64_t connection = 0;
};

// What arrives. `message.from` is the authenticated peer and `message.to` this node.
class TransportHandler {
 public:
  virtual ~TransportHandler() = default;
  // A new bulk connection of this peer replaces all before: what came over those and is still
  // under way must be dropped (reliability §1 row 34).
  virtual void OnConnected(const Inbound& from) = 0;
  virtual void OnMessage(const Inbound& from, WireMessage message) = 0;
  virtual void OnTransactions(consensus::NodeId from, Parcels parcels) = 0;
  virtual void OnRefusal(consensus::NodeId from, Refusal refusal) = 0;
  // False while so much of this peer's work is under way that no more may be read from it.
  virtual bool MayRead(consensus::NodeId from) = 0;
};

// Counters for metrics; any thread may read.
struct TransportCounters {
  std::atomic<uint64_t> bytes_sent{0}, bytes_received{0}, frames_dropped{0}, refused_handshakes{0};
};

class Transport {
 public:
  // Binds the listening port; peers come with SetPeers. E_PORT, E_INTERNAL.
  static Result<std::unique_ptr<Transport>> Start(boost::asio::io_context& io,
                                                  TransportConfig config,
                                                  const SecretSeed& node_key,
                                                  TransportHandler& handler, const Logger& log);
  // The io thread must have ended.
  ~Transport();

  // Queues one frame; false when it was dropped (not connected, or the queue is full).
  bool Send(consensus::NodeId to, Lane lane, FrameType type, Pieces payload);
  // Both outgoing connections stand.
  bool connected(consensus::NodeId peer) const;
  const TransportCounters& counters() const;
  // Whom this node is connected to from now on: the first of an id stays as it is, connections with
  // those who are not named end. Any thread; takes effect on the io thread.
  void SetPeers(std::vector<TransportPeer> peers);
  // Closes everything, so that io_context::run can return. On the io thread.
  void Stop();

 private:
  struct Impl;
  explicit Transport(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace suyuan::node
