#include "api/server_core.h"

#include <vector>

#include "api/rate_limiter.h"

namespace suyuan::api::internal {

bool ServerCore::Admit(const std::string& remote_address) {
  const std::string address = RateLimitKey(remote_address);
  std::lock_guard lock(mutex_);
  uint32_t& count = by_address_[address];
  const bool full =
      admitted_ >= options.connections_max ||
      (options.connections_per_address_max != 0 && count >= options.connections_per_address_max);
  if (full) {
    if (count == 0) by_address_.erase(address);
    ++connections_refused;
    return false;
  }
  ++count;
  ++admitted_;
  ++connections_total;
  return true;
}

void ServerCore::Add(const std::shared_ptr<Connection>& connection) {
  std::lock_guard lock(mutex_);
  connections_.emplace(connection.get(), connection);
}

void ServerCore::Remove(Connection* connection, const std::string& remote_address) {
  const std::string address = RateLimitKey(remote_address);
  std::function<void()> run;
  {
    std::lock_guard lock(mutex_);
    connections_.erase(connection);
    auto it = by_address_.find(address);
    if (it != by_address_.end() && --it->second == 0) by_address_.erase(it);
    if (--admitted_ == 0) run.swap(when_empty_);
  }
  if (run) run();
}

size_t ServerCore::open() const {
  std::lock_guard lock(mutex_);
  return admitted_;
}

void ServerCore::Sweep(bool all) {
  const int64_t now = SteadyMs();
  // Strong references outlive the lock: the last one may be ours, and ending calls Remove.
  std::vector<std::shared_ptr<Connection>> past, awake;
  {
    std::lock_guard lock(mutex_);
    for (auto& [raw, weak] : connections_) {
      const bool late = raw->deadline_ms.load() <= now;
      const bool idle = stopping && raw->idle.load();
      if (!(late || idle || all || stopping)) continue;
      std::shared_ptr<Connection> connection = weak.lock();
      if (!connection) continue;
      if (late) ++timeouts;
      (late || idle || all ? past : awake).push_back(std::move(connection));
    }
  }
  for (const auto& connection : past)
    if (!connection->cut.exchange(true)) connection->Cut();
  for (const auto& connection : awake) connection->Wake();
}

void ServerCore::WhenEmpty(std::function<void()> f) {
  {
    std::lock_guard lock(mutex_);
    if (admitted_ != 0) {
      when_empty_ = std::move(f);
      return;
    }
  }
  f();
}

}  // namespace suyuan::api::internal
