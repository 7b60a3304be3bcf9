#include "api/trace.h"

#include "api/disclosure.h"
#include "api/submissions.h"
#include "contracts/identifiers/trace_code.h"
#include "contracts/product.h"
#include "contracts/record_view.h"
#include "contracts/snapshot_reader.h"

namespace suyuan::api {
namespace {

using ledger::EntityKind;

// Reads and checks entities for one trace.
struct Loader {
  const contracts::StateReader& state;
  RecordVerifier& verifier;
  const ledger::Checkpoint& checkpoint;

  Result<TracedEntity> Load(EntityKind kind, ByteView id) {
    return LoadTraced(state, verifier, checkpoint, kind, id);
  }

  // The documents that everybody is shown a reference to.
  Status LoadDocuments(const TracedEntity& entity, std::vector<TracedEntity>& out) {
    const contracts::RecordView record(entity.view.record);
    for (size_t i = 0; i < entity.view.record.leaves.size(); ++i) {
      const ledger::Leaf& leaf = entity.view.record.leaves[i];
      const contracts::FieldInfo* field = contracts::FindField(leaf.field);
      if (!field || field->type != contracts::ValueType::kDocument) continue;
      const Disclosed shown = Disclose(Reader::kAnonymous, record, leaf);
      if (shown.kind != Disclosed::Kind::kValue) continue;
      SUYUAN_ASSIGN_OR_RETURN(const json::Value value,
                              ReadableValue(*field, shown.value, entity.view.TxOf(i)));
      SUYUAN_ASSIGN_OR_RETURN(const EntityId id,
                              ParseEntityId(value.if_string() ? *value.if_string() : ""));
      SUYUAN_ASSIGN_OR_RETURN(TracedEntity document, Load(EntityKind::kDocument, id.view()));
      out.push_back(std::move(document));
    }
    return {};
  }
};

std::string CategoryName(const contracts::StateReader& state, const std::string& code) {
  const Result<EntityView> node = LoadEntityView(state, EntityKind::kCatalogNode, code);
  const contracts::FieldInfo* field =
      contracts::FindField(static_cast<uint8_t>(EntityKind::kCatalogNode), "category_name");
  if (!node || !field) return {};
  return contracts::RecordView(node->record).Text(field->number);
}

}  // namespace

std::vector<const TracedEntity*> Trace::Entities() const {
  std::vector<const TracedEntity*> out;
  for (const auto* entity : {&product, &batch, &producer})
    if (*entity) out.push_back(&**entity);
  for (const TracedEntity& document : documents) out.push_back(&document);
  return out;
}

uint32_t Trace::records_verified() const {
  uint32_t count = 0;
  for (const TracedEntity* entity : Entities())
    for (const CheckedVersion& check : entity->checks) count += check.verified ? 1 : 0;
  return count;
}

uint32_t Trace::records_shown() const {
  size_t count = 0;
  for (const TracedEntity* entity : Entities()) count += entity->checks.size();
  return static_cast<uint32_t>(count);
}

Result<TracedEntity> LoadTraced(const contracts::StateReader& state, RecordVerifier& verifier,
                                const ledger::Checkpoint& checkpoint, EntityKind kind, ByteView id,
                                size_t* read) {
  Result<EntityView> view = LoadEntityView(state, kind, id);
  if (!view) return Error{ErrorCode::kCorrupt, "behind a code: " + view.error().ToString()};
  TracedEntity out{kind, Bytes(id), *std::move(view), {}};
  const size_t versions = out.view.versions.size() + out.view.beside.size();
  for (size_t i = 0; i < versions; ++i) {
    Result<VerifiedRecord> verified = verifier.Verify(out.VersionAt(i), checkpoint, read);
    CheckedVersion& check = out.checks.emplace_back();
    if (verified)
      check.verified = *std::move(verified);
    else
      check.unverified_because = verified.error().ToString();
  }
  return out;
}

Result<std::string> CanonicalCode(const std::string& text) {
  SUYUAN_ASSIGN_OR_RETURN(const contracts::TraceCode code, contracts::ParseAnyCode(text));
  return contracts::CanonicalText(code);
}

Result<Trace> TraceCode(const ledger::StateSnapshot& snapshot, RecordVerifier& verifier,
                        const std::string& canonical, std::string checkpoint_note) {
  const contracts::SnapshotReader state(snapshot);
  const auto resolution = contracts::ResolveCode(state, canonical);
  if (!resolution) return Error{ErrorCode::kNotFound, "this code was never issued on this ledger"};
  Trace out;
  out.code = canonical;
  out.resolution = *resolution;
  out.checkpoint_note = std::move(checkpoint_note);
  SUYUAN_ASSIGN_OR_RETURN(out.checkpoint, ReadCheckpointBody(out.checkpoint_note));
  if (resolution->role == contracts::CodeRole::kPackage) return out;
  Loader loader{state, verifier, out.checkpoint};
  SUYUAN_ASSIGN_OR_RETURN(out.product,
                          loader.Load(EntityKind::kProduct, resolution->product.view()));
  SUYUAN_ASSIGN_OR_RETURN(out.producer,
                          loader.Load(EntityKind::kParty, resolution->producer.view()));
  if (resolution->batch) {
    SUYUAN_ASSIGN_OR_RETURN(out.batch, loader.Load(EntityKind::kBatch, resolution->batch->view()));
  }
  std::vector<TracedEntity> documents;
  for (const TracedEntity* entity : out.Entities())
    SUYUAN_RETURN_IF_ERROR(loader.LoadDocuments(*entity, documents));
  out.documents = std::move(documents);
  out.category_name =
      CategoryName(state, contracts::DecodeProduct(out.product->view.entity.content).category);
  return out;
}

}  // namespace suyuan::api
