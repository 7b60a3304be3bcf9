#include "ledger/verify/mark_check.h"

#include <fstream>

#include "common/codec.h"
#include "common/hash.h"

namespace suyuan::ledger::verify {
namespace {

constexpr size_t kMarkSlotBytes = 512;

Error Damaged(std::string why) { return Error{ErrorCode::kCorrupt, std::move(why)}; }

}  // namespace

Status CheckMark(const std::string& directory, const Database& log, uint64_t last_entry,
                 uint64_t* bad_height) {
  std::ifstream file(directory + "/mark", std::ios::binary);
  Bytes ring((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  uint64_t newest = 0, height = 0, term = 0;
  Hash hash;
  bool found = false;
  for (size_t at = 0; at + kMarkSlotBytes <= ring.size(); at += kMarkSlotBytes) {
    ByteView slot = ByteView(ring).substr(at, kMarkSlotBytes);
    constexpr size_t kContent = 4 + 8 + 8 + 8 + 32;
    if (slot.substr(0, 4) != "SYM1" ||
        Sha256(slot.substr(0, kContent)).view() != slot.substr(kContent, 32))
      continue;
    Reader r(slot.substr(4));
    uint64_t n = r.U64();
    if (found && n < newest) continue;
    found = true;
    newest = n;
    height = r.U64();
    term = r.U64();
    hash = r.Take<Hash>();
  }
  if (!found) return Damaged("the mark of what was acknowledged is unreadable");
  SUYUAN_ASSIGN_OR_RETURN(auto floor, log.Get("zfloor"));
  bool replaced = false;
  if (floor) {
    Reader r(*floor);
    uint64_t n = r.U64(), binding = r.U64();
    replaced = newest <= n && height > binding;
    if (replaced) height = binding;
  }
  if (height > last_entry) {
    *bad_height = last_entry + 1;
    return Damaged("acknowledged entries up to height " + std::to_string(height) + " are missing");
  }
  if (height == 0 || replaced) return {};
  SUYUAN_ASSIGN_OR_RETURN(auto head, log.Get(Writer().U8('h').U64(height).Take()));
  Writer expected;
  expected.U64(term).Raw(hash);
  *bad_height = height;
  if (!head || head->substr(0, expected.bytes().size()) != expected.bytes())
    return Damaged("the acknowledged entry is another one");
  return {};
}

}  // namespace suyuan::ledger::verify
