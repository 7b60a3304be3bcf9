#include "node/cli/sealed_client.h"

#include "common/encoding.h"
#include "genesis/genesis.h"
#include "node/cli/passphrase.h"

namespace suyuan::cli {

Result<OwnKeys> OpenOwnKeys(const NodeTarget& target) {
  if (target.key_file.empty())
    return Error{ErrorCode::kConfig, "--key names the party's key file, which opens its values"};
  SUYUAN_ASSIGN_OR_RETURN(genesis::Passphrase passphrase,
                          AskPassphrase(target.passphrase, "Passphrase of " + target.key_file));
  SUYUAN_ASSIGN_OR_RETURN(genesis::PartyKeys keys,
                          genesis::OpenPartyKeys(target.key_file, passphrase));
  std::vector<SealingKey> sealing;
  sealing.emplace_back(std::move(keys.sealing));
  return OwnKeys{SigningKey(keys.signing),
                 std::make_unique<sealing::SealedReader>(std::move(sealing))};
}

Result<LedgerId> LedgerOf(NodeClient& client) {
  SUYUAN_ASSIGN_OR_RETURN(const HttpReply reply, client.Get("/genesis"));
  SUYUAN_ASSIGN_OR_RETURN(const genesis::Genesis genesis, genesis::ParseGenesis(reply.body));
  return genesis.ledger_id;
}

Result<SealedTransaction> FetchSealed(NodeClient& client, const TxId& id) {
  SUYUAN_ASSIGN_OR_RETURN(const json::Value answer,
                          client.GetJson("/v1/txs/" + ToHex(id) + "/sealed"));
  SUYUAN_ASSIGN_OR_RETURN(Bytes envelope, Base64Decode(answer.Text("envelope")));
  SealedTransaction out;
  SUYUAN_ASSIGN_OR_RETURN(
      out.tx, ledger::DecodeTransaction(std::make_shared<const Bytes>(std::move(envelope)),
                                        LedgerLimits{}, nullptr));
  if (out.tx.id != id)
    return Error{ErrorCode::kProof, "the node answered with another transaction"};
  SUYUAN_RETURN_IF_ERROR(ledger::VerifyTransactionSignatures(out.tx));
  const json::Value* items = answer.Find("sealed_items");
  if (items == nullptr || items->if_array() == nullptr)
    return Error{ErrorCode::kFormat, "the node's answer has no sealed items"};
  for (const json::Value& item : *items->if_array()) {
    const std::string* text = item.if_string();
    SUYUAN_ASSIGN_OR_RETURN(Bytes bytes, Base64Decode(text != nullptr ? *text : ""));
    out.items.push_back(std::move(bytes));
  }
  return out;
}

}  // namespace suyuan::cli
