// From the JSON of interfaces.md to a transaction draft, for command line, custody and tests:
//   {"type":"DOC_ANCHOR", "records":[{"fields":{identifier: value, …}, "subject": …, "schema": …}]}
// The class of each field decides whether it travels in clear or as a hidden leaf.
#pragma once

#include <functional>
#include <vector>

#include "common/json.h"
#include "common/result.h"
#include "contracts/fields.h"
#include "ledger/transaction.h"

namespace suyuan::contracts {

// The opening of one hidden leaf: what its sender must keep (docs/formats.md §3).
struct Opening {
  uint32_t record = 0;
  uint16_t field = 0;
  uint16_t item = 0;
  Bytes padded_value;  // P_i: salt ‖ length ‖ value ‖ zeros
  Hash field_key;      // k_i
  Bytes ciphertext;    // ct_i
};

struct BuildOptions {
  LedgerId ledger;
  PartyId submitter;
  PublicKey signing_key;
  uint64_t now_ms = 0;
  uint64_t lifetime_ms = 24ull * 3600 * 1000;
  // Source of nonce, salts and keys; the default is the system's.
  std::function<void(uint8_t*, size_t)> random;
};

struct BuiltTransaction {
  ledger::TransactionDraft draft;
  std::vector<Opening> openings;
};

// E_TYPE, E_FORMAT, E_MISSING … with record and field, before anything is sent. In a list of codes
// {"range":{"prefix":"01/…/21/","first":1,"count":1000,"digits":6}} stands for its members.
// `key_of_reference` in values "@name" is not resolved here: callers replace references first.
Result<BuiltTransaction> BuildTransaction(const json::Value& transaction,
                                          const BuildOptions& options);

// A public view of a record: identifier → value; hidden fields as
// {"class","commitment"}; not_applicable as {"not_applicable":true}. Without class checks: callers
// that show records to parties use the disclosure views of api/.
json::Value DescribeRecord(const ledger::Record& record);

}  // namespace suyuan::contracts
