// From a line of data to a signed envelope, and what its sender has to keep of it.
#pragma once

#include <string>
#include <vector>

#include "common/json.h"
#include "contracts/builder.h"
#include "node/cli/key_ring.h"

namespace suyuan::cli {

struct SignedTransaction {
  TxId id;
  Bytes envelope;
  uint32_t record_count = 0;
  // One JSON object a hidden leaf, and one with the audience key; empty when nothing is hidden.
  std::vector<json::Value> openings;
};

// Builds `transaction` (without symbols left) and signs it for `ledger`. Errors of
// contracts::BuildTransaction.
Result<SignedTransaction> BuildAndSign(const json::Value& transaction, const LedgerId& ledger,
                                       const Signer& signer, uint64_t now_ms);
// For callers that made a draft themselves (benchmarks).
SignedTransaction SignDraft(const ledger::TransactionDraft& draft, const SigningKey& key);

// Appends lines to `path` (mode 0600) and makes them durable. E_IO, E_DISK_FULL.
Status AppendOpenings(const std::string& path, const std::vector<json::Value>& openings);

// A canonical SubmissionList (transaction.proto) of these envelopes: the body of POST /v1/txs.
Bytes EncodeSubmissionList(const std::vector<Bytes>& envelopes);

uint64_t WallClockMs();

}  // namespace suyuan::cli
