// What the log does when a node starts: find the tail, cut what is torn above the mark, refuse what
// is damaged at or below it.
#include <algorithm>

#include "common/codec.h"
#include "common/seeded_bug.h"
#include "ledger/log_store.h"
#include "ledger/store_keys.h"

namespace suyuan::ledger {
namespace {

// Heads that are read at each start; LevelDB's own log, the only place where writes can be lost
// without its noticing, holds fewer entries.
constexpr uint64_t kHeadsChecked = 1 << 17;
// Entries whose bytes are hashed again at each start. Older ones are checked whenever they are
// read.
constexpr uint64_t kEntriesChecked = 256;

Error Damaged(Height height, const std::string& why) {
  return Error{ErrorCode::kCorrupt,
               "the log is damaged at height " + std::to_string(height.value()) + ": " + why};
}

Height Before(Height height, uint64_t n) {
  return Height(height.value() - std::min(height.value(), n));
}

}  // namespace

Status LogStore::ReadSmallKeys() {
  SUYUAN_ASSIGN_OR_RETURN(std::optional<Bytes> hard, database_->Get(keys::kHardStateKey));
  if (hard) {
    Reader r(*hard);
    hard_state_.term = Term(r.U64());
    hard_state_.vote = r.U32();
    hard_state_.commit = Height(r.U64());
    if (!r.Finish("").ok()) return Error{ErrorCode::kCorrupt, "the hard state is damaged"};
  }
  SUYUAN_ASSIGN_OR_RETURN(std::optional<Bytes> floor, database_->Get(keys::kMarkFloorKey));
  if (floor) {
    Reader r(*floor);
    floor_ = {r.U64(), Height(r.U64()), true};
    if (!r.Finish("").ok()) return Error{ErrorCode::kCorrupt, "the mark's floor is damaged"};
  }
  SUYUAN_ASSIGN_OR_RETURN(std::optional<Bytes> lost, database_->Get(keys::kLostKey));
  if (lost) {
    Reader r(*lost);
    lost_ = Height(r.U64());
    if (!r.Finish("").ok()) return Error{ErrorCode::kCorrupt, "the note of a loss is damaged"};
  }
  return {};
}

Result<Height> LogStore::LastHeadHeight() const {
  auto it = database_->Iterate();
  it->Seek(ToSlice(Bytes(1, keys::kEntryHead + 1)));
  if (it->Valid())
    it->Prev();
  else
    it->SeekToLast();
  if (!it->status().ok()) return FromLevelDb(it->status(), "finding the log's end");
  if (!it->Valid() || it->key()[0] != keys::kEntryHead) return Height(0);
  return Height(keys::NumberOf(ToView(it->key())));
}

Height LogStore::BindingHeight() const {
  const MarkSlot& slot = mark_file_->latest();
  if (SeededBug(Bug::kMarkIgnored)) return Height(0);  // row 25
  if (floor_.exists && slot.n <= floor_.n) return std::min(slot.entry.height, floor_.height);
  return slot.entry.height;
}

Result<Height> LogStore::FirstDamaged(Height from, Height last, std::string* why) const {
  Hash previous;
  bool chained = false;
  for (Height h = from; h <= last; ++h) {
    auto head = ReadHead(h, nullptr);
    if (!head.ok()) {
      if (head.error().code == ErrorCode::kIo) return std::move(head).error();
      *why = head.error().detail;
      return h;
    }
    if (h + kEntriesChecked <= last) continue;
    auto bytes = ReadEntry(h, nullptr);
    if (!bytes.ok()) {
      if (bytes.error().code == ErrorCode::kIo) return std::move(bytes).error();
      *why = bytes.error().detail;
      return h;
    }
    Hash hash;
    auto header = PeekHeader(**bytes, &hash);
    if (h.value() == 1) {
      previous = genesis_.entry_hash;
      chained = true;
    }
    if (header->height != h || (chained && header->prev_entry_hash != previous)) {
      *why = "it does not follow the entry before it";
      return h;
    }
    previous = hash;
    chained = true;
  }
  return last + 1;
}

Status LogStore::Cut(Height from) {
  leveldb::WriteBatch batch;
  SUYUAN_RETURN_IF_ERROR(DeleteFrom(from, &batch));
  return database_->Write(&batch, true);
}

Status LogStore::CheckBinding(const AppliedPoint& applied) const {
  const MarkSlot& slot = mark_file_->latest();
  Height binding = BindingHeight();
  if (last_.height < binding)
    return Damaged(last_.height + 1, "it is missing, but the mark says that entry " +
                                         std::to_string(binding.value()) + " was acknowledged");
  if (binding == slot.entry.height) {
    SUYUAN_ASSIGN_OR_RETURN(LogEntryHead head, EntryHead(binding));
    if (head.entry_hash != slot.entry.entry_hash)
      return Damaged(binding, "it is not the entry that the mark names");
  }
  if (last_.height < applied.height)
    return Damaged(last_.height + 1, "it is missing, but was applied");
  SUYUAN_ASSIGN_OR_RETURN(LogEntryHead head, EntryHead(applied.height));
  if (head.entry_hash != applied.entry_hash)
    return Damaged(applied.height, "it is not the entry that was applied");
  return {};
}

void LogStore::FillTail() {
  std::vector<LogEntryHead> heads;
  for (Height h = Before(last_.height, kEntriesChecked) + 1; h <= last_.height; ++h) {
    auto head = ReadHead(h, nullptr);
    if (!head.ok()) return;  // FirstDamaged has read it; nothing is lost without a cache
    heads.push_back(head->head);
  }
  for (const LogEntryHead& head : heads) tail_.Append(head, nullptr);
}

Status LogStore::Recover(const AppliedPoint& applied, bool damaged) {
  SUYUAN_RETURN_IF_ERROR(ReadSmallKeys());
  applied_.store(applied.height.value());
  SUYUAN_ASSIGN_OR_RETURN(Height last, LastHeadHeight());
  Height binding = std::max(BindingHeight(), applied.height);
  Height from = damaged ? Height(1) : Before(std::min(binding, last), kHeadsChecked) + 1;
  std::string why;
  SUYUAN_ASSIGN_OR_RETURN(Height bad, FirstDamaged(from, last, &why));
  if (bad <= last) {
    if (bad <= binding) return Damaged(bad, why);
    SUYUAN_RETURN_IF_ERROR(Cut(bad));
    last = bad - 1;
  }
  LogEntryHead last_head = genesis_;
  if (last.value() > 0) {
    SUYUAN_ASSIGN_OR_RETURN(StoredHead stored, ReadHead(last, nullptr));
    last_head = stored.head;
  }
  SetLast(last_head);
  SUYUAN_RETURN_IF_ERROR(CheckBinding(applied));
  SUYUAN_ASSIGN_OR_RETURN(LogEntryHead marked, EntryHead(BindingHeight()));
  {
    std::lock_guard lock(mutex_);
    mark_ = marked;
  }
  FillTail();
  return {};
}

}  // namespace suyuan::ledger
