// The story of a box and its units through HTTP over a real ledger, and its chain in short words.
#pragma once

#include "api/chain.h"
#include "common/codec.h"
#include "common/encoding.h"
#include "contracts/flow.h"
#include "ledger/sealing/field.h"
#include "tests/api/api_fixture.h"
#include "tests/contracts/flow_fixture.h"

namespace suyuan::api::test {

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

class ChainTest : public ApiTest {
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

inline const Lines kAllFlowsOfU1 = {
    "S1 sale CONFIRMED maker>seller RECORD:maker CONFIRM:seller BOX U4",
    "CARRY transport CONFIRMED seller> RECORD:seller BOX",
    "WRONG sale VOIDED seller>second RECORD:seller DISPUTE:second VOID:seller BOX",
    "S2 sale CONFIRMED seller>second RECORD:seller CONFIRM:second BOX",
    "RETAIL sale ONE_SIDED second> RECORD:second U1"};

}  // namespace suyuan::api::test
