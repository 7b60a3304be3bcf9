// Parties, catalogue, nodes, products, batches, documents, flows: what stands in the state,
// disclosed.
#include "api/paging.h"
#include "api/published.h"
#include "api/services.h"
#include "api/uri.h"
#include "api/views.h"
#include "contracts/batch.h"
#include "contracts/calendar.h"
#include "contracts/entity_access.h"
#include "contracts/product.h"
#include "contracts/snapshot_reader.h"

namespace suyuan::api {
namespace {

using contracts::Namespace;
using ledger::EntityKind;

// A page of ids being collected.
struct Page {
  size_t limit = 0;
  std::vector<Bytes> ids;
  std::string next;

  // Adds the id found under `key`; false when the page was full before and ends here.
  bool Add(ByteView key, ByteView id) {
    if (ids.size() == limit) {
      next = CursorAt(key);
      return false;
    }
    ids.emplace_back(id);
    return true;
  }
};

// All entities of a kind in the order of their ids.
void CollectAll(const contracts::StateReader& state, EntityKind kind, ByteView start, Page& page) {
  state.Scan(contracts::NamespaceOf(kind), start,
             [&](ByteView key, ByteView) { return page.Add(key, key); });
}

// Those of one owner that `accept` takes. A page with rows reads so many at most, one that found
// none yet some more; the cursor goes on.
constexpr size_t kRowsMax = 5'000, kRowsSearchedMax = 20'000;
void CollectOwned(const contracts::StateReader& state, EntityKind kind, const Bytes& owner,
                  ByteView start, const std::function<bool(ByteView id)>& accept, Page& page) {
  const Bytes prefix = owner + static_cast<char>(kind);
  size_t rows = 0;
  state.Scan(Namespace::kOwnerIndex, prefix + Bytes(start), [&](ByteView key, ByteView) {
    if (!key.starts_with(prefix)) return false;
    const ByteView id = key.substr(prefix.size());
    if (++rows > (page.ids.empty() ? kRowsSearchedMax : kRowsMax)) {
      page.next = CursorAt(id);
      return false;
    }
    return !accept(id) || page.Add(id, id);
  });
}

// Batches of a product are its owner's.
Status CollectOfProduct(const contracts::StateReader& state, const std::string& product,
                        ByteView start, Page& page) {
  SUYUAN_ASSIGN_OR_RETURN(const Bytes id, ParseId(EntityKind::kProduct, product));
  const auto entity = contracts::LoadEntity(state, EntityKind::kProduct, id);
  if (!entity) return Error{ErrorCode::kNotFound, "no product has this id"};
  const Bytes owner = contracts::DecodeProduct(entity->content).owner.str();
  const auto of_product = [&](ByteView batch) {
    const auto found = contracts::LoadEntity(state, EntityKind::kBatch, batch);
    return found && contracts::DecodeBatch(found->content).product.view() == id;
  };
  CollectOwned(state, EntityKind::kBatch, owner, start, of_product, page);
  return {};
}

// Records hold lists of thousands of codes: a page reads so many bytes of them at most, and the
// entity that goes beyond.
constexpr size_t kPageReadBytesMax = 1 << 20;

size_t BytesOf(const EntityView& view) {
  size_t bytes = 0;
  for (const VersionRecord& version : view.versions)
    for (const Bytes& leaf : version.stored.leaves) bytes += leaf.size();
  return bytes;
}

// What this caller is shown of an entity.
Result<json::Object> Describe(Gateway& gateway, Publisher& publisher, const Call& call,
                              EntityKind kind, ByteView id, const EntityView& view) {
  const EntityView* const one = &view;
  SUYUAN_ASSIGN_OR_RETURN(OpenedFields opened,
                          OpenFor(gateway, call.request.identity, std::span(&one, 1)));
  SUYUAN_RETURN_IF_ERROR(publisher.Add(kind, id, view, opened));
  json::Object body = DescribeEntity(kind, id, view, call.request.identity, opened);
  opened.TellCut(body);
  return body;
}

// Of a flow nothing is for everybody: its fields are MEM or sealed.
Status CheckMayRead(EntityKind kind, const Call& call) {
  if (kind != EntityKind::kFlow) return {};
  if (!call.request.identity)
    return Error{ErrorCode::kAuth, "flows are shown to registered parties: sign the request"};
  if (!call.request.identity->member)
    return Error{ErrorCode::kAuthz, "flows are shown to parties whose registration is approved"};
  return {};
}

Result<Page> CollectPage(EntityKind kind, const contracts::StateReader& state, const Call& call) {
  Page page;
  SUYUAN_ASSIGN_OR_RETURN(page.limit, PageLimit(call.request));
  SUYUAN_ASSIGN_OR_RETURN(const Bytes start, PageStart(call.request));
  const std::string* owner = call.request.Query("owner");
  const std::string* product = call.request.Query("product");
  if (product && kind == EntityKind::kBatch) {
    SUYUAN_RETURN_IF_ERROR(CollectOfProduct(state, *product, start, page));
  } else if (owner && kind != EntityKind::kParty) {
    SUYUAN_ASSIGN_OR_RETURN(const Bytes party, ParseId(EntityKind::kParty, *owner));
    CollectOwned(
        state, kind, party, start, [](ByteView) { return true; }, page);
  } else {
    CollectAll(state, kind, start, page);
  }
  return page;
}

Result<Response> ListEntities(Gateway& gateway, EntityKind kind, const Call& call) {
  SUYUAN_RETURN_IF_ERROR(CheckMayRead(kind, call));
  const contracts::SnapshotReader state(*call.snapshot);
  SUYUAN_ASSIGN_OR_RETURN(Page page, CollectPage(kind, state, call));
  json::Array items;
  Publisher publisher(gateway, state);
  size_t read_bytes = 0;
  for (const Bytes& id : page.ids) {
    if (read_bytes + publisher.bytes_read() >= kPageReadBytesMax) {
      page.next = CursorAt(id);
      break;
    }
    SUYUAN_ASSIGN_OR_RETURN(const EntityView view, LoadEntityView(state, kind, id));
    read_bytes += BytesOf(view);
    SUYUAN_ASSIGN_OR_RETURN(json::Object item, Describe(gateway, publisher, call, kind, id, view));
    items.emplace_back(std::move(item));
  }
  json::Object body{{"items", std::move(items)}};
  if (!page.next.empty()) body.emplace("next", page.next);
  return JsonAt(call, std::move(body));
}

Result<Response> OneEntity(Gateway& gateway, EntityKind kind, const Call& call) {
  SUYUAN_RETURN_IF_ERROR(CheckMayRead(kind, call));
  const contracts::SnapshotReader state(*call.snapshot);
  SUYUAN_ASSIGN_OR_RETURN(const Bytes id, ParseId(kind, call.request.Capture("id")));
  const Result<EntityView> view = LoadEntityView(state, kind, id);
  if (!view && view.error().code == ErrorCode::kNotFound)
    return Error{ErrorCode::kNotFound, "no " + std::string(KindName(kind)) + " has this id"};
  if (!view) return view.error();
  Publisher publisher(gateway, state);
  SUYUAN_ASSIGN_OR_RETURN(json::Object body, Describe(gateway, publisher, call, kind, id, *view));
  return JsonAt(call, std::move(body));
}

// The record that made one version, also one of which nothing stands any more.
Result<Response> OneVersion(EntityKind kind, const Call& call) {
  SUYUAN_RETURN_IF_ERROR(CheckMayRead(kind, call));
  SUYUAN_ASSIGN_OR_RETURN(const Bytes id, ParseId(kind, call.request.Capture("id")));
  const auto version = ParseDecimal(call.request.Capture("version"));
  const contracts::SnapshotReader state(*call.snapshot);
  const auto bytes =
      version.ok() && *version <= UINT32_MAX
          ? state.Get(Namespace::kRecord,
                      contracts::RecordKey(kind, id, static_cast<uint32_t>(*version)))
          : std::nullopt;
  if (!bytes)
    return Error{ErrorCode::kNotFound,
                 "no " + std::string(KindName(kind)) + " has this id and such a version"};
  const contracts::StoredRecord stored = contracts::DecodeStoredRecord(*bytes);
  return JsonAt(call, json::Object{{"kind", KindName(kind)},
                                   {"id", IdText(kind, id)},
                                   {"version", static_cast<int64_t>(*version)},
                                   {"transaction", ToHex(stored.tx)},
                                   {"record", stored.record},
                                   {"block", stored.height.value()},
                                   {"recorded_at", contracts::FormatTimeMs(stored.time_ms)}});
}

// A text constant of the program, for the table of routes. No `version`: nobody seals there.
struct Group {
  EntityKind kind;
  std::string_view list, one, list_summary, one_summary, id_text, version = {};
};
constexpr Group kGroups[] = {
    {EntityKind::kParty, "/v1/parties", "/v1/parties/{id}", "Registered parties", "One party",
     "18-character credit code", "/v1/parties/{id}/versions/{version}"},
    {EntityKind::kCatalogNode, "/v1/catalog", "/v1/catalog/{id}", "Catalogue of product categories",
     "One category", "category code"},
    {EntityKind::kNode, "/v1/members", "/v1/members/{id}", "Nodes of the members, former ones too",
     "One node", "key id of the node key, 64 hex digits"},
    {EntityKind::kProduct, "/v1/products", "/v1/products/{id}", "Products", "One product",
     "26-character id", "/v1/products/{id}/versions/{version}"},
    {EntityKind::kBatch, "/v1/batches", "/v1/batches/{id}", "Batches", "One batch",
     "26-character id", "/v1/batches/{id}/versions/{version}"},
    {EntityKind::kDocument, "/v1/documents", "/v1/documents/{id}", "Anchored documents",
     "One document", "26-character id", "/v1/documents/{id}/versions/{version}"},
    {EntityKind::kFlow, "/v1/flows", "/v1/flows/{id}",
     "Flows, for approved parties; of each what the caller may see", "One flow", "26-character id",
     "/v1/flows/{id}/versions/{version}"},
};

}  // namespace

void AddEntityRoutes(Services& services, std::vector<Route>& routes) {
  Gateway* const gateway = &services.gateway;
  for (const Group& group : kGroups) {
    std::vector<Parameter> filters = {
        {"limit", "query", "1 to 200, default 50", false, R"({"type":"integer"})"},
        {"cursor", "query", "`next` of the page before"}};
    if (group.kind != EntityKind::kParty && group.kind != EntityKind::kCatalogNode &&
        group.kind != EntityKind::kNode)
      filters.push_back({"owner", "query", "only those that this party filed"});
    if (group.kind == EntityKind::kBatch)
      filters.push_back({"product", "query", "only those of this product"});
    const EntityKind kind = group.kind;
    routes.push_back(
        {"GET",
         group.list,
         group.list_summary,
         filters,
         {},
         {{200, "a page"}},
         true,
         true,
         Sync([gateway, kind](const Call& c) { return ListEntities(*gateway, kind, c); })});
    routes.push_back(
        {"GET",
         group.one,
         group.one_summary,
         {{"id", "path", group.id_text, true}},
         {},
         {{200, "found"}},
         true,
         true,
         Sync([gateway, kind](const Call& c) { return OneEntity(*gateway, kind, c); })});
    if (group.version.empty()) continue;
    routes.push_back({"GET",
                      group.version,
                      "Which record made a version",
                      {{"id", "path", group.id_text, true},
                       {"version", "path", "from 1 on", true, R"({"type":"integer"})"}},
                      {},
                      {{200, "found"}},
                      true,
                      true,
                      Sync([kind](const Call& c) { return OneVersion(kind, c); })});
  }
}

}  // namespace suyuan::api
