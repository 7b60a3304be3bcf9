#include "node/transport/transport.h"

#include <algorithm>
#include <mutex>

#include <boost/asio/post.hpp>
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
  using Links = std::map<std::pair<consensus::NodeId, Lane>, std::unique_ptr<Link>>;
  mutable std::mutex mutex;
  Links links;                                 // guarded by mutex; written on the io thread only
  std::vector<std::unique_ptr<Link>> retired;  // io thread; their coroutines may still end
  LogThrottle unlisted_lines;

  Impl(asio::io_context& io, TransportConfig config, TransportHandler& handler, const Logger& log)
      : context{.io = io,
                .config = std::move(config),
                .self_key = {},
                .pins = {},
                .peers = {},
                .tls = nullptr,
                .handler = handler,
                .log = log,
                .counters = {}},
        listener(context) {
    context.pins.on_unlisted = [this](const std::optional<PublicKey>& key) {
      if (auto left_out = unlisted_lines.Pass())
        context.log.Warn("peer_key_not_listed",
                         {{"key_id", key ? ToHex(KeyIdOf(Suite::kEd25519, *key)) : "none"},
                          {"error", Error{ErrorCode::kAuth, "not a member's node key"}},
                          {"left_out", *left_out}});
    };
  }

  // With `mutex` held.
  Link* Find(consensus::NodeId peer, Lane lane) const {
    const auto at = links.find({peer, lane});
    return at == links.end() ? nullptr : at->second.get();
  }

  void Retire(consensus::NodeId peer) {
    for (Lane lane : {Lane::kControl, Lane::kBulk}) {
      std::lock_guard lock(mutex);
      auto link = links.extract({peer, lane});
      if (link.empty()) continue;
      link.mapped()->Stop();
      retired.push_back(std::move(link.mapped()));
    }
  }

  void Dial(const std::shared_ptr<const TransportPeer>& peer) {
    for (Lane lane : {Lane::kControl, Lane::kBulk}) {
      auto link = std::make_unique<Link>(context, peer, lane);
      link->Start();
      std::lock_guard lock(mutex);
      links.insert_or_assign({peer->id, lane}, std::move(link));
    }
  }

  void Apply(std::vector<TransportPeer> wanted) {
    if (context.stopping) return;
    const auto is_wanted = [&](consensus::NodeId id) {
      return std::ranges::find(wanted, id, &TransportPeer::id) != wanted.end();
    };
    std::erase_if(context.peers, [&](const auto& known) {
      if (is_wanted(known.first)) return false;
      Retire(known.first);
      return true;
    });
    for (TransportPeer& peer : wanted) {
      if (context.peers.contains(peer.id)) continue;
      auto shared = std::make_shared<const TransportPeer>(std::move(peer));
      context.peers.emplace(shared->id, shared);
      Dial(shared);
    }
    context.pins.keys.clear();
    for (const auto& [id, peer] : context.peers) context.pins.keys.push_back(peer->node_key);
    listener.DropStrangers();
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
  return std::unique_ptr<Transport>(new Transport(std::move(impl)));
}

bool Transport::Send(consensus::NodeId to, Lane lane, FrameType type, Pieces payload) {
  std::lock_guard lock(impl_->mutex);
  Link* link = impl_->Find(to, lane);
  return link != nullptr && link->Send(type, std::move(payload));
}

bool Transport::connected(consensus::NodeId peer) const {
  std::lock_guard lock(impl_->mutex);
  const Link* control = impl_->Find(peer, Lane::kControl);
  const Link* bulk = impl_->Find(peer, Lane::kBulk);
  return control != nullptr && control->connected() && bulk->connected();
}

const TransportCounters& Transport::counters() const { return impl_->context.counters; }

void Transport::Stop() {
  impl_->context.stopping = true;
  impl_->listener.Stop();
  for (const auto& [place, link] : impl_->links) link->Stop();
}

void Transport::SetPeers(std::vector<TransportPeer> peers) {
  asio::post(impl_->context.io,
             [this, peers = std::move(peers)]() mutable { impl_->Apply(std::move(peers)); });
}

}  // namespace suyuan::node
