// Filing transactions and reading them back with their proof.
#include <atomic>
#include <mutex>

#include "api/finding_view.h"
#include "api/outcome_view.h"
#include "api/published.h"
#include "api/services.h"
#include "api/submissions.h"
#include "api/views.h"
#include "common/encoding.h"
#include "common/hash.h"
#include "contracts/outcome.h"
#include "contracts/snapshot_reader.h"
#include "contracts/types.h"
#include "ledger/merkle_log.h"
#include "ledger/transaction_proof.h"

namespace suyuan::api {
namespace {

constexpr size_t kRecordsShownDefault = 100;

Result<TxId> IdOf(const Call& call) {
  Result<TxId> id = ParseTxId(call.request.Capture("id"));
  if (!id) return MalformedId();
  return id;
}

using Found = ledger::CommittedTransaction;

Result<Found> Find(const Services& services, const TxId& id, ledger::Hashes hashes) {
  return ledger::LoadCommitted(services.gateway.store(), id, services.gateway.limits(), hashes);
}

// What owners have published of its records since; of what was refused nothing is.
Status AddPublished(const Services& services, const Call& call, const Found& found,
                    size_t records_max, OpenedFields& opened) {
  const auto outcome = contracts::DecodeOutcome(found.stored.outcome);
  if (!outcome || outcome->refusal) return {};
  const contracts::SnapshotReader state(*call.snapshot);
  return Publisher(services.gateway, state).Add(found.tx, records_max, opened);
}

Result<Response> OneTransaction(const Services& services, const Call& call) {
  SUYUAN_ASSIGN_OR_RETURN(const TxId id, IdOf(call));
  SUYUAN_ASSIGN_OR_RETURN(const Found found, Find(services, id, ledger::Hashes::kCompare));
  size_t records = kRecordsShownDefault;
  if (const std::string* all = call.request.Query("records"); all && *all == "all")
    records = limits::kRecordsMax;
  SUYUAN_ASSIGN_OR_RETURN(OpenedFields opened, OpenFor(services.gateway, call.request.identity,
                                                       std::span<const TxId>(&id, 1)));
  SUYUAN_RETURN_IF_ERROR(AddPublished(services, call, found, records, opened));
  json::Object body = DescribeTransaction(found, contracts::SnapshotReader(*call.snapshot),
                                          call.request.identity, opened, records);
  opened.TellCut(body);
  return JsonAt(call, std::move(body));
}

// Ciphertexts and wraps for those who may have the keys; who opens what follows from the wraps. The
// envelope is handed to whoever may have the whole block: a flow's unrevealed side could not
// say who it is.
Result<Response> SealedTransaction(const Services& services, const Call& call) {
  if (!call.request.identity)
    return Error{ErrorCode::kAuth,
                 "sealed values are handed to registered parties: sign the request"};
  SUYUAN_ASSIGN_OR_RETURN(const TxId id, IdOf(call));
  SUYUAN_ASSIGN_OR_RETURN(const Found found, Find(services, id, ledger::Hashes::kKnown));
  if (ReaderOf(call.request.identity, found.tx.core.submitter) == Reader::kAnonymous)
    return Error{ErrorCode::kAuthz, "sealed values are handed to approved parties"};
  SUYUAN_ASSIGN_OR_RETURN(const std::vector<ByteView> sealed,
                          ledger::SealedItemsOf(found, services.gateway.limits()));
  json::Array items;
  for (const ByteView item : sealed) items.emplace_back(Base64Encode(item));
  const ByteView envelope = found.entry.envelopes[found.stored.location.position];
  return JsonAt(call, json::Object{{"envelope", Base64Encode(envelope)},
                                   {"sealed_items", std::move(items)},
                                   {"transaction", ToHex(id)}});
}

// The leaves whose values are published, each with its paths and, when it is sealed, its opening:
// what anybody checks against the signed core (docs/formats.md §5). `found` has the records' roots.
std::vector<ledger::ShownField> PublishedFields(const Found& found, const OpenedFields& published) {
  std::vector<ledger::ShownField> out;
  for (uint32_t record = 0; record < found.tx.records.size(); ++record) {
    const std::vector<ledger::Leaf>& leaves = found.tx.records[record].leaves;
    for (uint32_t i = 0; i < leaves.size(); ++i) {
      const PublishedLeaf* leaf = published.FindPublished(found.tx.id, record, leaves[i]);
      const bool sealed = leaves[i].mode == ledger::LeafMode::kHidden;
      // What is no padded value cannot be checked further than by its commitment.
      if (!leaf || leaf->leaf.kind == ledger::OpenedLeaf::Kind::kFault) continue;
      if (sealed && !leaf->padded) continue;
      out.push_back({ledger::ShowLeaf(found.tx, record, i + 1), leaf->padded});
    }
  }
  return out;
}

// What the proof's reader checks the leaf against. The whole envelope for whoever sees all of it;
// for others what is published, and else what the leaf's content is made of, so that the proof
// still stands (formats §5). `published`: what is published rather than the envelope, for
// everybody, of which `opened` says whether it is cut.
Result<Bytes> ExtraFor(const Services& services, const Found& found, Bytes leaf, const Call& call,
                       bool published, OpenedFields& opened) {
  const auto& who = call.request.identity;
  ledger::ProofExtra extra;
  extra.leaf = std::move(leaf);
  extra.id = found.tx.id;
  extra.signatures_hash = found.tx.signatures_hash;
  const contracts::SnapshotReader state(*call.snapshot);
  const FindingCaller caller(state, who);
  if (!NamesMore(found.stored.outcome,
                 {ReaderOf(who, found.tx.core.submitter), &caller, &found.tx}))
    extra.outcome = found.stored.outcome;
  if (published || !SeesWhole(found.tx, who)) {
    SUYUAN_RETURN_IF_ERROR(AddPublished(services, call, found, limits::kRecordsMax, opened));
    if (opened.publishes()) {
      SUYUAN_ASSIGN_OR_RETURN(const Found rooted,
                              Find(services, found.tx.id, ledger::Hashes::kCompare));
      extra.fields = PublishedFields(rooted, opened);
    }
    if (published && extra.fields.empty())
      return Error{ErrorCode::kNotFound, "nothing of this transaction is published"};
  }
  if (!extra.fields.empty()) {
    extra.core = Bytes(found.tx.core_bytes);
    extra.signatures = found.tx.signatures;
  } else if (SeesWhole(found.tx, who)) {
    extra.envelope = Bytes(found.entry.envelopes[found.stored.location.position]);
  }
  return ledger::EncodeProofExtra(extra);
}

struct Proof {
  OpenedFields opened;  // what is published
  ledger::ProofFile file;
  ledger::Checkpoint checkpoint;
};

Result<Proof> MakeProof(const Services& services, const Found& found, const Call& call) {
  const ledger::Store& store = services.gateway.store();
  Proof out;
  out.file.checkpoint_note = services.gateway.checkpoint();
  SUYUAN_ASSIGN_OR_RETURN(out.checkpoint, ReadCheckpointBody(out.file.checkpoint_note));
  out.file.index = found.stored.location.leaf.value();
  if (out.file.index >= out.checkpoint.size)
    return Error{ErrorCode::kNotYet, "the newest checkpoint does not cover this transaction yet"};
  SUYUAN_ASSIGN_OR_RETURN(const Bytes leaf, store.LeafBytes(found.stored.location.leaf));
  SUYUAN_ASSIGN_OR_RETURN(
      out.file.proof, ledger::InclusionProof(
                          out.file.index, out.checkpoint.size,
                          [&store](uint8_t level, uint64_t n) { return store.LogNode(level, n); }));
  const std::string* published = call.request.Query("published");
  SUYUAN_ASSIGN_OR_RETURN(out.file.extra, ExtraFor(services, found, leaf, call,
                                                   published && *published == "1", out.opened));
  return out;
}

Response ProofJson(const Call& call, const Proof& proof) {
  json::Array path;
  for (const Hash& hash : proof.file.proof) path.emplace_back(ToHex(hash));
  json::Object body;
  body.emplace("extra", *json::Parse(proof.file.extra));
  body.emplace("leaf_index", proof.file.index);
  body.emplace("tree_size", proof.checkpoint.size);
  body.emplace("root", ToHex(proof.checkpoint.root));
  body.emplace("inclusion_proof", std::move(path));
  body.emplace("checkpoint", proof.file.checkpoint_note);
  proof.opened.TellCut(body);
  return JsonAt(call, std::move(body));
}

Result<Response> TransactionProof(const Services& services, const Call& call) {
  SUYUAN_ASSIGN_OR_RETURN(const TxId id, IdOf(call));
  SUYUAN_ASSIGN_OR_RETURN(const Found found, Find(services, id, ledger::Hashes::kKnown));
  SUYUAN_ASSIGN_OR_RETURN(const Proof proof, MakeProof(services, found, call));
  const std::string* format = call.request.Query("format");
  if (!format) {
    Response response =
        Response::Of(200, "text/plain; charset=utf-8", ledger::EncodeProofFile(proof.file));
    response.With("Content-Disposition", "attachment; filename=\"" + ToHex(id) + ".tlog-proof\"");
    if (proof.opened.cut()) response.With("Suyuan-Published", "cut");
    return response;
  }
  if (*format == "json") return ProofJson(call, proof);
  return Error{ErrorCode::kFormat, "format is json, or absent for the .tlog-proof file"};
}

// ---- Routes ----

Route SubmitRoute(Services* s) {
  return {
      "POST",
      "/v1/txs",
      "File transactions. JSON {\"transactions\":[…]} is signed by the node and needs a request "
      "signed with an operator key; application/x-protobuf is a SubmissionList signed by its "
      "senders, each transaction with its sealed items. Answers stand in the order of the "
      "request.",
      {{"wait", "query", "accepted (in the pool, may be lost), committed (default)", false,
        R"({"type":"string","enum":["accepted","committed"],"default":"committed"})"},
       {"Idempotency-Key", "header",
        "1 to 255 visible characters; the same key with another body is E_CONFLICT"}},
      {"application/json", "application/x-protobuf"},
      {{200, "At least one transaction was applied"},
       {202, "Accepted with wait=accepted"},
       {409, "Idempotency-Key reused"}},
      false,
      false,
      [s](CallPtr call) { SubmitTransactions(*s, std::move(call)); }};
}

Parameter IdParameter() { return {"id", "path", "transaction id, 64 hex digits", true}; }

Route TransactionRoute(Services* s) {
  return {"GET",
          "/v1/txs/{id}",
          "A committed transaction, its outcome and what of its records the caller may see",
          {IdParameter(), {"records", "query", "all: every record, otherwise the first 100"}},
          {},
          {{200, "transaction"}},
          true,
          true,
          Sync([s](const Call& c) { return OneTransaction(*s, c); })};
}

Route SealedRoute(Services* s) {
  return {"GET",
          "/v1/txs/{id}/sealed",
          "The transaction with its sealed items, for signed requests of approved parties; the "
          "caller's own keys open what is sealed to it",
          {IdParameter()},
          {},
          {{200, "envelope and sealed items, base64"}},
          true,
          false,
          Sync([s](const Call& c) { return SealedTransaction(*s, c); })};
}

Route ProofRoute(Services* s) {
  return {"GET",
          "/v1/txs/{id}/proof",
          "Proof that the transaction is in the ledger, checkable offline",
          {IdParameter(),
           {"format", "query", "json; absent: a C2SP .tlog-proof file"},
           {"published", "query",
            "1: with what owners have published of it, field by field with opening and path, also "
            "where the whole transaction could be given"}},
          {},
          {{200, "proof", "text/plain"}},
          true,
          true,
          Sync([s](const Call& c) { return TransactionProof(*s, c); })};
}

}  // namespace

void AddTransactionRoutes(Services& services, std::vector<Route>& routes) {
  routes.push_back(SubmitRoute(&services));
  routes.push_back(TransactionRoute(&services));
  routes.push_back(SealedRoute(&services));
  routes.push_back(ProofRoute(&services));
}

}  // namespace suyuan::api
