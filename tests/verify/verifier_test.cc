// The offline verifier on whole data directories: honest ones pass, forged values are found at the
// height at which they stand (DC-2-a, DC-2-b).
#include "ledger/verify/verifier.h"

#include <gtest/gtest.h>
#include <leveldb/db.h>

#include "common/codec.h"
#include "common/hash.h"
#include "ledger/verify/data_dir.h"
#include "tests/verify/real_ledger.h"

namespace suyuan::ledger::verify {
namespace {

test::RealLedger& Honest() {
  static test::RealLedger ledger;
  return ledger;
}

// Rewrites one value with LevelDB itself, checksums and all: a forger with full access.
void Forge(const std::string& database, const Bytes& key,
           const std::function<void(Bytes&)>& change) {
  leveldb::DB* raw = nullptr;
  ASSERT_TRUE(leveldb::DB::Open({}, database, &raw).ok());
  std::unique_ptr<leveldb::DB> db(raw);
  Bytes value;
  ASSERT_TRUE(db->Get({}, key, &value).ok()) << HexEncode(key);
  change(value);
  ASSERT_TRUE(db->Put({}, key, value).ok());
}

void Remove(const std::string& database, const Bytes& key) {
  leveldb::DB* raw = nullptr;
  ASSERT_TRUE(leveldb::DB::Open({}, database, &raw).ok());
  std::unique_ptr<leveldb::DB> db(raw);
  ASSERT_TRUE(db->Delete({}, key).ok());
}

Bytes Key(char kind, uint64_t n) { return Writer().U8(static_cast<uint8_t>(kind)).U64(n).Take(); }
Bytes EntryKey(uint64_t height) { return Key('e', height) + Bytes(1, '\0'); }
auto FlipAt(size_t at) {
  return [at](Bytes& value) {
    value[at % value.size()] = static_cast<char>(value[at % value.size()] ^ 1);
  };
}

TEST(Verifier, AnHonestLedgerPassesWithAndWithoutExecution) {
  for (bool log_only : {false, true}) {
    Report report = Honest().Verify(Honest().directory(), log_only);
    EXPECT_TRUE(report.ok) << report.problem << " at " << report.height;
    EXPECT_GT(report.blocks, 40u);
    EXPECT_EQ(report.transactions, 100u);
    EXPECT_GE(report.signatures, report.blocks + report.transactions);
  }
}

TEST(Verifier, ReadingLeavesTheDirectoryAsItWas) {
  auto snapshot = [&] {
    std::map<std::string, std::pair<uintmax_t, std::filesystem::file_time_type>> files;
    for (const auto& e : std::filesystem::recursive_directory_iterator(Honest().directory()))
      if (e.is_regular_file()) files[e.path()] = {e.file_size(), e.last_write_time()};
    return files;
  };
  auto before = snapshot();
  Honest().Verify(Honest().directory());
  EXPECT_EQ(snapshot(), before);
}

struct Forgery {
  const char* what;
  const char* database;
  Bytes key;
  size_t at;
  uint64_t height;  // where it must be found
  bool found_log_only = true;
};

// Byte by byte within each kind: stored_flip_test.cc.
TEST(Verifier, ForgedValuesAreFoundAtTheirHeight) {
  uint64_t tip = Honest().Verify(Honest().directory()).blocks;
  const Forgery forgeries[] = {
      {"body", "log", EntryKey(7), 320, 7},
      {"header", "log", EntryKey(9), 20, 9},
      {"term in the header", "log", EntryKey(9), 22, 9},
      {"previous hash", "log", EntryKey(11), 70, 11},
      {"proposer's key", "log", EntryKey(12), 170, 12},
      {"proposer's signature", "log", EntryKey(13), 220, 13},
      {"body, further on", "log", EntryKey(14), 1'000'003, 14},
      {"tip block", "log", EntryKey(tip), 300, tip},
      {"entry head", "log", Key('h', 15), 20, 15},
      {"outcome", "state", Key('o', 16), 40, 16},
      {"log leaf", "state", Key('l', 2), 30, 1},
      {"state root in a summary", "state", Key('b', 17), 8 + 8 + 32 * 3 + 8 + 8 + 3, 17},
      {"log root in a summary", "state", Key('b', 18), 8 + 8 + 32 * 4 + 8 + 8 + 3, 18},
      {"checkpoint", "state", "zcheckpoint", 30, 0},
      {"head", "state", "zhead", 30, tip},
      {"hard state", "log", "zhard", 13, tip},
  };
  for (const Forgery& f : forgeries) {
    for (bool log_only : {false, true}) {
      std::string copy = Honest().Copy();
      Forge(copy + "/" + f.database, f.key, FlipAt(f.at));
      Report report = Honest().Verify(copy, log_only);
      EXPECT_FALSE(report.ok) << f.what;
      EXPECT_EQ(report.height, f.height) << f.what << ": " << report.problem;
      EXPECT_FALSE(report.problem.empty()) << f.what;
    }
  }
}

// The first sealed item of the ledger: its key, and the height of its block.
std::pair<Bytes, uint64_t> FirstItem() {
  leveldb::DB* raw = nullptr;
  const std::string copy = Honest().Copy();
  EXPECT_TRUE(leveldb::DB::Open({}, copy + "/log", &raw).ok());
  std::unique_ptr<leveldb::DB> db(raw);
  std::unique_ptr<leveldb::Iterator> it(db->NewIterator({}));
  for (it->Seek("e"); it->Valid() && it->key()[0] == 'e'; it->Next())
    if (it->key()[9] == '\1')
      return {it->key().ToString(), Reader(it->key().ToString().substr(1)).U64()};
  return {};
}

TEST(Verifier, SealedItemsCount) {
  const auto [key, height] = FirstItem();
  ASSERT_GT(height, 0u);
  const auto refused = [&, height = height](const std::string& copy, const char* what) {
    for (bool log_only : {false, true}) {
      const Report report = Honest().Verify(copy, log_only);
      EXPECT_FALSE(report.ok) << what;
      EXPECT_EQ(report.height, height) << what << ": " << report.problem;
      EXPECT_NE(report.problem.find("sealed item"), std::string::npos) << report.problem;
    }
  };
  std::string copy = Honest().Copy();
  Forge(copy + "/log", key, FlipAt(30));
  refused(copy, "a changed one");
  copy = Honest().Copy();
  Remove(copy + "/log", key);
  refused(copy, "a missing one");
  // With the hash that stands in the header, but no transaction that erased it.
  copy = Honest().Copy();
  Forge(copy + "/log", key,
        [](Bytes& item) { item = Bytes(1, '\0') + Sha256(item).str() + Bytes(8, '\1'); });
  refused(copy, "an erased one");
}

TEST(Verifier, MissingValuesAreFound) {
  uint64_t tip = Honest().Verify(Honest().directory()).blocks;
  const Forgery losses[] = {{"entry", "log", EntryKey(20), 0, 20},
                            {"outcomes", "state", Key('o', 22), 0, 22},
                            {"summary", "state", Key('b', 23), 0, 23},
                            {"last summary", "state", Key('b', tip), 0, tip},
                            {"last entry", "log", EntryKey(tip), 0, tip}};
  for (const Forgery& f : losses) {
    std::string copy = Honest().Copy();
    Remove(copy + "/" + f.database, f.key);
    Report report = Honest().Verify(copy);
    EXPECT_FALSE(report.ok) << f.what;
    EXPECT_EQ(report.height, f.height) << f.what << ": " << report.problem;
  }
}

// A clear value in the contract state: every key of it, one at a time, in both modes.
TEST(Verifier, EveryStateValueCounts) {
  std::vector<Bytes> keys;
  {
    std::string copy = Honest().Copy();
    leveldb::DB* raw = nullptr;
    ASSERT_TRUE(leveldb::DB::Open({}, copy + "/state", &raw).ok());
    std::unique_ptr<leveldb::DB> db(raw);
    std::unique_ptr<leveldb::Iterator> it(db->NewIterator({}));
    for (it->Seek("k"); it->Valid() && it->key()[0] == 'k'; it->Next())
      keys.push_back(it->key().ToString());
  }
  ASSERT_GT(keys.size(), 50u);
  for (size_t i = 0; i < keys.size(); i += 7) {
    bool in_tree = static_cast<uint8_t>(keys[i][1]) < 0x80;
    std::string copy = Honest().Copy();
    bool empty = false;
    Forge(copy + "/state", keys[i], [&](Bytes& v) {
      empty = v.empty();
      v.empty() ? v.push_back('x') : FlipAt(i)(v);
    });
    EXPECT_FALSE(Honest().Verify(copy).ok) << HexEncode(keys[i]);
    EXPECT_EQ(Honest().Verify(copy, true).ok, !in_tree) << HexEncode(keys[i]);
  }
}

TEST(Verifier, AnotherGenesisIsRefusedAtTheFirstBlock) {
  GenesisFacts other = Honest().facts();
  other.ledger.data[0] ^= 1;
  Options options;
  auto source = std::move(OpenDataDirectory(Honest().directory())).value();
  Report report = VerifyLedger(*source, other, options);
  EXPECT_FALSE(report.ok);
  EXPECT_EQ(report.height, 0u);
}

}  // namespace
}  // namespace suyuan::ledger::verify
