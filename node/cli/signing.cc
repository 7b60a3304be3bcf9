#include "node/cli/signing.h"

#include <chrono>

namespace suyuan::cli {
namespace {

// Protobuf: key of a length-delimited field, length, bytes.
void AppendField(Bytes& out, uint8_t field, ByteView bytes) {
  out.push_back(static_cast<char>(field << 3 | 2));
  uint64_t length = bytes.size();
  for (; length >= 0x80; length >>= 7) out.push_back(static_cast<char>(length | 0x80));
  out.push_back(static_cast<char>(length));
  out += bytes;
}

}  // namespace

ReaderChoice OwnReaders(const Signer& signer) {
  return {contracts::OnlyFor(signer.readers), [] { return Height(0); }};
}

Result<SignedTransaction> BuildAndSign(const json::Value& transaction, const LedgerId& ledger,
                                       const Signer& signer, const ReaderChoice& choice,
                                       uint64_t now_ms) {
  contracts::BuildOptions options;
  options.ledger = ledger;
  options.submitter = signer.party;
  options.signing_key = signer.key.public_key();
  options.now_ms = now_ms;
  options.readers = choice.readers;
  SUYUAN_ASSIGN_OR_RETURN(contracts::BuiltTransaction built,
                          contracts::BuildTransaction(transaction, options));
  built.draft.core.reader_height = choice.height();
  return SignDraft(built.draft, std::move(built.sealed_items), signer.key);
}

SignedTransaction SignDraft(const ledger::TransactionDraft& draft, sealing::SealedItems items,
                            const SigningKey& key) {
  ledger::UnsignedTransaction unsigned_tx = ledger::EncodeUnsigned(draft);
  Signature signature = key.Sign(ledger::TransactionSigningBytes(unsigned_tx.id));
  std::vector<ledger::SignatureEntry> signatures(draft.core.signers.size(),
                                                 {Suite::kEd25519, key.public_key(), signature});
  auto envelope = std::make_shared<const Bytes>(ledger::EncodeEnvelope(unsigned_tx, signatures));
  return {unsigned_tx.id, ledger::Parcel(std::move(envelope), std::move(items)),
          static_cast<uint32_t>(draft.records.size())};
}

Bytes EncodeSubmissionList(const std::vector<ledger::Parcel>& parcels) {
  Bytes out, submission;
  for (const ledger::Parcel& parcel : parcels) {
    submission.clear();
    AppendField(submission, 1, *parcel.envelope);
    for (const Bytes& item : *parcel.sealed_items) AppendField(submission, 2, item);
    AppendField(out, 1, submission);
  }
  return out;
}

uint64_t WallClockMs() {
  auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

}  // namespace suyuan::cli
