// The subject of a record in the JSON of transactions (builder.h): {"product": id} and its like.
#pragma once

#include <span>
#include <string_view>

#include "common/json.h"
#include "common/result.h"
#include "contracts/record_subject.h"

namespace suyuan::contracts {

// {"party": code}, or "product", "batch", "code", "flow", "document", "category" with an identifier
// in its text form. E_FORMAT; errors of the identifier. Pure.
Result<RecordSubject> ParseSubject(const json::Value& subject);

// The same the other way round. E_FORMAT for kinds that no record is about.
Result<json::Value> DescribeSubject(const RecordSubject& subject);

// `value` is an object of members with these names only; `what` it is. E_FORMAT with the nearest
// known name. Pure.
Status CheckNames(const json::Value& value, std::span<const std::string_view> known,
                  std::string_view what);

}  // namespace suyuan::contracts
