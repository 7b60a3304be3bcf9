// A real ledger with really sealed records, read through HTTP by every kind of caller.
#pragma once

#include <functional>
#include <set>

#include <httplib.h>

#include "api/http_signature.h"
#include "contracts/readers.h"
#include "tests/api/raw_client.h"
#include "tests/api/test_ledger.h"
#include "tests/api/view_rules.h"

namespace suyuan::api::test {

// A transaction that was filed, and what its first record said before it was sealed.
struct FiledRecord {
  TxId tx;
  uint8_t section = 0;
  json::Object given;
  RecordFacts facts;
};

class SealedApiTest : public testing::Test {
 protected:
  SealedApiTest();

  // Files what the sender's node would: sealed for whom the classes name. Expects it to be applied.
  TxId FileJson(const Actor& actor, const std::string& transaction);
  static std::string DocumentFields(const std::string& type, const std::string& doc_class);
  static std::string RegistrationJson(const Actor& actor, const std::string& type);
  EntityId FileDocument(const Actor& actor, const std::string& type, const std::string& doc_class);
  // One record with every field of a section, those that the system sets among them. The ledger
  // refuses it, and keeps and shows it all the same.
  FiledRecord FileWhole(const Actor& actor, uint8_t section, json::Object values,
                        RecordFacts facts);
  // One record with just these fields, sealed as their classes say, whatever the rules say of their
  // values: what a sender's own node would refuse. Of a sealed field null is the absent marker.
  FiledRecord FileUnchecked(const Actor& actor, contracts::TxType type, uint8_t section,
                            json::Object values, RecordFacts facts);
  void Join(const Actor& actor, const std::string& type, const Actor& reviewer);
  // Everybody but the maker and strangers.
  void JoinOthers();

  // A right value of a field, as the record says it; of a list, two.
  static json::Value SampleOf(const contracts::FieldInfo& field);
  // P_i of a sealed field, as the actor's key opens it.
  Bytes PaddedOf(const Actor& actor, const TxId& tx, uint16_t field);

  // "shows" of all items of a sealed field in the first record, as the actor's key opens them.
  json::Array ShowsOf(const Actor& actor, const TxId& tx, uint16_t field);

  // Everybody, at a node of strangers and at the own one.
  std::vector<Viewer> Viewers() const;
  // GET as that viewer; the node becomes its own, or the strangers'.
  httplib::Result Ask(const Viewer& viewer, const std::string& target);
  json::Value AskJson(const Viewer& viewer, const std::string& target);

  // Compares {"fields", "opened"?} with the tables, field by field. What was given counts as
  // exercised.
  void CheckShown(const json::Value& shown, const FiledRecord& filed, const Viewer& viewer);

  // Regulators over the sides of flows, and over nobody here.
  const Actor side_regulator_{3, "330000"}, foreign_{17, "510000"};
  TestLedger ledger_;
  const Actor &maker_ = ledger_.maker, &rival_ = ledger_.chain.other_maker,
              &home_ = ledger_.regulator;
  const Actor buyer_{14, "330106"}, third_{15, "330106"}, auditor_{16, "440100"},
      stranger_{18, "220100"};
  Api api_;
  RunningServer server_;
  std::unique_ptr<httplib::Client> client_;
  std::set<uint16_t> exercised_;
  // Who gets the keys of what is filed, in place of those whom the classes name: a hostile
  // sender's.
  contracts::FieldReaders readers_;

 private:
  httplib::Headers Signed(const std::string& target, const SigningKey& key);
  void CheckField(const contracts::FieldInfo& field, const json::Value* shown, bool named_opened,
                  const FiledRecord& filed, const Viewer& viewer);
  int nonce_ = 0;
};

}  // namespace suyuan::api::test
