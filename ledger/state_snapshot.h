// A read view of the contract state over a LevelDB snapshot.
#pragma once

#include <memory>

#include "ledger/database.h"
#include "ledger/store.h"

namespace suyuan::ledger {

// Keeps its database open. Thread-safe.
class LevelDbSnapshot final : public StateSnapshot {
 public:
  LevelDbSnapshot(std::shared_ptr<const Database> database, const LogHead& head);
  ~LevelDbSnapshot() override;
  LevelDbSnapshot(const LevelDbSnapshot&) = delete;
  LevelDbSnapshot& operator=(const LevelDbSnapshot&) = delete;

  const LogHead& head() const override { return head_; }
  Result<std::optional<Bytes>> Get(uint8_t name_space, ByteView key) const override;
  Status Scan(uint8_t name_space, ByteView first,
              const std::function<bool(ByteView key, ByteView value)>& visit) const override;
  Result<std::optional<std::pair<Bytes, Bytes>>> LastAtMost(uint8_t name_space,
                                                            ByteView bound) const override;

 private:
  const std::shared_ptr<const Database> database_;
  const LogHead head_;
  const leveldb::Snapshot* const snapshot_;
};

}  // namespace suyuan::ledger
