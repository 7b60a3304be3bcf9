// Transactions for benchmarks that are honest to their readers: the values of one template, sealed
// anew for each transaction.
#pragma once

#include <optional>
#include <vector>

#include "ledger/sealing/seal.h"
#include "node/cli/key_ring.h"
#include "node/cli/signing.h"

namespace suyuan::cli {

// A template that was built and checked once. Each transaction made of it has its own nonce, times,
// audience keys and salts, so its readers open it as they do any; the sender's sealing pair is one
// for the run, which is far shorter than a day. Not thread-safe.
class SealedTemplate {
 public:
  // From the JSON of one transaction. Errors of contracts::BuildTransaction; E_AUTHZ when the
  // signer is no reader of what it seals.
  static Result<SealedTemplate> Make(const json::Value& transaction, const LedgerId& ledger,
                                     const Signer& signer, const ReaderChoice& choice);
  // What differs from one transaction to the next beside that is written here before Next.
  ledger::TransactionDraft& draft() { return draft_; }
  SignedTransaction Next();

 private:
  struct Value {
    sealing::SealedPlace at;
    size_t leaf = 0;  // of its record
    uint8_t audience = 0;
    std::optional<Bytes> value;
  };
  explicit SealedTemplate(const Signer& signer)
      : key_(&signer.key),
        sender_(std::make_unique<sealing::SenderKey>(SealingKey(SecretSeed::Random()))) {}
  Status ReadValues(const ledger::Transaction& tx, const sealing::OpenedTransaction& opened);
  Status ReadReaders(const json::Value& transaction, const ledger::Transaction& tx,
                     const contracts::FieldReaders& readers);

  const SigningKey* key_;
  std::unique_ptr<sealing::SenderKey> sender_;
  ledger::TransactionDraft draft_;
  std::vector<Value> values_;
  struct Audience {
    std::vector<SealingPublicKey> readers;
    uint32_t wraps = 0;
  };
  std::vector<Audience> audiences_;  // by id
};

}  // namespace suyuan::cli
