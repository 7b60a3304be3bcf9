// Small ledgers for tests: keys, transactions and blocks that follow from seeds alone.
#pragma once

#include <memory>
#include <random>
#include <vector>

#include "ledger/store.h"

namespace suyuan::test {

using Rng = std::mt19937_64;

SigningKey KeyOf(uint8_t seed);
LedgerId SampleLedger();
PartyId SampleParty();
Bytes RandomString(Rng& rng, size_t max);
template <typename F>
F RandomBytesOf(Rng& rng) {
  F out;
  for (uint8_t& b : out.data) b = static_cast<uint8_t>(rng());
  return out;
}

// A valid draft of one record with `leaves` public leaves; signed by KeyOf(1) when it is.
ledger::TransactionDraft SimpleDraft(uint64_t number, size_t leaves = 3);
// A valid draft with anything in it: several signers, audiences, all modes of leaves, subjects.
ledger::TransactionDraft RandomDraft(Rng& rng);
Bytes SignedSample(uint64_t number);

ledger::Configuration SampleConfiguration();

// Builds entries that follow one another, and what executing them could have given.
class Chain {
 public:
  explicit Chain(uint64_t seed) : rng_(seed) { previous_.data = SampleLedger().data; }
  struct Block {
    std::shared_ptr<const Bytes> bytes;
    ledger::BlockEntry entry;
    ledger::BlockResult result;
    ledger::LogEntryHead head;
  };
  // The next block, with `transactions` envelopes (0: an election block) and state writes that
  // change, add and delete keys.
  Block Next(size_t transactions, Term term, size_t sealed_items = 0);
  // Blocks made after this follow `block`.
  void Rewind(const ledger::LogEntryHead& head, uint64_t time_ms);

 private:
  Rng rng_;
  Hash previous_;
  uint64_t height_ = 0;
  uint64_t time_ms_ = 1'700'000'000'000;
  uint64_t number_ = 0;
};

// The writes of the sample genesis.
std::vector<ledger::StateWrite> GenesisWrites();

}  // namespace suyuan::test
