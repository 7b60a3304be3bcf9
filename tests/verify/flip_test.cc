// A bit flipped anywhere on the disk ends in a finding with a height, or lies in bytes that nothing
// reads: the logical content of both databases is then proven to be the same as before. Never a
// crash, never silence over a live byte.
#include <fstream>
#include <random>

#include <gtest/gtest.h>

#include "common/hash.h"
#include "ledger/verify/database.h"
#include "tests/support/property_cases.h"
#include "tests/verify/real_ledger.h"

namespace suyuan::ledger::verify {
namespace {

constexpr int kFlips = suyuan::test::PropertyCases(600);

// Digest of every live key and value and of the mark; nullopt when something cannot be read.
std::optional<Hash> LogicalContent(const std::string& directory) {
  Sha256Stream digest;
  for (const char* name : {"/log", "/state"}) {
    Database database;
    if (!database.Open(directory + name).ok() || !database.damage().empty()) return std::nullopt;
    Status scanned = database.Scan("", [&](ByteView key, ByteView value) {
      digest.Update(std::to_string(key.size()) + ":" + std::to_string(value.size()) + ":");
      digest.Update(key).Update(value);
      return true;
    });
    if (!scanned.ok()) return std::nullopt;
  }
  return digest.Final();
}

struct File {
  std::string path;  // relative
  uintmax_t size;
};

std::vector<File> FilesOf(const std::string& directory) {
  std::vector<File> out;
  for (const auto& e : std::filesystem::recursive_directory_iterator(directory))
    if (e.is_regular_file() && e.file_size() > 0)
      out.push_back({std::filesystem::relative(e.path(), directory), e.file_size()});
  std::sort(out.begin(), out.end(), [](const File& a, const File& b) { return a.path < b.path; });
  return out;
}

void FlipByte(const std::string& path, uintmax_t at, uint8_t mask) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(static_cast<std::streamoff>(at));
  char c = 0;
  file.get(c);
  file.seekp(static_cast<std::streamoff>(at));
  file.put(static_cast<char>(c ^ static_cast<char>(mask)));
  ASSERT_TRUE(file.good()) << path;
}

TEST(Flips, EveryFlippedByteIsFoundOrProvenDead) {
  test::RealLedger ledger;
  std::optional<Hash> honest = LogicalContent(ledger.directory());
  ASSERT_TRUE(honest.has_value());
  ASSERT_TRUE(ledger.Verify(ledger.directory()).ok);
  std::vector<File> files = FilesOf(ledger.directory());
  std::mt19937_64 random(2026);
  int found = 0, dead = 0;
  std::map<std::string, int> found_in;
  for (int i = 0; i < kFlips; ++i) {
    // Half of the flips by bytes, half by files, so that small files are hit as well.
    const File* file = nullptr;
    if (i % 2 == 0) {
      uintmax_t total = 0;
      for (const File& f : files) total += f.size;
      uintmax_t at = random() % total;
      for (const File& f : files) {
        if (at < f.size) {
          file = &f;
          break;
        }
        at -= f.size;
      }
    } else {
      file = &files[random() % files.size()];
    }
    uintmax_t at = random() % file->size;
    auto mask = static_cast<uint8_t>(1u << random() % 8);
    std::string copy = ledger.Copy();
    FlipByte(copy + "/" + file->path, at, mask);
    SCOPED_TRACE(file->path + " byte " + std::to_string(at) + " mask " + std::to_string(mask));
    Report report = ledger.Verify(copy, i % 4 == 3);
    if (report.ok) {
      // Nothing live may have changed. The mark's ring holds superseded slots, LevelDB's tables
      // and logs hold superseded values and padding.
      EXPECT_EQ(LogicalContent(copy), honest);
      ++dead;
    } else {
      EXPECT_FALSE(report.problem.empty());
      ++found;
      ++found_in[std::filesystem::path(file->path).extension()];
    }
  }
  std::printf("%d flips: %d found, %d in dead bytes\n", kFlips, found, dead);
  EXPECT_GT(found, kFlips / 2);
  EXPECT_GT(found_in[".log"] + found_in[".ldb"], kFlips / 6);
}

}  // namespace
}  // namespace suyuan::ledger::verify
