#include "api/event_stream.h"

#include "common/json.h"

namespace suyuan::api {
namespace {

constexpr size_t kRecentMax = 256;
constexpr size_t kBytesPerPoll = 64 * 1024;

// Blocks that one poll reads from the store: between two polls the other connections of the thread
// are served, so that who reads the whole history keeps nobody waiting.
constexpr size_t kReadsPerPoll = 1;

}  // namespace

// Polled by one session, woken by the hub.
class EventHub::Stream final : public StreamSource {
 public:
  Stream(std::shared_ptr<EventHub> hub, uint64_t next) : hub_(std::move(hub)), next_(next) {}
  ~Stream() override {
    std::lock_guard lock(hub_->mutex_);
    hub_->streams_.erase(this);
  }
  std::optional<std::string> Poll() override {
    const uint64_t applied = hub_->store_.head().height.value();
    std::string out;
    size_t reads = 0;
    while (next_ <= applied && out.size() < kBytesPerPoll && reads < kReadsPerPoll) {
      const auto event = hub_->Render(next_, reads);
      if (!event) return std::nullopt;  // the store cannot read it: the client comes again
      out += *event;
      ++next_;
    }
    return out;
  }
  void SetWaker(std::function<void()> wake) override {
    std::lock_guard lock(mutex_);
    wake_ = std::move(wake);
  }
  std::string KeepAlive() override { return ": waiting\n\n"; }
  void Wake() {
    std::function<void()> wake;
    {
      std::lock_guard lock(mutex_);
      wake = wake_;
    }
    if (wake) wake();
  }

 private:
  const std::shared_ptr<EventHub> hub_;
  uint64_t next_;  // touched by the session only
  std::mutex mutex_;
  std::function<void()> wake_;  // guarded by mutex_
};

void EventHub::OnBlock(const BlockEvent&) {
  std::vector<std::shared_ptr<Stream>> streams;
  {
    std::lock_guard lock(mutex_);
    streams.reserve(streams_.size());
    for (auto& [raw, weak] : streams_)
      if (auto stream = weak.lock()) streams.push_back(std::move(stream));
  }
  for (const auto& stream : streams) stream->Wake();
}

Result<std::shared_ptr<StreamSource>> EventHub::Open(uint64_t next) {
  auto stream = std::make_shared<Stream>(shared_from_this(), next);
  std::lock_guard lock(mutex_);
  if (streams_.size() >= streams_max_)
    return Error{ErrorCode::kBusy, "too many event streams are open at this node"};
  streams_.emplace(stream.get(), stream);
  return std::shared_ptr<StreamSource>(std::move(stream));
}

size_t EventHub::streams() const {
  std::lock_guard lock(mutex_);
  return streams_.size();
}

std::shared_ptr<const std::string> EventHub::Render(uint64_t height, size_t& reads) {
  {
    std::lock_guard lock(mutex_);
    for (const auto& [known, text] : recent_)
      if (known == height) return text;
  }
  ++reads;
  auto bytes = store_.EntryBytes(Height(height));
  if (!bytes) return nullptr;
  auto entry = ledger::DecodeEntry(*bytes, ledger::Hashes::kKnown);  // the store has compared
  if (!entry) return nullptr;
  json::Array ids;
  for (ByteView envelope : entry->envelopes)
    if (auto id = ledger::PeekTransactionId(envelope)) ids.emplace_back(ToHex(*id));
  json::Object data;
  data.emplace("height", height);
  data.emplace("time_ms", entry->header.time_ms);
  data.emplace("block_hash", ToHex(entry->hash));
  data.emplace("transactions", std::move(ids));
  auto text = std::make_shared<const std::string>(
      "id: " + std::to_string(height) +
      "\nevent: block\ndata: " + json::Canonical(std::move(data)) + "\n\n");
  std::lock_guard lock(mutex_);
  recent_.emplace_back(height, text);
  if (recent_.size() > kRecentMax) recent_.pop_front();
  return text;
}

}  // namespace suyuan::api
