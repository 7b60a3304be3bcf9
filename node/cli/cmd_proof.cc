// Proof files: fetched from a node, checked without one.
#include "common/encoding.h"
#include "common/hash.h"
#include "contracts/outcome.h"
#include "contracts/types.h"
#include "genesis/genesis.h"
#include "ledger/checkpoint.h"
#include "ledger/executed_log.h"
#include "ledger/merkle_log.h"
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

struct Extra {
  ledger::LogLeaf leaf;
  Bytes leaf_bytes;
  std::optional<Bytes> envelope, outcome;
  TxId id;               // given instead of the envelope, or computed from it
  Hash signatures_hash;  // likewise
};

Result<Extra> ReadExtra(ByteView text) {
  auto value = json::ParseCanonical(text);
  if (!value.ok() || value->if_object() == nullptr)
    return Broken("the extra data is no canonical JSON object");
  for (const auto& [name, member] : *value->if_object())
    if (name != "leaf" && name != "envelope" && name != "outcome" && name != "tx_id" &&
        name != "signatures_hash")
      return Broken("the extra data has an unknown member \"" + name + "\"");
  Extra out;
  auto leaf = HexDecode(value->Text("leaf"));
  if (!leaf.ok()) return Broken("the leaf is malformed");
  out.leaf_bytes = *std::move(leaf);
  auto decoded = ledger::DecodeLogLeaf(out.leaf_bytes);
  if (!decoded.ok()) return Failed("leaf", decoded.error());
  out.leaf = *decoded;
  auto base64 = [&](const char* name, std::optional<Bytes>& bytes) -> Status {
    if (value->Find(name) == nullptr) return {};
    auto read = Base64Decode(value->Text(name));
    if (!read.ok()) return Failed(name, read.error());
    bytes = *std::move(read);
    return {};
  };
  SUYUAN_RETURN_IF_ERROR(base64("envelope", out.envelope));
  SUYUAN_RETURN_IF_ERROR(base64("outcome", out.outcome));
  if (out.envelope) return out;
  auto id = ParseTxId(value->Text("tx_id"));
  auto hash = ParseHash(value->Text("signatures_hash"));
  if (!id.ok() || !hash.ok()) return Broken("neither envelope nor tx_id and signatures_hash");
  out.id = *id;
  out.signatures_hash = *hash;
  return out;
}

// The transaction itself, when the proof carries it: well-formed, of this ledger, truly signed.
Result<ledger::Transaction> CheckEnvelope(const genesis::Genesis& genesis, Extra& extra) {
  auto tx = ledger::DecodeTransaction(std::make_shared<const Bytes>(*extra.envelope),
                                      genesis.limits, &genesis.ledger_id);
  if (!tx.ok()) return Failed("envelope", tx.error());
  Status valid = ledger::VerifyTransactionSignatures(*tx);
  if (!valid.ok()) return Failed("signatures", valid.error());
  extra.id = tx->id;
  extra.signatures_hash = tx->signatures_hash;
  return tx;
}

// formats §5: the leaf says which transaction, with which signatures, had which outcome.
Status CheckLeaf(const Extra& extra) {
  if (extra.leaf.kind != ledger::LeafKind::kTransaction)
    return Broken("the leaf is not that of a transaction");
  if (extra.leaf.content != TaggedHash("txleaf", {Fixed(extra.id), Fixed(extra.signatures_hash)}))
    return Broken("the leaf belongs to another transaction");
  if (extra.outcome && extra.leaf.outcome != Sha256(*extra.outcome))
    return Broken("the outcome is not the one in the leaf");
  return {};
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

json::Value DescribeOutcome(const Extra& extra) {
  if (!extra.outcome) return "not disclosed";
  auto outcome = contracts::DecodeOutcome(*extra.outcome);
  if (!outcome.ok()) return "unknown";
  return outcome->applied() ? "applied" : "refused: " + outcome->refusal->ToString();
}

json::Value Summary(const Extra& extra, const std::optional<ledger::Transaction>& tx,
                    const ledger::ProofFile& file, const Head& head) {
  json::Object out{{"checkpoint_root", ToHex(head.checkpoint.root)},
                   {"checkpoint_signer", ToString(head.signer->party)},
                   {"checkpoint_size", head.checkpoint.size},
                   {"height", extra.leaf.height.value()},
                   {"leaf_index", file.index},
                   {"outcome", DescribeOutcome(extra)},
                   {"position", extra.leaf.index},
                   {"transaction", ToHex(extra.id)},
                   {"verified", true}};
  if (tx) {
    out.emplace("type", contracts::TypeName(tx->core.type));
    out.emplace("submitter", ToString(tx->core.submitter));
    out.emplace("signatures", static_cast<uint64_t>(tx->signatures.size()));
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
  SUYUAN_ASSIGN_OR_RETURN(Extra extra, ReadExtra(file->extra));
  std::optional<ledger::Transaction> tx;
  if (extra.envelope) {
    SUYUAN_ASSIGN_OR_RETURN(tx, CheckEnvelope(genesis, extra));
  }
  SUYUAN_RETURN_IF_ERROR(CheckLeaf(extra));
  SUYUAN_ASSIGN_OR_RETURN(Head head, CheckCheckpoint(genesis, *file, extra.leaf_bytes));
  console.Print(Summary(extra, tx, *file, head));
  return {};
}

}  // namespace suyuan::cli
