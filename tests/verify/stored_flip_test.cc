// Flips inside of stored values, written back with LevelDB's checksums by a forger with full
// access, each where its kind lies in the decoded entry: all are found at the height at which they
// stand.
#include <map>
#include <random>

#include <gtest/gtest.h>
#include <leveldb/db.h>

#include "common/codec.h"
#include "common/hash.h"
#include "ledger/verify/database.h"
#include "ledger/verify/wire.h"
#include "tests/support/property_cases.h"
#include "tests/verify/real_ledger.h"

namespace suyuan::ledger::verify {
namespace {

// Of each kind.
constexpr int kFlips = suyuan::test::PropertyCases(50);

// Layout of a stored entry (docs/formats.md §4).
constexpr size_t kHeaderBytes = 159;
constexpr size_t kKeyAt = kHeaderBytes + 2 + 1;
constexpr size_t kSignatureAt = kKeyAt + 32 + 1;
constexpr size_t kBodyAt = kSignatureAt + 64 + 4;

// A run of bytes of one value.
struct Target {
  bool log;
  Bytes key;
  size_t at, size;
  uint64_t height;  // where a flip in it must be found
};
using Targets = std::map<std::string, std::vector<Target>>;

void AddEntry(const Bytes& key, const Bytes& entry, uint64_t height, Targets* out) {
  const auto add = [&](const char* kind, size_t at, size_t size) {
    if (size > 0) (*out)[kind].push_back({true, key, at, size, height});
  };
  const auto add_view = [&](const char* kind, ByteView view) {
    add(kind, static_cast<size_t>(view.data() - entry.data()), view.size());
  };
  add("header", 0, kHeaderBytes);
  add("proposer's key", kKeyAt, 32);
  add("proposer's signature", kSignatureAt, 64);
  const WireBody body = ReadBody(ByteView(entry).substr(kBodyAt)).value();
  for (ByteView envelope : body.envelopes) {
    WireTransaction tx;
    SUYUAN_CHECK(ReadEnvelope(envelope, &tx).ok(), "envelope");
    add_view("core", tx.core);
    for (const WireSignature& s : tx.signatures) add_view("client's signature", s.signature);
    for (ByteView leaf : tx.leaves) {
      constexpr size_t kModeAt = 4, kValueAt = kModeAt + 1 + 4;  // §2
      if (!leaf.starts_with("SYR1") && leaf[kModeAt] == 0)
        add_view("clear value", leaf.substr(kValueAt));
    }
  }
}

Targets AllTargets(const std::string& directory, uint64_t tip) {
  Targets out;
  for (bool log : {true, false}) {
    Database database;
    SUYUAN_CHECK(database.Open(directory + (log ? "/log" : "/state")).ok(), "open");
    Status scanned = database.Scan("", [&](ByteView view, ByteView bytes) {
      const Bytes key(view), value(bytes);
      const uint64_t number = key.size() < 9 ? 0 : Reader(ByteView(key).substr(1)).U64();
      const auto whole = [&](const char* kind, uint64_t height) {
        out[kind].push_back({log, key, 0, value.size(), height});
      };
      if (log && key[0] == 'e' && key[9] == '\0') {
        AddEntry(key, value, number, &out);
        if (number == tip) whole("tip block", tip);
      }
      if (log && key[0] == 'h') whole("entry head", number);
      if (!log && key[0] == 'o') whole("outcome", number);
      if (!log && key[0] == 'l') whole("log leaf", Reader(value).U64());
      if (!log && key[0] == 'b') whole("summary", number);
      if (key == "zcheckpoint") whole("checkpoint", 0);
      return true;
    });
    SUYUAN_CHECK(scanned.ok(), "scan");
  }
  return out;
}

// The entry's head as it is written with these bytes: without it every flip in an entry is found by
// the head alone.
Bytes HeadOf(uint64_t height, ByteView entry) {
  const ByteView header = entry.substr(0, kHeaderBytes);
  const Bytes content = Writer()
                            .U64(height)
                            .Raw(header.substr(15, 8))
                            .Raw(TaggedHash("entry", {FixedRaw(header)}))
                            .Raw(Sha256(entry))
                            .Take();
  return content.substr(8) + Bytes(Sha256(content).view().substr(0, 8));
}

void Flip(const std::string& directory, const Target& target, size_t at, uint8_t mask,
          bool with_head) {
  leveldb::DB* raw = nullptr;
  ASSERT_TRUE(leveldb::DB::Open({}, directory + (target.log ? "/log" : "/state"), &raw).ok());
  std::unique_ptr<leveldb::DB> db(raw);
  Bytes value;
  ASSERT_TRUE(db->Get({}, target.key, &value).ok());
  value[at] = static_cast<char>(value[at] ^ static_cast<char>(mask));
  ASSERT_TRUE(db->Put({}, target.key, value).ok());
  if (!with_head) return;
  Bytes key = target.key.substr(0, 9);
  key[0] = 'h';
  ASSERT_TRUE(db->Put({}, key, HeadOf(target.height, value)).ok());
}

TEST(StoredFlips, AreFoundAtTheHeightAtWhichTheyStand) {
  test::RealLedger ledger;
  const Report honest = ledger.Verify(ledger.directory());
  ASSERT_TRUE(honest.ok);
  const Targets targets = AllTargets(ledger.directory(), honest.blocks);
  ASSERT_EQ(targets.size(), 12u);
  std::mt19937_64 random(1121);
  for (const auto& [kind, places] : targets) {
    for (int i = 0; i < kFlips; ++i) {
      const Target& target = places[random() % places.size()];
      const size_t at = target.at + random() % target.size;
      const auto mask = static_cast<uint8_t>(1u << random() % 8);
      SCOPED_TRACE(kind + " of " + std::to_string(target.height) + " byte " + std::to_string(at) +
                   " mask " + std::to_string(mask));
      const std::string copy = ledger.Copy();
      Flip(copy, target, at, mask, target.key[0] == 'e' && i % 2 == 1);
      const Report report = ledger.Verify(copy, i % 4 > 1);
      EXPECT_FALSE(report.ok);
      EXPECT_FALSE(report.problem.empty());
      // A checkpoint's signature may name a key that the ledger could still have brought.
      const bool late = kind == "checkpoint" && report.height == honest.blocks;
      EXPECT_TRUE(late || report.height == target.height) << report.height << report.problem;
    }
  }
}

}  // namespace
}  // namespace suyuan::ledger::verify
