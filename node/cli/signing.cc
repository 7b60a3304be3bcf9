#include "node/cli/signing.h"

#include <cerrno>
#include <chrono>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

#include "common/encoding.h"

namespace suyuan::cli {
namespace {

std::vector<json::Value> OpeningsJson(const TxId& id, const contracts::BuiltTransaction& built) {
  std::vector<json::Value> out;
  for (const contracts::Opening& o : built.openings)
    out.push_back(json::Object{{"ciphertext", Base64Encode(o.ciphertext)},
                               {"field", int{o.field}},
                               {"field_key", HexEncode(o.field_key.view())},
                               {"item", int{o.item}},
                               {"padded_value", Base64Encode(o.padded_value)},
                               {"record", o.record},
                               {"tx", ToHex(id)}});
  if (built.audience_key)
    out.push_back(json::Object{{"audience", 0},
                               {"audience_key", HexEncode(built.audience_key->view())},
                               {"tx", ToHex(id)}});
  return out;
}

// Protobuf: key of a length-delimited field, length, bytes.
void AppendField(Bytes& out, uint8_t field, ByteView bytes) {
  out.push_back(static_cast<char>(field << 3 | 2));
  uint64_t length = bytes.size();
  for (; length >= 0x80; length >>= 7) out.push_back(static_cast<char>(length | 0x80));
  out.push_back(static_cast<char>(length));
  out += bytes;
}

}  // namespace

Result<SignedTransaction> BuildAndSign(const json::Value& transaction, const LedgerId& ledger,
                                       const Signer& signer, uint64_t now_ms) {
  contracts::BuildOptions options;
  options.ledger = ledger;
  options.submitter = signer.party;
  options.signing_key = signer.key.public_key();
  options.now_ms = now_ms;
  SUYUAN_ASSIGN_OR_RETURN(contracts::BuiltTransaction built,
                          contracts::BuildTransaction(transaction, options));
  SignedTransaction out = SignDraft(built.draft, signer.key);
  out.openings = OpeningsJson(out.id, built);
  return out;
}

SignedTransaction SignDraft(const ledger::TransactionDraft& draft, const SigningKey& key) {
  ledger::UnsignedTransaction unsigned_tx = ledger::EncodeUnsigned(draft);
  Signature signature = key.Sign(ledger::TransactionSigningBytes(unsigned_tx.id));
  std::vector<ledger::SignatureEntry> signatures(draft.core.signers.size(),
                                                 {Suite::kEd25519, key.public_key(), signature});
  return {unsigned_tx.id,
          ledger::EncodeEnvelope(unsigned_tx, signatures),
          static_cast<uint32_t>(draft.records.size()),
          {}};
}

Status AppendOpenings(const std::string& path, const std::vector<json::Value>& openings) {
  Bytes text;
  for (const json::Value& opening : openings) text += json::Canonical(opening) + "\n";
  int fd = open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  int failed = fd < 0 ? errno : 0;
  for (ByteView rest = text; failed == 0 && !rest.empty();) {
    ssize_t n = write(fd, rest.data(), rest.size());
    if (n < 0 && errno != EINTR) failed = errno;
    if (n > 0) rest.remove_prefix(static_cast<size_t>(n));
  }
  if (failed == 0 && fsync(fd) != 0) failed = errno;
  if (fd >= 0) close(fd);
  if (failed == 0) return {};
  return Error{failed == ENOSPC || failed == EDQUOT ? ErrorCode::kDiskFull : ErrorCode::kIo,
               "cannot keep openings in " + path + ": " + std::strerror(failed)};
}

Bytes EncodeSubmissionList(const std::vector<Bytes>& envelopes) {
  Bytes out, submission;
  for (const Bytes& envelope : envelopes) {
    submission.clear();
    AppendField(submission, 1, envelope);
    AppendField(out, 1, submission);
  }
  return out;
}

uint64_t WallClockMs() {
  auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

}  // namespace suyuan::cli
