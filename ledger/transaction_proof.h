// What a .tlog-proof file says of its transaction beside the inclusion proof (docs/formats.md §5):
// the whole transaction, or some of its leaves with the openings of hidden ones, or nothing but its
// ids. Built by nodes and by owners who disclose a field; checked by anyone, offline. Pure,
// thread-safe; whatever is decoded may come from an adversary.
#pragma once

#include <optional>
#include <vector>

#include "ledger/executed_log.h"
#include "ledger/shown_leaf.h"
#include "ledger/transaction.h"

namespace suyuan::ledger {

// One leaf that the file shows. A hidden leaf comes with its opening: P_i of formats §3.
struct ShownField {
  ShownLeaf shown;
  std::optional<Bytes> padded;
};

struct ProofExtra {
  Bytes leaf;  // of the executed log, 81 bytes
  // Either the whole transaction …
  std::optional<Bytes> envelope;
  // … or its core and signatures with the shown leaves …
  std::optional<Bytes> core;
  std::vector<SignatureEntry> signatures;
  std::vector<ShownField> fields;
  // … or what the log's leaf is made of.
  TxId id;
  Hash signatures_hash;
  std::optional<Bytes> outcome;
};
// Canonical JSON.
Bytes EncodeProofExtra(const ProofExtra& extra);
// Form only. E_FORMAT.
Result<ProofExtra> DecodeProofExtra(ByteView text);

// A shown field that holds.
struct CheckedField {
  uint32_t record = 0;
  uint16_t field = 0, item = 0;
  bool sealed = false;
  std::optional<Bytes> value;  // canonical JSON; nullopt: does not apply, or the absent marker
};
struct CheckedProof {
  LogLeaf leaf;
  TxId id;
  std::optional<Core> core;  // of a whole or partial transaction
  size_t signatures = 0;     // that were verified
  std::vector<CheckedField> fields;
};
// Everything that the extra data claims: that the transaction is of this ledger, signed by its
// signers, and the one in the leaf with this outcome; that each shown leaf stands in it and each
// opening reproduces its commitment. E_PROOF, naming what does not hold. That the leaf stands in a
// signed checkpoint is the caller's to check (checkpoint.h, merkle_log.h).
Result<CheckedProof> CheckProofExtra(const ProofExtra& extra, const LedgerId& ledger,
                                     const LedgerLimits& limits);

}  // namespace suyuan::ledger
