#include "api/paging.h"

#include "api/uri.h"
#include "common/encoding.h"

namespace suyuan::api {
namespace {
constexpr size_t kLimitDefault = 50, kLimitMax = 200;
}  // namespace

Result<size_t> PageLimit(const Request& request) {
  const std::string* text = request.Query("limit");
  if (!text) return kLimitDefault;
  const Result<uint64_t> limit = ParseDecimal(*text);
  if (!limit || *limit == 0 || *limit > kLimitMax)
    return Error{ErrorCode::kFormat, "limit is a number from 1 to 200"};
  return static_cast<size_t>(*limit);
}

Result<Bytes> PageStart(const Request& request) {
  const std::string* cursor = request.Query("cursor");
  if (!cursor) return Bytes();
  Result<Bytes> key = Base32Decode(*cursor);
  if (!key || key->empty()) return Error{ErrorCode::kFormat, "this is no cursor of ours"};
  return key;
}

std::string CursorAt(ByteView key) { return Base32Encode(key); }

}  // namespace suyuan::api
