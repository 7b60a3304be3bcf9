// What a party's sealing keys open of the transactions that a store holds: for a node's custody,
// which reads for staff of its own party. Who may ask is the caller's business.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "ledger/sealing/reader.h"
#include "ledger/store.h"

namespace suyuan::ledger {

// What a sealed leaf turned out to be for a holder of its key.
struct OpenedLeaf {
  enum class Kind : uint8_t {
    kValue,
    kAbsent,  // the absent marker was inside
    kFault,   // a check failed (docs/formats.md §3): no value leaves
    kErased,  // its item was erased
  };
  Kind kind = Kind::kFault;
  Bytes value;  // kValue: the bytes that were sealed, of which nothing more is known
};

// The leaves of one transaction that the keys are for, by place. Immutable; wiped on destruction.
class OpenedLeaves {
 public:
  explicit OpenedLeaves(std::map<sealing::SealedPlace, OpenedLeaf> leaves);
  ~OpenedLeaves();
  OpenedLeaves(const OpenedLeaves&) = delete;
  OpenedLeaves& operator=(const OpenedLeaves&) = delete;

  // nullptr: not sealed, or to others.
  const OpenedLeaf* Find(const sealing::SealedPlace& at) const;
  size_t size() const { return leaves_.size(); }
  // Memory that it takes, roughly.
  size_t bytes() const { return bytes_; }

 private:
  std::map<sealing::SealedPlace, OpenedLeaf> leaves_;
  size_t bytes_ = 0;
};

// What other transactions grant of `tx`: opens it in `opened`. Asked when `tx` has audiences that
// the reader's own wraps do not open.
using GrantFinder =
    std::function<Status(sealing::SealedReader& reader, const Transaction& tx,
                         std::span<const ByteView> items, sealing::OpenedTransaction& opened)>;
struct GrantSource {
  GrantFinder find = {};
  // Rises when something was granted, at the latest when a read of the store shows it. Thread-safe.
  std::function<uint64_t()> count = {};
};

// Opens with the present key and former ones, newest first, and with granted keys; keeps what was
// opened last, up to `bytes_max`. Thread-safe. Keys and values are wiped when they go.
class SealedVault {
 public:
  // The store must outlive it.
  static constexpr size_t kBytesMax = 8 << 20;
  SealedVault(std::vector<SealingKey> keys, const Store& store, const LedgerLimits& limits,
              size_t bytes_max = kBytesMax, GrantSource grants = {});

  // What was kept of a transaction of which something stayed closed counts until the next grant.
  // E_NOT_FOUND, E_CORRUPT, E_IO as LoadCommitted; E_COMMIT, E_FORMAT when the stored items are not
  // the transaction's. Never nullptr.
  Result<std::shared_ptr<const OpenedLeaves>> Open(const TxId& id);
  // All that the keys open of a transaction that the caller holds, keys included: for who proves to
  // others what is wrong with it, or publishes it. Nothing is kept, and what Open kept of it is
  // dropped: a key may have been granted since. Errors of SealedReader::Open and of the grants.
  Result<sealing::OpenedTransaction> OpenWhole(const Transaction& tx,
                                               std::span<const ByteView> items);

 private:
  struct Known {
    std::shared_ptr<const OpenedLeaves> leaves;
    bool whole = true;    // every audience opened
    uint64_t grants = 0;  // counted before it was read
  };
  Result<Known> Read(const TxId& id);
  Result<sealing::OpenedTransaction> OpenAll(const Transaction& tx,
                                             std::span<const ByteView> items);
  void Forget(const TxId& id);
  void Keep(const TxId& id, const Known& opened);

  const Store& store_;
  const LedgerLimits limits_;
  const GrantSource grants_;
  const size_t bytes_max_;
  std::mutex mutex_;
  sealing::SealedReader reader_;  // guarded by mutex_, as all below
  std::map<TxId, Known> known_;   // the last ones
  std::deque<TxId> order_;        // oldest first
  size_t bytes_ = 0;
};

}  // namespace suyuan::ledger
