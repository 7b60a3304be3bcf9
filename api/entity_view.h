// An entity as it stands: the record that filed it with what later versions changed, field by
// field. The one way in which entity routes, traces and pages read records.
//
// A version is a whole filing (registration, filing again after a return, CATALOG_PUT) or names
// only what it changes (BATCH_RELEASE, KEY_ROTATE). The newest whole filing is the ground; a later
// leaf of a field replaces the earlier ones, lists as a whole. Only the reports of a batch add up,
// because a release adds reports to those filed (D-07). Of a flow nothing is folded: what one side
// says does not replace what the other said, so later statements stand beside the record.
#pragma once

#include <cstdint>
#include <type_traits>
#include <vector>

#include "contracts/entity.h"
#include "contracts/state_view.h"
#include "ledger/transaction.h"

namespace suyuan::api {

// The record that made a version, with the bytes that it points into. To be moved, never copied:
// a copy's record would point into the original.
struct VersionRecord {
  uint32_t version = 1;
  contracts::StoredRecord stored;
  ledger::Record record;
};
static_assert(std::is_nothrow_move_constructible_v<VersionRecord>, "vectors must not copy it");

struct EntityView {
  contracts::Entity entity;
  std::vector<VersionRecord> versions;  // those that a shown field comes from, oldest first
  ledger::Record record;                // all fields; the views point into `versions`
  std::vector<size_t> sources;          // of each leaf of `record`: position in `versions`
  std::vector<VersionRecord> beside;    // of a flow: what was stated later, oldest first

  const TxId& TxOf(size_t leaf) const { return versions[sources[leaf]].stored.tx; }
};

// At most so many versions are read, half of them the oldest and half the newest: goods that leave
// unit by unit make a version each, and of those only the first (which confirms the date) and the
// last ones say something new.
inline constexpr uint32_t kVersionsReadMax = 16;

// E_NOT_FOUND: there is no such entity. E_CORRUPT: a version without its record, or one that is
// unreadable.
Result<EntityView> LoadEntityView(const contracts::StateReader& state, ledger::EntityKind kind,
                                  ByteView id);

}  // namespace suyuan::api
