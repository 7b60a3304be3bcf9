#include "contracts/builder_record.h"

#include <algorithm>
#include <map>

#include "common/agreement.h"
#include "common/suggest.h"
#include "contracts/field_numbers.h"
#include "contracts/flow.h"

namespace suyuan::contracts {
namespace {

using LeafDraft = ledger::RecordDraft::LeafDraft;
using ledger::LeafMode;

// A core of 4 KiB carries the audiences of five classes in so many records, and signers.
constexpr uint32_t kRecordsApartMax = 8;

// Equal audience ids would tell who the hidden readers are: CHAIN = CPTY that the maker is a side,
// CPTY = REG that the other side has no key here, and two records that they are sold to one buyer.
// And a list that outgrows 8 wraps would tell that a side comes from another province.
sealing::TransactionSealer::AudienceKind KindOf(DisclosureClass disclosure, uint32_t record,
                                                uint32_t records) {
  const bool sides = disclosure == DisclosureClass::kCpty || disclosure == DisclosureClass::kChain;
  const uint64_t apart = records <= kRecordsApartMax ? record : 0;
  return {apart << 8 | static_cast<uint8_t>(disclosure),
          sides ? 2 * sealing::kWrapsMin : sealing::kWrapsMin};
}

bool IsNotApplicable(const json::Value& value) {
  const json::Value* mark = value.Find("not_applicable");
  return mark != nullptr && mark->if_bool() != nullptr && *mark->if_bool() &&
         value.if_object()->size() == 1;
}

class RecordBuilder {
 public:
  RecordBuilder(uint32_t index, bool partial, const Sealer& sealer, ledger::RecordDraft& draft)
      : index_(index),
        partial_(partial),
        sealer_(sealer),
        draft_(draft),
        section_(static_cast<uint8_t>(draft.schema)) {}

  Result<OpenedValues> Run(const json::Value& fields) {
    fields_ = &fields;
    SUYUAN_RETURN_IF_ERROR(ReadNames(fields));
    // The class of a document's content stands in the record itself, so clear fields come first.
    for (const auto& [field, value] : given_) {
      if (IsClear(field->disclosure))
        SUYUAN_RETURN_IF_ERROR(AddField(*field, *value, field->disclosure));
    }
    SortLeaves(draft_);
    SUYUAN_RETURN_IF_ERROR(AddContentAndHidden());
    SUYUAN_RETURN_IF_ERROR(partial_ ? AddUnanswered() : AddAbsent());
    SortLeaves(draft_);
    return std::move(sealed_);
  }

 private:
  struct ByNumber {
    bool operator()(const FieldInfo* a, const FieldInfo* b) const { return a->number < b->number; }
  };

  Error Place(Error error, const FieldInfo* field, uint16_t item = 0) const {
    error.record = index_;
    if (field != nullptr) {
      error.field = field->number;
      error.item = item;
    }
    return error;
  }

  Status ReadNames(const json::Value& fields) {
    const json::Object* object = fields.if_object();
    if (object == nullptr)
      return Place({ErrorCode::kFormat, "\"fields\" is an object of identifiers and values"},
                   nullptr);
    for (const auto& [name, value] : *object) {
      const FieldInfo* field = FindField(section_, name);
      if (field == nullptr) {
        std::vector<std::string_view> known;
        for (const FieldInfo& candidate : FieldsOfSection(section_))
          known.push_back(candidate.identifier);
        return Place({ErrorCode::kFormat, "unknown field \"" + name + "\" of a " +
                                              std::string(SectionName(section_)) + " record" +
                                              DidYouMean(name, known)},
                     nullptr);
      }
      given_.emplace(field, &value);
    }
    return {};
  }

  Status AddContentAndHidden() {
    const ledger::Record so_far = ViewOfDraft(draft_);
    const RecordView view(so_far);
    std::vector<std::pair<const FieldInfo*, DisclosureClass>> rest;
    for (const auto& [field, value] : given_) {
      if (!IsClear(field->disclosure)) rest.emplace_back(field, EffectiveClass(*field, view));
    }
    for (const auto& [field, disclosure] : rest)
      SUYUAN_RETURN_IF_ERROR(AddField(*field, *given_.at(field), disclosure));
    return {};
  }

  Status AddField(const FieldInfo& field, const json::Value& value, DisclosureClass disclosure) {
    if (IsNotApplicable(value)) {
      AddNotApplicable(field.number);
      return {};
    }
    if (!field.list) return AddItem(field, value, 0, disclosure);
    const json::Array* items = value.if_array();
    if (items == nullptr)
      return Place({ErrorCode::kFormat, std::string(field.identifier) + ": expected an array"},
                   &field);
    auto expanded = ExpandRanges(*items);
    if (!expanded.ok()) return Place(std::move(expanded).error(), &field);
    for (size_t i = 0; i < expanded->size(); ++i)
      SUYUAN_RETURN_IF_ERROR(AddItem(field, (*expanded)[i], static_cast<uint16_t>(i), disclosure));
    return {};
  }

  Status AddItem(const FieldInfo& field, const json::Value& value, uint16_t item,
                 DisclosureClass disclosure) {
    auto normal = NormaliseValue(field, value);
    if (!normal.ok()) return Place(std::move(normal).error(), &field, item);
    if (Status status = CheckValue(field, *normal); !status.ok())
      return Place(std::move(status).error(), &field, item);
    if (!IsClear(disclosure)) return AddSealed(field, item, disclosure, *std::move(normal));
    LeafDraft& leaf = draft_.leaves.emplace_back();
    leaf.field = field.number;
    leaf.item = item;
    leaf.value = json::Canonical(*normal);
    return {};
  }

  void AddNotApplicable(uint16_t field) {
    LeafDraft& leaf = draft_.leaves.emplace_back();
    leaf.field = field;
    leaf.mode = LeafMode::kNotApplicable;
  }

  Result<uint8_t> AudienceOf(DisclosureClass disclosure) {
    if (auto known = audiences_.find(disclosure); known != audiences_.end()) return known->second;
    if (!sealer_.readers)
      return Error{ErrorCode::kConfig, "it has fields to seal, and nobody is named to read them"};
    std::optional<EntityId> flow;
    if (draft_.subject_kind == ledger::EntityKind::kFlow) {
      SUYUAN_ASSIGN_OR_RETURN(flow, EntityId::From(draft_.subject));
    }
    SUYUAN_ASSIGN_OR_RETURN(auto readers, sealer_.readers(disclosure, *fields_, flow));
    SUYUAN_ASSIGN_OR_RETURN(
        const uint8_t id,
        sealer_.fields.AudienceOf(std::move(readers), KindOf(disclosure, index_, sealer_.records)));
    return audiences_.emplace(disclosure, id).first->second;
  }

  Status AddSealed(const FieldInfo& field, uint16_t item, DisclosureClass disclosure,
                   std::optional<json::Value> value) {
    const auto audience = AudienceOf(disclosure);
    if (!audience.ok()) return Place(audience.error(), &field, item);
    auto bytes = value ? std::optional(json::Canonical(*value)) : std::nullopt;
    auto leaf = sealer_.fields.Seal({index_, field.number, item}, *audience, bytes);
    if (bytes) Wipe(*bytes);
    if (!leaf.ok()) return leaf.error();
    draft_.leaves.push_back(*std::move(leaf));
    sealed_.insert_or_assign({field.number, item}, std::move(value));
    return {};
  }

  // not_applicable where it follows from the other fields, and empty sealed leaves, so that nobody
  // learns from a record which optional sealed fields have a value.
  Status AddAbsent() {
    SortLeaves(draft_);
    const ledger::Record so_far = ViewOfDraft(draft_);
    const RecordView view(so_far);
    std::vector<uint16_t> not_applicable;
    std::vector<std::pair<const FieldInfo*, DisclosureClass>> sealed;
    for (const FieldInfo& field : FieldsOfSection(section_)) {
      if (field.obligation == Obligation::kSystem || so_far.Find(field.number) != nullptr) continue;
      const Due due = DueOf(field, view);
      if (due == Due::kNotDue && field.disclosure == DisclosureClass::kPubc)
        not_applicable.push_back(field.number);
      if (due == Due::kOpen && NeedsSealedLeaf(field, view))
        sealed.emplace_back(&field, EffectiveClass(field, view));
    }
    for (uint16_t field : not_applicable) AddNotApplicable(field);
    for (const auto& [field, disclosure] : sealed)
      SUYUAN_RETURN_IF_ERROR(AddSealed(*field, 0, disclosure, std::nullopt));
    return {};
  }

  // The same of what a confirming side states of its flow, which is a step and not all of it.
  Status AddUnanswered() {
    if (section_ != flow_field::kSection) return {};
    for (const uint16_t number : ConfirmationFields()) {
      const FieldInfo& field = *FindField(number);
      if (IsClear(field.disclosure) || given_.contains(&field)) continue;
      SUYUAN_RETURN_IF_ERROR(AddSealed(field, 0, field.disclosure, std::nullopt));
    }
    return {};
  }

  const uint32_t index_;
  const bool partial_;
  const Sealer& sealer_;
  const json::Value* fields_ = nullptr;
  std::map<DisclosureClass, uint8_t> audiences_;  // of the classes sealed in this record
  OpenedValues sealed_;
  ledger::RecordDraft& draft_;
  const uint8_t section_;
  std::map<const FieldInfo*, const json::Value*, ByNumber> given_;
};

}  // namespace

void SortLeaves(ledger::RecordDraft& draft) {
  std::ranges::stable_sort(draft.leaves, [](const LeafDraft& a, const LeafDraft& b) {
    return std::pair(a.field, a.item) < std::pair(b.field, b.item);
  });
}

ledger::Record ViewOfDraft(const ledger::RecordDraft& draft) {
  ledger::Record record;
  record.schema = draft.schema;
  record.schema_version = draft.schema_version;
  record.subject_kind = draft.subject_kind;
  record.subject = draft.subject;
  for (const LeafDraft& leaf : draft.leaves) {
    record.leaves.push_back({.field = leaf.field,
                             .item = leaf.item,
                             .mode = leaf.mode,
                             .value = leaf.value,
                             .audience = leaf.audience,
                             .padded_length = leaf.padded_length,
                             .commitment = leaf.commitment,
                             .content_hash = leaf.content_hash,
                             .bytes = {}});
  }
  return record;
}

Result<OpenedValues> BuildFields(const json::Value& fields, uint32_t record_index, bool partial,
                                 const Sealer& sealer, ledger::RecordDraft& draft) {
  return RecordBuilder(record_index, partial, sealer, draft).Run(fields);
}

}  // namespace suyuan::contracts
