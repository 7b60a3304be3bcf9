// Findings on sealed values and alerts on parties: lists and single ones, for whom finding_view.h
// says. To everybody else there are none.
#include <algorithm>
#include <set>

#include "api/disclosure.h"
#include "api/finding_view.h"
#include "api/opened.h"
#include "api/paging.h"
#include "api/sealed_cursor.h"
#include "api/services.h"
#include "api/shown_items.h"
#include "common/encoding.h"
#include "contracts/shown_value.h"
#include "contracts/snapshot_reader.h"

namespace suyuan::api {
namespace {

using contracts::Finding;
using contracts::FindingPlace;
using contracts::Namespace;
using ledger::LeafMode;

// A page with rows looks at so many at most, and the cursor goes on; one that found none yet looks
// further, so that no caller pages through what others file.
constexpr size_t kRowsMax = 5'000, kRowsSearchedMax = 100'000;
constexpr std::string_view kList = "rows";  // namespace ‖ key are told apart in the cursor

// What a list is narrowed to. `open`: what still waits for somebody.
struct Filter {
  std::optional<PartyId> party;
  std::string state, kind;
  bool Takes(const PartyId& on, std::string_view stage, bool open, std::string_view word) const {
    if (party && *party != on) return false;
    if (!kind.empty() && kind != word) return false;
    return state.empty() || state == stage || (state == "open" && open);
  }
};

Result<std::string> OneOf(const Call& call, const char* name,
                          const std::set<std::string_view>& known) {
  const std::string* text = call.request.Query(name);
  if (!text) return std::string();
  if (known.contains(*text)) return *text;
  std::string all;
  for (const std::string_view word : known) all += (all.empty() ? "" : ", ") + std::string(word);
  return Error{ErrorCode::kFormat, std::string(name) + " is one of " + all};
}

Result<Filter> ReadFilter(const Call& call, const std::set<std::string_view>& states,
                          const std::set<std::string_view>& kinds) {
  Filter out;
  if (const std::string* party = call.request.Query("party")) {
    SUYUAN_ASSIGN_OR_RETURN(out.party, ParsePartyId(*party));
  }
  SUYUAN_ASSIGN_OR_RETURN(out.state, OneOf(call, "state", states));
  SUYUAN_ASSIGN_OR_RETURN(out.kind, OneOf(call, "kind", kinds));
  return out;
}

// One row as this caller sees it; nullopt: it is not in its list.
using RowView = std::function<Result<std::optional<json::Object>>(ByteView key, ByteView value)>;

// The rows of a namespace under a prefix, and how a caller sees one.
struct Rows {
  Namespace ns;
  Bytes prefix;
  RowView view;
};

// One page over the rows of a list's namespaces, one after the other.
class Page {
 public:
  Page(const SealedCursors& cursors, size_t limit) : cursors_(cursors), limit_(limit) {}

  // From `start` on; false: the page ends here.
  Result<bool> Add(const contracts::StateReader& state, const Rows& rows, ByteView start) {
    Status status;
    const Bytes from = std::max(rows.prefix, Bytes(start));
    state.Scan(rows.ns, from, [&](ByteView key, ByteView value) {
      return key.starts_with(rows.prefix) && AddRow(rows, key, value, status);
    });
    SUYUAN_RETURN_IF_ERROR(std::move(status));
    return next_.empty();
  }
  json::Object Take() {
    json::Object body{{"items", std::move(items_)}};
    if (!next_.empty()) body.emplace("next", next_);
    return body;
  }

 private:
  bool AddRow(const Rows& rows, ByteView key, ByteView value, Status& status) {
    if (++rows_ > (items_.empty() ? kRowsSearchedMax : kRowsMax)) return EndAt(rows.ns, key);
    auto row = rows.view(key, value);
    if (!row.ok()) {
      status = row.error();
      return false;
    }
    if (!*row) return true;
    if (items_.size() == limit_) return EndAt(rows.ns, key);
    items_.emplace_back(**std::move(row));
    return true;
  }
  bool EndAt(Namespace ns, ByteView key) {
    next_ = cursors_.At(kList, static_cast<char>(ns) + Bytes(key));
    return false;
  }

  const SealedCursors& cursors_;
  const size_t limit_;
  size_t rows_ = 0;
  json::Array items_;
  std::string next_;
};

// A cursor stands on a row that the caller sees, unless so many others were passed that the page
// ends among them: it is sealed, so that such a row is not told.
Result<Response> ListRows(const Call& call, const contracts::StateReader& state,
                          const std::vector<Rows>& lists, const SealedCursors& cursors) {
  SUYUAN_ASSIGN_OR_RETURN(const size_t limit, PageLimit(call.request));
  SUYUAN_ASSIGN_OR_RETURN(const Bytes cursor, cursors.Start(kList, call.request));
  const auto begins = [&](const Rows& rows) {
    return cursor.empty() || cursor.front() == static_cast<char>(rows.ns);
  };
  auto list = std::ranges::find_if(lists, begins);
  if (list == lists.end()) return Error{ErrorCode::kFormat, "this is no cursor of ours"};
  Page page(cursors, limit);
  ByteView start = cursor.empty() ? ByteView() : ByteView(cursor).substr(1);
  for (bool more = true; more && list != lists.end(); ++list, start = {}) {
    SUYUAN_ASSIGN_OR_RETURN(more, page.Add(state, *list, start));
  }
  return JsonAt(call, page.Take());
}

Result<Response> ListFindings(const SealedCursors& cursors, const Call& call) {
  SUYUAN_ASSIGN_OR_RETURN(const Filter filter,
                          ReadFilter(call, {"open", "RAISED", "COUNTERSIGNED", "ANSWERED"},
                                     {"bad_value", "cipher_fault", "key_fault", "cannot_open"}));
  const contracts::SnapshotReader state(*call.snapshot);
  FindingCaller caller(state, call.request.identity);
  const RowView view = [&](ByteView key, ByteView value) -> Result<std::optional<json::Object>> {
    const auto place = contracts::ParseFindingKey(key);
    if (!place) return Error{ErrorCode::kCorrupt, "the key of a finding is damaged"};
    const Finding finding = contracts::DecodeFinding(value);
    const bool open = finding.stage != contracts::FindingStage::kAnswered;
    if (!filter.Takes(finding.owner, StageWord(finding.stage), open,
                      contracts::ToString(place->kind)))
      return std::optional<json::Object>();
    SUYUAN_ASSIGN_OR_RETURN(const bool seen, caller.Sees(*place, finding));
    if (!seen) return std::optional<json::Object>();
    return std::optional(DescribeFinding(*place, finding));
  };
  return ListRows(call, state, {{Namespace::kFinding, "", view}}, cursors);
}

const std::set<std::string_view> kAlertRules = {"BAD_VALUE",   "CIPHER_FAULT", "KEY_FAULT",
                                                "CANNOT_OPEN", "LATE_FILING",  "FOREIGN_GOODS",
                                                "HOLDER_GAP",  "SAMPLING",     "UNPACKED"};

Result<Response> ListAlerts(const SealedCursors& cursors, const Call& call) {
  SUYUAN_ASSIGN_OR_RETURN(const Filter filter,
                          ReadFilter(call, {"open", "RAISED", "CLOSED", "NOTED"}, kAlertRules));
  const contracts::SnapshotReader state(*call.snapshot);
  const FindingCaller caller(state, call.request.identity);
  // Whoever is no regulator sees its own alone.
  Bytes prefix = filter.party ? filter.party->str() : Bytes();
  if (!caller.regulator()) prefix = caller.anonymous() ? Bytes() : caller.party().str();
  const RowView raised = [&](ByteView key, ByteView value) -> Result<std::optional<json::Object>> {
    const auto place = contracts::ParseAlertKey(key);
    if (!place) return Error{ErrorCode::kCorrupt, "the key of an alert is damaged"};
    const contracts::Alert alert = contracts::DecodeAlert(value);
    const bool open = alert.stage == contracts::AlertStage::kRaised;
    if (!filter.Takes(place->party, StageWord(alert.stage), open, place->rule) ||
        !caller.SeesAlertsOn(place->party))
      return std::optional<json::Object>();
    return std::optional(DescribeAlert(*place, alert));
  };
  const RowView noted = [&](ByteView key, ByteView value) -> Result<std::optional<json::Object>> {
    const auto place = contracts::ParseNotedAlertKey(key);
    if (!place) return Error{ErrorCode::kCorrupt, "the key of an alert is damaged"};
    const contracts::NotedAlert alert = contracts::DecodeNotedAlert(value);
    if (!filter.Takes(place->party, kNotedStage, false, alert.rule) ||
        !caller.SeesAlertsOn(place->party))
      return std::optional<json::Object>();
    return std::optional(DescribeAlert(*place, alert));
  };
  if (caller.anonymous()) return JsonAt(call, json::Object{{"items", json::Array()}});
  return ListRows(call, state,
                  {{Namespace::kAlert, prefix, raised}, {Namespace::kNotedAlert, prefix, noted}},
                  cursors);
}

Result<Response> OneAlert(const Call& call) {
  const contracts::SnapshotReader state(*call.snapshot);
  const FindingCaller caller(state, call.request.identity);
  const std::string& id = call.request.Capture("id");
  if (const auto noted = ParseNotedAlertId(id)) {
    const auto alert = contracts::FindNotedAlert(state, *noted);
    if (!alert || !caller.SeesAlertsOn(noted->party)) return NoSuchAlert();
    return JsonAt(call, DescribeAlert(*noted, *alert));
  }
  SUYUAN_ASSIGN_OR_RETURN(const contracts::AlertPlace place, ParseAlertId(id));
  const auto alert =
      contracts::FindAlert(state, contracts::AlertKey(place.party, place.rule, place.subject));
  if (!alert || !caller.SeesAlertsOn(place.party)) return NoSuchAlert();
  return JsonAt(call, DescribeAlert(place, *alert));
}

// ---- One finding, with its evidence ----

json::Array DescribeBreaches(const std::vector<contracts::DutyBreach>& breaches) {
  json::Array out;
  for (const contracts::DutyBreach& breach : breaches)
    out.emplace_back(json::Object{{"rule", breach.rule}, {"detail", breach.detail}});
  return out;
}

// A published value: its opening, which anybody checks against the commitment, the value, and the
// rules that it breaks by itself, as this node judges; it says so where it cannot.
Status DescribeOpening(const contracts::StateReader& state, const FindingPlace& place,
                       const ledger::Leaf& leaf, ByteView padded, json::Object& out) {
  out.emplace("opening", HexEncode(padded));
  SUYUAN_ASSIGN_OR_RETURN(const contracts::Judgement judged,
                          contracts::CheckShownValue(state, place.target, leaf.commitment, padded));
  out.emplace("breaks", DescribeBreaches(judged.breaches));
  if (judged.breaches.empty() && !judged.goods_known) out.emplace("cannot_judge", true);
  const auto value = sealing::UnpadValue(padded);
  if (!value.ok() || !*value) return {};
  if (auto parsed = json::Parse(**value); parsed.ok())
    out.emplace("value", *std::move(parsed));
  else
    out.emplace("malformed", true);
  return {};
}

// What a published finding shows, in the words of `shows` in a transaction (contracts/builder.h).
Result<json::Object> Evidence(const contracts::StateReader& state, const FindingPlace& place,
                              const ShownItems::Shown& shown) {
  const ledger::Leaf& leaf = *shown.leaf;
  const ledger::SealedOrigin origin = ledger::OriginOf(leaf);
  json::Object out{{"context", ToHex(origin.context)},
                   {"record", origin.record},
                   {"item", static_cast<uint32_t>(leaf.item)},
                   {"commitment", ToHex(leaf.commitment)}};
  if (!shown.bytes) {
    out.emplace("erased", true);
  } else if (leaf.mode == LeafMode::kOpening) {
    SUYUAN_RETURN_IF_ERROR(DescribeOpening(state, place, leaf, *shown.bytes, out));
  } else {
    SUYUAN_ASSIGN_OR_RETURN(const sealing::FaultItem fault, sealing::ReadFaultItem(*shown.bytes));
    out.emplace("content_hash", ToHex(leaf.content_hash));
    out.emplace("field_key", HexEncode(fault.field_key));
    out.emplace("ciphertext", HexEncode(fault.ciphertext));
  }
  return out;
}

Result<Response> OneFinding(Gateway& gateway, const Call& call) {
  const contracts::SnapshotReader state(*call.snapshot);
  SUYUAN_ASSIGN_OR_RETURN(const FindingPlace place, ParseFindingId(call.request.Capture("id")));
  const auto finding = contracts::FindFinding(state, place.target, place.kind);
  if (!finding) return NoSuchFinding();
  const auto& who = call.request.identity;
  SUYUAN_ASSIGN_OR_RETURN(const bool seen, FindingCaller(state, who).Sees(place, *finding));
  if (!seen) return NoSuchFinding();
  json::Object body = DescribeFinding(place, *finding);
  SUYUAN_ASSIGN_OR_RETURN(const ShownItems items, ShownItems::Load(gateway, finding->tx));
  SUYUAN_ASSIGN_OR_RETURN(const OpenedFields opened,
                          OpenFor(gateway, who, std::span<const TxId>(&finding->tx, 1)));
  const auto source_of = [&](size_t) { return LeafSource{finding->tx, finding->record}; };
  // Whoever sees a finding sees what it says in clear.
  DescribeFor(Reader::kOwner, items.tx().records[finding->record], source_of, opened)
      .MoveInto(body);
  json::Array shows;
  for (const ShownItems::Shown* shown : items.Of(finding->record)) {
    SUYUAN_ASSIGN_OR_RETURN(json::Object evidence, Evidence(state, place, *shown));
    shows.emplace_back(std::move(evidence));
  }
  if (!shows.empty()) body.emplace("shows", std::move(shows));
  return JsonAt(call, std::move(body));
}

std::vector<Parameter> Filters(std::string_view party, std::string_view states,
                               std::string_view kinds) {
  return {{"limit", "query", "1 to 200, default 50", false, R"({"type":"integer"})"},
          {"cursor", "query", "`next` of the page before"},
          {"party", "query", party},
          {"state", "query", "open: what still waits for somebody", false, states},
          {"kind", "query", "of this kind only", false, kinds}};
}

}  // namespace

void AddFindingRoutes(Services& services, std::vector<Route>& routes) {
  Gateway* const gateway = &services.gateway;
  const auto cursors = std::make_shared<const SealedCursors>();
  const Parameter id{"id", "path", "as lists give it", true};
  const auto add = [&](std::string_view pattern, std::string_view summary,
                       std::vector<Parameter> parameters, std::string_view found,
                       std::function<Result<Response>(const Call&)> handle) {
    routes.push_back({"GET",
                      pattern,
                      summary,
                      std::move(parameters),
                      {},
                      {{200, found}},
                      true,
                      true,
                      Sync(std::move(handle))});
  };
  add("/v1/findings",
      "What readers found wrong with sealed values: published ones for everybody, others for the "
      "field's readers",
      Filters("only against this party",
              R"({"type":"string","enum":["open","RAISED","COUNTERSIGNED","ANSWERED"]})",
              R"({"type":"string","enum":["bad_value","cipher_fault","key_fault","cannot_open"]})"),
      "a page", [cursors](const Call& c) { return ListFindings(*cursors, c); });
  add("/v1/findings/{id}", "One finding; with its evidence, when it is published", {id}, "found",
      [gateway](const Call& c) { return OneFinding(*gateway, c); });
  add("/v1/alerts",
      "Alerts that concern a party, for itself and regulators with jurisdiction over it: those "
      "that "
      "it is to end, then those that outcomes note of its batches and flows",
      Filters("only those of this party",
              R"({"type":"string","enum":["open","RAISED","CLOSED","NOTED"]})",
              R"({"type":"string","enum":["BAD_VALUE","CIPHER_FAULT","KEY_FAULT","CANNOT_OPEN",)"
              R"("LATE_FILING","FOREIGN_GOODS","HOLDER_GAP","SAMPLING","UNPACKED"]})"),
      "a page", [cursors](const Call& c) { return ListAlerts(*cursors, c); });
  add("/v1/alerts/{id}", "One alert", {id}, "found", OneAlert);
}

}  // namespace suyuan::api
