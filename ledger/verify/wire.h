// The verifier's own reading of canonical Protobuf (docs/formats.md §0), written from the wire
// format and not from the library that the writer uses, so that a mistake of the one does not hide
// in the other.
#pragma once

#include <cstdint>
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

// Splits a message into fields and enforces what canonical means for every message: known wire
// types, minimal varints, no default values, ascending numbers. `repeated` lists the numbers that
// may occur more than once (they may also be empty). E_FORMAT otherwise.
Result<std::vector<WireField>> SplitMessage(ByteView message,
                                            std::initializer_list<uint32_t> repeated,
                                            uint32_t number_max);

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
  uint64_t created_ms = 0, expiry_ms = 0;
  uint64_t record_count = 0;
  ByteView records_root;
  struct Signer {
    uint64_t role = 0;
    ByteView party, key_id;
  };
  std::vector<Signer> signers;
  std::vector<WireSignature> signatures;
  std::vector<std::vector<ByteView>> records;  // leaves, leaf 0 first
};
Result<WireTransaction> ReadEnvelope(ByteView envelope);

// What the verifier needs of a block's body.
struct WireBody {
  std::vector<ByteView> envelopes;
  std::vector<ByteView> cosignatures;
  ByteView configuration;
};
Result<WireBody> ReadBody(ByteView body);

// One kind of key of every member that a configuration lists.
enum class MemberKey : uint32_t { kNode = 3, kLog = 4 };
Result<std::vector<ByteView>> ReadMemberKeys(ByteView configuration, MemberKey kind);

}  // namespace suyuan::ledger::verify
