#include "node/custody.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

#include "common/encoding.h"

namespace suyuan::node {
namespace {

json::Value OpeningJson(const TxId& id, const contracts::Opening& opening) {
  return json::Object{{"tx", ToHex(id)},
                      {"record", opening.record},
                      {"field", int{opening.field}},
                      {"item", int{opening.item}},
                      {"padded_value", Base64Encode(opening.padded_value)},
                      {"field_key", HexEncode(opening.field_key.view())},
                      {"ciphertext", Base64Encode(opening.ciphertext)}};
}

Error FileError(const std::string& path, int number) {
  return Error{number == ENOSPC || number == EDQUOT ? ErrorCode::kDiskFull : ErrorCode::kIo,
               path + ": " + std::strerror(number)};
}

// Appends and makes durable.
Status AppendDurably(const std::string& path, ByteView text) {
  int file = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return FileError(path, errno);
  int failed = 0;
  while (!text.empty() && failed == 0) {
    ssize_t n = ::write(file, text.data(), text.size());
    if (n < 0 && errno != EINTR) failed = errno;
    if (n > 0) text.remove_prefix(static_cast<size_t>(n));
  }
  if (failed == 0 && ::fsync(file) != 0) failed = errno;
  ::close(file);
  if (failed != 0) return FileError(path, failed);
  return {};
}

}  // namespace

Custody::Custody(SigningKey key, const LedgerId& ledger, const PartyId& party,
                 std::string directory, WallClock clock)
    : key_(std::move(key)),
      ledger_(ledger),
      party_(party),
      path_(std::move(directory) + "/openings.jsonl"),
      clock_(std::move(clock)) {}

Result<std::shared_ptr<const Bytes>> Custody::Sign(const json::Value& transaction) {
  contracts::BuildOptions options;
  options.ledger = ledger_;
  options.submitter = party_;
  options.signing_key = key_.public_key();
  options.now_ms = static_cast<uint64_t>(clock_());
  SUYUAN_ASSIGN_OR_RETURN(contracts::BuiltTransaction built,
                          contracts::BuildTransaction(transaction, options));
  ledger::UnsignedTransaction unsigned_tx = ledger::EncodeUnsigned(built.draft);
  SUYUAN_RETURN_IF_ERROR(KeepOpenings(unsigned_tx.id, built.openings));
  Signature signature = key_.Sign(ledger::TransactionSigningBytes(unsigned_tx.id));
  std::vector<ledger::SignatureEntry> signatures(built.draft.core.signers.size(),
                                                 {Suite::kEd25519, key_.public_key(), signature});
  return std::make_shared<const Bytes>(ledger::EncodeEnvelope(unsigned_tx, signatures));
}

Status Custody::KeepOpenings(const TxId& id, const std::vector<contracts::Opening>& openings) {
  if (openings.empty()) return {};
  Bytes lines;
  for (const contracts::Opening& opening : openings)
    lines += json::Canonical(OpeningJson(id, opening)) + "\n";
  std::lock_guard lock(mutex_);
  return AppendDurably(path_, lines);
}

}  // namespace suyuan::node
