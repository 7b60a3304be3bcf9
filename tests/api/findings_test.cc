// DC-5-d, 4.8, 6.11: findings for the field's readers until a regulator publishes them, alerts for
// their party and its regulators; to everybody else there are none.
#include "api/finding_view.h"
#include "common/encoding.h"
#include "contracts/field_numbers.h"
#include "contracts/snapshot_reader.h"
#include "ledger/sealing/field.h"
#include "tests/api/story_fixture.h"

namespace suyuan::api::test {
namespace {

namespace f = contracts::document_field;
using contracts::Namespace;
using ledger::EntityKind;

class FindingsApiTest : public SealedApiTest {
 protected:
  FindingsApiTest() {
    Join(maker_, "manufacturer", home_);
    JoinOthers();
    bad_ = FileBad();
  }

  // A document whose sealed title is empty.
  FiledRecord FileBad() {
    json::Object given = *json::Parse(DocumentFields("other", "OPT"))->if_object();
    given["doc_title"] = "";
    return FileUnchecked(maker_, contracts::tx::kDocAnchor, 6, std::move(given), {&maker_});
  }
  static std::string Finding(const FiledRecord& filed, const std::string& fields,
                             const std::string& further = "") {
    return R"({"type":"FINDING","subject":{"document":")" +
           ToString(ledger::EntityIdOf(filed.tx, 0)) +
           R"("},"records":[{"fields":{"target_field":"document.doc_title","target_version":1,)" +
           fields + "}" + further + "}]}";
  }
  TxId FindSealed(const FiledRecord& filed) {
    return FileJson(home_, Finding(filed, R"("finding_kind":"bad_value","finding_proof":{"key":")" +
                                              std::string(64, 'a') + R"(","rule":"C06"})"));
  }
  TxId Publish(const FiledRecord& filed) {
    const std::string shows = json::Canonical(ShowsOf(home_, filed.tx, f::kDocTitle));
    return FileJson(home_, Finding(filed, R"("finding_kind":"bad_value","finding_rule":"C06")",
                                   R"(,"shows":)" + shows));
  }
  json::Array List(const Viewer& viewer, const std::string& target) {
    return *AskJson(viewer, target).Find("items")->if_array();
  }
  // The one that the viewer's list has.
  json::Value Only(const Viewer& viewer, const std::string& target) {
    const json::Array items = List(viewer, target);
    EXPECT_EQ(items.size(), 1u) << viewer.name << " " << target;
    return items.empty() ? json::Value() : items.front();
  }
  bool Concerned(const Viewer& viewer) const {
    return viewer.actor == &maker_ || viewer.actor == &home_;
  }

  const Viewer anonymous_{"anonymous"}, owner_{"owner", &maker_, false, false},
      finder_{"finder", &home_, true, false}, rival_viewer_{"rival", &rival_, false, false};
  FiledRecord bad_;
};

// Nothing tells a hidden row from none: neither status nor words, neither items nor a cursor.
TEST_F(FindingsApiTest, ThereAreNoneForTheOthers) {
  FindSealed(bad_);
  const std::string finding = "/v1/findings/" + Only(owner_, "/v1/findings").Text("id");
  const std::string alert = "/v1/alerts/" + Only(owner_, "/v1/alerts").Text("id");
  size_t refused = 0;
  for (const Viewer& viewer : Viewers()) {
    for (const std::string& group : {std::string("/v1/findings"), std::string("/v1/alerts")}) {
      const std::string& one = group == "/v1/findings" ? finding : alert;
      if (Concerned(viewer)) {
        EXPECT_EQ(Only(viewer, group).Text("id"), AskJson(viewer, one).Text("id"));
        continue;
      }
      ++refused;
      const json::Value list = AskJson(viewer, group + "?limit=1&party=" + ToString(maker_.party));
      EXPECT_TRUE(list.Find("items")->if_array()->empty()) << viewer.name;
      EXPECT_EQ(list.Find("next"), nullptr);
      EXPECT_EQ(list.if_object()->size(), 2u) << json::Canonical(list);
      std::string none = one;  // another place, where nobody found anything
      none[none.size() - 12] = none[none.size() - 12] == 'a' ? 'b' : 'a';
      const auto hidden = Ask(viewer, one), absent = Ask(viewer, none),
                 nonsense = Ask(viewer, group + "/x");
      EXPECT_EQ(hidden->status, 404) << viewer.name;
      EXPECT_EQ(hidden->body, absent->body);
      EXPECT_EQ(hidden->body, nonsense->body);
    }
  }
  EXPECT_EQ(refused, 2u * (Viewers().size() - 4));
}

TEST_F(FindingsApiTest, TheOwnerLearnsWhatIsFoundAgainstIt) {
  const TxId tx = FindSealed(bad_);
  const json::Value listed = Only(owner_, "/v1/findings");
  EXPECT_EQ(listed.Text("finding_kind"), "bad_value");
  EXPECT_EQ(listed.Text("state"), "RAISED");
  EXPECT_EQ(*listed.Find("published"), json::Value(false));
  EXPECT_EQ(listed.Text("owner"), ToString(maker_.party));
  EXPECT_EQ(listed.Text("finder"), ToString(home_.party));
  EXPECT_EQ(listed.Text("transaction"), ToHex(tx));
  EXPECT_EQ(listed.Find("target")->Text("field"), "document.doc_title");
  EXPECT_EQ(listed.Find("target")->Text("id"), ToString(ledger::EntityIdOf(bad_.tx, 0)));

  const std::string target = "/v1/findings/" + listed.Text("id");
  const json::Value one = AskJson(owner_, target);
  EXPECT_EQ(one.Find("fields")->Text("finding_kind"), "bad_value");
  EXPECT_EQ(one.Find("fields")->Find("finding_proof")->Text("commitment").size(), 64u);
  EXPECT_EQ(one.Find("shows"), nullptr);
  // Staff of the finder's own node read the proof, which was sealed to it.
  const json::Value staff = AskJson({"staff", &home_, true, true}, target);
  EXPECT_EQ(staff.Find("fields")->Find("finding_proof")->Text("key"), std::string(64, 'a'));
  EXPECT_EQ(*staff.Find("opened"), json::Value(json::Array{"finding_proof"}));

  const json::Value alert = Only(owner_, "/v1/alerts");
  EXPECT_EQ(alert.Text("rule"), "BAD_VALUE");
  EXPECT_EQ(alert.Text("state"), "RAISED");
  EXPECT_EQ(alert.Text("party"), ToString(maker_.party));
  EXPECT_EQ(alert.Text("finding"), listed.Text("id"));
  EXPECT_EQ(AskJson(finder_, "/v1/alerts/" + alert.Text("id")).Text("rule"), "BAD_VALUE");
}

TEST_F(FindingsApiTest, APublishedOneIsForEverybodyWithItsEvidence) {
  Publish(bad_);
  const auto found = [&](const Viewer& viewer) {
    return AskJson(viewer, "/v1/findings/" + Only(viewer, "/v1/findings").Text("id"));
  };
  const Hash commitment = [&] {
    const json::Value tx = AskJson(owner_, "/v1/txs/" + ToHex(bad_.tx));
    const json::Value& record = tx.Find("records")->if_array()->front();
    return *ParseHash(record.Find("fields")->Find("doc_title")->Text("commitment"));
  }();
  for (const Viewer& viewer : Viewers()) {
    const json::Value one = found(viewer);
    EXPECT_EQ(*one.Find("published"), json::Value(true));
    EXPECT_EQ(one.Find("fields")->Text("finding_rule"), "C06");
    ASSERT_NE(one.Find("shows"), nullptr) << viewer.name;
    const json::Value& shown = one.Find("shows")->if_array()->front();
    EXPECT_EQ(*shown.Find("value"), json::Value(""));
    EXPECT_EQ(shown.Find("breaks")->if_array()->front().Text("rule"), "C06");
    // Whoever has it can check it against the record that the owner signed.
    EXPECT_EQ(sealing::FieldCommitment(*ParseHash(shown.Text("context")), {0, f::kDocTitle, 0},
                                       *HexDecode(shown.Text("opening"))),
              commitment);
    const bool alerted = !List(viewer, "/v1/alerts").empty();
    EXPECT_EQ(alerted, Concerned(viewer)) << viewer.name;
  }
}

TEST_F(FindingsApiTest, PagesGoOnAtTheNextVisibleRow) {
  std::set<std::string> filed;
  for (int i = 0; i < 5; ++i) {
    const FiledRecord record = i == 0 ? bad_ : FileBad();
    FindSealed(record);
    if (i % 2 == 0) filed.insert(ToString(ledger::EntityIdOf(record.tx, 0)));
    if (i % 2 == 0) Publish(record);
  }
  const auto walk = [&](const Viewer& viewer, const std::string& query) {
    std::vector<std::string> seen;
    std::string next;
    do {
      const json::Value page = AskJson(viewer, "/v1/findings?limit=1" + query + next);
      for (const json::Value& item : *page.Find("items")->if_array())
        seen.push_back(item.Find("target")->Text("id"));
      next = page.Text("next").empty() ? "" : "&cursor=" + page.Text("next");
      // A cursor is no id: it may stand on a row that is not for its holder.
      if (!next.empty()) {
        EXPECT_EQ(Ask(viewer, "/v1/findings/" + page.Text("next"))->status, 404);
      }
    } while (!next.empty() && seen.size() < 10);
    EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(), seen.size());
    return seen;
  };
  EXPECT_EQ(walk(owner_, "").size(), 5u);
  for (const Viewer& viewer : {anonymous_, rival_viewer_}) {
    const auto seen = walk(viewer, "");
    EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()), filed) << viewer.name;
  }
  EXPECT_EQ(walk(owner_, "&state=open&kind=bad_value&party=" + ToString(maker_.party)).size(), 5u);
  EXPECT_TRUE(walk(owner_, "&state=ANSWERED").empty());
  EXPECT_TRUE(walk(owner_, "&kind=key_fault").empty());
  EXPECT_TRUE(walk(finder_, "&party=" + ToString(rival_.party)).empty());
  EXPECT_EQ(List(finder_, "/v1/alerts?kind=BAD_VALUE&state=open").size(), 5u);
  EXPECT_EQ(List(finder_, "/v1/alerts?party=" + ToString(rival_.party)).size(), 0u);
  for (const char* wrong : {"state=closed", "kind=other", "limit=0", "cursor=%21", "party=x"})
    EXPECT_EQ(Ask(owner_, std::string("/v1/findings?") + wrong)->status, 400) << wrong;
}

// However many rows of others lie before, a page shows rows or is the last one.
TEST_F(FindingsApiTest, NoPageIsEmptyBecauseOfOthersRows) {
  constexpr size_t kDocuments = 340;
  json::Array documents;
  for (size_t i = 0; i < kDocuments; ++i)
    documents.push_back(
        json::Object{{"fields", json::Parse(DocumentFields("other", "OPT")).value()}});
  const TxId filed = FileJson(
      maker_, json::Canonical(json::Object{{"type", "DOC_ANCHOR"}, {"records", documents}}));
  size_t rows = 0;
  for (const char* field : {"doc_title", "file_hash", "file_size", "issuer_name", "doc_no"}) {
    for (const char* kind : {"bad_value", "cipher_fault", "key_fault"}) {
      json::Array records;
      for (uint32_t i = 0; i < kDocuments; ++i, ++rows) {
        json::Object proof{{"key", std::string(64, 'a')}};
        if (std::string_view(kind) == "bad_value") proof.emplace("rule", "C06");
        const json::Object said{{"finding_kind", kind},
                                {"finding_proof", std::move(proof)},
                                {"target_field", std::string("document.") + field},
                                {"target_version", 1}};
        const json::Object subject{{"document", ToString(ledger::EntityIdOf(filed, i))}};
        records.push_back(json::Object{{"fields", said}, {"subject", subject}});
      }
      FileJson(home_, json::Canonical(json::Object{{"type", "FINDING"}, {"records", records}}));
    }
  }
  ASSERT_GT(rows, 5'000u);
  const Viewer far{"foreign regulator", &foreign_, true, false};
  for (const char* list : {"/v1/findings", "/v1/alerts"}) {
    for (const Viewer& viewer : {far, rival_viewer_}) {
      const json::Value page = AskJson(viewer, list);
      EXPECT_TRUE(page.Find("items")->if_array()->empty()) << viewer.name;
      EXPECT_EQ(page.Find("next"), nullptr) << viewer.name << " " << list;
    }
    EXPECT_EQ(List(finder_, std::string(list) + "?limit=3").size(), 3u);
  }
}

// Its outcome names the alert to the party and to regulators over it, whoever sent it. What a
// sealed finding is about is not public.
TEST_F(FindingsApiTest, ItsTransactionTellsNobodyElse) {
  const std::string tx = "/v1/txs/" + ToHex(FindSealed(bad_));
  const std::string document = ToString(ledger::EntityIdOf(bad_.tx, 0));
  for (const Viewer& viewer : Viewers()) {
    SCOPED_TRACE(viewer.name);
    const std::string body = Ask(viewer, tx)->body;
    EXPECT_EQ(body.find("BAD_VALUE") != std::string::npos, Concerned(viewer));
    const json::Value proof = AskJson(viewer, tx + "/proof?format=json");
    EXPECT_EQ(proof.Find("extra")->Find("outcome") != nullptr, Concerned(viewer));
    EXPECT_EQ(body.find(document) != std::string::npos, viewer.actor != nullptr);
    EXPECT_EQ(body.find("doc_title") != std::string::npos, viewer.actor != nullptr);
  }
  const std::string published = Ask(anonymous_, "/v1/txs/" + ToHex(Publish(bad_)))->body;
  EXPECT_NE(published.find(document), std::string::npos);
  EXPECT_NE(published.find("doc_title"), std::string::npos);
}

// ---- Findings on flows: as far as the ledger knows who reads the field

class FlowFindingsTest : public StoryTest {
 protected:
  FlowFindingsTest() {
    FileParty();
    JoinOthers();
    FiledRecord batch = FileBatch(IdOf(FileProduct()));
    Release(batch);
    ledger_.clock_ms += 3600 * 1000;
  }
  void Find(const Actor& finder, const FiledRecord& flow, const std::string& field) {
    FileJson(finder, R"({"type":"FINDING","subject":{"flow":")" + IdOf(flow) +
                         R"("},"records":[{"fields":{"finding_kind":"cipher_fault",)"
                         R"("finding_proof":{"key":")" +
                         std::string(64, 'b') + R"("},"target_version":1,"target_field":"flow.)" +
                         field + R"("}}]})");
  }
  // Names of those whose list has a finding on that field of the flow.
  std::set<std::string> Seen(const FiledRecord& flow, const std::string& field) {
    std::set<std::string> out;
    for (const Viewer& viewer : Viewers()) {
      if (viewer.at_own_node) continue;
      const json::Value list = AskJson(viewer, "/v1/findings");
      for (const json::Value& item : *list.Find("items")->if_array()) {
        const json::Value* target = item.Find("target");
        if (target->Text("id") == IdOf(flow) && target->Text("field") == "flow." + field)
          out.insert(viewer.name);
      }
    }
    return out;
  }
  using Names = std::set<std::string>;
};

// Goods that were released as packed leave without a package: an alert on the batch, not on a
// party.
TEST_F(FlowFindingsTest, AlertsOfOutcomesAreListedForThoseWhomTheyConcern) {
  const FiledRecord sold = Sell(maker_, buyer_, Code(1));
  size_t concerned = 0;
  std::string id;
  for (const Viewer& viewer : Viewers()) {
    const json::Value list = AskJson(viewer, "/v1/alerts?kind=UNPACKED&limit=1");
    const json::Array& items = *list.Find("items")->if_array();
    const bool expected = viewer.actor == &maker_ || viewer.actor == &home_;
    EXPECT_EQ(items.size(), expected ? 1u : 0u) << viewer.name;
    EXPECT_EQ(list.Find("next"), nullptr);
    if (items.empty()) continue;
    ++concerned;
    id = items.front().Text("id");
    EXPECT_EQ(items.front().Text("state"), "NOTED");
    EXPECT_EQ(items.front().Text("party"), ToString(maker_.party));
    EXPECT_EQ(items.front().Text("transaction"), ToHex(sold.tx));
    EXPECT_EQ(items.front().Find("about")->Text("kind"), "batch");
  }
  EXPECT_EQ(concerned, 4u);
  for (const Viewer& viewer : Viewers()) {
    const bool expected = viewer.actor == &maker_ || viewer.actor == &home_;
    EXPECT_EQ(Ask(viewer, "/v1/alerts/" + id)->status, expected ? 200 : 404) << viewer.name;
  }
  const Viewer maker{"maker", &maker_, false, false};
  EXPECT_TRUE(AskJson(maker, "/v1/alerts?state=open").Find("items")->if_array()->empty());
  // From alerts on the party to those of outcomes a page goes on.
  Find(home_, sold, "sale_time");
  std::vector<std::string> rules;
  std::string next;
  do {
    const json::Value page = AskJson(maker, "/v1/alerts?limit=1" + next);
    for (const json::Value& item : *page.Find("items")->if_array())
      rules.push_back(item.Text("rule"));
    next = page.Text("next").empty() ? "" : "&cursor=" + page.Text("next");
  } while (!next.empty() && rules.size() < 5);
  EXPECT_EQ(rules, (std::vector<std::string>{"CIPHER_FAULT", "UNPACKED"}));
}

TEST_F(FlowFindingsTest, TheOtherSideReadsThemOnceItHasShownItself) {
  const FiledRecord sold = Sell(maker_, buyer_, Code(1));
  Find(home_, sold, "sale_time");
  Find(home_, sold, "collection_mode");
  EXPECT_EQ(Seen(sold, "sale_time"), (Names{"maker", "home regulator"}));
  Confirm(buyer_, sold);
  EXPECT_EQ(Seen(sold, "sale_time"), (Names{"maker", "buyer", "home regulator", "side regulator"}));
  EXPECT_EQ(Seen(sold, "collection_mode"), (Names{"maker", "home regulator"}))
      << "of class REG, which neither the other side nor its regulator reads";
}

TEST_F(FlowFindingsTest, TheMakerOfTheGoodsReadsThoseOfTheChain) {
  Confirm(buyer_, Sell(maker_, buyer_, Code(1)));
  const FiledRecord resold = Sell(buyer_, third_, Code(1));
  Find(side_regulator_, resold, "sale_quantity");
  Find(side_regulator_, resold, "sale_time");
  EXPECT_EQ(Seen(resold, "sale_quantity"), (Names{"buyer", "maker", "side regulator"}));
  EXPECT_EQ(Seen(resold, "sale_time"), (Names{"buyer", "side regulator"}));
}

// Counts what is read of a state.
class CountingReader final : public contracts::StateReader {
 public:
  explicit CountingReader(const contracts::StateReader& base) : base_(base) {}
  std::optional<Bytes> Get(Namespace ns, ByteView key) const override {
    ++reads[ns];
    return base_.Get(ns, key);
  }
  void Scan(Namespace ns, ByteView first,
            const std::function<bool(ByteView, ByteView)>& visit) const override {
    ++reads[ns];
    base_.Scan(ns, first, visit);
  }
  std::optional<std::pair<Bytes, Bytes>> LastAtMost(Namespace ns, ByteView bound) const override {
    ++reads[ns];
    return base_.LastAtMost(ns, bound);
  }
  mutable std::map<Namespace, size_t> reads;

 private:
  const contracts::StateReader& base_;
};

// A page passes thousands of rows, and a flow may move thousands of codes.
TEST_F(FlowFindingsTest, AFlowIsReadOnceAndItsGoodsOnlyForTheChain) {
  namespace flow = contracts::flow_field;
  const FiledRecord sold = Sell(maker_, buyer_, Code(1));
  const auto snapshot = ledger_.store().Snapshot();
  const contracts::SnapshotReader base(*snapshot);
  const CountingReader state(base);
  Identity rival;
  rival.party = rival_.party;
  FindingCaller caller(state, rival);
  contracts::Finding finding;
  finding.owner = maker_.party;
  const auto reads_of = [&](uint16_t field) {
    state.reads.clear();
    const contracts::FindingPlace place{
        {EntityKind::kFlow, ledger::EntityIdOf(sold.tx, 0).str(), 1, field, 0}, {}};
    const Result<bool> sees = caller.Sees(place, finding);
    EXPECT_TRUE(sees.ok() && !*sees);
    return state.reads;
  };
  using Reads = std::map<Namespace, size_t>;
  EXPECT_EQ(reads_of(flow::kCollectionMode), Reads()) << "of class REG";
  EXPECT_EQ(reads_of(flow::kSaleTime), (Reads{{Namespace::kFlow, 1}}));
  EXPECT_EQ(reads_of(flow::kSaleTime), Reads());
  EXPECT_FALSE(reads_of(flow::kSaleQuantity).empty()) << "of class CHAIN: the makers count";
  EXPECT_EQ(reads_of(flow::kSaleQuantity), Reads());
}

}  // namespace
}  // namespace suyuan::api::test
