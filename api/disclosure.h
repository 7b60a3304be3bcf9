// Who sees what (requirements 1.3, DC-5-b): one pure function from (reader, record, leaf, what was
// opened of it) to what is shown. Every answer that holds record content goes through it.
//
//   class          anonymous                 registered party          owner, regulator
//   PUB, PUBC      value                     value                     value
//   MEM            name + class              value                     value
//   OPT … PRV      name + class + commitment (the ledger holds no clear value)
//   codes          withheld                  withheld                  value
//
// What its owner has published (DISCLOSURE_SET), OPT or MEM, is shown to everybody.
//
// Staff of the node's own party are shown what the party's keys opened, whatever the class is:
// whose keys open a value was decided when it was sealed. Such fields are named in `opened`, so
// that a client can tell them from clear ones. A sealed value that failed its checks is never
// shown.
//
// Codes: a code is shown to whoever presents it, so lists of codes go only to the owner and to
// regulators, although the field's class is PUB. A value that was sent in clear although its class
// hides it (its transaction was refused for that, E_DISCLOSE) is withheld from everybody. Of a MEM
// value not even a hash is shown: unsalted, it would confirm guesses. For the same reason the root
// of a record goes only to those who see all of it.
//
// Beside its fields a transaction tells which entities it is about (subjects, effects) and who sent
// it. flow_id, flow_state and alerts of the system are MEM (requirements 4.5, 4.8), and who trades
// with whom is never public (1.3): the id of a flow leads to the one side's record, the submitter
// of a confirmation is the other. A finding is its readers' until it is published (4.8).
//
//   of                                          anonymous   registered party   owner, regulator
//   a flow                                      -           told               told
//   a code                                      -           -                  told
//   an alert, of whatever entity                -           told               told
//   record of a finding that is not published   -           told               told
//   who sent a FLOW_ transaction                -           told               told
//   all else                                    told        told               told
//
// An alert on a party is for fewer (outcome_view.h).
#pragma once

#include <functional>

#include "api/opened.h"
#include "common/ids.h"
#include "common/json.h"
#include "contracts/fields.h"
#include "contracts/record_view.h"
#include "ledger/transaction.h"

namespace suyuan::api {

// What a reader is to the record at hand; each includes the one before.
enum class Reader : uint8_t { kAnonymous, kParty, kOwner };

struct Disclosed {
  enum class Kind : uint8_t { kValue, kNotApplicable, kWithheld, kAbsent, kFault, kErased };
  Kind kind = Kind::kWithheld;
  bool opened = false;               // kValue, kAbsent: of a hidden leaf, by this node
  ErrorCode fault = ErrorCode::kOk;  // kFault: E_COMMIT, or E_FORMAT of what is no JSON
  contracts::DisclosureClass disclosure = contracts::DisclosureClass::kPrv;
  ByteView value;                    // kValue: canonical JSON
  const Hash* commitment = nullptr;  // of a hidden leaf; lives in the leaf
};
// Pure. `record` is the record that the leaf is of: the class of a document's content follows it.
// `opened` is what this node opened of a hidden leaf for this reader; it must outlive the answer.
Disclosed Disclose(Reader reader, const contracts::RecordView& record, const ledger::Leaf& leaf,
                   const ledger::OpenedLeaf* opened = nullptr);

// A clear value as readers get it: parsed, with place holders of documents of its own transaction
// replaced by the documents' ids (docs/formats.md §2). E_FORMAT for bytes that are no JSON, which
// only refused transactions carry.
Result<json::Value> ReadableValue(const contracts::FieldInfo& field, ByteView canonical,
                                  const TxId& tx);

// Where the leaf at a position of a record was sent.
struct LeafSource {
  const TxId& tx;
  uint32_t record = 0;  // of the transaction
};
using SourceOfLeaf = std::function<LeafSource(size_t leaf)>;
// A whole record: identifier → value; {"not_applicable":true}; {"class","commitment"?} of what this
// reader is not shown, with "absent":true where the absent marker was opened (then without the
// commitment), "fault":"E_COMMIT" where a check failed, "erased":true. Lists are arrays, those that
// are withheld in clear one object.
struct ShownRecord {
  json::Object fields;
  json::Array opened;     // names of the fields that this node opened
  json::Array published;  // names of those that their owner has published (published.h)
  json::Object broken;    // of the published ones, name → rule that the value breaks
  // Adds them to an object as "fields", "opened", "published" and "breaks_rule", the last three
  // only where something is.
  void MoveInto(json::Object& out) &&;
  // Of a leaf of that field; nullptr: it is not published.
  void AddPublished(const std::string& name, const PublishedLeaf* leaf);
};
ShownRecord DescribeFor(Reader reader, const ledger::Record& record, const SourceOfLeaf& source_of,
                        const OpenedFields& opened);

// What a transaction tells of an entity: a record's subject, or an effect.
struct Mention {
  ledger::EntityKind entity = ledger::EntityKind::kNone;
  bool alert = false;
};
bool MaySeeMention(Reader reader, const Mention& mention);
// Anything of this record of a transaction of that type, beside that there is one.
bool MaySeeRecord(Reader reader, ledger::TxType type, const ledger::Record& record);
// Which entity such a record is about.
bool MaySeeSubject(Reader reader, ledger::TxType type, const ledger::Record& record);
// Submitter and signers.
bool MaySeeSenders(Reader reader, ledger::TxType type);
// True when this reader sees everything that the record of such a transaction holds in clear.
bool SeesAll(Reader reader, ledger::TxType type, const ledger::Record& record);

}  // namespace suyuan::api
