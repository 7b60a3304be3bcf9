// The example data (data/README.md): every line builds in order, and its texts say that it is one.
#include <filesystem>
#include <fstream>
#include <set>

#include <gtest/gtest.h>

#include "contracts/builder.h"
#include "contracts/identifiers/uscc.h"
#include "contracts/record_view.h"
#include "contracts/references.h"
#include "contracts/types.h"
#include "tests/contracts/samples.h"

namespace suyuan::contracts {
namespace {

constexpr uint64_t kNowMs = 1'772'323'200'000;

std::vector<std::string> Lines() {
  std::set<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator("data"))
    if (entry.path().extension() == ".jsonl") files.insert(entry.path().string());
  std::vector<std::string> lines;
  for (const std::string& file : files) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
  }
  return lines;
}

ReferenceMap Organisations() {
  ReferenceMap references;
  const std::pair<const char*, const char*> kCodes[] = {{"regulator", "11000000MB2C0EXA0"},
                                                        {"manufacturer", "91440101MA5EXAMP0"},
                                                        {"distributor", "91330106MA2EXAMP1"}};
  for (const auto& [name, code17] : kCodes) {
    references[std::string("party:") + name] = std::string(code17) + *UsccCheckCharacter(code17);
    for (const char* kind : {"signing", "sealing", "recovery"})
      references[std::string("key:") + name + "." + kind] =
          std::string(64, name[0] == 'r' ? 'a' : 'b');
  }
  return references;
}

struct Filed {
  std::string signer;
  BuiltTransaction built;
};

// Files every line as a client does, with ids of its own making.
std::vector<Filed> FileAll() {
  InitCrypto();
  ReferenceMap references = Organisations();
  std::vector<Filed> out;
  for (const std::string& text : Lines()) {
    const auto line = ParseDataLine(text);
    EXPECT_TRUE(line.ok()) << text;
    const auto resolved = ResolveReferences(line->transaction, references, kNowMs);
    EXPECT_TRUE(resolved.ok()) << resolved.error().ToString();
    BuildOptions options;
    options.submitter = *ParsePartyId(references["party:" + line->signer]);
    options.now_ms = kNowMs;
    auto built = BuildTransaction(*resolved, options);
    EXPECT_TRUE(built.ok()) << built.error().ToString() << "\n" << text;
    if (!built.ok()) continue;
    AddReferences(line->name, ledger::EncodeUnsigned(built->draft).id,
                  static_cast<uint32_t>(built->draft.records.size()), references);
    out.push_back({line->signer, std::move(built).value()});
  }
  return out;
}

TEST(ExampleData, EveryLineBuilds) {
  const auto filed = FileAll();
  EXPECT_EQ(filed.size(), Lines().size());
  std::map<std::string_view, int> types;
  for (const Filed& f : filed) ++types[TypeName(f.built.draft.core.type)];
  const std::map<std::string_view, int> expected = {
      {"BATCH_ACTIVATE", 3},   {"BATCH_RELEASE", 3}, {"BATCH_SUBMIT", 3},   {"CATALOG_PUT", 4},
      {"CODE_PRINT", 3},       {"DOC_ANCHOR", 6},    {"PARTY_REGISTER", 2}, {"PARTY_REVIEW", 2},
      {"PRODUCT_REGISTER", 3}, {"PRODUCT_REVIEW", 3}};
  EXPECT_EQ(types, expected);
}

TEST(ExampleData, HoldsEveryLevelAndAThousandItemCodes) {
  std::map<std::string, std::string> levels;  // trace level → first code of its batch
  std::vector<size_t> counts;
  std::vector<std::string> order;
  for (const Filed& f : FileAll()) {
    for (const auto& draft : f.built.draft.records) {
      const ledger::Record record = ViewOfDraft(draft);
      const RecordView view(record);
      if (view.Has(batch_field::kTraceLevel)) order.push_back(view.Text(batch_field::kTraceLevel));
      const auto codes = view.Texts(code_field::kCodeValue);
      if (!codes.empty()) {
        counts.push_back(codes.size());
        levels[order.back()] = codes.front();
      }
    }
  }
  EXPECT_EQ(counts, (std::vector<size_t>{1, 1, 1000}));
  EXPECT_EQ(levels["per_product"], "01/06901234500011");
  EXPECT_EQ(levels["per_batch"], "01/06901234500028/10/JZT-01");
  EXPECT_EQ(levels["per_item"], "01/06901234500035/10/EB-01/21/00001");
}

TEST(ExampleData, NamesArePlainlyExamples) {
  for (const std::string& line : Lines()) {
    for (const char* name : {"\"party_name\": \"", "\"product_name\": \"", "\"doc_title\": \"",
                             "\"issuer_name\": \""}) {
      for (size_t at = line.find(name); at != std::string::npos; at = line.find(name, at + 1)) {
        const std::string value = line.substr(at + std::string(name).size(), 160);
        EXPECT_NE(value.substr(0, value.find('"')).find("示例"), std::string::npos) << value;
      }
    }
  }
}

}  // namespace
}  // namespace suyuan::contracts
