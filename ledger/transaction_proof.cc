#include "ledger/transaction_proof.h"

#include <algorithm>

#include "common/hash.h"
#include "ledger/sealing/field.h"

namespace suyuan::ledger {
namespace {

Error Broken(std::string why) { return Error{ErrorCode::kProof, std::move(why)}; }

Error Failed(const std::string& what, const Error& error) {
  return Broken(what + ": " + (error.detail.empty() ? error.ToString() : error.detail));
}

// The transaction itself: well-formed, of this ledger, truly signed.
Status CheckWhole(const ProofExtra& extra, const LedgerId& ledger, const LedgerLimits& limits,
                  CheckedProof& out, Hash& signatures_hash) {
  const auto tx = DecodeTransactionView(*extra.envelope, limits, &ledger);
  if (!tx.ok()) return Failed("envelope", tx.error());
  if (Status valid = VerifyTransactionSignatures(*tx); !valid.ok())
    return Failed("signatures", valid.error());
  out.id = tx->id;
  out.core = tx->core;
  out.signatures = tx->signatures.size();
  signatures_hash = tx->signatures_hash;
  return {};
}

Status CheckSigners(const Core& core, const TxId& id, const std::vector<SignatureEntry>& entries) {
  if (entries.size() != core.signers.size()) return Broken("not one signature for each signer");
  for (size_t i = 0; i < entries.size(); ++i) {
    if (KeyIdOf(entries[i].suite, entries[i].public_key) != core.signers[i].key_id)
      return Broken("a public key is not the signer's");
    if (!VerifySignature(entries[i].public_key, TransactionSigningBytes(id), entries[i].signature))
      return Broken("a signature is not valid");
  }
  return {};
}

// A hidden leaf opens to the value that its commitment stands for.
Result<std::optional<Bytes>> ValueOf(const Core& core, const CheckedField& place, const Leaf& leaf,
                                     const std::optional<Bytes>& padded) {
  if (!padded) return Broken("a hidden field comes without its opening");
  const Hash context = sealing::SealingContext(core.ledger_id, core.submitter, core.nonce);
  const sealing::SealedPlace at{place.record, place.field, place.item};
  if (sealing::FieldCommitment(context, at, *padded) != leaf.commitment)
    return Broken("an opening does not reproduce its commitment");
  auto value = sealing::UnpadValue(*padded);
  if (!value.ok()) return Failed("opening", value.error());
  return value;
}

Status CheckField(const Core& core, const ShownField& field, CheckedProof& out) {
  SUYUAN_RETURN_IF_ERROR(VerifyShownLeaf(core, field.shown));
  if (field.shown.position == 0) return Broken("leaf 0 is no field");
  const auto leaf = DecodeLeaf(field.shown.leaf);
  if (!leaf.ok()) return Failed("a shown leaf", leaf.error());
  CheckedField checked{field.shown.record, leaf->field, leaf->item, leaf->mode == LeafMode::kHidden,
                       std::nullopt};
  if (checked.sealed) {
    SUYUAN_ASSIGN_OR_RETURN(checked.value, ValueOf(core, checked, *leaf, field.padded));
  } else if (field.padded) {
    return Broken("an opening of a field that is not sealed");
  } else if (leaf->mode == LeafMode::kPublic) {
    checked.value = Bytes(leaf->value);
  }
  out.fields.push_back(std::move(checked));
  return {};
}

Status CheckPart(const ProofExtra& extra, const LedgerId& ledger, const LedgerLimits& limits,
                 CheckedProof& out, Hash& signatures_hash) {
  auto core = DecodeCore(*extra.core, limits, &ledger);
  if (!core.ok()) return Failed("core", core.error());
  out.id = TransactionIdOf(*extra.core);
  SUYUAN_RETURN_IF_ERROR(CheckSigners(*core, out.id, extra.signatures));
  for (const ShownField& field : extra.fields)
    SUYUAN_RETURN_IF_ERROR(CheckField(*core, field, out));
  out.core = *std::move(core);
  out.signatures = extra.signatures.size();
  signatures_hash = SignaturesHashOf(extra.signatures);
  return {};
}

}  // namespace

Result<CheckedProof> CheckProofExtra(const ProofExtra& extra, const LedgerId& ledger,
                                     const LedgerLimits& limits) {
  CheckedProof out;
  auto leaf = DecodeLogLeaf(extra.leaf);
  if (!leaf.ok()) return Failed("leaf", leaf.error());
  out.leaf = *leaf;
  out.id = extra.id;
  Hash signatures_hash = extra.signatures_hash;
  if (extra.envelope)
    SUYUAN_RETURN_IF_ERROR(CheckWhole(extra, ledger, limits, out, signatures_hash));
  else if (extra.core)
    SUYUAN_RETURN_IF_ERROR(CheckPart(extra, ledger, limits, out, signatures_hash));
  // formats §5: the leaf says which transaction, with which signatures, had which outcome.
  if (out.leaf.kind != LeafKind::kTransaction)
    return Broken("the leaf is not that of a transaction");
  if (out.leaf.content != TaggedHash("txleaf", {Fixed(out.id), Fixed(signatures_hash)}))
    return Broken("the leaf belongs to another transaction");
  if (extra.outcome && out.leaf.outcome != Sha256(*extra.outcome))
    return Broken("the outcome is not the one in the leaf");
  return out;
}

}  // namespace suyuan::ledger
