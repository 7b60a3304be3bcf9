#include "tests/api/sealed_fixture.h"

#include "common/encoding.h"
#include "contracts/builder.h"
#include "contracts/snapshot_reader.h"
#include "ledger/committed.h"
#include "ledger/sealing/seal.h"
#include "tests/contracts/samples.h"
#include "tests/support/expect_ok.h"

namespace suyuan::api::test {
namespace {

using contracts::FieldInfo;

json::Array ItemsOf(const FieldInfo& field, const json::Value& value) {
  return field.list && value.if_array() ? *value.if_array() : json::Array{value};
}

// {"class", "commitment"?} and nothing that could be a value.
void ExpectWithheld(const json::Value& shown, const std::string& disclosure, bool hidden) {
  ASSERT_NE(shown.if_object(), nullptr) << json::Canonical(shown);
  EXPECT_EQ(shown.Text("class"), disclosure);
  EXPECT_EQ(shown.Text("commitment").size(), hidden ? 64u : 0u);
  EXPECT_EQ(shown.if_object()->size(), hidden ? 2u : 1u) << json::Canonical(shown);
}

bool Names(const json::Value& shown, std::string_view field) {
  const json::Value* opened = shown.Find("opened");
  if (opened == nullptr || opened->if_array() == nullptr) return false;
  return std::ranges::any_of(*opened->if_array(), [&](const json::Value& name) {
    return name.if_string() != nullptr && *name.if_string() == field;
  });
}

}  // namespace

SealedApiTest::SealedApiTest()
    : ledger_({&side_regulator_, &foreign_}),
      api_(ledger_, {}),
      server_(api_.MakeFace({{0, 0}, {0, 0}, 1000})),
      client_(std::make_unique<httplib::Client>("127.0.0.1", server_.port())) {
  client_->set_tcp_nodelay(true);
  client_->set_keep_alive(true);
}

TxId SealedApiTest::FileJson(const Actor& actor, const std::string& transaction) {
  const auto snapshot = ledger_.store().Snapshot();
  const contracts::SnapshotReader state(*snapshot);
  const contracts::StateReaderDirectory directory(state);
  contracts::BuildOptions options;
  options.ledger = ledger_.ledger_id();
  options.submitter = actor.party;
  options.signing_key = actor.key.public_key();
  options.now_ms = static_cast<uint64_t>(ledger_.now_ms());
  options.readers = readers_ ? readers_ : contracts::ReadersFrom(directory, actor.party);
  const auto parsed = json::Parse(transaction);
  SUYUAN_CHECK(parsed.ok(), transaction);
  auto built = contracts::BuildTransaction(*parsed, options);
  SUYUAN_CHECK(built.ok(), built.error().ToString() + "\n" + transaction);
  if (!built->sealed_items.empty()) built->draft.core.reader_height = snapshot->head().height;
  const Bytes envelope = ledger::SignTransaction(built->draft, actor.key);
  const TxId id = ledger::PeekTransactionId(envelope).value();
  ledger_.Submit({std::make_shared<const Bytes>(envelope), std::move(built->sealed_items)},
                 Wait::kCommitted, [](const Result<SubmitResult>& result) { ASSERT_OK(result); });
  const contracts::Outcome outcome = ledger_.OutcomeOf(id);
  SUYUAN_CHECK(outcome.applied(), outcome.refusal->ToString() + "\n" + transaction);
  return id;
}

EntityId SealedApiTest::FileDocument(const Actor& actor, const std::string& type,
                                     const std::string& doc_class) {
  const TxId tx = FileJson(actor, R"({"type":"DOC_ANCHOR","records":[{"fields":)" +
                                      DocumentFields(type, doc_class) + "}]}");
  return ledger::EntityIdOf(tx, 0);
}

std::string SealedApiTest::DocumentFields(const std::string& type, const std::string& doc_class) {
  return R"({"doc_type":")" + type + R"(","doc_class":")" + doc_class +
         R"(","doc_title":"材料甲乙丙丁","file_hash":")" + std::string(64, 'c') +
         R"(","file_size":184321,"media_type":"image/png","issue_date":"2026-01-15",)"
         R"("issuer_name":"出具机构戊己庚","doc_no":"编号-辛壬癸-7","valid_to":"2027-01-14"})";
}

void SealedApiTest::Join(const Actor& actor, const std::string& type, const Actor& reviewer) {
  FileJson(actor, RegistrationJson(actor, type));
  FileJson(reviewer, R"({"type":"PARTY_REVIEW","subject":{"party":")" + ToString(actor.party) +
                         R"("},"records":[{"fields":{"decision":"approve"}}]})");
}

std::string SealedApiTest::RegistrationJson(const Actor& actor, const std::string& type) {
  const std::string code = ToString(actor.party);
  return R"({"type":"PARTY_REGISTER","records":[{"fields":{"party_code":")" + code +
         R"(","uscc":")" + code + R"(","party_type":[")" + type +
         R"("],"entity_kind":"enterprise","party_name":"示例有限公司","registered_address":"示例路 1 号",)"
         R"("contact_public":"020-12345678","business_licence_doc":"#1","region_code":")" +
         actor.region +
         R"(","chain_stage":["processing"],"merchant_type":"wholesaler",)"
         R"("responsible_person":{"name":"负责人甲甲","phone":"020-87654321"},)"
         R"("emergency_contact":{"channels":"短信","name":"联系人乙乙","phone":"020-87654322"},)"
         R"("signing_key":")" +
         ToHex(actor.key.public_key()) + R"(","sealing_key":")" +
         ToHex(SealingKeyOf(actor).public_key()) + R"("}},{"fields":)" +
         DocumentFields("business_licence", "PUB") + "}]}";
}

void SealedApiTest::JoinOthers() {
  Join(rival_, "manufacturer", home_);
  Join(auditor_, "auditor", home_);
  Join(buyer_, "distributor", side_regulator_);
  Join(third_, "distributor", side_regulator_);
}

FiledRecord SealedApiTest::FileWhole(const Actor& actor, uint8_t section, json::Object values,
                                     RecordFacts facts) {
  for (const FieldInfo& field : contracts::FieldsOfSection(section))
    values.try_emplace(std::string(field.identifier), SampleOf(field));
  return FileUnchecked(actor, contracts::tx::kDocAnchor, section, std::move(values),
                       std::move(facts));
}

FiledRecord SealedApiTest::FileUnchecked(const Actor& actor, contracts::TxType type,
                                         uint8_t section, json::Object values, RecordFacts facts) {
  const auto snapshot = ledger_.store().Snapshot();
  const contracts::SnapshotReader state(*snapshot);
  const contracts::StateReaderDirectory directory(state);
  ledger::TransactionDraft draft;
  ledger::Core& core = draft.core;
  core.ledger_id = ledger_.ledger_id();
  core.type = type;
  core.submitter = actor.party;
  core.signers = {{ledger::SignerRole::kSubmitter, actor.party, actor.key.key_id()}};
  core.nonce = RandomFixed<Nonce16>();
  core.created_ms = static_cast<uint64_t>(ledger_.now_ms());
  core.expiry_ms = core.created_ms + 3'600'000;
  core.reader_height = snapshot->head().height;
  sealing::SenderKey sender{SealingKey(SecretSeed::Random())};
  sealing::TransactionSealer sealer(
      sealing::SealingContext(core.ledger_id, core.submitter, core.nonce), sender, RandomBytes);
  ledger::RecordDraft& record = draft.records.emplace_back();
  record.schema = section;
  const contracts::Audience audience = contracts::AudienceOf(actor.party, values);
  for (const FieldInfo& field : contracts::FieldsOfSection(section)) {
    const auto given = values.find(std::string(field.identifier));
    if (given == values.end()) continue;
    const std::string disclosure = ClassIn(field, values);
    uint16_t item = 0;
    for (const json::Value& value : ItemsOf(field, given->second)) {
      if (IsClearClass(disclosure)) {
        ledger::RecordDraft::LeafDraft& leaf = record.leaves.emplace_back();
        leaf.field = field.number;
        leaf.item = item++;
        leaf.value = json::Canonical(value);
        continue;
      }
      const auto id = sealer.AudienceOf(
          contracts::ReadersOf(directory, ClassNamed(disclosure), audience).value(), {});
      const std::optional<Bytes> sealed =
          value.is_null() ? std::nullopt : std::optional(json::Canonical(value));
      record.leaves.push_back(sealer.Seal({0, field.number, item++}, id.value(), sealed).value());
    }
  }
  sealing::SealedItems items = std::move(sealer).Finish(core);
  if (items.empty()) core.reader_height = Height(0);
  const Bytes envelope = ledger::SignTransaction(draft, actor.key);
  ledger_.Submit({std::make_shared<const Bytes>(envelope), std::move(items)}, Wait::kCommitted,
                 [](const Result<SubmitResult>& result) { ASSERT_OK(result); });
  return {ledger::PeekTransactionId(envelope).value(), section, std::move(values),
          std::move(facts)};
}

// It names nothing of its own transaction: the zero id would be a place holder.
json::Value SealedApiTest::SampleOf(const FieldInfo& field) {
  std::string text = json::Canonical(contracts::Sample(field));
  const std::string zero(26, 'a');
  if (const size_t at = text.find(zero); at != std::string::npos) text[at] = 'b';
  const json::Value one = json::Parse(text).value();
  return field.list ? json::Value(json::Array{one, one}) : one;
}

json::Array SealedApiTest::ShowsOf(const Actor& actor, const TxId& id, uint16_t field) {
  const auto found =
      ledger::LoadCommitted(ledger_.store(), id, ledger_.limits(), ledger::Hashes::kKnown);
  std::vector<SealingKey> keys;
  keys.push_back(SealingKeyOf(actor));
  const auto items = ledger::SealedItemsOf(*found, ledger_.limits());
  const auto opened = sealing::SealedReader(std::move(keys)).Open(found->tx, *items);
  const ledger::Core& core = found->tx.core;
  const std::string context =
      ToHex(sealing::SealingContext(core.ledger_id, core.submitter, core.nonce));
  json::Array out;
  for (const sealing::OpenedField& one : opened->fields)
    if (one.at.field == field && one.at.record == 0)
      out.emplace_back(json::Object{{"context", context},
                                    {"item", static_cast<uint32_t>(one.at.item)},
                                    {"opening", HexEncode(one.padded)}});
  EXPECT_FALSE(out.empty()) << "not opened";
  return out;
}

Bytes SealedApiTest::PaddedOf(const Actor& actor, const TxId& id, uint16_t field) {
  const json::Array shows = ShowsOf(actor, id, field);
  return shows.empty() ? Bytes() : HexDecode(shows.front().Text("opening")).value();
}

std::vector<Viewer> SealedApiTest::Viewers() const {
  std::vector<Viewer> out = {{"anonymous", nullptr, false, false}};
  const auto add = [&](const std::string& name, const Actor& actor, bool regulator) {
    out.push_back({name, &actor, regulator, false});
    out.push_back({name + "'s staff", &actor, regulator, true});
  };
  add("maker", maker_, false);
  add("buyer", buyer_, false);
  add("third", third_, false);
  add("rival", rival_, false);
  add("auditor", auditor_, false);
  add("home regulator", home_, true);
  add("side regulator", side_regulator_, true);
  add("foreign regulator", foreign_, true);
  return out;
}

httplib::Headers SealedApiTest::Signed(const std::string& target, const SigningKey& key) {
  const size_t mark = target.find('?');
  const std::string path = target.substr(0, mark);
  const std::string query = mark == std::string::npos ? "" : target.substr(mark + 1);
  const std::string host = "127.0.0.1:" + std::to_string(server_.port());
  SignedMessage message;
  message.method = "GET";
  message.authority = host;
  message.path = path;
  message.query = query;
  httplib::Headers headers;
  for (auto& [name, value] : SignRequest(message, "", key, ledger_.now_ms() / 1000,
                                         "nonce-number-" + std::to_string(++nonce_)))
    headers.emplace(name, value);
  return headers;
}

httplib::Result SealedApiTest::Ask(const Viewer& viewer, const std::string& target) {
  const Actor& host = viewer.at_own_node ? *viewer.actor : stranger_;
  std::vector<SealingKey> keys;
  keys.push_back(SealingKeyOf(host));
  ledger_.BecomeNodeOf(host, std::move(keys));
  // The window of nonces is a node's, and this one is many.
  ledger_.clock_ms += 1000;
  if (viewer.actor == nullptr) return client_->Get(target);
  return client_->Get(target, Signed(target, viewer.actor->key));
}

json::Value SealedApiTest::AskJson(const Viewer& viewer, const std::string& target) {
  const auto answer = Ask(viewer, target);
  EXPECT_TRUE(answer) << target;
  if (!answer) return {};
  EXPECT_EQ(answer->status, 200) << viewer.name << " " << target << "\n" << answer->body;
  EXPECT_EQ(answer->get_header_value("Cache-Control"), viewer.actor ? "no-store" : "") << target;
  return json::Parse(answer->body).value();
}

void SealedApiTest::CheckShown(const json::Value& shown, const FiledRecord& filed,
                               const Viewer& viewer) {
  const json::Value* fields = shown.Find("fields");
  ASSERT_NE(fields, nullptr) << json::Canonical(shown);
  for (const FieldInfo& field : contracts::FieldsOfSection(filed.section)) {
    SCOPED_TRACE(viewer.name + ": " + std::string(field.identifier));
    CheckField(field, fields->Find(field.identifier), Names(shown, field.identifier), filed,
               viewer);
  }
}

void SealedApiTest::CheckField(const FieldInfo& field, const json::Value* shown, bool named_opened,
                               const FiledRecord& filed, const Viewer& viewer) {
  const auto given = filed.given.find(std::string(field.identifier));
  const std::string disclosure = ClassIn(field, filed.given);
  const bool hidden = !IsClearClass(disclosure);
  const bool opens = hidden && viewer.at_own_node && MayOpen(disclosure, viewer, filed.facts);
  EXPECT_EQ(named_opened, opens && shown != nullptr);
  if (given == filed.given.end()) {  // absent: sealed as such, not_applicable, or not there
    if (shown == nullptr || !hidden) return;
    const json::Value& one = field.list ? shown->if_array()->front() : *shown;
    if (!opens) return ExpectWithheld(one, disclosure, true);
    EXPECT_EQ(one, (json::Value(json::Object{{"absent", true}, {"class", disclosure}})));
    return;
  }
  ASSERT_NE(shown, nullptr);
  exercised_.insert(field.number);
  if (opens || (!hidden && MayReadClear(disclosure, ListsCodes(field), viewer, filed.facts))) {
    EXPECT_EQ(*shown, given->second) << json::Canonical(*shown);
    return;
  }
  if (!field.list || !hidden) return ExpectWithheld(*shown, disclosure, hidden);
  ASSERT_NE(shown->if_array(), nullptr) << json::Canonical(*shown);
  EXPECT_EQ(shown->if_array()->size(), given->second.if_array()->size());
  for (const json::Value& item : *shown->if_array()) ExpectWithheld(item, disclosure, true);
}

}  // namespace suyuan::api::test
