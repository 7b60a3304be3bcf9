// The definition of a consortium: founding members with their keys, limits, quorum, first rules
// and catalogue. A genesis file is canonical JSON (RFC 8785); its bytes name the ledger:
// ledger_id = H("genesis", file bytes), so whoever changes one byte speaks of another ledger.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/ids.h"
#include "common/json.h"
#include "common/limits.h"
#include "common/result.h"
#include "common/sign.h"
#include "ledger/block.h"

namespace suyuan::genesis {

enum class Role : uint8_t { kRegulator, kManufacturer, kDistributor, kAuditor, kTestingBody };
// "regulator", …: the words of the field party_type.
std::string_view ToString(Role role);

// Which majority of organisations makes a checkpoint final (formats §5).
enum class Quorum : uint8_t { kMajority, kTwoThirds };
// Organisations that must cosign when there are `organisations`: ⌊n/2⌋+1 or ⌊2n/3⌋+1.
uint32_t QuorumSize(Quorum quorum, uint32_t organisations);

// One founding organisation and its node.
struct FoundingMember {
  std::string name;  // of the organisation, for people
  std::string node;  // name of the node inside its organisation, [a-z0-9-]
  PartyId party;
  Role role = Role::kRegulator;
  std::string region;  // 6 digits, requirements 1.4
  bool voter = true;
  PublicKey signing_key;  // of the party: signs transactions
  SealingPublicKey sealing_key;
  std::optional<SealingPublicKey> recovery_key;
  std::optional<SealingPublicKey> escrow_key;  // regulators only (D-32)
  PublicKey node_key, log_key, cosigner_key;   // of the node
  std::string api_address, peer_address;       // host:port
};

// A parsed and validated genesis file. Immutable.
struct Genesis {
  Bytes file;  // exactly the bytes whose hash is the ledger id
  LedgerId ledger_id;
  std::string name;    // of the ledger, for people
  std::string origin;  // of checkpoints (C2SP), a schema-less URL
  uint64_t time_ms = 0;
  Quorum quorum = Quorum::kMajority;
  LedgerLimits limits;
  std::vector<FoundingMember> members;  // in the file's order
  json::Object rules;                   // name → value, complete (defaults written out)
  json::Array catalogue;  // nodes as {identifier: value} with the identifiers of requirements 4.8
  json::Array platforms;  // {"scheme", "name", "level"[, "region"]}

  // The founding configuration as Raft and the executed log know it (seq 0, members in file order).
  ledger::Configuration Configuration() const;
  const FoundingMember* FindMember(const PartyId& party) const;
};

// Makes the bytes of a genesis file from a consortium TOML. Defaults are written out: what a
// reader finds is all there is. `now_ms` is the founding time unless the text gives `time`.
// E_CONFIG naming line and entry; E_USCC, E_REGION for bad codes.
Result<Bytes> GenesisFromToml(std::string_view toml, uint64_t now_ms);

// Parses and validates the bytes of a genesis file with the same strictness. E_FORMAT when the
// bytes are not canonical, E_CONFIG naming the entry otherwise.
Result<Genesis> ParseGenesis(ByteView file);
// Reads at most 16 MiB from `path`: E_IO, or as ParseGenesis.
Result<Genesis> LoadGenesis(const std::string& path);

// What `genesis show -o json` prints: ledger id, origin, time, members with their key ids.
json::Value Describe(const Genesis& genesis);

}  // namespace suyuan::genesis
