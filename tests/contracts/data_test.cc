// The example data (data/README.md): filed in order on a ledger of its own every line is applied,
// and its texts say that they are examples.
#include <filesystem>
#include <fstream>
#include <set>

#include <gtest/gtest.h>

#include "contracts/builder.h"
#include "contracts/opened_check.h"
#include "contracts/record_view.h"
#include "contracts/references.h"
#include "contracts/types.h"
#include "tests/contracts/ledger_fixture.h"
#include "tests/contracts/samples.h"

namespace suyuan::contracts {
namespace {

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

using ::suyuan::contracts::testing::Actor;
using ::suyuan::contracts::testing::Chain;

struct Filed {
  BuiltTransaction built;
  Outcome outcome;
};

// Files every line as a client does, with the real builder, executor and contracts.
class Filing {
 public:
  Filing() {
    for (const auto& [name, actor] : organisations_) {
      references_["party:" + name] = ToString(actor->party);
      references_["key:" + name + ".signing"] = ToHex(actor->key.public_key());
      references_["key:" + name + ".sealing"] = "09" + std::string(62, '0');  // X25519's base point
    }
  }

  Filed File(const std::string& text) {
    const DataLine line = ParseDataLine(text).value();
    const Actor& actor = *organisations_.at(line.signer);
    const auto resolved = ResolveReferences(line.transaction, references_, chain_.now_ms).value();
    BuildOptions options;
    options.ledger = chain_.ledger_id;
    options.submitter = actor.party;
    options.signing_key = actor.key.public_key();
    options.now_ms = chain_.now_ms;
    options.readers = OnlyFor({SealingKey(SecretSeed::Random()).public_key()});
    options.facts = [&](const ledger::Record& record, const OpenedValues& sealed) {
      return FactsForOpened(chain_.state, record, actor.party, options.now_ms, sealed);
    };
    Filed filed{BuildTransaction(resolved, options).value(), {}};
    filed.built.draft.core.reader_height = Height(chain_.height - 1);
    const TxId id = ledger::EncodeUnsigned(filed.built.draft).id;
    filed.outcome = chain_.Run({ledger::SignTransaction(filed.built.draft, actor.key), id});
    EXPECT_TRUE(filed.outcome.applied())
        << (filed.outcome.applied() ? "" : filed.outcome.refusal->ToString()) << "\n"
        << text;
    AddReferences(line.name, id, static_cast<uint32_t>(filed.built.draft.records.size()),
                  references_);
    return filed;
  }

  EntityState StateOf(ledger::EntityKind kind, const std::string& name) const {
    return chain_.StateOf(kind, ParseEntityId(references_.at("ref:" + name))->view());
  }

 private:
  Chain chain_;
  std::map<std::string, const Actor*> organisations_ = {{"regulator", &chain_.national},
                                                        {"manufacturer", &chain_.maker},
                                                        {"distributor", &chain_.seller}};
  ReferenceMap references_;
};

std::vector<Filed> FileAll() {
  Filing filing;
  std::vector<Filed> out;
  for (const std::string& line : Lines()) out.push_back(filing.File(line));
  return out;
}

TEST(ExampleData, EndsWithProductsOnSale) {
  Filing filing;
  for (const std::string& line : Lines()) filing.File(line);
  for (const char* product : {"cable", "cooker", "ebike"}) {
    EXPECT_EQ(filing.StateOf(ledger::EntityKind::kProduct, product), EntityState::kActive);
    EXPECT_EQ(filing.StateOf(ledger::EntityKind::kBatch, std::string(product) + "-batch"),
              EntityState::kReleased);
  }
}

TEST(ExampleData, EveryLineIsApplied) {
  const auto filed = FileAll();
  EXPECT_EQ(filed.size(), 32u);
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
