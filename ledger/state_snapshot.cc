// Read views of the contract state.
#include "ledger/state_snapshot.h"

#include "ledger/store_keys.h"

namespace suyuan::ledger {
namespace {

// The key without database prefix and namespace.
ByteView InNamespace(const leveldb::Slice& key) { return ToView(key).substr(2); }

bool Within(const leveldb::Iterator& it, uint8_t name_space) {
  return it.Valid() && it.key().size() >= 2 && it.key()[0] == keys::kState &&
         static_cast<uint8_t>(it.key()[1]) == name_space;
}

}  // namespace

LevelDbSnapshot::LevelDbSnapshot(std::shared_ptr<const Database> database, const LogHead& head)
    : database_(std::move(database)), head_(head), snapshot_(database_->GetSnapshot()) {}

LevelDbSnapshot::~LevelDbSnapshot() { database_->ReleaseSnapshot(snapshot_); }

Result<std::optional<Bytes>> LevelDbSnapshot::Get(uint8_t name_space, ByteView key) const {
  return database_->Get(keys::StateOf(name_space, key), snapshot_);
}

Status LevelDbSnapshot::Scan(uint8_t name_space, ByteView first,
                             const std::function<bool(ByteView key, ByteView value)>& visit) const {
  auto it = database_->Iterate(snapshot_);
  for (it->Seek(ToSlice(keys::StateOf(name_space, first))); Within(*it, name_space); it->Next())
    if (!visit(InNamespace(it->key()), ToView(it->value()))) return {};
  if (!it->status().ok()) return FromLevelDb(it->status(), "reading the state");
  return {};
}

Result<std::optional<std::pair<Bytes, Bytes>>> LevelDbSnapshot::LastAtMost(uint8_t name_space,
                                                                           ByteView bound) const {
  const Bytes key = keys::StateOf(name_space, bound);
  auto it = database_->Iterate(snapshot_);
  it->Seek(ToSlice(key));
  if (it->Valid() && ToView(it->key()) != key)
    it->Prev();
  else if (!it->Valid() && it->status().ok())
    it->SeekToLast();
  if (!it->status().ok()) return FromLevelDb(it->status(), "reading the state");
  if (!Within(*it, name_space)) return std::optional<std::pair<Bytes, Bytes>>();
  return std::optional(std::pair(Bytes(InNamespace(it->key())), Bytes(ToView(it->value()))));
}

}  // namespace suyuan::ledger
