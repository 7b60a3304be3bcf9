// `suyuan disclose`: some fields of a transaction as a file that anyone can check offline.
#include <algorithm>

#include "common/encoding.h"
#include "common/suggest.h"
#include "contracts/fields.h"
#include "ledger/checkpoint.h"
#include "ledger/sealing/reader.h"
#include "ledger/transaction_proof.h"
#include "node/cli/commands.h"
#include "node/cli/files.h"
#include "node/cli/http_client.h"
#include "node/cli/passphrase.h"
#include "node/cli/sealed_client.h"

namespace suyuan::cli {
namespace {

// The openings of what this reader's keys open, by place.
using Openings = std::map<sealing::SealedPlace, Bytes>;

Result<Openings> OpenAll(sealing::SealedReader& reader, const SealedTransaction& from) {
  SUYUAN_ASSIGN_OR_RETURN(sealing::OpenedTransaction opened,
                          reader.Open(from.tx, sealing::ViewsOf(from.items)));
  Openings out;
  for (sealing::OpenedField& field : opened.fields)
    if (field.verdict == sealing::FieldVerdict::kOpened) out.emplace(field.at, field.padded);
  return out;
}

// The named fields that a record holds, of all items; names as in the field table.
class Chooser {
 public:
  Chooser(const SealedTransaction& from, const Openings& openings)
      : from_(from), openings_(openings) {}

  Status Choose(const std::string& name, std::optional<uint32_t> only,
                std::vector<ledger::ShownField>& out) {
    const size_t before = out.size();
    const auto count = static_cast<uint32_t>(from_.tx.records.size());
    for (uint32_t record = only.value_or(0); record < (only ? *only + 1 : count); ++record)
      SUYUAN_RETURN_IF_ERROR(OfRecord(name, record, out));
    if (out.size() > before) return {};
    return Error{ErrorCode::kConfig,
                 "the transaction has no field \"" + name + "\"" + DidYouMean(name, Names())};
  }

 private:
  static bool IsNamed(const ledger::Leaf& leaf, const std::string& name) {
    const contracts::FieldInfo* info = contracts::FindField(leaf.field);
    return info && (info->identifier == name || contracts::QualifiedName(*info) == name);
  }

  Status OfRecord(const std::string& name, uint32_t record, std::vector<ledger::ShownField>& out) {
    const std::vector<ledger::Leaf>& leaves = from_.tx.records[record].leaves;
    for (uint32_t i = 0; i < leaves.size(); ++i) {
      if (!IsNamed(leaves[i], name)) continue;
      ledger::ShownField field{ledger::ShowLeaf(from_.tx, record, i + 1), std::nullopt};
      if (leaves[i].mode == ledger::LeafMode::kHidden) {
        const auto opening = openings_.find({record, leaves[i].field, leaves[i].item});
        if (opening == openings_.end())
          return Error{ErrorCode::kAuthz, "this key does not open " + name}.At(
              record, leaves[i].field, leaves[i].item);
        field.padded = opening->second;
      }
      out.push_back(std::move(field));
    }
    return {};
  }

  std::vector<std::string_view> Names() const {
    std::vector<std::string_view> out;
    for (const ledger::Record& record : from_.tx.records)
      for (const ledger::Leaf& leaf : record.leaves)
        if (const contracts::FieldInfo* info = contracts::FindField(leaf.field))
          if (std::ranges::find(out, info->identifier) == out.end())
            out.push_back(info->identifier);
    return out;
  }

  const SealedTransaction& from_;
  const Openings& openings_;
};

}  // namespace

Status Disclose(const DiscloseOptions& options, const Console& console) {
  SUYUAN_ASSIGN_OR_RETURN(const TxId id, ParseTxId(options.tx));
  SUYUAN_ASSIGN_OR_RETURN(OwnKeys keys, OpenOwnKeys(options.target));
  SUYUAN_ASSIGN_OR_RETURN(NodeClient client,
                          NodeClient::Connect(options.target.url, &keys.signing));
  SUYUAN_ASSIGN_OR_RETURN(const SealedTransaction from, FetchSealed(client, id));
  if (options.record && *options.record >= from.tx.records.size())
    return Error{ErrorCode::kConfig,
                 "the transaction has " + std::to_string(from.tx.records.size()) + " records"};
  SUYUAN_ASSIGN_OR_RETURN(const Openings openings, OpenAll(*keys.reader, from));

  ledger::ProofExtra extra;
  Chooser chooser(from, openings);
  for (const std::string& name : options.fields)
    SUYUAN_RETURN_IF_ERROR(chooser.Choose(name, options.record, extra.fields));
  SUYUAN_ASSIGN_OR_RETURN(HttpReply reply, client.Get("/v1/txs/" + ToHex(id) + "/proof"));
  SUYUAN_ASSIGN_OR_RETURN(ledger::ProofFile file, ledger::DecodeProofFile(reply.body));
  SUYUAN_ASSIGN_OR_RETURN(ledger::ProofExtra given, ledger::DecodeProofExtra(file.extra));
  extra.leaf = std::move(given.leaf);
  extra.outcome = std::move(given.outcome);
  extra.core = Bytes(from.tx.core_bytes);
  extra.signatures = from.tx.signatures;
  file.extra = ledger::EncodeProofExtra(extra);
  SUYUAN_RETURN_IF_ERROR(WriteWhole(options.out, ledger::EncodeProofFile(file)));
  console.Note("wrote " + options.out + ": " + std::to_string(extra.fields.size()) +
               " fields; whoever has it can check them with suyuan proof verify");
  return {};
}

}  // namespace suyuan::cli
