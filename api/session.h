// One connection: reads requests one after another, hands each to the handler, writes its answer
// before it reads the next (so pipelined requests are answered in order). Internal to the server.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include "api/server_core.h"

namespace suyuan::api::internal {

// Takes the socket over; its executor must be a strand. `tls` nullptr: plain. The address was
// admitted by the core; the connection gives it back at its end.
void StartSession(std::shared_ptr<ServerCore> core, boost::asio::ip::tcp::socket socket,
                  boost::asio::ssl::context* tls, std::string remote_address);

}  // namespace suyuan::api::internal
