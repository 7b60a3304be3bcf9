// Pages of lists: `limit` and an opaque `cursor` that the page before gave as `next`.
#pragma once

#include "api/http_message.h"
#include "common/result.h"

namespace suyuan::api {

// 1 to 200, default 50; E_FORMAT.
Result<size_t> PageLimit(const Request& request);
// First key to read: that of the cursor, or "" at the beginning; E_FORMAT for a cursor that we
// never gave.
Result<Bytes> PageStart(const Request& request);
// The cursor that continues at `key`.
std::string CursorAt(ByteView key);

}  // namespace suyuan::api
