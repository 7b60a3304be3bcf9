// Alerts that outcomes tell of batches and flows stand under the parties that they concern.
#include "contracts/noted_alert.h"

#include "tests/contracts/flow_fixture.h"

namespace suyuan::contracts::testing {
namespace {

class NotedAlertTest : public FlowTest {
 protected:
  // "RULE party", in the order of the parties.
  std::vector<std::string> Noted() const {
    std::vector<std::string> out;
    chain.state.Scan(Namespace::kNotedAlert, "", [&](ByteView key, ByteView value) {
      const auto place = ParseNotedAlertKey(key);
      EXPECT_TRUE(place);
      EXPECT_EQ(NotedAlertKey(*place), key);
      const NotedAlert alert = DecodeNotedAlert(value);
      EXPECT_EQ(alert.id, last.str());
      EXPECT_EQ(place->height, Height(chain.height - 1));
      out.push_back(alert.rule + " " + ToString(place->party));
      return true;
    });
    return out;
  }
  using Lines = std::vector<std::string>;
};

// The holder on the ledger is concerned by what others say that they received.
TEST_F(NotedAlertTest, AGapConcernsWhoRecordsItAndWhoHoldsTheGoods) {
  Released(2);
  EXPECT_EQ(Noted(), Lines{});
  ExpectApplied(DoFlow(buyer, FromOutside({ItemCode(1)})));
  Lines expected = {"HOLDER_GAP " + ToString(chain.maker.party),
                    "HOLDER_GAP " + ToString(buyer.party)};
  std::ranges::sort(expected, {}, [](const std::string& line) { return line.substr(11); });
  EXPECT_EQ(Noted(), expected);
}

TEST_F(NotedAlertTest, WhatIsRefusedIsNotNoted) {
  Released(1);
  EXPECT_FALSE(DoFlow(buyer, FromOutside({ItemCode(1), ItemCode(9)})).applied());
  EXPECT_EQ(Noted(), Lines{});
  EXPECT_FALSE(ParseNotedAlertKey("short"));
}

}  // namespace
}  // namespace suyuan::contracts::testing
