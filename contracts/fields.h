// The field dictionary of requirements.md section 4 as data: one line a field in fields_*.cc.
// Field number = section << 8 | row, frozen. Sections: 1 party, 2 product, 3 batch, 4 code,
// 5 flow, 6 document, 7 material, 0x10 catalogue node, 0x11 node, 0x40 command (fields of reviews,
// status changes, key rotation: decision, reason, target, new key, …). Names of the numbers:
// field_numbers.h. A field that refers to a document has the class of the reference (MEM, or PUB
// and PUBC where the content's is); the content has its own doc_class. Pure and thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "common/json.h"
#include "common/result.h"
#include "ledger/transaction.h"

namespace suyuan::contracts {

enum class ValueType : uint8_t {
  kText,  // min..max Unicode characters
  kEnum,  // one of `choices`
  kSet,   // non-empty JSON array of distinct `choices` in the table's order
  kBoolean,
  kInteger,    // min..max
  kDate,       // "2026-03-01", a calendar day in Asia/Shanghai
  kTime,       // "2026-03-01T08:00:00Z" UTC, seconds, optional .sss
  kQuantity,   // {"unit": text, "value": decimal string with at most 3 fraction digits}
  kMoney,      // integer fen
  kPartyCode,  // 18 characters with check character (E_USCC)
  kRegion,     // 6 digits
  kCategory,   // category code
  kDocument,   // 26-character document id
  kEntity,     // 26-character entity id
  kKey,        // 64 hex digits
  kHash,       // 64 hex digits
  kPhoneOrMail,
  kUrl,
  kGtin,          // 8, 12, 13, 14 digits, mod-10
  kStandardNo,    // "GB/T 5023.3-2008"
  kPeriod,        // {"unit": day|month|year, "value": integer}
  kCode,          // canonical trace code
  kPseudonym,     // 32 hex digits: a user inside the party
  kObject,        // JSON object with the members of `choices`
  kReportPeriod,  // "2026-03-01", "2026-03", "2026-Q1" or "2026"
  kCodeOrRange,   // canonical code, or {"first": code, "last": code} (inclusive, bytewise order)
  kCodeOrEntity,  // canonical code or 26-character batch id
  kFlowCode,      // code, range, or what stands on foreign goods (text 1–256), "none"
  kFieldName,     // "product.brand", or "brand" where one section only has it
  kMediaType,     // "application/pdf"
};

enum class Obligation : uint8_t { kMandatory, kConditional, kOptional, kSystem };

// requirements 1.3; kOfContent: the class of the document's content (its doc_class field).
enum class DisclosureClass : uint8_t {
  kPub,
  kPubc,
  kMem,
  kOpt,
  kCpty,
  kChain,
  kReg,
  kPrv,
  kOfContent
};
std::string_view ToString(DisclosureClass value);
// PUB, PUBC, MEM travel in clear; the others as hidden leaves.
bool IsClear(DisclosureClass value);

struct FieldInfo {
  uint16_t number;
  std::string_view identifier;  // "party_name"
  std::string_view chinese;     // "单位名称"
  ValueType type;
  uint32_t min, max;  // of length or value, by type; 0, 0: none
  bool list;          // one leaf an entry, items 0, 1, …
  Obligation obligation;
  DisclosureClass disclosure;
  std::string_view choices;  // "a|b|c" of an enum or set; "name:type!,…" of an object
  std::string_view source;   // requirement ids
  uint8_t section() const { return static_cast<uint8_t>(number >> 8); }
};

// All fields in the order of their numbers.
std::span<const FieldInfo> AllFields();
const FieldInfo* FindField(uint16_t number);
// Identifiers are unique within a section (`collection_mode` stands in 3 and 5).
const FieldInfo* FindField(uint8_t section, std::string_view identifier);

// All fields of one section, in the order of their numbers; empty when there is no such section.
std::span<const FieldInfo> FieldsOfSection(uint8_t section);
// "party", "product", "batch", "code", "flow", "document", "material", "catalog", "node",
// "command".
std::string_view SectionName(uint8_t section);
// "product.brand"; lists of fields (required_fields, reason_fields) name one so, or by its
// identifier alone where that stands in one section only.
std::string QualifiedName(const FieldInfo& field);
const FieldInfo* FindQualifiedField(std::string_view name);

// Checks one value of one leaf against its field's type (C06): canonical JSON, form, limits, check
// digits. E_FORMAT, E_USCC, E_SCHEME … with `field` set; the detail never repeats the value.
Status CheckValue(const FieldInfo& field, ByteView canonical_json);
inline Status CheckValue(const FieldInfo& field, const Bytes& canonical_json) {
  return CheckValue(field, ByteView(canonical_json));
}
// The same for a parsed value.
Status CheckValue(const FieldInfo& field, const json::Value& value);

}  // namespace suyuan::contracts
