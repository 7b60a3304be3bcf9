// What the ledger refused of an auditor's FINDINGs about one block. Another regulator may have been
// faster with some of them: then the block is read again, to file the rest and to countersign. Not
// thread-safe.
#pragma once

#include <map>

#include "node/block_audit.h"

namespace suyuan::node {

class RefusedFindings {
 public:
  // Whether these very findings were refused twice: nothing changed, and nobody files them again.
  bool GivenUp(const TransactionFindings& found) const;
  // They were refused. True: the block is to be read again.
  bool Refuse(const TransactionFindings& found);
  // Goes on to another block.
  void Clear() { refused_.clear(); }

 private:
  struct Refused {
    Bytes values;  // what the findings are about, and with whom
    bool twice = false;
  };
  std::map<TxId, Refused> refused_;  // by the transaction that they are about
};

}  // namespace suyuan::node
