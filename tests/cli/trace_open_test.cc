// What a caller's key opens of a trace, and what it does not believe of a node.
#include "node/cli/trace_open.h"

#include "contracts/field_numbers.h"
#include "tests/cli/sealed_node.h"
#include "tests/support/expect_ok.h"

namespace suyuan::cli {
namespace {

namespace f = contracts::flow_field;
using test::kBuyer;
using test::kMaker;
using test::kSale;
using test::NewParty;
using test::SealedNode;

class TraceOpenTest : public testing::Test {
 protected:
  json::Object Hidden(uint16_t field) const {
    return {{"class", "CHAIN"}, {"commitment", node_.Commitment(tx_, field)}};
  }
  // The chain's one flow, with these fields of the sale.
  json::Value Answer(json::Object fields, const std::string& list = "sources") const {
    json::Array names;
    for (const auto& [name, value] : fields) names.emplace_back(name);
    json::Object source{{"record", 0}, {"transaction", ToHex(tx_)}};
    json::Object flow{{"kind", "flow"}};
    if (list == "sources") {
      source.emplace("fields", std::move(names));
      flow.emplace("fields", std::move(fields));
    } else {
      source.emplace("fields", std::move(fields));
    }
    flow.emplace(list, json::Array{std::move(source)});
    return json::Object{{"chain", json::Object{{"flows", json::Array{std::move(flow)}}}}};
  }
  Result<OpenedTrace> Open(json::Value& answer, const Signer& as) {
    NodeClient client = NodeClient::Connect(node_.url(), &as.key).value();
    return OpenTrace(answer, client, *as.opener);
  }
  static const json::Value& Flow(const json::Value& answer) {
    return answer.Find("chain")->Find("flows")->if_array()->front();
  }

  SealedNode node_;
  Signer maker_ = NewParty(kMaker), buyer_ = NewParty(kBuyer),
         stranger_ = NewParty("91440101MA5EXAMP0G");
  const TxId tx_ = node_.Serve(maker_, {maker_.readers[0], buyer_.readers[0]}, kSale);
};

TEST_F(TraceOpenTest, WhatTheKeyOpensStandsInItsPlace) {
  json::Value answer = Answer({{"buyer_name", Hidden(f::kBuyerName)},
                               {"sale_channel", Hidden(f::kSaleChannel)},
                               {"flow_type", "sale"}});
  const auto opened = Open(answer, buyer_);
  ASSERT_OK(opened);
  EXPECT_EQ(opened->values, 2u);
  EXPECT_EQ(opened->transactions, 1u);
  const json::Value& flow = Flow(answer);
  EXPECT_EQ(*flow.Find("fields")->Find("buyer_name"), json::Value("示例商行"));
  EXPECT_EQ(*flow.Find("fields")->Find("sale_channel")->Find("absent"), json::Value(true));
  EXPECT_EQ(*flow.Find("fields")->Find("flow_type"), json::Value("sale"));
  EXPECT_EQ(*flow.Find("opened_here"), (json::Value(json::Array{"buyer_name", "sale_channel"})));
}

TEST_F(TraceOpenTest, WhatASideStatedIsOpenedByItself) {
  json::Value answer = Answer({{"buyer_name", Hidden(f::kBuyerName)}}, "statements");
  ASSERT_OK(Open(answer, maker_));
  const json::Value& stated = Flow(answer).Find("statements")->if_array()->front();
  EXPECT_EQ(*stated.Find("fields")->Find("buyer_name"), json::Value("示例商行"));
}

TEST_F(TraceOpenTest, WhatIsSealedToOthersStaysHidden) {
  json::Value answer = Answer({{"buyer_name", Hidden(f::kBuyerName)}});
  const json::Value before = answer;
  const auto opened = Open(answer, stranger_);
  ASSERT_OK(opened);
  EXPECT_EQ(opened->values, 0u);
  EXPECT_EQ(answer, before);
}

TEST_F(TraceOpenTest, ATraceThatShowsAnotherCommitmentIsRefused) {
  json::Value answer = Answer({{"buyer_name", Hidden(f::kBuyerCode)}});
  EXPECT_CODE(Open(answer, buyer_), ErrorCode::kProof);
}

// Anybody can seal to a known key: what nobody signed is not opened.
TEST_F(TraceOpenTest, ATransactionThatNobodySignedIsRefused) {
  node_.MakeUpSignature(tx_);
  json::Value answer = Answer({{"buyer_name", Hidden(f::kBuyerName)}});
  EXPECT_CODE(Open(answer, buyer_), ErrorCode::kSig);
}

TEST_F(TraceOpenTest, AnAnswerThatIsNoTrace) {
  json::Value text("no object");
  EXPECT_CODE(Open(text, buyer_), ErrorCode::kFormat);
  json::Value empty = json::Object();
  ASSERT_OK(Open(empty, buyer_));
}

}  // namespace
}  // namespace suyuan::cli
