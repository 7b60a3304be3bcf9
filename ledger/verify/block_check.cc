#include "ledger/verify/block_check.h"

#include <algorithm>
#include <cstring>
#include <span>

#include "common/codec.h"
#include "common/hash.h"
#include "common/limits.h"

namespace suyuan::ledger::verify {
namespace {

constexpr size_t kHeaderSize = 159;
constexpr size_t kSealedRootAt = 127;

Error Wrong(std::string why) { return Error{ErrorCode::kProof, std::move(why)}; }

Status AddJob(uint64_t height, ByteView prefix, const Hash& digest, ByteView key,
              ByteView signature, std::vector<SignatureJob>* jobs) {
  SignatureJob job;
  job.height = height;
  SUYUAN_ASSIGN_OR_RETURN(job.key, PublicKey::From(key));
  SUYUAN_ASSIGN_OR_RETURN(job.signature, Signature::From(signature));
  std::memcpy(job.message.data(), prefix.data(), prefix.size());
  std::memcpy(job.message.data() + prefix.size(), digest.data.data(), 32);
  job.message_size = prefix.size() + 32;
  jobs->push_back(job);
  return {};
}

// The leaves of one record.
using Leaves = std::span<const ByteView>;

// What one envelope after the other is read into, so that memory is taken once a block.
struct Scratch {
  WireTransaction tx;
  std::vector<Hash> roots, leaves;
};

// record root and records root, formats §2.
Hash RecordsRoot(const WireTransaction& tx, Scratch* scratch) {
  scratch->roots.clear();
  size_t begin = 0;
  for (size_t end : tx.record_ends) {
    scratch->leaves.clear();
    for (; begin < end; ++begin) scratch->leaves.push_back(MerkleLeafHash(tx.leaves[begin]));
    scratch->roots.push_back(MerkleLeafHash(MerkleTreeHash(scratch->leaves).view()));
  }
  return MerkleTreeHash(scratch->roots);
}

// Leaf 0 first, then field leaves that strictly rise by (field, item), each in its exact layout.
Status CheckRecord(Leaves leaves) {
  if (leaves.empty()) return Wrong("record without leaf 0");
  Reader head(leaves[0]);
  bool magic = head.Raw(4) == "SYR1";
  head.U16(), head.U16();
  uint8_t subject_kind = head.U8();
  ByteView subject = head.Sized();
  uint16_t count = head.U16();
  SUYUAN_RETURN_IF_ERROR(head.Finish("leaf 0"));
  if (!magic || subject_kind > 1 || (subject_kind == 0) != subject.empty() ||
      count != leaves.size() - 1)
    return Wrong("leaf 0 is malformed");
  uint32_t previous = 0;
  for (size_t i = 1; i < leaves.size(); ++i) {
    Reader leaf(leaves[i]);
    uint32_t place = static_cast<uint32_t>(leaf.U16()) << 16;
    place |= leaf.U16();
    uint8_t mode = leaf.U8();
    if (mode == 0) leaf.Sized();
    if (mode == 1) leaf.Raw(1 + 4 + 32 + 32);
    if (mode == 3) leaf.Raw(32 + 4 + 4 + 32);
    if (mode == 4) leaf.Raw(32 + 4 + 4 + 32 + 32);
    SUYUAN_RETURN_IF_ERROR(leaf.Finish("field leaf"));
    if (mode > 4 || (i > 1 && place <= previous)) return Wrong("field leaf is malformed");
    previous = place;
  }
  return {};
}

Status CheckRecords(const WireTransaction& tx) {
  if (tx.record_ends.empty() || tx.record_count != tx.record_ends.size())
    return Wrong("record count differs");
  size_t begin = 0;
  for (size_t end : tx.record_ends) {
    SUYUAN_RETURN_IF_ERROR(CheckRecord(Leaves(tx.leaves).subspan(begin, end - begin)));
    begin = end;
  }
  return {};
}

Status CheckEnvelope(const WireTransaction& tx, const LedgerId& ledger, Scratch* scratch) {
  if (tx.core.size() > limits::kCoreBytesMax) return Wrong("core is too large");
  if (tx.ledger_id != ledger.view()) return Wrong("transaction of another ledger");
  if (tx.expiry_ms <= tx.created_ms || tx.expiry_ms - tx.created_ms > limits::kLifetimeMsMax)
    return Wrong("lifetime of the transaction is out of bounds");
  SUYUAN_RETURN_IF_ERROR(CheckRecords(tx));
  if (tx.records_root != RecordsRoot(tx, scratch).view())
    return Wrong("records do not match the signed root");
  if (tx.signers.empty() || tx.signers.size() != tx.signatures.size())
    return Wrong("number of signatures differs from number of signers");
  return {};
}

Result<BlockFacts::Transaction> CheckTransaction(ByteView envelope, uint64_t height,
                                                 const LedgerId& ledger, Scratch* scratch,
                                                 std::vector<SignatureJob>* jobs) {
  WireTransaction& tx = scratch->tx;
  SUYUAN_RETURN_IF_ERROR(ReadEnvelope(envelope, &tx));
  SUYUAN_RETURN_IF_ERROR(CheckEnvelope(tx, ledger, scratch));
  Writer signatures;
  Hash id;
  id.data = tx.id.data;
  for (size_t i = 0; i < tx.signers.size(); ++i) {
    const WireSignature& s = tx.signatures[i];
    if (s.suite != 1) return Wrong("unknown suite");
    Writer suite;
    suite.U16(1);
    Hash key_id = TaggedHash("key", {FixedRaw(suite.bytes()), FixedRaw(s.public_key)});
    if (tx.signers[i].key_id != key_id.view()) return Wrong("public key is not the signer's");
    SUYUAN_RETURN_IF_ERROR(
        AddJob(height, ByteView("suyuan/tx/v1\0", 13), id, s.public_key, s.signature, jobs));
    signatures.U16(1).Sized8(s.public_key).Sized8(s.signature);
  }
  return BlockFacts::Transaction{tx.id, Sha256(signatures.bytes()), tx.type, ReadSealedFacts(tx)};
}

Status CheckKind(const BlockFacts& block, const WireBody& body) {
  bool transactions = !body.envelopes.empty(), configuration = !body.configuration.empty();
  bool fits = (block.kind == 1 && transactions && !configuration) ||
              (block.kind == 2 && !transactions && !configuration) ||
              (block.kind == 3 && !transactions && configuration);
  if (!fits) return Wrong("body does not fit the block's kind");
  return {};
}

// Layout of the entry: header, proposer's key and signature, body.
Result<ByteView> ReadLayout(ByteView entry, BlockFacts* out, std::vector<SignatureJob>* jobs) {
  Reader r(entry);
  ByteView header = r.Raw(kHeaderSize);
  uint16_t suite = r.U16();
  out->proposer_key = r.Sized8();
  ByteView signature = r.Sized8();
  ByteView body = r.Sized();
  SUYUAN_RETURN_IF_ERROR(r.Finish("entry"));
  Reader h(header);
  bool magic = h.Raw(4) == "SYB1";
  uint16_t protocol = h.U16();
  if (!magic || protocol != limits::kProtocol || suite != 1)
    return Wrong("header is not of a known protocol");
  out->kind = h.U8();
  out->height = h.U64();
  out->term = h.U64();
  out->time_ms = h.U64();
  if (out->time_ms > limits::kBlockTimeMsMax) return Wrong("time is past the year 9999");
  out->proposer = h.Take<Hash>();
  out->prev_entry_hash = h.Take<Hash>();
  if (h.Raw(32) != Sha256(body).view()) return Wrong("body does not match the header");
  out->entry_hash = TaggedHash("entry", {FixedRaw(header)});
  Writer w;
  w.U16(1);
  if (TaggedHash("key", {FixedRaw(w.bytes()), FixedRaw(out->proposer_key)}) != out->proposer)
    return Wrong("proposer's key does not match the header");
  SUYUAN_RETURN_IF_ERROR(AddJob(out->height, ByteView("suyuan/entry/v1\0", 16), out->entry_hash,
                                out->proposer_key, signature, jobs));
  return body;
}

}  // namespace

Result<BlockFacts> CheckStoredEntry(ByteView entry, const LedgerId& ledger,
                                    std::vector<SignatureJob>* jobs) {
  BlockFacts out;
  SUYUAN_ASSIGN_OR_RETURN(ByteView body_bytes, ReadLayout(entry, &out, jobs));
  SUYUAN_ASSIGN_OR_RETURN(WireBody body, ReadBody(body_bytes));
  SUYUAN_RETURN_IF_ERROR(CheckKind(out, body));
  out.configuration = body.configuration;
  Scratch scratch;
  for (uint32_t i = 0; i < body.envelopes.size(); ++i) {
    auto tx = CheckTransaction(body.envelopes[i], out.height, ledger, &scratch, jobs);
    if (!tx.ok()) {
      Error error = std::move(tx).error();
      error.detail = "transaction " + std::to_string(i) + ": " + error.detail;
      return error;
    }
    out.transactions.push_back(*std::move(tx));
  }
  return out;
}

Status CheckSealedItems(ByteView entry, const BlockFacts& facts, const std::vector<Bytes>& items) {
  std::vector<Hash> leaves;
  for (const Bytes& item : items) leaves.push_back(MerkleLeafHash(SealedItemHash(item).view()));
  if (entry.size() < kHeaderSize ||
      entry.substr(kSealedRootAt, 32) != MerkleTreeHash(leaves).view())
    return Wrong("sealed items do not match the header");
  std::vector<const SealedFacts*> envelopes;
  for (const BlockFacts::Transaction& tx : facts.transactions) envelopes.push_back(&tx.sealed);
  return CheckItemsOf(envelopes, items);
}

bool Verify(const SignatureJob& job) {
  return VerifySignature(job.key, ByteView(job.message.data(), job.message_size), job.signature);
}

}  // namespace suyuan::ledger::verify
