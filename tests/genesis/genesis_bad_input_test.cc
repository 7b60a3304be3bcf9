// Every kind of bad consortium text is refused with its line, its entry and what is wrong.
#include <gtest/gtest.h>

#include "genesis/genesis.h"
#include "tests/genesis/golden.h"

namespace suyuan::genesis {
namespace {

using testing::GoldenToml;
using testing::Replaced;

struct BadCase {
  const char* name;
  const char* from;   // replaced in the golden text …
  const char* to;     // … by this
  const char* where;  // must stand in the message
  const char* what;   // must stand in the message
  ErrorCode code = ErrorCode::kConfig;
};

const BadCase kCases[] = {
    {"TomlSyntax", "[ledger]", "[ledger", "line 2", ""},
    {"UnknownTable", "[rules]", "[rulez]", "rulez", "did you mean \"rules\""},
    {"UnknownTopLevel", "[ledger]", "colour = 1\n[ledger]", "line 2, colour", "is not known here"},
    {"FormatIsNotForPeople", "[ledger]", "format = \"suyuan-genesis/1\"\n[ledger]",
     "line 2, format", "is not known here"},
    {"NoLedger", "[ledger]", "[other]", "ledger", "missing"},
    {"LedgerIsNoTable", "[ledger]\n", "[[ledger]]\n", "line 2, ledger", "must be a table"},
    {"MisspeltKey", "origin =", "orign =", "line 2, ledger.origin", "\"orign\" meant"},
    {"UnknownKey", "quorum =", "colour = \"red\"\nquorum =", "line 5, ledger.colour",
     "is not known here"},
    {"EmptyName", "\"示例产品追溯账本\"", "\"\"", "line 3, ledger.name", "1 to 60 characters"},
    {"LongName", "示例产品追溯账本",
     "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十"
     "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一",
     "line 3, ledger.name", "has 61"},
    {"ControlCharacter", "示例产品追溯账本", "a\\u0007b", "line 3, ledger.name", "control"},
    {"NameIsNumber", "\"示例产品追溯账本\"", "7", "line 3, ledger.name", "must be text"},
    {"OriginWithScheme", "suyuan.example/golden", "https://suyuan.example", "line 4, ledger.origin",
     "without scheme"},
    {"OriginWithPlus", "suyuan.example/golden", "suyuan+x", "line 4, ledger.origin", "scheme"},
    {"OriginWithSpace", "suyuan.example/golden", "su yuan", "line 4, ledger.origin", "scheme"},
    {"Suite", "quorum =", "suite = 2\nquorum =", "line 5, ledger.suite", "suite 1"},
    {"Quorum", "\"majority\"", "\"majorty\"", "line 5, ledger.quorum", "did you mean \"majority\""},
    {"TimeTooEarly", "1772323200000", "1772323200", "line 6, ledger.time_ms", "must be from"},
    {"TimeIsFraction", "1772323200000", "1.5", "line 6", "fraction"},
    {"TimeIsLocal", "1772323200000", "2026-03-01T00:00:00", "line 6", "local"},
    {"LimitRaised", "records_max = 5000", "records_max = 10001",
     "line 9, ledger.limits.records_max", "is 10001"},
    {"LimitZero", "records_max = 5000", "records_max = 0", "ledger.limits.records_max", "is 0"},
    {"LimitNegative", "records_max = 5000", "records_max = -1", "ledger.limits.records_max",
     "is -1"},
    {"LimitMisspelt", "records_max = 5000", "record_max = 5000", "line 9, ledger.limits.record_max",
     "did you mean \"records_max\""},
    {"EntryBelowTransaction", "records_max = 5000",
     "transaction_bytes_max = 4194304\nentry_bytes_max = 4194304", "line 10", "must exceed"},
    {"RuleUnknown", "dispute_days", "dispute_day", "line 13, rules.dispute_day",
     "did you mean \"dispute_days\""},
    {"RuleNegative", "dispute_days = 20", "dispute_days = -1", "line 13, rules.dispute_days",
     "must look like 30"},
    {"RuleTooLarge", "dispute_days = 20", "dispute_days = 100000", "line 13, rules.dispute_days",
     "above 1000"},
    {"RuleType", "dispute_days = 20", "dispute_days = \"20\"", "line 13, rules.dispute_days",
     "must look like 30"},
    {"RuleMember", "product = \"manual\"", "produkt = \"manual\"", "line 14, rules.review_policy",
     "must look like"},
    {"RuleChoice", "product = \"manual\"", "product = \"maybe\"",
     "line 14, rules.review_policy.product", "none of auto|manual"},
    {"RuleListRepeats", "dispute_days = 20", "auto_review_rules = [\"C04\", \"C04\"]",
     "rules.auto_review_rules[1]", "occurs twice"},
    {"RuleListUnknown", "dispute_days = 20", "auto_review_rules = [\"C99\"]",
     "rules.auto_review_rules[0]", "none of C04"},
    {"CreditCodeCheckDigit", "11440000MB2C0EXA0U", "11440000MB2C0EXA0T",
     "line 19, member[0].party_code", "", ErrorCode::kUscc},
    {"CreditCodeLength", "11440000MB2C0EXA0U", "11440000MB2C0EXA0", "line 19, member[0].party_code",
     "18"},
    {"CreditCodeLetter", "11440000MB2C0EXA0U", "1144000OMB2C0EXA0U",
     "line 19, member[0].party_code", "", ErrorCode::kUscc},
    {"Role", "role = \"regulator\"", "role = \"regulater\"", "line 20, member[0].role",
     "did you mean \"regulator\""},
    {"NoRegulator", "role = \"regulator\"", "role = \"auditor\"", "member", "regulator"},
    {"Region", "region = \"440100\"", "region = \"44O100\"", "line 21, member[0].region",
     "6 digits"},
    {"RegionLength", "region = \"440100\"", "region = \"4401\"", "line 21, member[0].region", "6"},
    {"RegionIsNumber", "region = \"440100\"", "region = 440100", "line 21, member[0].region",
     "text"},
    {"VoterIsText", "voter = true", "voter = \"yes\"", "line 22, member[0].voter", "true or false"},
    {"NodeName", "node = \"node-0\"", "node = \"Node 0\"", "line 18, member[0].node", "a-z"},
    {"NodeNameHyphen", "node = \"node-0\"", "node = \"-0\"", "line 18, member[0].node", "hyphens"},
    {"AddressWithoutPort", "api = \"127.0.0.1:7600\"", "api = \"127.0.0.1\"",
     "line 24, member[0].addresses.api", "host:port"},
    {"AddressPort", "api = \"127.0.0.1:7600\"", "api = \"127.0.0.1:70000\"",
     "member[0].addresses.api", "host:port"},
    {"AddressPortZero", "api = \"127.0.0.1:7600\"", "api = \"127.0.0.1:0\"",
     "member[0].addresses.api", "host:port"},
    {"AddressUrl", "api = \"127.0.0.1:7600\"", "api = \"http://127.0.0.1:7600\"",
     "member[0].addresses.api", "host:port"},
    {"SameAddress", "api = \"127.0.0.1:7602\"", "api = \"127.0.0.1:7601\"",
     "member[1].addresses.api", "same as member[0].addresses.peer"},
    {"SameName", "示例电缆有限公司", "示例市市场监督管理局", "member[1].name",
     "same as member[0].name"},
    {"SameParty", "91440101MA5EXAMP0G", "11440000MB2C0EXA0U", "member[1].party_code",
     "same as member[0].party_code"},
    {"ParentUnknown", "parent_category = \"03\"", "parent_category = \"99\"",
     "catalog[1].parent_category", "no category of this file"},
    {"ParentIsItself", "parent_category = \"03\"", "parent_category = \"0301\"",
     "catalog[1].parent_category", "circle"},
    {"CategoryTwice", "category_code = \"0301\"", "category_code = \"03\"",
     "catalog[1].category_code", "twice"},
    {"CategoryField", "min_level =", "min_levle =", "catalog[1].min_levle",
     "did you mean \"min_level\""},
    {"CategoryLevel", "min_level = \"per_batch\"", "min_level = \"per_box\"",
     "catalog[1].min_level", "", ErrorCode::kFormat},
    {"CategoryMissing", "category_name = \"电线电缆\"", "", "catalog[1].category_name", "missing"},
    {"RegionalRoot", "catalog_level = \"national\"", "catalog_level = \"region\"", "catalog[",
     "regional"},
    {"PlatformScheme", "[[catalog]]",
     "[[platform]]\nscheme = \"gs2\"\nlevel = \"national\"\nname = \"x\"\n[[catalog]]",
     "platform[0].scheme", "did you mean \"gs1\""},
    {"PlatformTwice", "[[catalog]]",
     "[[platform]]\nscheme = \"gs1\"\nlevel = \"national\"\nname = \"x\"\n"
     "[[platform]]\nscheme = \"gs1\"\nlevel = \"local\"\nname = \"x\"\n[[catalog]]",
     "platform[1].name", "second time"},
};

class BadConsortium : public ::testing::TestWithParam<BadCase> {};

TEST_P(BadConsortium, IsRefusedByLineAndEntry) {
  const BadCase& c = GetParam();
  std::string text = Replaced(GoldenToml(), c.from, c.to);
  ASSERT_EQ(text.find("pattern not found"), std::string::npos) << text;
  auto file = GenesisFromToml(text, 1'800'000'000'000);
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.error().code, c.code) << file.error().detail;
  EXPECT_NE(file.error().detail.find(c.where), std::string::npos) << file.error().detail;
  EXPECT_NE(file.error().detail.find(c.what), std::string::npos) << file.error().detail;
}
INSTANTIATE_TEST_SUITE_P(All, BadConsortium, ::testing::ValuesIn(kCases),
                         [](const auto& param) { return std::string(param.param.name); });

std::string FirstKey(const std::string& name) {
  std::string text = GoldenToml();
  size_t at = text.find("\n" + name + " = \"", text.find("[member.keys]")) + name.size() + 5;
  return text.substr(at, 64);
}

// Small-order points of Ed25519 and X25519, and a non-canonical encoding (RFC 8032 §5.1.3: y ≥ p).
TEST(BadConsortiumKeys, LowOrderAndNonCanonicalKeys) {
  const std::string zero(64, '0'), one = "01" + std::string(62, '0');
  const std::string non_canonical =
      "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f";
  for (const char* name : {"signing", "node", "log", "cosigner"}) {
    for (const std::string& bad : {zero, one, non_canonical}) {
      auto file = GenesisFromToml(Replaced(GoldenToml(), FirstKey(name), bad), 0);
      ASSERT_FALSE(file.ok()) << name << " " << bad;
      EXPECT_NE(file.error().detail.find(std::string("member[0].keys.") + name), std::string::npos)
          << file.error().detail;
    }
  }
  for (const char* name : {"sealing", "recovery"}) {
    for (const std::string& bad : {zero, one}) {
      auto file = GenesisFromToml(Replaced(GoldenToml(), FirstKey(name), bad), 0);
      ASSERT_FALSE(file.ok()) << name << " " << bad;
      EXPECT_NE(file.error().detail.find("X25519"), std::string::npos) << file.error().detail;
    }
  }
}

// D-32: only regulators open sealed values in incidents.
TEST(BadConsortiumKeys, EscrowKeyIsForRegulators) {
  const std::string key = "escrow = \"" + FirstKey("recovery") + "\"\n";
  const std::string own = "recovery = \"" + FirstKey("recovery") + "\"\n";
  auto regulator = GenesisFromToml(Replaced(GoldenToml(), own, key), 0);
  ASSERT_TRUE(regulator.ok()) << regulator.error().detail;
  const std::string sealing = "sealing = ";
  std::string toml = GoldenToml();
  const size_t second = toml.find(sealing, toml.find("[member.keys]", toml.find(sealing)));
  toml.insert(second, "escrow = \"" + std::string(63, '1') + "0\"\n");
  auto maker = GenesisFromToml(toml, 0);
  ASSERT_FALSE(maker.ok());
  EXPECT_NE(maker.error().detail.find("member[1].keys.escrow"), std::string::npos)
      << maker.error().detail;
}

TEST(BadConsortiumKeys, OneKeyInTwoPlaces) {
  for (const char* name : {"node", "log", "cosigner"}) {
    auto file = GenesisFromToml(Replaced(GoldenToml(), FirstKey(name), FirstKey("signing")), 0);
    ASSERT_FALSE(file.ok());
    EXPECT_NE(file.error().detail.find("is the same as member[0].keys."), std::string::npos)
        << file.error().detail;
  }
}

TEST(BadConsortiumKeys, KeyText) {
  std::string key = FirstKey("node");
  for (const std::string& bad : {key.substr(2), key + "00", std::string("zz") + key.substr(2)}) {
    auto file = GenesisFromToml(Replaced(GoldenToml(), key, bad), 0);
    ASSERT_FALSE(file.ok());
    EXPECT_NE(file.error().detail.find("64 lower-case hex digits"), std::string::npos);
  }
}

TEST(BadConsortiumMembers, NoneAndNoVoter) {
  std::string text = GoldenToml();
  std::string head = text.substr(0, text.find("[[member]]"));
  EXPECT_NE(GenesisFromToml(head, 0).error().detail.find("member"), std::string::npos);
  for (int i = 0; i < 3; ++i) text = Replaced(text, "voter = true", "voter = false");
  auto file = GenesisFromToml(text, 0);
  ASSERT_FALSE(file.ok());
  EXPECT_NE(file.error().detail.find("voter"), std::string::npos);
}

}  // namespace
}  // namespace suyuan::genesis
