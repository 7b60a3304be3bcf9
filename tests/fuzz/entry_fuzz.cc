// Decoding an entry never fails otherwise than with an Error; what is accepted is made of its parts
// again byte for byte.
#include <cstdlib>

#include "ledger/block.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace suyuan;  // NOLINT: one function
  auto bytes = std::make_shared<const Bytes>(reinterpret_cast<const char*>(data), size);
  auto entry = ledger::DecodeEntry(bytes);
  if (!entry.ok()) return 0;
  std::vector<Bytes> items(entry->sealed_items.begin(), entry->sealed_items.end());
  if (ledger::JoinSealed(ledger::StripSealed(*entry), items) != *bytes) std::abort();
  if (ledger::EncodeHeader(entry->header) != bytes->substr(0, ledger::kBlockHeaderBytes))
    std::abort();
  auto inline_run = [](size_t count, const std::function<void(size_t)>& job) {
    for (size_t i = 0; i < count; ++i) job(i);
  };
  (void)ledger::CheckEntry(*entry, LedgerId{}, LedgerLimits{}, nullptr, inline_run).ok();
  if (entry->header.kind == ledger::BlockKind::kConfiguration) {
    auto configuration = ledger::DecodeConfiguration(entry->configuration);
    if (configuration.ok() && ledger::EncodeConfiguration(*configuration) != entry->configuration)
      std::abort();
  }
  return 0;
}
