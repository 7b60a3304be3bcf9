#include "node/cli/opening.h"

#include <set>

#include "common/encoding.h"
#include "contracts/field_numbers.h"
#include "node/cli/sealed_client.h"

namespace suyuan::cli {
namespace {

void Collect(const json::Value& value, std::set<std::string>& names) {
  if (const std::string* text = value.if_string()) {
    if (text->starts_with(kOpeningSymbol)) names.insert(text->substr(kOpeningSymbol.size()));
    return;
  }
  if (const json::Array* items = value.if_array())
    for (const json::Value& item : *items) Collect(item, names);
  if (const json::Object* members = value.if_object())
    for (const auto& [name, member] : *members) Collect(member, names);
}

Result<std::string> OwnSideOpening(const std::string& url, const Signer& signer, const TxId& id) {
  namespace f = contracts::flow_field;
  SUYUAN_ASSIGN_OR_RETURN(NodeClient client, NodeClient::Connect(url, &signer.key));
  SUYUAN_ASSIGN_OR_RETURN(const SealedTransaction sealed, FetchSealed(client, id));
  SUYUAN_ASSIGN_OR_RETURN(const sealing::OpenedTransaction opened,
                          signer.opener->Open(sealed.tx, sealing::ViewsOf(sealed.items)));
  const std::string own = "\"" + ToString(signer.party) + "\"";
  for (const sealing::OpenedField& field : opened.fields) {
    const bool side = field.at.field == f::kBuyerCode || field.at.field == f::kSellerCode;
    const bool good = field.verdict == sealing::FieldVerdict::kOpened && field.value;
    if (side && good && *field.value == own) return HexEncode(field.padded);
  }
  return Error{ErrorCode::kAuthz, "the flow does not name this signer as its other side"};
}

}  // namespace

Status AddOpenings(const json::Value& transaction, const std::string& url, const Signer& signer,
                   contracts::ReferenceMap& references) {
  std::set<std::string> names;
  Collect(transaction, names);
  for (const std::string& name : names) {
    const auto tx = references.find("tx:" + name);
    if (tx == references.end())
      return Error{ErrorCode::kRef, "\"$opening:" + name + "\" names no line filed before"};
    SUYUAN_ASSIGN_OR_RETURN(const TxId id, ParseTxId(tx->second));
    SUYUAN_ASSIGN_OR_RETURN(references["opening:" + name], OwnSideOpening(url, signer, id));
  }
  return {};
}

}  // namespace suyuan::cli
