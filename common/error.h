// Errors as values, with stable codes. The numbers are part of the ledger (outcomes carry them)
// and the names are part of the API; neither may change. One table in error.cc gives each code its
// name, HTTP status, cause and remedy.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace suyuan {

enum class ErrorCode : uint16_t {
  kOk = 0,
  // Contract rules, requirements 2.2. Frozen numbers: 100 + rule for the first code of a rule.
  kSig = 101,         // C01 signature
  kExpired = 201,     // C01 expiry
  kReaders = 301,     // the registry from which readers were chosen is too old
  kAuthz = 102,       // C02
  kUscc = 103,        // C03 form of the credit code
  kDupParty = 203,    // C03
  kMissing = 104,     // C04, C05
  kFormat = 106,      // C06
  kDupCode = 107,     // C07
  kScheme = 207,      // C07
  kLevel = 108,       // C08
  kNotReady = 109,    // C09
  kLate = 110,        // C10
  kImmutable = 111,   // C11
  kEvidence = 112,    // C12
  kDoc = 113,         // C13
  kState = 114,       // C14
  kBalance = 115,     // C15
  kHolder = 116,      // C16
  kDisclose = 118,    // C18
  kCommit = 119,      // C19
  kFrozen = 120,      // C20
  kSelfReview = 121,  // C21
  kRetention = 122,   // C22
  kLink = 123,        // C23
  kMask = 124,        // C24
  kTime = 127,        // C27
  kRegion = 128,      // C28
  kSize = 130,        // C30
  kRef = 131,         // C31
  kVersion = 132,     // expected entity version differs: somebody else was faster
  kLedger = 133,      // transaction of another ledger
  kType = 134,        // unknown transaction type or version
  // The node and its surroundings.
  kInternal = 1001,
  kNoLeader = 1002,
  kBusy = 1003,
  kTimeout = 1004,
  kNotFound = 1005,
  kAuth = 1006,
  kMethod = 1007,
  kMedia = 1008,
  kConflict = 1009,  // one idempotency key, two bodies
  kReplay = 1010,    // nonce of a signed request seen before
  kIo = 1011,
  kCorrupt = 1012,
  kDiskFull = 1013,
  kConfig = 1014,
  kPassphrase = 1015,
  kPort = 1016,
  kClock = 1017,
  kProtocol = 1018,
  kUnreachable = 1019,
  kProof = 1020,     // a proof, checkpoint or signature of a node does not verify
  kGenesis = 1021,   // node of another genesis
  kNotYet = 1022,    // the height asked for is not reached here
  kStopping = 1023,  // the node is shutting down
  kRateLimit = 1024,
  kLost = 1025,  // entries that this node had acknowledged are gone, its votes with them
};

// What the table says of a code.
struct ErrorInfo {
  ErrorCode code;
  std::string_view name;  // "E_FORMAT"
  int http_status;
  std::string_view cause;
  std::string_view remedy;
};

// Never fails: an unknown number is described as E_INTERNAL.
const ErrorInfo& Describe(ErrorCode code);
// The code of a stable name such as "E_FORMAT"; nullopt if there is none.
std::optional<ErrorCode> ParseErrorCode(std::string_view name);
// The whole table in the order of the numbers, for documentation and tests.
const ErrorInfo* ErrorTable(size_t* count);

// What happened, where, and what to do. `detail` is one sentence for people and never holds a
// value of a hidden field. `record` is the position in the transaction, `field` the field's
// number (0: none) with `item` the position in a list.
struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string detail = {};
  std::optional<uint32_t> record = std::nullopt;
  uint16_t field = 0;
  uint16_t item = 0;

  // "E_FORMAT: expected 32 bytes, got 3"
  std::string ToString() const;
  Error&& At(uint32_t record_index, uint16_t field_number = 0, uint16_t item_index = 0) &&;
};

}  // namespace suyuan
