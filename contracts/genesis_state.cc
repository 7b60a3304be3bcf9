#include "contracts/genesis_state.h"

#include "common/codec.h"
#include "common/hash.h"
#include "contracts/catalog_record.h"
#include "contracts/entity.h"
#include "contracts/entity_access.h"
#include "contracts/field_numbers.h"
#include "contracts/member.h"
#include "contracts/party.h"
#include "contracts/record_view.h"
#include "contracts/rules.h"

namespace suyuan::contracts {
namespace {

using ledger::EntityKind;

// Nothing was there before genesis.
class EmptyState final : public StateReader {
 public:
  std::optional<Bytes> Get(Namespace, ByteView) const override { return std::nullopt; }
  void Scan(Namespace, ByteView, const std::function<bool(ByteView, ByteView)>&) const override {}
  std::optional<std::pair<Bytes, Bytes>> LastAtMost(Namespace, ByteView) const override {
    return std::nullopt;
  }
};

// A record as if it had come in a transaction, so that readers find the fields of founding entities
// where they find all others. Owns the bytes that the record's views point into.
struct BuiltRecord {
  ledger::RecordDraft draft;
  std::vector<Bytes> leaves;
  ledger::Record record;
};

void AddField(BuiltRecord& built, uint16_t field, uint16_t item, const json::Value& value) {
  ledger::RecordDraft::LeafDraft leaf;
  leaf.field = field;
  leaf.item = item;
  leaf.value = json::Canonical(value);
  built.draft.leaves.push_back(std::move(leaf));
}

// Lays the leaves out as a transaction of one record would.
void Finish(BuiltRecord& built) {
  ledger::TransactionDraft draft;
  draft.records.push_back(built.draft);
  built.leaves = std::move(ledger::EncodeUnsigned(draft).record_leaves.at(0));
  built.record.schema = built.draft.schema;
  for (size_t i = 1; i < built.leaves.size(); ++i) {
    Reader in(built.leaves[i]);
    ledger::Leaf leaf;
    leaf.field = in.U16();
    leaf.item = in.U16();
    leaf.mode = static_cast<ledger::LeafMode>(in.U8());
    leaf.value = in.Sized();
    leaf.bytes = built.leaves[i];
    built.record.leaves.push_back(leaf);
  }
}

class Builder {
 public:
  explicit Builder(const GenesisSeed& seed) : seed_(seed), state_(empty_) {}

  Result<std::vector<ledger::StateWrite>> Run() {
    for (const FoundingParty& party : seed_.parties) AddParty(party);
    for (size_t i = 0; i < seed_.catalogue.size(); ++i)
      SUYUAN_RETURN_IF_ERROR(AddNode(seed_.catalogue[i], static_cast<uint32_t>(i)));
    for (const auto& [name, value] : seed_.rules) {
      SUYUAN_RETURN_IF_ERROR(CheckRule(name, value));
      state_.Put(Namespace::kRule, name, EncodeRuleVersions({{Height(0), json::Canonical(value)}}));
    }
    const std::vector<ledger::Member>& members = seed_.configuration.members;
    for (size_t i = 0; i < members.size(); ++i)
      AddMember({static_cast<uint32_t>(i + 1), members[i]});
    state_.Put(Namespace::kConfiguration, "current",
               EncodeMembersInForce({Height(0), seed_.configuration, std::nullopt}));
    return state_.TakeWrites();
  }

 private:
  void AddParty(const FoundingParty& founding);
  void AddMember(const MemberNode& node);
  Status AddNode(const json::Value& fields, uint32_t index);
  void Save(EntityKind kind, ByteView id, EntityState state, Bytes content,
            const BuiltRecord& built);

  const GenesisSeed& seed_;
  EmptyState empty_;
  Overlay state_;
};

void Builder::Save(EntityKind kind, ByteView id, EntityState state, Bytes content,
                   const BuiltRecord& built) {
  Entity entity;
  entity.state = state;
  entity.content = std::move(content);
  entity.AddEvent(TxId{}, 0);
  state_.Put(NamespaceOf(kind), id, EncodeEntity(entity));
  // Without leaf 0, as the records of transactions are kept. Parties speak for themselves.
  StoredRecord stored;
  stored.time_ms = seed_.time_ms;
  if (kind == EntityKind::kParty) stored.submitter = *PartyId::From(id);
  stored.leaves.assign(built.leaves.begin() + 1, built.leaves.end());
  state_.Put(Namespace::kRecord, RecordKey(kind, id, entity.version), EncodeStoredRecord(stored));
}

void Builder::AddParty(const FoundingParty& founding) {
  Party party;
  party.types = founding.types;
  party.region = founding.region;
  party.signing_key = founding.signing_key;
  party.sealing_key = founding.sealing_key;
  party.recovery_key = founding.recovery_key;
  party.escrow_key = founding.escrow_key;
  party.filing_time_ms = seed_.time_ms;
  party.node_code = NodeCodeOf(founding.region, founding.party);
  party.name = founding.name;

  namespace f = party_field;
  BuiltRecord built;
  built.draft.schema = f::kSection;
  AddField(built, f::kPartyCode, 0, ToString(founding.party));
  AddField(built, f::kPartyType, 0, PartyTypeWords(founding.types));
  AddField(built, f::kPartyName, 0, founding.name);
  AddField(built, f::kUscc, 0, ToString(founding.party));
  AddField(built, f::kRegionCode, 0, founding.region);
  AddField(built, f::kSigningKey, 0, ToHex(founding.signing_key));
  AddField(built, f::kSealingKey, 0, ToHex(founding.sealing_key));
  if (founding.recovery_key) AddField(built, f::kRecoveryKey, 0, ToHex(*founding.recovery_key));
  if (founding.escrow_key) AddField(built, f::kEscrowKey, 0, ToHex(*founding.escrow_key));
  Finish(built);
  Save(EntityKind::kParty, founding.party.view(), EntityState::kActive, EncodeParty(party), built);
  state_.Put(Namespace::kKey, KeyIdOf(Suite::kEd25519, founding.signing_key).view(),
             EncodeKeyEntry({founding.party, Height(0), Height(0)}));
  if (party.Is(kRegulator)) state_.Put(Namespace::kRegulator, founding.party.view(), "");
}

void Builder::AddMember(const MemberNode& node) {
  namespace f = node_field;
  const ledger::Member& member = node.member;
  BuiltRecord built;
  built.draft.schema = f::kSection;
  AddField(built, f::kNodeParty, 0, ToString(member.party));
  AddField(built, f::kNodeLabel, 0, member.node);
  AddField(built, f::kNodeKey, 0, ToHex(member.node_key));
  AddField(built, f::kLogKey, 0, ToHex(member.log_key));
  AddField(built, f::kCosignerKey, 0, ToHex(member.cosigner_key));
  AddField(built, f::kPeerAddress, 0, member.peer_address);
  AddField(built, f::kApiAddress, 0, member.api_address);
  Finish(built);
  Save(EntityKind::kNode, NodeIdOf(member).view(),
       member.voter ? EntityState::kVoter : EntityState::kLearner, EncodeMemberNode(node), built);
}

Status Builder::AddNode(const json::Value& fields, uint32_t index) {
  namespace f = catalog_field;
  BuiltRecord built;
  built.draft.schema = f::kSection;
  const json::Object* members = fields.if_object();
  if (members == nullptr)
    return Error{ErrorCode::kConfig, "a catalogue node is an object"}.At(index);
  for (const auto& [identifier, value] : *members) {
    const FieldInfo* field = FindField(f::kSection, identifier);
    if (field == nullptr)
      return Error{ErrorCode::kConfig, "catalogue nodes have no field " + identifier}.At(index);
    const json::Array* items = field->list ? value.if_array() : nullptr;
    if (items == nullptr) {
      AddField(built, field->number, 0, value);
      continue;
    }
    for (size_t i = 0; i < items->size(); ++i)
      AddField(built, field->number, static_cast<uint16_t>(i), (*items)[i]);
  }
  Finish(built);
  SUYUAN_RETURN_IF_ERROR(CheckRecord(built.record, {.record_index = index}));
  const RecordView view(built.record);
  SUYUAN_ASSIGN_OR_RETURN(CatalogVersion version, ReadCatalogVersion(built.record, index));
  CatalogNode node;
  node.national = view.Text(f::kCatalogLevel) == "national";
  if (!node.national) node.region = view.Text(f::kCatalogRegion);
  node.parent = view.Text(f::kParentCategory);
  if (!node.parent.empty() && !LoadEntity(state_, EntityKind::kCatalogNode, node.parent)) {
    return Error{ErrorCode::kConfig, "the parent category stands before its children"}.At(
        index, f::kParentCategory);
  }
  node.versions.push_back(std::move(version));
  Save(EntityKind::kCatalogNode, view.Text(f::kCategoryCode), EntityState::kInForce,
       EncodeCatalogNode(node), built);
  return {};
}

}  // namespace

Result<std::vector<ledger::StateWrite>> MakeGenesisState(const GenesisSeed& seed) {
  return Builder(seed).Run();
}

}  // namespace suyuan::contracts
