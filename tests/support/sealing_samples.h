// Sealed transactions for tests: keys, readers and values that follow from seeds alone.
#pragma once

#include <memory>
#include <random>
#include <vector>

#include "ledger/sealing/reader.h"
#include "ledger/sealing/seal.h"
#include "tests/support/ledger_samples.h"

namespace suyuan::test {

SealingKey SealingKeyOf(uint8_t seed);
RandomSource SeededRandom(uint64_t seed);

// One field to be sealed, for the audience of that number.
struct SampleField {
  sealing::SealedPlace at;
  size_t audience = 0;
  std::optional<Bytes> value;
};

// A transaction before and after signing, so that tests can lie in any part of it.
struct SealedDraft {
  ledger::TransactionDraft draft;
  sealing::SealedItems items;

  ledger::RecordDraft::LeafDraft& Leaf(const sealing::SealedPlace& at);
};
struct SealedTransaction {
  std::shared_ptr<const Bytes> envelope;
  ledger::Transaction tx;
  sealing::SealedItems items;
  std::vector<ByteView> views;  // of items

  Hash context() const;
};

// Seals `fields` (records as they name them) for audiences with these readers, by key seed.
SealedDraft SealDraft(uint64_t number, const std::vector<std::vector<uint8_t>>& audiences,
                      const std::vector<SampleField>& fields, uint8_t sender_seed = 200);
// Signed by KeyOf(1) and decoded.
SealedTransaction Sign(SealedDraft draft);
// Everything random: 1–3 records, 1–3 audiences of up to 20 readers, up to 12 fields.
struct RandomSealed {
  std::vector<std::vector<uint8_t>> audiences;
  std::vector<SampleField> fields;
  SealedTransaction signed_tx;
};
RandomSealed RandomSealedTransaction(Rng& rng);

// What a reader with these keys opens.
sealing::OpenedTransaction OpenAs(const SealedTransaction& sealed,
                                  const std::vector<uint8_t>& key_seeds);

}  // namespace suyuan::test
