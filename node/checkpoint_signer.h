// The newest checkpoint, signed with the node's log key (docs/formats.md §5).
#pragma once

#include <mutex>
#include <string>

#include "common/sign.h"
#include "ledger/store.h"
#include "node/node_directory.h"

namespace suyuan::node {

// Thread-safe. Signs when asked, at most once a block, so that a busy ledger does not spend a
// signature on every block that nobody looks at.
class CheckpointSigner {
 public:
  // `node`: this one, whose log key that is.
  CheckpointSigner(const ledger::Store& store, NodeDirectory& directory, const KeyId& node,
                   std::string origin, const SigningKey& log_key)
      : store_(store),
        directory_(directory),
        node_(node),
        origin_(std::move(origin)),
        log_key_(log_key) {}
  // A configuration that is executed here names the node; before, its signature tells nobody
  // anything.
  bool IsNamed();
  // The note over the log's state at the end of the last applied block; E_NOT_YET before the node
  // is named, E_IO, E_CORRUPT.
  Result<std::string> Note();

 private:
  const ledger::Store& store_;
  NodeDirectory& directory_;
  const KeyId node_;
  const std::string origin_;
  const SigningKey& log_key_;
  std::mutex mutex_;
  uint64_t size_ = 0;  // guarded by mutex_; of note_
  std::string note_;   // guarded by mutex_
};

}  // namespace suyuan::node
