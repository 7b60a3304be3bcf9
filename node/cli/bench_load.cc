#include "node/cli/bench_load.h"

#include "contracts/calendar.h"
#include "contracts/field_numbers.h"
#include "node/cli/bench_seal.h"

namespace suyuan::cli {
namespace {

json::Value DocumentJson(uint32_t number, const char* document_class) {
  return json::Object{{"fields", json::Object{{"doc_class", document_class},
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
  explicit TemplateLoad(SealedTemplate sealed) : sealed_(std::move(sealed)) {}

  Bytes NextBody() override {
    if (!Vary(sealed_.draft())) return {};
    return EncodeSubmissionList({sealed_.Next().parcel});
  }

 private:
  // What differs beside nonce, times and sealing; false when nothing is left to file.
  virtual bool Vary(ledger::TransactionDraft&) { return true; }

  SealedTemplate sealed_;
};

// Codes of the template's leaves, "01/<gtin>/10/<lot>/21/<serial>" between quotes, of which lot and
// serial are written over in place.
class CodeLeaves {
 public:
  // E_FORMAT when the leaves of `field` do not carry the lot.
  static Result<CodeLeaves> Find(const ledger::TransactionDraft& draft, uint16_t field,
                                 const std::string& lot) {
    size_t at = std::string::npos;
    for (const ledger::RecordDraft::LeafDraft& leaf : draft.records.front().leaves)
      if (leaf.field == field) at = leaf.value.find(lot);
    if (at == std::string::npos)
      return Error{ErrorCode::kFormat, "the codes of the template do not carry the batch's lot"};
    return CodeLeaves(field, at);
  }
  // Serials after `serial`, which is moved on.
  void Write(ledger::RecordDraft& record, const std::string& lot, uint64_t& serial) const {
    for (ledger::RecordDraft::LeafDraft& leaf : record.leaves) {
      if (leaf.field != field_) continue;
      leaf.value.replace(lot_at_, lot.size(), lot);
      uint64_t rest = ++serial;
      size_t at = leaf.value.size() - 2;
      for (uint32_t i = 0; i < BenchSetup::kSerialDigits; ++i, --at, rest /= 10)
        leaf.value[at] = static_cast<char>('0' + rest % 10);
    }
  }

 private:
  CodeLeaves(uint16_t field, size_t lot_at) : field_(field), lot_at_(lot_at) {}
  uint16_t field_;
  size_t lot_at_;
};

// Each transaction issues codes in the next batch, in turn.
class CodeLoad final : public TemplateLoad {
 public:
  CodeLoad(SealedTemplate sealed, CodeLeaves leaves, std::vector<BenchBatch> batches)
      : TemplateLoad(std::move(sealed)), leaves_(leaves), batches_(std::move(batches)) {}

 private:
  bool Vary(ledger::TransactionDraft& draft) override {
    const BenchBatch& batch = batches_[next_ % batches_.size()];
    ledger::RecordDraft& record = draft.records.front();
    uint64_t serial = next_++ / batches_.size() * record.leaves.size();
    record.subject = batch.id.str();
    leaves_.Write(record, batch.lot, serial);
    return true;
  }

  const CodeLeaves leaves_;
  const std::vector<BenchBatch> batches_;
  uint64_t next_ = 0;
};

// Each transaction sells the next codes of a batch, one a record; one batch after the other.
class FlowLoad final : public TemplateLoad {
 public:
  FlowLoad(SealedTemplate sealed, CodeLeaves leaves, std::vector<BenchBatch> batches,
           uint64_t codes)
      : TemplateLoad(std::move(sealed)),
        leaves_(leaves),
        batches_(std::move(batches)),
        codes_(codes) {}

 private:
  bool Vary(ledger::TransactionDraft& draft) override {
    if (sold_ + draft.records.size() > codes_) {
      sold_ = 0;
      ++batch_;
    }
    if (batch_ >= batches_.size()) return false;
    for (ledger::RecordDraft& record : draft.records)
      leaves_.Write(record, batches_[batch_].lot, sold_);
    return true;
  }

  const CodeLeaves leaves_;
  const std::vector<BenchBatch> batches_;
  const uint64_t codes_;  // of each batch
  size_t batch_ = 0;
  uint64_t sold_ = 0;  // of this batch
};

json::Value SaleJson(const Signer& seller, const Signer& buyer, const std::string& code) {
  return json::Object{{"fields", json::Object{{"buyer_address", "示例省示例市示例路1号"},
                                              {"buyer_code", ToString(buyer.party)},
                                              {"buyer_contact", "057100000000"},
                                              {"buyer_kind", "registered_party"},
                                              {"buyer_name", "示例商贸有限公司"},
                                              {"collection_mode", "manual"},
                                              {"destination_region", "330106"},
                                              {"flow_codes", json::Array{code}},
                                              {"flow_type", "sale"},
                                              {"sale_time", contracts::FormatTimeMs(WallClockMs())},
                                              {"seller_code", ToString(seller.party)},
                                              {"supplier_kind", "registered_party"}}}};
}

}  // namespace

Result<std::unique_ptr<BenchLoad>> MakeDocumentLoad(const LedgerId& ledger, const Signer& signer,
                                                    const ReaderChoice& readers, uint32_t records,
                                                    bool hidden) {
  json::Array documents;
  for (uint32_t i = 0; i < records; ++i)
    documents.push_back(DocumentJson(i, hidden ? "REG" : "PUB"));
  const json::Value transaction =
      json::Object{{"records", std::move(documents)}, {"type", "DOC_ANCHOR"}};
  SUYUAN_ASSIGN_OR_RETURN(SealedTemplate sealed,
                          SealedTemplate::Make(transaction, ledger, signer, readers));
  return std::unique_ptr<BenchLoad>(std::make_unique<TemplateLoad>(std::move(sealed)));
}

Result<std::unique_ptr<BenchLoad>> MakeCodeLoad(const LedgerId& ledger, const Signer& signer,
                                                const ReaderChoice& readers,
                                                const BenchSetup& setup,
                                                std::vector<BenchBatch> batches, uint32_t codes) {
  SUYUAN_ASSIGN_OR_RETURN(const json::Value transaction,
                          setup.Activation(batches.front(), 1, codes));
  SUYUAN_ASSIGN_OR_RETURN(SealedTemplate sealed,
                          SealedTemplate::Make(transaction, ledger, signer, readers));
  SUYUAN_ASSIGN_OR_RETURN(
      const CodeLeaves leaves,
      CodeLeaves::Find(sealed.draft(), contracts::code_field::kCodeValue, batches.front().lot));
  return std::unique_ptr<BenchLoad>(
      std::make_unique<CodeLoad>(std::move(sealed), leaves, std::move(batches)));
}

Result<std::unique_ptr<BenchLoad>> MakeFlowLoad(const LedgerId& ledger, const Signer& signer,
                                                const Signer& buyer, const ReaderChoice& readers,
                                                const BenchSetup& setup,
                                                std::vector<BenchBatch> batches, uint64_t codes,
                                                uint32_t records) {
  json::Array sales;
  for (uint32_t i = 0; i < records; ++i)
    sales.push_back(SaleJson(signer, buyer, setup.CodeOf(batches.front(), i + 1)));
  const json::Value transaction =
      json::Object{{"records", std::move(sales)}, {"type", "FLOW_RECORD"}};
  SUYUAN_ASSIGN_OR_RETURN(SealedTemplate sealed,
                          SealedTemplate::Make(transaction, ledger, signer, readers));
  SUYUAN_ASSIGN_OR_RETURN(
      const CodeLeaves leaves,
      CodeLeaves::Find(sealed.draft(), contracts::flow_field::kFlowCodes, batches.front().lot));
  return std::unique_ptr<BenchLoad>(
      std::make_unique<FlowLoad>(std::move(sealed), leaves, std::move(batches), codes));
}

}  // namespace suyuan::cli
