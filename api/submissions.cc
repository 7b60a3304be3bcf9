#include "api/submissions.h"

#include <mutex>

#include "api/outcome_view.h"
#include "common/agreement.h"
#include "common/hash.h"
#include "common/wiped_json.h"
#include "ledger/wire.h"

namespace suyuan::api {
namespace {

constexpr size_t kTransactionsMax = 4096;  // in one request
constexpr size_t kIdempotencyKeyCharsMax = 255;

struct ItemResult {
  bool good = false;
  int status = 200;
  json::Object body;
};

ItemResult Describe(const Result<SubmitResult>& result) {
  ItemResult out;
  if (!result) {
    json::Object problem = Problem(result.error());
    out.status = static_cast<int>(*problem.at("status").if_int());
    out.body = {{"state", "failed"}, {"problem", std::move(problem)}};
    return out;
  }
  out.body.emplace("transaction", ToHex(result->id));
  out.good = true;
  if (!result->outcome) {
    out.status = 202;
    out.body.emplace("state", "accepted");
    return out;
  }
  const uint64_t height = result->outcome->location.height.value();
  out.body.emplace("block", height);
  out.body.emplace("leaf_index", result->outcome->location.leaf.value());
  // Alerts on parties are read under /v1/alerts. The sender knows its codes; naming 10,000 of them
  // again helps nobody.
  out.body.merge(DescribeOutcome(result->outcome->outcome, result->id, height, {Reader::kParty}));
  if (const auto problem = out.body.find("problem"); problem != out.body.end()) {
    out.good = false;
    out.status = static_cast<int>(*problem->second.Find("status")->if_int());
  }
  return out;
}

// Collects the answers of one request. Thread-safe.
class Collector : public std::enable_shared_from_this<Collector> {
 public:
  Collector(Services& services, size_t count, Responder respond)
      : services_(services.shared_from_this()),
        results_(count),
        missing_(count),
        respond_(std::move(respond)) {}

  SubmitCallback Slot(size_t i) {
    return [self = shared_from_this(), i](Result<SubmitResult> result) {
      self->Put(i, Describe(result));
    };
  }
  void Put(size_t i, ItemResult result) {
    {
      std::lock_guard lock(mutex_);
      results_[i] = std::move(result);
      if (--missing_ != 0) return;
    }
    Finish();
  }

 private:
  void Finish() {
    int status = 0;
    json::Array items;
    for (ItemResult& result : results_) {
      if (result.good && (status < 200 || status > 299)) status = result.status;
      if (status == 0) status = result.status;
      items.emplace_back(std::move(result.body));
    }
    json::Object body;  // member by member: an initializer list would copy all results
    body.emplace("results", std::move(items));
    body.emplace("height", services_->gateway.store().head().height.value());
    Response response = Response::Of(status, "application/json", json::Canonical(std::move(body)));
    if (status == 429 || status == 503) response.With("Retry-After", "1");
    respond_(std::move(response));
  }

  const std::shared_ptr<Services> services_;
  std::mutex mutex_;
  std::vector<ItemResult> results_;  // guarded by mutex_ until complete
  size_t missing_;                   // guarded by mutex_
  const Responder respond_;
};

Result<Wait> ParseWait(const Request& request) {
  const std::string* wait = request.Query("wait");
  if (!wait || *wait == "committed") return Wait::kCommitted;
  if (*wait == "accepted") return Wait::kAccepted;
  if (*wait == "final")
    return Error{ErrorCode::kFormat,
                 "wait=final is not offered by this ledger yet: no quorum of organisations cosigns "
                 "its checkpoints; use committed"};
  return Error{ErrorCode::kFormat, "wait is accepted or committed"};
}

std::string MediaType(const Request& request) {
  const std::string* header = request.Header("content-type");
  std::string type = header ? *header : "";
  type = type.substr(0, type.find(';'));
  while (type.ends_with(' ')) type.pop_back();
  for (char& c : type) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return type;
}

// ---- JSON, signed by the node's custody key ----

// The body holds values that are sealed from here on: it is wiped when each transaction is on its
// way.
Response SubmitJsonBody(Services& services, Call& call, Wait wait, const Responder& respond,
                        bool* later) {
  if (!call.request.identity)
    return ProblemResponse({ErrorCode::kAuth,
                            "JSON is signed by the node for its own operators: sign the request "
                            "with an operator key, or send signed transactions as protobuf"});
  if (!services.gateway.IsOperatorKey(call.request.identity->key))
    return ProblemResponse({ErrorCode::kAuthz, "this key is no operator key of this node"});
  Result<json::Value> parsed = json::Parse(call.request.body);
  Wipe(call.request.body);
  if (!parsed) return MalformedRequest(parsed.error().detail);
  const json::Wiped body(*std::move(parsed));
  const json::Value* list = body->Find("transactions");
  const json::Array* items = list ? list->if_array() : nullptr;
  if (!items || items->empty() || body->if_object()->size() != 1)
    return MalformedRequest("the body is {\"transactions\":[…]} with at least one");
  if (items->size() > kTransactionsMax)
    return ProblemResponse({ErrorCode::kSize, "too many transactions in one request"});
  auto collector = std::make_shared<Collector>(services, items->size(), respond);
  *later = true;
  for (size_t i = 0; i < items->size(); ++i)
    services.gateway.SubmitJson((*items)[i], wait, collector->Slot(i));
  return {};
}

// ---- Protobuf, signed by the senders ----

Result<std::vector<ledger::Parcel>> Parcels(ByteView body) {
  std::vector<ledger::Parcel> out;
  ledger::WireReader list(body);
  ByteView submission;
  while (list.Repeated(1, &submission)) {
    if (out.size() == kTransactionsMax)
      return Error{ErrorCode::kSize, "too many transactions in one request"};
    ledger::WireReader reader(submission);
    auto envelope = std::make_shared<const Bytes>(reader.Bytes(1));
    std::vector<Bytes> items;
    for (ByteView item; reader.Repeated(2, &item);) {
      if (item.size() < limits::kSealedItemBytesMin)
        return Error{ErrorCode::kFormat, "a sealed item has at least 41 bytes"};
      items.emplace_back(item);
    }
    SUYUAN_RETURN_IF_ERROR(reader.Finish("Submission"));
    out.emplace_back(std::move(envelope), std::move(items));
  }
  SUYUAN_RETURN_IF_ERROR(list.Finish("SubmissionList"));
  if (out.empty()) return Error{ErrorCode::kFormat, "the SubmissionList is empty"};
  return out;
}

Response SubmitProtobuf(Services& services, const Call& call, Wait wait, const Responder& respond,
                        bool* later) {
  auto parcels = Parcels(call.request.body);
  if (!parcels)
    return parcels.error().code == ErrorCode::kSize ? ProblemResponse(parcels.error())
                                                    : MalformedRequest(parcels.error().detail);
  auto collector = std::make_shared<Collector>(services, parcels->size(), respond);
  *later = true;
  for (size_t i = 0; i < parcels->size(); ++i)
    services.gateway.Submit(std::move((*parcels)[i]), wait, collector->Slot(i));
  return {};
}

// Wraps `respond` so that the answer is kept under the request's key. False: the answer is already
// given or on its way.
bool BeginIdempotent(Services& services, const Call& call, Responder& respond) {
  const std::string* key = call.request.Header("idempotency-key");
  if (!key) return true;
  bool visible = !key->empty() && key->size() <= kIdempotencyKeyCharsMax;
  for (char c : *key) visible = visible && c > 0x20 && c < 0x7F;
  if (!visible)
    return respond(MalformedRequest("Idempotency-Key has 1 to 255 visible characters")), false;
  const std::string caller = call.request.identity ? ToHex(call.request.identity->key)
                                                   : "anonymous " + call.request.remote_address;
  const Hash body = TaggedHash(
      "http-body",
      {Sized(call.request.target), Sized(MediaType(call.request)), Sized(call.request.body)});
  const Result<bool> first = services.idempotency.Begin(caller, *key, body, respond);
  if (!first) return respond(ProblemResponse(first.error())), false;
  if (!*first) return false;
  respond = Responder(
      [self = services.shared_from_this(), caller, key = *key, inner = respond](Response response) {
        self->idempotency.Finish(caller, key, response);
        inner(std::move(response));
      });
  return true;
}

}  // namespace

void SubmitTransactions(Services& services, CallPtr call) {
  const Result<Wait> wait = ParseWait(call->request);
  if (!wait) return call->respond(MalformedRequest(wait.error().detail));
  const std::string type = MediaType(call->request);
  const bool json = type == "application/json";
  if (!json && type != "application/x-protobuf")
    return call->respond(ProblemResponse({ErrorCode::kMedia, {}}));
  Responder respond = call->respond;
  if (!BeginIdempotent(services, *call, respond)) return;
  bool later = false;
  Response now = json ? SubmitJsonBody(services, *call, *wait, respond, &later)
                      : SubmitProtobuf(services, *call, *wait, respond, &later);
  if (!later) respond(std::move(now));
}

Result<ledger::Checkpoint> ReadCheckpointBody(std::string_view note) {
  const Error bad{ErrorCode::kNotYet, "this node has no checkpoint yet"};
  const size_t origin = note.find('\n');
  if (origin == std::string_view::npos) return bad;
  const size_t size = note.find('\n', origin + 1);
  if (size == std::string_view::npos) return bad;
  const size_t root = note.find('\n', size + 1);
  if (root == std::string_view::npos) return bad;
  ledger::Checkpoint out;
  out.origin = std::string(note.substr(0, origin));
  const Result<uint64_t> leaves = ParseDecimal(note.substr(origin + 1, size - origin - 1));
  const Result<Bytes> hash = Base64Decode(note.substr(size + 1, root - size - 1));
  if (!leaves || !hash || hash->size() != Hash::kSize) return bad;
  out.size = *leaves;
  out.root = *Hash::From(*hash);
  return out;
}

Error MalformedId() {
  return {ErrorCode::kNotFound, "a transaction id has 64 hex digits: nothing can be under this"};
}

}  // namespace suyuan::api
