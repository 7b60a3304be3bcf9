#include "contracts/tx/doc_anchor.h"

#include "contracts/entity_access.h"
#include "contracts/field_numbers.h"
#include "contracts/guards.h"
#include "contracts/party.h"
#include "contracts/rules.h"
#include "contracts/tx/contracts.h"

namespace suyuan::contracts {
namespace {

namespace f = document_field;

uint8_t ClassNumber(std::string_view word) {
  constexpr std::string_view kWords[] = {"PUB", "OPT", "CPTY", "REG", "PRV"};
  uint8_t number = 1;
  for (const std::string_view known : kWords) {
    if (known == word) break;
    ++number;
  }
  return number;
}

// The document as its record describes it; dates were form-checked.
Document ReadDocument(const TxContext& ctx, uint32_t record) {
  const RecordView view(ctx.record(record));
  Document document;
  document.owner = ctx.tx.core.submitter;
  document.type = ParseDocType(view.Text(f::kDocType)).value();
  document.doc_class = ClassNumber(view.Text(f::kDocClass));
  document.issue_day = ParseDay(view.Text(f::kIssueDate)).value();
  if (view.Has(f::kValidTo)) document.valid_to = ParseDay(view.Text(f::kValidTo)).value();
  document.stamped = view.Has(f::kStamped) && view.Flag(f::kStamped);
  if (view.Has(f::kIssuerCode)) document.issuer = *ParsePartyId(view.Text(f::kIssuerCode));
  return document;
}

// C13, C27, C31 and D-30: dates in order, a registered issuer, a type test not by its own producer.
Status CheckDocument(const TxContext& ctx, uint32_t record, const Document& document) {
  if (document.issue_day > LatestEventDay(ctx))
    return RefuseAt({record, f::kIssueDate}, ErrorCode::kTime, "issued after the block's day");
  if (document.valid_to < document.issue_day)
    return RefuseAt({record, f::kValidTo}, ErrorCode::kDoc, "validity ends before the issue date");
  if (!document.issuer) return {};
  if (document.type == DocType::kTypeTest && *document.issuer == document.owner) {
    return RefuseAt({record, f::kIssuerCode}, ErrorCode::kDoc,
                    "a type test is issued by another body than the producer");
  }
  if (*document.issuer != document.owner &&
      !LoadEntity(ctx.state, ledger::EntityKind::kParty, document.issuer->view())) {
    return RefuseAt({record, f::kIssuerCode}, ErrorCode::kRef, "the issuer is not registered");
  }
  return {};
}

// A testing body that signs along is the issuer that the record names.
Result<bool> CheckCosigner(const TxContext& ctx, uint32_t record, const Document& document) {
  for (const ledger::Signer& signer : ctx.tx.core.signers) {
    if (signer.role != ledger::SignerRole::kTestingBody) continue;
    const auto entity = LoadEntity(ctx.state, ledger::EntityKind::kParty, signer.party.view());
    SUYUAN_CHECK(entity.has_value(), "signers were checked before");
    if (!DecodeParty(entity->content).Is(kTestingBody))
      return RefuseAt({record}, ErrorCode::kAuthz, "the co-signing party is no testing body");
    if (!document.issuer || *document.issuer != signer.party) {
      return RefuseAt({record, f::kIssuerCode}, ErrorCode::kDoc,
                      "the co-signing testing body is not the issuer");
    }
    return true;
  }
  return false;
}

}  // namespace

Status CheckDocumentRecord(const TxContext& ctx, uint32_t record) {
  const ledger::Record& r = ctx.record(record);
  if (r.schema != f::kSection || r.subject_kind != ledger::EntityKind::kNone)
    return RefuseAt({record}, ErrorCode::kFormat, "expected a record of a new document");
  return CheckRecord(r, {.record_index = record});
}

Status AnchorDocument(TxContext& ctx, uint32_t record) {
  Document document = ReadDocument(ctx, record);
  SUYUAN_RETURN_IF_ERROR(CheckDocument(ctx, record, document));
  SUYUAN_ASSIGN_OR_RETURN(document.cosigned, CheckCosigner(ctx, record, document));

  const EntityId id = ledger::EntityIdOf(ctx.tx.id, record);
  const Change change{record, ledger::EntityKind::kDocument, id.view()};
  Entity entity;
  entity.state = EntityState::kAnchored;
  entity.content = EncodeDocument(document);
  std::optional<EntityState> reviewed;
  if (!ctx.rules.IsReviewedType(document.type)) reviewed = EntityState::kAccepted;
  CreateEntity(ctx, change, std::move(entity), document.owner, reviewed);
  return {};
}

Status ValidateDocAnchor(const TxContext& ctx) {
  for (uint32_t i = 0; i < ctx.tx.records.size(); ++i)
    SUYUAN_RETURN_IF_ERROR(CheckDocumentRecord(ctx, i));
  return {};
}

Status ApplyDocAnchor(TxContext& ctx) {
  for (uint32_t i = 0; i < ctx.tx.records.size(); ++i)
    SUYUAN_RETURN_IF_ERROR(AnchorDocument(ctx, i));
  return {};
}

}  // namespace suyuan::contracts
