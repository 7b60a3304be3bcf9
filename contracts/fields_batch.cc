// Field table: 4.3 Trace batch (追溯批次). One line a field, in the order of the numbers.
#include "contracts/field_numbers.h"
#include "contracts/fields_table.h"

namespace suyuan::contracts::table {
namespace {

namespace f = batch_field;
constexpr std::string_view kMaterial =
    "doc:doc!,lot:text40,name:text120!,producer:text120,regulated:none|licence|ccc!";
constexpr std::string_view kCommercialItem =
    "doc:doc!,kind:honour|website|lottery|credit_grade|promotion|other!,text:text500!,url:url";
constexpr std::string_view kLateFiling =
    "cause:missed|before_joining!,reason:text500!,release_time:time!";

// clang-format off
constexpr FieldInfo kTable[] = {
    {f::kBatchId, "batch_id", "追溯批次标识", V::kEntity, 26, 26, kOne, S, PUB, kNone, "OG 5.5"},
    {f::kTraceLevel, "trace_level", "追溯层级", V::kEnum, 0, 0, kOne, M, PUB, kLevels, "OG 5.2.2"},
    {f::kCompositeKind, "composite_kind", "组合类型", V::kEnum, 0, 0, kOne, C, PUB, "bundle|parent_child", "OG 5.2.2"},
    {f::kBatchStage, "batch_stage", "生产环节", V::kEnum, 0, 0, kOne, M, PUB, "processing|primary_production", "PS 5.1, 5.3"},
    {f::kProductionDate, "production_date", "生产日期", V::kDate, 0, 0, kOne, M, PUB, kNone, "GR T1, T3; OG 5.3.3.2 e"},
    {f::kProductionDateKind, "production_date_kind", "日期性质", V::kEnum, 0, 0, kOne, M, PUB, "actual|planned", "EN 5.3; D-07"},
    {f::kUnitNoKind, "unit_no_kind", "编号类别", V::kEnum, 0, 0, kOne, M, PUB, "factory_no|batch_no|serial_no", "GR T1; OG 5.3.3.2 f"},
    {f::kUnitNo, "unit_no", "出厂编号/批次号/序号", V::kText, 1, 81, kOne, M, PUB, kNone, "GR T1, T3; OG 5.3.3.2 f"},
    {f::kInspectionKind, "inspection_kind", "检验报告类别", V::kSet, 0, 0, kOne, M, MEM, "factory_inspection|type_test", "GR T1; OG 5.3.3.2 h"},
    {f::kInspectionDoc, "inspection_doc", "出厂检验报告或型式检验报告", V::kDocument, 0, 0, kList, M, MEM, kNone, "GR T1; RC-04"},
    {f::kProductQuantity, "product_quantity", "产品数量", V::kQuantity, 0, 0, kOne, C, PUBC, kNone, "OG 5.3.3.3 d"},
    {f::kQuantityKind, "quantity_kind", "数量性质", V::kEnum, 0, 0, kOne, S, PUBC, "exact|estimated", "OG 5.3.3.3 n1"},
    {f::kReportPeriod, "report_period", "填报期间", V::kReportPeriod, 0, 0, kOne, M, MEM, kNone, "OG 5.3.3.3 n1"},
    {f::kMaterials, "materials", "原辅材料/零部件信息", V::kObject, 0, 0, kList, O, OPT, kMaterial, "GR T1; OG 5.3.4.2-3"},
    {f::kQualityItems, "quality_items", "质量技术指标", V::kObject, 0, 0, kList, O, OPT, kQualityItem, "OG 5.3.4.2"},
    {f::kCommercialItems, "commercial_items", "商业信息", V::kObject, 0, 0, kList, O, OPT, kCommercialItem, "OG 5.3.4.1, 5.3.4.5"},
    {f::kEntryMode, "entry_mode", "录入方式", V::kEnum, 0, 0, kOne, S, REG, "first|sync|bulk|toolkit|api", "OG 5.3.2"},
    {f::kCollectionMode, "collection_mode", "采集方式", V::kEnum, 0, 0, kOne, M, REG, kCollectionModes, "GR 7"},
    {f::kCapturedBy, "captured_by", "采集设备", V::kEntity, 26, 26, kOne, C, REG, kNone, "GR 7"},
    {f::kFilledBy, "filled_by", "填报人", V::kPseudonym, 32, 32, kOne, M, MEM, kNone, "OG 5.4"},
    {f::kCheckedBy, "checked_by", "核对人", V::kPseudonym, 32, 32, kOne, M, MEM, kNone, "OG 5.4"},
    {f::kCheckedAt, "checked_at", "核对时间", V::kTime, 0, 0, kOne, M, MEM, kNone, "OG 5.4"},
    {f::kSupplementPending, "supplement_pending", "待补充标志", V::kBoolean, 0, 0, kOne, M, MEM, kNone, "OG 5.1"},
    {f::kReleaseTime, "release_time", "出厂时间", V::kTime, 0, 0, kOne, C, PUB, kNone, "OG 4 d"},
    {f::kReleaseCodes, "release_codes", "出厂码", V::kCodeOrRange, 0, 0, kList, C, MEM, kNone, "6.3"},
    {f::kLateFiling, "late_filing", "补报声明", V::kObject, 0, 0, kOne, C, PUB, kLateFiling, "OG 4 d; D-35"},
    {f::kTransportPacking, "transport_packing", "运输包装方式", V::kEnum, 0, 0, kOne, C, MEM, "packed|none", "GR 6.1.2"},
    {f::kReviewMode, "review_mode", "审核方式", V::kEnum, 0, 0, kOne, S, MEM, "auto|manual", "OG 5.5 note"},
    {f::kMarkAttested, "mark_attested", "标识附着声明", V::kObject, 0, 0, kOne, C, MEM, "attested:true!,photo_doc:doc,time:time!", "GR 6.2.1"},
    {f::kRetentionUntil, "retention_until", "保存期限", V::kDate, 0, 0, kOne, S, MEM, kNone, "GR 8.5; OG 7.1.3"},
    {f::kBatchState, "batch_state", "批次状态", V::kText, 1, 40, kOne, S, PUB, kNone, "6.3"},
    {f::kProductId, "product_id", "所属产品", V::kEntity, 26, 26, kOne, M, PUB, kNone, "D-21"},
    {f::kCodeScheme, "code_scheme", "追溯技术方案", V::kEnum, 0, 0, kOne, M, PUB, kSchemes, "OG 5.2.1; RC-07"},
    {f::kReleasePart, "release_part", "出厂分段", V::kInteger, 1, 65535, kOne, C, MEM, kNone, "6.3"},
};
// clang-format on

}  // namespace

std::span<const FieldInfo> BatchFields() { return kTable; }

}  // namespace suyuan::contracts::table
