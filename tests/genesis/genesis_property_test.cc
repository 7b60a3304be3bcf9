// Properties of genesis files under mutation: no crash, and no two files that mean the same ledger.
#include <algorithm>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "genesis/genesis.h"
#include "tests/genesis/golden.h"
#include "tests/support/property_cases.h"

namespace suyuan::genesis {
namespace {

using testing::GoldenFile;
using testing::GoldenToml;

// Whatever one byte becomes: either the file is refused, or it is another ledger.
TEST(GenesisProperty, NoMutationKeepsTheLedgerId) {
  const Bytes golden = GoldenFile();
  const LedgerId id = ParseGenesis(golden)->ledger_id;
  std::mt19937_64 random(20260301);
  size_t refused = 0, other = 0;
  for (int i = 0; i < test::PropertyCases(10'000); ++i) {
    Bytes file = golden;
    size_t at = random() % file.size();
    switch (random() % 4) {
      case 0:
        file[at] = static_cast<char>(file[at] ^ (1 << random() % 8));
        break;
      case 1:
        file.erase(at, 1 + random() % 40);
        break;
      case 2:
        file.insert(at, file.substr(random() % file.size(), 1 + random() % 40));
        break;
      default:
        file[at] = "0123456789abcdef\"{}[],:"[random() % 23];
        break;
    }
    if (file == golden) continue;
    auto genesis = ParseGenesis(file);
    if (!genesis.ok()) {
      ++refused;
      continue;
    }
    ++other;
    EXPECT_NE(genesis->ledger_id, id);
    EXPECT_EQ(genesis->file, file);
  }
  // Both happen: most bytes are keys and codes that must check; names and free numbers may change.
  EXPECT_GT(refused, test::PropertyCases(5'000u));
  EXPECT_GT(other, test::PropertyCases(10u));
}

// A text that is accepted gives a file that is accepted, with the same bytes when written again.
TEST(GenesisProperty, AcceptedTextsGiveAcceptedFiles) {
  const std::string golden = GoldenToml();
  std::mt19937_64 random(7);
  size_t accepted = 0;
  for (int i = 0; i < test::PropertyCases(10'000); ++i) {
    std::string text = golden;
    for (uint64_t edits = 1 + random() % 3; edits > 0; --edits) {
      size_t at = random() % text.size();
      if (random() % 2)
        text[at] = static_cast<char>(random());
      else
        text.erase(at, 1 + random() % 4);
    }
    auto file = GenesisFromToml(text, 1'800'000'000'000);
    if (!file.ok()) {
      EXPECT_FALSE(file.error().detail.empty());
      continue;
    }
    ++accepted;
    auto genesis = ParseGenesis(*file);
    ASSERT_TRUE(genesis.ok()) << genesis.error().ToString();
    EXPECT_EQ(genesis->file, *file);
  }
  EXPECT_GT(accepted, test::PropertyCases(10u));
}

// Random trees: the order of members and tables in the text does not decide whether it is valid.
TEST(GenesisProperty, MembersInAnyOrder) {
  json::Value golden = *json::Parse(GoldenFile());
  std::mt19937_64 random(11);
  std::set<std::string> ids;
  for (int i = 0; i < 200; ++i) {
    json::Value file = golden;
    json::Array& members = *file.if_object()->at("member").if_array();
    std::shuffle(members.begin(), members.end(), random);
    auto genesis = ParseGenesis(json::Canonical(file));
    ASSERT_TRUE(genesis.ok()) << genesis.error().ToString();
    ids.insert(ToHex(genesis->ledger_id));
  }
  EXPECT_EQ(ids.size(), 6u);  // 3! orders, each a ledger of its own
}

}  // namespace
}  // namespace suyuan::genesis
