// Trace codes: the query, the consumer page, resolution of GS1 Digital Link addresses.
#include "api/chain_view.h"
#include "api/checked.h"
#include "api/consumer_page.h"
#include "api/published.h"
#include "api/services.h"
#include "api/trace.h"
#include "api/views.h"
#include "contracts/snapshot_reader.h"

namespace suyuan::api {
namespace {

constexpr std::string_view kCodeText =
    "canonical trace code, such as 01/<gtin14>/21/<serial>; any GS1 Digital Link path will do";

// The captured rest of the path as the code that it may be: with the leading slash a GS1 Digital
// Link path, or another scheme's text, or a whole scanned address in one escaped part.
Result<std::string> CodeOf(const Request& request) {
  return CanonicalCode(request.Capture("code"));
}

Result<Trace> Find(Services& services, const Call& call, const std::string& code) {
  return TraceCode(*call.snapshot, services.verifier, code, services.gateway.checkpoint());
}

// What is published of all of these.
Status AddPublished(const Gateway& gateway, const contracts::StateReader& state,
                    const std::vector<const TracedEntity*>& entities, OpenedFields& opened) {
  Publisher publisher(gateway, state);
  for (const TracedEntity* entity : entities)
    SUYUAN_RETURN_IF_ERROR(publisher.Add(entity->kind, entity->id, entity->view, opened));
  return {};
}

// ---- JSON ----

json::Object CodeState(const Trace& trace) {
  json::Object out;
  out.emplace("code", trace.code);
  out.emplace("state", contracts::ToString(trace.resolution.effective));
  out.emplace("own_state", contracts::ToString(trace.resolution.own));
  out.emplace("role", contracts::ToString(trace.resolution.role));
  return out;
}

// As whom the node takes the reader, because that decides what is shown.
json::Value Caller(const std::optional<Identity>& who, const PartyId& producer) {
  if (!who) return "anonymous";
  std::string_view role = who->party == producer ? "owner" : who->member ? "party" : "applicant";
  if (who->regulator) role = "regulator";
  return json::Object{{"party", ToString(who->party)}, {"role", role}};
}

// Everything that an answer shows: the code with its goods, and its chain.
struct Shown {
  Trace trace;
  Chain chain;
  ChainRecords records;
};

json::Object Describe(const Shown& shown, HistoryReader& reader, const OpenedFields& opened,
                      const std::optional<Identity>& who) {
  const auto describe = [&](const TracedEntity& entity) -> json::Value {
    return DescribeEntity(entity.kind, entity.id, entity.view, who, opened);
  };
  const Trace& trace = shown.trace;
  json::Object body = CodeState(trace);
  if (trace.product) body.emplace("product", describe(*trace.product));
  if (trace.producer) body.emplace("producer", describe(*trace.producer));
  if (trace.batch) body.emplace("batch", describe(*trace.batch));
  json::Array documents;
  for (const TracedEntity& document : trace.documents) documents.push_back(describe(document));
  body.emplace("documents", std::move(documents));
  if (!trace.category_name.empty()) body.emplace("category_name", trace.category_name);
  body.emplace("caller", Caller(who, trace.resolution.producer));
  body.emplace("chain", shown.records.Describe(shown.chain, reader, who, opened));
  return body;
}

Result<Response> TraceJson(Services& services, const Call& call) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string code, CodeOf(call.request));
  SUYUAN_ASSIGN_OR_RETURN(const ChainRequest request, ReadChainRequest(call.request, code));
  SUYUAN_ASSIGN_OR_RETURN(Trace trace, Find(services, call, code));
  const contracts::SnapshotReader state(*call.snapshot);
  const auto& who = call.request.identity;
  HistoryReader reader(state, services.gateway.store(), services.gateway.limits(), ReadBudget());
  SUYUAN_ASSIGN_OR_RETURN(Chain chain, WalkChain(reader, request, who));
  SUYUAN_ASSIGN_OR_RETURN(ChainRecords records,
                          ChainRecords::Load(chain, state, services.verifier, trace.checkpoint));
  const Shown shown{std::move(trace), std::move(chain), std::move(records)};
  std::vector<const TracedEntity*> entities = shown.records.Entities();
  for (const TracedEntity* entity : shown.trace.Entities()) entities.push_back(entity);
  std::vector<const EntityView*> views;
  for (const TracedEntity* entity : entities) views.push_back(&entity->view);
  SUYUAN_ASSIGN_OR_RETURN(OpenedFields opened, OpenFor(services.gateway, who, views));
  SUYUAN_RETURN_IF_ERROR(AddPublished(services.gateway, state, entities, opened));
  json::Object body = Describe(shown, reader, opened, who);
  opened.TellCut(body);
  std::vector<CheckedRecord> checked = RecordsOf(shown.trace.Entities());
  for (CheckedRecord& record : shown.records.Checked()) checked.push_back(std::move(record));
  const std::string* proof = call.request.Query("proof");
  body.emplace("checked", DescribeChecks(checked, shown.trace, proof && *proof == "1"));
  return JsonAt(call, std::move(body));
}

Result<Response> OneCode(Services& services, const Call& call) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string code, CodeOf(call.request));
  SUYUAN_ASSIGN_OR_RETURN(const Trace trace, Find(services, call, code));
  json::Object body = CodeState(trace);
  if (!trace.is_package()) {
    body.emplace("product", ToString(trace.resolution.product));
    body.emplace("producer", ToString(trace.resolution.producer));
  }
  if (trace.resolution.batch) {
    body.emplace("batch", ToString(*trace.resolution.batch));
    body.emplace("batch_state", contracts::ToString(*trace.resolution.batch_state));
  }
  return JsonAt(call, std::move(body));
}

// ---- Page ----

Result<Response> Page(Services& services, const Call& call) {
  PageContext context;
  const std::string* language = call.request.Query("lang");
  if (language && *language == "en") context.language = Language::kEnglish;
  context.height = call.height();
  context.block_time_ms = call.snapshot->head().time_ms;
  context.node = services.gateway.status().node;
  const Result<std::string> code = CodeOf(call.request);
  if (!code)
    return PageResponse(404, RenderUnknownPage(call.request.Capture("code"), false, context));
  const Result<Trace> trace = Find(services, call, *code);
  if (!trace && trace.error().code == ErrorCode::kNotFound)
    return PageResponse(404, RenderUnknownPage(*code, true, context));
  if (!trace) return trace.error();
  OpenedFields published;
  const contracts::SnapshotReader state(*call.snapshot);
  SUYUAN_RETURN_IF_ERROR(AddPublished(services.gateway, state, trace->Entities(), published));
  return PageResponse(200, RenderTracePage(*trace, published, context));
}

// ---- Resolution ----

Result<Response> Resolve(const std::string& text) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string code, CanonicalCode(text));
  Response response;
  response.status = 307;
  response.With("Location", "/t/" + code);
  return response;
}

// ---- Routes ----

Parameter CodeParameter() { return {"code", "path", kCodeText, true}; }

Route TraceRoute(Services* s) {
  return {"GET",
          "/v1/trace/{code...}",
          "What the ledger says of a code: states, goods, the flows that moved it and the codes "
          "around it, disclosed for the caller, with what was checked",
          {CodeParameter(),
           {"depth", "query", "links away from the code, 0 to 8, default 1", false,
            R"({"type":"integer","minimum":0,"maximum":8,"default":1})"},
           {"direction", "query",
            "backward (what it came in, what it was made of), forward (what lay inside and where "
            "it went, what it became part of), both (default)",
            false, R"({"type":"string","enum":["backward","forward","both"]})"},
           {"flows_from", "query", "`more.flows_from` of the code's answer before"},
           {"contents_from", "query", "`more.contents_from` of the answer before"},
           {"proof", "query", "1: with inclusion proofs and checkpoint"}},
          {},
          {{200, "trace"}},
          true,
          true,
          Sync([s](const Call& c) { return TraceJson(*s, c); })};
}

Route CodeRoute(Services* s) {
  return {"GET",
          "/v1/codes/{code...}",
          "State of a code",
          {CodeParameter()},
          {},
          {{200, "code"}},
          true,
          true,
          Sync([s](const Call& c) { return OneCode(*s, c); })};
}

Route PageRoute(Services* s) {
  return {
      "GET",
      "/t/{code...}",
      "Page for consumers",
      {CodeParameter(), {"lang", "query", "en; by default Chinese"}},
      {},
      {{200, "page", "text/html"}, {404, "page that says that there is no such code", "text/html"}},
      true,
      true,
      Sync([s](const Call& c) { return Page(*s, c); })};
}

// To the page of what stands in the path behind `prefix`.
Route Redirect(const char* path, const char* summary, std::string prefix) {
  return {"GET",
          path,
          summary,
          {CodeParameter()},
          {},
          {{307, "the page"}},
          false,
          false,
          Sync([prefix = std::move(prefix)](const Call& c) {
            return Resolve(prefix + c.request.Capture("code"));
          })};
}

}  // namespace

void AddTraceRoutes(Services& services, std::vector<Route>& routes) {
  routes.push_back(TraceRoute(&services));
  routes.push_back(CodeRoute(&services));
  routes.push_back(PageRoute(&services));
  routes.push_back(
      Redirect("/resolve/{code...}", "To the page of a code in any of its spellings", ""));
  // The addresses that a GS1 Digital Link QR code holds when its domain is this node's.
  routes.push_back(Redirect("/01/{code...}", "GS1 Digital Link address", "01/"));
  routes.push_back(Redirect("/00/{code...}", "GS1 Digital Link address", "00/"));
}

}  // namespace suyuan::api
