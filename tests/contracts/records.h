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
  // A sealed leaf whose commitment somebody can open.
  Rec& Commit(uint16_t field, const Hash& commitment);
  // A leaf as it is given.
  Rec& Put(const ledger::RecordDraft::LeafDraft& leaf);
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
// A per_item gs1 product of category 03 with GTIN 06901234567892, filed daily.
Rec Product();
// A per_item batch of `quantity` pieces, made 2026-03-01, checked and complete.
Rec BatchOf(const EntityId& product, const EntityId& report, const char* quantity);
// Codes `first` … `first + count − 1` of lot L1: 01/06901234567892/10/<lot>/21/<6 digits>.
std::string ItemCode(uint32_t number, const char* lot = "L1");
Rec Codes(const EntityId& batch, uint32_t first, uint32_t count, const char* lot = "L1");
Rec OneCode(const EntityId& batch, const char* kind, const std::string& code);
Rec Print(const EntityId& batch);
Rec Release(const EntityId& batch, const char* time = "2026-03-02T01:00:00Z");
Rec Category(const char* code, const char* parent = "");

}  // namespace suyuan::contracts::testing
