// Alerts on parties that contracts raise (requirements 6.11): kept in the state and told by the
// outcome. The same rule about the same subject is raised once while it is open.
#pragma once

#include <optional>
#include <string>

#include "contracts/contract.h"

namespace suyuan::contracts {

enum class AlertStage : uint8_t { kRaised = 1, kClosed = 2 };

// Value of kAlert. Layout: u8 1 ‖ u8 stage ‖ tx 32 ‖ u32 record ‖ u64 raised ‖ u64 deadline ‖
// u64 closed.
struct Alert {
  AlertStage stage = AlertStage::kRaised;
  TxId tx;  // that raised it
  uint32_t record = 0;
  uint64_t raised_ms = 0;
  uint64_t deadline_ms = 0;  // until when the party is to act; 0: none
  uint64_t closed_ms = 0;
};
// party 18 ‖ s8(rule) ‖ subject: what the rule is about, e.g. the key of a finding.
Bytes AlertKey(const PartyId& party, std::string_view rule, ByteView subject);
// The reverse; nullopt for bytes that are no such key, which a client may send.
struct AlertPlace {
  PartyId party;
  std::string rule;
  Bytes subject;
};
std::optional<AlertPlace> ParseAlertKey(ByteView key);
Bytes EncodeAlert(const Alert& alert);
// Aborts on bytes that this code did not write.
Alert DecodeAlert(ByteView bytes);
std::optional<Alert> FindAlert(const StateReader& state, ByteView key);

// Raises it with an effect on the party, unless it is open.
void RaiseAlert(TxContext& ctx, uint32_t record, const PartyId& party, std::string_view rule,
                ByteView subject, uint64_t deadline_ms = 0);
// Its condition has ended; nothing happens when it is not open.
void CloseAlert(TxContext& ctx, const PartyId& party, std::string_view rule, ByteView subject);

}  // namespace suyuan::contracts
