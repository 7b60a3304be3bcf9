#include "contracts/snapshot_reader.h"

#include "common/check.h"

namespace suyuan::contracts {
namespace {

// Of a read that went well, or ends the process through `unreadable`.
template <typename T>
T Taken(Result<T> read, const StateUnreadable& unreadable) {
  if (!read.ok() && unreadable) unreadable(read.error());
  SUYUAN_CHECK(read.ok(), "state unreadable: " + read.error().ToString());
  return std::move(read).value();
}

}  // namespace

std::optional<Bytes> SnapshotReader::Get(Namespace ns, ByteView key) const {
  return Taken(snapshot_.Get(static_cast<uint8_t>(ns), key), unreadable_);
}

void SnapshotReader::Scan(Namespace ns, ByteView first,
                          const std::function<bool(ByteView, ByteView)>& visit) const {
  const Status status = snapshot_.Scan(static_cast<uint8_t>(ns), first, visit);
  if (!status.ok() && unreadable_) unreadable_(status.error());
  SUYUAN_CHECK(status.ok(), "state unreadable: " + status.error().ToString());
}

std::optional<std::pair<Bytes, Bytes>> SnapshotReader::LastAtMost(Namespace ns,
                                                                  ByteView bound) const {
  return Taken(snapshot_.LastAtMost(static_cast<uint8_t>(ns), bound), unreadable_);
}

}  // namespace suyuan::contracts
