// The ring of marks as the verifier reads it: each of the 64 slots damaged in turn.
#include "ledger/verify/mark_check.h"

#include <fstream>

#include <gtest/gtest.h>

#include "ledger/mark_file.h"
#include "tests/support/expect_ok.h"
#include "tests/verify/real_ledger.h"

namespace suyuan::ledger::verify {
namespace {

// One ledger for all: only the mark of a copy is ever replaced.
struct Rings {
  Rings() {
    tip = ledger.Verify(ledger.directory()).blocks;
    SUYUAN_CHECK(log.Open(ledger.directory() + "/log").ok(), "log");
    std::ifstream in(ledger.directory() + "/mark", std::ios::binary);
    honest.assign(std::istreambuf_iterator<char>(in), {});
    newest = OpenMarkFile(nullptr, ledger.directory()).value()->latest().n;
    copy = ledger.Copy();
  }
  Bytes Slot(uint64_t n) const {
    return honest.substr(n % kMarkSlots * kMarkSlotBytes, kMarkSlotBytes);
  }
  Status Check(const Bytes& ring) {
    std::ofstream(copy + "/mark", std::ios::binary | std::ios::trunc) << ring;
    bad_height = 0;
    return CheckMark(copy, log, tip, &bad_height);
  }
  void ExpectDamage(const Bytes& ring, uint64_t height) {
    EXPECT_CODE(Check(ring), ErrorCode::kCorrupt);
    EXPECT_EQ(bad_height, height);
  }

  test::RealLedger ledger;
  Database log;
  Bytes honest;
  std::string copy;
  uint64_t tip = 0, newest = 0, bad_height = 0;
};

Rings& Ring() {
  static Rings rings;
  return rings;
}

// In magic, n, height, term, hash, check and zeros.
constexpr size_t kOffsets[] = {0, 5, 13, 21, 29, 59, 60, 91, 92, 511};

TEST(MarkRing, OnlyTheNewestAndTheNextSlotMayLookCutOff) {
  Rings& r = Ring();
  ASSERT_TRUE(r.Check(r.honest).ok());
  ASSERT_EQ(DecodeMarkSlot(r.Slot(r.newest)).value().entry.height, Height(r.tip));
  for (size_t slot = 0; slot < kMarkSlots; ++slot) {
    for (size_t at : kOffsets) {
      SCOPED_TRACE(std::to_string(slot) + " byte " + std::to_string(at));
      Bytes ring = r.honest;
      ring[slot * kMarkSlotBytes + at] ^= 1;
      if (slot == r.newest % kMarkSlots) {
        // The one silence: this is what a cut off write of the newest mark leaves, too.
        EXPECT_TRUE(r.Check(ring).ok());
        EXPECT_EQ(r.bad_height, r.tip - 1);
      } else if (slot == (r.newest + 1) % kMarkSlots) {
        EXPECT_TRUE(r.Check(ring).ok());
        EXPECT_EQ(r.bad_height, r.tip);
      } else {
        r.ExpectDamage(ring, r.tip);
      }
    }
  }
}

TEST(MarkRing, TwoDamagedSlotsAreNoCutOffWrite) {
  Rings& r = Ring();
  Bytes ring = r.honest;
  for (uint64_t n : {r.newest, r.newest - 1}) ring[n % kMarkSlots * kMarkSlotBytes] ^= 1;
  r.ExpectDamage(ring, r.tip - 2);
}

TEST(MarkRing, AMarkAtAnotherPlaceOrARingOfAnotherSizeIsDamage) {
  Rings& r = Ring();
  Bytes ring = r.honest;
  ring.replace((r.newest + 2) % kMarkSlots * kMarkSlotBytes, kMarkSlotBytes, r.Slot(r.newest));
  r.ExpectDamage(ring, r.tip);
  r.ExpectDamage(r.honest + Bytes(1, '\0'), r.tip);
  r.ExpectDamage(r.honest.substr(0, r.honest.size() - 1), r.tip);
  EXPECT_CODE(r.Check(Bytes(r.honest.size(), '\0')), ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace suyuan::ledger::verify
