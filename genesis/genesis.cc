#include "genesis/genesis.h"

#include <algorithm>
#include <fstream>

#include "common/hash.h"
#include "genesis/catalogue.h"
#include "genesis/members.h"
#include "genesis/parse.h"
#include "genesis/rules.h"

namespace suyuan::genesis {
namespace {

constexpr size_t kFileBytesMax = 16u << 20;
constexpr uint64_t kTimeMsMin = 1'577'836'800'000;  // 2020-01-01
constexpr uint64_t kTimeMsMax = 4'102'444'800'000;  // 2100-01-01

// C2SP: a schema-less URL without spaces and plus signs; here in lower case only, so that one
// origin has one spelling.
bool IsOrigin(std::string_view text) {
  return !text.empty() && text.front() != '/' && text.back() != '/' &&
         text.find("//") == std::string_view::npos &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
                  c == '/' || c == '_';
         });
}

LedgerLimits ReadLimits(TableReader table) {
  // A value below these could not carry what every ledger needs: a registration with its documents.
  constexpr int64_t kBytesMin = 64 * 1024, kCountMin = 16;
  LedgerLimits out;
  auto read = [&](std::string_view name, int64_t min, uint32_t& limit) {
    limit = static_cast<uint32_t>(table.Integer(name, min, limit));
  };
  read("transaction_bytes_max", kBytesMin, out.transaction_bytes_max);
  read("entry_bytes_max", 2 * kBytesMin, out.entry_bytes_max);
  read("records_max", kCountMin, out.records_max);
  read("codes_max", kCountMin, out.codes_max);
  table.Finish();
  if (out.entry_bytes_max < out.transaction_bytes_max + kBytesMin)
    table.Complain("entry_bytes_max", "must exceed transaction_bytes_max by at least 65536");
  return out;
}

void ReadLedger(TableReader table, Genesis& out) {
  out.name = table.Text("name", 1, 60);
  out.origin = table.Text("origin", 1, 100);
  if (!IsOrigin(out.origin))
    table.Complain("origin", "must be a URL without scheme, of a-z 0-9 . - _ /");
  if (table.Integer("suite", 0, UINT16_MAX) != static_cast<int64_t>(Suite::kEd25519))
    table.Complain("suite", "is not known to this version, which speaks suite 1");
  out.time_ms = static_cast<uint64_t>(table.Integer("time_ms", kTimeMsMin, kTimeMsMax));
  out.quorum = table.Choice("quorum", {"majority", "two-thirds"}) == "majority"
                   ? Quorum::kMajority
                   : Quorum::kTwoThirds;
  out.limits = ReadLimits(table.Table("limits"));
  table.Finish();
}

}  // namespace

std::string_view ToString(Role role) {
  switch (role) {
    case Role::kRegulator:
      return "regulator";
    case Role::kManufacturer:
      return "manufacturer";
    case Role::kDistributor:
      return "distributor";
    case Role::kAuditor:
      return "auditor";
    case Role::kTestingBody:
      return "testing_body";
  }
  return "";
}

uint32_t QuorumSize(Quorum quorum, uint32_t organisations) {
  return quorum == Quorum::kMajority ? organisations / 2 + 1 : 2 * organisations / 3 + 1;
}

ledger::Configuration Genesis::Configuration() const {
  ledger::Configuration out;
  for (const FoundingMember& m : members)
    out.members.push_back({m.party, m.node, m.node_key, m.log_key, m.cosigner_key, m.voter,
                           m.peer_address, m.api_address});
  return out;
}

const FoundingMember* Genesis::FindMember(const PartyId& party) const {
  for (const FoundingMember& m : members)
    if (m.party == party) return &m;
  return nullptr;
}

Result<Genesis> ReadGenesis(const json::Value& value, const Locate& locate) {
  Complaints complaints(locate);
  Genesis out;
  TableReader root(complaints, "", &value);
  root.Choice("format", {kFormatName});
  ReadLedger(root.Table("ledger"), out);
  // The lists check themselves, whatever they are; `List` only marks the names as known.
  const json::Array* members = root.List("member");
  out.members = ReadMembers(complaints, "member", members ? value.Find("member") : nullptr);
  if (const json::Object* rules = root.Object("rules")) out.rules = *rules;
  CheckRules(complaints, "rules", value.Find("rules"));
  if (const json::Array* nodes = root.List("catalog")) out.catalogue = *nodes;
  CheckCatalogue(complaints, "catalog", value.Find("catalog"));
  if (const json::Array* platforms = root.List("platform")) out.platforms = *platforms;
  CheckPlatforms(complaints, "platform", value.Find("platform"));
  root.Finish();
  SUYUAN_RETURN_IF_ERROR(complaints.status());
  out.file = json::Canonical(value);
  SUYUAN_ASSIGN_OR_RETURN(out.ledger_id,
                          LedgerId::From(TaggedHash("genesis", {Sized(out.file)}).view()));
  return out;
}

Result<Genesis> ParseGenesis(ByteView file) {
  if (file.size() > kFileBytesMax)
    return Error{ErrorCode::kSize, "a genesis file has at most 16 MiB"};
  SUYUAN_ASSIGN_OR_RETURN(json::Value value, json::ParseCanonical(file));
  return ReadGenesis(value, [](const std::string& path) {
    return "genesis file, " + (path.empty() ? std::string("top level") : path);
  });
}

Result<Genesis> LoadGenesis(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  Bytes bytes(kFileBytesMax + 1, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!in.is_open() || in.bad())
    return Error{ErrorCode::kIo, "cannot read the genesis file " + path};
  bytes.resize(static_cast<size_t>(in.gcount()));
  auto genesis = ParseGenesis(bytes);
  if (!genesis.ok()) return Error{genesis.error().code, path + ": " + genesis.error().detail};
  return genesis;
}

}  // namespace suyuan::genesis
