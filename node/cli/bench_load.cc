#include "node/cli/bench_load.h"

namespace suyuan::cli {
namespace {

json::Value DocumentJson(uint32_t number) {
  return json::Object{{"fields", json::Object{{"doc_class", "REG"},
                                              {"doc_no", "示例-" + std::to_string(number)},
                                              {"doc_title", "示例检验报告"},
                                              {"doc_type", "test_report"},
                                              {"file_hash", std::string(64, 'a')},
                                              {"file_size", 123456},
                                              {"issue_date", "2026-01-15"},
                                              {"issuer_name", "示例检验机构"},
                                              {"media_type", "application/pdf"},
                                              {"stamped", true}}}};
}

class TemplateLoad final : public BenchLoad {
 public:
  TemplateLoad(ledger::TransactionDraft draft, const SigningKey& key)
      : draft_(std::move(draft)), key_(key) {}

  Bytes NextBody() override {
    uint64_t lifetime = draft_.core.expiry_ms - draft_.core.created_ms;
    draft_.core.nonce = RandomFixed<Nonce16>();
    draft_.core.created_ms = WallClockMs();
    draft_.core.expiry_ms = draft_.core.created_ms + lifetime;
    return EncodeSubmissionList({SignDraft(draft_, key_).envelope});
  }

 private:
  ledger::TransactionDraft draft_;
  const SigningKey& key_;
};

}  // namespace

Result<std::unique_ptr<BenchLoad>> MakeDocumentLoad(const LedgerId& ledger, const Signer& signer,
                                                    uint32_t records) {
  json::Array documents;
  for (uint32_t i = 0; i < records; ++i) documents.push_back(DocumentJson(i));
  contracts::BuildOptions options;
  options.ledger = ledger;
  options.submitter = signer.party;
  options.signing_key = signer.key.public_key();
  options.now_ms = WallClockMs();
  options.lifetime_ms = 10ull * 60 * 1000;
  json::Value transaction = json::Object{{"records", std::move(documents)}, {"type", "DOC_ANCHOR"}};
  SUYUAN_ASSIGN_OR_RETURN(contracts::BuiltTransaction built,
                          contracts::BuildTransaction(transaction, options));
  return std::unique_ptr<BenchLoad>(
      std::make_unique<TemplateLoad>(std::move(built.draft), signer.key));
}

}  // namespace suyuan::cli
