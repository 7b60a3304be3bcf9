// What the parts of the transport share. Internal to node/transport.
#pragma once

#include <chrono>
#include <map>
#include <memory>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "node/transport/tls.h"
#include "node/transport/transport.h"

namespace suyuan::node {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using TlsStream = asio::ssl::stream<tcp::socket>;
inline constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);

// Connecting, the handshake and the hello together must end within this time.
inline constexpr std::chrono::seconds kHandshakeTime{5};

struct TransportContext {
  asio::io_context& io;
  TransportConfig config;
  KeyId self_key;
  PeerPins pins;
  // Who may connect, by id; io thread. Connections hold on to theirs.
  std::map<consensus::NodeId, std::shared_ptr<const TransportPeer>> peers = {};
  std::unique_ptr<asio::ssl::context> tls;
  TransportHandler& handler;
  const Logger& log;
  TransportCounters counters;
  bool stopping = false;  // io thread
};

// No delay, and an answer within 10 s from the other side's kernel, or the connection is dead.
void TuneSocket(tcp::socket& socket);
void CloseQuietly(TlsStream& stream);

}  // namespace suyuan::node
