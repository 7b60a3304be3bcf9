// Who sees what (requirements 1.3, DC-5-b): one pure function from (reader, record, leaf) to what
// is shown. Every answer that holds record content goes through it.
//
//   class          anonymous                 registered party          owner, regulator
//   PUB, PUBC      value                     value                     value
//   MEM            name + class              value                     value
//   OPT … PRV      name + class + commitment (the ledger holds no clear value)
//   codes          withheld                  withheld                  value
//
// Codes: a code is shown to whoever presents it, so lists of codes go only to the owner and to
// regulators, although the field's class is PUB. A value that was sent in clear although its class
// hides it (its transaction was refused for that, E_DISCLOSE) is withheld from everybody. Of a MEM
// value not even a hash is shown: unsalted, it would confirm guesses.
#pragma once

#include "common/json.h"
#include "contracts/fields.h"
#include "contracts/record_view.h"
#include "ledger/transaction.h"

namespace suyuan::api {

// What a reader is to the record at hand; each includes the one before.
enum class Reader : uint8_t { kAnonymous, kParty, kOwner };

struct Disclosed {
  enum class Kind : uint8_t { kValue, kNotApplicable, kWithheld };
  Kind kind = Kind::kWithheld;
  contracts::DisclosureClass disclosure = contracts::DisclosureClass::kPrv;
  ByteView value;                    // kValue: canonical JSON
  const Hash* commitment = nullptr;  // of a hidden leaf; lives in the leaf
};
// Pure. `record` is the record that the leaf is of: the class of a document's content follows it.
Disclosed Disclose(Reader reader, const contracts::RecordView& record, const ledger::Leaf& leaf);

// A whole record: identifier → value, {"not_applicable":true} or {"class","commitment"?}; lists as
// arrays.
json::Object DescribeFor(Reader reader, const ledger::Record& record);
// True when this reader sees everything that the record holds in clear.
bool SeesAll(Reader reader, const ledger::Record& record);

}  // namespace suyuan::api
