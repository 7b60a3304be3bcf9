#include "common/codec.h"
#include "ledger/verify/source.h"

namespace suyuan::ledger::verify {
namespace {

constexpr size_t kLeafBytes = 81;

Result<StoredBlock> ReadBundle(ByteView bytes) {
  Reader r(bytes);
  StoredBlock out;
  bool magic = r.Raw(4) == "SYV1";
  out.entry = r.Sized();
  for (uint32_t i = 0, n = r.U32(); i < n && !r.failed(); ++i)
    out.sealed_items.emplace_back(r.Sized());
  for (uint32_t i = 0, n = r.U32(); i < n && !r.failed(); ++i)
    out.leaves.emplace_back(r.Raw(kLeafBytes));
  for (uint32_t i = 0, n = r.U32(); i < n && !r.failed(); ++i) out.outcomes.emplace_back(r.Sized());
  out.leaf_count = r.U64();
  out.configuration_leaf = r.U64();
  out.time_ms = r.U64();
  out.log_root = r.Take<Hash>();
  out.state_root = r.Take<Hash>();
  out.entry_hash = r.Take<Hash>();
  out.header_leaf_hash = r.Take<Hash>();
  out.configuration_hash = r.Take<Hash>();
  SUYUAN_RETURN_IF_ERROR(r.Finish("bundle"));
  if (!magic) return Error{ErrorCode::kFormat, "a bundle starts with SYV1"};
  return out;
}

}  // namespace

Result<std::vector<StoredBlock>> ReadBundles(ByteView bytes) {
  std::vector<StoredBlock> out;
  Reader r(bytes);
  while (!r.empty() && !r.failed()) {
    SUYUAN_ASSIGN_OR_RETURN(StoredBlock block, ReadBundle(r.Sized()));
    out.push_back(std::move(block));
  }
  SUYUAN_RETURN_IF_ERROR(r.Finish("bundles"));
  return out;
}

}  // namespace suyuan::ledger::verify
