// A real ledger, and a place for archives of it.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <unistd.h>

#include "common/check.h"
#include "ledger/archive/reader.h"
#include "ledger/archive/writer.h"
#include "ledger/verify/data_dir.h"
#include "tests/verify/real_ledger.h"

namespace suyuan::test {

class ArchivedLedger {
 public:
  ArchivedLedger()
      : base_(std::filesystem::temp_directory_path() /
              ("suyuan-archive-" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(base_);
    std::filesystem::create_directories(base_);
    tip_ = Source()->AppliedHeight().value();
  }
  ~ArchivedLedger() { std::filesystem::remove_all(base_); }
  ArchivedLedger(const ArchivedLedger&) = delete;
  ArchivedLedger& operator=(const ArchivedLedger&) = delete;

  const RealLedger& real() const { return real_; }
  const LedgerId& id() const { return real_.world().genesis.ledger_id; }
  std::string Place(const std::string& name) const { return base_ / name; }
  // One at a time: it holds the databases' locks.
  std::unique_ptr<ledger::verify::LedgerSource> Source() const {
    return ledger::verify::OpenDataDirectory(real_.directory()).value();
  }
  // Adds what the archive lacks up to `tip`; returns how many blocks that were.
  uint64_t AddTo(const std::string& archive, uint64_t tip) const {
    auto writer = ledger::archive::ArchiveWriter::Open(archive, id()).value();
    const uint64_t begin = writer->next();
    const auto source = Source();
    for (uint64_t height = 0; height <= tip; ++height) {
      const auto block = source->Block(height).value();
      if (height >= begin) SUYUAN_CHECK(writer->Add(block).ok(), "add");
    }
    SUYUAN_CHECK(writer->Finish(source->CheckpointNote().value()).ok(), "finish");
    return writer->next() - begin;
  }
  uint64_t tip() const { return tip_; }
  // What the verifier says of an archive; signatures and links, and everything else when executed.
  ledger::verify::Report Verify(const std::string& archive) const {
    auto source = ledger::archive::OpenArchive(archive).value();
    return ledger::verify::VerifyLedger(*source, real_.facts(), {});
  }

 private:
  const std::filesystem::path base_;
  RealLedger real_;
  uint64_t tip_ = 0;
};

}  // namespace suyuan::test
