#include "ledger/verify/mark_check.h"

#include <fstream>
#include <optional>

#include "common/codec.h"
#include "common/hash.h"

namespace suyuan::ledger::verify {
namespace {

constexpr size_t kSlots = 64;
constexpr size_t kSlotBytes = 512;

Error Damaged(std::string why) { return Error{ErrorCode::kCorrupt, std::move(why)}; }

struct Mark {
  uint64_t n = 0, height = 0, term = 0;
  Hash hash;
};

bool IsZero(ByteView bytes) { return bytes.find_first_not_of('\0') == ByteView::npos; }

// nullopt unless the slot is whole, its zeros included.
std::optional<Mark> ReadSlot(ByteView slot) {
  constexpr size_t kContent = 4 + 8 + 8 + 8 + 32;
  if (slot.substr(0, 4) != "SYM1" ||
      Sha256(slot.substr(0, kContent)).view() != slot.substr(kContent, 32) ||
      !IsZero(slot.substr(kContent + 32)))
    return std::nullopt;
  Reader r(slot.substr(4));
  Mark mark;
  mark.n = r.U64();
  mark.height = r.U64();
  mark.term = r.U64();
  mark.hash = r.Take<Hash>();
  return mark;
}

// The mark of a ring. Only the slot that the next mark goes to may hold the rest of a write that
// never ended: any other is whole at its place, or was never written.
Result<Mark> ReadRing(ByteView ring, uint64_t* bad_height) {
  std::optional<Mark> newest;
  uint64_t broken = 0;  // a bit for each slot
  for (size_t i = 0; i < kSlots && (i + 1) * kSlotBytes <= ring.size(); ++i) {
    ByteView slot = ring.substr(i * kSlotBytes, kSlotBytes);
    std::optional<Mark> mark = ReadSlot(slot);
    if (mark ? mark->n % kSlots != i : !IsZero(slot)) broken |= uint64_t{1} << i;
    if (mark && (!newest || mark->n >= newest->n)) newest = mark;
  }
  if (!newest) return Damaged("the mark of what was acknowledged is unreadable");
  *bad_height = newest->height;
  if (ring.size() != kSlots * kSlotBytes) return Damaged("the ring of marks has another size");
  if (broken & ~(uint64_t{1} << (newest->n + 1) % kSlots))
    return Damaged("a mark of what was acknowledged is damaged");
  return *newest;
}

}  // namespace

Status CheckMark(const std::string& directory, const Database& log, uint64_t last_entry,
                 uint64_t* bad_height) {
  std::ifstream file(directory + "/mark", std::ios::binary);
  Bytes ring((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  SUYUAN_ASSIGN_OR_RETURN(Mark mark, ReadRing(ring, bad_height));
  SUYUAN_ASSIGN_OR_RETURN(auto floor, log.Get("zfloor"));
  bool replaced = false;
  if (floor) {
    Reader r(*floor);
    uint64_t n = r.U64(), binding = r.U64();
    replaced = mark.n <= n && mark.height > binding;
    if (replaced) mark.height = binding;
  }
  if (mark.height > last_entry) {
    *bad_height = last_entry + 1;
    return Damaged("acknowledged entries up to height " + std::to_string(mark.height) +
                   " are missing");
  }
  if (mark.height == 0 || replaced) return {};
  SUYUAN_ASSIGN_OR_RETURN(auto head, log.Get(Writer().U8('h').U64(mark.height).Take()));
  Writer expected;
  expected.U64(mark.term).Raw(mark.hash);
  *bad_height = mark.height;
  if (!head || head->substr(0, expected.bytes().size()) != expected.bytes())
    return Damaged("the acknowledged entry is another one");
  return {};
}

}  // namespace suyuan::ledger::verify
