// Block entries: what Raft replicates at index = height (docs/formats.md §4).
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "common/ids.h"
#include "common/limits.h"
#include "common/result.h"
#include "common/sign.h"
#include "ledger/transaction.h"

namespace suyuan::ledger {

enum class BlockKind : uint8_t { kTransactions = 1, kElection = 2, kConfiguration = 3 };

struct BlockHeader {
  uint16_t protocol = limits::kProtocol;
  BlockKind kind = BlockKind::kTransactions;
  Height height;
  Term term;
  uint64_t time_ms = 0;
  KeyId proposer;
  Hash prev_entry_hash;
  Hash body_hash;
  Hash sealed_root;
};
inline constexpr size_t kBlockHeaderBytes = 159;

Bytes EncodeHeader(const BlockHeader& header);
// E_FORMAT; E_PROTOCOL for a protocol that this version does not know.
Result<BlockHeader> DecodeHeader(ByteView header_bytes);
Hash EntryHashOf(ByteView header_bytes);

// One voter or learner (proto Member).
struct Member {
  PartyId party;
  std::string node;
  PublicKey node_key, log_key, cosigner_key;
  bool voter = true;
  std::string peer_address, api_address;
};
struct Configuration {
  uint64_t seq = 0;
  uint8_t phase = 1;
  std::vector<Member> members;
  Bytes change_tx_id;
  Height approved_height;
};
Bytes EncodeConfiguration(const Configuration& configuration);
Result<Configuration> DecodeConfiguration(ByteView bytes);

// sealed_root of formats §4; an erased item counts with the hash that it keeps.
Hash SealedRootOf(const std::vector<ByteView>& items);

// A decoded entry. `bytes` is the entry as sent (sealed section included when it was there); the
// envelopes are decoded on demand by CheckEntry or the executor.
struct BlockEntry {
  std::shared_ptr<const Bytes> bytes;
  BlockHeader header;
  Hash hash;  // entry_hash
  PublicKey proposer_key;
  Signature proposer_signature;
  std::vector<ByteView> envelopes;
  std::vector<ByteView> cosignatures;
  ByteView configuration;
  std::vector<ByteView> sealed_items;
};

// Builds and signs an entry. `envelopes` are carried as they are.
struct EntryDraft {
  BlockKind kind = BlockKind::kTransactions;
  Height height;
  Term term;
  uint64_t time_ms = 0;
  Hash prev_entry_hash;
  std::vector<ByteView> envelopes;
  std::vector<ByteView> sealed_items;  // of the envelopes, one's after the other's
  Bytes configuration;
};
Bytes BuildEntry(const EntryDraft& draft, const SigningKey& node_key);

// Layout, canonical body and the header's hashes of body and sealed section; not signatures.
// E_FORMAT, E_SIZE, E_PROTOCOL. Hashes::kKnown: this process has decoded these bytes before.
Result<BlockEntry> DecodeEntry(std::shared_ptr<const Bytes> bytes,
                               Hashes hashes = Hashes::kCompare);
// Header and entry hash of an entry (as sent or as stored) whose layout was checked before; for
// the driver, which needs no more. E_FORMAT, E_PROTOCOL.
Result<BlockHeader> PeekHeader(ByteView entry, Hash* entry_hash);
// The entry without its sealed section, as the store keeps it.
Bytes StripSealed(const BlockEntry& entry);
// Joins a stored entry and its sealed items again.
Bytes JoinSealed(ByteView stored, const std::vector<Bytes>& sealed_items);

// The header names the key carried, and its signature verifies. E_SIG. Pure.
Status VerifyProposerSignature(const BlockEntry& entry);

// A transaction whose signatures were verified here, with the bytes that its views point into.
struct VerifiedTransaction {
  std::shared_ptr<const Bytes> holder;  // of `envelope`: itself, or the entry that carries it
  ByteView envelope;
  Transaction tx;
};

// Verdicts on envelopes that were checked before, so that a transaction which came in through this
// node is not verified again when its block arrives, and not decoded again when that is executed.
// Thread-safe. Key of a verdict = SHA-256(envelope bytes): only exactly the bytes that were
// verified (form, limits, ledger, signatures) count; sealed items are checked each time. Bounded:
// the oldest verdicts go first, and the decoded forms, which are far larger, long before them. One
// cache serves one ledger.
class VerifiedCache {
 public:
  // `decoded_bytes_max`: for decoded forms, in bytes, about; 0: none are kept.
  explicit VerifiedCache(size_t entries_max, size_t decoded_bytes_max = 0);
  ~VerifiedCache();
  void Insert(const Hash& envelope_hash);
  bool Contains(const Hash& envelope_hash) const;
  static Hash KeyOf(ByteView envelope);  // SHA-256

  // Inserts the verdict and keeps the decoded form.
  void Keep(std::shared_ptr<const VerifiedTransaction> verified);
  // The decoded form of exactly these bytes; nullptr when it is not here (any more). `id`: theirs.
  std::shared_ptr<const VerifiedTransaction> Find(const TxId& id, ByteView envelope) const;
  // The same, and forgets it: for whoever needs it last. The verdict stays.
  std::shared_ptr<const VerifiedTransaction> Take(const TxId& id, ByteView envelope);

 private:
  struct Shard;
  Shard& ShardOf(const uint8_t* hash) const;
  std::vector<std::unique_ptr<Shard>> shards_;
};

// The check before acknowledging (formats §4): pure but for the cache, which changes cost only.
// `run` may spread independent jobs over threads; it returns when all have run.
using ParallelFor = std::function<void(size_t count, const std::function<void(size_t)>& job)>;
Status CheckEntry(const BlockEntry& entry, const LedgerId& ledger, const LedgerLimits& limits,
                  VerifiedCache* cache, const ParallelFor& run);

}  // namespace suyuan::ledger
