#include "consensus/raft_log.h"

#include <algorithm>

namespace suyuan::consensus {

Status RaftLog::Load() {
  SUYUAN_ASSIGN_OR_RETURN(Term term, storage_.TermAt(tail_.last()));
  SUYUAN_ASSIGN_OR_RETURN(Hash hash, storage_.HashAt(tail_.last()));
  last_ = {tail_.last(), term, hash};
  return {};
}

Result<EntryId> RaftLog::IdAt(Index index) const {
  if (index == last_.index) return last_;
  if (base_ && index == base_->index) return *base_;
  if (tail_.Holds(index)) return IdOf(tail_.At(index));
  SUYUAN_ASSIGN_OR_RETURN(Term term, storage_.TermAt(index));
  SUYUAN_ASSIGN_OR_RETURN(Hash hash, storage_.HashAt(index));
  return EntryId{index, term, hash};
}

Result<Term> RaftLog::TermAt(Index index) const {
  if (index == last_.index) return last_.term;
  if (base_ && index == base_->index) return base_->term;
  if (tail_.Holds(index)) return tail_.At(index).term;
  return storage_.TermAt(index);
}

Result<bool> RaftLog::Holds(const EntryId& id) const {
  if (id.index > last_.index || id.index + 1 < first()) return false;
  SUYUAN_ASSIGN_OR_RETURN(EntryId ours, IdAt(id.index));
  return ours == id;
}

Result<Index> RaftLog::LastWithTermUpTo(Index from, Term term) const {
  Index low = first() - 1;  // taken for the answer when nothing above fits
  Index high = from;
  while (low < high) {
    const Index middle = low + (high - low + 1) / 2;
    SUYUAN_ASSIGN_OR_RETURN(Term here, TermAt(middle));
    if (here <= term) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return std::min(low, from);
}

Result<std::vector<Entry>> RaftLog::Entries(Index from, size_t bytes_max) const {
  std::vector<Entry> out;
  size_t bytes = 0;
  if (from <= durable()) {
    SUYUAN_ASSIGN_OR_RETURN(out, storage_.Entries(from, durable() + 1, bytes_max));
    if (out.empty()) return Error{ErrorCode::kCorrupt, "the log storage returned no entries"};
    for (const Entry& entry : out) bytes += entry.bytes();
    from = out.back().index + 1;
    if (from <= durable()) return out;  // cut by size
  }
  for (; from <= last_.index && (bytes < bytes_max || out.empty()); ++from) {
    out.push_back(tail_.At(from));
    bytes += out.back().bytes();
  }
  return out;
}

Result<Entry> RaftLog::EntryAt(Index index) const {
  if (index < first() || index > last_.index)
    return Error{ErrorCode::kNotFound, "no entry at this index"};
  if (tail_.Holds(index)) return tail_.At(index);
  SUYUAN_ASSIGN_OR_RETURN(std::vector<Entry> one, storage_.Entries(index, index + 1, 1));
  if (one.empty()) return Error{ErrorCode::kCorrupt, "the log storage returned no entries"};
  return std::move(one.front());
}

void RaftLog::Append(Entry entry) {
  last_ = IdOf(entry);
  tail_.Append(std::move(entry));
}

void RaftLog::RestartAt(const EntryId& base) {
  base_ = last_ = base;
  tail_.RestartAt(base.index);
}

Status RaftLog::TruncateFrom(Index from) {
  SUYUAN_ASSIGN_OR_RETURN(EntryId new_last, IdAt(from - 1));
  tail_.TruncateFrom(from);
  last_ = new_last;
  return {};
}

}  // namespace suyuan::consensus
