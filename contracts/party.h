// Content of a party's entity value (kParty: 18-character code → value) and its signing keys.
#pragma once

#include <optional>
#include <string>

#include "common/ids.h"
#include "common/json.h"
#include "common/sign.h"
#include "contracts/state_view.h"

namespace suyuan::contracts {

// Bits of party_type, in the order of the field's choices. Frozen.
enum PartyTypeBit : uint16_t {
  kManufacturer = 1 << 0,
  kDistributor = 1 << 1,
  kRegulator = 1 << 2,
  kAuditor = 1 << 3,
  kTestingBody = 1 << 4,
  kEmergencyUnit = 1 << 5,
  kPlatform = 1 << 6,
};
// Bit of one word of party_type ("manufacturer", …); 0 when there is no such word.
uint16_t PartyTypeBitOf(std::string_view word);
// The value of party_type: the words of the bits, in the order of the field's choices.
json::Value PartyTypeWords(uint16_t types);

// Layout: u16 types ‖ region 6 bytes ‖ signing key 32 ‖ sealing key 32 ‖ u8 has recovery ‖
// recovery key 32 ‖ u8 has escrow ‖ escrow key 32 ‖ licence document 16 ‖ u8 has host ‖ host 18 ‖
// u64 filing time ‖ s8(node code) ‖ s32(name).
struct Party {
  uint16_t types = 0;
  std::string region;  // 6 digits
  PublicKey signing_key;
  SealingPublicKey sealing_key;
  std::optional<SealingPublicKey> recovery_key;
  std::optional<SealingPublicKey> escrow_key;  // regulators: opens PRV values in incidents (D-32)
  EntityId licence;                            // zero for founding parties
  std::optional<PartyId> hosted_by;
  uint64_t filing_time_ms = 0;
  std::string node_code;
  std::string name;

  bool Is(uint16_t bits) const { return (types & bits) != 0; }
};
Bytes EncodeParty(const Party& party);
// Aborts on bytes that this code did not write, as all decoders of state values do.
Party DecodeParty(ByteView content);

// node_code (系统): region and party code, unique because the party code is.
std::string NodeCodeOf(std::string_view region, const PartyId& party);

// C28: does the region of a regulator cover that of a subject? Prefix match after removing trailing
// "00" pairs; 000000 covers all (requirements 1.4).
bool RegionCovers(std::string_view regulator, std::string_view subject);

// A signing key (kKey: key id → this): party 18 ‖ u8 kind (1 signing) ‖ u64 since height ‖
// u64 until height (0: in force).
struct KeyEntry {
  PartyId party;
  Height since;
  Height until;
  bool in_force() const { return until == Height(0); }
};
Bytes EncodeKeyEntry(const KeyEntry& entry);
KeyEntry DecodeKeyEntry(ByteView bytes);
std::optional<KeyEntry> FindKey(const StateReader& state, const KeyId& key);

// Height of the block that registered a party, 0 for founding ones; nullopt: it is not registered.
std::optional<Height> RegisteredAt(const StateReader& state, const PartyId& party);

}  // namespace suyuan::contracts
