// Refused entries are kept: the proposer's signature in them proves what it did (formats §4).
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "common/bytes.h"
#include "common/ids.h"
#include "common/result.h"
#include "node/log.h"

namespace suyuan::node {

// Thread-safe. Bounded in files and bytes, those of earlier runs included: a flood of bad entries
// must not fill the disk. The first ones stay.
class Evidence {
 public:
  static constexpr uint64_t kBytesMax = 64 << 20;
  static constexpr uint64_t kFilesMax = 1000;

  // `directory` is made when there is something to keep.
  Evidence(std::string directory, const Logger& log)
      : directory_(std::move(directory)), log_(log) {}
  // Writes `entry` to a file of its own unless these very bytes are kept already or there is no
  // room. Failures are logged.
  void Keep(Height height, ByteView entry);

 private:
  struct Held {
    uint64_t files = 0, bytes = 0;
  };
  Result<Held> Count() const;
  Status Write(const std::string& name, ByteView entry);

  const std::string directory_;
  const Logger& log_;
  std::mutex mutex_;
  std::optional<Held> held_;  // guarded by mutex_; counted at the first use
};

}  // namespace suyuan::node
