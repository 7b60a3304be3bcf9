#include "api/api.h"

#include <algorithm>

#include "api/key_directory.h"
#include "api/opened.h"
#include "api/services.h"
#include "common/agreement.h"
#include "common/wiped_json.h"
#include "contracts/snapshot_reader.h"

namespace suyuan::api {
namespace {

constexpr std::string_view kHeightHeader = "Suyuan-Height";

// The way of one request: limits, target, identity, route, height, handler.
class Face final : public RequestHandler {
 public:
  Face(std::shared_ptr<Services> services, std::shared_ptr<const Router> router,
       const FaceOptions& options)
      : services_(std::move(services)),
        router_(std::move(router)),
        by_address_(options.per_address, options.callers_max),
        by_identity_(options.per_identity, options.callers_max) {}

  std::shared_ptr<const PreparedResponse> Ready(std::string_view target,
                                                std::string_view remote_address) override {
    auto ready = services_->cache.Find(target);
    // Too fast a caller gets no answer here and is refused by Handle.
    if (!ready || by_address_.Take(RateLimitKey(remote_address), Now()) != 0) return nullptr;
    ++services_->responses_2xx;
    return ready;
  }

  void Handle(Request request, Responder respond) override {
    respond = Counting(std::move(respond));
    const uint32_t wait_ms = by_address_.Take(RateLimitKey(request.remote_address), Now());
    if (wait_ms != 0) return respond(TooFast(wait_ms));
    Result<Target> target = ParseTarget(request.target);
    if (!target) return respond(MalformedRequest(target.error().detail));
    request.path = target->path;
    if (request.Header("signature-input") || request.Header("signature")) {
      Result<Identity> identity = Authenticate(request, *target);
      if (!identity) return respond(ProblemResponse(identity.error()));
      const uint32_t wait = by_identity_.Take(identity->key.view(), Now());
      if (wait != 0) return respond(TooFast(wait));
      request.identity = *identity;
    }
    std::string allow;
    Result<const Route*> route = router_->Find(request.method, *target, &request.captures, &allow);
    if (!route) {
      Response problem = ProblemResponse(route.error());
      if (!allow.empty()) problem.With("Allow", allow);
      return respond(std::move(problem));
    }
    request.query = std::move(target->query);
    auto call = std::make_shared<Call>(Call{std::move(request), std::move(respond), nullptr});
    if ((*route)->reads_state) return WaitForHeight(**route, std::move(call));
    (*route)->handle(std::move(call));
  }

 private:
  int64_t Now() const { return services_->gateway.now_ms(); }

  static Response TooFast(uint32_t wait_ms) {
    ProblemContext context;
    context.retry_after_s = (wait_ms + 999) / 1000;
    return ProblemResponse({ErrorCode::kRateLimit, {}}, context);
  }

  static void ForOneCaller(Response& response) {
    std::erase_if(response.headers,
                  [](const auto& header) { return header.first == "Cache-Control"; });
    response.With("Cache-Control", "no-store");
  }

  Responder Counting(Responder respond) const {
    return Responder([services = services_, respond = std::move(respond)](Response response) {
      const int kind = response.status / 100;
      ++(kind == 2   ? services->responses_2xx
         : kind == 3 ? services->responses_3xx
         : kind == 4 ? services->responses_4xx
                     : services->responses_5xx);
      respond(std::move(response));
    });
  }

  Result<Identity> Authenticate(const Request& request, const Target& target) const {
    const std::string* host = request.Header("host");
    const std::string authority = host ? *host : "";
    if (!IsOwnAuthority(NormalAuthority(authority, request.tls), request.tls))
      return Error{ErrorCode::kAuth,
                   "the signed request names another host than this node's: send it under one of "
                   "the node's own names"};
    SignedMessage message;
    message.method = request.method;
    message.authority = authority;
    message.path = request.path;
    message.query = target.raw_query;
    message.tls = request.tls;
    message.field = [&request](std::string_view name) { return JoinedField(request, name); };
    Identity identity;
    VerifyContext context;
    context.now_s = Now() / 1000;
    context.started_s = services_->started_s;
    context.nonces = &services_->nonces;
    const auto snapshot = services_->gateway.store().Snapshot();
    context.find_key = [&](const KeyId& id) -> std::optional<KnownKey> {
      const std::optional<RegisteredKey> found =
          FindActiveKey(contracts::SnapshotReader(*snapshot), id);
      if (!found) return std::nullopt;
      identity = {id, found->party, found->member, found->regulator};
      return KnownKey{found->key, found->member};
    };
    const Result<KeyId> key = VerifyRequest(message, request.body, context);
    if (!key) return key.error();
    return identity;
  }

  bool IsOwnAuthority(const std::string& authority, bool tls) const {
    const auto& own = services_->options.authorities;
    return own.empty() || std::ranges::any_of(own, [&](const std::string& name) {
             return NormalAuthority(name, tls) == authority;
           });
  }

  static std::optional<std::string> JoinedField(const Request& request, std::string_view name) {
    std::optional<std::string> out;
    for (const auto& [key, value] : request.headers) {
      if (key != name) continue;
      out = out ? *out + ", " + value : value;
    }
    return out;
  }

  void WaitForHeight(const Route& route, CallPtr call) {
    const std::string* at = call->request.Query("at");
    if (!at) return Read(route, std::move(call));
    const uint32_t wait_ms = services_->options.at_wait_ms_max;
    auto read = [self = services_, &route, call](Status status) {
      if (!status) return call->respond(ProblemResponse(status.error()));
      RunRead(self, route, call);
    };
    if (*at == "latest") return services_->gateway.WhenCurrent(wait_ms, std::move(read));
    const Result<uint64_t> height = ParseDecimal(*at);
    if (!height) return call->respond(MalformedRequest("`at` is neither a height nor `latest`"));
    if (*height <= services_->gateway.store().head().height.value())
      return Read(route, std::move(call));
    services_->gateway.WhenApplied(Height(*height), wait_ms, std::move(read));
  }

  void Read(const Route& route, CallPtr call) { RunRead(services_, route, std::move(call)); }

  // Takes the snapshot, notes the height in the answer, keeps the answer if others may have it.
  static void RunRead(const std::shared_ptr<Services>& services, const Route& route, CallPtr call) {
    call->snapshot = services->gateway.store().Snapshot();
    const uint64_t height = call->height();
    const bool keep = route.cacheable && !call->request.identity && !call->request.Query("at");
    const bool is_signed = call->request.identity.has_value();
    const bool wipe = IsStaff(services->gateway, call->request.identity);
    Responder inner = call->respond;
    std::string target = keep ? call->request.target : std::string();
    call->respond = Responder([=, target = std::move(target)](Response response) {
      response.With(std::string(kHeightHeader), std::to_string(height));
      // What one caller may see is kept for nobody, neither here nor on the way.
      if (is_signed) ForOneCaller(response);
      response.wipe = wipe;
      if (keep && response.status == 200 && response.body)
        services->cache.Insert(
            target, height,
            std::make_shared<const PreparedResponse>(Prepare(response, true, false)));
      inner(std::move(response));
    });
    route.handle(std::move(call));
  }

  const std::shared_ptr<Services> services_;
  const std::shared_ptr<const Router> router_;
  RateLimiter by_address_, by_identity_;
};

}  // namespace

struct Api::Impl {
  std::shared_ptr<Services> services;
  std::shared_ptr<const Router> router;
  std::shared_ptr<void> subscription;
};

Api::Api(Gateway& gateway, ApiOptions options) : impl_(std::make_shared<Impl>()) {
  impl_->services = std::make_shared<Services>(gateway, std::move(options));
  Services& services = *impl_->services;
  std::vector<Route> routes;
  AddNodeRoutes(services, routes);
  AddTransactionRoutes(services, routes);
  AddLedgerRoutes(services, routes);
  AddEntityRoutes(services, routes);
  AddFindingRoutes(services, routes);
  AddReaderRoutes(services, routes);
  AddTraceRoutes(services, routes);
  impl_->router = std::make_shared<const Router>(std::move(routes));
  services.openapi = json::Canonical(OpenApi(*impl_->router, services.options.version));
  std::weak_ptr<Services> weak = impl_->services;
  impl_->subscription = gateway.Subscribe([weak](const BlockEvent& event) {
    const auto alive = weak.lock();
    if (!alive) return;
    alive->cache.Advance(event.height.value());
    alive->events->OnBlock(event);
  });
  services.cache.Advance(gateway.store().head().height.value());
}

Api::~Api() = default;

std::shared_ptr<RequestHandler> Api::MakeFace(const FaceOptions& options) {
  return std::make_shared<Face>(impl_->services, impl_->router, options);
}

const Router& Api::router() const { return *impl_->router; }

Response JsonAt(const Call& call, json::Object body) {
  body.insert_or_assign("height", call.height());
  json::Value value(std::move(body));
  std::string text = json::Canonical(value);
  if (!call.request.identity) return Response::Of(200, "application/json", std::move(text));
  // May hold values that this node opened.
  json::WipeTexts(value);
  Response response = Response::Of(200, "application/json", "");
  response.body =
      std::shared_ptr<const std::string>(new std::string(std::move(text)), [](std::string* secret) {
        Wipe(*secret);
        delete secret;
      });
  return response;
}

std::function<void(CallPtr)> Sync(std::function<Result<Response>(const Call&)> f) {
  return [f = std::move(f)](CallPtr call) {
    Result<Response> response = f(*call);
    if (response) return call->respond(*std::move(response));
    ProblemContext context;
    if (call->snapshot) context.height = call->height();
    // What a read asks for in a wrong form is a malformed request, not a transaction's fault.
    if (response.error().code == ErrorCode::kFormat && call->request.method == "GET")
      context.status = 400;
    call->respond(ProblemResponse(response.error(), context));
  };
}

}  // namespace suyuan::api
