// Reading a record's public fields by number, and checking a whole record against the field table.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "contracts/fields.h"
#include "ledger/transaction.h"

namespace suyuan::contracts {

// Typed access to one record. Values were form-checked by CheckRecord before.
class RecordView {
 public:
  explicit RecordView(const ledger::Record& record) : record_(record) {}
  bool Has(uint16_t field) const;            // a public value or a hidden leaf, item 0
  bool NotApplicable(uint16_t field) const;
  std::optional<json::Value> Value(uint16_t field, uint16_t item = 0) const;
  std::string Text(uint16_t field, uint16_t item = 0) const;  // "" when absent
  std::vector<std::string> Texts(uint16_t field) const;       // all items of a list
  std::optional<int64_t> Integer(uint16_t field) const;
  bool Flag(uint16_t field) const;                            // false when absent
  const ledger::Record& record() const { return record_; }

 private:
  const ledger::Record& record_;
};

// One condition of a C field (C05): decides from the record whether the field must be there.
// The table of triggers stands in record_rules.cc, one line a field.
// `phase` names when a condition counts, e.g. code_value is due from activation on only (RC-07).

// C04, C05, C06, C18, C30 for one record: schema known; every field of its section, none of the
// system's (S); mandatory present and non-empty; conditional ones present or not_applicable where
// the trigger holds; clear classes in clear and hidden classes sealed (E_DISCLOSE); padded lengths
// and audience of hidden leaves well-formed; items of lists without gaps.
// `extra_required` names further mandatory fields (catalogue, C04).
struct RecordCheck {
  uint32_t record_index = 0;
  std::vector<uint16_t> extra_required;
  std::vector<uint16_t> exempt;  // not due at this step
};
Status CheckRecord(const ledger::Record& record, const RecordCheck& check);

}  // namespace suyuan::contracts
