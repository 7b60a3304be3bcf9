// The ledger as auditors read it: blocks, checkpoint, tiles, consistency, the stream of blocks.
#include "api/bundle.h"
#include "api/paging.h"
#include "api/services.h"
#include "api/submissions.h"
#include "api/tiles.h"
#include "contracts/calendar.h"
#include "ledger/merkle_log.h"

namespace suyuan::api {
namespace {

std::string_view BlockKindName(ledger::BlockKind kind) {
  switch (kind) {
    case ledger::BlockKind::kTransactions:
      return "transactions";
    case ledger::BlockKind::kElection:
      return "election";
    case ledger::BlockKind::kConfiguration:
      return "configuration";
  }
  return "other";
}

// A page of blocks reads so many bytes of entries at most, and the one that goes beyond.
constexpr size_t kPageReadBytesMax = 2 << 20;

// Adds the bytes of the entry to `read_bytes`.
Result<json::Object> DescribeBlock(const Services& services, uint64_t height, bool with_ids,
                                   size_t& read_bytes) {
  const ledger::Store& store = services.gateway.store();
  SUYUAN_ASSIGN_OR_RETURN(const ledger::Store::BlockSummary summary, store.Summary(Height(height)));
  json::Object out;
  out.emplace("block", height);
  out.emplace("block_hash", ToHex(summary.head.entry_hash));
  out.emplace("time", contracts::FormatTimeMs(summary.head.time_ms));
  out.emplace("state_root", ToHex(summary.head.state_root));
  out.emplace("leaf_count", summary.leaf_count);
  out.emplace("log_root", ToHex(summary.log_root));
  if (height == 0) {
    out.emplace("kind", "genesis");
    return out;
  }
  SUYUAN_ASSIGN_OR_RETURN(const auto bytes, store.EntryBytes(Height(height)));
  read_bytes += bytes->size();
  SUYUAN_ASSIGN_OR_RETURN(const ledger::BlockEntry entry,
                          ledger::DecodeEntry(bytes, ledger::Hashes::kKnown));
  out.emplace("kind", BlockKindName(entry.header.kind));
  out.emplace("term", entry.header.term.value());
  out.emplace("proposer", ToHex(entry.header.proposer));
  out.emplace("prev_block_hash", ToHex(entry.header.prev_entry_hash));
  out.emplace("body_hash", ToHex(entry.header.body_hash));
  out.emplace("transaction_count", static_cast<uint64_t>(entry.envelopes.size()));
  if (!with_ids) return out;
  json::Array ids;
  for (ByteView envelope : entry.envelopes)
    if (const auto id = ledger::PeekTransactionId(envelope)) ids.emplace_back(ToHex(*id));
  out.emplace("transactions", std::move(ids));
  return out;
}

// Newest first; `before` goes on where a page ended.
Result<Response> Blocks(const Services& services, const Call& call) {
  SUYUAN_ASSIGN_OR_RETURN(const size_t limit, PageLimit(call.request));
  uint64_t next = call.height() + 1;
  if (const std::string* before = call.request.Query("before")) {
    SUYUAN_ASSIGN_OR_RETURN(const uint64_t height, ParseDecimal(*before));
    next = std::min(next, height);
  }
  json::Array items;
  size_t read_bytes = 0;
  while (next > 0 && items.size() < limit && read_bytes < kPageReadBytesMax) {
    SUYUAN_ASSIGN_OR_RETURN(json::Object block, DescribeBlock(services, --next, false, read_bytes));
    items.emplace_back(std::move(block));
  }
  json::Object body{{"items", std::move(items)}};
  if (next > 0) body.emplace("before", next);
  return JsonAt(call, std::move(body));
}

Result<uint64_t> BlockHeight(const Call& call) {
  const Result<uint64_t> height = ParseDecimal(call.request.Capture("height"));
  if (!height || *height > call.height())
    return Error{ErrorCode::kNotFound, "this node has no block of this height"};
  return *height;
}

Result<Response> OneBlock(const Services& services, const Call& call) {
  SUYUAN_ASSIGN_OR_RETURN(const uint64_t height, BlockHeight(call));
  size_t read_bytes = 0;
  SUYUAN_ASSIGN_OR_RETURN(json::Object block, DescribeBlock(services, height, true, read_bytes));
  return JsonAt(call, std::move(block));
}

// Whole blocks hold the MEM values of their transactions.
Status RequireMember(const Call& call) {
  if (!call.request.identity)
    return Error{ErrorCode::kAuth,
                 "whole blocks hold fields for registered parties: sign the request"};
  if (!call.request.identity->member)
    return Error{ErrorCode::kAuthz, "whole blocks are for parties whose registration is approved"};
  return {};
}

Result<Response> BlockEntryBytes(const Services& services, const Call& call) {
  SUYUAN_RETURN_IF_ERROR(RequireMember(call));
  SUYUAN_ASSIGN_OR_RETURN(const uint64_t height, BlockHeight(call));
  if (height == 0) return Error{ErrorCode::kNotFound, "block 0 is the genesis file: GET /genesis"};
  SUYUAN_ASSIGN_OR_RETURN(const auto bytes, services.gateway.store().EntryBytes(Height(height)));
  Response response;
  response.content_type = "application/octet-stream";
  response.body = bytes;
  return response;
}

Result<Response> Bundles(const Services& services, const Call& call) {
  SUYUAN_RETURN_IF_ERROR(RequireMember(call));
  SUYUAN_ASSIGN_OR_RETURN(const uint64_t height, BlockHeight(call));
  uint64_t count = 1;
  if (const std::string* text = call.request.Query("count")) {
    SUYUAN_ASSIGN_OR_RETURN(count, ParseDecimal(*text));
  }
  SUYUAN_ASSIGN_OR_RETURN(Bytes bytes, EncodeBundles(services.gateway.store(), Height(height),
                                                     count, Height(call.height())));
  return Response::Of(200, "application/octet-stream", std::move(bytes));
}

Result<Response> Checkpoint(const Services& services) {
  std::string note = services.gateway.checkpoint();
  if (note.empty()) return Error{ErrorCode::kNotYet, "this node has no checkpoint yet"};
  Response response = Response::Of(200, "text/plain; charset=utf-8", std::move(note));
  response.With("Cache-Control", "no-cache");
  return response;
}

Result<Response> Tile(const Services& services, const Call& call) {
  SUYUAN_ASSIGN_OR_RETURN(const TilePath tile, ParseTilePath(call.request.Capture("path")));
  SUYUAN_ASSIGN_OR_RETURN(
      Bytes bytes, ReadTile(services.gateway.store(), tile, call.snapshot->head().leaf_count));
  Response response = Response::Of(200, "application/octet-stream", std::move(bytes));
  response.With("Cache-Control", "public, max-age=31536000, immutable");
  return response;
}

Result<Response> Consistency(const Services& services, const Call& call) {
  const std::string* from_text = call.request.Query("from");
  const std::string* to_text = call.request.Query("to");
  if (!from_text) return Error{ErrorCode::kFormat, "`from` names the smaller tree size"};
  SUYUAN_ASSIGN_OR_RETURN(const uint64_t from, ParseDecimal(*from_text));
  uint64_t to = call.snapshot->head().leaf_count;
  if (to_text) {
    SUYUAN_ASSIGN_OR_RETURN(to, ParseDecimal(*to_text));
  }
  if (from == 0 || from > to || to > call.snapshot->head().leaf_count)
    return Error{ErrorCode::kFormat, "0 < from ≤ to ≤ size of the log"};
  const ledger::Store& store = services.gateway.store();
  const auto read = [&store](uint8_t level, uint64_t n) { return store.LogNode(level, n); };
  SUYUAN_ASSIGN_OR_RETURN(const auto proof, ledger::ConsistencyProof(from, to, read));
  SUYUAN_ASSIGN_OR_RETURN(const Hash from_root, ledger::TreeRoot(from, read));
  SUYUAN_ASSIGN_OR_RETURN(const Hash to_root, ledger::TreeRoot(to, read));
  json::Array path;
  for (const Hash& hash : proof) path.emplace_back(ToHex(hash));
  return JsonAt(call, {{"from", from},
                       {"to", to},
                       {"from_root", ToHex(from_root)},
                       {"to_root", ToHex(to_root)},
                       {"proof", std::move(path)}});
}

Result<Response> Events(const Services& services, const Call& call) {
  uint64_t next = call.height() + 1;
  const std::string* last = call.request.Header("last-event-id");
  const std::string* from = call.request.Query("from");
  if (last || from) {
    const Result<uint64_t> height = ParseDecimal(last ? *last : *from);
    if (!height) return Error{ErrorCode::kFormat, "Last-Event-ID and `from` are heights"};
    next = std::max<uint64_t>(last ? *height + 1 : *height, 1);
  }
  Response response;
  response.content_type = "text/event-stream";
  response.With("Cache-Control", "no-store");
  SUYUAN_ASSIGN_OR_RETURN(response.stream, services.events->Open(next));
  return response;
}

Parameter HeightOfBlock() {
  return {"height", "path", "height of a block; 0 is genesis", true,
          R"({"type":"integer","minimum":0})"};
}

void AddBlockRoutes(Services* s, std::vector<Route>& routes) {
  const Parameter height = HeightOfBlock();
  const Parameter limit{"limit", "query", "1 to 200, default 50", false, R"({"type":"integer"})"};
  routes.push_back(
      {"GET",
       "/v1/blocks",
       "Blocks, newest first; a page of large blocks is shorter than `limit`, `before` goes on",
       {limit, {"before", "query", "only blocks below this height"}},
       {},
       {{200, "blocks"}},
       true,
       true,
       Sync([s](const Call& c) { return Blocks(*s, c); })});
  routes.push_back({"GET",
                    "/v1/blocks/{height}",
                    "One block and its transactions' ids",
                    {height},
                    {},
                    {{200, "block"}},
                    true,
                    true,
                    Sync([s](const Call& c) { return OneBlock(*s, c); })});
  routes.push_back({"GET",
                    "/v1/blocks/{height}/entry",
                    "The block's bytes as stored; signed requests only",
                    {height},
                    {},
                    {{200, "entry", "application/octet-stream"}},
                    true,
                    false,
                    Sync([s](const Call& c) { return BlockEntryBytes(*s, c); })});
}

void AddLogRoutes(Services* s, std::vector<Route>& routes) {
  routes.push_back(
      {"GET",
       "/v1/blocks/{height}/bundle",
       "Everything this node holds of some blocks, for verification; signed requests",
       {HeightOfBlock(), {"count", "query", "how many blocks", false, R"({"type":"integer"})"}},
       {},
       {{200, "bundles", "application/octet-stream"}},
       true,
       false,
       Sync([s](const Call& c) { return Bundles(*s, c); })});
  routes.push_back({"GET",
                    "/checkpoint",
                    "The newest checkpoint (C2SP tlog-checkpoint)",
                    {},
                    {},
                    {{200, "signed note", "text/plain"}},
                    true,
                    false,
                    Sync([s](const Call&) { return Checkpoint(*s); })});
  routes.push_back(
      {"GET",
       "/tile/{path...}",
       "Tiles of the executed log (C2SP tlog-tiles)",
       {{"path", "path", "<L>/<N>[.p/<W>] or entries/<N>[.p/<W>], N as x001/x234/067", true}},
       {},
       {{200, "tile", "application/octet-stream"}},
       true,
       true,
       Sync([s](const Call& c) { return Tile(*s, c); })});
  routes.push_back(
      {"GET",
       "/v1/consistency",
       "Proof that one size of the log is a prefix of another",
       {{"from", "query", "smaller tree size", true, R"({"type":"integer"})"},
        {"to", "query", "larger tree size; by default all", false, R"({"type":"integer"})"}},
       {},
       {{200, "proof"}},
       true,
       true,
       Sync([s](const Call& c) { return Consistency(*s, c); })});
  routes.push_back({"GET",
                    "/v1/events",
                    "New blocks as server-sent events; id = height",
                    {{"Last-Event-ID", "header", "go on after this height"},
                     {"from", "query", "begin at this height"}},
                    {},
                    {{200, "events", "text/event-stream"}},
                    true,
                    false,
                    Sync([s](const Call& c) { return Events(*s, c); })});
}

}  // namespace

void AddLedgerRoutes(Services& services, std::vector<Route>& routes) {
  AddBlockRoutes(&services, routes);
  AddLogRoutes(&services, routes);
}

}  // namespace suyuan::api
