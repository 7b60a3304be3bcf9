// One outgoing connection to one peer. Internal to node/transport.
#pragma once

#include <atomic>
#include <mutex>

#include "node/transport/context.h"
#include "node/transport/pieces.h"

namespace suyuan::node {

// Dials until stopped, says hello, then writes what is queued: everything that waits leaves in one
// write. Send and connected from any thread, the rest on the io thread.
class Link {
 public:
  Link(TransportContext& context, std::shared_ptr<const TransportPeer> peer, Lane lane);
  bool Send(FrameType type, Pieces payload);
  bool connected() const { return connected_.load(std::memory_order_acquire); }
  consensus::NodeId peer() const { return peer_.id; }
  Lane lane() const { return lane_; }
  void Start();
  // For good; the object stays until the transport ends.
  void Stop();

 private:
  struct Session {
    explicit Session(TransportContext& context) : stream(context.io, *context.tls) {}
    TlsStream stream;
    Pieces writing;
    bool busy = false;
  };
  asio::awaitable<void> Run();
  asio::awaitable<Status> Establish(std::shared_ptr<Session> session);
  asio::awaitable<Status> SayHello(Session& session);
  Status CheckReply(const HelloReply& reply) const;
  // Writes what is queued unless a write is under way.
  void Flush();
  void LogFailure(const Error& error);

  TransportContext& context_;
  const std::shared_ptr<const TransportPeer> holder_;
  const TransportPeer& peer_;
  const Lane lane_;
  const size_t queue_bytes_max_;
  asio::steady_timer retry_;
  std::shared_ptr<Session> session_;   // io thread; null while not connected
  std::shared_ptr<Session> dialling_;  // io thread
  bool stopped_ = false;               // io thread
  std::string last_failure_;           // logged once while it repeats
  std::atomic<bool> connected_{false};
  std::mutex mutex_;
  Pieces queue_;            // guarded by mutex_
  bool scheduled_ = false;  // guarded by mutex_: a Flush is on its way to the io thread
};

}  // namespace suyuan::node
