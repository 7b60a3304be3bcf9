// Proof files: fetched from a node, checked without one.
#include "common/hash.h"
#include "contracts/fields.h"
#include "contracts/outcome.h"
#include "contracts/types.h"
#include "genesis/genesis.h"
#include "ledger/checkpoint.h"
#include "ledger/merkle_log.h"
#include "ledger/transaction_proof.h"
#include "node/cli/commands.h"
#include "node/cli/files.h"
#include "node/cli/http_client.h"
#include "node/cli/passphrase.h"

namespace suyuan::cli {
namespace {

constexpr size_t kProofBytesMax = 32u << 20;

Error Broken(std::string why) { return Error{ErrorCode::kProof, std::move(why)}; }

// Whatever goes wrong while checking is a failed verification.
Error Failed(const char* what, const Error& error) {
  return Broken(std::string(what) + ": " + error.detail);
}

struct Head {
  ledger::Checkpoint checkpoint;
  const genesis::FoundingMember* signer;
};

// A checkpoint counts when a member's log key signed it under this ledger's origin.
Result<Head> CheckCheckpoint(const genesis::Genesis& genesis, const ledger::ProofFile& file,
                             ByteView leaf) {
  std::vector<ledger::NoteKey> keys;
  for (const genesis::FoundingMember& m : genesis.members)
    keys.push_back({genesis.origin, m.log_key});
  size_t signer = 0;
  auto checkpoint = ledger::OpenCheckpoint(file.checkpoint_note, keys, &signer);
  if (!checkpoint.ok()) return Failed("checkpoint", checkpoint.error());
  if (checkpoint->origin != genesis.origin)
    return Broken("the checkpoint is of " + checkpoint->origin + ", not of " + genesis.origin);
  if (file.index >= checkpoint->size) return Broken("the checkpoint does not reach the leaf");
  Status included = ledger::VerifyInclusion(MerkleLeafHash(leaf), file.index, checkpoint->size,
                                            file.proof, checkpoint->root);
  if (!included.ok()) return Failed("inclusion", included.error());
  return Head{*std::move(checkpoint), &genesis.members[signer]};
}

json::Value DescribeOutcome(const ledger::ProofExtra& extra) {
  if (!extra.outcome) return "not disclosed";
  auto outcome = contracts::DecodeOutcome(*extra.outcome);
  if (!outcome.ok()) return "unknown";
  return outcome->applied() ? "applied" : "refused: " + outcome->refusal->ToString();
}

json::Value DescribeFields(const std::vector<ledger::CheckedField>& fields) {
  json::Array out;
  for (const ledger::CheckedField& shown : fields) {
    const contracts::FieldInfo* info = contracts::FindField(shown.field);
    json::Object field{{"field", info ? contracts::QualifiedName(*info) : "unknown"},
                       {"item", int{shown.item}},
                       {"record", shown.record},
                       {"sealed", shown.sealed}};
    const auto value = shown.value ? json::Parse(*shown.value) : json::Value();
    field.emplace("value", value.ok() ? *value : json::Value());
    out.emplace_back(std::move(field));
  }
  return out;
}

json::Value Summary(const ledger::ProofExtra& extra, const ledger::CheckedProof& proof,
                    const ledger::ProofFile& file, const Head& head) {
  json::Object out{{"checkpoint_root", ToHex(head.checkpoint.root)},
                   {"checkpoint_signer", ToString(head.signer->party)},
                   {"checkpoint_size", head.checkpoint.size},
                   {"height", proof.leaf.height.value()},
                   {"leaf_index", file.index},
                   {"outcome", DescribeOutcome(extra)},
                   {"position", proof.leaf.index},
                   {"transaction", ToHex(proof.id)},
                   {"verified", true}};
  if (!proof.fields.empty()) out.emplace("fields", DescribeFields(proof.fields));
  if (proof.core) {
    out.emplace("type", contracts::TypeName(proof.core->type));
    out.emplace("submitter", ToString(proof.core->submitter));
    out.emplace("signatures", static_cast<uint64_t>(proof.signatures));
  }
  return out;
}

}  // namespace

Status ProofGet(const ProofGetOptions& options, const Console& console) {
  SUYUAN_ASSIGN_OR_RETURN(TxId id, ParseTxId(options.tx));
  SUYUAN_ASSIGN_OR_RETURN(std::optional<SigningKey> key, OpenSigningKey(options.target));
  SUYUAN_ASSIGN_OR_RETURN(NodeClient client,
                          NodeClient::Connect(options.target.url, key ? &*key : nullptr));
  SUYUAN_ASSIGN_OR_RETURN(HttpReply reply, client.Get("/v1/txs/" + ToHex(id) + "/proof"));
  SUYUAN_RETURN_IF_ERROR(WriteWhole(options.out, reply.body));
  console.Note("wrote " + options.out);
  return {};
}

Status ProofVerify(const ProofVerifyOptions& options, const Console& console) {
  SUYUAN_ASSIGN_OR_RETURN(genesis::Genesis genesis, genesis::LoadGenesis(options.genesis));
  SUYUAN_ASSIGN_OR_RETURN(std::string text, ReadWhole(options.file, kProofBytesMax));
  auto file = ledger::DecodeProofFile(text);
  if (!file.ok()) return Failed("proof file", file.error());
  auto extra = ledger::DecodeProofExtra(file->extra);
  if (!extra.ok()) return Failed("extra data", extra.error());
  SUYUAN_ASSIGN_OR_RETURN(const ledger::CheckedProof proof,
                          ledger::CheckProofExtra(*extra, genesis.ledger_id, genesis.limits));
  SUYUAN_ASSIGN_OR_RETURN(Head head, CheckCheckpoint(genesis, *file, extra->leaf));
  console.Print(Summary(*extra, proof, *file, head));
  return {};
}

}  // namespace suyuan::cli
