#include "contracts/flow.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "common/check.h"
#include "common/codec.h"
#include "contracts/field_numbers.h"

namespace suyuan::contracts {
namespace {

constexpr std::array<std::string_view, 9> kTypeWords = {"sale",          "purchase", "transport",
                                                        "storage",       "delivery", "return",
                                                        "recall_return", "disposal", "use"};
constexpr std::array<std::string_view, 3> kSideWords = {"registered_party", "external_org",
                                                        "consumer"};
constexpr uint8_t kReceivingFlag = 1, kPartFlag = 2, kForeignFlag = 4, kMovedFlag = 8,
                  kRulingFlag = 16, kSealedFlag = 32;
constexpr uint8_t kSharedGoods = 1, kInsideGoods = 2, kGapGoods = 4, kWasInsideGoods = 8;

// Values that repeat, each written once and named by its position from 1.
template <typename T>
class Table {
 public:
  uint16_t PositionOf(const T& value) {
    const auto [it, first] = positions_.try_emplace(value, positions_.size() + 1);
    if (first) values_.push_back(value);
    SUYUAN_CHECK(values_.size() <= UINT16_MAX, "a flow names more than its limit");
    return static_cast<uint16_t>(it->second);
  }
  const std::vector<T>& values() const { return values_; }

 private:
  std::map<T, size_t> positions_;
  std::vector<T> values_;
};
using Before = std::tuple<EntityState, PartyId, EntityId>;

size_t SharedPrefix(ByteView a, ByteView b) {
  const size_t limit = std::min<size_t>({a.size(), b.size(), UINT8_MAX});
  size_t n = 0;
  while (n < limit && a[n] == b[n]) ++n;
  return n;
}

uint8_t FlagsOf(const FlowGoods& goods) {
  return static_cast<uint8_t>((goods.shared ? kSharedGoods : 0) |
                              (goods.inside ? kInsideGoods : 0) | (goods.in_gap ? kGapGoods : 0) |
                              (goods.was_inside ? kWasInsideGoods : 0));
}

void WriteGoods(Writer& out, const std::vector<FlowGoods>& all) {
  Table<EntityId> batches;
  Table<Before> befores;
  Writer items;
  ByteView last;
  for (const FlowGoods& goods : all) {
    items.U8(FlagsOf(goods));
    items.U16(goods.batch.is_zero() ? 0 : batches.PositionOf(goods.batch));
    uint16_t before = 0;
    if (goods.before) {
      const Standing& s = *goods.before;
      before = befores.PositionOf({s.state, s.holder, s.last_flow});
    }
    const size_t shared = SharedPrefix(last, goods.code);
    items.U16(before).U8(static_cast<uint8_t>(shared)).Sized8(ByteView(goods.code).substr(shared));
    last = goods.code;
  }
  out.U16(static_cast<uint16_t>(batches.values().size()));
  for (const EntityId& batch : batches.values()) out.Raw(batch);
  out.U16(static_cast<uint16_t>(befores.values().size()));
  for (const auto& [state, holder, last_flow] : befores.values())
    out.U8(static_cast<uint8_t>(state)).Raw(holder).Raw(last_flow);
  out.U32(static_cast<uint32_t>(all.size())).Raw(items.bytes());
}

FlowGoods ReadOne(Reader& in, const std::vector<EntityId>& batches,
                  const std::vector<Standing>& befores, ByteView last) {
  FlowGoods goods;
  const uint8_t flags = in.U8();
  goods.shared = (flags & kSharedGoods) != 0;
  goods.inside = (flags & kInsideGoods) != 0;
  goods.in_gap = (flags & kGapGoods) != 0;
  goods.was_inside = (flags & kWasInsideGoods) != 0;
  const uint16_t batch = in.U16(), before = in.U16();
  SUYUAN_CHECK(batch <= batches.size() && before <= befores.size(), "flow value");
  if (batch != 0) goods.batch = batches[batch - 1u];
  if (before != 0) goods.before = befores[before - 1u];
  goods.code = std::string(last.substr(0, in.U8()));
  goods.code += in.Sized8();
  return goods;
}

void ReadGoods(Reader& in, std::vector<FlowGoods>& all) {
  std::vector<EntityId> batches(in.U16());
  for (EntityId& batch : batches) batch = in.Take<EntityId>();
  std::vector<Standing> befores(in.U16());
  for (Standing& before : befores) {
    before.state = static_cast<EntityState>(in.U8());
    before.holder = in.Take<PartyId>();
    before.last_flow = in.Take<EntityId>();
  }
  const uint32_t count = in.U32();
  all.reserve(count);
  for (uint32_t i = 0; i < count && !in.failed(); ++i)
    all.push_back(ReadOne(in, batches, befores, i == 0 ? ByteView() : ByteView(all.back().code)));
}

}  // namespace

std::optional<FlowType> ParseFlowType(std::string_view word) {
  const auto it = std::ranges::find(kTypeWords, word);
  if (it == kTypeWords.end()) return std::nullopt;
  return static_cast<FlowType>(it - kTypeWords.begin() + 1);
}

std::string_view ToString(FlowType type) { return kTypeWords[static_cast<size_t>(type) - 1]; }

bool MovesHolder(FlowType type) {
  return type == FlowType::kSale || type == FlowType::kPurchase || type == FlowType::kReturn ||
         type == FlowType::kRecallReturn;
}

std::span<const uint16_t> ConfirmationFields() {
  namespace f = flow_field;
  static constexpr uint16_t kFields[] = {
      f::kBuyerName,         f::kBuyerAddress, f::kBuyerContact,   f::kSaleTime,
      f::kSupplierName,      f::kPurchaseTime, f::kEventTime,      f::kSaleQuantity,
      f::kDestinationRegion, f::kUnitPrice,    f::kAmount,         f::kSaleChannel,
      f::kConsumerSegment,   f::kStageContact, f::kCollectionMode, f::kCapturedBy,
      f::kFlowDocs};
  return kFields;
}

std::vector<uint16_t> OwedByConfirming(FlowType type) {
  namespace f = flow_field;
  if (type == FlowType::kSale) return {f::kPurchaseTime, f::kCollectionMode};
  if (type != FlowType::kPurchase) return {};
  return {f::kBuyerName, f::kBuyerAddress,      f::kBuyerContact,
          f::kSaleTime,  f::kDestinationRegion, f::kCollectionMode};
}

SideKind ParseSideKind(std::string_view word) {
  const auto it = std::ranges::find(kSideWords, word);
  if (it == kSideWords.end()) return SideKind::kNone;
  return static_cast<SideKind>(it - kSideWords.begin() + 1);
}

Bytes EncodeFlow(const Flow& flow) {
  Writer out;
  out.U8(static_cast<uint8_t>(flow.type));
  out.U8(static_cast<uint8_t>(
      (flow.receiving ? kReceivingFlag : 0) | (flow.part_sale ? kPartFlag : 0) |
      (flow.foreign ? kForeignFlag : 0) | (flow.moved ? kMovedFlag : 0) |
      (flow.ruling_asked ? kRulingFlag : 0) | (flow.sealed ? kSealedFlag : 0)));
  out.U8(static_cast<uint8_t>(flow.giver_kind)).U8(static_cast<uint8_t>(flow.receiver_kind));
  out.Raw(flow.recorder).Raw(flow.other).U64(flow.recorded_ms).U64(flow.moved_ms);
  out.U64(flow.disputed_ms).Raw(flow.ref).U32(flow.gaps);
  if (flow.sealed) {
    out.Raw(flow.sealed->context).Raw(flow.sealed->commitment);
    out.U32(flow.sealed->record).U16(flow.sealed->field);
  }
  WriteGoods(out, flow.goods);
  return out.Take();
}

Flow DecodeFlow(ByteView content) {
  Reader in(content);
  Flow flow;
  flow.type = static_cast<FlowType>(in.U8());
  const uint8_t flags = in.U8();
  flow.receiving = (flags & kReceivingFlag) != 0;
  flow.part_sale = (flags & kPartFlag) != 0;
  flow.foreign = (flags & kForeignFlag) != 0;
  flow.moved = (flags & kMovedFlag) != 0;
  flow.ruling_asked = (flags & kRulingFlag) != 0;
  flow.giver_kind = static_cast<SideKind>(in.U8());
  flow.receiver_kind = static_cast<SideKind>(in.U8());
  flow.recorder = in.Take<PartyId>();
  flow.other = in.Take<PartyId>();
  flow.recorded_ms = in.U64();
  flow.moved_ms = in.U64();
  flow.disputed_ms = in.U64();
  flow.ref = in.Take<EntityId>();
  flow.gaps = in.U32();
  if ((flags & kSealedFlag) != 0) {
    SealedSide side;
    side.context = in.Take<Hash>();
    side.commitment = in.Take<Hash>();
    side.record = in.U32();
    side.field = in.U16();
    flow.sealed = side;
  }
  ReadGoods(in, flow.goods);
  SUYUAN_CHECK(in.Finish("flow").ok(), "flow value");
  return flow;
}

}  // namespace suyuan::contracts
