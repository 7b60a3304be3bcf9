#include "node/transport/transport.h"

#include <netinet/tcp.h>

#include "node/transport/context.h"
#include "node/transport/link.h"
#include "node/transport/listener.h"

namespace suyuan::node {

void TuneSocket(tcp::socket& socket) {
  boost::system::error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  socket.set_option(asio::socket_base::keep_alive(true), ignored);
  socket.set_option(asio::detail::socket_option::integer<IPPROTO_TCP, TCP_USER_TIMEOUT>(10'000),
                    ignored);
}

void CloseQuietly(TlsStream& stream) {
  boost::system::error_code ignored;
  stream.next_layer().shutdown(tcp::socket::shutdown_both, ignored);
  stream.next_layer().close(ignored);
}

struct Transport::Impl {
  TransportContext context;
  Listener listener;
  std::vector<std::unique_ptr<Link>> links;
  LogThrottle unlisted_lines;

  Impl(asio::io_context& io, TransportConfig config, TransportHandler& handler, const Logger& log)
      : context{.io = io,
                .config = std::move(config),
                .self_key = {},
                .pins = {},
                .tls = nullptr,
                .handler = handler,
                .log = log,
                .counters = {}},
        listener(context) {
    for (const TransportPeer& peer : context.config.peers)
      context.pins.keys.push_back(peer.node_key);
    context.pins.on_unlisted = [this](const std::optional<PublicKey>& key) {
      if (auto left_out = unlisted_lines.Pass())
        context.log.Warn("peer_key_not_listed",
                         {{"key_id", key ? ToHex(KeyIdOf(Suite::kEd25519, *key)) : "none"},
                          {"error", Error{ErrorCode::kAuth, "not a member's node key"}},
                          {"left_out", *left_out}});
    };
  }

  Link* Find(consensus::NodeId peer, Lane lane) const {
    for (const auto& link : links)
      if (link->peer() == peer && link->lane() == lane) return link.get();
    return nullptr;
  }
};

Transport::Transport(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Transport::~Transport() = default;

Result<std::unique_ptr<Transport>> Transport::Start(asio::io_context& io, TransportConfig config,
                                                    const SecretSeed& node_key,
                                                    TransportHandler& handler, const Logger& log) {
  auto impl = std::make_unique<Impl>(io, std::move(config), handler, log);
  impl->context.self_key = SigningKey(node_key).key_id();
  SUYUAN_ASSIGN_OR_RETURN(impl->context.tls, MakePeerTls(node_key, &impl->context.pins));
  SUYUAN_RETURN_IF_ERROR(impl->listener.Start());
  for (const TransportPeer& peer : impl->context.config.peers)
    for (Lane lane : {Lane::kControl, Lane::kBulk})
      impl->links.push_back(std::make_unique<Link>(impl->context, peer, lane));
  for (const auto& link : impl->links) link->Start();
  return std::unique_ptr<Transport>(new Transport(std::move(impl)));
}

bool Transport::Send(consensus::NodeId to, Lane lane, FrameType type, ByteView payload) {
  Link* link = impl_->Find(to, lane);
  return link != nullptr && link->Send(type, payload);
}

bool Transport::connected(consensus::NodeId peer) const {
  const Link* control = impl_->Find(peer, Lane::kControl);
  const Link* bulk = impl_->Find(peer, Lane::kBulk);
  return control != nullptr && control->connected() && bulk->connected();
}

const TransportCounters& Transport::counters() const { return impl_->context.counters; }

void Transport::Stop() {
  impl_->context.stopping = true;
  impl_->listener.Stop();
  for (const auto& link : impl_->links) link->Stop();
}

}  // namespace suyuan::node
