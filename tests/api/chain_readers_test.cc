// Chains as each kind of caller is shown them; the public learns of no flow and of no package.
#include "api/paging.h"
#include "tests/api/chain_fixture.h"

namespace suyuan::api::test {
namespace {

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
}  // namespace suyuan::api::test
