#include "api/snapshot_reader.h"

#include "common/check.h"

namespace suyuan::api {

using contracts::Namespace;

std::optional<Bytes> SnapshotReader::Get(Namespace ns, ByteView key) const {
  auto value = snapshot_.Get(static_cast<uint8_t>(ns), key);
  SUYUAN_CHECK(value.ok(), "state unreadable: " + value.error().ToString());
  return *std::move(value);
}

void SnapshotReader::Scan(Namespace ns, ByteView first,
                          const std::function<bool(ByteView, ByteView)>& visit) const {
  const Status status = snapshot_.Scan(static_cast<uint8_t>(ns), first, visit);
  SUYUAN_CHECK(status.ok(), "state unreadable: " + status.error().ToString());
}

std::optional<std::pair<Bytes, Bytes>> SnapshotReader::LastAtMost(Namespace ns,
                                                                  ByteView bound) const {
  auto found = snapshot_.LastAtMost(static_cast<uint8_t>(ns), bound);
  SUYUAN_CHECK(found.ok(), "state unreadable: " + found.error().ToString());
  return *std::move(found);
}

}  // namespace suyuan::api
