#include "common/error.h"

#include <algorithm>
#include <iterator>

namespace suyuan {
namespace {

using enum ErrorCode;

constexpr ErrorInfo kTable[] = {
    {kOk, "OK", 200, "No error.", ""},
    {kSig, "E_SIG", 422, "A signing key is not registered and active, or a signature is wrong.",
     "Sign with the party's current key; see `suyuan key show` and the party's page."},
    {kAuthz, "E_AUTHZ", 403, "This party or role may not send this transaction.",
     "Send it as the owner of the entity, or ask the party whose role allows it."},
    {kUscc, "E_USCC", 422, "The unified social credit code is malformed.",
     "Check the 18 characters against the business licence; the last one is a check character."},
    {kMissing, "E_MISSING", 422, "A mandatory field is absent or empty.",
     "Fill the named field, or mark it not_applicable where the field table allows that."},
    {kFormat, "E_FORMAT", 422, "A value or message does not have its required form.",
     "Compare the named field with its type in the field table; send canonical bytes."},
    {kDupCode, "E_DUP_CODE", 409, "A trace code value was issued before.",
     "Use a new serial; a code value is never issued twice."},
    {kLevel, "E_LEVEL", 422, "Tracing level, quantity, codes or filing period do not fit together.",
     "See which level the category demands and match count, quantity kind and period."},
    {kNotReady, "E_NOT_READY", 409, "The batch is not ready for factory release.",
     "Complete activation, printing, inspection document and pending supplements first."},
    {kLate, "E_LATE", 422, "The goods left before they were filed.",
     "Declare `late_filing` with the true time; a reviewer then decides."},
    {kImmutable, "E_IMMUTABLE", 422, "A mandatory value changes only through reviewed correction.",
     "Send a correction with reason and document instead."},
    {kEvidence, "E_EVIDENCE", 422, "A supplementary item has no anchored evidence.",
     "Anchor the evidence or commitment document and refer to it."},
    {kDoc, "E_DOC", 422, "A document's type, issuer or validity does not fit its use.",
     "Refer to a valid document of the type that the field asks for."},
    {kState, "E_STATE", 409, "The entity's state does not allow this step.",
     "Read the entity's current state: another step has to come before, or this one is done."},
    {kBalance, "E_BALANCE", 409, "More is sent than is held.", "Check quantities and codes."},
    {kHolder, "E_HOLDER", 409, "The giving side does not hold the unit.",
     "Trace the unit to see who holds it."},
    {kDisclose, "E_DISCLOSE", 422, "A field is disclosed in a way that its class forbids.",
     "Send public fields in clear and hidden fields sealed."},
    {kCommit, "E_COMMIT", 422, "An opened value does not match its commitment.",
     "Do not use the value; report a finding."},
    {kFrozen, "E_FROZEN", 409, "The unit is frozen or recalled.",
     "Only return, recall and disposal are possible until it is released."},
    {kSelfReview, "E_SELF_REVIEW", 403, "Nobody reviews or checks their own filing.",
     "Let another user, or another party, review it."},
    {kRetention, "E_RETENTION", 409, "The retention period has not ended.",
     "Wait until `retention_until`, or state the legal basis for personal data."},
    {kLink, "E_LINK", 422, "A link between codes is contradictory.",
     "Check parent, kind and segment of the named code."},
    {kMask, "E_MASK", 422, "A masked supplier is named in clear, or its alias is not unique.",
     "Use one alias per supplier and seal the true name."},
    {kTime, "E_TIME", 422, "Dates contradict each other or lie in the future.",
     "Production, release, sale and receipt must follow each other."},
    {kRegion, "E_REGION", 403, "The regulator's region does not cover the subject.",
     "Let the regulator with jurisdiction act."},
    {kSize, "E_SIZE", 413, "A limit on size or number is exceeded.",
     "Split the transaction; /v1/status shows the limits of this ledger."},
    {kRef, "E_REF", 422,
     "A named entity, code, document or transaction does not exist or is not usable.",
     "Check the reference; documents must be anchored and not expired."},
    {kVersion, "E_VERSION", 409, "The entity has changed since you read it.",
     "Read it again, merge, and send with the new version."},
    {kLedger, "E_LEDGER", 422, "The transaction was made for another ledger.",
     "Build it with this ledger's id; `suyuan genesis show` prints it."},
    {kType, "E_TYPE", 422, "The transaction type or its version is not known at this height.",
     "Use a type of /v1/types; update the client if it is newer than the ledger."},
    {kExpired, "E_EXPIRED", 422, "The transaction is past its expiry or was made in the future.",
     "Build and sign it again; check the clock of the signing machine."},
    {kReaders, "E_READERS", 422,
     "Who may read the sealed values was chosen from a registry that is too old, or not there yet.",
     "Ask /v1/readers again, seal and sign the transaction anew."},
    {kDupParty, "E_DUP_PARTY", 409, "This credit code is registered already.",
     "Use the existing registration; it can be amended."},
    {kScheme, "E_SCHEME", 422, "A trace code does not fit its scheme.",
     "Check digits and structure against the scheme (GS1: GTIN check digit, AI 01/10/21)."},
    {kInternal, "E_INTERNAL", 500, "The node met a condition that it did not expect.",
     "Tell the operator; the log names the request."},
    {kNoLeader, "E_NO_LEADER", 503, "The cluster has no leader at the moment.",
     "Try again shortly, also at another node; the same bytes apply at most once."},
    {kBusy, "E_BUSY", 429, "The node's queue is full.",
     "Wait for Retry-After seconds, then send again."},
    {kTimeout, "E_TIMEOUT", 504, "No result within the time that the node waits.",
     "Ask for the transaction by id, or send the same bytes again: they apply at most once."},
    {kNotFound, "E_NOT_FOUND", 404, "Nothing is known under this name.", "Check the identifier."},
    {kAuth, "E_AUTH", 401, "The request's signature is absent, wrong or too old.",
     "Sign the request (RFC 9421, ed25519) with a registered key and a correct clock."},
    {kMethod, "E_METHOD", 405, "The method is not offered here.", "See /openapi.json."},
    {kMedia, "E_MEDIA", 415, "The content type is not accepted here.",
     "Send application/json or application/x-protobuf."},
    {kConflict, "E_CONFLICT", 409, "One idempotency key came with two different bodies.",
     "Use a new key for a new request."},
    {kReplay, "E_REPLAY", 401, "The nonce of this signed request was used before.",
     "Sign each request with a fresh nonce."},
    {kIo, "E_IO", 500, "Reading or writing the disk failed.",
     "Look at the node's log and the disk; the node stops rather than guess."},
    {kCorrupt, "E_CORRUPT", 500, "Stored bytes do not match their checksum or hash.",
     "Do not delete anything; run `suyuan verify --data DIR` and repair from a peer."},
    {kDiskFull, "E_DISK_FULL", 503, "The disk is full, or nearly.",
     "Free space: a node that runs goes on by itself, one that stopped is started again; nothing "
     "acknowledged is lost."},
    {kConfig, "E_CONFIG", 500, "The configuration is wrong.", "Correct the named line."},
    {kPassphrase, "E_PASSPHRASE", 401, "The passphrase does not open the key file.",
     "Type it again; without it the key cannot be recovered."},
    {kPort, "E_PORT", 500, "The address is in use or cannot be bound.",
     "Stop the other process or configure another port."},
    {kClock, "E_CLOCK", 503, "The clock is far from the ledger's time.",
     "Synchronise the clock (NTP) and try again."},
    {kProtocol, "E_PROTOCOL", 400, "The peer or the stored data speaks another protocol version.",
     "Update the software on the older side."},
    {kUnreachable, "E_UNREACHABLE", 503, "The other side cannot be reached.",
     "Check address, port and network; is the node running?"},
    {kProof, "E_PROOF", 422, "A proof or signature does not verify.",
     "Do not trust the answer; compare with another node and tell the regulator."},
    {kGenesis, "E_GENESIS", 403, "The other side belongs to another genesis file.",
     "Give both nodes the same genesis file."},
    {kNotYet, "E_NOT_YET", 503, "This node has not reached the height asked for.",
     "Try again shortly, or read without `at`."},
    {kStopping, "E_STOPPING", 503, "The node is shutting down.", "Use another node."},
    {kRateLimit, "E_RATE_LIMIT", 429, "Too many requests from this client.",
     "Slow down; Retry-After says for how long."},
    {kLost, "E_LOST", 503,
     "This node lost entries that it had acknowledged, and its votes with them.",
     "It must not vote again: remove it from the consortium and let a new node with a new key take "
     "its place."},
};

}  // namespace

const ErrorInfo& Describe(ErrorCode code) {
  for (const ErrorInfo& info : kTable)
    if (info.code == code) return info;
  return Describe(ErrorCode::kInternal);
}

std::optional<ErrorCode> ParseErrorCode(std::string_view name) {
  for (const ErrorInfo& info : kTable)
    if (info.name == name) return info.code;
  return std::nullopt;
}

const ErrorInfo* ErrorTable(size_t* count) {
  *count = std::size(kTable);
  return kTable;
}

std::string Error::ToString() const {
  std::string out(Describe(code).name);
  if (!detail.empty()) out += ": " + detail;
  if (record) out += " (record " + std::to_string(*record) + ")";
  return out;
}

Error&& Error::At(uint32_t record_index, uint16_t field_number, uint16_t item_index) && {
  record = record_index;
  field = field_number;
  item = item_index;
  return std::move(*this);
}

}  // namespace suyuan
