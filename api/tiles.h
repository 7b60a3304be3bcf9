// C2SP tlog-tiles over the executed log: /tile/<L>/<N>[.p/<W>] and /tile/entries/<N>[.p/<W>].
#pragma once

#include <string>
#include <string_view>

#include "common/result.h"
#include "ledger/store.h"

namespace suyuan::api {

inline constexpr uint64_t kTileWidth = 256;

struct TilePath {
  bool entries = false;
  uint8_t level = 0;  // 0 to 7; a level-8L subtree a hash
  uint64_t n = 0;
  uint64_t width = kTileWidth;  // of a partial tile 1 to 255
};
// What follows "/tile/". Numbers are written as x001/x234/067; one number has one text.
// E_NOT_FOUND.
Result<TilePath> ParseTilePath(std::string_view path);
// "x001/x234/067"
std::string FormatTileNumber(uint64_t n);

// The tile's bytes in a log of `size` leaves: hashes, or the leaves each after its u16 length.
// E_NOT_FOUND when the log is not so large.
Result<Bytes> ReadTile(const ledger::Store& store, const TilePath& tile, uint64_t size);

}  // namespace suyuan::api
