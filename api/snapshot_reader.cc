#include "api/snapshot_reader.h"

#include "common/codec.h"

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

std::optional<VersionRecord> LoadVersion(const contracts::StateReader& state,
                                         ledger::EntityKind kind, ByteView id, uint32_t version) {
  const auto bytes = state.Get(Namespace::kRecord, contracts::RecordKey(kind, id, version));
  if (!bytes) return std::nullopt;
  VersionRecord out{contracts::DecodeStoredRecord(*bytes), {}};
  // Records of genesis are kept with their leaf 0, those of transactions without.
  std::vector<Bytes>& kept = out.stored.leaves;
  if (!kept.empty() && kept.front().starts_with("SYR1")) kept.erase(kept.begin());
  // The state keeps the field leaves; leaf 0 says what the record is about (docs/formats.md §2).
  const Bytes subject = std::string(1, static_cast<char>(kind)) + Bytes(id);
  Writer leaf0;
  leaf0.Raw("SYR1").U16(static_cast<uint16_t>(kind)).U16(1).U8(1).Sized(subject);
  leaf0.U16(static_cast<uint16_t>(out.stored.leaves.size()));
  const Bytes head = leaf0.Take();
  std::vector<ByteView> leaves = {head};
  for (const Bytes& leaf : out.stored.leaves) leaves.push_back(leaf);
  Result<ledger::Record> record = ledger::DecodeRecord(leaves, 0);
  SUYUAN_CHECK(record.ok(), "stored record: " + record.error().ToString());
  out.record = *std::move(record);
  // The one view into `head`, which ends here.
  out.record.subject = {};
  return out;
}

}  // namespace suyuan::api
