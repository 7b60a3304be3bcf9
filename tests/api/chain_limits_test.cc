// What keeps the answer of a chain small: pages, bounds, questions that are refused.

#include "api/paging.h"
#include "tests/api/chain_fixture.h"

namespace suyuan::api::test {
namespace {

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

TEST_F(ChainTest, AFullPackage) {
  constexpr uint32_t kContents = limits::kCodesPerTransactionMax - 1;  // and the package
  Release(kContents, "L2", kLater);
  Lines codes;
  for (uint32_t i = 1; i <= kContents; ++i) codes.push_back(ItemCode(i, "L2"));
  Pack(maker_, box_, 1, codes);
  Sold("S1", maker_, seller_, {box_});
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
}

TEST_F(ChainTest, BadQuestions) {
  for (const char* query : {"depth=9", "depth=-1", "depth=x", "direction=up", "direction="})
    EXPECT_EQ(Trace(ItemCode(1), query, nullptr, 400).Text("code"), "E_FORMAT") << query;
  EXPECT_EQ(Trace(ItemCode(1), "flows_from=zz", &seller_, 400).Text("code"), "E_FORMAT");
  EXPECT_EQ(Trace(ItemCode(1), "contents_from=" + CursorAt("short"), &seller_, 400).Text("code"),
            "E_FORMAT");
  EXPECT_EQ(Trace(Words::Sscc(9), "", nullptr, 404).Text("code"), "E_NOT_FOUND");
}

}  // namespace
}  // namespace suyuan::api::test
