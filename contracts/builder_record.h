// One record of a transaction being built. Internal to the builder.
#pragma once

#include <vector>

#include "contracts/builder.h"
#include "contracts/record_view.h"

namespace suyuan::contracts {

// What seals the hidden fields of one transaction, and who may read them.
struct Sealer {
  sealing::TransactionSealer& fields;
  const FieldReaders& readers;
  uint32_t records = 0;  // of the transaction
};

// Fills `draft` (schema and subject are set) from {"identifier": value, …}; `partial` as in
// RecordCheck. What was sealed of it. Errors carry record and field.
Result<OpenedValues> BuildFields(const json::Value& fields, uint32_t record_index, bool partial,
                                 const Sealer& sealer, ledger::RecordDraft& draft);

// Adds the opening and fault leaves of "shows" (builder.h) about one field. E_FORMAT.
Status BuildShown(const json::Value& shows, uint16_t field, uint32_t record_index,
                  const Sealer& sealer, ledger::RecordDraft& draft);

// By (field, item), as they are encoded.
void SortLeaves(ledger::RecordDraft& draft);
// The draft as a decoded record, for CheckRecord; views into the draft, which must outlive it.
ledger::Record ViewOfDraft(const ledger::RecordDraft& draft);

// {"range": …} replaced by its members; other items as they are. E_FORMAT, E_SIZE.
Result<json::Array> ExpandRanges(const json::Array& items);
// The one form of a value: canonical code, set in the table's order, "#1" as a place holder.
Result<json::Value> NormaliseValue(const FieldInfo& field, const json::Value& value);

}  // namespace suyuan::contracts
