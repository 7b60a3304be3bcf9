// A running node as a source for the verifier: blocks come as bundles (docs/formats.md §9) over
// HTTP. What only a data directory can show (indexes, state values, the log's tail) is not checked.
#pragma once

#include <deque>
#include <memory>

#include "ledger/verify/source.h"
#include "node/cli/http_client.h"

namespace suyuan::cli {

class RemoteSource final : public ledger::verify::LedgerSource {
 public:
  // Fixes what is verified: the newest checkpoint, then the height, which covers it. `client`
  // outlives this.
  static Result<std::unique_ptr<RemoteSource>> Open(NodeClient& client);
  Result<uint64_t> AppliedHeight() override { return height_; }
  Result<ledger::verify::StoredBlock> Block(uint64_t height) override;
  Status CheckNode(unsigned, uint64_t, const Hash&) override { return {}; }
  Status CheckRest(const Derived&, uint64_t*) override { return {}; }
  Result<bool> ScanState(const StateVisitor&) override { return false; }
  Result<std::optional<std::string>> CheckpointNote() override { return checkpoint_; }

 private:
  explicit RemoteSource(NodeClient& client) : client_(client) {}

  NodeClient& client_;
  uint64_t height_ = 0;
  std::optional<std::string> checkpoint_;
  uint64_t next_ = 0;  // height of the first one fetched
  std::deque<ledger::verify::StoredBlock> fetched_;
};

}  // namespace suyuan::cli
