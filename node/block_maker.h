// Entries as the leader proposes them: header, body, signature, and the block's time.
#pragma once

#include <vector>

#include "common/sign.h"
#include "consensus/raft.h"
#include "ledger/block.h"
#include "node/clock.h"
#include "node/tx_pool.h"

namespace suyuan::node {

// Consensus thread only.
class BlockMaker {
 public:
  // `genesis_time_ms` is the time of "the block before the first".
  BlockMaker(const SigningKey& node_key, WallClock clock, uint64_t genesis_time_ms)
      : node_key_(node_key), clock_(std::move(clock)), genesis_time_ms_(genesis_time_ms) {}

  // The next entry of `raft`'s log in its current term: kind 1 with these transactions, or, when
  // there are none, the term's first entry (kind 2). Fails only when the last entry is unreadable.
  Result<consensus::Entry> Make(const consensus::Raft& raft,
                                const std::vector<PooledTransaction>& transactions);
  // The next entry, kind 3.
  Result<consensus::Entry> MakeConfiguration(const consensus::Raft& raft, ByteView configuration);

 private:
  // Height, term, time and chain of the next entry.
  Result<ledger::EntryDraft> NextDraft(const consensus::Raft& raft);
  consensus::Entry Sign(const consensus::Raft& raft, const ledger::EntryDraft& draft);
  // Time of the last entry: block times strictly rise.
  Result<uint64_t> LastTime(const consensus::Raft& raft);

  const SigningKey& node_key_;
  const WallClock clock_;
  const uint64_t genesis_time_ms_;
  Hash known_;  // the entry whose time is known_time_ms_
  uint64_t known_time_ms_ = 0;
};

}  // namespace suyuan::node
