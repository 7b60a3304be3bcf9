#include "ledger/state_store.h"

#include "common/hash.h"
#include "common/seeded_bug.h"
#include "ledger/state_snapshot.h"
#include "ledger/store_keys.h"

namespace suyuan::ledger {
namespace {

// Values of `transactions`, by ordinal, behind one key: a block's outcomes are written and read
// together, and LevelDB pays by the key.
Bytes EncodeOutcomes(uint64_t first_leaf, const std::vector<ExecutedTransaction>& transactions) {
  Writer w;
  w.U64(first_leaf).U32(static_cast<uint32_t>(transactions.size()));
  uint32_t end = 0;
  for (const ExecutedTransaction& tx : transactions) {
    end += static_cast<uint32_t>(tx.outcome.size());
    w.U32(tx.position).U32(end);
  }
  for (const ExecutedTransaction& tx : transactions) w.Raw(tx.outcome);
  return w.Take();
}

// The `ordinal`-th of them.
Result<StoredOutcome> DecodeOutcome(ByteView value, Height height, uint32_t ordinal) {
  Reader r(value);
  StoredOutcome out;
  uint64_t first_leaf = r.U64();
  uint32_t count = r.U32();
  uint32_t begin = 0, end = 0;
  for (uint32_t i = 0; i < count && !r.failed(); ++i) {
    uint32_t position = r.U32(), stop = r.U32();
    if (i + 1 == ordinal) begin = stop;
    if (i != ordinal) continue;
    out.location = {height, position, LeafIndex(first_leaf + ordinal)};
    end = stop;
  }
  r.Raw(begin);
  out.outcome = r.Raw(end >= begin ? end - begin : 0);
  if (r.failed() || ordinal >= count || end < begin)
    return Error{ErrorCode::kCorrupt,
                 "the outcomes of block " + std::to_string(height.value()) + " are damaged"};
  return out;
}

Bytes EncodeHeadValue(const LogHead& head, const Frontier& frontier) {
  Writer w;
  w.Raw(EncodeLogHead(head)).U8(static_cast<uint8_t>(frontier.subtrees().size()));
  for (const Hash& root : frontier.subtrees()) w.Raw(root);
  return w.Take();
}

Error Misuse(std::string what) { return Error{ErrorCode::kInternal, std::move(what)}; }

}  // namespace

Bytes EncodeLogHead(const LogHead& head) {
  Writer w;
  w.U64(head.height.value()).U64(head.leaf_count).Raw(head.entry_hash).Raw(head.header_leaf_hash);
  w.Raw(head.configuration_hash).U64(head.configuration_leaf).U64(head.time_ms);
  return w.Raw(head.state_root).Take();
}

LogHead ReadLogHead(Reader* reader) {
  LogHead head;
  head.height = Height(reader->U64());
  head.leaf_count = reader->U64();
  head.entry_hash = reader->Take<Hash>();
  head.header_leaf_hash = reader->Take<Hash>();
  head.configuration_hash = reader->Take<Hash>();
  head.configuration_leaf = reader->U64();
  head.time_ms = reader->U64();
  head.state_root = reader->Take<Hash>();
  return head;
}

// Pages of the state tree under their own prefix.
class StateStore::Pages final : public PageStore {
 public:
  explicit Pages(const Database& database) : database_(database) {}
  Result<std::optional<Bytes>> Load(ByteView page_id) const override {
    return database_.Get(keys::PrefixedBy(keys::kPage, page_id));
  }

 private:
  const Database& database_;
};

StateStore::StateStore(std::shared_ptr<Database> database, const Options& options)
    : database_(std::move(database)),
      options_(options),
      pages_(std::make_unique<Pages>(*database_)),
      nodes_(*database_) {}

StateStore::~StateStore() = default;

Result<std::unique_ptr<StateStore>> StateStore::Open(std::shared_ptr<Database> database,
                                                     const Options& options) {
  std::unique_ptr<StateStore> store(new StateStore(std::move(database), options));
  SUYUAN_RETURN_IF_ERROR(store->Load());
  return store;
}

Status StateStore::Load() {
  SUYUAN_ASSIGN_OR_RETURN(tree_, StateTree::Open(*pages_, options_.tree_cache_pages));
  SUYUAN_ASSIGN_OR_RETURN(std::optional<Bytes> value, database_->Get(keys::kHeadKey));
  LogHead head;
  if (value) {
    Reader r(*value);
    head = ReadLogHead(&r);
    std::vector<Hash> subtrees(r.U8());
    for (Hash& root : subtrees) root = r.Take<Hash>();
    if (!r.Finish("").ok()) return Error{ErrorCode::kCorrupt, "the state's head is damaged"};
    frontier_ = Frontier(head.leaf_count, std::move(subtrees));
  }
  Publish(head);
  SUYUAN_RETURN_IF_ERROR(ReplayRedo());
  return RebuildNodes();
}

Status StateStore::ReplayRedo() {
  LogHead head = this->head();
  // Genesis leaves a record, too: whoever creates the store meets it at the first flush.
  redo_from_ = head.leaf_count == 0 ? 0 : head.height.value() + 1;
  auto it = database_->Iterate();
  for (it->Seek(ToSlice(keys::Numbered(keys::kRedo, 0)));
       it->Valid() && it->key()[0] == keys::kRedo; it->Next()) {
    redo_from_ = std::min(redo_from_, keys::NumberOf(ToView(it->key())));
    Reader r(ToView(it->value()));
    std::vector<TreeUpdate> updates;
    while (!r.empty() && !r.failed()) {
      TreeUpdate update{r.Take<Hash>(), std::nullopt};
      bool present = r.U8() != 0;
      Hash value_hash = r.Take<Hash>();
      if (present) update.value_hash = value_hash;
      updates.push_back(update);
    }
    if (r.failed()) return Error{ErrorCode::kCorrupt, "a redo record of the state is damaged"};
    auto root = tree_->Update(updates);
    if (!root.ok()) return std::move(root).error();
  }
  if (!it->status().ok()) return FromLevelDb(it->status(), "reading the state's redo records");
  if (tree_->root() != head.state_root)
    return Error{ErrorCode::kCorrupt, "the state does not have the root of height " +
                                          std::to_string(head.height.value())};
  tree_head_ = head;
  return {};
}

// The growing tile of the log follows from its last leaves.
Status StateStore::RebuildNodes() {
  uint64_t count = head().leaf_count;
  std::vector<Hash> growing;
  for (uint64_t i = count - count % LogNodes::kTileLeaves; i < count; ++i) {
    SUYUAN_ASSIGN_OR_RETURN(Bytes leaf, LeafBytes(LeafIndex(i)));
    growing.push_back(MerkleLeafHash(leaf));
  }
  nodes_.Restore(count, std::move(growing));
  return {};
}

void StateStore::Publish(const LogHead& head) {
  auto snapshot = std::make_shared<const LevelDbSnapshot>(database_, head);
  std::lock_guard lock(published_mutex_);
  published_ = std::move(snapshot);
}

std::shared_ptr<const StateSnapshot> StateStore::Snapshot() const {
  std::lock_guard lock(published_mutex_);
  return published_;
}

LogHead StateStore::head() const { return Snapshot()->head(); }

void StateStore::WriteRedoOrPages(Height height, const std::vector<TreeUpdate>& updates,
                                  leveldb::WriteBatch* batch) {
  if (tree_->dirty_pages() < options_.tree_flush_pages) {
    Bytes redo;
    redo.reserve(updates.size() * (2 * Hash::kSize + 1));
    for (const TreeUpdate& update : updates) {
      redo.append(update.key.view());
      redo.push_back(update.value_hash ? 1 : 0);
      redo.append(update.value_hash.value_or(Hash{}).view());
    }
    if (!redo.empty())
      batch->Put(ToSlice(keys::Numbered(keys::kRedo, height.value())), ToSlice(redo));
    return;
  }
  for (auto& [id, page] : tree_->TakeDirtyPages()) {
    Bytes key = keys::PrefixedBy(keys::kPage, id);
    if (page)
      batch->Put(ToSlice(key), ToSlice(*page));
    else
      batch->Delete(ToSlice(key));
  }
  for (; redo_from_ < height.value() && !SeededBug(Bug::kRedoKept); ++redo_from_)
    batch->Delete(ToSlice(keys::Numbered(keys::kRedo, redo_from_)));
  redo_from_ = height.value() + 1;
}

Result<Hash> StateStore::ApplyWrites(Height height, const std::vector<StateWrite>& writes,
                                     leveldb::WriteBatch* batch) {
  std::vector<TreeUpdate> updates;
  updates.reserve(writes.size());
  for (const StateWrite& write : writes) {
    Bytes key = keys::StateOf(write.name_space, write.key);
    if (write.value)
      batch->Put(ToSlice(key), ToSlice(*write.value));
    else
      batch->Delete(ToSlice(key));
    if (!write.in_tree) continue;
    TreeUpdate update{StateKey(write.name_space, write.key), std::nullopt};
    if (write.value) update.value_hash = Sha256(*write.value);
    updates.push_back(update);
  }
  SUYUAN_ASSIGN_OR_RETURN(Hash root, tree_->Update(updates));
  WriteRedoOrPages(height, updates, batch);
  return root;
}

Status StateStore::Commit(const BlockLeaves& leaves,
                          const std::vector<ExecutedTransaction>& transactions,
                          leveldb::WriteBatch* batch, bool sync) {
  const LogHead& head = leaves.head;
  uint64_t first_leaf = head.leaf_count - leaves.leaves.size();
  Writer joined;
  joined.U64(head.height.value());
  for (const Bytes& leaf : leaves.leaves) {
    joined.Raw(leaf);
    frontier_.Append(MerkleLeafHash(leaf), [&](uint8_t level, uint64_t n, const Hash& hash) {
      nodes_.Stage(level, n, hash, batch);
    });
  }
  batch->Put(ToSlice(keys::Numbered(keys::kLeaves, first_leaf)), ToSlice(joined.bytes()));
  for (uint32_t i = 0; i < transactions.size(); ++i)
    batch->Put(ToSlice(keys::PrefixedBy(keys::kTransaction, transactions[i].id.view())),
               ToSlice(Writer().U64(head.height.value()).U32(i).Take()));
  if (!transactions.empty())
    batch->Put(ToSlice(keys::Numbered(keys::kOutcomes, head.height.value())),
               ToSlice(EncodeOutcomes(first_leaf, transactions)));
  Writer summary;
  summary.Raw(EncodeLogHead(head)).Raw(frontier_.Root());
  batch->Put(ToSlice(keys::Numbered(keys::kSummary, head.height.value())),
             ToSlice(summary.bytes()));
  if (SeededBug(Bug::kHeadWrittenApart)) {  // row 30
    SUYUAN_RETURN_IF_ERROR(database_->Write(batch, sync));
    batch->Clear();
  }
  batch->Put(ToSlice(keys::kHeadKey), ToSlice(EncodeHeadValue(head, frontier_)));
  SUYUAN_RETURN_IF_ERROR(database_->Write(batch, sync));
  nodes_.Commit();
  tree_head_ = head;
  Publish(head);
  return {};
}

Status StateStore::ApplyGenesis(const LedgerId& ledger, uint64_t time_ms, ByteView configuration,
                                std::vector<StateWrite> writes) {
  if (head().leaf_count != 0) return Misuse("the store has a genesis already");
  leveldb::WriteBatch batch;
  std::lock_guard lock(tree_mutex_);
  SUYUAN_ASSIGN_OR_RETURN(Hash root, ApplyWrites(Height(0), writes, &batch));
  return Commit(MakeGenesisLeaves(ledger, time_ms, configuration, root), {}, &batch, true);
}

Status StateStore::ApplyBlock(const BlockEntry& entry, BlockResult result) {
  LogHead before = head();
  if (before.leaf_count == 0) return Misuse("the store has no genesis");
  if (entry.header.height != before.height + 1 || entry.header.prev_entry_hash != before.entry_hash)
    return Misuse("block " + std::to_string(entry.header.height.value()) +
                  " does not follow block " + std::to_string(before.height.value()));
  leveldb::WriteBatch& batch = batch_.Begin();
  std::lock_guard lock(tree_mutex_);
  SUYUAN_ASSIGN_OR_RETURN(Hash root, ApplyWrites(entry.header.height, result.writes, &batch));
  return Commit(MakeBlockLeaves(before, entry.header, entry.hash, entry.configuration,
                                result.transactions, root),
                result.transactions, &batch, false);
}

Result<std::optional<StoredOutcome>> StateStore::FindTransaction(const TxId& id) const {
  SUYUAN_ASSIGN_OR_RETURN(std::optional<Bytes> place,
                          database_->Get(keys::PrefixedBy(keys::kTransaction, id.view())));
  if (!place) return std::optional<StoredOutcome>();
  Reader r(*place);
  Height height(r.U64());
  uint32_t ordinal = r.U32();
  SUYUAN_ASSIGN_OR_RETURN(std::optional<Bytes> outcomes,
                          database_->Get(keys::Numbered(keys::kOutcomes, height.value())));
  SUYUAN_ASSIGN_OR_RETURN(StoredOutcome found,
                          DecodeOutcome(outcomes.value_or(Bytes()), height, ordinal));
  return std::optional(std::move(found));
}

Result<Store::BlockSummary> StateStore::Summary(Height height) const {
  const std::string name = "block " + std::to_string(height.value());
  SUYUAN_ASSIGN_OR_RETURN(std::optional<Bytes> value,
                          database_->Get(keys::Numbered(keys::kSummary, height.value())));
  if (!value) return Error{ErrorCode::kNotFound, name + " is not applied here"};
  Reader r(*value);
  Store::BlockSummary out;
  out.head = ReadLogHead(&r);
  out.leaf_count = out.head.leaf_count;
  out.log_root = r.Take<Hash>();
  if (!r.Finish(name).ok()) return Error{ErrorCode::kCorrupt, name + ": its summary is damaged"};
  return out;
}

Result<std::vector<Bytes>> StateStore::OutcomesOf(Height height) const {
  std::vector<Bytes> out;
  SUYUAN_ASSIGN_OR_RETURN(std::optional<Bytes> stored,
                          database_->Get(keys::Numbered(keys::kOutcomes, height.value())));
  if (!stored) return out;
  uint32_t count = Reader(ByteView(*stored).substr(sizeof(uint64_t))).U32();
  for (uint32_t i = 0; i < count; ++i) {
    SUYUAN_ASSIGN_OR_RETURN(StoredOutcome outcome, DecodeOutcome(*stored, height, i));
    out.push_back(std::move(outcome.outcome));
  }
  return out;
}

Result<std::vector<Bytes>> StateStore::LeavesOf(Height height) const {
  uint64_t first = 0;
  if (height > Height(0)) {
    SUYUAN_ASSIGN_OR_RETURN(Store::BlockSummary before, Summary(height - 1));
    first = before.leaf_count;
  }
  SUYUAN_ASSIGN_OR_RETURN(std::optional<Bytes> stored,
                          database_->Get(keys::Numbered(keys::kLeaves, first)));
  Reader r(stored ? ByteView(*stored) : ByteView());
  if (r.U64() != height.value() || r.remaining() % kLogLeafBytes != 0)
    return Error{ErrorCode::kCorrupt,
                 "the leaves of block " + std::to_string(height.value()) + " are damaged"};
  std::vector<Bytes> out;
  while (!r.empty()) out.emplace_back(r.Raw(kLogLeafBytes));
  return out;
}

Result<Bytes> StateStore::LeafBytes(LeafIndex index) const {
  auto it = database_->Iterate();
  it->Seek(ToSlice(keys::Numbered(keys::kLeaves, index.value() + 1)));
  if (it->Valid())
    it->Prev();
  else if (it->status().ok())
    it->SeekToLast();
  if (!it->status().ok()) return FromLevelDb(it->status(), "reading leaves");
  if (it->Valid() && it->key()[0] == keys::kLeaves) {
    uint64_t first = keys::NumberOf(ToView(it->key()));
    ByteView leaves = ToView(it->value()).substr(sizeof(uint64_t));
    if (index.value() - first < leaves.size() / kLogLeafBytes)
      return Bytes(leaves.substr((index.value() - first) * kLogLeafBytes, kLogLeafBytes));
  }
  return Error{ErrorCode::kNotFound, "leaf " + std::to_string(index.value()) + " is not here"};
}

Result<StateProof> StateStore::ProveState(uint8_t name_space, ByteView key, LogHead* at) const {
  std::lock_guard lock(tree_mutex_);
  *at = tree_head_;
  return tree_->Prove(StateKey(name_space, key));
}

Result<std::optional<std::string>> StateStore::LastCheckpoint() const {
  return database_->Get(keys::kCheckpointKey);
}

Status StateStore::SaveCheckpoint(std::string_view note) {
  leveldb::WriteBatch batch;
  batch.Put(ToSlice(keys::kCheckpointKey), ToSlice(note));
  return database_->Write(&batch, false);
}

}  // namespace suyuan::ledger
