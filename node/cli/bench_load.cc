#include "node/cli/bench_load.h"

#include "contracts/field_numbers.h"

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

class TemplateLoad : public BenchLoad {
 public:
  TemplateLoad(contracts::BuiltTransaction built, const SigningKey& key)
      : draft_(std::move(built.draft)), items_(std::move(built.sealed_items)), key_(key) {}

  Bytes NextBody() override {
    Vary(draft_);
    uint64_t lifetime = draft_.core.expiry_ms - draft_.core.created_ms;
    draft_.core.nonce = RandomFixed<Nonce16>();
    draft_.core.created_ms = WallClockMs();
    draft_.core.expiry_ms = draft_.core.created_ms + lifetime;
    return EncodeSubmissionList({SignDraft(draft_, items_, key_).parcel});
  }

 private:
  // What differs beside nonce and times.
  virtual void Vary(ledger::TransactionDraft&) {}

  ledger::TransactionDraft draft_;
  const sealing::SealedItems items_;
  const SigningKey& key_;
};

// A code's text in its leaf is "01/<gtin>/10/<lot>/21/<serial>" between quotes; lot and serial are
// written over in place.
class CodeLoad final : public TemplateLoad {
 public:
  CodeLoad(contracts::BuiltTransaction built, const SigningKey& key,
           std::vector<BenchBatch> batches, size_t lot_at)
      : TemplateLoad(std::move(built), key), batches_(std::move(batches)), lot_at_(lot_at) {}

  static constexpr uint32_t kDigits = 9;

 private:
  void Vary(ledger::TransactionDraft& draft) override {
    const BenchBatch& batch = batches_[next_ % batches_.size()];
    uint64_t serial = next_++ / batches_.size() * draft.records.front().leaves.size();
    ledger::RecordDraft& record = draft.records.front();
    record.subject = batch.id.str();
    for (ledger::RecordDraft::LeafDraft& leaf : record.leaves) {
      if (leaf.field != contracts::code_field::kCodeValue) continue;
      leaf.value.replace(lot_at_, batch.lot.size(), batch.lot);
      uint64_t rest = ++serial;
      for (size_t at = leaf.value.size() - 2, i = 0; i < kDigits; ++i, --at, rest /= 10)
        leaf.value[at] = static_cast<char>('0' + rest % 10);
    }
  }

  const std::vector<BenchBatch> batches_;
  const size_t lot_at_;
  uint64_t next_ = 0;
};

contracts::BuildOptions OptionsFor(const LedgerId& ledger, const Signer& signer) {
  contracts::BuildOptions options;
  options.ledger = ledger;
  options.submitter = signer.party;
  options.signing_key = signer.key.public_key();
  options.now_ms = WallClockMs();
  options.lifetime_ms = 10ull * 60 * 1000;
  options.readers = contracts::OnlyFor(signer.readers);
  return options;
}

}  // namespace

Result<std::unique_ptr<BenchLoad>> MakeDocumentLoad(const LedgerId& ledger, const Signer& signer,
                                                    uint32_t records) {
  json::Array documents;
  for (uint32_t i = 0; i < records; ++i) documents.push_back(DocumentJson(i));
  json::Value transaction = json::Object{{"records", std::move(documents)}, {"type", "DOC_ANCHOR"}};
  SUYUAN_ASSIGN_OR_RETURN(contracts::BuiltTransaction built,
                          contracts::BuildTransaction(transaction, OptionsFor(ledger, signer)));
  return std::unique_ptr<BenchLoad>(std::make_unique<TemplateLoad>(std::move(built), signer.key));
}

Result<std::unique_ptr<BenchLoad>> MakeCodeLoad(const LedgerId& ledger, const Signer& signer,
                                                const BenchSetup& setup,
                                                std::vector<BenchBatch> batches, uint32_t codes) {
  SUYUAN_ASSIGN_OR_RETURN(json::Value transaction,
                          setup.Activation(batches.front(), codes, CodeLoad::kDigits));
  SUYUAN_ASSIGN_OR_RETURN(contracts::BuiltTransaction built,
                          contracts::BuildTransaction(transaction, OptionsFor(ledger, signer)));
  size_t lot_at = std::string::npos;
  for (const ledger::RecordDraft::LeafDraft& leaf : built.draft.records.front().leaves)
    if (leaf.field == contracts::code_field::kCodeValue) lot_at = leaf.value.find(batches[0].lot);
  if (lot_at == std::string::npos)
    return Error{ErrorCode::kFormat, "the codes of the template do not carry the batch's lot"};
  return std::unique_ptr<BenchLoad>(
      std::make_unique<CodeLoad>(std::move(built), signer.key, std::move(batches), lot_at));
}

}  // namespace suyuan::cli
