// `suyuan submit`: from lines of JSON to applied transactions.
#include <algorithm>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <thread>

#include "genesis/genesis.h"
#include "node/cli/commands.h"
#include "node/cli/files.h"
#include "node/cli/http_client.h"
#include "node/cli/key_ring.h"
#include "node/cli/opening.h"
#include "node/cli/own_values.h"
#include "node/cli/progress.h"
#include "node/cli/remote_readers.h"
#include "node/cli/sealed_client.h"
#include "node/cli/signing.h"

namespace suyuan::cli {
namespace {

constexpr size_t kInputBytesMax = 1u << 30;
constexpr size_t kReferencesBytesMax = 64u << 20;
constexpr size_t kBatchMax = 256;            // transactions a request
constexpr size_t kBatchBytesMax = 6u << 20;  // below the node's limit for a body
constexpr int kAttemptsMax = 8;
constexpr int kRetryAfterMaxS = 60;

struct Line {
  size_t number = 0;  // in the input, from 1 on
  contracts::DataLine data;
};

Error AtLine(size_t number, const Error& error) {
  Error out = error;
  out.detail = "line " + std::to_string(number) + ": " + error.detail;
  return out;
}

Result<Line> ParseOne(size_t number, json::Value value) {
  json::Object* object = value.if_object();
  if (object == nullptr)
    return AtLine(number, Error{ErrorCode::kFormat, "a transaction is a JSON object"});
  object->emplace("signer", KeyRing::kSelf);
  auto data = contracts::ParseDataLine(json::Canonical(value));
  if (!data.ok()) return AtLine(number, data.error());
  return Line{number, *std::move(data)};
}

// One JSON value (an object, or an array of them), or JSON Lines.
Result<std::vector<Line>> ParseInput(const std::string& text) {
  std::vector<Line> lines;
  if (auto whole = json::Parse(text); whole.ok()) {
    json::Array items;
    if (json::Array* array = whole->if_array())
      items = std::move(*array);
    else
      items.push_back(*std::move(whole));
    for (size_t i = 0; i < items.size(); ++i) {
      SUYUAN_ASSIGN_OR_RETURN(Line line, ParseOne(i + 1, std::move(items[i])));
      lines.push_back(std::move(line));
    }
    return lines;
  }
  size_t number = 0;
  for (size_t at = 0; at < text.size();) {
    size_t end = std::min(text.find('\n', at), text.size());
    ++number;
    ByteView row = ByteView(text).substr(at, end - at);
    at = end + 1;
    if (row.find_first_not_of(" \t\r") == ByteView::npos) continue;
    auto value = json::Parse(row);
    if (!value.ok()) return AtLine(number, value.error());
    SUYUAN_ASSIGN_OR_RETURN(Line line, ParseOne(number, *std::move(value)));
    lines.push_back(std::move(line));
  }
  return lines;
}

// True when a symbol anywhere inside speaks of an entity made by another line, or a category stands
// under one that another line may make.
bool HasReference(const json::Value& value) {
  if (const std::string* text = value.if_string())
    return text->starts_with("$ref:") || text->starts_with("$tx:") ||
           text->starts_with(kOpeningSymbol);
  if (const json::Array* array = value.if_array())
    for (const json::Value& item : *array)
      if (HasReference(item)) return true;
  if (const json::Object* object = value.if_object())
    for (const auto& [name, member] : *object)
      if (name == "parent_category" || HasReference(member)) return true;
  return false;
}

class Submitter {
 public:
  Submitter(const SubmitOptions& options, const Console& console, NodeClient client, KeyRing ring,
            LedgerId ledger, contracts::ReferenceMap references)
      : options_(options),
        console_(console),
        client_(std::move(client)),
        ring_(std::move(ring)),
        ledger_(ledger),
        references_(std::move(references)),
        directory_(client_) {}

  Status Run(const std::vector<Line>& lines);
  const Table& table() const { return table_; }
  size_t refused() const { return refused_; }
  const contracts::ReferenceMap& references() const { return references_; }

 private:
  struct Pending {
    const Line* line;
    SignedTransaction tx;
  };
  Status Add(const Line& line);
  Status Flush();
  Result<json::Array> Send();
  void Report(const Pending& pending, const json::Value& result);
  void LeaveOpen(const Pending& pending, const Error& why);
  void Refuse(const Line& line, const std::string& tx, const std::string& why);

  const SubmitOptions& options_;
  const Console& console_;
  NodeClient client_;
  KeyRing ring_;
  const LedgerId ledger_;
  contracts::ReferenceMap references_;
  RemoteReaders directory_;
  std::vector<Pending> batch_;
  size_t batch_bytes_ = 0;
  size_t refused_ = 0;
  Table table_{{"line", "name", "type", "tx", "state", "block", "detail"}, {}};
};

Status Submitter::Run(const std::vector<Line>& lines) {
  Progress progress(console_, "submit", "transactions", lines.size());
  for (const Line& line : lines) {
    // Lines that stand in a row with one type and signer and refer to nothing go together; any
    // other may depend on the outcome of those before it.
    bool joins =
        !batch_.empty() && batch_.size() < kBatchMax && batch_bytes_ < kBatchBytesMax &&
        !HasReference(line.data.transaction) &&
        batch_.back().line->data.signer == line.data.signer &&
        batch_.back().line->data.transaction.Text("type") == line.data.transaction.Text("type");
    if (!joins) SUYUAN_RETURN_IF_ERROR(Flush());
    SUYUAN_RETURN_IF_ERROR(Add(line));
    progress.Set(table_.rows.size());
  }
  Status done = Flush();
  progress.Set(table_.rows.size());
  return done;
}

// Builds and signs one line. A line that its contract would refuse anyhow is reported like a
// refused one, and the others stand.
Status Submitter::Add(const Line& line) {
  SUYUAN_ASSIGN_OR_RETURN(const Signer* signer, ring_.Get(line.data.signer));
  uint64_t now = WallClockMs();
  const Status shown =
      AddOpenings(line.data.transaction, options_.target.url, *signer, references_);
  auto resolved = shown.ok() ? contracts::ResolveReferences(line.data.transaction, references_, now)
                             : Result<json::Value>(shown.error());
  if (resolved.ok())
    resolved =
        node::WithOwnOpenings(*std::move(resolved), ShowsFromNode(options_.target.url, *signer));
  auto built = resolved.ok() ? BuildAndSign(*resolved, ledger_, *signer,
                                            RegistryReaders(directory_, *signer), now)
                             : Result<SignedTransaction>(resolved.error());
  if (!built.ok()) {
    SUYUAN_RETURN_IF_ERROR(Flush());  // rows stand in the order of the lines
    Refuse(line, "", built.error().ToString());
    return {};
  }
  if (!line.data.name.empty())
    contracts::AddReferences(line.data.name, built->id, built->record_count, references_);
  batch_bytes_ += built->parcel.bytes();
  batch_.push_back({&line, *std::move(built)});
  return {};
}

Status Submitter::Flush() {
  if (batch_.empty()) return {};
  Result<json::Array> results = Send();
  if (results.ok() && results->size() != batch_.size())
    results = Error{ErrorCode::kInternal, "the node answered " + std::to_string(results->size()) +
                                              " of " + std::to_string(batch_.size())};
  for (size_t i = 0; i < batch_.size(); ++i)
    results.ok() ? Report(batch_[i], (*results)[i]) : LeaveOpen(batch_[i], results.error());
  batch_.clear();
  batch_bytes_ = 0;
  directory_.Forget();  // the batch may have changed the registry
  if (!results.ok()) return std::move(results).error();
  return {};
}

// How long a node that takes nothing just now asks to be left alone (RFC 9110 §10.2.3, in seconds);
// without its word, longer from one attempt to the next.
std::chrono::milliseconds Pause(const Result<HttpReply>& reply, int attempt) {
  if (reply.ok()) {
    const auto said = reply->headers.find("retry-after");
    int seconds = 0;
    if (said != reply->headers.end()) {
      const char* end = said->second.data() + said->second.size();
      if (std::from_chars(said->second.data(), end, seconds).ptr == end && seconds > 0)
        return std::chrono::seconds(std::min(seconds, kRetryAfterMaxS));
    }
  }
  return std::chrono::milliseconds(250 << std::min(attempt, 4));
}

// Sends the same bytes until the node takes them: a full queue, a missing leader or a connection
// that drops pass. Sending again is harmless, because a transaction applies once.
Result<json::Array> Submitter::Send() {
  std::vector<ledger::Parcel> parcels;
  for (const Pending& pending : batch_) parcels.push_back(pending.tx.parcel);
  Bytes body = EncodeSubmissionList(parcels);
  std::string target = "/v1/txs?wait=" + options_.wait;
  for (int attempt = 1;; ++attempt) {
    const Result<HttpReply> reply = client_.PostAnyStatus(target, body, "application/x-protobuf");
    const bool passing = reply.ok() ? reply->status == 429 || reply->status == 503
                                    : reply.error().code == ErrorCode::kUnreachable;
    if (passing && attempt < kAttemptsMax) {
      std::this_thread::sleep_for(Pause(reply, attempt));
      continue;
    }
    if (!reply.ok()) return reply.error();
    auto answer = json::Parse(reply->body);
    const json::Value* results = answer.ok() ? answer->Find("results") : nullptr;
    if (results == nullptr || results->if_array() == nullptr)
      return ProblemError(reply->status, reply->body);
    return *results->if_array();
  }
}

void Submitter::Report(const Pending& pending, const json::Value& result) {
  std::string state = result.Text("state");
  std::string detail;
  if (const json::Value* problem = result.Find("problem"))
    detail = ProblemError(0, json::Canonical(*problem)).ToString();
  if (state != "applied" && state != "accepted") {
    ++refused_;
    console_.Warn("line " + std::to_string(pending.line->number) + ": " + detail);
  }
  const json::Value* block = result.Find("block");
  table_.rows.push_back({static_cast<uint64_t>(pending.line->number), pending.line->data.name,
                         pending.line->data.transaction.Text("type"), ToHex(pending.tx.id), state,
                         block ? *block : json::Value(), detail});
}

// Sent, and never answered: the ledger may hold it, so its id is told.
void Submitter::LeaveOpen(const Pending& pending, const Error& why) {
  const std::string id = ToHex(pending.tx.id);
  console_.Warn("line " + std::to_string(pending.line->number) + ": outcome unknown, see /v1/txs/" +
                id);
  table_.rows.push_back({static_cast<uint64_t>(pending.line->number), pending.line->data.name,
                         pending.line->data.transaction.Text("type"), id, "unknown", json::Value(),
                         why.ToString()});
}

void Submitter::Refuse(const Line& line, const std::string& tx, const std::string& why) {
  ++refused_;
  console_.Warn("line " + std::to_string(line.number) + ": " + why);
  table_.rows.push_back({static_cast<uint64_t>(line.number), line.data.name,
                         line.data.transaction.Text("type"), tx, "not sent", json::Value(), why});
}

Result<KeyRing> OpenRing(const SubmitOptions& options) {
  if (!options.keys.empty()) return KeyRing::Open(options.keys, options.target.passphrase);
  if (options.target.key_file.empty())
    return Error{ErrorCode::kConfig, "--keys, or --key and --party, must say who signs"};
  SUYUAN_ASSIGN_OR_RETURN(PartyId party, ParsePartyId(options.party));
  return KeyRing::Single(options.target.key_file, party, options.target.passphrase);
}

Result<LedgerId> LedgerOf(const SubmitOptions& options, NodeClient& client) {
  if (!options.genesis.empty()) {
    SUYUAN_ASSIGN_OR_RETURN(genesis::Genesis genesis, genesis::LoadGenesis(options.genesis));
    return genesis.ledger_id;
  }
  return LedgerOf(client);
}

// Flows alone name parties that the public must not learn of.
Status WarnOfForeignNode(const std::vector<Line>& lines, const KeyRing& ring, NodeClient& client,
                         const Console& console) {
  const bool flows = std::ranges::any_of(lines, [](const Line& line) {
    return line.data.transaction.Text("type").starts_with("FLOW_");
  });
  if (!flows) return {};
  SUYUAN_ASSIGN_OR_RETURN(const json::Value status, client.GetJson("/v1/status"));
  const std::string warning = WarningOfForeignNode(status, ring.Parties());
  if (!warning.empty()) console.Warn(warning);
  return {};
}

// Names from earlier runs: an object of symbol → text.
Status LoadReferences(const std::string& path, contracts::ReferenceMap& references) {
  std::error_code error;
  const auto type = std::filesystem::status(path, error).type();
  if (type == std::filesystem::file_type::not_found) return {};  // the first run
  SUYUAN_ASSIGN_OR_RETURN(const std::string text, ReadWhole(path, kReferencesBytesMax));
  SUYUAN_ASSIGN_OR_RETURN(json::Value value, json::Parse(text));
  if (value.if_object() == nullptr)
    return Error{ErrorCode::kFormat, path + " holds no names of references"};
  for (const auto& [name, target] : *value.if_object())
    if (target.if_string()) references[name] = *target.if_string();
  return {};
}

Status SaveReferences(const std::string& path, const contracts::ReferenceMap& references) {
  json::Object object;
  for (const auto& [name, target] : references)
    if (name.starts_with("ref:") || name.starts_with("tx:")) object.emplace(name, target);
  return WriteWhole(path, json::Pretty(object));
}

}  // namespace

Status Submit(const SubmitOptions& options, const Console& console) {
  SUYUAN_ASSIGN_OR_RETURN(std::string text, ReadWhole(options.input, kInputBytesMax));
  return SubmitText(text, options, console);
}

Status SubmitText(const std::string& text, const SubmitOptions& options, const Console& console) {
  SUYUAN_ASSIGN_OR_RETURN(std::vector<Line> lines, ParseInput(text));
  if (lines.empty()) return Error{ErrorCode::kFormat, options.input + " holds no transaction"};
  SUYUAN_ASSIGN_OR_RETURN(KeyRing ring, OpenRing(options));
  SUYUAN_ASSIGN_OR_RETURN(NodeClient client, NodeClient::Connect(options.target.url, nullptr));
  SUYUAN_ASSIGN_OR_RETURN(LedgerId ledger, LedgerOf(options, client));
  SUYUAN_RETURN_IF_ERROR(WarnOfForeignNode(lines, ring, client, console));
  SUYUAN_ASSIGN_OR_RETURN(contracts::ReferenceMap references, ring.References());
  if (!options.references.empty())
    SUYUAN_RETURN_IF_ERROR(LoadReferences(options.references, references));
  Submitter submitter(options, console, std::move(client), std::move(ring), ledger,
                      std::move(references));
  Status run = submitter.Run(lines);
  console.Print(submitter.table());
  if (!options.references.empty())
    SUYUAN_RETURN_IF_ERROR(SaveReferences(options.references, submitter.references()));
  SUYUAN_RETURN_IF_ERROR(run);
  if (submitter.refused() > 0)
    return Error{ErrorCode::kState, std::to_string(submitter.refused()) + " of " +
                                        std::to_string(lines.size()) +
                                        " transactions were not applied"};
  return {};
}

}  // namespace suyuan::cli
