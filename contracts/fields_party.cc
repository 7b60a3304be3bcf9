// Field table: 4.1 Party (追溯主体). One line a field, in the order of the numbers.
#include "contracts/field_numbers.h"
#include "contracts/fields_table.h"

namespace suyuan::contracts::table {
namespace {

namespace f = party_field;
constexpr std::string_view kPartyTypes =
    "manufacturer|distributor|regulator|auditor|testing_body|emergency_unit|platform";
constexpr std::string_view kChainStages =
    "primary_production|processing|packaging|storage|transport|delivery|sale|use";
constexpr std::string_view kPurchase = "doc:doc,goods:text120!,period:text40,supplier:text120!";
constexpr std::string_view kPerson = "email:mail,name:text60!,phone:phone!";
constexpr std::string_view kEmergencyContact =
    "channels:channels,email:mail,name:text60!,phone:phone!";

// clang-format off
constexpr FieldInfo kTable[] = {
    {f::kPartyCode, "party_code", "主体代码", V::kPartyCode, 18, 18, kOne, M, PUB, kNone, "PS 6.2.1"},
    {f::kPartyType, "party_type", "主体类型", V::kSet, 0, 0, kOne, M, PUB, kPartyTypes, "PS 6.2.1"},
    {f::kEntityKind, "entity_kind", "经营主体性质", V::kEnum, 0, 0, kOne, M, PUB, "enterprise|individual_business|public_body", "PS 6.2.1"},
    {f::kPartyName, "party_name", "单位名称", V::kText, 1, 120, kOne, M, PUB, kNone, "GR T1-T3; OG 5.3.3.1 a"},
    {f::kUscc, "uscc", "统一社会信用代码", V::kPartyCode, 18, 18, kOne, M, PUB, kNone, "GR T1-T3; OG 5.3.3.1 b"},
    {f::kRegisteredAddress, "registered_address", "注册地址", V::kText, 1, 200, kOne, C, PUB, kNone, "GR T1-T3; OG 5.3.3.1 c"},
    {f::kOperatingAddress, "operating_address", "生产地址 / 销售地址", V::kText, 1, 200, kOne, C, PUB, kNone, "GR T1-T3; OG 5.3.3.1 c"},
    {f::kContactPublic, "contact_public", "联系方式", V::kPhoneOrMail, 0, 0, kOne, M, PUB, kNone, "GR T1-T3; OG 5.3.3.1 d"},
    {f::kBusinessLicenceDoc, "business_licence_doc", "营业执照", V::kDocument, 0, 0, kOne, M, PUB, kNone, "GR T1-T3; OG 5.3.3.1 e"},
    {f::kSystemCerts, "system_certs", "体系认证", V::kObject, 0, 0, kList, O, OPT, kCertificate, "GR T1"},
    {f::kPurchaseInfo, "purchase_info", "进货信息", V::kObject, 0, 0, kList, O, REG, kPurchase, "GR T2"},
    {f::kRegionCode, "region_code", "所属区域", V::kRegion, 0, 0, kOne, M, PUB, kNone, "PS 6.2.2"},
    {f::kNodeCode, "node_code", "节点编码", V::kText, 1, 32, kOne, S, PUB, kNone, "PS 6.2.2"},
    {f::kNodeName, "node_name", "节点名称", V::kText, 1, 60, kOne, O, PUB, kNone, "PS 6.2.2"},
    {f::kRegisterNode, "register_node", "注册所在节点", V::kText, 1, 32, kOne, C, PUB, kNone, "PS 6.2.2"},
    {f::kChainStage, "chain_stage", "环节", V::kSet, 0, 0, kOne, C, PUB, kChainStages, "PS 5.1"},
    {f::kMerchantType, "merchant_type", "商户类型", V::kEnum, 0, 0, kOne, C, PUB, "wholesaler|retailer|dealer|online_shop|other", "PS 6.2.2"},
    {f::kProductVarieties, "product_varieties", "经营品种", V::kCategory, 0, 0, kList, O, PUB, kNone, "PS 6.2.2"},
    {f::kGeoPoint, "geo_point", "地理坐标", V::kObject, 0, 0, kOne, O, PUB, "lat:lat!,lon:lon!", "PS 6.2.2"},
    {f::kFilingTime, "filing_time", "备案时间", V::kTime, 0, 0, kOne, S, PUB, kNone, "PS 6.2.2"},
    {f::kResponsiblePerson, "responsible_person", "负责人", V::kObject, 0, 0, kOne, M, REG, kPerson, "PS 6.8.3, 6.5.3"},
    {f::kEmergencyContact, "emergency_contact", "应急联系人", V::kObject, 0, 0, kOne, M, REG, kEmergencyContact, "PS 6.5.4"},
    {f::kQualityCreditGrade, "quality_credit_grade", "质量信用等级", V::kObject, 0, 0, kOne, O, OPT, "doc:doc,grade:text20!", "OG 5.3.4.5"},
    {f::kHonours, "honours", "企业荣誉", V::kObject, 0, 0, kList, O, OPT, "doc:doc,title:text120!,year:year!", "OG 5.3.1, 5.3.4.5"},
    {f::kWebsite, "website", "企业宣传网站", V::kObject, 0, 0, kOne, O, OPT, "doc:doc,url:url!", "OG 5.3.4.5"},
    {f::kOriginSystem, "origin_system", "注册来源", V::kEnum, 0, 0, kOne, S, REG, "portal|enterprise_system|platform", "PS 6.2.1"},
    {f::kSigningKey, "signing_key", "签名公钥", V::kKey, 64, 64, kOne, M, PUB, kNone, "DC"},
    {f::kSealingKey, "sealing_key", "加密公钥", V::kKey, 64, 64, kOne, M, PUB, kNone, "DC"},
    {f::kRecoveryKey, "recovery_key", "恢复公钥", V::kKey, 64, 64, kOne, O, PUB, kNone, "DC"},
    {f::kHostedBy, "hosted_by", "托管单位", V::kPartyCode, 18, 18, kOne, C, PUB, kNone, "D-31"},
    {f::kPartyState, "party_state", "主体状态", V::kText, 1, 40, kOne, S, PUB, kNone, "6.1"},
    {f::kEscrowKey, "escrow_key", "托管解密公钥", V::kKey, 64, 64, kOne, O, PUB, kNone, "D-32"},
};
// clang-format on

}  // namespace

std::span<const FieldInfo> PartyFields() { return kTable; }

}  // namespace suyuan::contracts::table
