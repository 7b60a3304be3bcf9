#include "node/checkpoint_signer.h"

#include "ledger/checkpoint.h"

namespace suyuan::node {

bool CheckpointSigner::IsNamed() { return directory_.IsNamed(node_, store_); }

Result<std::string> CheckpointSigner::Note() {
  if (!IsNamed())
    return Error{ErrorCode::kNotYet,
                 "no configuration executed here names this node, so its "
                 "signature tells nobody anything yet"};
  std::lock_guard lock(mutex_);
  Height height = store_.Snapshot()->head().height;
  SUYUAN_ASSIGN_OR_RETURN(ledger::Store::BlockSummary summary, store_.Summary(height));
  // A later caller may have seen an older snapshot: sizes served never go back.
  if (summary.leaf_count > size_) {
    std::string body = ledger::CheckpointBody({origin_, summary.leaf_count, summary.log_root});
    note_ = ledger::SignNote(body, origin_, log_key_);
    size_ = summary.leaf_count;
  }
  return note_;
}

}  // namespace suyuan::node
