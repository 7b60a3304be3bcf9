// Block bundles (docs/formats.md §9): all that this node holds of a block, for those who verify the
// ledger from afar.
#pragma once

#include "common/bytes.h"
#include "common/ids.h"
#include "common/result.h"
#include "ledger/store.h"

namespace suyuan::api {

// Bytes after which no further bundle is added to one answer.
inline constexpr size_t kBundlesBytesMax = 4 << 20;

// `count` bundles from `from` on, each as s32; fewer when `last` or kBundlesBytesMax comes first.
Result<Bytes> EncodeBundles(const ledger::Store& store, Height from, uint64_t count, Height last);

}  // namespace suyuan::api
