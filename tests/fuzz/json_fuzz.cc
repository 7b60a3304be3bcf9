// JSON from strangers: parsing never crashes, what parses has one canonical form that parses back,
// and the builder and the field checks take any value without harm.
#include <algorithm>
#include <cstdlib>
#include <random>

#include "common/json.h"
#include "common/sign.h"
#include "contracts/builder.h"
#include "contracts/fields.h"
#include "contracts/references.h"

using namespace suyuan;  // NOLINT

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const ByteView text(reinterpret_cast<const char*>(data), size);
  const auto value = json::Parse(text);
  (void)contracts::ParseDataLine(text);
  if (!value.ok()) return 0;
  const Bytes canonical = json::Canonical(*value);
  const auto again = json::ParseCanonical(canonical);
  if (!again.ok() || !(*again == *value) || json::Canonical(*again) != canonical) std::abort();
  for (const contracts::FieldInfo& field : contracts::AllFields()) {
    const bool parsed = contracts::CheckValue(field, *value).ok();
    const bool bytes = contracts::CheckValue(field, ByteView(canonical)).ok();
    if (bytes && !parsed) std::abort();
  }
  contracts::BuildOptions options;
  std::mt19937 rng(7);
  options.random = [&rng](uint8_t* out, size_t n) {
    for (size_t i = 0; i < n; ++i) out[i] = static_cast<uint8_t>(rng());
  };
  InitCrypto();
  static const SealingKey reader(SecretSeed::Random());
  options.readers = contracts::OnlyFor({reader.public_key()});
  (void)contracts::BuildTransaction(*value, options);
  (void)contracts::ResolveReferences(*value, {}, 1'772'323'200'000);
  return 0;
}
