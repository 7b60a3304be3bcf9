// A bit flipped anywhere on the disk ends in a finding at the height of what it took away, or lies
// in bytes that nothing reads: the logical content of both databases and of the mark is then proven
// to be the same as before. Never a crash, never silence over a live byte. One case looks like an
// honest directory and is counted apart: the newest slot of the mark's ring is damaged, as after a
// write that was cut off (docs/formats.md §7).
#include <fstream>
#include <map>
#include <random>

#include <gtest/gtest.h>

#include "common/codec.h"
#include "ledger/mark_file.h"
#include "ledger/verify/database.h"
#include "tests/support/property_cases.h"
#include "tests/verify/real_ledger.h"

namespace suyuan::ledger::verify {
namespace {

constexpr int kFlips = suyuan::test::PropertyCases(600);

// Every live key and value.
using Values = std::map<Bytes, Bytes>;
constexpr const char* kDatabases[] = {"/log", "/state"};

// What a directory says: the values of both databases, and the mark.
struct Content {
  Values values[2];
  Bytes mark;
  uint64_t marks = 0;  // the mark's n
  friend bool operator==(const Content&, const Content&) = default;
};

// nullopt when something cannot be read.
std::optional<Content> LogicalContent(const std::string& directory) {
  Content out;
  for (int i = 0; i < 2; ++i) {
    Database database;
    if (!database.Open(directory + kDatabases[i]).ok() || !database.damage().empty())
      return std::nullopt;
    Status scanned = database.Scan("", [&](ByteView key, ByteView value) {
      out.values[i][Bytes(key)] = Bytes(value);
      return true;
    });
    if (!scanned.ok()) return std::nullopt;
  }
  auto mark = OpenMarkFile(nullptr, directory);
  if (!mark.ok()) return std::nullopt;
  out.mark = EncodeMarkSlot((*mark)->latest());
  out.marks = (*mark)->latest().n;
  return out;
}

// Where the verifier reads a value first: with its block, before all blocks, or behind them.
uint64_t HeightOf(bool log, const Bytes& key, const Bytes& value, uint64_t tip) {
  if (key == "zcheckpoint") return 0;
  const std::string_view of_a_block = log ? "eh" : "bo";
  if (of_a_block.find(key[0]) != std::string_view::npos)
    return Reader(ByteView(key).substr(1)).U64();
  return !log && key[0] == 'l' ? Reader(value).U64() : tip;
}

// The height of the first value that is gone or another one; the tip when all are there. nullopt
// where a read fails: a damaged block of a table also hides keys that lie in older files, for
// LevelDB looks there first, so which read meets it is LevelDB's matter.
std::optional<uint64_t> FirstLoss(const Content& honest, const std::string& directory,
                                  uint64_t tip) {
  uint64_t first = tip;
  for (int i = 0; i < 2; ++i) {
    Database database;
    if (!database.Open(directory + kDatabases[i]).ok()) return 0;
    for (const auto& [key, value] : honest.values[i]) {
      const uint64_t height = HeightOf(i == 0, key, value, tip);
      auto read = database.Get(key);
      if (!read.ok()) return std::nullopt;
      // A directory without a checkpoint is whole as well.
      if (key == "zcheckpoint" && !read->has_value()) continue;
      if (*read != value) first = std::min(first, height);
    }
  }
  return first;
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

// Half of the files by their bytes, half one by one, so that small files are hit as well.
const File& Choose(const std::vector<File>& files, bool by_bytes, std::mt19937_64& random) {
  if (!by_bytes) return files[random() % files.size()];
  uintmax_t total = 0;
  for (const File& f : files) total += f.size;
  uintmax_t at = random() % total;
  for (const File& f : files) {
    if (at < f.size) return f;
    at -= f.size;
  }
  return files.back();
}

// A flip that passed took nothing away; true when it made the newest mark look cut off.
bool ProveDead(const Content& honest, const std::string& copy, const std::string& path,
               uintmax_t at) {
  std::optional<Content> now = LogicalContent(copy);
  EXPECT_TRUE(now.has_value());
  if (!now || *now == honest) return false;
  EXPECT_EQ(path, "mark");
  EXPECT_EQ(at / kMarkSlotBytes, honest.marks % kMarkSlots);
  EXPECT_EQ(now->marks + 1, honest.marks);
  EXPECT_TRUE(now->values[0] == honest.values[0] && now->values[1] == honest.values[1]);
  return true;
}

TEST(Flips, EveryFlippedByteIsFoundOrProvenDead) {
  test::RealLedger ledger;
  std::optional<Content> honest = LogicalContent(ledger.directory());
  ASSERT_TRUE(honest.has_value());
  const Report whole = ledger.Verify(ledger.directory());
  ASSERT_TRUE(whole.ok);
  std::vector<File> files = FilesOf(ledger.directory());
  std::mt19937_64 random(2026);
  int found = 0, placed = 0, dead = 0, cut_off = 0;
  std::map<std::string, int> found_in;
  for (int i = 0; i < kFlips; ++i) {
    const File& file = Choose(files, i % 2 == 0, random);
    uintmax_t at = random() % file.size;
    auto mask = static_cast<uint8_t>(1u << random() % 8);
    std::string copy = ledger.Copy();
    FlipByte(copy + "/" + file.path, at, mask);
    SCOPED_TRACE(file.path + " byte " + std::to_string(at) + " mask " + std::to_string(mask));
    Report report = ledger.Verify(copy, i % 4 == 3);
    if (report.ok) {
      // The mark's ring holds room for the next slot; LevelDB's tables and logs hold superseded
      // values and padding.
      ProveDead(*honest, copy, file.path, at) ? ++cut_off : ++dead;
    } else {
      EXPECT_FALSE(report.problem.empty());
      EXPECT_LE(report.height, whole.blocks) << report.problem;
      // Or one below: where a damaged part begins, what stood before it has no certain end.
      if (const auto loss = FirstLoss(*honest, copy, whole.blocks)) {
        EXPECT_LE(report.height, *loss) << report.problem;
        EXPECT_GE(report.height + 1, *loss) << report.problem;
        ++placed;
      }
      ++found;
      ++found_in[std::filesystem::path(file.path).extension()];
    }
  }
  std::printf("%d flips: %d found, %d of them placed, %d in dead bytes, %d of the newest mark\n",
              kFlips, found, placed, dead, cut_off);
  EXPECT_GT(found, kFlips / 2);
  EXPECT_GT(placed, kFlips / 6);
  EXPECT_GT(found_in[".log"] + found_in[".ldb"], kFlips / 6);
  EXPECT_LE(cut_off, kFlips / 50);
}

}  // namespace
}  // namespace suyuan::ledger::verify
