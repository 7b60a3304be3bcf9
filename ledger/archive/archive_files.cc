#include "ledger/archive/archive_files.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

namespace suyuan::ledger::archive {
namespace {

constexpr std::string_view kPrefix = "blocks-";
constexpr size_t kDigits = 20;

Error Damaged(const std::string& directory, const std::string& why) {
  return Error{ErrorCode::kCorrupt, directory + ": " + why};
}

std::string Padded(uint64_t number) {
  std::string digits = std::to_string(number);
  return std::string(kDigits - digits.size(), '0') + digits;
}

std::optional<uint64_t> ParseNumber(std::string_view text) {
  uint64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

// nullopt for any name but one that NameOf gives.
std::optional<Span> ParseName(const std::string& name) {
  if (name.size() != kPrefix.size() + 2 * kDigits + 1 || !name.starts_with(kPrefix))
    return std::nullopt;
  const auto first = ParseNumber(std::string_view(name).substr(kPrefix.size(), kDigits));
  const auto last = ParseNumber(std::string_view(name).substr(kPrefix.size() + kDigits + 1));
  if (!first || !last || *last < *first || NameOf({*first, *last}) != name) return std::nullopt;
  return Span{*first, *last};
}

}  // namespace

std::string NameOf(const Span& span) {
  return std::string(kPrefix) + Padded(span.first) + "-" + Padded(span.last);
}

std::string CheckpointPath(const std::string& directory) { return directory + "/checkpoint"; }

Result<std::vector<Span>> ListFiles(const std::string& directory) {
  std::error_code error;
  std::filesystem::directory_iterator files(directory, error);
  if (error) return Error{ErrorCode::kRef, directory + " is no backup: " + error.message()};
  std::vector<Span> out;
  for (const auto& file : files)
    if (auto span = ParseName(file.path().filename().string())) out.push_back(*span);
  std::sort(out.begin(), out.end(), [](const Span& a, const Span& b) { return a.first < b.first; });
  uint64_t next = 0;
  for (const Span& span : out) {
    if (span.first != next)
      return Damaged(directory, "no file holds block " + std::to_string(next) + " alone");
    next = span.last + 1;
  }
  return out;
}

Result<std::vector<verify::StoredBlock>> ReadFile(const std::string& directory, const Span& span) {
  const std::string path = directory + "/" + NameOf(span);
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (error) return Error{ErrorCode::kIo, "cannot read " + path + ": " + error.message()};
  if (size > kFileBytesMax) return Damaged(path, "larger than any file of a backup");
  std::ifstream in(path, std::ios::binary);
  const Bytes bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (in.bad() || bytes.size() != size) return Error{ErrorCode::kIo, "cannot read " + path};
  auto blocks = verify::ReadBundles(bytes);
  if (!blocks.ok()) return Damaged(path, blocks.error().detail);
  if (blocks->size() != span.last - span.first + 1)
    return Damaged(path, "it does not hold the blocks that its name says");
  return blocks;
}

}  // namespace suyuan::ledger::archive
