// Alerts that outcomes tell of batches and flows (late filings, sampling, gaps, foreign goods,
// goods without their package): an index by the parties that they concern, so that these find them.
// Alerts on parties, which begin and end, are in alert.h. Pure, thread-safe.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "contracts/outcome.h"
#include "contracts/state_view.h"

namespace suyuan::contracts {

// Where it stands: for each party concerned, in the order of the outcomes.
struct NotedAlertPlace {
  PartyId party;
  Height height;
  uint32_t position = 0;  // of the transaction in the block's body
  uint32_t effect = 0;    // of the outcome
};
struct NotedAlert {
  ledger::EntityKind kind = ledger::EntityKind::kNone;
  Bytes id;
  std::string rule;
  TxId tx;
  uint32_t record = 0;
  uint64_t time_ms = 0;
};
Bytes NotedAlertKey(const NotedAlertPlace& place);
// nullopt for bytes that are no such key, which a client may send.
std::optional<NotedAlertPlace> ParseNotedAlertKey(ByteView key);
// Aborts on bytes that this code did not write.
NotedAlert DecodeNotedAlert(ByteView bytes);
std::optional<NotedAlert> FindNotedAlert(const StateReader& state, const NotedAlertPlace& place);

// Which transaction an outcome is of.
struct OutcomeOf {
  const TxId& tx;
  Height height;
  uint32_t position = 0;
  uint64_t time_ms = 0;
};
// Keeps the alerts among an applied transaction's effects: of a batch for its owner; of a flow for
// its recorder, its other side once that is known, and who holds goods that others say they got.
void NoteAlerts(Overlay& state, const OutcomeOf& of, std::span<const Effect> effects);

}  // namespace suyuan::contracts
