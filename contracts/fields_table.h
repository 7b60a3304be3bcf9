// Short words for the lines of the field table (fields_*.cc) and the parts that make up the whole.
#pragma once

#include <span>
#include <string_view>

#include "contracts/fields.h"

namespace suyuan::contracts::table {

using V = ValueType;
inline constexpr bool kOne = false;
inline constexpr bool kList = true;
inline constexpr std::string_view kNone = "";
inline constexpr Obligation M = Obligation::kMandatory, C = Obligation::kConditional,
                            O = Obligation::kOptional, S = Obligation::kSystem;
inline constexpr DisclosureClass PUB = DisclosureClass::kPub, PUBC = DisclosureClass::kPubc,
                                 MEM = DisclosureClass::kMem, OPT = DisclosureClass::kOpt,
                                 CPTY = DisclosureClass::kCpty, CHAIN = DisclosureClass::kChain,
                                 REG = DisclosureClass::kReg, PRV = DisclosureClass::kPrv,
                                 CONTENT = DisclosureClass::kOfContent;

// Choices and members that several sections share.
inline constexpr std::string_view kLevels = "per_product|per_batch|per_item|composite";
inline constexpr std::string_view kSchemes = "gs1|ecode|digital_id|ccc";
inline constexpr std::string_view kCollectionModes = "automatic|manual|mixed";
inline constexpr std::string_view kCertificate =
    "cert_no:text60!,doc:doc,name:text120!,valid_to:date";
inline constexpr std::string_view kQualityItem =
    "doc:doc!,indicator_class:safety|function_performance|hygiene|environmental!,limit:text60,"
    "name:text60!,unit:text20,value:text60!";

std::span<const FieldInfo> PartyFields();
std::span<const FieldInfo> ProductFields();
std::span<const FieldInfo> BatchFields();
std::span<const FieldInfo> CodeFields();
std::span<const FieldInfo> FlowFields();
std::span<const FieldInfo> DocumentFields();
std::span<const FieldInfo> MaterialFields();
std::span<const FieldInfo> CatalogFields();
std::span<const FieldInfo> NodeFields();
std::span<const FieldInfo> CommandFields();

}  // namespace suyuan::contracts::table
