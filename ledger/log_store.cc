#include "ledger/log_store.h"

#include <algorithm>

#include "common/codec.h"
#include "common/hash.h"
#include "common/seeded_bug.h"
#include "ledger/store_keys.h"

namespace suyuan::ledger {
namespace {

constexpr size_t kTailHeadsMax = 1 << 16;
constexpr size_t kTailBytesMax = 64 << 20;

Bytes EncodeHardState(const LogHardState& h) {
  const uint32_t vote = SeededBug(Bug::kVoteWrittenApart) ? 0 : h.vote;  // row 2
  return Writer().U64(h.term.value()).U32(vote).U64(h.commit.value()).Take();
}

Hash HeadCheck(Height height, ByteView before) {
  return Sha256(Writer().U64(height.value()).Raw(before).Take());
}
constexpr size_t kHeadCheckBytes = 8;

Error Misuse(std::string what) { return Error{ErrorCode::kInternal, std::move(what)}; }

LogEntryHead GenesisHead(const LedgerId& ledger) {
  LogEntryHead head;
  head.entry_hash.data = ledger.data;
  return head;
}

// Heads and stripped bytes of entries that are about to be written.
struct Prepared {
  LogEntryHead head;
  size_t stored_bytes = 0;
  std::vector<ByteView> sealed;
};

// Layout only: what the entry says was checked before it was accepted (CheckEntry).
Result<Prepared> Prepare(const Bytes& entry, const LogEntryHead& previous) {
  Prepared out;
  SUYUAN_ASSIGN_OR_RETURN(BlockHeader header, PeekHeader(entry, &out.head.entry_hash));
  out.head.height = header.height;
  out.head.term = header.term;
  if (header.height != previous.height + 1 || header.prev_entry_hash != previous.entry_hash ||
      header.term < previous.term)
    return Misuse("entry " + std::to_string(header.height.value()) +
                  " does not follow the one before it");
  Reader r(ByteView(entry).substr(kBlockHeaderBytes));
  r.U16();
  r.Sized8();
  r.Sized8();
  r.Sized();
  out.stored_bytes = entry.size() - r.remaining();
  uint32_t count = r.U32();
  for (uint32_t i = 0; i < count && !r.failed(); ++i) out.sealed.push_back(r.Sized());
  SUYUAN_RETURN_IF_ERROR(r.Finish("an entry"));
  return out;
}

}  // namespace

Bytes LogStore::EncodeStoredHead(const StoredHead& stored) {
  const LogEntryHead& head = stored.head;
  Writer w;
  w.U64(head.term.value()).Raw(head.entry_hash).Raw(stored.stored_hash);
  Hash check = HeadCheck(head.height, w.bytes());
  return w.Raw(check.view().substr(0, kHeadCheckBytes)).Take();
}

LogStore::LogStore(std::shared_ptr<Database> database, std::unique_ptr<MarkFile> mark,
                   std::shared_ptr<StickyFailure> failure, const LedgerId& ledger)
    : database_(std::move(database)),
      mark_file_(std::move(mark)),
      failure_(std::move(failure)),
      genesis_(GenesisHead(ledger)),
      tail_(kTailHeadsMax, kTailBytesMax) {}

LogHardState LogStore::hard_state() const {
  std::lock_guard lock(mutex_);
  return hard_state_;
}
LogEntryHead LogStore::last_entry() const {
  std::lock_guard lock(mutex_);
  return last_;
}
LogEntryHead LogStore::mark() const {
  std::lock_guard lock(mutex_);
  return mark_;
}
void LogStore::SetLast(const LogEntryHead& last) {
  std::lock_guard lock(mutex_);
  last_ = last;
}

// All entries of heights ≥ `from` with their heads and sealed items. Rare (a new leader replaced a
// suffix), so the keys are read rather than guessed.
Status LogStore::DeleteFrom(Height from, leveldb::WriteBatch* batch) const {
  for (char prefix : {keys::kEntry, keys::kEntryHead}) {
    auto it = database_->Iterate();
    for (it->Seek(ToSlice(keys::Numbered(prefix, from.value())));
         it->Valid() && it->key()[0] == prefix; it->Next())
      if (!SeededBug(Bug::kSealedItemsLeft) || it->key().size() <= keys::EntryOf(from).size())
        batch->Delete(it->key());
    // A walk that ends early would leave parts of the old suffix under the new one.
    if (!it->status().ok()) return FromLevelDb(it->status(), "reading the end of the log");
  }
  return {};
}

Status LogStore::Append(const std::optional<LogHardState>& hard_state,
                        const std::vector<std::shared_ptr<const Bytes>>& entries) {
  SUYUAN_RETURN_IF_ERROR(failure_->Check());
  if (!hard_state && entries.empty()) return {};
  leveldb::WriteBatch& batch = batch_.Begin();
  std::vector<LogEntryHead> heads;
  Floor floor = floor_;
  LogEntryHead kept;  // the last entry that stays
  if (!entries.empty()) {
    Hash ignored;
    SUYUAN_ASSIGN_OR_RETURN(BlockHeader first, PeekHeader(*entries[0], &ignored));
    if (first.height.value() <= applied_.load())
      return Misuse("entry " + std::to_string(first.height.value()) +
                    " is applied and cannot be rewritten");
    if (first.height > last_.height + 1) return Misuse("a gap in the log");
    SUYUAN_ASSIGN_OR_RETURN(LogEntryHead previous, EntryHead(first.height - 1));
    kept = previous;
    if (first.height <= last_.height) {
      SUYUAN_RETURN_IF_ERROR(DeleteFrom(first.height, &batch));
      if (first.height <= mark_.height) {
        floor = {mark_file_->latest().n, first.height - 1, true};
        if (!SeededBug(Bug::kMarkFloorForgotten))
          batch.Put(ToSlice(keys::kMarkFloorKey),
                    ToSlice(Writer().U64(floor.n).U64(floor.height.value()).Take()));
      }
    }
    for (const auto& entry : entries) {
      SUYUAN_ASSIGN_OR_RETURN(Prepared prepared, Prepare(*entry, previous));
      previous = prepared.head;
      heads.push_back(prepared.head);
      ByteView stored = ByteView(*entry).substr(0, prepared.stored_bytes);
      batch.Put(ToSlice(keys::EntryOf(previous.height)), ToSlice(stored));
      for (uint32_t i = 0; i < prepared.sealed.size(); ++i)
        batch.Put(ToSlice(keys::SealedItemOf(previous.height, i)), ToSlice(prepared.sealed[i]));
      batch.Put(ToSlice(keys::Numbered(keys::kEntryHead, previous.height.value())),
                ToSlice(EncodeStoredHead({previous, Sha256(stored)})));
    }
  }
  if (hard_state) batch.Put(ToSlice(keys::kHardStateKey), ToSlice(EncodeHardState(*hard_state)));
  SUYUAN_RETURN_IF_ERROR(database_->Write(&batch, !SeededBug(Bug::kEntriesUnsynced)));
  floor_ = floor;
  for (size_t i = 0; i < heads.size(); ++i) tail_.Append(heads[i], entries[i]);
  std::lock_guard lock(mutex_);
  if (hard_state) hard_state_ = *hard_state;
  if (heads.empty()) return {};
  last_ = heads.back();
  if (mark_.height > kept.height) mark_ = kept;
  return {};
}

Status LogStore::NoteLost(Height acknowledged) {
  SUYUAN_RETURN_IF_ERROR(failure_->Check());
  leveldb::WriteBatch batch;
  batch.Put(ToSlice(keys::kLostKey), ToSlice(Writer().U64(acknowledged.value()).Take()));
  SUYUAN_RETURN_IF_ERROR(database_->Write(&batch, true));
  lost_ = acknowledged;
  return {};
}

Status LogStore::Mark(const LogEntryHead& acknowledged) {
  SUYUAN_RETURN_IF_ERROR(failure_->Check());
  SUYUAN_ASSIGN_OR_RETURN(LogEntryHead stored, EntryHead(acknowledged.height));
  if (stored.entry_hash != acknowledged.entry_hash)
    return Misuse("the mark names an entry that the log does not have");
  if (acknowledged.height <= mark_.height) return {};  // covered by the present mark
  Status status = mark_file_->Write({mark_file_->latest().n + 1, stored});
  if (!status.ok()) return failure_->Set(std::move(status).error());
  std::lock_guard lock(mutex_);
  mark_ = stored;
  return {};
}

Result<LogEntryHead> LogStore::EntryHead(Height height) const {
  if (height.value() == 0) return genesis_;
  if (auto head = tail_.Head(height)) return *head;
  SUYUAN_ASSIGN_OR_RETURN(StoredHead stored, ReadHead(height, nullptr));
  return stored.head;
}

Result<std::shared_ptr<const Bytes>> LogStore::EntryBytes(Height height) const {
  if (auto bytes = tail_.Entry(height)) return bytes;
  const leveldb::Snapshot* snapshot = database_->GetSnapshot();
  auto result = ReadEntry(height, snapshot);
  database_->ReleaseSnapshot(snapshot);
  return result;
}

Result<LogStore::StoredHead> LogStore::ReadHead(Height height,
                                                const leveldb::Snapshot* snapshot) const {
  SUYUAN_ASSIGN_OR_RETURN(
      std::optional<Bytes> value,
      database_->Get(keys::Numbered(keys::kEntryHead, height.value()), snapshot));
  const std::string name = "entry " + std::to_string(height.value());
  if (!value) return Error{ErrorCode::kNotFound, name + " is not in the log"};
  Reader r(*value);
  StoredHead out;
  out.head.height = height;
  out.head.term = Term(r.U64());
  out.head.entry_hash = r.Take<Hash>();
  out.stored_hash = r.Take<Hash>();
  r.Raw(kHeadCheckBytes);
  if (!r.Finish(name).ok() || EncodeStoredHead(out) != *value)
    return Error{ErrorCode::kCorrupt, name + ": its head is damaged"};
  return out;
}

Result<std::vector<Bytes>> LogStore::ReadSealed(Height height,
                                                const leveldb::Snapshot* snapshot) const {
  std::vector<Bytes> items;
  auto it = database_->Iterate(snapshot);
  for (it->Seek(ToSlice(keys::SealedItemOf(height, 0)));
       it->Valid() &&
       ToView(it->key()) == keys::SealedItemOf(height, static_cast<uint32_t>(items.size()));
       it->Next())
    items.emplace_back(ToView(it->value()));
  if (!it->status().ok()) return FromLevelDb(it->status(), "reading sealed items");
  return items;
}

// Nothing that comes from the disk is served unless it hashes to what the log's head says.
Result<std::shared_ptr<const Bytes>> LogStore::ReadEntry(Height height,
                                                         const leveldb::Snapshot* snapshot) const {
  auto damaged = [&](const Error& cause) {
    if (cause.code == ErrorCode::kIo || cause.code == ErrorCode::kNotFound) return cause;
    return Error{ErrorCode::kCorrupt,
                 "entry " + std::to_string(height.value()) + ": " + cause.detail};
  };
  auto head = ReadHead(height, snapshot);
  if (!head.ok()) return damaged(head.error());
  auto stored = database_->Get(keys::EntryOf(height), snapshot);
  if (!stored.ok()) return damaged(stored.error());
  if (!*stored) return damaged({ErrorCode::kCorrupt, "its bytes are missing"});
  if (Sha256(**stored) != head->stored_hash)
    return damaged({ErrorCode::kCorrupt, "its bytes do not match their hash"});
  auto sealed = ReadSealed(height, snapshot);
  if (!sealed.ok()) return damaged(sealed.error());
  auto bytes = std::make_shared<const Bytes>(JoinSealed(**stored, *sealed));
  auto decoded = DecodeEntry(bytes);
  if (!decoded.ok()) return damaged(decoded.error());
  if (decoded->hash != head->head.entry_hash)
    return damaged({ErrorCode::kCorrupt, "it is not the entry of its head"});
  return bytes;
}

}  // namespace suyuan::ledger
