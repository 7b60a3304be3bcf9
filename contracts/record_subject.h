// Which entity a record of a transaction makes or is about. Pure, thread-safe.
#pragma once

#include "ledger/transaction.h"

namespace suyuan::contracts {

struct RecordSubject {
  ledger::EntityKind kind = ledger::EntityKind::kNone;
  Bytes id;
  friend bool operator==(const RecordSubject&, const RecordSubject&) = default;
};
// The subject that it names; without one the entity that it makes, if the transaction was applied:
// a party by its code, a node by its key, others by their place (docs/formats.md §0). No kind:
// neither.
RecordSubject SubjectOf(const ledger::Transaction& tx, uint32_t record);

}  // namespace suyuan::contracts
