#include "contracts/builder.h"

#include <algorithm>
#include <array>

#include "common/hash.h"
#include "common/suggest.h"
#include "common/wiped_json.h"
#include "contracts/builder_record.h"
#include "contracts/field_numbers.h"
#include "contracts/subject.h"
#include "contracts/types.h"

namespace suyuan::contracts {
namespace {

// Sections of a type's first and further records; types that are not here name them. `partial`:
// its records other than commands are steps in an entity's life, not all of the entity.
struct Shape {
  TxType type;
  uint8_t first, rest;
  bool partial = false;
};
constexpr uint8_t kParty = party_field::kSection, kProduct = product_field::kSection,
                  kBatch = batch_field::kSection, kCode = code_field::kSection,
                  kFlow = flow_field::kSection, kDocument = document_field::kSection,
                  kCatalog = catalog_field::kSection, kNode = node_field::kSection,
                  kCommand = command_field::kSection;
constexpr Shape kShapes[] = {
    {tx::kPartyRegister, kParty, kDocument},
    {tx::kPartyReview, kCommand, kCommand},
    {tx::kKeyRotate, kCommand, kCommand},
    {tx::kCatalogPut, kCatalog, kCatalog},
    {tx::kProductRegister, kProduct, kProduct},
    {tx::kProductReview, kCommand, kCommand},
    {tx::kBatchSubmit, kBatch, kBatch},
    {tx::kBatchReview, kCommand, kCommand},
    {tx::kBatchActivate, kCode, kCode},
    {tx::kBatchRelease, kBatch, kCommand, true},
    {tx::kCodePrint, kCommand, kCommand},
    {tx::kDocAnchor, kDocument, kDocument},
    {tx::kCodeLink, kCode, kCode, true},
    {tx::kCodeUnlink, kCode, kCode, true},
    {tx::kFlowRecord, kFlow, kFlow},
    {tx::kFlowConfirm, kCommand, kFlow, true},
    {tx::kFlowDispute, kCommand, kCommand},
    {tx::kFlowVoid, kCommand, kFlow},
    {tx::kDisclosureSet, kCommand, kCommand},
    {tx::kFinding, kCommand, kCommand},
    {tx::kMemberChange, kNode, kNode},
};

const Shape* FindShape(TxType type) {
  const auto* it = std::ranges::find(kShapes, type, &Shape::type);
  return it == std::end(kShapes) ? nullptr : it;
}

// What a record seals, overwritten when it was judged.
struct WipedValues {
  OpenedValues& values;
  ~WipedValues() {
    for (auto& [place, value] : values)
      if (value) json::WipeTexts(*value);
  }
};

Error FormatError(std::string detail) { return Error{ErrorCode::kFormat, std::move(detail)}; }

Result<uint16_t> ReadSchema(const json::Value& record, const Shape* shape, uint32_t index) {
  const json::Value* given = record.Find("schema");
  if (given == nullptr) {
    if (shape == nullptr) return FormatError("this type needs a \"schema\" in each record");
    return static_cast<uint16_t>(index == 0 ? shape->first : shape->rest);
  }
  const std::string* name = given->if_string();
  std::vector<std::string_view> known;
  for (const FieldInfo& field : AllFields()) {
    const std::string_view section = SectionName(field.section());
    if (name != nullptr && section == *name) return static_cast<uint16_t>(field.section());
    if (known.empty() || known.back() != section) known.push_back(section);
  }
  return FormatError("unknown schema" +
                     (name == nullptr ? std::string() : DidYouMean(*name, known)));
}

template <typename Id>
Result<Id> ReadHex(const std::string& text) {
  SUYUAN_ASSIGN_OR_RETURN(const Bytes bytes, HexDecode(text));
  return Id::From(bytes);
}

Status ReadOptions(const json::Value& transaction, ledger::Core& core) {
  if (const std::string actor = transaction.Text("actor"); !actor.empty()) {
    SUYUAN_ASSIGN_OR_RETURN(core.actor, ReadHex<ActorId>(actor));
  }
  if (const std::string after = transaction.Text("after"); !after.empty()) {
    SUYUAN_ASSIGN_OR_RETURN(const TxId id, ParseTxId(after));
    core.after = id;
  }
  if (const json::Value* version = transaction.Find("expected_version")) {
    const int64_t* number = version->if_int();
    if (number == nullptr || *number < 1 || *number > UINT32_MAX)
      return FormatError("expected_version is a version from 1 on");
    core.expected_version = static_cast<uint32_t>(*number);
  }
  return {};
}

Result<TxType> ReadType(const json::Value& transaction) {
  constexpr std::array<std::string_view, 6> kMembers = {"type",  "subject", "records",
                                                        "actor", "after",   "expected_version"};
  SUYUAN_RETURN_IF_ERROR(CheckNames(transaction, kMembers, "a transaction"));
  const std::string name = transaction.Text("type");
  if (const auto type = ParseTypeName(name)) return *type;
  return Error{ErrorCode::kType,
               "unknown transaction type \"" + name + "\"" + DidYouMean(name, AllTypeNames())};
}

class Builder {
 public:
  Builder(const json::Value& transaction, const BuildOptions& options)
      : transaction_(transaction),
        options_(options),
        random_(options.random ? options.random : RandomBytes) {}

  Result<BuiltTransaction> Run() {
    ledger::Core& core = built_.draft.core;
    SUYUAN_ASSIGN_OR_RETURN(core.type, ReadType(transaction_));
    SUYUAN_RETURN_IF_ERROR(ReadOptions(transaction_, core));
    shape_ = FindShape(core.type);
    FillCore(core);
    const json::Value* records = transaction_.Find("records");
    const json::Array* list = records == nullptr ? nullptr : records->if_array();
    if (list == nullptr || list->empty())
      return Error{ErrorCode::kMissing, "a transaction has a non-empty array \"records\""};
    if (list->size() > limits::kRecordsMax)
      return Error{ErrorCode::kSize, "a transaction has at most 10000 records"};
    built_.draft.records.resize(list->size());
    std::optional<sealing::SenderKey> own;
    if (options_.sender == nullptr) own.emplace(SealingKey(DrawSecret(random_)));
    sealing::TransactionSealer sealer(
        sealing::SealingContext(core.ledger_id, core.submitter, core.nonce),
        own ? *own : *options_.sender, random_);
    const auto count = static_cast<uint32_t>(list->size());
    for (uint32_t i = 0; i < count; ++i) {
      if (Status status = AddRecord((*list)[i], i, {sealer, options_.readers, count});
          !status.ok()) {
        Error error = std::move(status).error();
        if (!error.record) error.record = i;
        return error;
      }
    }
    for (const BuildOptions::Grant& grant : options_.grants)
      SUYUAN_RETURN_IF_ERROR(sealer.AddGrant(grant.purpose, grant.key, grant.readers));
    built_.sealed_items = std::move(sealer).Finish(core);
    return std::move(built_);
  }

 private:
  void FillCore(ledger::Core& core) {
    core.ledger_id = options_.ledger;
    core.submitter = options_.submitter;
    core.signers = {{ledger::SignerRole::kSubmitter, options_.submitter,
                     KeyIdOf(Suite::kEd25519, options_.signing_key)}};
    random_(core.nonce.data.data(), Nonce16::kSize);
    core.created_ms = options_.now_ms;
    core.expiry_ms = options_.now_ms + options_.lifetime_ms;
  }

  Status AddRecord(const json::Value& record, uint32_t index, const Sealer& sealer) {
    constexpr std::array<std::string_view, 4> kMembers = {"fields", "subject", "schema", "shows"};
    SUYUAN_RETURN_IF_ERROR(CheckNames(record, kMembers, "a record"));
    ledger::RecordDraft& draft = built_.draft.records[index];
    SUYUAN_ASSIGN_OR_RETURN(draft.schema, ReadSchema(record, shape_, index));
    const json::Value* subject = record.Find("subject");
    if (subject == nullptr) subject = transaction_.Find("subject");
    if (subject != nullptr) {
      SUYUAN_ASSIGN_OR_RETURN(RecordSubject named, ParseSubject(*subject));
      draft.subject_kind = named.kind;
      draft.subject = std::move(named.id);
    }
    const json::Value* fields = record.Find("fields");
    if (fields == nullptr) return Error{ErrorCode::kMissing, "a record needs \"fields\""};
    const bool partial = shape_ != nullptr && shape_->partial && draft.schema != kCommand;
    SUYUAN_ASSIGN_OR_RETURN(OpenedValues sealed,
                            BuildFields(*fields, index, partial, sealer, draft));
    const WipedValues wiped{sealed};
    RecordCheck check{.record_index = index, .partial = partial};
    if (const json::Value* shows = record.Find("shows")) {
      const FieldInfo* field = FindQualifiedField(fields->Text("target_field"));
      if (field == nullptr) return FormatError("what a record shows is of its target_field");
      check.shows = field->number;
      SUYUAN_RETURN_IF_ERROR(BuildShown(*shows, check.shows, index, sealer, draft));
    }
    const ledger::Record view = ViewOfDraft(draft);
    SUYUAN_RETURN_IF_ERROR(CheckRecord(view, check));
    return RefuseBySealedValues(RecordView(view), index, sealed, FactsOf(view, sealed));
  }

  DutyFacts FactsOf(const ledger::Record& record, const OpenedValues& sealed) const {
    if (options_.facts) return options_.facts(record, sealed);
    DutyFacts facts;
    facts.time_ms = options_.now_ms;
    facts.sender = options_.submitter;
    return facts;
  }

  const json::Value& transaction_;
  const BuildOptions& options_;
  RandomSource random_;
  const Shape* shape_ = nullptr;
  BuiltTransaction built_;
};

}  // namespace

Result<BuiltTransaction> BuildTransaction(const json::Value& transaction,
                                          const BuildOptions& options) {
  return Builder(transaction, options).Run();
}

}  // namespace suyuan::contracts
