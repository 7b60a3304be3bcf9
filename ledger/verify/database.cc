#include "ledger/verify/database.h"

#include <filesystem>

namespace suyuan::ledger::verify {
namespace {

Error Damaged(std::string why) { return Error{ErrorCode::kCorrupt, std::move(why)}; }
ByteView View(const leveldb::Slice& s) { return {s.data(), s.size()}; }

}  // namespace

Database::~Database() {
  env_.ReleaseJobs();
  db_.reset();
}

Status Database::Open(const std::string& path) {
  path_ = path;
  if (!std::filesystem::is_directory(path)) return Error{ErrorCode::kRef, "no ledger in " + path};
  leveldb::Options options;
  options.env = &env_;
  options.block_cache = cache_.get();
  leveldb::DB* db = nullptr;
  for (bool strict : {true, false}) {
    options.paranoid_checks = strict;
    leveldb::Status status = leveldb::DB::Open(options, path, &db);
    if (status.ok()) break;
    if (status.IsIOError() && status.ToString().find("lock") != std::string::npos)
      return Error{ErrorCode::kBusy, path + " is in use: " + status.ToString()};
    if (damage_.empty()) damage_ = path + ": " + status.ToString();
  }
  if (db == nullptr) {  // the index of files itself is damaged: take what the files still hold
    leveldb::Status status = leveldb::RepairDB(path, options);
    if (status.ok()) status = leveldb::DB::Open(options, path, &db);
    if (!status.ok()) return Damaged(damage_);
  }
  db_.reset(db);
  return {};
}

Result<std::optional<Bytes>> Database::Get(ByteView key) const {
  leveldb::ReadOptions options;
  options.verify_checksums = true;
  Bytes value;
  leveldb::Status status = db_->Get(options, {key.data(), key.size()}, &value);
  if (status.IsNotFound()) return std::optional<Bytes>();
  if (!status.ok()) return Damaged(path_ + ": " + status.ToString());
  return std::optional<Bytes>(std::move(value));
}

std::unique_ptr<leveldb::Iterator> Database::Iterate() const {
  leveldb::ReadOptions options;
  options.verify_checksums = true;
  options.fill_cache = false;
  return std::unique_ptr<leveldb::Iterator>(db_->NewIterator(options));
}

Status Database::Scan(ByteView first, const std::function<bool(ByteView, ByteView)>& visit) const {
  std::unique_ptr<leveldb::Iterator> it = Iterate();
  for (it->Seek({first.data(), first.size()}); it->Valid(); it->Next())
    if (!visit(View(it->key()), View(it->value()))) return {};
  if (!it->status().ok()) return Damaged(path_ + ": " + it->status().ToString());
  return {};
}

std::optional<ByteView> Cursor::At(ByteView key) {
  if (!it_) {
    it_ = database_.Iterate();
    it_->SeekToFirst();
  }
  if (!it_->Valid() || View(it_->key()) != key) {
    jumped_ = true;
    it_->Seek({key.data(), key.size()});
  }
  if (!it_->Valid() || View(it_->key()) != key) return std::nullopt;
  return View(it_->value());
}

std::optional<ByteView> Cursor::Following(ByteView key) {
  if (it_ && it_->Valid()) it_->Next();
  return At(key);
}

std::optional<std::pair<ByteView, ByteView>> Cursor::Next() {
  if (!it_ || !it_->Valid()) return std::nullopt;
  it_->Next();
  if (!it_->Valid()) return std::nullopt;
  return std::pair(View(it_->key()), View(it_->value()));
}

}  // namespace suyuan::ledger::verify
