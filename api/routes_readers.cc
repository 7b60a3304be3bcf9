// What a sender needs to choose the readers of sealed fields (requirements 1.3). Public data, but
// for flows.
#include "api/services.h"
#include "api/views.h"
#include "contracts/readers.h"
#include "contracts/snapshot_reader.h"

namespace suyuan::api {
namespace {

json::Value ReaderJson(const contracts::ReaderParty& reader) {
  json::Object out{{"party", ToString(reader.party)},
                   {"region", reader.region},
                   {"sealing_key", ToHex(reader.sealing_key)}};
  if (reader.recovery_key) out.emplace("recovery_key", ToHex(*reader.recovery_key));
  if (reader.escrow_key) out.emplace("escrow_key", ToHex(*reader.escrow_key));
  return out;
}

json::Array CodesOf(const std::vector<PartyId>& parties) {
  json::Array out;
  for (const PartyId& party : parties) out.emplace_back(ToString(party));
  return out;
}

// Who reads what a side adds to a flow. That a party has recorded it is for members.
Result<json::Value> FlowJson(const contracts::ReaderDirectory& directory, const Call& call,
                             const std::string& text) {
  if (!call.request.identity)
    return Error{ErrorCode::kAuth, "sides of flows are for registered parties: sign the request"};
  if (!call.request.identity->member)
    return Error{ErrorCode::kAuthz, "sides of flows are for approved parties"};
  SUYUAN_ASSIGN_OR_RETURN(const EntityId id, ParseEntityId(text));
  SUYUAN_ASSIGN_OR_RETURN(const auto parties, directory.PartiesOf(id));
  if (!parties) return Error{ErrorCode::kNotFound, "no flow has this id"};
  return json::Value(json::Object{{"sides", CodesOf(parties->sides)},
                                  {"manufacturers", CodesOf(parties->makers)}});
}

Result<Response> Readers(const Call& call) {
  const contracts::SnapshotReader state(*call.snapshot);
  const contracts::StateReaderDirectory directory(state);
  json::Object body;
  SUYUAN_ASSIGN_OR_RETURN(const auto regulators, directory.Regulators());
  json::Array list;
  for (const contracts::ReaderParty& regulator : regulators) list.push_back(ReaderJson(regulator));
  body.emplace("regulators", std::move(list));
  if (const std::string* text = call.request.Query("party")) {
    SUYUAN_ASSIGN_OR_RETURN(const PartyId id, ParsePartyId(*text));
    SUYUAN_ASSIGN_OR_RETURN(const auto party, directory.Find(id));
    if (party) body.emplace("party", ReaderJson(*party));
  }
  if (const std::string* code = call.request.Query("code")) {
    SUYUAN_ASSIGN_OR_RETURN(const auto maker, directory.ManufacturerOf(*code));
    if (maker) body.emplace("manufacturer", ToString(*maker));
  }
  if (const std::string* flow = call.request.Query("flow")) {
    SUYUAN_ASSIGN_OR_RETURN(json::Value parties, FlowJson(directory, call, *flow));
    body.emplace("flow", std::move(parties));
  }
  return JsonAt(call, std::move(body));
}

}  // namespace

void AddReaderRoutes(Services&, std::vector<Route>& routes) {
  routes.push_back(
      {"GET",
       "/v1/readers",
       "Keys for sealing: the active regulators, and on request one party or the maker of a code",
       {{"party", "query", "18-character credit code: adds its keys, if it is registered"},
        {"code", "query", "canonical trace code: adds the manufacturer of the goods, if known"},
        {"flow", "query", "id of a flow: adds its known sides and the manufacturers, for members"}},
       {},
       {{200, "keys"}},
       true,
       true,
       Sync(Readers)});
}

}  // namespace suyuan::api
