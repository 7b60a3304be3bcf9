// Forms of values (C06), shared by plain fields and members of objects. Internal to contracts/.
// Each function says what was expected in its error and never repeats the value. Pure.
#pragma once

#include <string_view>

#include "common/json.h"
#include "common/result.h"

namespace suyuan::contracts::value_check {

Error FormatError(std::string expected);

// min..max Unicode characters, no control characters, not blank.
Status CheckText(const json::Value& value, uint32_t min, uint32_t max);
Status CheckInteger(const json::Value& value, int64_t min, int64_t max);
Status CheckDate(const json::Value& value);
Status CheckTime(const json::Value& value);
Status CheckQuantity(const json::Value& value);
Status CheckPartyCode(const json::Value& value);
Status CheckRegion(const json::Value& value);
Status CheckCategory(const json::Value& value);
Status CheckEntityId(const json::Value& value);
Status CheckHex(const json::Value& value, size_t digits);  // lower case only: one value, one text
Status CheckPhone(const json::Value& value);
Status CheckMail(const json::Value& value);
Status CheckPhoneOrMail(const json::Value& value);
Status CheckUrl(const json::Value& value);
Status CheckGtin(const json::Value& value);
Status CheckStandardNumber(const json::Value& value);
Status CheckPeriod(const json::Value& value);
Status CheckReportPeriod(const json::Value& value);
Status CheckCode(const json::Value& value);
Status CheckCodeOrRange(const json::Value& value);
Status CheckFieldName(const json::Value& value);
Status CheckMediaType(const json::Value& value);
Status CheckEnum(const json::Value& value, std::string_view choices);
Status CheckSet(const json::Value& value, std::string_view choices);
// `members`: "name:type!,…", see value_check_object.cc.
Status CheckObject(const json::Value& value, std::string_view members);

// Takes the part of `rest` before the next `separator` and removes both.
std::string_view NextPart(std::string_view& rest, char separator);

}  // namespace suyuan::contracts::value_check
