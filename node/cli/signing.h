// From a line of data to a signed envelope with its sealed items.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/json.h"
#include "contracts/builder.h"
#include "node/cli/key_ring.h"

namespace suyuan::cli {

struct SignedTransaction {
  TxId id;
  ledger::Parcel parcel;
  uint32_t record_count = 0;
};

// Who reads what is sealed, and the height of the registry that says so.
struct ReaderChoice {
  contracts::FieldReaders readers;
  std::function<Height()> height;  // asked after the last reader was chosen
};

// Only the signer's own keys, whatever the class: for measurements.
ReaderChoice OwnReaders(const Signer& signer);

// Builds `transaction` (without symbols left), seals its hidden fields and signs it for `ledger`.
// Errors of contracts::BuildTransaction.
Result<SignedTransaction> BuildAndSign(const json::Value& transaction, const LedgerId& ledger,
                                       const Signer& signer, const ReaderChoice& choice,
                                       uint64_t now_ms);
// For callers that made a draft themselves (benchmarks, answers to claims).
SignedTransaction SignDraft(const ledger::TransactionDraft& draft, sealing::SealedItems items,
                            const SigningKey& key);

// A canonical SubmissionList (transaction.proto) of these: the body of POST /v1/txs.
Bytes EncodeSubmissionList(const std::vector<ledger::Parcel>& parcels);

uint64_t WallClockMs();

}  // namespace suyuan::cli
