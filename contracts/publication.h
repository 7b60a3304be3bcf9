// Whether the owner of a field has published it (requirements 6.9): a switch for each entity and
// field. Of a sealed field (class OPT) a switch to published opens the leaves of one version of the
// entity; the opened values are sealed items, which may be erased, so this says where they are and
// not what they are. Readers compare: a version whose leaves have other commitments is not opened.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "common/ids.h"
#include "contracts/fields.h"
#include "contracts/state_view.h"
#include "ledger/transaction.h"

namespace suyuan::contracts {

// Value of kDisclosure. Layout: u8 1 ‖ u8 published ‖ u32 version ‖ u32 entity version ‖ party 18 ‖
// tx 32 ‖ u32 record ‖ u64 height ‖ u64 time.
struct Publication {
  bool published = false;
  uint32_t version = 0;         // of the switch: counts its settings, from 1
  uint32_t entity_version = 0;  // whose leaves are opened, or whose clear value was published
  PartyId owner;                // of the field: who stated that version
  // The DISCLOSURE_SET and its record; of a sealed field the opening leaves and items stand there.
  TxId tx;
  uint32_t record = 0;
  Height height;
  uint64_t time_ms = 0;
};
Bytes PublicationKey(ledger::EntityKind kind, ByteView id, uint16_t field);
Bytes EncodePublication(const Publication& publication);
// Aborts on bytes that this code did not write.
Publication DecodePublication(ByteView bytes);

// A list of codes: a code is shown to whoever presents it, so lists of them are never published.
bool ListsCodes(const FieldInfo& field);

// The switch as it stands; nullopt: never touched, so hidden.
std::optional<Publication> FindPublication(const StateReader& state, ledger::EntityKind kind,
                                           ByteView id, uint16_t field);
// All switches of one entity, by field.
std::vector<std::pair<uint16_t, Publication>> PublicationsOf(const StateReader& state,
                                                             ledger::EntityKind kind, ByteView id);

}  // namespace suyuan::contracts
