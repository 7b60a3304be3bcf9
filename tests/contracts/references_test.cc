// Symbols in example data (data/README.md).
#include "contracts/references.h"

#include <gtest/gtest.h>

#include "tests/contracts/samples.h"

namespace suyuan::contracts {
namespace {

constexpr uint64_t kNowMs = 1'772'380'800'000;  // 2026-03-01T16:00:00Z = 2 March, 00:00 in Shanghai

std::string Resolve(const std::string& text, const ReferenceMap& references = {}) {
  const auto out = ResolveReferences(json::Value(text), references, kNowMs);
  return out.ok() ? *out->if_string() : std::string(Describe(out.error().code).name);
}

TEST(References, TimesAndDays) {
  EXPECT_EQ(Resolve("$now"), "2026-03-01T16:00:00Z");
  EXPECT_EQ(Resolve("$now-3600"), "2026-03-01T15:00:00Z");
  EXPECT_EQ(Resolve("$today"), "2026-03-02");
  EXPECT_EQ(Resolve("$today-2"), "2026-02-28");
  EXPECT_EQ(Resolve("$today+1000"), "2028-11-26");
  EXPECT_EQ(Resolve("$month"), "2026-03");
  EXPECT_EQ(Resolve("$year"), "2026");
}

TEST(References, NamesAndEscapes) {
  const ReferenceMap references = {{"ref:licence", "aaaa"},
                                   {"party:regulator", "91320000MA00DEM017"}};
  EXPECT_EQ(Resolve("$ref:licence", references), "aaaa");
  EXPECT_EQ(Resolve("$party:regulator", references), "91320000MA00DEM017");
  EXPECT_EQ(Resolve("$$5", references), "$5");
  EXPECT_EQ(Resolve("plain $ref:licence", references), "plain $ref:licence");
}

TEST(References, UnknownSymbolsAreNamed) {
  const auto out = ResolveReferences(json::Value("$ref:licnce"), {{"ref:licence", "x"}}, kNowMs);
  ASSERT_FALSE(out.ok());
  EXPECT_EQ(out.error().code, ErrorCode::kRef);
  EXPECT_NE(out.error().detail.find("did you mean \"ref:licence\""), std::string::npos);
  for (const char* bad :
       {"$", "$nowhere", "$today*2", "$today+", "$now+1x", "$today-999999", "$now--5"})
    EXPECT_EQ(Resolve(bad), "E_REF") << bad;
}

TEST(References, WalkThroughArraysAndObjects) {
  const auto out = ResolveReferences(
      ParseJson(R"({"a":["$year",1,{"b":"$month"}],"c":true,"d":null})"), {}, kNowMs);
  EXPECT_EQ(json::Canonical(*out), R"({"a":["2026",1,{"b":"2026-03"}],"c":true,"d":null})");
}

TEST(References, EntitiesOfALine) {
  ReferenceMap references;
  TxId tx;
  tx.data.fill(1);
  AddReferences("docs", tx, 2, references);
  EXPECT_EQ(references.size(), 4u);
  EXPECT_EQ(references["tx:docs"], ToHex(tx));
  EXPECT_EQ(references["ref:docs"], references["ref:docs#0"]);
  EXPECT_EQ(references["ref:docs#1"], ToString(ledger::EntityIdOf(tx, 1)));
  AddReferences("", tx, 2, references);
  EXPECT_EQ(references.size(), 4u);
}

TEST(DataLine, TakesNameAndSignerOff) {
  const auto line =
      ParseDataLine(R"({"name":"n","signer":"regulator","type":"CATALOG_PUT","records":[]})");
  ASSERT_TRUE(line.ok());
  EXPECT_EQ(line->name, "n");
  EXPECT_EQ(line->signer, "regulator");
  EXPECT_EQ(json::Canonical(line->transaction), R"({"records":[],"type":"CATALOG_PUT"})");
  EXPECT_EQ(ParseDataLine("[]").error().code, ErrorCode::kFormat);
  EXPECT_EQ(ParseDataLine("{}").error().code, ErrorCode::kMissing);
  EXPECT_EQ(ParseDataLine("{").error().code, ErrorCode::kFormat);
}

}  // namespace
}  // namespace suyuan::contracts
