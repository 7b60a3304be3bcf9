// What the bytes of one block say, re-derived from docs/formats.md alone: hashes, links and the
// signatures that remain to be verified.
#pragma once

#include <array>
#include <vector>

#include "common/bytes.h"
#include "common/ids.h"
#include "common/result.h"
#include "common/sign.h"
#include "ledger/verify/sealed_check.h"

namespace suyuan::ledger::verify {

// One signature to be verified; cheap to copy, so that threads can share a list of them.
struct SignatureJob {
  uint64_t height = 0;
  PublicKey key;
  Signature signature;
  // "suyuan/tx/v1\0" or "suyuan/entry/v1\0" ‖ 32 bytes.
  std::array<char, 48> message{};
  size_t message_size = 0;
};

struct BlockFacts {
  uint64_t height = 0, term = 0, time_ms = 0;
  uint8_t kind = 0;
  Hash proposer, prev_entry_hash, entry_hash;
  ByteView proposer_key;
  ByteView configuration;
  struct Transaction {
    TxId id;
    Hash signatures_hash;
    uint64_t type = 0;
    SealedFacts sealed;
  };
  std::vector<Transaction> transactions;
};

// Reads a stored entry (without sealed section) and checks everything that it alone decides:
// layout, canonical body, body hash, envelopes (canonical, of this ledger, records root, key ids).
// Signatures are appended to `jobs`. E_PROOF or E_FORMAT, `record` naming the envelope.
Result<BlockFacts> CheckStoredEntry(ByteView entry, const LedgerId& ledger,
                                    std::vector<SignatureJob>* jobs);

// The sealed items have the header's sealed_root and are those of the block's transactions.
// E_PROOF.
Status CheckSealedItems(ByteView entry, const BlockFacts& facts, const std::vector<Bytes>& items);

bool Verify(const SignatureJob& job);

}  // namespace suyuan::ledger::verify
