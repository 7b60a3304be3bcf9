// Which pages of the state tree are in memory, and which of them may go: a second-chance ring over
// all cached pages. Internal to the ledger room; not thread-safe.
#pragma once

#include <vector>

#include "ledger/state_page.h"

namespace suyuan::ledger::internal {

class PageCache {
 public:
  explicit PageCache(size_t clean_pages_max) : clean_pages_max_(clean_pages_max) {}
  void Add(Page& page);
  void Remove(Page& page);
  // Drops pages that were not used lately until no more than the bound are clean. Never drops the
  // root, a dirty page or the parent of a cached page: a dirty page's ancestors are dirty too, so
  // what remains can always be dropped leaf by leaf.
  void Shrink();

  void MarkDirty(Page& page);
  void MarkClean(Page& page);
  size_t size() const { return ring_.size(); }
  size_t dirty() const { return dirty_; }

 private:
  const size_t clean_pages_max_;
  std::vector<Page*> ring_;
  size_t hand_ = 0;
  size_t dirty_ = 0;
};

}  // namespace suyuan::ledger::internal
