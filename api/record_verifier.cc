#include "api/record_verifier.h"

#include "common/codec.h"
#include "common/hash.h"
#include "ledger/merkle_log.h"

namespace suyuan::api {
namespace {

template <typename Leaves, typename BytesOf>
Hash HashLeaves(const Leaves& leaves, BytesOf bytes_of) {
  Sha256Stream stream;
  for (const auto& leaf : leaves) {
    Writer length;
    length.U32(static_cast<uint32_t>(bytes_of(leaf).size()));
    stream.Update(length.bytes()).Update(bytes_of(leaf));
  }
  return stream.Final();
}

}  // namespace

Result<RecordVerifier::Fact> RecordVerifier::ReadFact(const TxId& id, uint32_t record,
                                                      size_t* read) const {
  SUYUAN_ASSIGN_OR_RETURN(const auto stored, store_.FindTransaction(id));
  if (!stored) return Error{ErrorCode::kNotFound, "no block carries this record's transaction"};
  SUYUAN_ASSIGN_OR_RETURN(const auto bytes, store_.EntryBytes(stored->location.height));
  if (read) *read += bytes->size();
  SUYUAN_ASSIGN_OR_RETURN(const ledger::BlockEntry entry, ledger::DecodeEntry(bytes));
  if (stored->location.position >= entry.envelopes.size())
    return Error{ErrorCode::kCorrupt, "the block is shorter than its index says"};
  const ByteView envelope = entry.envelopes[stored->location.position];
  SUYUAN_ASSIGN_OR_RETURN(const ledger::Transaction tx,
                          ledger::DecodeTransactionView(envelope, limits_, nullptr));
  SUYUAN_RETURN_IF_ERROR(ledger::VerifyTransactionSignatures(tx));
  if (tx.id != id || record >= tx.records.size())
    return Error{ErrorCode::kCorrupt, "another transaction stands where this one was"};
  const auto leaf_bytes = [](const ledger::Leaf& leaf) { return leaf.bytes; };
  return Fact{stored->location.leaf, tx.signatures_hash,
              HashLeaves(tx.records[record].leaves, leaf_bytes), tx.core.type, tx.core.submitter};
}

Result<RecordVerifier::Fact> RecordVerifier::FactOf(const TxId& tx, uint32_t record, size_t* read) {
  const std::string key = tx.str() + std::to_string(record);
  {
    std::lock_guard lock(mutex_);
    const auto found = facts_.find(key);
    if (found != facts_.end()) return found->second;
  }
  SUYUAN_ASSIGN_OR_RETURN(const Fact fact, ReadFact(tx, record, read));
  std::lock_guard lock(mutex_);
  if (facts_.size() >= entries_max_) facts_.clear();
  facts_.emplace(key, fact);
  return fact;
}

Result<VerifiedRecord> RecordVerifier::Verify(const VersionRecord& record,
                                              const ledger::Checkpoint& checkpoint, size_t* read) {
  const contracts::StoredRecord& stored = record.stored;
  SUYUAN_ASSIGN_OR_RETURN(const Fact fact, FactOf(stored.tx, stored.record, read));
  const auto same = [](const Bytes& leaf) -> ByteView { return leaf; };
  if (HashLeaves(stored.leaves, same) != fact.leaves_hash)
    return Error{ErrorCode::kCorrupt, "the record differs from its transaction"};
  return Include(stored.tx, fact, checkpoint);
}

Result<VerifiedRecord> RecordVerifier::Verify(const contracts::EntityEvent& event,
                                              const ledger::Checkpoint& checkpoint, size_t* read) {
  SUYUAN_ASSIGN_OR_RETURN(const Fact fact, FactOf(event.tx, event.record, read));
  if (fact.type != event.type || fact.submitter != event.submitter)
    return Error{ErrorCode::kCorrupt, "the event differs from its transaction"};
  return Include(event.tx, fact, checkpoint);
}

Result<VerifiedRecord> RecordVerifier::Include(const TxId& tx, const Fact& fact,
                                               const ledger::Checkpoint& checkpoint) const {
  if (fact.leaf.value() >= checkpoint.size)
    return Error{ErrorCode::kNotYet, "the newest checkpoint does not cover this record yet"};
  VerifiedRecord out{tx, fact.leaf, fact.signatures_hash, {}, {}};
  SUYUAN_ASSIGN_OR_RETURN(out.leaf_bytes, store_.LeafBytes(fact.leaf));
  SUYUAN_ASSIGN_OR_RETURN(const ledger::LogLeaf leaf, ledger::DecodeLogLeaf(out.leaf_bytes));
  const Hash content = TaggedHash("txleaf", {Fixed(tx), Fixed(fact.signatures_hash)});
  if (leaf.content != content || leaf.kind != ledger::LeafKind::kTransaction)
    return Error{ErrorCode::kCorrupt, "the log holds another leaf for this record"};
  SUYUAN_ASSIGN_OR_RETURN(out.inclusion, ledger::InclusionProof(fact.leaf.value(), checkpoint.size,
                                                                [this](uint8_t level, uint64_t n) {
                                                                  return store_.LogNode(level, n);
                                                                }));
  SUYUAN_RETURN_IF_ERROR(ledger::VerifyInclusion(MerkleLeafHash(out.leaf_bytes), fact.leaf.value(),
                                                 checkpoint.size, out.inclusion, checkpoint.root));
  return out;
}

}  // namespace suyuan::api
