// Payloads of the peer frames, fixed layouts (docs/formats.md §8):
//   hello        u16 protocol ‖ ledger_id32 ‖ node key_id32 ‖ u64 incarnation ‖ u8 lane
//   hello reply  u16 protocol ‖ ledger_id32 ‖ node key_id32 ‖ u64 incarnation ‖ u16 error code
//   raft         u8 type ‖ u32 from ‖ u32 to ‖ u64 term ‖ u64 index ‖ u64 log term ‖ log hash32
//                ‖ u64 hint ‖ u64 commit ‖ u8 flags (1 reject, 2 transfer) ‖ u64 context
//                ‖ u32 entry count ‖ s32(entry)…
//   transactions u32 count ‖ (s32(envelope) ‖ u32 item count ‖ s32(sealed item)…)…
//   refused      u64 height ‖ entry_hash32 ‖ u16 error code ‖ s32(reason)
// Index, term and hash of an entry are not sent: they follow from its bytes.
#pragma once

#include <memory>
#include <vector>

#include "common/ids.h"
#include "common/limits.h"
#include "common/result.h"
#include "consensus/types.h"
#include "ledger/transaction.h"
#include "node/transport/frame.h"
#include "node/transport/pieces.h"

namespace suyuan::node {

// A peer has two connections in each direction, so that a heartbeat never waits behind an entry.
enum class Lane : uint8_t { kControl = 0, kBulk = 1 };

struct Hello {
  uint16_t protocol = limits::kProtocol;
  LedgerId ledger;
  KeyId node;
  uint64_t incarnation = 0;  // random at each start of a node
  Lane lane = Lane::kControl;
};
struct HelloReply {
  uint16_t protocol = limits::kProtocol;
  LedgerId ledger;
  KeyId node;
  uint64_t incarnation = 0;
  ErrorCode verdict = ErrorCode::kOk;
};
// A Raft message whose entries are not decoded yet.
struct WireMessage {
  consensus::Message message;  // entries empty
  std::vector<std::shared_ptr<const Bytes>> entries;
};
struct Refusal {
  Height height;
  Hash entry_hash;
  ErrorCode code = ErrorCode::kFormat;
  Bytes reason;
};
using Parcels = std::vector<ledger::Parcel>;

inline constexpr uint32_t kEntriesPerMessageMax = 100'000;
inline constexpr uint32_t kParcelsPerFrameMax = 100'000;

Bytes EncodeHello(const Hello& hello);
Result<Hello> DecodeHello(ByteView payload);
Bytes EncodeHelloReply(const HelloReply& reply);
Result<HelloReply> DecodeHelloReply(ByteView payload);
// Large entries are shared, not copied.
Pieces EncodeMessage(const consensus::Message& message);
Result<WireMessage> DecodeMessage(ByteView payload);
Bytes EncodeTransactions(const Parcels& parcels);
Result<Parcels> DecodeTransactions(ByteView payload);
Bytes EncodeRefusal(const Refusal& refusal);
Result<Refusal> DecodeRefusal(ByteView payload);

}  // namespace suyuan::node
