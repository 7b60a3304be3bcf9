#include "ledger/page_cache.h"

namespace suyuan::ledger::internal {

void PageCache::Add(Page& page) {
  page.cache_position = ring_.size();
  ring_.push_back(&page);
}

void PageCache::Remove(Page& page) {
  MarkClean(page);
  ring_[page.cache_position] = ring_.back();
  ring_[page.cache_position]->cache_position = page.cache_position;
  ring_.pop_back();
}

void PageCache::MarkDirty(Page& page) {
  if (!page.dirty) ++dirty_;
  page.dirty = true;
}

void PageCache::MarkClean(Page& page) {
  if (page.dirty) --dirty_;
  page.dirty = false;
}

void PageCache::Shrink() {
  // The root and pages above a page just used can exceed a tiny bound: a few rounds, then enough.
  size_t steps = 4 * ring_.size();
  while (ring_.size() - dirty_ > clean_pages_max_ && steps-- > 0) {
    if (hand_ >= ring_.size()) hand_ = 0;
    Page& page = *ring_[hand_];
    bool has_children = !page.is_bucket() && static_cast<Interior&>(page).HasCachedChildren();
    if (page.dirty || has_children || page.parent == nullptr || page.recently_used) {
      page.recently_used = false;
      ++hand_;
      continue;
    }
    Remove(page);
    page.parent->page(page.slot).reset();
  }
}

}  // namespace suyuan::ledger::internal
