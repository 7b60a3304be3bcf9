// Decoding an envelope never fails otherwise than with an Error; what is accepted is canonical in
// the eyes of Protobuf itself and keeps its id.
#include <cstdlib>

#include "ledger/proto/transaction.pb.h"
#include "ledger/transaction.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace suyuan;  // NOLINT: one function
  ByteView bytes(reinterpret_cast<const char*>(data), size);
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
  (void)ledger::VerifyTransactionSignatures(*tx).ok();
  return 0;
}
