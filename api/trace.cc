#include "api/trace.h"

#include "api/submissions.h"
#include "contracts/entity_access.h"
#include "contracts/identifiers/trace_code.h"
#include "contracts/product.h"
#include "contracts/record_view.h"

namespace suyuan::api {
namespace {

using ledger::EntityKind;

TracedEntity Load(const SnapshotReader& state, RecordVerifier& verifier,
                  const ledger::Checkpoint& checkpoint, EntityKind kind, ByteView id) {
  TracedEntity out{kind, Bytes(id), {}, {}, {}, {}};
  const auto entity = contracts::LoadEntity(state, kind, id);
  SUYUAN_CHECK(entity.has_value(), "a code points to an entity that is not there");
  out.entity = *entity;
  out.version = LoadVersion(state, kind, id, entity->version);
  if (!out.version) return out;
  Result<VerifiedRecord> verified = verifier.Verify(*out.version, checkpoint);
  if (verified)
    out.verified = *std::move(verified);
  else
    out.unverified_because = verified.error().ToString();
  return out;
}

std::string CategoryName(const SnapshotReader& state, const std::string& code) {
  const auto node = contracts::LoadEntity(state, EntityKind::kCatalogNode, code);
  if (!node) return {};
  const auto version = LoadVersion(state, EntityKind::kCatalogNode, code, node->version);
  const contracts::FieldInfo* field =
      contracts::FindField(static_cast<uint8_t>(EntityKind::kCatalogNode), "category_name");
  if (!version || !field) return {};
  return contracts::RecordView(version->record).Text(field->number);
}

}  // namespace

uint32_t Trace::records_verified() const {
  return (product.verified ? 1u : 0u) + (producer.verified ? 1u : 0u) +
         (batch && batch->verified ? 1u : 0u);
}

uint32_t Trace::records_shown() const {
  return (product.version ? 1u : 0u) + (producer.version ? 1u : 0u) +
         (batch && batch->version ? 1u : 0u);
}

Result<std::string> CanonicalCode(const std::string& text) {
  SUYUAN_ASSIGN_OR_RETURN(const contracts::TraceCode code, contracts::ParseAnyCode(text));
  return contracts::CanonicalText(code);
}

Result<Trace> TraceCode(const ledger::StateSnapshot& snapshot, RecordVerifier& verifier,
                        const std::string& canonical, std::string checkpoint_note) {
  const SnapshotReader state(snapshot);
  const auto resolution = contracts::ResolveCode(state, canonical);
  if (!resolution) return Error{ErrorCode::kNotFound, "this code was never issued on this ledger"};
  Trace out{canonical, *resolution, {}, {}, {}, {}, std::move(checkpoint_note), {}};
  SUYUAN_ASSIGN_OR_RETURN(out.checkpoint, ReadCheckpointBody(out.checkpoint_note));
  out.product =
      Load(state, verifier, out.checkpoint, EntityKind::kProduct, resolution->product.view());
  out.producer =
      Load(state, verifier, out.checkpoint, EntityKind::kParty, resolution->producer.view());
  if (resolution->batch)
    out.batch =
        Load(state, verifier, out.checkpoint, EntityKind::kBatch, resolution->batch->view());
  out.category_name =
      CategoryName(state, contracts::DecodeProduct(out.product.entity.content).category);
  return out;
}

}  // namespace suyuan::api
