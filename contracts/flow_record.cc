#include "contracts/flow_record.h"

#include <algorithm>

#include "common/codec.h"
#include "contracts/entity_access.h"
#include "contracts/field_numbers.h"
#include "contracts/flow_work.h"
#include "contracts/identifiers/trace_code.h"
#include "contracts/party.h"
#include "ledger/sealing/field.h"

namespace suyuan::contracts {
namespace {

namespace f = flow_field;
using ledger::EntityKind;

// The side that the sender is not must be of a kind that is said, the own one is registered.
Status ReadSides(const TxContext& ctx, uint32_t record, Flow& flow) {
  const RecordView view(ctx.record(record));
  if (!MovesHolder(flow.type)) return {};
  flow.giver_kind = ParseSideKind(view.Text(f::kSupplierKind));
  flow.receiver_kind = ParseSideKind(view.Text(f::kBuyerKind));
  const bool giver = flow.giver_kind == SideKind::kRegistered;
  const bool receiver = flow.receiver_kind == SideKind::kRegistered;
  if (flow.type == FlowType::kPurchase) {
    flow.receiving = true;
  } else if (flow.type != FlowType::kSale) {
    flow.receiving = giver && receiver ? view.Text(f::kSenderSide) == "receiving" : receiver;
  }
  if (flow.receiving ? receiver : giver) return {};
  return RefuseAt({record, flow.receiving ? f::kBuyerKind : f::kSupplierKind}, ErrorCode::kFormat,
                  "the sender's own side is a registered party");
}

Flow ReadHead(const TxContext& ctx, uint32_t record) {
  const RecordView view(ctx.record(record));
  Flow flow;
  flow.type = ParseFlowType(view.Text(f::kFlowType)).value();
  flow.recorder = ctx.tx.core.submitter;
  flow.recorded_ms = ctx.block_time_ms;
  flow.part_sale = view.Flag(f::kPartSale);
  flow.foreign = view.Flag(f::kForeignDeclared);
  return flow;
}

void KeepSealedSide(const TxContext& ctx, uint32_t record, Flow& flow) {
  if (!MovesHolder(flow.type)) return;
  const uint16_t field = flow.receiving ? f::kSellerCode : f::kBuyerCode;
  const ledger::Leaf* leaf = ctx.record(record).Find(field);
  if (leaf == nullptr || leaf->mode != ledger::LeafMode::kHidden) return;
  const ledger::Core& core = ctx.tx.core;
  flow.sealed = SealedSide{sealing::SealingContext(core.ledger_id, core.submitter, core.nonce),
                           leaf->commitment, record, field};
}

// PS 5.1: a carrier records what the holder, who signs along, lets it carry.
Status ReadCarrier(const TxContext& ctx, uint32_t record, Flow& flow) {
  const auto holder = Cosigner(ctx);
  const bool carried = flow.type == FlowType::kTransport || flow.type == FlowType::kStorage ||
                       flow.type == FlowType::kDelivery;
  if (holder && !carried)
    return RefuseAt({record}, ErrorCode::kAuthz, "this flow has no second signer");
  if (holder) {
    flow.other = *holder;
    return {};
  }
  return RequireType(ctx, kManufacturer | kDistributor);
}

// General rule (6) of section 6.
Status CheckSender(const TxContext& ctx, uint32_t record, const Flow& flow) {
  const auto entity = LoadEntity(ctx.state, EntityKind::kParty, ctx.tx.core.submitter.view());
  const bool way_back = flow.type == FlowType::kReturn || flow.type == FlowType::kRecallReturn;
  if (entity->state != EntityState::kSuspended || way_back) return {};
  return RefuseAt({record}, ErrorCode::kState, "a suspended party records returns only");
}

Status CheckDocuments(const TxContext& ctx, uint32_t record, const Flow& flow) {
  bool disposal = flow.type != FlowType::kDisposal;
  for (uint16_t item = 0; ctx.record(record).Find(f::kFlowDocs, item) != nullptr; ++item) {
    SUYUAN_ASSIGN_OR_RETURN(const UsableDocument doc,
                            FindDocument(ctx, {record, f::kFlowDocs, item}, {}));
    disposal = disposal || doc.document.type == DocType::kDisposalRecord;
  }
  if (disposal) return {};
  return RefuseAt({record, f::kFlowDocs}, ErrorCode::kDoc,
                  "no disposal record among the documents");
}

Status ReadRef(const TxContext& ctx, uint32_t record, const std::optional<EntityId>& replaced,
               Flow& flow) {
  const Place place{record, f::kFlowRef};
  const std::string text = RecordView(ctx.record(record)).Text(f::kFlowRef);
  if (text.empty()) {
    if (!replaced) return {};
    return RefuseAt(place, ErrorCode::kMissing, "a replacement names the flow that it replaces");
  }
  flow.ref = ParseEntityId(text).value();
  if (replaced && flow.ref != *replaced)
    return RefuseAt(place, ErrorCode::kRef, "the replacement names another flow");
  if (!LoadEntity(ctx.state, EntityKind::kFlow, flow.ref.view()))
    return RefuseAt(place, ErrorCode::kRef, "the flow does not exist");
  return {};
}

// Goods of no code of this ledger are sold on from a record of them (D-36).
Status CheckForeignSource(const TxContext& ctx, uint32_t record, const Flow& flow,
                          const std::optional<EntityId>& replaced) {
  const Place place{record, f::kFlowRef};
  if (flow.ref.is_zero()) {
    if (flow.type == FlowType::kPurchase) return {};
    return RefuseAt(place, ErrorCode::kMissing, "foreign goods go on from the record of them");
  }
  const auto entity = LoadEntity(ctx.state, EntityKind::kFlow, flow.ref.view());
  const Flow source = DecodeFlow(entity->content);
  const bool side = source.recorder == flow.recorder || source.other == flow.recorder;
  const bool stands = entity->state != EntityState::kVoided || replaced;
  if (source.foreign && side && stands) return {};
  return RefuseAt(place, ErrorCode::kRef, "not a standing record of foreign goods of the sender");
}

Status TakeForeign(TxContext& ctx, uint32_t record, const EntityId& id, const Flow& flow) {
  for (const ledger::Leaf& leaf : ctx.record(record).leaves) {
    if (leaf.field != f::kFlowCodes) continue;
    const Place place{record, leaf.field, leaf.item};
    SUYUAN_ASSIGN_OR_RETURN(const json::Value value, json::Parse(leaf.value));
    const std::string* text = value.if_string();
    if (text == nullptr)
      return RefuseAt(place, ErrorCode::kFormat, "foreign goods are named one by one");
    if (ParseCanonicalCode(*text).ok() && UnitBook(ctx.state).Find(*text))
      return RefuseAt(place, ErrorCode::kRef, "this is a code of this ledger");
    // Longer texts than any code of a scheme cannot be filed later.
    if (*text == "none" || text->size() > kCanonicalCodeBytesMax) continue;
    Writer key;
    key.Raw(*text).U8(0).Raw(id);
    ctx.state.Put(Namespace::kForeignGoods, key.bytes(), {});
  }
  if (flow.type == FlowType::kPurchase && flow.ref.is_zero()) {
    ctx.effects.push_back(
        {EffectKind::kAlert, record, EntityKind::kFlow, id.str(), "FOREIGN_GOODS"});
  }
  return {};
}

EntityState FirstState(const Flow& flow) {
  if (!MovesHolder(flow.type)) return EntityState::kConfirmed;
  return flow.other_kind() == SideKind::kRegistered ? EntityState::kPending
                                                    : EntityState::kOneSided;
}

Status TakeGoods(TxContext& ctx, UnitBook& book, uint32_t record, size_t& codes, const EntityId& id,
                 Flow& flow) {
  GoodsReader reader(ctx, book, record);
  SUYUAN_ASSIGN_OR_RETURN(const std::vector<NamedGoods> named, reader.Read(codes));
  FlowWork work(ctx, book, record, id, flow);
  SUYUAN_RETURN_IF_ERROR(work.Take(named, reader));
  if (FirstState(flow) != EntityState::kPending) {
    SUYUAN_RETURN_IF_ERROR(work.Move());
  } else if (flow.receiving) {
    ctx.state.Put(Namespace::kPendingReceipt,
                  PendingReceiptKey(flow.recorder, named.front().item.code, id), {});
  } else {
    work.Reserve();
  }
  if (work.gap_opened()) {
    ctx.effects.push_back({EffectKind::kAlert, record, EntityKind::kFlow, id.str(), "HOLDER_GAP"});
  }
  return {};
}

}  // namespace

Bytes PendingReceiptKey(const PartyId& receiver, ByteView code,
                        const std::optional<EntityId>& flow) {
  Writer key;
  key.Raw(receiver).Sized8(code);
  if (flow) key.Raw(*flow);
  return key.Take();
}

std::optional<PartyId> Cosigner(const TxContext& ctx) {
  for (const ledger::Signer& signer : ctx.tx.core.signers) {
    if (signer.role == ledger::SignerRole::kCounterparty) return signer.party;
  }
  return std::nullopt;
}

void SaveFlow(TxContext& ctx, uint32_t record, const EntityId& id, Entity entity, const Flow& flow,
              EntityState state, bool new_version) {
  entity.state = state;
  entity.content = EncodeFlow(flow);
  SaveEntity(ctx, {record, EntityKind::kFlow, id.view(), EffectKind::kChanged, new_version},
             std::move(entity));
}

Status CheckFlowRecord(const TxContext& ctx, uint32_t record) {
  const ledger::Record& r = ctx.record(record);
  if (r.schema != f::kSection || r.subject_kind != EntityKind::kNone)
    return RefuseAt({record}, ErrorCode::kFormat, "expected a record of a new flow");
  return CheckRecord(r, {.record_index = record});
}

Status RecordFlow(TxContext& ctx, UnitBook& book, uint32_t record, size_t& codes,
                  const std::optional<EntityId>& replaced) {
  Flow flow = ReadHead(ctx, record);
  SUYUAN_RETURN_IF_ERROR(ReadSides(ctx, record, flow));
  if (!replaced) SUYUAN_RETURN_IF_ERROR(ReadCarrier(ctx, record, flow));
  SUYUAN_RETURN_IF_ERROR(CheckSender(ctx, record, flow));
  SUYUAN_RETURN_IF_ERROR(CheckDocuments(ctx, record, flow));
  SUYUAN_RETURN_IF_ERROR(ReadRef(ctx, record, replaced, flow));
  KeepSealedSide(ctx, record, flow);
  const EntityId id = ledger::EntityIdOf(ctx.tx.id, record);
  if (flow.foreign) {
    SUYUAN_RETURN_IF_ERROR(CheckForeignSource(ctx, record, flow, replaced));
    SUYUAN_RETURN_IF_ERROR(TakeForeign(ctx, record, id, flow));
    flow.moved = FirstState(flow) != EntityState::kPending;
  } else {
    SUYUAN_RETURN_IF_ERROR(TakeGoods(ctx, book, record, codes, id, flow));
  }
  Entity entity;
  entity.state = FirstState(flow);
  entity.content = EncodeFlow(flow);
  CreateEntity(ctx, {record, EntityKind::kFlow, id.view()}, std::move(entity), flow.recorder);
  return {};
}

}  // namespace suyuan::contracts
