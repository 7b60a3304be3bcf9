#include "node/inbox.h"

#include <utility>

namespace suyuan::node {
namespace {

constexpr size_t kInputsMax = 16'384;

size_t EntryBytes(const consensus::Message& message) {
  size_t out = 0;
  for (const consensus::Entry& entry : message.entries) out += entry.bytes();
  return out;
}

}  // namespace

template <typename Change>
void Inbox::Update(const Change& change) {
  bool wake;
  {
    std::lock_guard lock(mutex_);
    change();
    wake = !std::exchange(pending_, true);
  }
  if (wake) wake_.notify_one();
}

bool Inbox::Push(consensus::Message message) {
  bool taken = true;
  Update([&] {
    if (batch_.inputs.size() >= kInputsMax) {
      taken = false;
      return;
    }
    bytes_.fetch_add(EntryBytes(message), std::memory_order_relaxed);
    batch_.inputs.emplace_back(std::move(message));
  });
  return taken;
}

void Inbox::Push(RefusedLeader refused) {
  Update([&] {
    if (batch_.inputs.size() < kInputsMax) batch_.inputs.emplace_back(refused);
  });
}

void Inbox::Tick() {
  Update([&] { batch_.tick = true; });
}

void Inbox::Wake() {
  Update([] {});
}

void Inbox::Transfer() {
  Update([&] { batch_.transfer = true; });
}

void Inbox::Stop() {
  Update([&] { stopped_ = true; });
}

bool Inbox::Wait(Batch* batch) {
  *batch = Batch{};
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return pending_; });
  pending_ = stopped_;  // once stopped, every further Wait returns at once
  std::swap(*batch, batch_);
  bytes_.store(0, std::memory_order_relaxed);
  return !stopped_;
}

}  // namespace suyuan::node
