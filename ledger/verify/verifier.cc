#include "ledger/verify/verifier.h"

#include <algorithm>
#include <future>
#include <map>

#include "common/codec.h"
#include "common/hash.h"
#include "ledger/verify/block_check.h"
#include "ledger/verify/block_reader.h"
#include "ledger/verify/log_tree.h"
#include "ledger/verify/members.h"
#include "ledger/verify/note.h"
#include "ledger/verify/signature_pool.h"
#include "ledger/verify/trie.h"
#include "ledger/verify/tx_places.h"

namespace suyuan::ledger::verify {
namespace {

constexpr uint64_t kProgressBlocks = 256;

Error Wrong(std::string why) { return Error{ErrorCode::kProof, std::move(why)}; }

Hash AsHash(ByteView bytes) { return Hash::From(bytes).value(); }

Bytes Leaf(uint8_t kind, uint64_t height, uint32_t index, const Hash& content,
           const Hash& outcome) {
  Writer w;
  w.Raw("SYL1").U8(kind).U64(height).U32(index).Raw(content).Raw(outcome);
  return w.Take();
}

// key of the state tree, formats §6. Namespaces from 0x80 on are indexes outside the tree.
constexpr uint8_t kIndexNamespaces = 0x80;
Hash StateTreeKey(uint8_t name_space, ByteView key) {
  char ns = static_cast<char>(name_space);
  return TaggedHash("state", {FixedRaw(ByteView(&ns, 1)), Sized(key)});
}

// One walk over a ledger. Members hold what links each block to those before it.
class Walk {
 public:
  Walk(LedgerSource& source, const GenesisFacts& genesis, const Options& options)
      : source_(source), genesis_(genesis), options_(options), pool_(options.threads) {}

  Report Run();

 private:
  Status Everything();
  Status Genesis();
  Status Blocks();
  Status Block(uint64_t height, const ReadBlock& block);
  Status CheckLinks(const BlockFacts& block, uint64_t height) const;
  Status Replay(const StoredBlock& stored, const std::vector<size_t>& fresh,
                const BlockFacts& facts);
  // A configuration leaf: the hash that header leaves carry from here on.
  void ChainConfiguration(ByteView configuration, uint64_t leaf);
  void NoteApprovals(const StoredBlock& stored, const std::vector<size_t>& fresh,
                     const BlockFacts& facts);
  // The root that the stored state hashes to; nullopt when the source does not show its state.
  Result<std::optional<Hash>> StoredRoot();
  Status CheckState(const Result<std::optional<Hash>>& stored_root);
  // The stored state against the replayed one, indexes outside the tree included.
  Status CompareState();
  void ApplyWrites(const std::vector<StateWrite>& writes);
  Status AppendBlock(const StoredBlock& stored, const std::vector<Bytes>& leaves);
  Bytes HeaderLeaf(const BlockFacts& block, const StoredBlock& stored, uint64_t first_leaf,
                   uint32_t count) const;

  LedgerSource& source_;
  const GenesisFacts& genesis_;
  const Options& options_;
  SignaturePool pool_;
  Report report_;
  uint64_t tip_ = 0;
  LogTree log_;
  TxPlaces located_;
  MembersWalk members_;
  Trie state_;
  std::map<std::pair<uint8_t, Bytes>, Bytes> values_;  // replayed state, tree and indexes alike
  Hash entry_hash_, header_leaf_hash_, configuration_hash_, state_root_;
  uint64_t configuration_leaf_ = 0, term_ = 0, time_ms_ = 0;
  std::optional<NoteFacts> checkpoint_;  // until the walk reaches its size
};

Report Walk::Run() {
  Status status = Everything();
  // A bad signature far below explains nothing above it: the lowest height is the finding.
  uint64_t bad_signature = pool_.Finish();
  report_.ok = status.ok() && bad_signature == UINT64_MAX;
  if (!status.ok()) report_.problem = status.error().ToString();
  if (bad_signature <= report_.height && bad_signature != UINT64_MAX) {
    report_.height = bad_signature;
    report_.problem = "E_PROOF: a signature in this block is not valid";
  }
  report_.leaves = log_.size();
  report_.entry_hash = entry_hash_;
  report_.state_root = state_root_;
  report_.log_root = log_.Root();
  return report_;
}

Status Walk::Everything() {
  SUYUAN_ASSIGN_OR_RETURN(tip_, source_.AppliedHeight());
  SUYUAN_ASSIGN_OR_RETURN(auto note, source_.CheckpointNote());
  if (note) {
    SUYUAN_ASSIGN_OR_RETURN(checkpoint_, ReadNote(*note, genesis_.origin));
  }
  auto stored_root = std::async(std::launch::async, [this] { return StoredRoot(); });
  SUYUAN_RETURN_IF_ERROR(Genesis());
  if (checkpoint_)
    SUYUAN_RETURN_IF_ERROR(
        CheckNote(*checkpoint_, genesis_.origin, members_.log_keys(), UnknownKeys::kMayCome));
  SUYUAN_RETURN_IF_ERROR(Blocks());
  if (checkpoint_)
    return Wrong("a signed checkpoint of " + std::to_string(checkpoint_->size) +
                 " leaves goes beyond the ledger or into a block");
  SUYUAN_RETURN_IF_ERROR(CheckState(stored_root.get()));
  LedgerSource::Derived derived;
  derived.ledger = genesis_.ledger;
  derived.height = tip_;
  derived.leaf_count = log_.size();
  derived.log_root = log_.Root();
  derived.state_root = state_root_;
  derived.entry_hash = entry_hash_;
  derived.transactions = located_.size();
  derived.locate = [this](const TxId& id) -> std::optional<std::array<uint64_t, 4>> {
    const TxPlace* place = located_.Find(id);
    return place == nullptr ? std::nullopt : std::optional(*place);
  };
  return source_.CheckRest(derived, &report_.height);
}

Status Walk::Blocks() {
  BlockReader reader(source_, genesis_.ledger, tip_, pool_);
  for (uint64_t height = 1; height <= tip_; ++height) {
    report_.height = height;
    SUYUAN_ASSIGN_OR_RETURN(std::unique_ptr<ReadBlock> block, reader.Next());
    SUYUAN_RETURN_IF_ERROR(Block(height, *block));
    ++report_.blocks;
    if (pool_.first_bad() < height) return Wrong("a signature below this block is not valid");
    if (options_.progress && height % kProgressBlocks == 0)
      options_.progress({height, tip_, report_.signatures});
  }
  return {};
}

Status Walk::Genesis() {
  SUYUAN_ASSIGN_OR_RETURN(StoredBlock stored, source_.Block(0));
  SUYUAN_RETURN_IF_ERROR(members_.Found(genesis_.configuration));
  ChainConfiguration(genesis_.configuration, 0);
  state_root_ = stored.state_root;
  if (options_.replayer != nullptr) {
    SUYUAN_ASSIGN_OR_RETURN(auto writes, options_.replayer->Genesis());
    ApplyWrites(writes);
    if (state_.Root() != stored.state_root) return Wrong("genesis state root differs");
  }
  BlockFacts facts;
  facts.time_ms = genesis_.time_ms;
  facts.entry_hash = AsHash(genesis_.ledger.view());
  time_ms_ = facts.time_ms;
  entry_hash_ = facts.entry_hash;
  std::vector<Bytes> leaves{Leaf(3, 0, 0, configuration_hash_, Hash{})};
  leaves.push_back(HeaderLeaf(facts, stored, 0, 1));
  if (!stored.entry.empty() || !stored.outcomes.empty())
    return Wrong("genesis has neither entry nor transactions");
  return AppendBlock(stored, leaves);
}

Status Walk::CheckLinks(const BlockFacts& block, uint64_t height) const {
  if (block.height != height) return Wrong("header names another height");
  if (block.prev_entry_hash != entry_hash_) return Wrong("hash of the block before differs");
  if (block.term < term_) return Wrong("term goes back");
  if (block.time_ms <= time_ms_) return Wrong("block time does not rise");
  if (!members_.Names(block.proposer)) return Wrong("proposer is not a member's node");
  return {};
}

Status Walk::Block(uint64_t height, const ReadBlock& block) {
  const StoredBlock& stored = block.stored;
  const BlockFacts& facts = block.facts;
  report_.signatures += block.signatures;
  SUYUAN_RETURN_IF_ERROR(CheckLinks(facts, height));

  std::vector<size_t> fresh;  // transactions that no block carried before
  uint64_t first_leaf = log_.size();
  for (size_t i = 0; i < facts.transactions.size(); ++i)
    if (located_.Add(facts.transactions[i].id,
                     {height, i, first_leaf + fresh.size(), fresh.size()}))
      fresh.push_back(i);
  if (stored.outcomes.size() != fresh.size()) return Wrong("number of outcomes differs");
  std::vector<Bytes> leaves;
  for (size_t k = 0; k < fresh.size(); ++k) {
    const auto& tx = facts.transactions[fresh[k]];
    Hash content = TaggedHash("txleaf", {Fixed(tx.id), Fixed(tx.signatures_hash)});
    leaves.push_back(
        Leaf(1, height, static_cast<uint32_t>(fresh[k]), content, Sha256(stored.outcomes[k])));
  }
  report_.transactions += fresh.size();
  if (facts.kind == 3) {
    SUYUAN_RETURN_IF_ERROR(members_.Adopt(facts.configuration));
    ChainConfiguration(facts.configuration, first_leaf);
    leaves.push_back(Leaf(3, height, 0, configuration_hash_, Hash{}));
  }
  NoteApprovals(stored, fresh, facts);
  SUYUAN_RETURN_IF_ERROR(Replay(stored, fresh, facts));
  entry_hash_ = facts.entry_hash;
  term_ = facts.term;
  time_ms_ = facts.time_ms;
  state_root_ = stored.state_root;
  leaves.push_back(HeaderLeaf(facts, stored, first_leaf, static_cast<uint32_t>(leaves.size())));
  return AppendBlock(stored, leaves);
}

void Walk::ChainConfiguration(ByteView configuration, uint64_t leaf) {
  Writer number;
  number.U64(leaf);
  configuration_hash_ = TaggedHash("conf", {FixedRaw(Sha256(configuration).view()),
                                            Fixed(configuration_hash_), FixedRaw(number.bytes())});
  configuration_leaf_ = leaf;
}

void Walk::NoteApprovals(const StoredBlock& stored, const std::vector<size_t>& fresh,
                         const BlockFacts& facts) {
  constexpr ByteView kApplied("SYO1\0\0", 6);
  for (size_t k = 0; k < fresh.size(); ++k) {
    const auto& tx = facts.transactions[fresh[k]];
    if (tx.type == kMemberChangeType && stored.outcomes[k].starts_with(kApplied))
      members_.Approve(tx.id, facts.height);
  }
}

Bytes Walk::HeaderLeaf(const BlockFacts& block, const StoredBlock& stored, uint64_t first_leaf,
                       uint32_t count) const {
  Writer w;
  w.Raw(block.entry_hash).Raw(header_leaf_hash_).U64(first_leaf).U32(count).Raw(stored.state_root);
  w.Raw(configuration_hash_).U64(block.time_ms).U64(block.term).Raw(block.proposer);
  return Leaf(2, block.height, count, Sha256(w.bytes()), Hash{});
}

Status Walk::AppendBlock(const StoredBlock& stored, const std::vector<Bytes>& leaves) {
  if (stored.leaves.size() != leaves.size()) return Wrong("number of log leaves differs");
  for (size_t i = 0; i < leaves.size(); ++i) {
    if (stored.leaves[i] != leaves[i])
      return Wrong("log leaf " + std::to_string(log_.size()) + " does not follow from the block");
    Status nodes;
    log_.Append(MerkleLeafHash(leaves[i]), [&](unsigned level, uint64_t n, const Hash& hash) {
      if (nodes.ok()) nodes = source_.CheckNode(level, n, hash);
    });
    SUYUAN_RETURN_IF_ERROR(std::move(nodes));
  }
  header_leaf_hash_ = MerkleLeafHash(leaves.back());
  if (stored.entry_hash != entry_hash_ || stored.header_leaf_hash != header_leaf_hash_ ||
      stored.configuration_hash != configuration_hash_ ||
      stored.configuration_leaf != configuration_leaf_ || stored.time_ms != time_ms_)
    return Wrong("stored summary does not follow from the block");
  if (checkpoint_ && checkpoint_->size == log_.size()) {
    if (checkpoint_->root != log_.Root()) return Wrong("the checkpoint has another root");
    SUYUAN_RETURN_IF_ERROR(
        CheckNote(*checkpoint_, genesis_.origin, members_.log_keys(), UnknownKeys::kRefused));
    report_.checkpoint_leaves = checkpoint_->size;
    checkpoint_.reset();
  }
  if (stored.leaf_count != log_.size()) return Wrong("stored number of leaves differs");
  if (stored.log_root != log_.Root()) return Wrong("stored log root differs");
  return {};
}

Status Walk::Replay(const StoredBlock& stored, const std::vector<size_t>& fresh,
                    const BlockFacts& facts) {
  if (options_.replayer == nullptr) return {};
  SUYUAN_ASSIGN_OR_RETURN(ReplayedBlock block,
                          options_.replayer->Execute(stored.entry, stored.sealed_items));
  if (block.transactions.size() != fresh.size()) return Wrong("execution gives other transactions");
  for (size_t k = 0; k < fresh.size(); ++k) {
    if (block.transactions[k].id != facts.transactions[fresh[k]].id)
      return Wrong("execution gives another order");
    if (block.transactions[k].outcome != stored.outcomes[k])
      return Wrong("transaction " + std::to_string(fresh[k]) +
                   " has another outcome when executed");
  }
  ApplyWrites(block.writes);
  if (state_.Root() != stored.state_root) return Wrong("state root differs when executed");
  return {};
}

void Walk::ApplyWrites(const std::vector<StateWrite>& writes) {
  for (const StateWrite& write : writes) {
    if (write.value) {
      values_[{write.name_space, write.key}] = *write.value;
    } else {
      values_.erase({write.name_space, write.key});
    }
    if (!write.in_tree) continue;
    std::optional<Hash> value_hash;
    if (write.value) value_hash = Sha256(*write.value);
    state_.Set(StateTreeKey(write.name_space, write.key), value_hash);
  }
}

Result<std::optional<Hash>> Walk::StoredRoot() {
  std::vector<TrieLeaf> leaves;
  SUYUAN_ASSIGN_OR_RETURN(bool seen,
                          source_.ScanState([&](uint8_t ns, ByteView key, ByteView value) {
                            if (ns < kIndexNamespaces)
                              leaves.push_back({StateTreeKey(ns, key), Sha256(value)});
                          }));
  if (!seen) return std::optional<Hash>();
  return std::optional(TrieRootOf(leaves));
}

// The stored state hashes to the last state root; and when blocks were executed it is exactly the
// replayed one.
Status Walk::CheckState(const Result<std::optional<Hash>>& stored_root) {
  if (!stored_root.ok()) return stored_root.error();
  if (!stored_root->has_value()) return {};
  if (**stored_root != state_root_)
    return Wrong("stored state does not hash to the last block's state root");
  return options_.replayer == nullptr ? Status() : CompareState();
}

Status Walk::CompareState() {
  auto expected = values_.cbegin();
  std::string difference;
  auto scanned = source_.ScanState([&](uint8_t ns, ByteView key, ByteView value) {
    if (!difference.empty()) return;
    if (expected == values_.cend() || expected->first.first != ns ||
        expected->first.second != key || expected->second != value)
      difference = "namespace " + std::to_string(ns) + ", key " + HexEncode(key);
    else
      ++expected;
  });
  if (!scanned.ok()) return std::move(scanned).error();
  if (difference.empty() && expected != values_.cend())
    difference = "namespace " + std::to_string(expected->first.first) + ", key " +
                 HexEncode(expected->first.second);
  if (!difference.empty())
    return Wrong("stored state differs from the replayed one: " + difference);
  return {};
}

}  // namespace

Report VerifyLedger(LedgerSource& source, const GenesisFacts& genesis, const Options& options) {
  return Walk(source, genesis, options).Run();
}

}  // namespace suyuan::ledger::verify
