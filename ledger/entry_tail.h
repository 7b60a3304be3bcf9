// The newest entries of the log in memory, so that consensus reads no disk for the tail.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <optional>

#include "common/bytes.h"
#include "ledger/store.h"

namespace suyuan::ledger {

// Heights without gaps. Bounded in heads and in bytes; the oldest go first. Thread-safe.
class EntryTail {
 public:
  EntryTail(size_t heads_max, size_t bytes_max) : heads_max_(heads_max), bytes_max_(bytes_max) {}

  // Appends the entry after the last; drops whatever stood at its height or above. `bytes` may be
  // null: then only the head is known.
  void Append(const LogEntryHead& head, std::shared_ptr<const Bytes> bytes);
  std::optional<LogEntryHead> Head(Height height) const;
  std::shared_ptr<const Bytes> Entry(Height height) const;  // null when not kept

 private:
  struct Item {
    LogEntryHead head;
    std::shared_ptr<const Bytes> bytes;
  };
  const Item* Find(Height height) const;
  void DropLast();

  const size_t heads_max_, bytes_max_;
  mutable std::mutex mutex_;
  // Guarded by mutex_:
  std::deque<Item> items_;
  size_t first_with_bytes_ = 0;  // items before it have none
  size_t bytes_ = 0;
};

}  // namespace suyuan::ledger
