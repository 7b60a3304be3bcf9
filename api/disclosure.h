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

#include <functional>

#include "common/ids.h"
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

// A clear value as readers get it: parsed, with place holders of documents of its own transaction
// replaced by the documents' ids (docs/formats.md §2). E_FORMAT for bytes that are no JSON, which
// only refused transactions carry.
Result<json::Value> ReadableValue(const contracts::FieldInfo& field, ByteView canonical,
                                  const TxId& tx);

// Transaction of the leaf at a position of a record.
using TxOfLeaf = std::function<const TxId&(size_t leaf)>;
// A whole record: identifier → value, {"not_applicable":true} or {"class","commitment"?}; lists as
// arrays.
json::Object DescribeFor(Reader reader, const ledger::Record& record, const TxOfLeaf& tx_of);
// A record of one transaction.
json::Object DescribeFor(Reader reader, const ledger::Record& record, const TxId& tx = {});
// True when this reader sees everything that the record holds in clear.
bool SeesAll(Reader reader, const ledger::Record& record);

}  // namespace suyuan::api
