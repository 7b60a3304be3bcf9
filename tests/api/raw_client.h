// A TCP client that says exactly what a test tells it to, and a server to say it to.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "api/server.h"

namespace suyuan::api::test {

class RawClient {
 public:
  explicit RawClient(uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    // Nothing here may hang: a test that waits this long has failed.
    timeval limit{20, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    connected_ = ::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  RawClient(RawClient&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)),
        connected_(other.connected_),
        buffer_(std::move(other.buffer_)) {}
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  ~RawClient() {
    if (fd_ >= 0) ::close(fd_);
  }

  bool connected() const { return connected_; }

  // False when the other side has closed.
  bool Send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(n));
    }
    return true;
  }
  // Everything until the other side closes.
  std::string ReadAll() {
    std::string out = std::exchange(buffer_, {});
    for (;;) {
      const std::string more = ReadSome();
      if (more.empty()) return out;
      out += more;
    }
  }
  // One response with a Content-Length; "" when the connection ended before.
  std::string ReadResponse() {
    for (;;) {
      const size_t end = buffer_.find("\r\n\r\n");
      if (end != std::string::npos) {
        const size_t at = buffer_.find("Content-Length: ");
        const size_t length = at < end ? std::stoul(buffer_.substr(at + 16)) : 0;
        if (buffer_.size() >= end + 4 + length) {
          std::string out = buffer_.substr(0, end + 4 + length);
          buffer_.erase(0, out.size());
          return out;
        }
      }
      const std::string more = ReadSome();
      if (more.empty()) return {};
      buffer_ += more;
    }
  }
  // Reads until `text` has come; false when the connection ended first.
  bool ReadUntil(std::string_view text) {
    while (buffer_.find(text) == std::string::npos) {
      const std::string more = ReadSome();
      if (more.empty()) return false;
      buffer_ += more;
    }
    return true;
  }
  const std::string& buffer() const { return buffer_; }
  void CloseWrite() { ::shutdown(fd_, SHUT_WR); }

 private:
  std::string ReadSome() {
    char chunk[16384];
    const ssize_t n = ::recv(fd_, chunk, sizeof chunk, 0);
    return n > 0 ? std::string(chunk, static_cast<size_t>(n)) : std::string();
  }
  int fd_;
  bool connected_ = false;
  std::string buffer_;
};

inline int StatusOf(const std::string& response) {
  return response.size() > 12 ? std::atoi(response.c_str() + 9) : 0;
}
inline std::string BodyOf(const std::string& response) {
  const size_t end = response.find("\r\n\r\n");
  return end == std::string::npos ? std::string() : response.substr(end + 4);
}

// A server with its io_context and threads.
class RunningServer {
 public:
  RunningServer(std::shared_ptr<RequestHandler> handler, const ServerOptions& options = {},
                int threads = 1) {
    auto server = Server::Start(io_, options, std::move(handler));
    EXPECT_TRUE(server.ok()) << (server.ok() ? "" : server.error().ToString());
    server_ = *std::move(server);
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { io_.run(); });
  }
  ~RunningServer() {
    server_->Stop(2000, nullptr);
    for (auto& thread : threads_) thread.join();
  }
  uint16_t port() const { return server_->port(); }
  Server& server() { return *server_; }
  boost::asio::io_context& io() { return io_; }

 private:
  boost::asio::io_context io_;
  std::unique_ptr<Server> server_;
  std::vector<std::thread> threads_;
};

}  // namespace suyuan::api::test
