// Incoming connections. Internal to node/transport.
#pragma once

#include <list>
#include <map>
#include <set>
#include <utility>

#include "node/log_throttle.h"
#include "node/transport/context.h"

namespace suyuan::node {

// Accepts peers, checks who they are and hands their frames to the handler. Io thread only.
class Listener {
 public:
  explicit Listener(TransportContext& context);
  // E_PORT.
  Status Start();
  void Stop();
  // Ends the connections of peers that the context does not name any more.
  void DropStrangers();

 private:
  struct Session {
    explicit Session(tcp::socket socket, TransportContext& context)
        : stream(std::move(socket), *context.tls) {}
    TlsStream stream;
    std::shared_ptr<const TransportPeer> peer;
    Lane lane = Lane::kControl;
    uint64_t connection = 0;
    FrameDecoder decoder{kControlFrameBytesMax};
  };
  using SessionPtr = std::shared_ptr<Session>;

  asio::awaitable<void> AcceptLoop();
  asio::awaitable<void> Serve(SessionPtr session);
  // Handshake and hello; false when the peer was refused.
  asio::awaitable<bool> Welcome(SessionPtr session);
  asio::awaitable<Result<Hello>> ReadHello(Session& session);
  ErrorCode Judge(const Session& session, const Hello& hello) const;
  // This connection takes the place of an older one of the same peer and lane.
  void Register(const SessionPtr& session, Lane lane);
  asio::awaitable<Status> ReadFrames(Session& session);
  Status Dispatch(Session& session, const Frame& frame);
  std::shared_ptr<const TransportPeer> FindPeer(const std::optional<PublicKey>& key) const;

  TransportContext& context_;
  tcp::acceptor acceptor_;
  asio::steady_timer retry_;
  std::set<SessionPtr> sessions_;
  std::list<SessionPtr> strangers_;  // of sessions_ and about to be; not welcomed yet, oldest first
  LogThrottle handshake_lines_;
  std::map<std::pair<consensus::NodeId, Lane>, SessionPtr> current_;
  uint64_t last_connection_ = 0;
};

}  // namespace suyuan::node
