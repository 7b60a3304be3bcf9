// Field numbers (section << 8 | row of requirements section 4), frozen: the ledger carries them.
// One name a field; what a field is stands in the table of fields_*.cc.
#pragma once

#include <cstdint>

namespace suyuan::contracts {

// 4.1 Party (追溯主体)
namespace party_field {
inline constexpr uint8_t kSection = 0x01;
inline constexpr uint16_t kPartyCode = 0x0101;
inline constexpr uint16_t kPartyType = 0x0102;
inline constexpr uint16_t kEntityKind = 0x0103;
inline constexpr uint16_t kPartyName = 0x0104;
inline constexpr uint16_t kUscc = 0x0105;
inline constexpr uint16_t kRegisteredAddress = 0x0106;
inline constexpr uint16_t kOperatingAddress = 0x0107;
inline constexpr uint16_t kContactPublic = 0x0108;
inline constexpr uint16_t kBusinessLicenceDoc = 0x0109;
inline constexpr uint16_t kSystemCerts = 0x010A;
inline constexpr uint16_t kPurchaseInfo = 0x010B;
inline constexpr uint16_t kRegionCode = 0x010C;
inline constexpr uint16_t kNodeCode = 0x010D;
inline constexpr uint16_t kNodeName = 0x010E;
inline constexpr uint16_t kRegisterNode = 0x010F;
inline constexpr uint16_t kChainStage = 0x0110;
inline constexpr uint16_t kMerchantType = 0x0111;
inline constexpr uint16_t kProductVarieties = 0x0112;
inline constexpr uint16_t kGeoPoint = 0x0113;
inline constexpr uint16_t kFilingTime = 0x0114;
inline constexpr uint16_t kResponsiblePerson = 0x0115;
inline constexpr uint16_t kEmergencyContact = 0x0116;
inline constexpr uint16_t kQualityCreditGrade = 0x0117;
inline constexpr uint16_t kHonours = 0x0118;
inline constexpr uint16_t kWebsite = 0x0119;
inline constexpr uint16_t kOriginSystem = 0x011A;
inline constexpr uint16_t kSigningKey = 0x011B;
inline constexpr uint16_t kSealingKey = 0x011C;
inline constexpr uint16_t kRecoveryKey = 0x011D;
inline constexpr uint16_t kHostedBy = 0x011E;
inline constexpr uint16_t kPartyState = 0x011F;
inline constexpr uint16_t kEscrowKey = 0x0120;
}  // namespace party_field

// 4.2 Product (产品)
namespace product_field {
inline constexpr uint8_t kSection = 0x02;
inline constexpr uint16_t kProductId = 0x0201;
inline constexpr uint16_t kOwnerCode = 0x0202;
inline constexpr uint16_t kProductName = 0x0203;
inline constexpr uint16_t kProductType = 0x0204;
inline constexpr uint16_t kSpecModel = 0x0205;
inline constexpr uint16_t kKeyProductBasis = 0x0206;
inline constexpr uint16_t kMandatoryStandards = 0x0207;
inline constexpr uint16_t kProductionLicenceNo = 0x0208;
inline constexpr uint16_t kCccCertNo = 0x0209;
inline constexpr uint16_t kLicenceValidTo = 0x020A;
inline constexpr uint16_t kCccValidTo = 0x020B;
inline constexpr uint16_t kWarrantyPeriod = 0x020C;
inline constexpr uint16_t kServiceLife = 0x020D;
inline constexpr uint16_t kManualOrWarningDoc = 0x020E;
inline constexpr uint16_t kBasicCategory = 0x020F;
inline constexpr uint16_t kBrand = 0x0210;
inline constexpr uint16_t kProductFunction = 0x0211;
inline constexpr uint16_t kProductPerformance = 0x0212;
inline constexpr uint16_t kProductCerts = 0x0213;
inline constexpr uint16_t kSalesUnit = 0x0214;
inline constexpr uint16_t kGtin = 0x0215;
inline constexpr uint16_t kDefaultScheme = 0x0216;
inline constexpr uint16_t kDefaultLevel = 0x0217;
inline constexpr uint16_t kRegisterPlatform = 0x0218;
inline constexpr uint16_t kReportFrequency = 0x0219;
inline constexpr uint16_t kPauseCalendar = 0x021A;
inline constexpr uint16_t kLabelTemplate = 0x021B;
inline constexpr uint16_t kAuthorisedRegions = 0x021C;
inline constexpr uint16_t kProductState = 0x021D;
}  // namespace product_field

// 4.3 Trace batch (追溯批次)
namespace batch_field {
inline constexpr uint8_t kSection = 0x03;
inline constexpr uint16_t kBatchId = 0x0301;
inline constexpr uint16_t kTraceLevel = 0x0302;
inline constexpr uint16_t kCompositeKind = 0x0303;
inline constexpr uint16_t kBatchStage = 0x0304;
inline constexpr uint16_t kProductionDate = 0x0305;
inline constexpr uint16_t kProductionDateKind = 0x0306;
inline constexpr uint16_t kUnitNoKind = 0x0307;
inline constexpr uint16_t kUnitNo = 0x0308;
inline constexpr uint16_t kInspectionKind = 0x0309;
inline constexpr uint16_t kInspectionDoc = 0x030A;
inline constexpr uint16_t kProductQuantity = 0x030B;
inline constexpr uint16_t kQuantityKind = 0x030C;
inline constexpr uint16_t kReportPeriod = 0x030D;
inline constexpr uint16_t kMaterials = 0x030E;
inline constexpr uint16_t kQualityItems = 0x030F;
inline constexpr uint16_t kCommercialItems = 0x0310;
inline constexpr uint16_t kEntryMode = 0x0311;
inline constexpr uint16_t kCollectionMode = 0x0312;
inline constexpr uint16_t kCapturedBy = 0x0313;
inline constexpr uint16_t kFilledBy = 0x0314;
inline constexpr uint16_t kCheckedBy = 0x0315;
inline constexpr uint16_t kCheckedAt = 0x0316;
inline constexpr uint16_t kSupplementPending = 0x0317;
inline constexpr uint16_t kReleaseTime = 0x0318;
inline constexpr uint16_t kReleaseCodes = 0x0319;
inline constexpr uint16_t kLateFiling = 0x031A;
inline constexpr uint16_t kTransportPacking = 0x031B;
inline constexpr uint16_t kReviewMode = 0x031C;
inline constexpr uint16_t kMarkAttested = 0x031D;
inline constexpr uint16_t kRetentionUntil = 0x031E;
inline constexpr uint16_t kBatchState = 0x031F;
inline constexpr uint16_t kProductId = 0x0320;
inline constexpr uint16_t kCodeScheme = 0x0321;
inline constexpr uint16_t kReleasePart = 0x0322;
}  // namespace batch_field

// 4.4 Trace code (追溯码)
namespace code_field {
inline constexpr uint8_t kSection = 0x04;
inline constexpr uint16_t kCodeValue = 0x0401;
inline constexpr uint16_t kCodeScheme = 0x0402;
inline constexpr uint16_t kCodeKind = 0x0403;
inline constexpr uint16_t kCodeOrigin = 0x0404;
inline constexpr uint16_t kItemNo = 0x0405;
inline constexpr uint16_t kCodeRole = 0x0406;
inline constexpr uint16_t kParentCode = 0x0407;
inline constexpr uint16_t kLinkKind = 0x0408;
inline constexpr uint16_t kLinkQuantity = 0x0409;
inline constexpr uint16_t kSegmentFrom = 0x040A;
inline constexpr uint16_t kSegmentTo = 0x040B;
inline constexpr uint16_t kPackageLevel = 0x040C;
inline constexpr uint16_t kAntiFakeToken = 0x040D;
inline constexpr uint16_t kScanCount = 0x040E;
inline constexpr uint16_t kFirstScanTime = 0x040F;
inline constexpr uint16_t kCarrier = 0x0410;
inline constexpr uint16_t kResolveUrl = 0x0411;
inline constexpr uint16_t kIssuedAt = 0x0412;
inline constexpr uint16_t kPrintRecords = 0x0413;
inline constexpr uint16_t kCodeState = 0x0414;
}  // namespace code_field

// 4.5 Flow event (流向信息)
namespace flow_field {
inline constexpr uint8_t kSection = 0x05;
inline constexpr uint16_t kFlowId = 0x0501;
inline constexpr uint16_t kFlowType = 0x0502;
inline constexpr uint16_t kFlowCodes = 0x0503;
inline constexpr uint16_t kFlowBatches = 0x0504;
inline constexpr uint16_t kFlowRef = 0x0505;
inline constexpr uint16_t kBuyerKind = 0x0506;
inline constexpr uint16_t kSupplierKind = 0x0507;
inline constexpr uint16_t kSellerCode = 0x0508;
inline constexpr uint16_t kBuyerCode = 0x0509;
inline constexpr uint16_t kBuyerName = 0x050A;
inline constexpr uint16_t kBuyerAddress = 0x050B;
inline constexpr uint16_t kBuyerContact = 0x050C;
inline constexpr uint16_t kSaleTime = 0x050D;
inline constexpr uint16_t kSupplierName = 0x050E;
inline constexpr uint16_t kPurchaseTime = 0x050F;
inline constexpr uint16_t kEventTime = 0x0510;
inline constexpr uint16_t kSaleQuantity = 0x0511;
inline constexpr uint16_t kPartSale = 0x0512;
inline constexpr uint16_t kDestinationRegion = 0x0513;
inline constexpr uint16_t kUnitPrice = 0x0514;
inline constexpr uint16_t kAmount = 0x0515;
inline constexpr uint16_t kSaleChannel = 0x0516;
inline constexpr uint16_t kConsumerSegment = 0x0517;
inline constexpr uint16_t kForeignGoods = 0x0518;
inline constexpr uint16_t kCarrierName = 0x0519;
inline constexpr uint16_t kVehicleNo = 0x051A;
inline constexpr uint16_t kDepartTime = 0x051B;
inline constexpr uint16_t kArriveTime = 0x051C;
inline constexpr uint16_t kStoragePlace = 0x051D;
inline constexpr uint16_t kStageContact = 0x051E;
inline constexpr uint16_t kCollectionMode = 0x051F;
inline constexpr uint16_t kCapturedBy = 0x0520;
inline constexpr uint16_t kFlowDocs = 0x0521;
inline constexpr uint16_t kFlowState = 0x0522;
inline constexpr uint16_t kSenderSide = 0x0523;
inline constexpr uint16_t kForeignDeclared = 0x0524;
}  // namespace flow_field

// 4.6 Document attachment (证明材料)
namespace document_field {
inline constexpr uint8_t kSection = 0x06;
inline constexpr uint16_t kDocId = 0x0601;
inline constexpr uint16_t kDocType = 0x0602;
inline constexpr uint16_t kDocTitle = 0x0603;
inline constexpr uint16_t kFileHash = 0x0604;
inline constexpr uint16_t kFileSize = 0x0605;
inline constexpr uint16_t kMediaType = 0x0606;
inline constexpr uint16_t kIssuerName = 0x0607;
inline constexpr uint16_t kIssuerCode = 0x0608;
inline constexpr uint16_t kDocNo = 0x0609;
inline constexpr uint16_t kIssueDate = 0x060A;
inline constexpr uint16_t kValidTo = 0x060B;
inline constexpr uint16_t kStamped = 0x060C;
inline constexpr uint16_t kDocClass = 0x060D;
inline constexpr uint16_t kDocState = 0x060E;
}  // namespace document_field

// 4.7 Material or component entry (原材料/零部件)
namespace material_field {
inline constexpr uint8_t kSection = 0x07;
inline constexpr uint16_t kMaterialName = 0x0701;
inline constexpr uint16_t kMaterialLot = 0x0702;
inline constexpr uint16_t kMaterialCode = 0x0703;
inline constexpr uint16_t kMaterialDoc = 0x0704;
inline constexpr uint16_t kMaterialRegulated = 0x0705;
inline constexpr uint16_t kMaterialProducer = 0x0706;
inline constexpr uint16_t kMaterialCertNo = 0x0707;
inline constexpr uint16_t kSupplierAlias = 0x0708;
inline constexpr uint16_t kMasked = 0x0709;
inline constexpr uint16_t kMaskReason = 0x070A;
}  // namespace material_field

// 4.8 Catalogue node (分类节点)
namespace catalog_field {
inline constexpr uint8_t kSection = 0x10;
inline constexpr uint16_t kCategoryCode = 0x1001;
inline constexpr uint16_t kCategoryName = 0x1002;
inline constexpr uint16_t kParentCategory = 0x1003;
inline constexpr uint16_t kCatalogLevel = 0x1004;
inline constexpr uint16_t kRequiredFields = 0x1005;
inline constexpr uint16_t kMinLevel = 0x1006;
inline constexpr uint16_t kIndustryRetention = 0x1007;
inline constexpr uint16_t kReviewPolicy = 0x1008;
inline constexpr uint16_t kDisclosureDefaults = 0x1009;
inline constexpr uint16_t kEffectiveFrom = 0x100A;
inline constexpr uint16_t kEffectiveTo = 0x100B;
inline constexpr uint16_t kCatalogRegion = 0x100C;
inline constexpr uint16_t kProductReviewPolicy = 0x100D;
}  // namespace catalog_field

// A member's node (节点)
namespace node_field {
inline constexpr uint8_t kSection = 0x11;
inline constexpr uint16_t kNodeParty = 0x1101;
inline constexpr uint16_t kNodeLabel = 0x1102;
inline constexpr uint16_t kNodeKey = 0x1103;
inline constexpr uint16_t kLogKey = 0x1104;
inline constexpr uint16_t kCosignerKey = 0x1105;
inline constexpr uint16_t kPeerAddress = 0x1106;
inline constexpr uint16_t kApiAddress = 0x1107;
}  // namespace node_field

// Fields of commands: reviews, key changes, prints (section 6)
namespace command_field {
inline constexpr uint8_t kSection = 0x40;
inline constexpr uint16_t kDecision = 0x4001;
inline constexpr uint16_t kReason = 0x4002;
inline constexpr uint16_t kReasonFields = 0x4003;
inline constexpr uint16_t kReasonDoc = 0x4004;
inline constexpr uint16_t kReviewOf = 0x4005;
inline constexpr uint16_t kSamplingResult = 0x4006;
inline constexpr uint16_t kNewSigningKey = 0x4007;
inline constexpr uint16_t kNewSealingKey = 0x4008;
inline constexpr uint16_t kNewRecoveryKey = 0x4009;
inline constexpr uint16_t kLossProofDoc = 0x400A;
inline constexpr uint16_t kCodeScope = 0x400B;
inline constexpr uint16_t kPartNumber = 0x400C;
inline constexpr uint16_t kCodes = 0x400D;
inline constexpr uint16_t kComplete = 0x400E;
inline constexpr uint16_t kPrintTemplate = 0x400F;
inline constexpr uint16_t kPrintCopies = 0x4010;
inline constexpr uint16_t kPrintReason = 0x4011;
inline constexpr uint16_t kSideOpening = 0x4012;
inline constexpr uint16_t kRejectedCodes = 0x4013;
inline constexpr uint16_t kRulingRequested = 0x4014;
inline constexpr uint16_t kDisclosure = 0x4015;
inline constexpr uint16_t kTargetField = 0x4016;
inline constexpr uint16_t kTargetVersion = 0x4017;
inline constexpr uint16_t kTargetItem = 0x4018;
inline constexpr uint16_t kFindingKind = 0x4019;
inline constexpr uint16_t kFindingRule = 0x401A;
inline constexpr uint16_t kFindingProof = 0x401B;
inline constexpr uint16_t kFindingOf = 0x401C;
inline constexpr uint16_t kMemberAction = 0x401D;
}  // namespace command_field

}  // namespace suyuan::contracts
