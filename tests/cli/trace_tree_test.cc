// The chain of a trace as a tree: what hangs on what, what was hidden, and nothing that could harm
// a terminal.
#include "node/cli/trace_tree.h"

#include <gtest/gtest.h>

namespace suyuan::cli {
namespace {

using Lines = std::vector<std::string>;

json::Value Parsed(const char* text) { return json::Parse(text).value(); }

TEST(TraceTree, FlowsAndCodesHangOnTheCodeThatLedToThem) {
  const json::Value answer = Parsed(R"json({"chain":{
    "direction":"both","depth":2,
    "codes":[
      {"code":"01/1/21/A","state":"IN_CIRCULATION","holder":"P2","flows":["f1"],
       "not_shown":[{"count":2,"direction":"forward","kind":"bundle"}]},
      {"code":"00/BOX","state":"ISSUED","flows":["f1"],"more":{"flows_from":"x"},
       "link":{"from":0,"direction":"backward","kind":"package",
               "since":{"at":"T1","height":7,"verified":true}}}],
    "flows":[{"id":"f1","flow_type":"sale","state":"CONFIRMED","owner":"P1","other_side":"P2",
              "recorded_by":"giving","gap":true,
              "fields":{"buyer_name":"名","sale_quantity":{"class":"CHAIN","commitment":"0123456789"},
                        "buyer_contact":{"class":"CHAIN","absent":true}},
              "opened_here":["buyer_name"],
              "steps":[{"type":"FLOW_RECORD","state":"PENDING","by":"P1","at":"T2","height":8,
                        "verified":false}]}]}})json");
  EXPECT_EQ(ChainLines(answer),
            (Lines{"追溯链  chain  (both, depth 2)", "  01/1/21/A  流通中 IN_CIRCULATION  持有 P2",
                   "  ├─ 流向 销售 sale  已确认 CONFIRMED + gap  P1 → P2  f1",
                   "  │  ├─ FLOW_RECORD → PENDING  P1  T2 (block 8, not verified)",
                   "  │  ├─ 购方名称 / 客户名称  名  [已打开 opened here, commitment ✓]",
                   "  │  └─ 未打开 hidden  销售数量 [CHAIN, hidden: commitment 01234567…]",
                   "  ├─ 另有 2 个关联 (forward, bundle)  not shown to this caller",
                   "  └─ 来自 (backward, package) 00/BOX  已生成，未印制 ISSUED  自 T1 (block 7, "
                   "node says: signature ✓ inclusion ✓)",
                   "     ├─ 流向 销售 sale  已确认 CONFIRMED + gap  P1 → P2  f1  (above)",
                   "     └─ 未完  there is more: trace 00/BOX itself"}));
}

TEST(TraceTree, ThePublicIsToldWhoMaySeeFlows) {
  const Lines lines = ChainLines(Parsed(
      R"({"chain":{"direction":"forward","depth":0,"codes":[{"code":"c","state":"ISSUED"}]}})"));
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[2], "  └─ 流向  flows are shown to approved parties (--key)");
}

TEST(TraceTree, NoChainGivesNoLines) {
  EXPECT_TRUE(ChainLines(Parsed(R"({"code":"c"})")).empty());
  EXPECT_EQ(ChainLines(Parsed(R"({"chain":{}})")).size(), 1u);
  EXPECT_EQ(ChainLines(Parsed(R"({"chain":{"codes":[1,{"link":{"from":0}}],"flows":7}})")).size(),
            2u + 1u);
}

TEST(TraceTree, ATerminalIsNotHarmed) {
  for (
      const std::string& line : ChainLines(Parsed(
          R"({"chain":{"direction":"\u001b[2J","codes":[{"code":"a\u001b]0;x\u0007","state":"S"}]}})")))
    for (const char c : line) EXPECT_FALSE(static_cast<unsigned char>(c) < 0x20) << line;
}

TEST(TraceTree, HiddenValuesSayWhy) {
  const auto text = [](const char* value) { return HiddenText(Parsed(value)); };
  EXPECT_EQ(text(R"("clear")"), "");
  EXPECT_EQ(text(R"({"value":"1"})"), "");
  EXPECT_EQ(text(R"({"class":"MEM"})"), "[MEM, not shown to this caller]");
  EXPECT_EQ(text(R"({"class":"OPT","absent":true})"), "[OPT, no value]");
  EXPECT_EQ(text(R"({"class":"OPT","commitment":"0123456789"})"),
            "[OPT, hidden: commitment 01234567…]");
  EXPECT_EQ(text(R"({"class":"OPT","commitment":"01","fault":"E_COMMIT"})"),
            "[OPT, E_COMMIT: what is sealed is not what was committed to]");
  EXPECT_EQ(text(R"([{"class":"MEM"},{"class":"MEM"}])"), "[MEM, not shown to this caller] × 2");
}

TEST(TraceTree, ValuesSayWhoOpenedThem) {
  const json::Value entity = Parsed(
      R"({"opened":["a","b","d"],"opened_here":["c"],"published":["b","d"],"breaks_rule":{"d":"C06"}})");
  EXPECT_EQ(OpenedMark(entity, "a"), "  [已打开 opened by the node]");
  EXPECT_EQ(OpenedMark(entity, "b"), "  [企业自愿公开 published by its owner]");
  EXPECT_EQ(OpenedMark(entity, "c"), "  [已打开 opened here, commitment ✓]");
  EXPECT_EQ(OpenedMark(entity, "d"),
            "  [企业自愿公开 published by its owner, 未通过校验 breaks C06]");
  EXPECT_EQ(OpenedMark(entity, "e"), "");
}

}  // namespace
}  // namespace suyuan::cli
