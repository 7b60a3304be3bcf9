// Whatever a scanner gives: a code is refused, or has one canonical text that reads back as itself.
#include <cstdlib>

#include "contracts/identifiers/gtin.h"
#include "contracts/identifiers/standard_no.h"
#include "contracts/identifiers/trace_code.h"
#include "contracts/identifiers/uscc.h"

using namespace suyuan;             // NOLINT
using namespace suyuan::contracts;  // NOLINT

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const ByteView text(reinterpret_cast<const char*>(data), size);
  (void)IsValidUscc(text);
  (void)IsStandardNumber(text);
  if (IsValidGtin(text) && !IsValidGtin(Gtin14(text))) std::abort();
  const auto strict = ParseCanonicalCode(text);
  if (strict.ok() && CanonicalText(*strict) != text) std::abort();
  const auto code = ParseAnyCode(text);
  if (!code.ok()) return 0;
  const std::string canonical = CanonicalText(*code);
  if (canonical.size() > kCanonicalCodeBytesMax) std::abort();
  const auto back = ParseCanonicalCode(canonical);
  if (!back.ok() || !(*back == *code)) std::abort();
  return 0;
}
