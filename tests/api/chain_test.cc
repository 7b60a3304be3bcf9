// Chains through HTTP over a real ledger: the story of a box and its units, told by hand for each
// kind of caller; and what keeps an answer small and a buyer unknown.
#include "api/chain.h"

#include <chrono>

#include "api/paging.h"
#include "common/codec.h"
#include "common/encoding.h"
#include "contracts/flow.h"
#include "ledger/sealing/field.h"
#include "tests/api/api_fixture.h"
#include "tests/contracts/flow_fixture.h"

namespace suyuan::api {
namespace {

using namespace contracts::testing;  // NOLINT: the words of records
namespace tx = contracts::tx;
using Lines = std::vector<std::string>;

// The words of flows and links; never run.
struct Words : FlowTest {
  using FlowTest::Details;
  using FlowTest::FlowCommand;
  using FlowTest::FlowRec;
  using FlowTest::LinkRec;
  using FlowTest::NewPackages;
  using FlowTest::Sale;
  using FlowTest::Sides;
  using FlowTest::Sscc;
  using FlowTest::ToConsumer;
  using FlowTest::ToOutside;
};

struct Sent {
  EntityId id;
  std::string opening;
};

class ChainTest : public test::ApiTest {
 protected:
  ChainTest() {
    names_[ToString(ledger_.maker.party)] = "maker";
    names_[ToString(seller_.party)] = "seller";
    names_[ToString(second_.party)] = "second";
    names_[ToString(outsider_.party)] = "outsider";
    names_[ToString(rival_.party)] = "rival";
    for (const Actor* party : {&seller_, &second_, &rival_})
      ledger_.Join(*party, contracts::kDistributor);
    for (uint32_t i = 1; i <= 9; ++i) names_[ItemCode(i)] = "U" + std::to_string(i);
    names_[box_] = "BOX";
    names_[pallet_] = "PALLET";
    product_ = ledger::EntityIdOf(ledger_.File(tx::kProductRegister, maker_, {Product()}), 0);
    ledger_.File(tx::kProductReview, ledger_.regulator,
                 {Review(ledger::EntityKind::kProduct, product_.view(), "approve")});
    Release(9);
  }

  void Release(uint32_t units, const char* lot = "L1", const char* time = "2026-03-02T01:00:00Z") {
    const std::string count = std::to_string(units);
    const EntityId report = ledger::EntityIdOf(
        ledger_.File(tx::kDocAnchor, maker_, {Document("factory_inspection")}), 0);
    batch_ = ledger::EntityIdOf(
        ledger_.File(tx::kBatchSubmit, maker_, {BatchOf(product_, report, count.c_str())}), 0);
    ledger_.File(tx::kBatchActivate, maker_, {contracts::testing::Codes(batch_, 1, units, lot)});
    ledger_.File(tx::kCodePrint, maker_, {Print(batch_)});
    ledger_.clock_ms += 2 * 3600 * 1000;
    ledger_.File(tx::kBatchRelease, maker_, {contracts::testing::Release(batch_, time)});
  }

  // ---- what parties do; each flow gets a name for what is expected

  Sent Send(const char* name, const Actor& from, Rec rec, const Actor& to) {
    Writer nonce;
    nonce.U64(0x53595243).U64(ledger_.chain.nonce + 1);
    const Hash context =
        sealing::SealingContext(ledger_.chain.ledger_id, from.party, *Nonce16::From(nonce.bytes()));
    const uint16_t field = contracts::flow_field::kBuyerCode;
    const Bytes padded = sealing::PadValue(Sha256(std::string("salt of ") + name),
                                           Bytes("\"" + ToString(to.party) + "\""));
    rec.Commit(field, sealing::FieldCommitment(context, {0, field, 0}, padded));
    return {Record(name, from, rec), HexEncode(padded)};
  }
  EntityId Record(const char* name, const Actor& from, const Rec& rec) {
    ledger_.clock_ms += 1000;
    const EntityId id = ledger::EntityIdOf(ledger_.File(tx::kFlowRecord, from, {rec}), 0);
    names_[ToString(id)] = name;
    return id;
  }
  void Confirm(const Actor& by, const Sent& flow) {
    ledger_.clock_ms += 1000;
    ledger_.File(tx::kFlowConfirm, by,
                 {Words::FlowCommand(flow.id, flow.opening), Words::Details(flow.id)});
  }
  void Sold(const char* name, const Actor& from, const Actor& to, const Lines& codes) {
    Confirm(to, Send(name, from, Words::Sale(codes), to));
  }
  void Pack(const Actor& by, const std::string& package, int level, const Lines& codes) {
    ledger_.clock_ms += 1000;
    ledger_.File(tx::kCodeLink, by,
                 {Words::NewPackages({package}, level), Words::LinkRec(package, "package", codes)});
  }

  // maker packs U1-U3, sells the box; the seller carries it, sells it on, which is disputed and
  // voided, then again; second opens it, sells U1 to a consumer and U2 to an outsider, who
  // registers later. U4 goes alone.
  void Story() {
    Pack(maker_, box_, 1, {ItemCode(1), ItemCode(2), ItemCode(3)});
    Sold("S1", maker_, seller_, {box_, ItemCode(4)});
    Record("CARRY", seller_, Words::FlowRec("transport", {box_}));
    const Sent wrong = Send("WRONG", seller_, Words::Sale({box_}), second_);
    Rec dispute = Words::FlowCommand(wrong.id, wrong.opening);
    dispute.Set(contracts::command_field::kReason, "数量不符");
    ledger_.File(tx::kFlowDispute, second_, {dispute});
    Rec undo = Words::FlowCommand(wrong.id);
    undo.Set(contracts::command_field::kReason, "重新填报");
    ledger_.File(tx::kFlowVoid, seller_, {undo});
    Sold("S2", seller_, second_, {box_});
    Record("RETAIL", second_, Words::ToConsumer({ItemCode(1)}));
    const Sent out = Send("OUT", second_, Words::ToOutside({ItemCode(2)}), outsider_);
    ledger_.Join(outsider_, contracts::kDistributor);
    Confirm(outsider_, out);
  }

  // ---- what a caller is shown, in short

  json::Value Trace(const std::string& code, const std::string& query = "",
                    const Actor* who = nullptr, int status = 200) {
    const std::string path = "/v1/trace/" + code;
    httplib::Headers headers;
    if (who) headers = Signed("GET", path, query, "", who->key);
    return Get(query.empty() ? path : path + "?" + query, status, headers);
  }
  std::string Name(const std::string& id) const {
    const auto known = names_.find(id);
    return known == names_.end() ? id : known->second;
  }
  // Codes: "distance name state @holder [direction kind of from, left?] flows not-shown".
  Lines Codes(const json::Value& trace) {
    Lines out;
    const json::Array& codes = *trace.Find("chain")->Find("codes")->if_array();
    for (const json::Value& code : codes) {
      std::string line = std::to_string(*code.Find("distance")->if_int()) + " " +
                         Name(code.Text("code")) + " " + code.Text("state");
      if (!code.Text("holder").empty()) line += " @" + Name(code.Text("holder"));
      if (const json::Value* link = code.Find("link")) {
        const auto from = static_cast<size_t>(*link->Find("from")->if_int());
        line += " [" + link->Text("direction") + " " + link->Text("kind") + " of " +
                Name(codes.at(from).Text("code")) + (link->Find("until") ? ", left" : "") + "]";
      }
      if (const json::Value* flows = code.Find("flows"))
        for (const json::Value& id : *flows->if_array()) line += " " + Name(*id.if_string());
      if (const json::Value* hidden = code.Find("not_shown"))
        for (const json::Value& one : *hidden->if_array())
          line += " -" + one.Text("direction") + " " + one.Text("kind") + " " +
                  std::to_string(*one.Find("count")->if_int());
      out.push_back(line);
    }
    return out;
  }
  // Flows: "name type state recorder>other steps", and the codes where they are shown.
  Lines Flows(const json::Value& trace) {
    Lines out;
    const json::Value* flows = trace.Find("chain")->Find("flows");
    if (!flows) return out;
    for (const json::Value& flow : *flows->if_array()) {
      std::string line = Name(flow.Text("id")) + " " + flow.Text("flow_type") + " " +
                         flow.Text("state") + " " + Name(flow.Text("owner")) + ">" +
                         Name(flow.Text("other_side"));
      for (const json::Value& step : *flow.Find("steps")->if_array()) {
        EXPECT_TRUE(*step.Find("verified")->if_bool());
        line += " " + step.Text("type").substr(5) + ":" + Name(step.Text("by"));
      }
      const json::Value* codes = flow.Find("fields")->Find("flow_codes");
      if (codes && codes->if_array())
        for (const json::Value& code : *codes->if_array()) line += " " + Name(*code.if_string());
      out.push_back(line);
    }
    return out;
  }

  // When goods leave that are filed after those of the fixture.
  static constexpr const char* kLater = "2026-03-02T03:00:00Z";
  Actor& maker_ = ledger_.maker;
  Actor seller_{21, "440106"}, second_{22, "440106"}, outsider_{23, "440106"}, rival_{24, "440106"};
  const std::string box_ = Words::Sscc(1), pallet_ = Words::Sscc(2);
  EntityId product_, batch_;
  std::map<std::string, std::string> names_;
};

const Lines kAllFlowsOfU1 = {
    "S1 sale CONFIRMED maker>seller RECORD:maker CONFIRM:seller BOX U4",
    "CARRY transport CONFIRMED seller> RECORD:seller BOX",
    "WRONG sale VOIDED seller>second RECORD:seller DISPUTE:second VOID:seller BOX",
    "S2 sale CONFIRMED seller>second RECORD:seller CONFIRM:second BOX",
    "RETAIL sale ONE_SIDED second> RECORD:second U1"};

TEST_F(ChainTest, AUnitBackwardAndForwardForARegulator) {
  Story();
  const json::Value back = Trace(ItemCode(1), "direction=backward", &ledger_.regulator);
  EXPECT_EQ(Flows(back), kAllFlowsOfU1);
  EXPECT_EQ(Codes(back), (Lines{"0 U1 END_USE @outside S1 CARRY WRONG S2 RETAIL",
                                "1 BOX IN_CIRCULATION @second [backward package of U1, left] S1 "
                                "CARRY WRONG S2"}));
  EXPECT_TRUE(*back.Find("chain")->Find("complete")->if_bool());
  const json::Value forward = Trace(ItemCode(1), "direction=forward", &ledger_.regulator);
  EXPECT_EQ(Codes(forward), (Lines{"0 U1 END_USE @outside S1 CARRY WRONG S2 RETAIL"}));
  // Of the goods five; five flows, to two of which their buyers stated something; dispute and
  // voiding; the record that packed. What took the unit out is the sale itself.
  const json::Value& checked = *back.Find("checked");
  EXPECT_EQ(*checked.Find("records_verified")->if_int(), *checked.Find("records_shown")->if_int());
  EXPECT_EQ(*checked.Find("records_shown")->if_int(), 5 + 7 + 2 + 1);
}

TEST_F(ChainTest, ThePackageForwardAndBackward) {
  Story();
  const json::Value forward = Trace(box_, "direction=forward", &ledger_.regulator);
  EXPECT_EQ(Codes(forward),
            (Lines{"0 BOX IN_CIRCULATION @second S1 CARRY WRONG S2",
                   "1 U1 END_USE @outside [forward package of BOX, left] S1 CARRY WRONG S2 RETAIL",
                   "1 U2 IN_CIRCULATION @outsider [forward package of BOX, left] S1 CARRY WRONG S2 "
                   "OUT",
                   "1 U3 IN_CIRCULATION @second [forward package of BOX] S1 CARRY WRONG S2"}));
  EXPECT_EQ(Codes(Trace(box_, "direction=backward", &ledger_.regulator)),
            (Lines{"0 BOX IN_CIRCULATION @second S1 CARRY WRONG S2"}));
  EXPECT_EQ(Flows(forward).back(),
            "OUT sale CONFIRMED second>outsider RECORD:second CONFIRM:outsider U2");
}

// Requirements 1.3: who is told which code, and what of a flow.
TEST_F(ChainTest, EachCallerIsShownWhatItMaySee) {
  Story();
  const std::string box = " [backward package of U1, left] S1 CARRY WRONG S2";
  const std::string root = "0 U1 END_USE @outside S1 CARRY WRONG S2 RETAIL";
  for (const Actor* who : {&maker_, &seller_, &second_})
    EXPECT_EQ(Codes(Trace(ItemCode(1), "direction=backward", who)),
              (Lines{root, "1 BOX IN_CIRCULATION @second" + box}));
  for (const Actor* who : {&rival_, &outsider_})
    EXPECT_EQ(Codes(Trace(ItemCode(1), "direction=backward", who)),
              (Lines{root + " -backward package 1"}));
  // The lists of codes of a flow are its sides': the maker is no side of what the seller sold.
  EXPECT_EQ(Flows(Trace(ItemCode(1), "", &maker_)),
            (Lines{"S1 sale CONFIRMED maker>seller RECORD:maker CONFIRM:seller BOX U4",
                   "CARRY transport CONFIRMED seller> RECORD:seller",
                   "WRONG sale VOIDED seller>second RECORD:seller DISPUTE:second VOID:seller",
                   "S2 sale CONFIRMED seller>second RECORD:seller CONFIRM:second",
                   "RETAIL sale ONE_SIDED second> RECORD:second"}));
  // An outsider that was shown one unit of the box is not shown the others.
  EXPECT_EQ(Codes(Trace(box_, "direction=forward", &outsider_)),
            (Lines{"0 BOX IN_CIRCULATION @second S1 CARRY WRONG S2 -forward package 2",
                   "1 U2 IN_CIRCULATION @outsider [forward package of BOX, left] S1 CARRY WRONG S2 "
                   "OUT"}));
}

// "Never to the public": not who, not when, not that at all.
TEST_F(ChainTest, ThePublicLearnsNothingOfFlows) {
  const std::string before = Canonical(*Trace(ItemCode(4)).Find("chain"));
  Story();
  const json::Value after = Trace(ItemCode(4));
  EXPECT_EQ(Canonical(*after.Find("chain")), before);
  EXPECT_EQ(after.Find("chain")->Find("flow_fields")->Find("buyer_name")->Text("class"), "CPTY");
  for (const std::string& code : {ItemCode(1), ItemCode(2), box_}) {
    const std::string body = client_->Get("/v1/trace/" + code + "?proof=1&depth=8")->body;
    for (const Actor* party : {&seller_, &second_, &outsider_})
      EXPECT_EQ(body.find(ToString(party->party)), std::string::npos) << code;
    for (const auto& [id, name] : names_) {
      const bool flow = id.size() == 26;
      EXPECT_TRUE(!flow || body.find(id) == std::string::npos) << name;
    }
    EXPECT_EQ(body.find("CODE_LINK"), std::string::npos);
  }
  const std::string cursor = CursorAt(Bytes(20, '\0'));
  EXPECT_EQ(Trace(ItemCode(4), "flows_from=" + cursor, nullptr, 401).Text("code"), "E_AUTH");
}

TEST_F(ChainTest, PackagesOfPackages) {
  Pack(maker_, box_, 1, {ItemCode(1), ItemCode(2)});
  Pack(maker_, pallet_, 2, {box_});
  Sold("S1", maker_, seller_, {pallet_});
  // Depth one ends at the box, yet the flow of the pallet is the unit's.
  EXPECT_EQ(Codes(Trace(ItemCode(1), "", &seller_)),
            (Lines{"0 U1 IN_CIRCULATION @seller S1",
                   "1 BOX IN_CIRCULATION @seller [backward package of U1] S1"}));
  EXPECT_EQ(Codes(Trace(ItemCode(1), "depth=2", &seller_)).back(),
            "2 PALLET IN_CIRCULATION @seller [backward package of BOX] S1");
  EXPECT_EQ(Codes(Trace(pallet_, "depth=8", &seller_)),
            (Lines{"0 PALLET IN_CIRCULATION @seller S1",
                   "1 BOX IN_CIRCULATION @seller [forward package of PALLET] S1",
                   "2 U1 IN_CIRCULATION @seller [forward package of BOX] S1",
                   "2 U2 IN_CIRCULATION @seller [forward package of BOX] S1"}));
  EXPECT_EQ(Codes(Trace(ItemCode(1), "depth=0", &seller_)),
            (Lines{"0 U1 IN_CIRCULATION @seller S1"}));
}

// A box that is emptied and filled again: what moved it before is none of the new contents' way.
TEST_F(ChainTest, ABoxUsedAgain) {
  Pack(maker_, box_, 1, {ItemCode(1)});
  Sold("S1", maker_, seller_, {box_});
  ledger_.File(tx::kCodeUnlink, seller_, {Words::LinkRec(box_, "package", {ItemCode(1)})});
  Sold("S2", maker_, seller_, {ItemCode(2)});
  ledger_.File(tx::kCodeLink, seller_, {Words::LinkRec(box_, "package", {ItemCode(2)})});
  Sold("S3", seller_, second_, {box_});
  EXPECT_EQ(Codes(Trace(ItemCode(1), "", &ledger_.regulator)),
            (Lines{"0 U1 IN_CIRCULATION @seller S1",
                   "1 BOX IN_CIRCULATION @second [backward package of U1, left] S1"}));
  EXPECT_EQ(Codes(Trace(ItemCode(2), "", &second_)),
            (Lines{"0 U2 IN_CIRCULATION @second S2 S3",
                   "1 BOX IN_CIRCULATION @second [backward package of U2] S3"}));
  // second holds the box, and what was in it before it came is not its business.
  EXPECT_EQ(Codes(Trace(box_, "direction=forward", &second_)),
            (Lines{"0 BOX IN_CIRCULATION @second S1 S3 -forward package 1",
                   "1 U2 IN_CIRCULATION @second [forward package of BOX] S3"}));
}

// A part of a disputed delivery: what the buyer rejects did not move.
TEST_F(ChainTest, ARejectedUnitDidNotMove) {
  Pack(maker_, box_, 1, {ItemCode(1), ItemCode(2)});
  const Sent flow = Send("S1", maker_, Words::Sale({box_}), seller_);
  Rec dispute = Words::FlowCommand(flow.id, flow.opening);
  dispute.Set(contracts::command_field::kReason, "缺一件");
  ledger_.File(tx::kFlowDispute, seller_, {dispute});
  Rec part = Words::FlowCommand(flow.id, flow.opening);
  part.Set(contracts::command_field::kRejectedCodes, ItemCode(2), 0);
  ledger_.clock_ms += 1000;
  contracts::testing::TxOptions both;
  both.further = &maker_;
  both.further_role = ledger::SignerRole::kCounterparty;
  const auto signed_tx =
      ledger_.chain.Make(tx::kFlowConfirm, seller_, {part, Words::Details(flow.id)}, both);
  ledger_.Submit(std::make_shared<const Bytes>(signed_tx.envelope), Wait::kCommitted,
                 [](Result<SubmitResult> result) { ASSERT_TRUE(result.ok()); });
  ExpectApplied(ledger_.OutcomeOf(signed_tx.id));
  EXPECT_EQ(Codes(Trace(ItemCode(1), "depth=0", &seller_)),
            (Lines{"0 U1 IN_CIRCULATION @seller S1"}));
  EXPECT_EQ(Codes(Trace(ItemCode(2), "depth=0", &seller_)), (Lines{"0 U2 IN_CIRCULATION @maker"}));
}

// A unit that is carried about for years: the answer goes on where it stopped, in order.
TEST_F(ChainTest, ManyFlowsComeInPages) {
  constexpr int kFlows = 57;
  Lines expected, found;
  for (int i = 0; i < kFlows; ++i) {
    expected.push_back("T" + std::to_string(i));
    Record(expected.back().c_str(), maker_, Words::FlowRec("transport", {ItemCode(1)}));
  }
  std::string query = "depth=0";
  for (int pages = 1;; ++pages) {
    const json::Value trace = Trace(ItemCode(1), query, &ledger_.regulator);
    const json::Value& root = trace.Find("chain")->Find("codes")->if_array()->front();
    for (const json::Value& id : *root.Find("flows")->if_array())
      found.push_back(Name(*id.if_string()));
    EXPECT_EQ(*trace.Find("chain")->Find("complete")->if_bool(), pages == 2);
    const json::Value* more = root.Find("more");
    if (!more) break;
    ASSERT_LT(pages, 3);
    query = "depth=0&flows_from=" + more->Text("flows_from");
  }
  EXPECT_EQ(found, expected);
}

// One code a batch: many hold it, so that it has no holder and no place, only flows that name it.
TEST_F(ChainTest, ASharedCode) {
  const std::string lot = "01/06901234567892/10/L9";
  names_[lot] = "LOT";
  namespace f = contracts::product_field;
  const EntityId product = ledger::EntityIdOf(
      ledger_.File(
          tx::kProductRegister, maker_,
          {Product().Set(f::kDefaultLevel, "per_batch").Set(f::kReportFrequency, "monthly")}),
      0);
  ledger_.File(tx::kProductReview, ledger_.regulator,
               {Review(ledger::EntityKind::kProduct, product.view(), "approve")});
  const EntityId report =
      ledger::EntityIdOf(ledger_.File(tx::kDocAnchor, maker_, {Document("factory_inspection")}), 0);
  const EntityId batch =
      ledger::EntityIdOf(ledger_.File(tx::kBatchSubmit, maker_,
                                      {BatchOf(product, report, "10")
                                           .Set(contracts::batch_field::kTraceLevel, "per_batch")
                                           .Set(contracts::batch_field::kReportPeriod, "2026-03")}),
                         0);
  ledger_.File(tx::kBatchActivate, maker_, {OneCode(batch, "batch_code", lot)});
  ledger_.File(tx::kCodePrint, maker_, {Print(batch)});
  ledger_.clock_ms += 2 * 3600 * 1000;
  ledger_.File(tx::kBatchRelease, maker_, {contracts::testing::Release(batch, kLater)});
  Sold("S1", maker_, seller_, {lot});
  Record("R1", seller_, Words::ToConsumer({lot}));
  Record("R2", seller_, Words::ToConsumer({lot}));
  EXPECT_EQ(Codes(Trace(lot, "", &rival_)), (Lines{"0 LOT IN_CIRCULATION S1 R1 R2"}));
  EXPECT_TRUE(*Trace(lot, "", &rival_).Find("chain")->Find("complete")->if_bool());
}

// As many codes as a transaction may link: a small answer, also for the public, and no long wait.
TEST_F(ChainTest, AFullPackage) {
  constexpr uint32_t kContents = limits::kCodesPerTransactionMax - 1;  // and the package
  Release(kContents, "L2", kLater);
  Lines codes;
  for (uint32_t i = 1; i <= kContents; ++i) codes.push_back(ItemCode(i, "L2"));
  Pack(maker_, box_, 1, codes);
  Sold("S1", maker_, seller_, {box_});
  const auto start = std::chrono::steady_clock::now();
  for (const Actor* who : {&seller_, static_cast<Actor*>(nullptr)}) {
    const json::Value trace = Trace(box_, "depth=8", who);
    const auto& shown = *trace.Find("chain")->Find("codes")->if_array();
    EXPECT_EQ(shown.size(), who ? 1u + kContentsOfCodeMax : 1u);
    EXPECT_EQ(*trace.Find("chain")->Find("complete")->if_bool(), who == nullptr);
    EXPECT_LT(Canonical(trace).size(), 256u << 10);
  }
  // The last page, by a cursor that a client could have come to; and a unit of the box.
  const json::Value first = Trace(box_, "", &seller_);
  const json::Value& root = first.Find("chain")->Find("codes")->if_array()->front();
  Bytes cursor = *Base32Decode(root.Find("more")->Text("contents_from"));
  suyuan::Reader at(cursor);
  const Bytes place(at.Raw(16));
  EXPECT_EQ(at.U32(), kContentsOfCodeMax);
  cursor = place + Writer().U32(kContents - 2).Take();
  const json::Value last = Trace(box_, "contents_from=" + CursorAt(cursor), &seller_);
  const auto& shown = *last.Find("chain")->Find("codes")->if_array();
  ASSERT_EQ(shown.size(), 3u);
  EXPECT_EQ(shown.back().Text("code"), codes.back());
  EXPECT_EQ(Codes(Trace(codes[4711], "", &seller_)).back(),
            "1 BOX IN_CIRCULATION @seller [backward package of " + codes[4711] + "] S1");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST_F(ChainTest, BadQuestions) {
  for (const char* query : {"depth=9", "depth=-1", "depth=x", "direction=up", "direction="})
    EXPECT_EQ(Trace(ItemCode(1), query, nullptr, 400).Text("code"), "E_FORMAT") << query;
  EXPECT_EQ(Trace(ItemCode(1), "flows_from=zz", &seller_, 400).Text("code"), "E_FORMAT");
  EXPECT_EQ(Trace(ItemCode(1), "contents_from=" + CursorAt("short"), &seller_, 400).Text("code"),
            "E_FORMAT");
  EXPECT_EQ(Trace(Words::Sscc(9), "", nullptr, 404).Text("code"), "E_NOT_FOUND");
}

TEST_F(ChainTest, ThePageOfAPackage) {
  Pack(maker_, box_, 1, {ItemCode(1)});
  Sold("S1", maker_, seller_, {box_});
  const auto chinese = client_->Get("/t/" + box_);
  EXPECT_EQ(chinese->status, 200);
  EXPECT_NE(chinese->body.find("运输包装"), std::string::npos);
  EXPECT_EQ(chinese->body.find(ItemCode(1)), std::string::npos);
  EXPECT_EQ(chinese->body.find(ToString(seller_.party)), std::string::npos);
  EXPECT_NE(client_->Get("/t/" + box_ + "?lang=en")->body.find("Transport package"),
            std::string::npos);
}

}  // namespace
}  // namespace suyuan::api
