#include "api/bundle.h"

#include "common/codec.h"
#include "ledger/block.h"

namespace suyuan::api {
namespace {

void List(Writer& w, const std::vector<Bytes>& items) {
  w.U32(static_cast<uint32_t>(items.size()));
  for (const Bytes& item : items) w.Sized(item);
}

Status WriteEntry(const ledger::Store& store, Height height, Writer& w) {
  if (height == Height(0)) {
    w.Sized("").U32(0);
    return {};
  }
  SUYUAN_ASSIGN_OR_RETURN(auto bytes, store.EntryBytes(height));
  SUYUAN_ASSIGN_OR_RETURN(ledger::BlockEntry entry, ledger::DecodeEntry(std::move(bytes)));
  w.Sized(ledger::StripSealed(entry)).U32(static_cast<uint32_t>(entry.sealed_items.size()));
  for (ByteView item : entry.sealed_items) w.Sized(item);
  return {};
}

Result<Bytes> EncodeBundle(const ledger::Store& store, Height height) {
  Writer w;
  w.Raw("SYV1");
  SUYUAN_RETURN_IF_ERROR(WriteEntry(store, height, w));
  SUYUAN_ASSIGN_OR_RETURN(auto leaves, store.LeavesOf(height));
  w.U32(static_cast<uint32_t>(leaves.size()));
  for (const Bytes& leaf : leaves) w.Raw(leaf);
  SUYUAN_ASSIGN_OR_RETURN(auto outcomes, store.OutcomesOf(height));
  List(w, outcomes);
  SUYUAN_ASSIGN_OR_RETURN(auto summary, store.Summary(height));
  const ledger::LogHead& head = summary.head;
  w.U64(head.leaf_count).U64(head.configuration_leaf).U64(head.time_ms);
  w.Raw(summary.log_root).Raw(head.state_root).Raw(head.entry_hash);
  w.Raw(head.header_leaf_hash).Raw(head.configuration_hash);
  return w.Take();
}

}  // namespace

Result<Bytes> EncodeBundles(const ledger::Store& store, Height from, uint64_t count, Height last) {
  Writer w;
  for (uint64_t i = 0; i < count && from + i <= last && w.bytes().size() < kBundlesBytesMax; ++i) {
    SUYUAN_ASSIGN_OR_RETURN(Bytes bundle, EncodeBundle(store, from + i));
    w.Sized(bundle);
  }
  return w.Take();
}

}  // namespace suyuan::api
