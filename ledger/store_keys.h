// Every key of the store's two LevelDB databases, in one place (format version 1). A key is one
// prefix byte and fixed-width big-endian parts, so that LevelDB's bytewise order is numeric order.
// Values marked (frozen) are bytes of docs/formats.md; the others may change with kStoreFormat.
//
// log/ — what consensus makes durable. Every write is synchronous.
//   'e' height 0          stored entry (frozen, §4)
//   'e' height 1 u32 i    sealed item i of that entry
//   'h' height            u64 term ‖ entry_hash32 ‖ SHA-256(stored entry)32 ‖ first 8 bytes of
//                         SHA-256(u64 height ‖ all before)
//   'z' "format"          "SYST" ‖ u16 kStoreFormat ‖ ledger_id32
//   'z' "hard"            u64 term ‖ u32 vote ‖ u64 commit
//   'z' "lost"            u64 height up to which the node had acknowledged entries that it lost
//   'z' "floor"           u64 n ‖ u64 height: marks up to the n-th bind only up to this height,
//                         because a newer term's leader replaced the entries above
// Entries come first and the small keys last, so that a new table overlaps only the newest old one
// and compaction does not rewrite the ledger.
//
// state/ — what follows from the log. No write is synchronous but the first.
//   'b' height            block summary: LogHead ‖ log root32
//   'k' ns key…           state or index value
//   'l' u64 first leaf    u64 height ‖ leaves of one block (frozen, §5), 81 bytes each
//   'n' u8 tier u64 n     tier 0: 256 leaf hashes of tile n; tier t > 0: root of the complete
//                         subtree n of 256^t leaves
//   'o' height            u64 first leaf ‖ u32 count ‖ (u32 position ‖ u32 end)… ‖ outcomes (§5)
//   'p' page id           page of the state tree
//   'r' height            redo record: (key32 ‖ u8 present ‖ value hash32)… since the last
//                         write-back of pages
//   't' tx_id             u64 height ‖ u32 ordinal among the block's outcomes
//   'z' "format"          as above
//   'z' "checkpoint"      the newest checkpoint note signed by this node
//   'z' "head"            LogHead ‖ u8 count ‖ roots of the log's complete subtrees
#pragma once

#include "common/codec.h"
#include "common/ids.h"

namespace suyuan::ledger::keys {

inline constexpr uint16_t kStoreFormat = 1;
inline constexpr ByteView kStoreMagic = "SYST";

inline constexpr char kEntry = 'e';
inline constexpr char kEntryHead = 'h';
inline constexpr char kSummary = 'b';
inline constexpr char kState = 'k';
inline constexpr char kLeaves = 'l';
inline constexpr char kLogNode = 'n';
inline constexpr char kOutcomes = 'o';
inline constexpr char kPage = 'p';
inline constexpr char kRedo = 'r';
inline constexpr char kTransaction = 't';

inline constexpr ByteView kFormatKey = "zformat";
inline constexpr ByteView kHardStateKey = "zhard";
inline constexpr ByteView kLostKey = "zlost";
inline constexpr ByteView kMarkFloorKey = "zfloor";
inline constexpr ByteView kCheckpointKey = "zcheckpoint";
inline constexpr ByteView kHeadKey = "zhead";

// prefix ‖ u64
inline Bytes Numbered(char prefix, uint64_t number) {
  return Writer().U8(static_cast<uint8_t>(prefix)).U64(number).Take();
}
// The number of such a key.
inline uint64_t NumberOf(ByteView key) { return Reader(key.substr(1)).U64(); }

inline Bytes EntryOf(Height height) { return Writer().U8(kEntry).U64(height.value()).U8(0).Take(); }
inline Bytes SealedItemOf(Height height, uint32_t item) {
  return Writer().U8(kEntry).U64(height.value()).U8(1).U32(item).Take();
}
inline Bytes LogNodeOf(uint8_t tier, uint64_t n) {
  return Writer().U8(kLogNode).U8(tier).U64(n).Take();
}
inline Bytes PrefixedBy(char prefix, ByteView rest) {
  Bytes key;
  key.reserve(1 + rest.size());
  key.push_back(prefix);
  return key.append(rest);
}
inline Bytes StateOf(uint8_t name_space, ByteView key) {
  Bytes out;
  out.reserve(2 + key.size());
  out.push_back(kState);
  out.push_back(static_cast<char>(name_space));
  return out.append(key);
}

}  // namespace suyuan::ledger::keys
