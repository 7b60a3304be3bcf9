// Decoding an envelope, or an item that shows a sealed field, never fails otherwise than with an
// Error; what is accepted is canonical in the eyes of Protobuf itself and keeps its id.
#include <cstdlib>

#include "ledger/proto/transaction.pb.h"
#include "ledger/sealing/items.h"
#include "ledger/transaction.h"

namespace {

// What is read of an item that shows a field is written back to the same bytes.
void CheckItem(suyuan::ByteView bytes) {
  using namespace suyuan::sealing;  // NOLINT: one function
  if (auto opening = ReadOpeningItem(bytes); opening.ok() && EncodeOpeningItem(*opening) != bytes)
    std::abort();
  if (auto fault = ReadFaultItem(bytes); fault.ok() && EncodeFaultItem(*fault) != bytes)
    std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace suyuan;  // NOLINT: one function
  ByteView bytes(reinterpret_cast<const char*>(data), size);
  CheckItem(bytes);
  auto tx = ledger::DecodeTransactionView(bytes, LedgerLimits{}, nullptr);
  if (!tx.ok()) return 0;
  v1::Envelope envelope;
  v1::Core core;
  if (!envelope.ParseFromArray(data, static_cast<int>(size)) ||
      envelope.SerializeAsString() != bytes)
    std::abort();
  if (!core.ParseFromString(envelope.core()) || core.SerializeAsString() != envelope.core())
    std::abort();
  if (ledger::TransactionIdOf(envelope.core()) != tx->id) std::abort();
  for (const ledger::Record& record : tx->records)
    for (const ledger::Leaf& leaf : record.leaves)
      if (leaf.mode == ledger::LeafMode::kOpening || leaf.mode == ledger::LeafMode::kFault)
        (void)ledger::OriginOf(leaf);
  (void)ledger::VerifyTransactionSignatures(*tx).ok();
  return 0;
}
