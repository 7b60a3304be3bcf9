#include "api/tiles.h"

#include <vector>

#include "api/uri.h"
#include "common/codec.h"

namespace suyuan::api {
namespace {

constexpr uint8_t kLevelMax = 7;

Error NoTile() { return {ErrorCode::kNotFound, "no such tile; see C2SP tlog-tiles"}; }

std::vector<std::string_view> Split(std::string_view path) {
  std::vector<std::string_view> parts;
  for (size_t begin = 0;;) {
    const size_t slash = path.find('/', begin);
    parts.push_back(path.substr(begin, slash - begin));
    if (slash == std::string_view::npos) return parts;
    begin = slash + 1;
  }
}

Result<uint64_t> ParseTileNumber(const std::vector<std::string_view>& parts) {
  uint64_t n = 0;
  for (size_t i = 0; i < parts.size(); ++i) {
    std::string_view part = parts[i];
    if (i + 1 < parts.size()) {
      if (!part.starts_with('x')) return NoTile();
      part.remove_prefix(1);
    }
    if (part.size() != 3 || part.find_first_not_of("0123456789") != part.npos) return NoTile();
    n = n * 1000 +
        static_cast<uint64_t>((part[0] - '0') * 100 + (part[1] - '0') * 10 + part[2] - '0');
  }
  return n;
}

}  // namespace

std::string FormatTileNumber(uint64_t n) {
  std::string out;
  for (bool last = true;; last = false) {
    std::string group = std::to_string(n % 1000);
    group.insert(0, 3 - group.size(), '0');
    out = last ? group : "x" + group + "/" + out;
    n /= 1000;
    if (n == 0) return out;
  }
}

Result<TilePath> ParseTilePath(std::string_view path) {
  std::vector<std::string_view> parts = Split(path);
  if (parts.size() < 2 || parts.size() > 9) return NoTile();
  TilePath out;
  out.entries = parts[0] == "entries";
  if (!out.entries) {
    const Result<uint64_t> level = ParseDecimal(parts[0]);
    if (!level || *level > kLevelMax) return NoTile();
    out.level = static_cast<uint8_t>(*level);
  }
  parts.erase(parts.begin());
  if (parts.size() >= 2 && parts[parts.size() - 2].ends_with(".p")) {
    const Result<uint64_t> width = ParseDecimal(parts.back());
    if (!width || *width == 0 || *width >= kTileWidth) return NoTile();
    out.width = *width;
    parts.pop_back();
    parts.back().remove_suffix(2);
  }
  SUYUAN_ASSIGN_OR_RETURN(out.n, ParseTileNumber(parts));
  std::string canonical;
  for (std::string_view part : parts)
    canonical += (canonical.empty() ? "" : "/") + std::string(part);
  if (canonical != FormatTileNumber(out.n)) return NoTile();
  return out;
}

Result<Bytes> ReadTile(const ledger::Store& store, const TilePath& tile, uint64_t size) {
  const uint64_t first = tile.n * kTileWidth;
  const unsigned shift = tile.entries ? 0 : 8u * tile.level;
  if (first / kTileWidth != tile.n || first + tile.width > (size >> shift)) return NoTile();
  Writer out;
  for (uint64_t i = first; i < first + tile.width; ++i) {
    if (tile.entries) {
      SUYUAN_ASSIGN_OR_RETURN(const Bytes leaf, store.LeafBytes(LeafIndex(i)));
      out.U16(static_cast<uint16_t>(leaf.size())).Raw(leaf);
    } else {
      SUYUAN_ASSIGN_OR_RETURN(const Hash hash, store.LogNode(static_cast<uint8_t>(shift), i));
      out.Raw(hash);
    }
  }
  return out.Take();
}

}  // namespace suyuan::api
