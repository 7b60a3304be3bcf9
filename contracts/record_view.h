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
  bool Has(uint16_t field) const;  // any leaf but not_applicable, item 0
  bool NotApplicable(uint16_t field) const;
  std::optional<json::Value> Value(uint16_t field, uint16_t item = 0) const;
  std::string Text(uint16_t field, uint16_t item = 0) const;  // "" when absent
  std::vector<std::string> Texts(uint16_t field) const;       // all items of a list
  std::optional<int64_t> Integer(uint16_t field) const;
  bool Flag(uint16_t field) const;  // false when absent
  const ledger::Record& record() const { return record_; }

 private:
  const ledger::Record& record_;
};

// When a conditional field is due, judged from the clear values of its record alone (C05). The
// table of triggers stands in record_rules.cc, one line a field.
enum class Due : uint8_t {
  kDue,     // must be there, not_applicable does not do
  kOpen,    // up to the sender, or its trigger is not visible here. A hidden field has its leaf in
            // any case (presence must not leak), a PUBC field its value or not_applicable
  kNotDue,  // may stay away; a PUBC field then says not_applicable
};
// Obligation of any field in this record: mandatory fields are kDue, optional ones kOpen.
Due DueOf(const FieldInfo& field, const RecordView& record);
// The class that counts in this record: that of content follows doc_class.
DisclosureClass EffectiveClass(const FieldInfo& field, const RecordView& record);
// True when a leaf of this hidden field has to be there even if it has no value.
bool NeedsSealedLeaf(const FieldInfo& field, const RecordView& record);

struct RecordCheck {
  uint32_t record_index = 0;
  std::vector<uint16_t> extra_required = {};  // fields of the catalogue or of the step (C04)
  std::vector<uint16_t> exempt = {};          // not due at this step, e.g. code_value (RC-07)
  // An amendment or a step (BATCH_RELEASE): judges the fields that are there and extra_required.
  bool partial = false;
  // The field of another transaction that the record may show by opening and fault leaves; 0: none.
  uint16_t shows = 0;
};

// C04, C05, C06, C18, C30 for one record: schema known; only fields of its section, none of the
// system's; mandatory present and non-empty; conditional ones as `Due` says; clear classes in clear
// and hidden classes sealed (E_DISCLOSE); hidden leaves well-formed; items of lists without gaps.
// Linear in the leaves. Errors carry record, field and item.
Status CheckRecord(const ledger::Record& record, const RecordCheck& check);

}  // namespace suyuan::contracts
