// `suyuan rewrap`: the owner answers a claim that its sealed values do not open (docs/formats.md
// §3): wraps their key anew for everybody who reads them now.
#include <algorithm>
#include <map>

#include "common/encoding.h"
#include "contracts/field_numbers.h"
#include "contracts/finding.h"
#include "contracts/subject.h"
#include "contracts/types.h"
#include "node/cli/audience_readers.h"
#include "node/cli/commands.h"
#include "node/cli/own_values.h"
#include "node/cli/remote_readers.h"
#include "node/cli/sealed_client.h"

namespace suyuan::cli {
namespace {

namespace x = contracts::command_field;
using contracts::RecordView;

struct ClaimedPlace {
  node::FieldVersion target;
  uint16_t item = 0;
  std::string claim;  // id of the FINDING that made it
};

// What a transaction claims: E_REF when that is nothing.
Result<std::vector<ClaimedPlace>> ClaimsIn(const ledger::Transaction& tx) {
  std::vector<ClaimedPlace> out;
  for (const ledger::Record& record : tx.records) {
    const RecordView view(record);
    const contracts::FieldInfo* field = contracts::FindQualifiedField(view.Text(x::kTargetField));
    if (tx.core.type != contracts::tx::kFinding || field == nullptr ||
        contracts::ParseFindingKind(view.Text(x::kFindingKind)) !=
            contracts::FindingKind::kCannotOpen)
      continue;
    ClaimedPlace place;
    place.target.entity = {record.subject_kind, Bytes(record.subject)};
    place.target.version = static_cast<uint32_t>(view.Integer(x::kTargetVersion).value_or(0));
    place.target.field = field;
    place.item = static_cast<uint16_t>(view.Integer(x::kTargetItem).value_or(0));
    place.claim = view.Has(x::kFindingOf) ? view.Text(x::kFindingOf) : ToHex(tx.id);
    out.push_back(std::move(place));
  }
  if (!out.empty()) return out;
  return Error{ErrorCode::kRef, "the transaction is no FINDING that claims \"cannot_open\""};
}

class Rewrapper {
 public:
  Rewrapper(NodeClient& client, OwnKeys& keys, const LedgerId& ledger, const PartyId& claimant)
      : client_(client), keys_(keys), ledger_(ledger), claimant_(claimant), directory_(client) {
    directory_.AskAs(keys.signing);
  }

  Status Add(const ClaimedPlace& claimed) {
    SUYUAN_ASSIGN_OR_RETURN(const StatedAt origin, WhereStated(client_, claimed.target));
    SUYUAN_ASSIGN_OR_RETURN(const Opened* from, Open(origin.tx));
    const ledger::Transaction& tx = from->sealed.tx;
    // A node that names something else would get its key wrapped instead.
    if (origin.record >= tx.records.size() ||
        contracts::SubjectOf(tx, origin.record) != claimed.target.entity)
      return Error{ErrorCode::kProof, "the node names a record of another entity"};
    const ledger::Leaf* leaf =
        tx.records[origin.record].Find(claimed.target.field->number, claimed.item);
    if (leaf == nullptr || leaf->mode != ledger::LeafMode::kHidden)
      return Error{ErrorCode::kRef, "no value is sealed where the claim says"};
    SUYUAN_RETURN_IF_ERROR(Grant(*from, *leaf));
    SUYUAN_ASSIGN_OR_RETURN(json::Value subject, contracts::DescribeSubject(claimed.target.entity));
    json::Object fields{{"finding_kind", contracts::ToString(contracts::FindingKind::kCannotOpen)},
                        {"finding_of", claimed.claim},
                        {"target_field", contracts::QualifiedName(*claimed.target.field)},
                        {"target_version", static_cast<int64_t>(claimed.target.version)}};
    if (claimed.item != 0) fields["target_item"] = static_cast<int64_t>(claimed.item);
    records_.emplace_back(
        json::Object{{"fields", std::move(fields)}, {"subject", std::move(subject)}});
    return {};
  }

  Result<SignedTransaction> Build() {
    contracts::BuildOptions options;
    options.ledger = ledger_;
    options.submitter = owner_;
    options.signing_key = keys_.signing.public_key();
    options.now_ms = WallClockMs();
    options.grants = grants_;
    SUYUAN_ASSIGN_OR_RETURN(
        contracts::BuiltTransaction built,
        contracts::BuildTransaction(
            json::Object{{"records", std::move(records_)}, {"type", "FINDING"}}, options));
    built.draft.core.reader_height = directory_.height();
    return SignDraft(built.draft, std::move(built.sealed_items), keys_.signing);
  }
  size_t keys() const { return granted_.size(); }
  // Readers' keys that read some, not all of what was wrapped anew, and so got nothing.
  size_t left_out() const { return left_out_; }

 private:
  struct Opened {
    SealedTransaction sealed;
    sealing::OpenedTransaction opened;
  };

  Result<const Opened*> Open(const TxId& id) {
    if (const auto known = opened_.find(id); known != opened_.end()) return &known->second;
    SUYUAN_ASSIGN_OR_RETURN(SealedTransaction sealed, FetchSealed(client_, id));
    SUYUAN_ASSIGN_OR_RETURN(sealing::OpenedTransaction opened,
                            keys_.reader->Open(sealed.tx, sealing::ViewsOf(sealed.items)));
    owner_ = sealed.tx.core.submitter;
    return &opened_.emplace(id, Opened{std::move(sealed), std::move(opened)}).first->second;
  }

  // The audience's key for those who read all that it opens, as the registry names them now; once.
  Status Grant(const Opened& from, const ledger::Leaf& leaf) {
    const ledger::Transaction& tx = from.sealed.tx;
    if (!granted_.emplace(std::pair(tx.id, leaf.audience), true).second) return {};
    const auto audience =
        std::ranges::find(from.opened.audiences, leaf.audience, &sealing::OpenedAudience::id);
    if (audience == from.opened.audiences.end() ||
        audience->verdict != sealing::WrapVerdict::kOpened)
      return Error{ErrorCode::kAuthz, "this key does not open what is to be wrapped anew"};
    SUYUAN_ASSIGN_OR_RETURN(AudienceReaders readers,
                            ReadersOfWhole(directory_, tx, leaf.audience, from.opened.fields));
    SUYUAN_RETURN_IF_ERROR(CheckReaches(readers.keys));
    left_out_ += readers.left_out;
    grants_.push_back({sealing::WrapPurpose::AudienceOf(tx.id, leaf.audience),
                       audience->key.Clone(), std::move(readers.keys)});
    return {};
  }

  // An answer ends the claim, so it is none unless the claimant can open with it.
  Status CheckReaches(const std::vector<SealingPublicKey>& readers) const {
    SUYUAN_ASSIGN_OR_RETURN(const auto claimant, directory_.Find(claimant_));
    const auto reads = [&](const SealingPublicKey& key) {
      return std::ranges::find(readers, key) != readers.end();
    };
    if (claimant &&
        (reads(claimant->sealing_key) || (claimant->escrow_key && reads(*claimant->escrow_key))))
      return {};
    return Error{ErrorCode::kAuthz,
                 "the claimant does not read every value that this key opens, so it gets none"};
  }

  NodeClient& client_;
  OwnKeys& keys_;
  const LedgerId ledger_;
  const PartyId claimant_;
  RemoteReaders directory_;
  PartyId owner_;
  std::map<TxId, Opened> opened_;
  std::map<std::pair<TxId, uint8_t>, bool> granted_;
  std::vector<contracts::BuildOptions::Grant> grants_;
  json::Array records_;
  size_t left_out_ = 0;
};

}  // namespace

Status Rewrap(const RewrapOptions& options, const Console& console) {
  SUYUAN_ASSIGN_OR_RETURN(const TxId id, ParseTxId(options.finding));
  SUYUAN_ASSIGN_OR_RETURN(OwnKeys keys, OpenOwnKeys(options.target));
  SUYUAN_ASSIGN_OR_RETURN(NodeClient client,
                          NodeClient::Connect(options.target.url, &keys.signing));
  SUYUAN_ASSIGN_OR_RETURN(const SealedTransaction finding, FetchSealed(client, id));
  SUYUAN_ASSIGN_OR_RETURN(const std::vector<ClaimedPlace> claims, ClaimsIn(finding.tx));
  SUYUAN_ASSIGN_OR_RETURN(const LedgerId ledger, LedgerOf(client));
  Rewrapper rewrapper(client, keys, ledger, finding.tx.core.submitter);
  for (const ClaimedPlace& claim : claims) SUYUAN_RETURN_IF_ERROR(rewrapper.Add(claim));
  SUYUAN_ASSIGN_OR_RETURN(const SignedTransaction answer, rewrapper.Build());
  SUYUAN_ASSIGN_OR_RETURN(const HttpReply reply,
                          client.PostAnyStatus("/v1/txs", EncodeSubmissionList({answer.parcel}),
                                               "application/x-protobuf"));
  const auto body = json::Parse(reply.body);
  const json::Value* results = body.ok() ? body->Find("results") : nullptr;
  if (results == nullptr || results->if_array() == nullptr || results->if_array()->size() != 1)
    return ProblemError(reply.status, reply.body);
  const json::Value& result = results->if_array()->front();
  if (const json::Value* problem = result.Find("problem"))
    return ProblemError(reply.status, json::Canonical(*problem));
  console.Note("wrapped " + std::to_string(rewrapper.keys()) + " keys anew for " +
               std::to_string(claims.size()) + " claimed values");
  if (rewrapper.left_out() != 0) {
    console.Note("left out " + std::to_string(rewrapper.left_out()) +
                 " readers' keys: they do not read every value that a wrapped key opens");
  }
  console.Print(
      Table{{"tx", "state", "answers"}, {{ToHex(answer.id), result.Text("state"), ToHex(id)}}});
  return {};
}

}  // namespace suyuan::cli
