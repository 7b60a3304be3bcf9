// A data directory on the real disk, made by the production store and executor: some sixty blocks
// of the world's transactions, elections between them, a signed checkpoint.
#pragma once

#include <filesystem>
#include <string>

#include "ledger/verify/verifier.h"
#include "tests/support/world.h"

namespace suyuan::test {

class RealLedger {
 public:
  RealLedger();  // builds the ledger in a fresh temporary directory
  ~RealLedger();
  const std::string& directory() const { return directory_; }
  // A copy that a test may damage; removed with this object.
  std::string Copy();
  const World& world() const { return world_; }
  ledger::verify::GenesisFacts facts() const;
  // Verifies a directory, executing every block unless `log_only`.
  ledger::verify::Report Verify(const std::string& directory, bool log_only = false) const;

 private:
  void Fill();
  World world_;
  std::string base_, directory_;
  int copies_ = 0;
};

}  // namespace suyuan::test
