// The key of the node's own party, for callers that may use it (interfaces, "POST /v1/txs").
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "common/json.h"
#include "common/sign.h"
#include "contracts/builder.h"
#include "node/clock.h"

namespace suyuan::node {

// Builds and signs the party's transactions. What opens its hidden fields is appended to
// `openings.jsonl` (mode 0600) and durable before the transaction leaves: without it the party
// could never again read or disclose its own values. Thread-safe.
class Custody {
 public:
  Custody(SigningKey key, const LedgerId& ledger, const PartyId& party, std::string directory,
          WallClock clock);
  // The signed envelope. Errors of contracts::BuildTransaction, E_IO, E_DISK_FULL.
  Result<std::shared_ptr<const Bytes>> Sign(const json::Value& transaction);

 private:
  Status KeepOpenings(const TxId& id, const std::vector<contracts::Opening>& openings);

  const SigningKey key_;
  const LedgerId ledger_;
  const PartyId party_;
  const std::string path_;
  const WallClock clock_;
  std::mutex mutex_;  // one writer of the file
};

}  // namespace suyuan::node
