#include "node/transport/listener.h"

#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/write.hpp>

namespace suyuan::node {
namespace {

// Connections that have not said who they are. A member needs some round trips for that; when there
// are more than these the oldest has to go, so that whoever only connects keeps nobody out.
constexpr size_t kStrangersMax = 128;
constexpr std::chrono::seconds kWelcomeTime{3};
constexpr size_t kReadBytes = 64 * 1024;
constexpr std::chrono::milliseconds kAcceptRetry{50}, kOverloadPause{2};

}  // namespace

Listener::Listener(TransportContext& context)
    : context_(context), acceptor_(context.io), retry_(context.io) {}

Status Listener::Start() {
  const Endpoint& listen = context_.config.listen;
  boost::system::error_code error;
  tcp::resolver resolver(context_.io);
  auto found = resolver.resolve(listen.host, std::to_string(listen.port),
                                tcp::resolver::passive | tcp::resolver::numeric_service, error);
  if (!error && found.begin() != found.end()) {
    tcp::endpoint at = *found.begin();
    acceptor_.open(at.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(at, error);
    if (!error) acceptor_.listen(128, error);
  }
  if (error)
    return Error{ErrorCode::kPort,
                 "peers: cannot listen on " + ToString(listen) + ": " + error.message()};
  asio::co_spawn(context_.io, AcceptLoop(), asio::detached);
  return {};
}

void Listener::Stop() {
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  retry_.cancel();
  for (const SessionPtr& session : sessions_) CloseQuietly(session->stream);
}

asio::awaitable<void> Listener::AcceptLoop() {
  while (!context_.stopping) {
    auto [error, socket] = co_await acceptor_.async_accept(kTuple);
    if (context_.stopping) co_return;
    if (error) {  // out of descriptors, most likely: breathe instead of spinning
      retry_.expires_after(kAcceptRetry);
      co_await retry_.async_wait(kTuple);
      continue;
    }
    TuneSocket(socket);
    auto session = std::make_shared<Session>(std::move(socket), context_);
    strangers_.push_back(session);
    if (strangers_.size() > kStrangersMax) {
      CloseQuietly(strangers_.front()->stream);
      strangers_.pop_front();
    }
    asio::co_spawn(context_.io, Serve(std::move(session)), asio::detached);
  }
}

asio::awaitable<void> Listener::Serve(SessionPtr session) {
  sessions_.insert(session);
  bool welcome = co_await Welcome(session);
  strangers_.remove(session);
  if (welcome && !context_.stopping) {
    Status ended = co_await ReadFrames(*session);
    if (!ended.ok() && !context_.stopping)
      context_.log.Warn("peer_misbehaved",
                        {{"peer", session->peer->name}, {"error", ended.error()}});
    auto current = current_.find({session->peer->id, session->lane});
    if (current != current_.end() && current->second == session) current_.erase(current);
  }
  CloseQuietly(session->stream);
  sessions_.erase(session);
}

asio::awaitable<bool> Listener::Welcome(SessionPtr session) {
  asio::steady_timer deadline(context_.io, kWelcomeTime);
  deadline.async_wait([session](const boost::system::error_code& error) {
    if (!error) CloseQuietly(session->stream);
  });
  auto [tls_error] =
      co_await session->stream.async_handshake(asio::ssl::stream_base::server, kTuple);
  if (tls_error) {
    context_.counters.refused_handshakes.fetch_add(1, std::memory_order_relaxed);
    if (auto left_out = handshake_lines_.Pass())
      context_.log.Warn("peer_handshake_refused",
                        {{"error", tls_error.message()}, {"left_out", *left_out}});
    co_return false;
  }
  session->peer = FindPeer(PeerKeyOf(session->stream.native_handle()));
  Result<Hello> hello = co_await ReadHello(*session);
  if (!hello.ok() || session->peer == nullptr) co_return false;
  ErrorCode verdict = Judge(*session, *hello);
  Bytes reply;
  AppendFrame(&reply, FrameType::kHelloReply,
              EncodeHelloReply({.ledger = context_.config.ledger,
                                .node = context_.self_key,
                                .incarnation = context_.config.incarnation,
                                .verdict = verdict}));
  auto [error, n] = co_await asio::async_write(session->stream, asio::buffer(reply), kTuple);
  if (error || verdict != ErrorCode::kOk) co_return false;
  Register(session, hello->lane);
  co_return true;
}

asio::awaitable<Result<Hello>> Listener::ReadHello(Session& session) {
  char chunk[512];
  for (;;) {
    auto [error, n] = co_await session.stream.async_read_some(asio::buffer(chunk), kTuple);
    if (error) co_return Error{ErrorCode::kUnreachable, error.message()};
    session.decoder.Feed({chunk, n});
    auto frame = session.decoder.Next();
    if (!frame.ok()) co_return frame.error();
    if (!frame->has_value()) continue;
    if ((*frame)->type != FrameType::kHello)
      co_return Error{ErrorCode::kFormat, "the first frame must be hello"};
    co_return DecodeHello((*frame)->payload);
  }
}

ErrorCode Listener::Judge(const Session& session, const Hello& hello) const {
  ErrorCode verdict = ErrorCode::kOk;
  std::string detail;
  if (hello.ledger != context_.config.ledger) {
    verdict = ErrorCode::kGenesis;
    detail = "the peer belongs to ledger " + ToHex(hello.ledger) + ", this node to " +
             ToHex(context_.config.ledger);
  } else if (hello.protocol != limits::kProtocol) {
    verdict = ErrorCode::kProtocol;
    detail = "the peer speaks protocol " + std::to_string(hello.protocol);
  } else if (hello.node != KeyIdOf(Suite::kEd25519, session.peer->node_key)) {
    verdict = ErrorCode::kAuth;
    detail = "hello names another key than the certificate";
  }
  if (verdict != ErrorCode::kOk)
    context_.log.Error("peer_refused",
                       {{"peer", session.peer->name}, {"error", Error{verdict, detail}}});
  return verdict;
}

void Listener::Register(const SessionPtr& session, Lane lane) {
  session->lane = lane;
  session->connection = ++last_connection_;
  SessionPtr& current = current_[{session->peer->id, lane}];
  if (current) CloseQuietly(current->stream);
  current = session;
  if (lane == Lane::kBulk) {
    FrameDecoder bulk(kBulkFrameBytesMax);
    session->decoder = std::move(bulk);
    context_.handler.OnConnected({session->peer->id, session->connection});
  }
}

asio::awaitable<Status> Listener::ReadFrames(Session& session) {
  std::vector<char> chunk(kReadBytes);
  asio::steady_timer pause(context_.io);
  for (;;) {
    auto [error, n] = co_await session.stream.async_read_some(asio::buffer(chunk), kTuple);
    if (error) co_return Status();  // a closed connection is nobody's fault
    context_.counters.bytes_received.fetch_add(n, std::memory_order_relaxed);
    session.decoder.Feed({chunk.data(), n});
    for (;;) {
      auto frame = session.decoder.Next();
      if (!frame.ok()) co_return frame.error();
      if (!frame->has_value()) break;
      if (Status status = Dispatch(session, **frame); !status.ok()) co_return status;
    }
    while (session.lane == Lane::kBulk && !context_.handler.MayRead(session.peer->id)) {
      if (context_.stopping || !session.stream.next_layer().is_open()) co_return Status();
      pause.expires_after(kOverloadPause);
      co_await pause.async_wait(kTuple);
    }
  }
}

Status Listener::Dispatch(Session& session, const Frame& frame) {
  switch (frame.type) {
    case FrameType::kRaft: {
      SUYUAN_ASSIGN_OR_RETURN(WireMessage wire, DecodeMessage(frame.payload));
      if (session.lane == Lane::kControl && !wire.entries.empty())
        return Error{ErrorCode::kFormat, "entries on the control lane, whose reader never waits"};
      if (wire.message.from != session.peer->id || wire.message.to != context_.config.self)
        return Error{ErrorCode::kAuth, "a message in another node's name"};
      context_.handler.OnMessage({session.peer->id, session.connection}, std::move(wire));
      return {};
    }
    case FrameType::kTransactions: {
      if (session.lane == Lane::kControl)
        return Error{ErrorCode::kFormat, "transactions on the control lane"};
      SUYUAN_ASSIGN_OR_RETURN(Parcels parcels, DecodeTransactions(frame.payload));
      context_.handler.OnTransactions(session.peer->id, std::move(parcels));
      return {};
    }
    case FrameType::kRefused: {
      SUYUAN_ASSIGN_OR_RETURN(Refusal refusal, DecodeRefusal(frame.payload));
      context_.handler.OnRefusal(session.peer->id, std::move(refusal));
      return {};
    }
    case FrameType::kHello:
    case FrameType::kHelloReply:
      break;
  }
  return Error{ErrorCode::kFormat, "hello in the middle of a connection"};
}

std::shared_ptr<const TransportPeer> Listener::FindPeer(const std::optional<PublicKey>& key) const {
  for (const auto& [id, peer] : context_.peers)
    if (key && peer->node_key == *key) return peer;
  return nullptr;
}

void Listener::DropStrangers() {
  for (const SessionPtr& session : sessions_)
    if (session->peer && !context_.peers.contains(session->peer->id)) CloseQuietly(session->stream);
}

}  // namespace suyuan::node
