// What a server's connections share; internal to server.cc and session.cc.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "api/server.h"

namespace suyuan::api::internal {

using SteadyClock = std::chrono::steady_clock;
inline int64_t SteadyMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             SteadyClock::now().time_since_epoch())
      .count();
}
inline constexpr int64_t kNoDeadline = INT64_MAX;

// One connection as the sweeper sees it. A deadline is a number that the connection moves and the
// sweeper compares a few times a second: cheaper than a timer for each of 10,000 connections.
class Connection {
 public:
  virtual ~Connection() = default;
  // Thread-safe: closes the socket soon; the coroutine ends with an error.
  virtual void Cut() = 0;
  // Thread-safe: a stream looks again whether it should go on.
  virtual void Wake() = 0;

  std::atomic<int64_t> deadline_ms{kNoDeadline};
  std::atomic<bool> idle{false};  // between two requests
  std::atomic<bool> cut{false};
};

// Budget of memory for bodies. Thread-safe.
class BodyBudget {
 public:
  explicit BodyBudget(uint64_t limit) : limit_(limit) {}
  bool Take(uint64_t n) {
    if (used_.fetch_add(n) + n <= limit_) return true;
    used_.fetch_sub(n);
    return false;
  }
  void Give(uint64_t n) { used_.fetch_sub(n); }

 private:
  const uint64_t limit_;
  std::atomic<uint64_t> used_{0};
};

// Gives the memory of one body back.
class BodyLease {
 public:
  explicit BodyLease(BodyBudget& budget) : budget_(budget) {}
  BodyLease(const BodyLease&) = delete;
  BodyLease& operator=(const BodyLease&) = delete;
  ~BodyLease() { budget_.Give(taken_); }
  bool Take(uint64_t n) {
    if (!budget_.Take(n)) return false;
    taken_ += n;
    return true;
  }

 private:
  BodyBudget& budget_;
  uint64_t taken_ = 0;
};

// Thread-safe.
class ServerCore {
 public:
  ServerCore(const ServerOptions& o, std::shared_ptr<RequestHandler> h)
      : options(o), handler(std::move(h)), bodies(o.all_bodies_bytes_max) {}

  const ServerOptions options;
  const std::shared_ptr<RequestHandler> handler;
  BodyBudget bodies;
  std::atomic<bool> stopping{false};
  std::atomic<uint64_t> connections_total{0}, connections_refused{0}, requests{0}, timeouts{0};

  // False when a cap is reached; else the connection counts until Remove.
  bool Admit(const std::string& remote_address);
  void Add(const std::shared_ptr<Connection>& connection);
  void Remove(Connection* connection, const std::string& remote_address);
  size_t open() const;

  // Cuts what is past its deadline; with `stopping`, what is idle; with `all`, everything.
  void Sweep(bool all);
  // Runs `f` once no connection is open, at once if that is so now.
  void WhenEmpty(std::function<void()> f);

 private:
  mutable std::mutex mutex_;
  std::unordered_map<Connection*, std::weak_ptr<Connection>> connections_;  // guarded by mutex_
  std::unordered_map<std::string, uint32_t> by_address_;                    // guarded by mutex_
  size_t admitted_ = 0;                                                     // guarded by mutex_
  std::function<void()> when_empty_;                                        // guarded by mutex_
};

}  // namespace suyuan::api::internal
