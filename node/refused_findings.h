// What the ledger refused of an auditor's FINDINGs about one block. Another regulator may have been
// faster with some of them: then the block is read again, to file the rest and to countersign. Not
// thread-safe.
#pragma once

#include <map>

#include "node/block_audit.h"

namespace suyuan::node {

class RefusedFindings {
 public:
  // Whether these very findings about a transaction were refused twice: nothing changed, and nobody
  // files them again, together.
  bool GivenUp(const TxId& about, std::span<const AuditFinding> findings) const;
  // They were refused. True: the block is to be read again.
  bool Refuse(const TxId& about, std::span<const AuditFinding> findings);
  // Goes on to another block.
  void Clear() { refused_.clear(); }

 private:
  // What FINDINGs were about, and with whom → whether they were refused more than once.
  std::map<Bytes, bool> refused_;
};

}  // namespace suyuan::node
