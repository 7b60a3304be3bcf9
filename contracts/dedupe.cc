#include "contracts/dedupe.h"

#include <vector>

#include "common/codec.h"
#include "common/hash.h"
#include "common/seeded_bug.h"

namespace suyuan::contracts {
namespace {

constexpr uint64_t kMinuteMs = 60'000;

Bytes MinuteKey(uint64_t minute) {
  Writer key;
  key.U64(minute);
  return key.Take();
}

}  // namespace

bool DedupeChain::IsPast(uint64_t minute) const {
  return minute < block_time_ms_ / kMinuteMs;  // the end of the minute ≤ block time
}

void DedupeChain::Add(const TxId& id, uint64_t expiry_ms) {
  const uint64_t minute = expiry_ms / kMinuteMs;
  if (!IsPast(minute)) ids_of_minute_[minute] += id.view();
  if (SeededBug(Bug::kClockInState)) ids_of_minute_[minute] += SeededDrift();  // row 29
}

void DedupeChain::WriteTo(Overlay& state) const {
  std::vector<Bytes> past;
  state.Scan(Namespace::kSeen, {}, [&](ByteView key, ByteView) {
    if (!IsPast(Reader(key).U64())) return false;
    past.emplace_back(key);
    return true;
  });
  for (const Bytes& key : past) state.Erase(Namespace::kSeen, key);
  for (const auto& [minute, ids] : ids_of_minute_) {
    const Bytes key = MinuteKey(minute);
    const Bytes previous = state.Get(Namespace::kSeen, key).value_or(Bytes(Hash::kSize, '\0'));
    const Hash head = TaggedHash("seen", {FixedRaw(previous), FixedRaw(ids)});
    state.Put(Namespace::kSeen, key, head.str());
  }
}

}  // namespace suyuan::contracts
