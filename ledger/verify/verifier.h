// The offline verifier: re-derives every hash, signature and root of a ledger from stored bytes and
// (unless told otherwise) executes every block again. Written apart from the writer: it shares hash
// and signature primitives with it and nothing else of its decoding, trees or checks.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/ids.h"
#include "common/result.h"
#include "ledger/state_write.h"
#include "ledger/verify/source.h"

namespace suyuan::ledger::verify {

// What executing one block gave.
struct ReplayedBlock {
  struct Transaction {
    TxId id;
    Bytes outcome;
  };
  std::vector<Transaction> transactions;
  std::vector<StateWrite> writes;
};

// Executes blocks one after the other from the genesis state on; implemented by the room that knows
// what transactions mean. Keeps its own state.
class BlockReplayer {
 public:
  virtual ~BlockReplayer() = default;
  virtual Result<std::vector<StateWrite>> Genesis() = 0;
  // `entry` as stored, without its sealed section.
  virtual Result<ReplayedBlock> Execute(ByteView entry, const std::vector<Bytes>& sealed_items) = 0;
};

// What the genesis file says, as far as the log needs it.
struct GenesisFacts {
  LedgerId ledger;
  std::string origin;  // of checkpoints
  uint64_t time_ms = 0;
  Bytes configuration;
};

struct Progress {
  uint64_t height = 0, tip = 0, signatures = 0;
};

struct Options {
  unsigned threads = 1;                           // that verify signatures
  BlockReplayer* replayer = nullptr;              // nullptr: log only, nothing is executed
  std::function<void(const Progress&)> progress;  // called now and then, from the caller's thread
};

struct Report {
  bool ok = false;
  uint64_t height = 0;  // last verified, or the first bad one
  std::string problem;  // empty when ok
  uint64_t blocks = 0, transactions = 0, signatures = 0, leaves = 0;
  uint64_t checkpoint_leaves = 0;  // log size of the node's signed checkpoint; 0: it keeps none
  Hash log_root, state_root, entry_hash;
};

// Never throws, never writes; whatever the bytes hold ends in a report.
Report VerifyLedger(LedgerSource& source, const GenesisFacts& genesis, const Options& options);

}  // namespace suyuan::ledger::verify
