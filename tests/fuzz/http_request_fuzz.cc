// What a stranger can put into a request beyond Beast's own parser: targets, signature headers,
// Content-Digest, tile paths. Nothing may crash; what is accepted must have one reading.
#include "api/http_signature.h"
#include "api/tiles.h"
#include "api/uri.h"
#include "common/check.h"

using namespace suyuan;       // NOLINT: a small program
using namespace suyuan::api;  // NOLINT

namespace {

void CheckTarget(std::string_view text) {
  const auto target = ParseTarget(text);
  if (!target) return;
  for (const std::string& segment : target->segments) {
    SUYUAN_CHECK(!segment.empty() && segment != "." && segment != "..", "segment");
    SUYUAN_CHECK(segment.find('\0') == std::string::npos, "NUL");
    const auto again = PercentDecode(PercentEncode(segment));
    SUYUAN_CHECK(again.ok() && *again == segment, "one reading");
  }
}

void SignatureHeaders(std::string_view text) {
  const auto input = ParseSignatureInput(text);
  if (!input) return;
  SignedMessage message;
  message.method = "GET";
  message.path = "/";
  message.field = [](std::string_view) { return std::string("v"); };
  const auto base = SignatureBase(*input, message);
  if (!base) return;
  size_t lines = 1;
  for (char c : *base) lines += c == '\n' ? 1 : 0;
  SUYUAN_CHECK(lines == input->components.size() + 1, "one line a component");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 5) {
    case 0:
      CheckTarget(text);
      break;
    case 1:
      SignatureHeaders(text);
      break;
    case 2:
      (void)ParseSignature(text);
      break;
    case 3:
      (void)CheckContentDigest(text, "body");
      break;
    case 4:
      if (const auto tile = ParseTilePath(text))
        SUYUAN_CHECK(tile->width >= 1 && tile->width <= kTileWidth, "width");
      break;
  }
  return 0;
}
