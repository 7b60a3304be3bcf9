#include "node/snapshot_reader.h"

#include <cstdlib>

namespace suyuan::node {

using contracts::Namespace;

void SnapshotReader::Die(const Error& error) const {
  log_.Error("state_unreadable", {{"error", error}, {"action", "the node ends"}});
  std::_Exit(1);
}

std::optional<Bytes> SnapshotReader::Get(Namespace ns, ByteView key) const {
  auto out = snapshot_->Get(static_cast<uint8_t>(ns), key);
  if (!out.ok()) Die(out.error());
  return std::move(out).value();
}

void SnapshotReader::Scan(Namespace ns, ByteView first,
                          const std::function<bool(ByteView, ByteView)>& visit) const {
  Status status = snapshot_->Scan(static_cast<uint8_t>(ns), first, visit);
  if (!status.ok()) Die(status.error());
}

std::optional<std::pair<Bytes, Bytes>> SnapshotReader::LastAtMost(Namespace ns,
                                                                  ByteView bound) const {
  auto out = snapshot_->LastAtMost(static_cast<uint8_t>(ns), bound);
  if (!out.ok()) Die(out.error());
  return std::move(out).value();
}

}  // namespace suyuan::node
