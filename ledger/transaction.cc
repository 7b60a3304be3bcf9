// Decoding of cores and envelopes (docs/formats.md §1).
#include "ledger/transaction.h"

#include "common/codec.h"
#include "common/hash.h"
#include "ledger/wire.h"

namespace suyuan::ledger {
namespace {

constexpr ByteView kSigningPrefix("suyuan/tx/v1\0", 13);

Error Refusal(std::string why) { return Error{ErrorCode::kFormat, std::move(why)}; }

// Collects the first field of a message whose size is wrong, so that decoders read straight on.
class Sizes {
 public:
  template <typename F>
  F Exactly(ByteView bytes, const char* name) {
    F out;
    if (bytes.size() == F::kSize)
      std::memcpy(out.data.data(), bytes.data(), bytes.size());
    else if (wrong_ == nullptr)
      wrong_ = name;
    return out;
  }
  template <typename T>
  T UpTo(uint64_t value, uint64_t max, const char* name) {
    if (value > max && wrong_ == nullptr) wrong_ = name;
    return static_cast<T>(value);
  }
  Status Finish() const {
    if (wrong_ != nullptr)
      return Refusal(std::string(wrong_) + " is absent, or has a wrong size or range");
    return {};
  }

 private:
  const char* wrong_ = nullptr;
};

Result<Suite> KnownSuite(uint32_t suite) {
  if (suite != static_cast<uint32_t>(Suite::kEd25519))
    return Refusal("suite " + std::to_string(suite) + " is not known");
  return Suite::kEd25519;
}

Result<Signer> DecodeSigner(ByteView bytes) {
  WireReader r(bytes);
  Sizes sizes;
  Signer out;
  uint32_t role = r.Uint32(1);
  ByteView party = r.Bytes(2);
  out.key_id = sizes.Exactly<KeyId>(r.Bytes(3), "key_id of a signer");
  SUYUAN_RETURN_IF_ERROR(r.Finish("a signer"));
  SUYUAN_RETURN_IF_ERROR(sizes.Finish());
  if (role < 1 || role > static_cast<uint32_t>(SignerRole::kGovernance))
    return Refusal("unknown role of a signer");
  out.role = static_cast<SignerRole>(role);
  SUYUAN_ASSIGN_OR_RETURN(out.party, ParsePartyId(party));
  return out;
}

Result<AudienceHead> DecodeAudience(ByteView bytes) {
  WireReader r(bytes);
  Sizes sizes;
  AudienceHead out;
  out.id = sizes.UpTo<uint8_t>(r.Uint32(1), UINT8_MAX, "id of an audience");
  out.key_commitment = sizes.Exactly<Hash>(r.Bytes(2), "key_commitment of an audience");
  out.wrap_count = r.Uint32(3);
  out.wraps_hash = sizes.Exactly<Hash>(r.Bytes(4), "wraps_hash of an audience");
  SUYUAN_RETURN_IF_ERROR(r.Finish("an audience"));
  SUYUAN_RETURN_IF_ERROR(sizes.Finish());
  return out;
}

Status DecodeSigners(WireReader& r, Core* core) {
  ByteView element;
  while (r.Repeated(7, &element)) {
    if (core->signers.size() == limits::kSignersMax)
      return Error{ErrorCode::kSize, "a transaction has at most 8 signers"};
    SUYUAN_ASSIGN_OR_RETURN(Signer signer, DecodeSigner(element));
    core->signers.push_back(signer);
  }
  return {};
}

Status DecodeAudiences(WireReader& r, Core* core) {
  ByteView element;
  while (r.Repeated(16, &element)) {
    if (core->audiences.size() == limits::kAudiencesMax)
      return Error{ErrorCode::kSize, "a transaction has at most 64 audiences"};
    SUYUAN_ASSIGN_OR_RETURN(AudienceHead audience, DecodeAudience(element));
    if (!core->audiences.empty() && audience.id <= core->audiences.back().id)
      return Refusal("audiences do not strictly rise by id");
    core->audiences.push_back(audience);
  }
  return {};
}

// What §1 says of the core's values, all of which are present in form.
Status CheckCore(const Core& core, const LedgerLimits& limits, const LedgerId* ledger) {
  if (ledger != nullptr && core.ledger_id != *ledger)
    return Error{ErrorCode::kLedger, "made for ledger " + ToHex(core.ledger_id)};
  if (core.ledger_id.is_zero() || core.type.value() == 0 || core.type_version == 0 ||
      core.nonce.is_zero() || core.records_root.is_zero() || core.created_ms == 0)
    return Refusal("a mandatory value of the core is zero");
  if (core.expiry_ms <= core.created_ms ||
      core.expiry_ms - core.created_ms > limits::kLifetimeMsMax)
    return Refusal("expiry is after created, by at most 7 days");
  if (core.record_count == 0) return Refusal("a transaction has at least one record");
  if (core.record_count > limits.records_max)
    return Error{ErrorCode::kSize,
                 "a transaction has at most " + std::to_string(limits.records_max) + " records"};
  if (core.signers.empty() || core.signers[0].role != SignerRole::kSubmitter ||
      core.signers[0].party != core.submitter)
    return Refusal("the first signer is the submitter");
  for (size_t i = 1; i < core.signers.size(); ++i)
    if (core.signers[i].role == SignerRole::kSubmitter)
      return Refusal("only the first signer has the submitter's role");
  return {};
}

Result<SignatureEntry> DecodeSignature(ByteView bytes) {
  WireReader r(bytes);
  Sizes sizes;
  SignatureEntry out;
  uint32_t suite = r.Uint32(1);
  out.public_key = sizes.Exactly<PublicKey>(r.Bytes(2), "public_key of a signature");
  out.signature = sizes.Exactly<Signature>(r.Bytes(3), "signature");
  SUYUAN_RETURN_IF_ERROR(r.Finish("a signature"));
  SUYUAN_RETURN_IF_ERROR(sizes.Finish());
  SUYUAN_ASSIGN_OR_RETURN(out.suite, KnownSuite(suite));
  return out;
}

Status DecodeSignatures(WireReader& envelope, Hashes hashes, Transaction* tx) {
  ByteView element;
  while (envelope.Repeated(2, &element)) {
    size_t i = tx->signatures.size();
    if (i == tx->core.signers.size()) return Refusal("there are more signatures than signers");
    SUYUAN_ASSIGN_OR_RETURN(SignatureEntry entry, DecodeSignature(element));
    if (hashes == Hashes::kCompare &&
        KeyIdOf(entry.suite, entry.public_key) != tx->core.signers[i].key_id)
      return Refusal("public key " + std::to_string(i) + " is not the signer's");
    tx->signatures.push_back(entry);
  }
  if (tx->signatures.size() != tx->core.signers.size())
    return Refusal("there are fewer signatures than signers");
  tx->signatures_hash = SignaturesHashOf(tx->signatures);
  return {};
}

Status DecodeRecords(WireReader& envelope, Hashes hashes, Transaction* tx) {
  std::vector<ByteView> leaves;  // of one record; reused
  std::vector<Hash> roots;
  roots.reserve(tx->core.record_count);
  tx->records.reserve(tx->core.record_count);
  ByteView record;
  while (envelope.Repeated(3, &record)) {
    auto index = static_cast<uint32_t>(tx->records.size());
    if (index == tx->core.record_count) return Refusal("there are more records than announced");
    WireReader r(record);
    ByteView leaf;
    leaves.clear();
    while (r.Repeated(1, &leaf)) leaves.push_back(leaf);
    Status canonical = r.Finish("a record");
    if (!canonical.ok()) return std::move(canonical).error().At(index);
    SUYUAN_ASSIGN_OR_RETURN(Record decoded, DecodeRecord(leaves, index, hashes));
    roots.push_back(decoded.root);
    tx->records.push_back(std::move(decoded));
  }
  if (roots.size() != tx->core.record_count)
    return Refusal("record_count and the records carried differ");
  if (hashes == Hashes::kKnown) return {};
  for (Hash& root : roots) root = MerkleLeafHash(root.view());
  if (MerkleTreeHash(roots) != tx->core.records_root)
    return Refusal("records_root does not follow from the records");
  return {};
}

}  // namespace

Result<Core> DecodeCore(ByteView bytes, const LedgerLimits& limits, const LedgerId* ledger) {
  WireReader r(bytes);
  Sizes sizes;
  Core core;
  uint32_t suite = r.Uint32(1);
  core.ledger_id = sizes.Exactly<LedgerId>(r.Bytes(2), "ledger_id");
  core.type = TxType(sizes.UpTo<uint16_t>(r.Uint32(3), UINT16_MAX, "type"));
  core.type_version = sizes.UpTo<uint16_t>(r.Uint32(4), UINT16_MAX, "type_version");
  ByteView submitter = r.Bytes(5);
  ByteView actor = r.Bytes(6);
  SUYUAN_RETURN_IF_ERROR(DecodeSigners(r, &core));
  core.nonce = sizes.Exactly<Nonce16>(r.Bytes(8), "nonce");
  core.created_ms = r.Uint64(9);
  core.expiry_ms = r.Uint64(10);
  ByteView after = r.Bytes(11);
  core.expected_version = sizes.UpTo<uint32_t>(r.Uint64(12), UINT32_MAX, "expected_version");
  core.reader_height = Height(r.Uint64(13));
  core.record_count = r.Uint32(14);
  core.records_root = sizes.Exactly<Hash>(r.Bytes(15), "records_root");
  SUYUAN_RETURN_IF_ERROR(DecodeAudiences(r, &core));
  ByteView seal_public_key = r.Bytes(17);
  SUYUAN_RETURN_IF_ERROR(r.Finish("the core"));
  if (!actor.empty()) core.actor = sizes.Exactly<ActorId>(actor, "actor");
  if (!after.empty()) core.after = sizes.Exactly<TxId>(after, "after");
  if (!seal_public_key.empty())
    core.seal_public_key = sizes.Exactly<SealingPublicKey>(seal_public_key, "seal_public_key");
  SUYUAN_RETURN_IF_ERROR(sizes.Finish());
  if (!actor.empty() && core.actor.is_zero()) return Refusal("a zero actor is written out");
  SUYUAN_ASSIGN_OR_RETURN(core.suite, KnownSuite(suite));
  SUYUAN_ASSIGN_OR_RETURN(core.submitter, ParsePartyId(submitter));
  SUYUAN_RETURN_IF_ERROR(CheckCore(core, limits, ledger));
  return core;
}

Result<Transaction> DecodeTransactionView(ByteView envelope, const LedgerLimits& limits,
                                          const LedgerId* ledger, Hashes hashes) {
  if (envelope.size() > limits.transaction_bytes_max)
    return Error{ErrorCode::kSize, "a transaction has at most " +
                                       std::to_string(limits.transaction_bytes_max) + " bytes"};
  WireReader r(envelope);
  ByteView core = r.Bytes(1);
  if (core.empty()) return Refusal("the envelope has no core");
  if (core.size() > limits::kCoreBytesMax)
    return Error{ErrorCode::kSize, "a core has at most 4096 bytes"};
  Transaction tx;
  SUYUAN_ASSIGN_OR_RETURN(tx.core, DecodeCore(core, limits, ledger));
  tx.core_bytes = core;
  tx.id = TransactionIdOf(core);
  SUYUAN_RETURN_IF_ERROR(DecodeSignatures(r, hashes, &tx));
  SUYUAN_RETURN_IF_ERROR(DecodeRecords(r, hashes, &tx));
  SUYUAN_RETURN_IF_ERROR(r.Finish("the envelope"));
  return tx;
}

Result<Transaction> DecodeTransaction(std::shared_ptr<const Bytes> envelope,
                                      const LedgerLimits& limits, const LedgerId* ledger) {
  SUYUAN_ASSIGN_OR_RETURN(Transaction tx, DecodeTransactionView(*envelope, limits, ledger));
  tx.envelope = std::move(envelope);
  return tx;
}

size_t Parcel::bytes() const {
  size_t bytes = envelope->size();
  for (const Bytes& item : *sealed_items) bytes += item.size();
  return bytes;
}

Result<TxId> PeekTransactionId(ByteView envelope) {
  WireReader r(envelope);
  ByteView core = r.Bytes(1);
  if (core.empty()) return Refusal("the envelope has no core");
  return TransactionIdOf(core);
}

Status VerifyTransactionSignatures(const Transaction& tx) {
  Bytes message = TransactionSigningBytes(tx.id);
  for (size_t i = 0; i < tx.signatures.size(); ++i)
    if (!VerifySignature(tx.signatures[i].public_key, message, tx.signatures[i].signature))
      return Error{ErrorCode::kSig, "signature " + std::to_string(i) + " does not verify"};
  return {};
}

Bytes TransactionSigningBytes(const TxId& id) {
  Bytes out(kSigningPrefix);
  out.append(id.view());
  return out;
}

TxId TransactionIdOf(ByteView core_bytes) {
  TxId id;
  id.data = TaggedHash("tx", {Sized(core_bytes)}).data;
  return id;
}

Hash SignaturesHashOf(const std::vector<SignatureEntry>& signatures) {
  Writer w;
  for (const SignatureEntry& entry : signatures)
    w.U16(static_cast<uint16_t>(entry.suite))
        .Sized8(entry.public_key.view())
        .Sized8(entry.signature.view());
  return Sha256(w.bytes());
}

EntityId EntityIdOf(const TxId& tx, uint32_t record) {
  Writer w;
  w.U32(record);
  Hash h = TaggedHash("entity", {Fixed(tx), FixedRaw(w.bytes())});
  EntityId id;
  std::memcpy(id.data.data(), h.data.data(), EntityId::kSize);
  return id;
}

}  // namespace suyuan::ledger
