#include "node/cli/remote_source.h"

namespace suyuan::cli {
namespace {
constexpr uint64_t kBlocksPerRequest = 500;
}

Result<std::unique_ptr<RemoteSource>> RemoteSource::Open(NodeClient& client) {
  std::unique_ptr<RemoteSource> out(new RemoteSource(client));
  SUYUAN_ASSIGN_OR_RETURN(HttpReply note, client.Get("/checkpoint"));
  out->checkpoint_ = std::move(note.body);
  SUYUAN_ASSIGN_OR_RETURN(json::Value status, client.GetJson("/v1/status"));
  const json::Value* height = status.Find("height");
  if (height == nullptr || height->if_int() == nullptr)
    return Error{ErrorCode::kProtocol, client.url() + " does not say its height"};
  out->height_ = static_cast<uint64_t>(*height->if_int());
  return out;
}

Result<ledger::verify::StoredBlock> RemoteSource::Block(uint64_t height) {
  if (fetched_.empty() || next_ != height) {
    SUYUAN_ASSIGN_OR_RETURN(HttpReply reply,
                            client_.Get("/v1/blocks/" + std::to_string(height) +
                                        "/bundle?count=" + std::to_string(kBlocksPerRequest)));
    SUYUAN_ASSIGN_OR_RETURN(auto blocks, ledger::verify::ReadBundles(reply.body));
    if (blocks.empty()) return Error{ErrorCode::kProtocol, "the node sent no block"};
    fetched_.assign(std::make_move_iterator(blocks.begin()), std::make_move_iterator(blocks.end()));
    next_ = height;
  }
  ledger::verify::StoredBlock out = std::move(fetched_.front());
  fetched_.pop_front();
  ++next_;
  return out;
}

}  // namespace suyuan::cli
