#include "node/transport/link.h"

#include <algorithm>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

namespace suyuan::node {
namespace {

constexpr std::chrono::milliseconds kBackoffMin{50}, kBackoffMax{2000};
constexpr size_t kControlQueueBytesMax = 4 << 20, kBulkQueueBytesMax = 48 << 20;

Error Unreachable(const boost::system::error_code& error) {
  return Error{ErrorCode::kUnreachable, error.message()};
}

}  // namespace

Link::Link(TransportContext& context, std::shared_ptr<const TransportPeer> peer, Lane lane)
    : context_(context),
      holder_(std::move(peer)),
      peer_(*holder_),
      lane_(lane),
      queue_bytes_max_(lane == Lane::kControl ? kControlQueueBytesMax : kBulkQueueBytesMax),
      retry_(context.io) {}

bool Link::Send(FrameType type, Pieces payload) {
  if (!connected()) return false;
  {
    std::lock_guard lock(mutex_);
    if (queue_.size() + payload.size() > queue_bytes_max_) {
      context_.counters.frames_dropped.fetch_add(1, std::memory_order_relaxed);
      return false;
    }
    queue_.Add(FrameHead(type, payload.size()));
    queue_.Add(std::move(payload));
    if (scheduled_) return true;
    scheduled_ = true;
  }
  asio::post(context_.io, [this] { Flush(); });
  return true;
}

void Link::Start() { asio::co_spawn(context_.io, Run(), asio::detached); }

void Link::Stop() {
  stopped_ = true;
  retry_.cancel();
  if (session_) CloseQuietly(session_->stream);
  if (dialling_) CloseQuietly(dialling_->stream);
}

void Link::Flush() {
  std::shared_ptr<Session> session = session_;
  {
    std::lock_guard lock(mutex_);
    scheduled_ = false;
    if (!session || session->busy || queue_.empty()) return;
    session->writing = std::exchange(queue_, {});
  }
  session->busy = true;
  std::vector<asio::const_buffer> buffers;
  for (const ByteView piece : session->writing.views()) buffers.push_back(asio::buffer(piece));
  asio::async_write(session->stream, buffers,
                    [this, session](const boost::system::error_code& error, size_t n) {
                      session->busy = false;
                      session->writing.clear();
                      context_.counters.bytes_sent.fetch_add(n, std::memory_order_relaxed);
                      if (error) return CloseQuietly(session->stream);
                      if (session == session_) Flush();
                    });
}

asio::awaitable<void> Link::Run() {
  auto backoff = kBackoffMin;
  while (!stopped_) {
    auto session = std::make_shared<Session>(context_);
    dialling_ = session;
    Status established = co_await Establish(session);
    dialling_.reset();
    if (established.ok() && !stopped_) {
      backoff = kBackoffMin;
      last_failure_.clear();
      session_ = session;
      connected_.store(true, std::memory_order_release);
      context_.log.Info("peer_connected", {{"peer", peer_.name},
                                           {"lane", lane_ == Lane::kControl ? "control" : "bulk"}});
      Flush();
      // The other side sends nothing more: any end of this read is the end of the connection.
      char byte;
      auto [error, n] = co_await session->stream.async_read_some(asio::buffer(&byte, 1), kTuple);
      connected_.store(false, std::memory_order_release);
      session_.reset();
      if (!stopped_)
        context_.log.Warn("peer_lost", {{"peer", peer_.name},
                                        {"lane", lane_ == Lane::kControl ? "control" : "bulk"},
                                        {"error", error.message()}});
      std::lock_guard lock(mutex_);
      queue_.clear();  // of the old connection; Raft repeats what matters
    } else if (!established.ok()) {
      LogFailure(established.error());
    }
    CloseQuietly(session->stream);
    if (stopped_) co_return;
    retry_.expires_after(backoff);
    backoff = std::min(backoff * 2, kBackoffMax);
    co_await retry_.async_wait(kTuple);
  }
}

void Link::LogFailure(const Error& error) {
  std::string text = error.ToString();
  if (text == last_failure_ || stopped_) return;
  last_failure_ = text;
  bool grave = error.code == ErrorCode::kGenesis || error.code == ErrorCode::kProtocol;
  LogFields fields = {{"peer", peer_.name}, {"address", ToString(peer_.address)}, {"error", error}};
  grave ? context_.log.Error("peer_refused_us", fields)
        : context_.log.Warn("peer_unreachable", fields);
}

asio::awaitable<Status> Link::Establish(std::shared_ptr<Session> session) {
  asio::steady_timer deadline(context_.io, kHandshakeTime);
  deadline.async_wait([session](const boost::system::error_code& error) {
    if (!error) CloseQuietly(session->stream);
  });
  tcp::resolver resolver(context_.io);
  auto [resolve_error, endpoints] = co_await resolver.async_resolve(
      peer_.address.host, std::to_string(peer_.address.port), kTuple);
  if (resolve_error) co_return Unreachable(resolve_error);
  if (stopped_) co_return Error{ErrorCode::kStopping, "this node is shutting down"};
  tcp::socket& socket = session->stream.next_layer();
  auto [connect_error, at] = co_await asio::async_connect(socket, endpoints, kTuple);
  if (connect_error) co_return Unreachable(connect_error);
  TuneSocket(socket);
  auto [tls_error] =
      co_await session->stream.async_handshake(asio::ssl::stream_base::client, kTuple);
  if (tls_error) co_return Unreachable(tls_error);
  if (PeerKeyOf(session->stream.native_handle()) != peer_.node_key)
    co_return Error{ErrorCode::kAuth, "another member's node answers at this address"};
  co_return co_await SayHello(*session);
}

asio::awaitable<Status> Link::SayHello(Session& session) {
  Bytes hello;
  AppendFrame(&hello, FrameType::kHello,
              EncodeHello({.ledger = context_.config.ledger,
                           .node = context_.self_key,
                           .incarnation = context_.config.incarnation,
                           .lane = lane_}));
  auto [write_error, written] =
      co_await asio::async_write(session.stream, asio::buffer(hello), kTuple);
  if (write_error) co_return Unreachable(write_error);
  FrameDecoder decoder(kControlFrameBytesMax);
  char chunk[512];
  for (;;) {
    auto [error, n] = co_await session.stream.async_read_some(asio::buffer(chunk), kTuple);
    if (error)  // with TLS 1.3 a refused client certificate shows only here
      co_return Error{ErrorCode::kUnreachable, "refused by the peer: " + error.message()};
    decoder.Feed({chunk, n});
    auto frame = decoder.Next();
    if (!frame.ok()) co_return frame.error();
    if (!frame->has_value()) continue;
    if ((*frame)->type != FrameType::kHelloReply)
      co_return Error{ErrorCode::kFormat, "the peer does not answer hello"};
    auto reply = DecodeHelloReply((*frame)->payload);
    if (!reply.ok()) co_return reply.error();
    co_return CheckReply(*reply);
  }
}

Status Link::CheckReply(const HelloReply& reply) const {
  if (reply.ledger != context_.config.ledger)
    return Error{ErrorCode::kGenesis, "the peer belongs to ledger " + ToHex(reply.ledger) +
                                          ", this node to " + ToHex(context_.config.ledger)};
  if (reply.protocol != limits::kProtocol)
    return Error{ErrorCode::kProtocol,
                 "the peer speaks protocol " + std::to_string(reply.protocol)};
  if (reply.verdict != ErrorCode::kOk)
    return Error{reply.verdict, "the peer refused this node's hello"};
  return {};
}

}  // namespace suyuan::node
