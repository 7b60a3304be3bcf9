#include "node/transport/wire.h"

#include "common/codec.h"

namespace suyuan::node {
namespace {

constexpr uint8_t kFlagReject = 1, kFlagTransfer = 2;
constexpr size_t kMessageHeadBytes = 1 + 4 + 4 + 8 + 8 + 8 + 32 + 8 + 8 + 1 + 8 + 4;

// A count of s32 items that the rest of `in` can hold at all, so that a lie reserves no memory.
Result<uint32_t> Count(Reader& in, uint32_t max, std::string_view what) {
  uint32_t count = in.U32();
  if (in.failed() || count > max || count > in.remaining() / 4)
    return Error{ErrorCode::kFormat, "impossible number of " + std::string(what)};
  return count;
}

Result<std::vector<std::shared_ptr<const Bytes>>> Items(Reader& in, uint32_t max,
                                                        std::string_view what) {
  SUYUAN_ASSIGN_OR_RETURN(uint32_t count, Count(in, max, what));
  std::vector<std::shared_ptr<const Bytes>> out;
  out.reserve(count);
  for (uint32_t i = 0; i < count; ++i) {
    ByteView item = in.Sized();
    if (in.failed()) break;
    out.push_back(std::make_shared<const Bytes>(item));
  }
  SUYUAN_RETURN_IF_ERROR(in.Finish(what));
  return out;
}

}  // namespace

Bytes EncodeHello(const Hello& hello) {
  return Writer()
      .U16(hello.protocol)
      .Raw(hello.ledger)
      .Raw(hello.node)
      .U64(hello.incarnation)
      .U8(static_cast<uint8_t>(hello.lane))
      .Take();
}

Result<Hello> DecodeHello(ByteView payload) {
  Reader in(payload);
  Hello out;
  out.protocol = in.U16();
  out.ledger = in.Take<LedgerId>();
  out.node = in.Take<KeyId>();
  out.incarnation = in.U64();
  uint8_t lane = in.U8();
  SUYUAN_RETURN_IF_ERROR(in.Finish("hello"));
  if (lane > static_cast<uint8_t>(Lane::kBulk)) return Error{ErrorCode::kFormat, "unknown lane"};
  out.lane = static_cast<Lane>(lane);
  return out;
}

Bytes EncodeHelloReply(const HelloReply& reply) {
  return Writer()
      .U16(reply.protocol)
      .Raw(reply.ledger)
      .Raw(reply.node)
      .U64(reply.incarnation)
      .U16(static_cast<uint16_t>(reply.verdict))
      .Take();
}

Result<HelloReply> DecodeHelloReply(ByteView payload) {
  Reader in(payload);
  HelloReply out;
  out.protocol = in.U16();
  out.ledger = in.Take<LedgerId>();
  out.node = in.Take<KeyId>();
  out.incarnation = in.U64();
  out.verdict = static_cast<ErrorCode>(in.U16());
  SUYUAN_RETURN_IF_ERROR(in.Finish("hello reply"));
  return out;
}

Pieces EncodeMessage(const consensus::Message& m) {
  Writer out;
  out.Reserve(kMessageHeadBytes);
  uint8_t flags = (m.reject ? kFlagReject : 0) | (m.transfer ? kFlagTransfer : 0);
  out.U8(static_cast<uint8_t>(m.type)).U32(m.from.value()).U32(m.to.value());
  out.U64(m.term.value()).U64(m.index.value()).U64(m.log_term.value()).Raw(m.log_hash);
  out.U64(m.hint.value()).U64(m.commit.value()).U8(flags).U64(m.context);
  out.U32(static_cast<uint32_t>(m.entries.size()));
  Pieces pieces(out.Take());
  for (const consensus::Entry& entry : m.entries) {
    pieces.Add(Writer().U32(static_cast<uint32_t>(entry.data->size())).Take());
    pieces.Add(entry.data);
  }
  return pieces;
}

Result<WireMessage> DecodeMessage(ByteView payload) {
  if (payload.size() < kMessageHeadBytes)
    return Error{ErrorCode::kFormat, "message of consensus is too short"};
  Reader in(payload);
  WireMessage out;
  consensus::Message& m = out.message;
  uint8_t type = in.U8();
  if (type < 1 || type > static_cast<uint8_t>(consensus::kLastMessageType))
    return Error{ErrorCode::kFormat, "unknown message of consensus"};
  m.type = static_cast<consensus::MessageType>(type);
  m.from = consensus::NodeId(in.U32());
  m.to = consensus::NodeId(in.U32());
  m.term = Term(in.U64());
  m.index = consensus::Index(in.U64());
  m.log_term = Term(in.U64());
  m.log_hash = in.Take<Hash>();
  m.hint = consensus::Index(in.U64());
  m.commit = consensus::Index(in.U64());
  uint8_t flags = in.U8();
  if (flags > (kFlagReject | kFlagTransfer)) return Error{ErrorCode::kFormat, "unknown flags"};
  m.reject = (flags & kFlagReject) != 0;
  m.transfer = (flags & kFlagTransfer) != 0;
  m.context = in.U64();
  SUYUAN_ASSIGN_OR_RETURN(out.entries, Items(in, kEntriesPerMessageMax, "entries"));
  if (!out.entries.empty() && m.type != consensus::MessageType::kAppend)
    return Error{ErrorCode::kFormat, "entries in a message that carries none"};
  return out;
}

Bytes EncodeTransactions(const Parcels& parcels) {
  size_t bytes = 4;
  for (const ledger::Parcel& parcel : parcels)
    bytes += 8 + parcel.bytes() + 4 * parcel.sealed_items->size();
  Writer out;
  out.Reserve(bytes).U32(static_cast<uint32_t>(parcels.size()));
  for (const ledger::Parcel& parcel : parcels) {
    out.Sized(*parcel.envelope).U32(static_cast<uint32_t>(parcel.sealed_items->size()));
    for (const Bytes& item : *parcel.sealed_items) out.Sized(item);
  }
  return out.Take();
}

Result<Parcels> DecodeTransactions(ByteView payload) {
  Reader in(payload);
  SUYUAN_ASSIGN_OR_RETURN(uint32_t count, Count(in, kParcelsPerFrameMax, "transactions"));
  Parcels out;
  for (uint32_t i = 0; i < count; ++i) {
    auto envelope = std::make_shared<const Bytes>(in.Sized());
    SUYUAN_ASSIGN_OR_RETURN(uint32_t items, Count(in, UINT32_MAX, "sealed items"));
    std::vector<Bytes> sealed;
    for (uint32_t n = 0; n < items && !in.failed(); ++n) {
      const ByteView item = in.Sized();
      if (item.size() < limits::kSealedItemBytesMin)
        return Error{ErrorCode::kFormat, "a sealed item is too short"};
      sealed.emplace_back(item);
    }
    out.emplace_back(std::move(envelope), std::move(sealed));
  }
  SUYUAN_RETURN_IF_ERROR(in.Finish("transactions"));
  return out;
}

Bytes EncodeRefusal(const Refusal& refusal) {
  return Writer()
      .U64(refusal.height.value())
      .Raw(refusal.entry_hash)
      .U16(static_cast<uint16_t>(refusal.code))
      .Sized(refusal.reason)
      .Take();
}

Result<Refusal> DecodeRefusal(ByteView payload) {
  Reader in(payload);
  Refusal out;
  out.height = Height(in.U64());
  out.entry_hash = in.Take<Hash>();
  out.code = static_cast<ErrorCode>(in.U16());
  out.reason = Bytes(in.Sized());
  SUYUAN_RETURN_IF_ERROR(in.Finish("refusal"));
  return out;
}

}  // namespace suyuan::node
