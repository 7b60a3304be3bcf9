// The verifier's own reading of canonical Protobuf (docs/formats.md §0), written from the wire
// format and not from the library that the writer uses, so that a mistake of the one does not hide
// in the other.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "common/bytes.h"
#include "common/ids.h"
#include "common/result.h"

namespace suyuan::ledger::verify {

// One field of a message: a varint or a run of bytes.
struct WireField {
  uint32_t number = 0;
  bool is_bytes = false;
  uint64_t varint = 0;
  ByteView bytes;
};

// Walks the fields of one message and enforces what canonical means for every message: known wire
// types, minimal varints, no default values, ascending numbers. `repeated` lists the numbers (below
// 64) that may occur more than once (they may also be empty). Allocates nothing.
class FieldReader {
 public:
  FieldReader(ByteView message, std::initializer_list<uint32_t> repeated, uint32_t number_max);
  // The next field; false at the end and at the first thing that is not canonical.
  bool Next(WireField* field);
  // After the last Next: E_FORMAT when the message is not canonical.
  Status Finish() { return std::move(status_); }

 private:
  bool Refuse(std::string why);

  ByteView rest_;
  uint64_t repeated_ = 0;  // one bit a number
  const uint32_t number_max_;
  uint32_t previous_ = 0;
  Status status_;
};

// A signature as carried beside a core.
struct WireSignature {
  uint64_t suite = 0;
  ByteView public_key, signature;
};

// What the verifier needs of an envelope.
struct WireTransaction {
  TxId id;
  ByteView core;
  ByteView ledger_id;
  uint64_t type = 0;
  uint64_t created_ms = 0, expiry_ms = 0;
  uint64_t record_count = 0;
  ByteView records_root;
  struct Signer {
    uint64_t role = 0;
    ByteView party, key_id;
  };
  std::vector<Signer> signers;
  struct Audience {
    uint64_t id = 0, wrap_count = 0;
    ByteView key_commitment, wraps_hash;
  };
  std::vector<Audience> audiences;
  ByteView seal_public_key;
  std::vector<WireSignature> signatures;
  std::vector<ByteView> leaves;     // of all records, one after the other, leaf 0 first
  std::vector<size_t> record_ends;  // where each record's leaves end

  void Clear();
};
// Fills `out`, whose vectors keep their memory from one envelope to the next. E_FORMAT.
Status ReadEnvelope(ByteView envelope, WireTransaction* out);

// What the verifier needs of a block's body.
struct WireBody {
  std::vector<ByteView> envelopes;
  std::vector<ByteView> cosignatures;
  ByteView configuration;
};
Result<WireBody> ReadBody(ByteView body);

// A configuration, as far as the log needs it. Views into its bytes.
struct WireMember {
  ByteView bytes;
  ByteView party, node_key, log_key;
  uint64_t suffrage = 0;
};
struct WireConfiguration {
  uint64_t seq = 0, phase = 0, approved_height = 0;
  ByteView change_tx_id;
  std::vector<WireMember> members;
};
Result<WireConfiguration> ReadConfiguration(ByteView configuration);

}  // namespace suyuan::ledger::verify
