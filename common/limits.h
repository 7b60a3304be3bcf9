// Every limit of the ledger in one place (formats §8). Units stand last in the names. Genesis may
// lower what LedgerLimits holds, never raise it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace suyuan::limits {

inline constexpr size_t kCoreBytesMax = 4 * 1024;
inline constexpr size_t kTransactionBytesMax = 4 * 1024 * 1024;
inline constexpr size_t kEntryBytesMax = 8 * 1024 * 1024;
inline constexpr uint32_t kRecordsMax = 10'000;
inline constexpr uint32_t kCodesPerTransactionMax = 10'000;
inline constexpr uint32_t kLeavesPerRecordMax = 10'256;  // 10,000 list items beside the fields
inline constexpr uint32_t kAudiencesMax = 64;
inline constexpr uint32_t kSignersMax = 8;
inline constexpr uint64_t kLifetimeMsMax = 7ull * 24 * 3600 * 1000;  // expiry − created
inline constexpr uint64_t kCreatedAheadMsMax = 5ull * 60 * 1000;  // created ≤ block time + 5 min
inline constexpr uint64_t kBlockTimeAheadMsMax = 120'000;         // before a follower withholds
// Block times end before 9999-12-31T00:00:00Z, so that each is a date of four-digit years in every
// time zone.
inline constexpr uint64_t kBlockTimeMsMax = 253'402'214'400'000 - 1;
inline constexpr uint64_t kReaderHeightAgeMsMax = 24ull * 3600 * 1000;
inline constexpr size_t kValueBytesMax = 64 * 1024;    // one public field
inline constexpr size_t kPaddedBytesMax = 128 * 1024;  // one sealed field with salt and padding
inline constexpr size_t kSealedItemBytesMin = 41;      // an erased one; so bytes bound their number
inline constexpr size_t kJsonDepthMax = 16;
inline constexpr uint16_t kProtocol = 1;

static_assert(kTransactionBytesMax < kEntryBytesMax);
static_assert(kPaddedBytesMax > kValueBytesMax, "a value that may stand in clear may be sealed");
static_assert(kRecordsMax <= UINT16_MAX && kCodesPerTransactionMax <= UINT16_MAX,
              "list items are addressed by u16");

}  // namespace suyuan::limits

namespace suyuan {

// What a genesis file may lower.
struct LedgerLimits {
  uint32_t transaction_bytes_max = limits::kTransactionBytesMax;
  uint32_t entry_bytes_max = limits::kEntryBytesMax;
  uint32_t records_max = limits::kRecordsMax;
  uint32_t codes_max = limits::kCodesPerTransactionMax;
};

}  // namespace suyuan
