#include "node/log_storage.h"

#include <algorithm>

namespace suyuan::node {

using consensus::Index;

consensus::HardState StoreLog::InitialHardState() const {
  ledger::LogHardState stored = store_.hard_state();
  Height applied = store_.head().height;
  return {stored.term, consensus::NodeId(stored.vote),
          Index(std::max(stored.commit, applied).value())};
}

Index StoreLog::LastIndex() const { return Index(store_.last_entry().height.value()); }

Result<Term> StoreLog::TermAt(Index index) const {
  if (index == Index()) return Term();
  SUYUAN_ASSIGN_OR_RETURN(ledger::LogEntryHead head, store_.EntryHead(Height(index.value())));
  return head.term;
}

Result<Hash> StoreLog::HashAt(Index index) const {
  if (index == Index()) return *Hash::From(ledger_.view());
  SUYUAN_ASSIGN_OR_RETURN(ledger::LogEntryHead head, store_.EntryHead(Height(index.value())));
  return head.entry_hash;
}

Result<std::vector<consensus::Entry>> StoreLog::Entries(Index from, Index to,
                                                        size_t bytes_max) const {
  std::vector<consensus::Entry> out;
  size_t bytes = 0;
  for (Index i = from; i < to && (out.empty() || bytes < bytes_max); ++i) {
    Height height(i.value());
    SUYUAN_ASSIGN_OR_RETURN(ledger::LogEntryHead head, store_.EntryHead(height));
    SUYUAN_ASSIGN_OR_RETURN(std::shared_ptr<const Bytes> data, store_.EntryBytes(height));
    bytes += data->size();
    SUYUAN_ASSIGN_OR_RETURN(auto configuration, directory_.ConfigurationOf(data));
    out.push_back({i, head.term, head.entry_hash, std::move(data), std::move(configuration)});
  }
  return out;
}

}  // namespace suyuan::node
