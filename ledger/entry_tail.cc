#include "ledger/entry_tail.h"

namespace suyuan::ledger {

void EntryTail::DropLast() {
  if (items_.back().bytes) bytes_ -= items_.back().bytes->size();
  items_.pop_back();
  first_with_bytes_ = std::min(first_with_bytes_, items_.size());
}

void EntryTail::Append(const LogEntryHead& head, std::shared_ptr<const Bytes> bytes) {
  std::lock_guard lock(mutex_);
  while (!items_.empty() && items_.back().head.height >= head.height) DropLast();
  SUYUAN_CHECK(items_.empty() || items_.back().head.height + 1 == head.height,
               "a gap in the log's tail");
  if (bytes) bytes_ += bytes->size();
  items_.push_back({head, std::move(bytes)});
  while (bytes_ > bytes_max_ && first_with_bytes_ < items_.size()) {
    std::shared_ptr<const Bytes>& oldest = items_[first_with_bytes_++].bytes;
    if (oldest) bytes_ -= oldest->size();
    oldest.reset();
  }
  if (items_.size() <= heads_max_) return;
  if (items_.front().bytes) bytes_ -= items_.front().bytes->size();
  items_.pop_front();
  if (first_with_bytes_ > 0) --first_with_bytes_;
}

const EntryTail::Item* EntryTail::Find(Height height) const {
  if (items_.empty() || height < items_.front().head.height || height > items_.back().head.height)
    return nullptr;
  return &items_[height - items_.front().head.height];
}

std::optional<LogEntryHead> EntryTail::Head(Height height) const {
  std::lock_guard lock(mutex_);
  const Item* item = Find(height);
  if (item == nullptr) return std::nullopt;
  return item->head;
}

std::shared_ptr<const Bytes> EntryTail::Entry(Height height) const {
  std::lock_guard lock(mutex_);
  const Item* item = Find(height);
  return item == nullptr ? nullptr : item->bytes;
}

}  // namespace suyuan::ledger
