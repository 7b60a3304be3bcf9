// The builder's side: canonical cores and envelopes, written by the Protobuf serialiser.
#include <algorithm>

#include "common/codec.h"
#include "common/hash.h"
#include "ledger/proto/transaction.pb.h"
#include "ledger/transaction.h"

namespace suyuan::ledger {
namespace {

using LeafDraft = RecordDraft::LeafDraft;

Bytes EncodeLeaf(const LeafDraft& leaf) {
  Writer w;
  w.U16(leaf.field).U16(leaf.item).U8(static_cast<uint8_t>(leaf.mode));
  if (leaf.mode == LeafMode::kPublic) w.Sized(leaf.value);
  if (leaf.mode == LeafMode::kHidden)
    w.U8(leaf.audience).U32(leaf.padded_length).Raw(leaf.commitment).Raw(leaf.content_hash);
  if (leaf.mode == LeafMode::kOpening || leaf.mode == LeafMode::kFault)
    w.Raw(leaf.origin.context).U32(leaf.origin.record).U32(leaf.padded_length).Raw(leaf.commitment);
  if (leaf.mode == LeafMode::kFault) w.Raw(leaf.content_hash);
  return w.Take();
}

std::vector<Bytes> EncodeRecord(const RecordDraft& draft) {
  SUYUAN_CHECK(draft.leaves.size() <= UINT16_MAX, "too many leaves in a record");
  std::vector<const LeafDraft*> sorted;
  sorted.reserve(draft.leaves.size());
  for (const LeafDraft& leaf : draft.leaves) sorted.push_back(&leaf);
  std::ranges::stable_sort(
      sorted, {}, [](const LeafDraft* leaf) { return std::pair(leaf->field, leaf->item); });
  Writer head;
  head.Raw("SYR1").U16(draft.schema).U16(draft.schema_version);
  if (draft.subject_kind == EntityKind::kNone) {
    head.U8(0).Sized({});
  } else {
    Bytes subject(1, static_cast<char>(draft.subject_kind));
    head.U8(1).Sized(subject.append(draft.subject));
  }
  head.U16(static_cast<uint16_t>(sorted.size()));
  std::vector<Bytes> out;
  out.reserve(sorted.size() + 1);
  out.push_back(head.Take());
  for (const LeafDraft* leaf : sorted) out.push_back(EncodeLeaf(*leaf));
  return out;
}

template <typename Tag, size_t N>
Bytes Present(const FixedBytes<Tag, N>& v) {
  return v.is_zero() ? Bytes() : v.str();
}

Bytes EncodeCore(const Core& core) {
  v1::Core message;
  message.set_suite(static_cast<uint32_t>(core.suite));
  message.set_ledger_id(core.ledger_id.str());
  message.set_type(core.type.value());
  message.set_type_version(core.type_version);
  message.set_submitter(core.submitter.str());
  message.set_actor(Present(core.actor));
  for (const Signer& signer : core.signers) {
    v1::Signer* out = message.add_signers();
    out->set_role(static_cast<uint32_t>(signer.role));
    out->set_party(signer.party.str());
    out->set_key_id(signer.key_id.str());
  }
  message.set_nonce(core.nonce.str());
  message.set_created_ms(core.created_ms);
  message.set_expiry_ms(core.expiry_ms);
  if (core.after) message.set_after(core.after->str());
  message.set_expected_version(core.expected_version);
  message.set_reader_height(core.reader_height.value());
  message.set_record_count(core.record_count);
  message.set_records_root(core.records_root.str());
  for (const AudienceHead& audience : core.audiences) {
    v1::Audience* out = message.add_audiences();
    out->set_id(audience.id);
    out->set_key_commitment(audience.key_commitment.str());
    out->set_wrap_count(audience.wrap_count);
    out->set_wraps_hash(audience.wraps_hash.str());
  }
  if (core.seal_public_key) message.set_seal_public_key(core.seal_public_key->str());
  return message.SerializeAsString();
}

}  // namespace

UnsignedTransaction EncodeUnsigned(const TransactionDraft& draft) {
  UnsignedTransaction out;
  std::vector<Hash> roots;
  roots.reserve(draft.records.size());
  out.record_leaves.reserve(draft.records.size());
  for (const RecordDraft& record : draft.records) {
    out.record_leaves.push_back(EncodeRecord(record));
    roots.push_back(MerkleLeafHash(RecordRootOf(out.record_leaves.back()).view()));
  }
  Core core = draft.core;
  core.record_count = static_cast<uint32_t>(draft.records.size());
  core.records_root = MerkleTreeHash(roots);
  out.core = EncodeCore(core);
  out.id = TransactionIdOf(out.core);
  return out;
}

Bytes EncodeEnvelope(const UnsignedTransaction& unsigned_tx,
                     const std::vector<SignatureEntry>& signatures) {
  v1::Envelope message;
  message.set_core(unsigned_tx.core);
  for (const SignatureEntry& entry : signatures) {
    v1::SignatureEntry* out = message.add_signatures();
    out->set_suite(static_cast<uint32_t>(entry.suite));
    out->set_public_key(entry.public_key.str());
    out->set_signature(entry.signature.str());
  }
  for (const std::vector<Bytes>& leaves : unsigned_tx.record_leaves) {
    v1::Record* out = message.add_records();
    for (const Bytes& leaf : leaves) out->add_leaves(leaf);
  }
  return message.SerializeAsString();
}

Bytes SignTransaction(const TransactionDraft& draft, const SigningKey& key) {
  UnsignedTransaction unsigned_tx = EncodeUnsigned(draft);
  SignatureEntry entry;
  entry.public_key = key.public_key();
  entry.signature = key.Sign(TransactionSigningBytes(unsigned_tx.id));
  return EncodeEnvelope(unsigned_tx, std::vector<SignatureEntry>(draft.core.signers.size(), entry));
}

}  // namespace suyuan::ledger
