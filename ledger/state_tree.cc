#include "ledger/state_tree.h"

#include <algorithm>
#include <set>

#include "common/check.h"
#include "ledger/page_cache.h"
#include "ledger/state_hash.h"
#include "ledger/state_page.h"

namespace suyuan::ledger {

using internal::Bucket;
using internal::Interior;
using internal::kBucketKeysMax;
using internal::kChildren;
using internal::Page;
using internal::PageId;
using internal::SortedUpdates;
using internal::Subtree;

namespace {

// Paths are prefetched below each page of this depth: a sixteenth of a block's updates at a time,
// so that what was fetched is still there when it is used.
constexpr unsigned kPrefetchNibbles = 1;

// Where a page hangs: in a slot of an interior page, or at the root.
struct Place {
  Subtree& subtree;
  std::unique_ptr<Page>& page;
  Interior* parent;
  unsigned slot;
  unsigned nibbles;
};

Place ChildOf(Interior& page, unsigned slot) {
  return {page.child(slot), page.page(slot), &page, slot, page.nibbles + 1};
}

std::vector<const TreeUpdate*> Sorted(std::span<const TreeUpdate> updates) {
  // By the first word, which nearly always decides, kept beside the pointer to spare the cache.
  std::vector<std::pair<uint64_t, const TreeUpdate*>> order;
  order.reserve(updates.size());
  for (const TreeUpdate& update : updates)
    order.emplace_back(internal::KeyWord(update.key, 0), &update);
  std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first < b.first : a.second->key < b.second->key;
  });
  std::vector<const TreeUpdate*> sorted;
  sorted.reserve(order.size());
  for (const auto& [word, update] : order) {
    SUYUAN_CHECK(sorted.empty() || sorted.back()->key != update->key, "a key updated twice");
    sorted.push_back(update);
  }
  return sorted;
}

}  // namespace

struct StateTree::Impl {
  Impl(const PageStore& page_store, size_t clean_pages_max)
      : store(page_store), cache(clean_pages_max) {}

  const PageStore& store;
  internal::PageCache cache;
  Subtree root;
  std::unique_ptr<Page> root_page;
  std::set<Bytes> removed;  // ids of stored pages that are no more
  std::optional<Error> failure;

  Place Root() { return {root, root_page, nullptr, 0, 0}; }

  // ---- Pages in and out ----

  void Attach(Place place, std::unique_ptr<Page> page) {
    page->parent = place.parent;
    page->slot = place.slot;
    cache.Add(*page);
    place.page = std::move(page);
  }

  // Puts a new page in the place of what is there, which may be nothing.
  void Replace(Place place, std::unique_ptr<Page> page) {
    bool stored =
        place.page ? place.page->stored : !removed.empty() && removed.erase(page->Id()) > 0;
    if (place.page) cache.Remove(*place.page);
    page->stored = stored;
    place.subtree = page->summary();
    Attach(place, std::move(page));
    cache.MarkDirty(*place.page);
  }

  void Drop(Place place) {
    if (place.page->stored) removed.insert(place.page->Id());
    cache.Remove(*place.page);
    place.page.reset();
    place.subtree = {};
  }

  Result<std::unique_ptr<Page>> Read(const Hash& key, unsigned nibbles) const {
    SUYUAN_ASSIGN_OR_RETURN(auto bytes, store.Load(PageId(key, nibbles)));
    if (!bytes) return std::unique_ptr<Page>();
    SUYUAN_ASSIGN_OR_RETURN(auto page, internal::DecodePage(key, nibbles, *bytes));
    page->stored = true;
    return page;
  }

  // Makes sure that the page of a subtree with keys is in memory; `key` is any key under it.
  Status Fetch(Place place, const Hash& key) {
    if (place.page || place.subtree.keys == 0) return {};
    SUYUAN_ASSIGN_OR_RETURN(auto page, Read(key, place.nibbles));
    if (!page || page->summary() != place.subtree)
      return Error{ErrorCode::kCorrupt, "a page of the state tree is not what its parent says"};
    Attach(place, std::move(page));
    return {};
  }

  // ---- Updates ----

  // The paths of many keys at once, level by level, so that the waits for memory overlap instead of
  // adding up: over a million keys this is worth a fifth of an update's time.
  static void Prefetch(const Page& top, SortedUpdates updates) {
    std::vector<const Page*> pages(updates.size(), &top);
    for (bool more = true; more;) {
      more = false;
      for (size_t i = 0; i < pages.size(); ++i) {
        if (pages[i] == nullptr) continue;
        pages[i] = pages[i]->Prefetch(updates[i]->key);
        more = more || pages[i] != nullptr;
      }
    }
  }

  // Applies the updates under one place; whether anything changed there.
  Result<bool> Apply(Place place, SortedUpdates updates) {
    SUYUAN_RETURN_IF_ERROR(Fetch(place, updates.front()->key));
    if (!place.page) return Fill(place, updates);
    place.page->recently_used = true;
    if (place.page->is_bucket()) return ApplyToBucket(place, updates);
    return ApplyToInterior(place, updates);
  }

  bool Fill(Place place, SortedUpdates updates) {
    Bucket bucket(updates.front()->key, place.nibbles);
    if (!bucket.Apply(updates)) return false;
    Build(place, std::move(bucket.entries()));
    return true;
  }

  bool ApplyToBucket(Place place, SortedUpdates updates) {
    auto& bucket = static_cast<Bucket&>(*place.page);
    if (!bucket.Apply(updates)) return false;
    if (bucket.entries().empty()) {
      Drop(place);
    } else if (bucket.entries().size() > kBucketKeysMax) {
      auto entries = std::move(bucket.entries());
      Build(place, std::move(entries));
    } else {
      place.subtree = bucket.summary();
      cache.MarkDirty(bucket);
    }
    return true;
  }

  // New pages for sorted entries (at least one) in the place of what is there.
  void Build(Place place, std::vector<Bucket::Entry> entries) {
    if (entries.size() <= kBucketKeysMax) {
      Replace(place, std::make_unique<Bucket>(place.nibbles, std::move(entries)));
      return;
    }
    auto owned = std::make_unique<Interior>(entries[0].key, place.nibbles);
    Interior& page = *owned;
    for (auto begin = entries.begin(); begin != entries.end();) {
      unsigned slot = internal::Nibble(begin->key, place.nibbles);
      auto end = std::partition_point(begin, entries.end(), [&](const Bucket::Entry& entry) {
        return internal::Nibble(entry.key, place.nibbles) <= slot;
      });
      Build(ChildOf(page, slot), {begin, end});
      begin = end;
    }
    page.Refresh(UINT16_MAX);
    Replace(place, std::move(owned));
  }

  Result<bool> ApplyToInterior(Place place, SortedUpdates updates) {
    auto& page = static_cast<Interior&>(*place.page);
    if (page.nibbles == kPrefetchNibbles) Prefetch(page, updates);
    uint16_t changed = 0;
    while (!updates.empty()) {
      unsigned slot = internal::Nibble(updates.front()->key, page.nibbles);
      size_t n = 1;
      while (n < updates.size() && internal::Nibble(updates[n]->key, page.nibbles) == slot) ++n;
      SUYUAN_ASSIGN_OR_RETURN(bool child, Apply(ChildOf(page, slot), updates.first(n)));
      if (child) changed = static_cast<uint16_t>(changed | 1u << slot);
      updates = updates.subspan(n);
    }
    if (changed == 0) return false;
    page.Refresh(changed);
    cache.MarkDirty(page);
    place.subtree = page.summary();
    if (place.subtree.keys <= kBucketKeysMax) SUYUAN_RETURN_IF_ERROR(Collapse(place));
    return true;
  }

  // An interior page with few keys left becomes a bucket; its children then are buckets already.
  Status Collapse(Place place) {
    auto& page = static_cast<Interior&>(*place.page);
    std::vector<Bucket::Entry> entries;
    for (unsigned slot = 0; slot < kChildren; ++slot) {
      Place child = ChildOf(page, slot);
      if (child.subtree.keys == 0) continue;
      Hash key = page.prefix;
      internal::SetNibble(key, page.nibbles, slot);
      SUYUAN_RETURN_IF_ERROR(Fetch(child, key));
      auto& bucket = static_cast<Bucket&>(*child.page);
      entries.insert(entries.end(), bucket.entries().begin(), bucket.entries().end());
      Drop(child);
    }
    if (entries.empty())
      Drop(place);
    else
      Build(place, std::move(entries));
    return {};
  }

  // ---- Reading ----

  // `path` is the proof's key, but for the nibbles where it turned aside to another key's leaf.
  Status Prove(Place place, Hash path, StateProof& proof) {
    if (place.subtree.keys == 0) return {};
    SUYUAN_RETURN_IF_ERROR(Fetch(place, path));
    place.page->recently_used = true;
    if (place.page->is_bucket()) {
      static_cast<Bucket&>(*place.page).Prove(path, proof);
      return {};
    }
    auto& page = static_cast<Interior&>(*place.page);
    unsigned slot = page.Prove(path, proof);
    if (slot == kChildren) return {};
    internal::SetNibble(path, page.nibbles, slot);
    return Prove(ChildOf(page, slot), path, proof);
  }

  void TakeDirty(Page* page, std::vector<std::pair<Bytes, std::optional<Bytes>>>& out) {
    if (page == nullptr || !page->dirty) return;
    out.emplace_back(page->Id(), page->Encode());
    cache.MarkClean(*page);
    page->stored = true;
    if (page->is_bucket()) return;
    for (unsigned slot = 0; slot < kChildren; ++slot)
      TakeDirty(static_cast<Interior*>(page)->page(slot).get(), out);
  }
};

StateTree::StateTree(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
StateTree::~StateTree() = default;

Result<std::unique_ptr<StateTree>> StateTree::Open(const PageStore& pages,
                                                   size_t cached_pages_max) {
  auto impl = std::make_unique<Impl>(pages, cached_pages_max);
  SUYUAN_ASSIGN_OR_RETURN(auto page, impl->Read({}, 0));
  if (page) {
    impl->root = page->summary();
    impl->Attach(impl->Root(), std::move(page));
  }
  return std::unique_ptr<StateTree>(new StateTree(std::move(impl)));
}

Result<Hash> StateTree::Update(std::span<const TreeUpdate> updates) {
  if (impl_->failure) return *impl_->failure;
  if (updates.empty()) return impl_->root.hash;
  auto changed = impl_->Apply(impl_->Root(), Sorted(updates));
  if (!changed.ok()) {
    impl_->failure = changed.error();
    return *impl_->failure;
  }
  impl_->cache.Shrink();
  return impl_->root.hash;
}

Hash StateTree::root() const { return impl_->root.hash; }
uint64_t StateTree::key_count() const { return impl_->root.keys; }

Result<StateProof> StateTree::Prove(const Hash& key) {
  if (impl_->failure) return *impl_->failure;
  StateProof proof{key, std::nullopt, {}};
  if (auto status = impl_->Prove(impl_->Root(), key, proof); !status.ok()) {
    impl_->failure = status.error();
    return *impl_->failure;
  }
  impl_->cache.Shrink();
  return proof;
}

std::vector<std::pair<Bytes, std::optional<Bytes>>> StateTree::TakeDirtyPages() {
  std::vector<std::pair<Bytes, std::optional<Bytes>>> out;
  out.reserve(impl_->cache.dirty() + impl_->removed.size());
  for (const Bytes& id : impl_->removed) out.emplace_back(id, std::nullopt);
  impl_->removed.clear();
  impl_->TakeDirty(impl_->root_page.get(), out);
  return out;
}

size_t StateTree::dirty_pages() const { return impl_->cache.dirty() + impl_->removed.size(); }
size_t StateTree::cached_pages() const { return impl_->cache.size(); }

}  // namespace suyuan::ledger
