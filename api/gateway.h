// What the HTTP room needs of a node. Implemented by the composition root, and by a small real
// ledger in tests. All methods are thread-safe and do not block on consensus.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/ids.h"
#include "common/json.h"
#include "common/result.h"
#include "common/sign.h"
#include "ledger/sealed_vault.h"
#include "ledger/store.h"

namespace suyuan::api {

// How long the caller waits (design, "The way of a transaction").
enum class Wait : uint8_t { kAccepted, kCommitted, kFinal };

// Result of one submitted transaction. Without an outcome it was only accepted.
struct SubmitResult {
  TxId id;
  std::optional<ledger::StoredOutcome> outcome;
};
using SubmitCallback = std::function<void(Result<SubmitResult>)>;

struct NodeStatus {
  std::string node;    // "<party>/<node>"
  std::string role;    // leader, follower, candidate, learner, joining, removed
  std::string leader;  // node name, empty when unknown
  uint64_t term = 0;
  uint64_t commit = 0, applied = 0;
  uint64_t pool_transactions = 0, pool_bytes = 0;
  int64_t clock_ahead_ms = 0;  // of the last block's time
  struct Peer {
    std::string node;
    bool connected = false;
    uint64_t match = 0;
  };
  std::vector<Peer> peers;
};

// One committed block, for event streams.
struct BlockEvent {
  Height height;
  uint64_t time_ms = 0;
  std::vector<TxId> transactions;
};

class Gateway {
 public:
  virtual ~Gateway() = default;
  virtual const LedgerId& ledger_id() const = 0;
  virtual const std::string& origin() const = 0;  // of checkpoints
  virtual const LedgerLimits& limits() const = 0;
  virtual ByteView genesis_file() const = 0;
  virtual const PartyId& own_party() const = 0;

  // Queues a transaction that is already signed, with its sealed items. Every failure comes through
  // the callback, on any thread: E_FORMAT, E_SIG, E_EXPIRED, E_BUSY (with Retry-After 1 s),
  // E_NO_LEADER, E_TIMEOUT …
  virtual void Submit(ledger::Parcel parcel, Wait wait, SubmitCallback done) = 0;
  // Builds and signs with the node's custody key of its own party (E_AUTHZ when it has none), from
  // the JSON form of interfaces.md; then as Submit.
  virtual void SubmitJson(const json::Value& transaction, Wait wait, SubmitCallback done) = 0;
  // True when this key may use the custody key.
  virtual bool IsOperatorKey(const KeyId& key) const = 0;
  // What the node's own party's sealing keys, present and former, open of a committed transaction:
  // for staff of that party and nobody else (opened.h asks). nullptr: the node holds no such key.
  // Errors of ledger::SealedVault::Open.
  virtual Result<std::shared_ptr<const ledger::OpenedLeaves>> OpenSealed(const TxId& id) = 0;

  virtual const ledger::Store& store() const = 0;
  virtual NodeStatus status() const = 0;
  // The newest checkpoint note signed by this node's log key.
  virtual std::string checkpoint() const = 0;
  // Calls back once the node has applied `height` (E_NOT_YET after `timeout_ms`).
  virtual void WhenApplied(Height height, uint32_t timeout_ms,
                           std::function<void(Status)> done) = 0;
  // Calls back once the node has applied everything that was committed anywhere when this was
  // called, confirmed by a majority (Raft §8): a read after it is linearizable. E_NO_LEADER without
  // a leader that a majority follows, E_NOT_YET when this node does not catch up in time, E_BUSY.
  virtual void WhenCurrent(uint32_t timeout_ms, std::function<void(Status)> done) = 0;
  // New blocks from now on; the returned handle ends the subscription when destroyed. `event` must
  // be quick.
  virtual std::shared_ptr<void> Subscribe(std::function<void(const BlockEvent&)> event) = 0;
  // Prometheus text of the node's own metrics.
  virtual std::string metrics() const = 0;
  virtual int64_t now_ms() const = 0;
};

}  // namespace suyuan::api
