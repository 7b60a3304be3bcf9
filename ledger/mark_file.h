// The acknowledgement mark (docs/formats.md §7): which entry this node acknowledged last. It stands
// outside LevelDB, so that a damaged database cannot take its own yardstick with it.
#pragma once

#include <memory>
#include <string>

#include "common/ids.h"
#include "common/result.h"
#include "ledger/store.h"

namespace suyuan::ledger {

struct MarkSlot {
  uint64_t n = 0;  // rises with each mark
  LogEntryHead entry;
};
inline constexpr size_t kMarkSlotBytes = 512;
inline constexpr size_t kMarkSlots = 64;
Bytes EncodeMarkSlot(const MarkSlot& slot);
// E_FORMAT when the bytes are no whole slot.
Result<MarkSlot> DecodeMarkSlot(ByteView bytes512);

// Not thread-safe.
class MarkFile {
 public:
  virtual ~MarkFile() = default;
  // Durable when it returns.
  virtual Status Write(const MarkSlot& slot) = 0;
  virtual const MarkSlot& latest() const = 0;
  virtual uint64_t disk_bytes() const = 0;
};

// In the real world: the preallocated ring `directory`/mark, so that a mark is one write into
// allocated blocks and an fdatasync that has no metadata to write. With an injected Env: one slot
// in each of two small files, written in turn. nullptr as Env means the real world.
bool MarkFileExists(leveldb::Env* injected, const std::string& directory);
Status CreateMarkFile(leveldb::Env* injected, const std::string& directory, const MarkSlot& first);
// E_CORRUPT when there is no valid slot.
Result<std::unique_ptr<MarkFile>> OpenMarkFile(leveldb::Env* injected,
                                               const std::string& directory);

}  // namespace suyuan::ledger
