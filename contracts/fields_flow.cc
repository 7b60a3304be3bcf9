// Field table: 4.5 Flow event (流向信息). One line a field, in the order of the numbers.
#include "contracts/field_numbers.h"
#include "contracts/fields_table.h"

namespace suyuan::contracts::table {
namespace {

namespace f = flow_field;
constexpr std::string_view kFlowTypes =
    "sale|purchase|transport|storage|delivery|return|recall_return|disposal|use";
constexpr std::string_view kSideKinds = "registered_party|external_org|consumer";
constexpr std::string_view kForeignGoods =
    "producer_name:text120!,product_name:text120!,reason:text500!";

// clang-format off
constexpr FieldInfo kTable[] = {
    {f::kFlowId, "flow_id", "流向记录标识", V::kEntity, 26, 26, kOne, S, MEM, kNone, "GR 4.1"},
    {f::kFlowType, "flow_type", "流向类型", V::kEnum, 0, 0, kOne, M, MEM, kFlowTypes, "PS 5.1; OG 6.4"},
    {f::kFlowCodes, "flow_codes", "涉及追溯码", V::kFlowCode, 0, 0, kList, M, MEM, kNone, "GR T2"},
    {f::kFlowBatches, "flow_batches", "涉及批次", V::kEntity, 26, 26, kList, C, MEM, kNone, "D-02"},
    {f::kFlowRef, "flow_ref", "关联流向", V::kEntity, 26, 26, kOne, O, MEM, kNone, "6.5"},
    {f::kBuyerKind, "buyer_kind", "购方类别", V::kEnum, 0, 0, kOne, C, MEM, kSideKinds, "6.5"},
    {f::kSupplierKind, "supplier_kind", "供方类别", V::kEnum, 0, 0, kOne, C, MEM, kSideKinds, "6.5"},
    {f::kSellerCode, "seller_code", "售方主体代码", V::kPartyCode, 18, 18, kOne, C, CPTY, kNone, "GR 4.1"},
    {f::kBuyerCode, "buyer_code", "购方主体代码", V::kPartyCode, 18, 18, kOne, C, CPTY, kNone, "6.5"},
    {f::kBuyerName, "buyer_name", "购方名称 / 客户名称", V::kText, 1, 120, kOne, C, CPTY, kNone, "GR T1, T2; OG 5.3.3.4 b"},
    {f::kBuyerAddress, "buyer_address", "购方地址", V::kText, 1, 200, kOne, C, CPTY, kNone, "GR T1; D-19"},
    {f::kBuyerContact, "buyer_contact", "购方联系方式", V::kPhoneOrMail, 0, 0, kOne, C, CPTY, kNone, "GR T1; D-19"},
    {f::kSaleTime, "sale_time", "销售时间 / 售出时间", V::kTime, 0, 0, kOne, C, CPTY, kNone, "GR T1, T2; OG 5.3.3.4 a"},
    {f::kSupplierName, "supplier_name", "供应商名称", V::kText, 1, 120, kOne, C, CPTY, kNone, "GR T2"},
    {f::kPurchaseTime, "purchase_time", "采购时间", V::kTime, 0, 0, kOne, C, CPTY, kNone, "GR T2"},
    {f::kEventTime, "event_time", "发生时间", V::kTime, 0, 0, kOne, C, CPTY, kNone, "PS 5.1"},
    {f::kSaleQuantity, "sale_quantity", "销售数量", V::kQuantity, 0, 0, kOne, C, CHAIN, kNone, "GR T1, T2; RC-02"},
    {f::kPartSale, "part_sale", "部分销售", V::kBoolean, 0, 0, kOne, C, MEM, kNone, "EN; D-39"},
    {f::kDestinationRegion, "destination_region", "流向区域", V::kRegion, 0, 0, kOne, C, CHAIN, kNone, "OG 6.5; PS 6.5.3; D-19"},
    {f::kUnitPrice, "unit_price", "单价", V::kMoney, 0, 0, kOne, O, REG, kNone, "PS 6.6.1"},
    {f::kAmount, "amount", "金额", V::kMoney, 0, 0, kOne, O, REG, kNone, "PS 6.6.1"},
    {f::kSaleChannel, "sale_channel", "批发/零售", V::kEnum, 0, 0, kOne, C, REG, "wholesale|retail", "PS 6.6.1; D-19"},
    {f::kConsumerSegment, "consumer_segment", "居民/团体", V::kEnum, 0, 0, kOne, O, REG, "household|group", "PS 6.6.1"},
    {f::kForeignGoods, "foreign_goods", "外部货源", V::kObject, 0, 0, kOne, C, REG, kForeignGoods, "GR 5.2; D-36"},
    {f::kCarrierName, "carrier_name", "承运人", V::kText, 1, 120, kOne, C, CPTY, kNone, "PS 5.1, 5.3"},
    {f::kVehicleNo, "vehicle_no", "车牌", V::kText, 1, 20, kOne, C, CPTY, kNone, "PS 5.1, 5.3"},
    {f::kDepartTime, "depart_time", "起运时间", V::kTime, 0, 0, kOne, C, CPTY, kNone, "PS 5.1, 5.3"},
    {f::kArriveTime, "arrive_time", "到达时间", V::kTime, 0, 0, kOne, C, CPTY, kNone, "PS 5.1, 5.3"},
    {f::kStoragePlace, "storage_place", "仓储地点", V::kText, 1, 200, kOne, C, CPTY, kNone, "PS 5.1"},
    {f::kStageContact, "stage_contact", "相关人员联系方式", V::kPhoneOrMail, 0, 0, kOne, O, REG, kNone, "PS 6.5.3"},
    {f::kCollectionMode, "collection_mode", "采集方式", V::kEnum, 0, 0, kOne, M, REG, kCollectionModes, "GR 7"},
    {f::kCapturedBy, "captured_by", "采集设备", V::kEntity, 26, 26, kOne, C, REG, kNone, "GR 7"},
    {f::kFlowDocs, "flow_docs", "单据", V::kDocument, 0, 0, kList, C, MEM, kNone, "6.5"},
    {f::kFlowState, "flow_state", "流向状态", V::kText, 1, 40, kOne, S, MEM, kNone, "6.5"},
    {f::kSenderSide, "sender_side", "填报方", V::kEnum, 0, 0, kOne, C, MEM, "giving|receiving", "6.5"},
    {f::kForeignDeclared, "foreign_declared", "外部货源声明", V::kBoolean, 0, 0, kOne, O, MEM, kNone, "GR 5.2; D-36"},
};
// clang-format on

}  // namespace

std::span<const FieldInfo> FlowFields() { return kTable; }

}  // namespace suyuan::contracts::table
