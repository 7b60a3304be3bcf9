// A small language for records in tests: a valid record of each kind, then what a test changes.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "common/json.h"
#include "contracts/field_numbers.h"
#include "contracts/fields.h"
#include "ledger/transaction.h"

namespace suyuan::contracts::testing {

// A record under construction. Setting a field of a hidden class seals it by form.
class Rec {
 public:
  explicit Rec(uint8_t section) : section_(section) {}

  Rec& About(ledger::EntityKind kind, ByteView id) {
    kind_ = kind;
    subject_ = Bytes(id);
    return *this;
  }
  Rec& Set(uint16_t field, json::Value value, uint16_t item = 0);
  // Public, whatever the field's class is.
  Rec& Clear(uint16_t field, json::Value value, uint16_t item = 0);
  Rec& Hide(uint16_t field, uint16_t item = 0);
  Rec& NotApplicable(uint16_t field);
  Rec& Drop(uint16_t field);
  // Sealed leaves for every hidden field that this record must not give away by its absence.
  Rec& SealTheRest();

  ledger::RecordDraft Draft() const;

 private:
  uint8_t section_;
  ledger::EntityKind kind_ = ledger::EntityKind::kNone;
  Bytes subject_;
  std::map<std::pair<uint16_t, uint16_t>, ledger::RecordDraft::LeafDraft> leaves_;
};

// {"unit": …, "value": …} of a period and of a quantity.
json::Value PeriodJson(const char* unit, int value);
json::Value QuantityJson(const char* value, const char* unit = "件");

Rec Document(const char* type, const char* doc_class = "PUB");
// A registration whose licence is record 1 of the same transaction.
Rec Registration(const std::string& code, const std::string& region, const std::string& signing_key,
                 const json::Value& types);
Rec Command(ledger::EntityKind kind, ByteView id);
Rec Review(ledger::EntityKind kind, ByteView id, const char* decision);
Rec Category(const char* code, const char* parent = "");

}  // namespace suyuan::contracts::testing
