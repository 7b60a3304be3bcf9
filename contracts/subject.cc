#include "contracts/subject.h"

#include <algorithm>
#include <array>

#include "common/encoding.h"
#include "common/suggest.h"
#include "contracts/identifiers/trace_code.h"

namespace suyuan::contracts {
namespace {

using ledger::EntityKind;

constexpr std::array<std::string_view, 8> kNames = {"party", "product",  "batch",    "code",
                                                    "flow",  "document", "category", "node"};
constexpr std::array<EntityKind, 8> kKinds = {
    EntityKind::kParty, EntityKind::kProduct,  EntityKind::kBatch,       EntityKind::kCode,
    EntityKind::kFlow,  EntityKind::kDocument, EntityKind::kCatalogNode, EntityKind::kNode};

Error FormatError(std::string detail) { return Error{ErrorCode::kFormat, std::move(detail)}; }

Result<Bytes> ParseId(EntityKind kind, const std::string& text) {
  switch (kind) {
    case EntityKind::kParty: {
      SUYUAN_ASSIGN_OR_RETURN(const PartyId id, ParsePartyId(text));
      return id.str();
    }
    case EntityKind::kCode: {
      SUYUAN_ASSIGN_OR_RETURN(const TraceCode code, ParseAnyCode(text));
      return CanonicalText(code);
    }
    case EntityKind::kCatalogNode:
      return text;
    case EntityKind::kNode: {
      SUYUAN_ASSIGN_OR_RETURN(const Bytes bytes, HexDecode(text));
      SUYUAN_ASSIGN_OR_RETURN(const KeyId id, KeyId::From(bytes));
      return id.str();
    }
    default: {
      SUYUAN_ASSIGN_OR_RETURN(const EntityId id, ParseEntityId(text));
      return id.str();
    }
  }
}

}  // namespace

Result<RecordSubject> ParseSubject(const json::Value& subject) {
  SUYUAN_RETURN_IF_ERROR(CheckNames(subject, kNames, "a subject"));
  if (subject.if_object()->size() != 1) return FormatError("a subject names one entity");
  const auto& [name, id] = *subject.if_object()->begin();
  if (id.if_string() == nullptr) return FormatError("a subject's identifier is a text");
  RecordSubject out;
  out.kind = kKinds[static_cast<size_t>(std::ranges::find(kNames, name) - kNames.begin())];
  SUYUAN_ASSIGN_OR_RETURN(out.id, ParseId(out.kind, *id.if_string()));
  return out;
}

Result<json::Value> DescribeSubject(const RecordSubject& subject) {
  const auto* kind = std::ranges::find(kKinds, subject.kind);
  if (kind == kKinds.end()) return FormatError("no record is about such an entity");
  const bool text = subject.kind == EntityKind::kParty || subject.kind == EntityKind::kCode ||
                    subject.kind == EntityKind::kCatalogNode;
  std::string id = subject.id;
  if (subject.kind == EntityKind::kNode) {
    id = HexEncode(subject.id);
  } else if (!text) {
    SUYUAN_ASSIGN_OR_RETURN(const EntityId entity, EntityId::From(subject.id));
    id = ToString(entity);
  }
  const std::string_view name = kNames[static_cast<size_t>(kind - kKinds.begin())];
  return json::Value(json::Object{{std::string(name), std::move(id)}});
}

Status CheckNames(const json::Value& value, std::span<const std::string_view> known,
                  std::string_view what) {
  const json::Object* object = value.if_object();
  if (object == nullptr) return FormatError(std::string(what) + " is a JSON object");
  for (const auto& [name, member] : *object) {
    if (std::ranges::find(known, name) == known.end())
      return FormatError(std::string(what) + " has no \"" + name + "\"" + DidYouMean(name, known));
  }
  return {};
}

}  // namespace suyuan::contracts
