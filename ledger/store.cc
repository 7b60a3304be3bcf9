// Opening a store, and the two halves behind one interface.
#include "ledger/store.h"

#include "common/codec.h"
#include "common/directories.h"
#include "ledger/log_store.h"
#include "ledger/state_store.h"
#include "ledger/store_keys.h"

namespace suyuan::ledger {
namespace {

class LevelDbStore final : public Store {
 public:
  LevelDbStore(const StoreOptions& options, const LedgerId& ledger, leveldb::Env* env,
               std::unique_ptr<LogStore> log, std::unique_ptr<StateStore> state)
      : options_(options),
        ledger_(ledger),
        env_(env),
        log_(std::move(log)),
        state_(std::move(state)) {}

  LogHardState hard_state() const override { return log_->hard_state(); }
  LogEntryHead last_entry() const override { return log_->last_entry(); }
  Status AppendLog(const std::optional<LogHardState>& hard_state,
                   const std::vector<std::shared_ptr<const Bytes>>& entries) override {
    return log_->Append(hard_state, entries);
  }
  Status Mark(const LogEntryHead& acknowledged) override { return log_->Mark(acknowledged); }
  LogEntryHead mark() const override { return log_->mark(); }
  Status NoteLost(Height acknowledged) override { return log_->NoteLost(acknowledged); }
  std::optional<Height> lost() const override { return log_->lost(); }
  Result<LogEntryHead> EntryHead(Height height) const override { return log_->EntryHead(height); }
  Result<std::shared_ptr<const Bytes>> EntryBytes(Height height) const override {
    return log_->EntryBytes(height);
  }

  Status ApplyGenesis(uint64_t time_ms, ByteView configuration,
                      std::vector<StateWrite> writes) override {
    return state_->ApplyGenesis(ledger_, time_ms, configuration, std::move(writes));
  }
  Status ApplyBlock(const BlockEntry& entry, BlockResult result) override {
    SUYUAN_ASSIGN_OR_RETURN(LogEntryHead logged, log_->EntryHead(entry.header.height));
    if (logged.entry_hash != entry.hash)
      return Error{ErrorCode::kInternal, "the block applied is not the one in the log"};
    // First, so that the entry cannot be rewritten while its block is being applied.
    log_->SetApplied(entry.header.height);
    return state_->ApplyBlock(entry, std::move(result));
  }
  LogHead head() const override { return state_->head(); }

  std::shared_ptr<const StateSnapshot> Snapshot() const override { return state_->Snapshot(); }
  Result<std::optional<StoredOutcome>> FindTransaction(const TxId& id) const override {
    return state_->FindTransaction(id);
  }
  Result<BlockSummary> Summary(Height height) const override { return state_->Summary(height); }
  Result<Bytes> LeafBytes(LeafIndex index) const override { return state_->LeafBytes(index); }
  Result<Hash> LogNode(uint8_t level, uint64_t n) const override {
    return state_->LogNode(level, n);
  }
  Result<StateProof> ProveState(uint8_t name_space, ByteView key, LogHead* at) const override {
    return state_->ProveState(name_space, key, at);
  }
  Result<std::vector<Bytes>> OutcomesOf(Height height) const override {
    return state_->OutcomesOf(height);
  }
  Result<std::vector<Bytes>> LeavesOf(Height height) const override {
    return state_->LeavesOf(height);
  }
  Result<std::optional<std::string>> LastCheckpoint() const override {
    return state_->LastCheckpoint();
  }
  Status SaveCheckpoint(std::string_view note) override { return state_->SaveCheckpoint(note); }
  uint64_t disk_bytes() const override {
    return DirectoryBytes(env_, options_.directory + "/log") +
           DirectoryBytes(env_, options_.directory + "/state") + log_->mark_file_bytes();
  }

 private:
  const StoreOptions options_;
  const LedgerId ledger_;
  leveldb::Env* const env_;
  const std::unique_ptr<LogStore> log_;
  const std::unique_ptr<StateStore> state_;
};

// Writes the format key into an empty database, or compares it.
Status CheckFormat(Database* database, const LedgerId& ledger, bool create) {
  Bytes wanted = Writer().Raw(keys::kStoreMagic).U16(keys::kStoreFormat).Raw(ledger).Take();
  SUYUAN_ASSIGN_OR_RETURN(std::optional<Bytes> found, database->Get(keys::kFormatKey));
  if (!found && create) {
    auto any = database->Iterate();
    any->SeekToFirst();
    if (any->Valid()) return Error{ErrorCode::kCorrupt, "a database has no format key"};
    leveldb::WriteBatch batch;
    batch.Put(ToSlice(keys::kFormatKey), ToSlice(wanted));
    return database->Write(&batch, true);
  }
  if (found == wanted) return {};
  const Bytes present = found.value_or(Bytes());
  Reader r(present);
  ByteView magic = r.Raw(keys::kStoreMagic.size());
  uint16_t format = r.U16();
  auto other = r.Take<LedgerId>();
  if (!r.Finish("").ok() || magic != keys::kStoreMagic)
    return Error{ErrorCode::kCorrupt, "a database has no valid format key"};
  if (format != keys::kStoreFormat)
    return Error{ErrorCode::kProtocol, "the data directory has format " + std::to_string(format) +
                                           ", this version reads format " +
                                           std::to_string(keys::kStoreFormat)};
  return Error{ErrorCode::kGenesis, "the data directory belongs to ledger " + ToHex(other)};
}

// Everything that Open gathers before there is a store.
struct Opening {
  const StoreOptions& options;
  const LedgerId& ledger;
  leveldb::Env* env;
  std::shared_ptr<StickyFailure> failure = std::make_shared<StickyFailure>();
};

Result<std::unique_ptr<StateStore>> OpenState(const Opening& o) {
  DatabaseOptions options;
  options.directory = o.options.directory + "/state";
  options.env = o.env;
  options.create = o.options.create;
  options.write_buffer_bytes = o.options.state_write_buffer_bytes;
  options.block_cache_bytes = o.options.block_cache_bytes;
  options.bloom_filter = true;
  options.ordered_without_sync = true;
  SUYUAN_ASSIGN_OR_RETURN(std::shared_ptr<Database> database, Database::Open(options, o.failure));
  SUYUAN_RETURN_IF_ERROR(CheckFormat(database.get(), o.ledger, o.options.create));
  return StateStore::Open(std::move(database),
                          {o.options.tree_cache_pages, o.options.tree_flush_pages});
}

// A store that lost its mark must not be taken for one that was never finished.
Status RefuseLeftovers(const Database& log, const LogHead& head) {
  auto it = log.Iterate();
  it->Seek(ToSlice(Bytes(1, keys::kEntry)));
  if (head.leaf_count == 0 && (!it->Valid() || it->key()[0] != keys::kEntry)) return {};
  return Error{ErrorCode::kCorrupt, "there is a ledger, but its acknowledgement mark is missing"};
}

Result<std::unique_ptr<LogStore>> OpenLog(const Opening& o, const LogHead& head) {
  DatabaseOptions options;
  options.directory = o.options.directory + "/log";
  options.env = o.env;
  options.create = o.options.create;
  options.write_buffer_bytes = o.options.log_write_buffer_bytes;
  options.block_cache_bytes = o.options.block_cache_bytes / 8;
  options.compress = false;
  bool damaged = false;
  auto database = Database::Open(options, o.failure);
  if (!database.ok() && database.error().code == ErrorCode::kCorrupt && !o.options.create) {
    // Perhaps the end only, torn by a crash; Recover finds out what it was.
    damaged = true;
    database = Database::OpenDamaged(options, o.failure);
  }
  if (!database.ok()) return std::move(database).error();
  SUYUAN_RETURN_IF_ERROR(CheckFormat(database->get(), o.ledger, o.options.create));
  if (o.options.create) {
    SUYUAN_RETURN_IF_ERROR(RefuseLeftovers(**database, head));
    LogEntryHead genesis;
    genesis.entry_hash.data = o.ledger.data;
    // Last of all: a store without its mark was never finished and may be created again.
    SUYUAN_RETURN_IF_ERROR(
        CreateMarkFile(o.options.env, o.options.directory, MarkSlot{0, genesis}));
  }
  SUYUAN_ASSIGN_OR_RETURN(std::unique_ptr<MarkFile> mark,
                          OpenMarkFile(o.options.env, o.options.directory));
  auto log = std::make_unique<LogStore>(*std::move(database), std::move(mark), o.failure, o.ledger);
  AppliedPoint applied{head.height, head.entry_hash};
  if (head.leaf_count == 0) applied.entry_hash.data = o.ledger.data;
  SUYUAN_RETURN_IF_ERROR(log->Recover(applied, damaged));
  return log;
}

Status CheckPresence(const StoreOptions& options) {
  bool exists = MarkFileExists(options.env, options.directory);
  if (exists && options.create)
    return Error{ErrorCode::kRef, options.directory + " holds a store already"};
  if (!exists && !options.create)
    return Error{ErrorCode::kRef, options.directory + " holds no store"};
  return {};
}

Status CreateDirectories(const StoreOptions& options, leveldb::Env* env) {
  if (options.env != nullptr) {
    env->CreateDir(options.directory);
    return {};
  }
  return MakePrivateDirectories(options.directory);
}

}  // namespace

Result<std::unique_ptr<Store>> Store::Open(const StoreOptions& options, const LedgerId& ledger) {
  SUYUAN_RETURN_IF_ERROR(CheckPresence(options));
  leveldb::Env* env = options.env != nullptr ? options.env : leveldb::Env::Default();
  if (options.create) SUYUAN_RETURN_IF_ERROR(CreateDirectories(options, env));
  Opening opening{options, ledger, env};
  SUYUAN_ASSIGN_OR_RETURN(std::unique_ptr<StateStore> state, OpenState(opening));
  SUYUAN_ASSIGN_OR_RETURN(std::unique_ptr<LogStore> log, OpenLog(opening, state->head()));
  return std::unique_ptr<Store>(
      std::make_unique<LevelDbStore>(options, ledger, env, std::move(log), std::move(state)));
}

}  // namespace suyuan::ledger
