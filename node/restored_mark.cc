#include "node/restored_mark.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "common/durable_file.h"
#include "common/json.h"

namespace suyuan::node {
namespace {

constexpr size_t kMarkBytesMax = 1024;

std::string PathOf(const std::string& directory) { return directory + "/restored"; }

}  // namespace

Status WriteRestoredMark(const std::string& directory, Height height, const KeyId& node) {
  SUYUAN_ASSIGN_OR_RETURN(DurableFile file, DurableFile::Create(PathOf(directory)));
  SUYUAN_RETURN_IF_ERROR(file.Append(
      json::Canonical(json::Object{{"height", height.value()}, {"node_key_id", ToHex(node)}})));
  return file.Commit();
}

Status CheckRestoredMark(const std::string& directory, const KeyId& node) {
  const std::string path = PathOf(directory);
  std::error_code error;
  if (!std::filesystem::exists(path, error) && !error) return {};
  std::ifstream in(path, std::ios::binary);
  Bytes text(kMarkBytesMax, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(in.gcount()));
  auto mark = json::ParseCanonical(text);
  const json::Value* height = mark.ok() ? mark->Find("height") : nullptr;
  if (height == nullptr || height->if_int() == nullptr || mark->Find("node_key_id") == nullptr)
    return Error{ErrorCode::kCorrupt, path + " is unreadable"};
  if (mark->Text("node_key_id") == ToHex(node)) return {};
  return Error{ErrorCode::kLost, "the ledger was restored from a backup at height " +
                                     std::to_string(*height->if_int()) +
                                     " for the node with the key id " +
                                     std::string(mark->Text("node_key_id")) +
                                     "; what this node has voted and acknowledged is not in it"};
}

}  // namespace suyuan::node
