// Layout of block entries (docs/formats.md §4).
#include "ledger/block.h"

#include "common/codec.h"
#include "common/hash.h"
#include "common/hash_many.h"
#include "ledger/sealing/items.h"
#include "ledger/wire.h"

namespace suyuan::ledger {
namespace {

constexpr ByteView kMagic = "SYB1";
constexpr ByteView kSigningPrefix("suyuan/entry/v1\0", 16);

Error Refusal(std::string why) { return Error{ErrorCode::kFormat, std::move(why)}; }

Bytes SigningBytes(const Hash& entry_hash) {
  Bytes out(kSigningPrefix);
  return out.append(entry_hash.view());
}

// Fields of BlockBody (block.proto).
constexpr uint32_t kEnvelopes = 1, kCosignatures = 2, kConfiguration = 3;

size_t BodyBytes(const EntryDraft& draft) {
  size_t bytes = draft.configuration.empty() ? 0 : WireFieldBytes(draft.configuration.size());
  for (ByteView envelope : draft.envelopes) bytes += WireFieldBytes(envelope.size());
  return bytes;
}

void WriteBody(const EntryDraft& draft, Writer& w) {
  for (ByteView envelope : draft.envelopes) WriteWireField(w, kEnvelopes, envelope);
  if (!draft.configuration.empty()) WriteWireField(w, kConfiguration, draft.configuration);
}

// Header, suite, proposer's key and signature: what stands before the body's length.
constexpr size_t kBeforeBody = kBlockHeaderBytes + 2 + 1 + PublicKey::kSize + 1 + Signature::kSize;

// Which parts a kind of block has.
Status CheckKind(const BlockEntry& entry, ByteView body) {
  switch (entry.header.kind) {
    case BlockKind::kTransactions:
      if (entry.envelopes.empty() || !entry.configuration.empty())
        return Refusal("a block of transactions carries envelopes and no configuration");
      return {};
    case BlockKind::kElection:
      if (!body.empty() || !entry.sealed_items.empty())
        return Refusal("an election block is empty");
      return {};
    case BlockKind::kConfiguration:
      if (!entry.envelopes.empty() || !entry.cosignatures.empty() || entry.configuration.empty() ||
          !entry.sealed_items.empty())
        return Refusal("a configuration block carries a configuration only");
      return {};
  }
  return Refusal("unknown kind of block");
}

Status DecodeBody(ByteView body, BlockEntry* entry) {
  WireReader r(body);
  ByteView element;
  while (r.Repeated(kEnvelopes, &element)) entry->envelopes.push_back(element);
  while (r.Repeated(kCosignatures, &element)) entry->cosignatures.push_back(element);
  entry->configuration = r.Bytes(kConfiguration);
  return r.Finish("a block's body");
}

// Proposer's key and signature, after the header.
Status DecodeProposer(Reader& r, BlockEntry* entry) {
  uint16_t suite = r.U16();
  ByteView key = r.Sized8();
  ByteView signature = r.Sized8();
  if (r.failed()) return r.Finish("an entry");
  if (suite != static_cast<uint16_t>(Suite::kEd25519)) return Refusal("unknown suite of an entry");
  SUYUAN_ASSIGN_OR_RETURN(entry->proposer_key, PublicKey::From(key));
  SUYUAN_ASSIGN_OR_RETURN(entry->proposer_signature, Signature::From(signature));
  return {};
}

}  // namespace

Bytes EncodeHeader(const BlockHeader& header) {
  Writer w;
  w.Raw(kMagic).U16(header.protocol).U8(static_cast<uint8_t>(header.kind));
  w.U64(header.height.value()).U64(header.term.value()).U64(header.time_ms);
  w.Raw(header.proposer).Raw(header.prev_entry_hash);
  w.Raw(header.body_hash).Raw(header.sealed_root);
  return w.Take();
}

Result<BlockHeader> DecodeHeader(ByteView header_bytes) {
  Reader r(header_bytes);
  BlockHeader h;
  if (r.Raw(kMagic.size()) != kMagic) return Refusal("an entry starts with SYB1");
  h.protocol = r.U16();
  if (!r.failed() && h.protocol != limits::kProtocol)
    return Error{ErrorCode::kProtocol, "protocol " + std::to_string(h.protocol) +
                                           " of an entry is not known to this version"};
  uint8_t kind = r.U8();
  h.height = Height(r.U64());
  h.term = Term(r.U64());
  h.time_ms = r.U64();
  h.proposer = r.Take<KeyId>();
  h.prev_entry_hash = r.Take<Hash>();
  h.body_hash = r.Take<Hash>();
  h.sealed_root = r.Take<Hash>();
  SUYUAN_RETURN_IF_ERROR(r.Finish("a header"));
  if (kind < 1 || kind > 3) return Refusal("unknown kind of block");
  h.kind = static_cast<BlockKind>(kind);
  if (h.height.value() == 0 || h.term.value() == 0)
    return Refusal("height and term of an entry start at 1");
  if (h.time_ms > limits::kBlockTimeMsMax) return Refusal("an entry's time is past the year 9999");
  return h;
}

Hash EntryHashOf(ByteView header_bytes) { return TaggedHash("entry", {FixedRaw(header_bytes)}); }

Hash SealedRootOf(const std::vector<ByteView>& items) {
  std::vector<Hash> hashes, leaves(items.size());
  hashes.reserve(items.size());
  std::vector<ByteView> views;
  views.reserve(items.size());
  for (ByteView item : items) views.push_back(hashes.emplace_back(sealing::ItemHash(item)).view());
  MerkleLeafHashes(views, leaves.data());
  return MerkleTreeHash(leaves);
}

Bytes BuildEntry(const EntryDraft& draft, const SigningKey& node_key) {
  const size_t body_bytes = BodyBytes(draft);
  size_t sealed_bytes = 0;
  for (ByteView item : draft.sealed_items) sealed_bytes += 4 + item.size();
  // The body may have megabytes, so it is written where it stays, and its head afterwards.
  Writer w;
  w.Reserve(kBeforeBody + 4 + body_bytes + 4 + sealed_bytes).Raw(Bytes(kBeforeBody, '\0'));
  w.U32(static_cast<uint32_t>(body_bytes));
  WriteBody(draft, w);
  const ByteView body = ByteView(w.bytes()).substr(kBeforeBody + 4);
  SUYUAN_CHECK(body.size() == body_bytes, "a body's length");
  BlockHeader header;
  header.kind = draft.kind;
  header.height = draft.height;
  header.term = draft.term;
  header.time_ms = draft.time_ms;
  header.proposer = node_key.key_id();
  header.prev_entry_hash = draft.prev_entry_hash;
  header.body_hash = Sha256(body);
  header.sealed_root = SealedRootOf(draft.sealed_items);
  Bytes header_bytes = EncodeHeader(header);
  Signature signature = node_key.Sign(SigningBytes(EntryHashOf(header_bytes)));
  w.U32(static_cast<uint32_t>(draft.sealed_items.size()));
  for (ByteView item : draft.sealed_items) w.Sized(item);
  Writer head;
  head.Raw(header_bytes).U16(static_cast<uint16_t>(Suite::kEd25519));
  head.Sized8(node_key.public_key().view()).Sized8(signature.view());
  SUYUAN_CHECK(head.bytes().size() == kBeforeBody, "an entry's head");
  Bytes out = w.Take();
  out.replace(0, kBeforeBody, head.bytes());
  return out;
}

Result<BlockEntry> DecodeEntry(std::shared_ptr<const Bytes> bytes, Hashes hashes) {
  if (bytes->size() > limits::kEntryBytesMax)
    return Error{ErrorCode::kSize,
                 "an entry is larger than " + std::to_string(limits::kEntryBytesMax) + " bytes"};
  BlockEntry entry;
  entry.bytes = std::move(bytes);
  SUYUAN_ASSIGN_OR_RETURN(entry.header, PeekHeader(*entry.bytes, &entry.hash));
  Reader r(ByteView(*entry.bytes).substr(kBlockHeaderBytes));
  SUYUAN_RETURN_IF_ERROR(DecodeProposer(r, &entry));
  ByteView body = r.Sized();
  uint32_t count = r.U32();
  if (count > limits::kEntryBytesMax / limits::kSealedItemBytesMin)
    return Error{ErrorCode::kSize, "an entry has too many sealed items"};
  for (uint32_t i = 0; i < count && !r.failed(); ++i) entry.sealed_items.push_back(r.Sized());
  SUYUAN_RETURN_IF_ERROR(r.Finish("an entry"));
  SUYUAN_RETURN_IF_ERROR(DecodeBody(body, &entry));
  SUYUAN_RETURN_IF_ERROR(CheckKind(entry, body));
  if (hashes == Hashes::kKnown) return entry;
  if (Sha256(body) != entry.header.body_hash) return Refusal("the body does not match its hash");
  if (SealedRootOf(entry.sealed_items) != entry.header.sealed_root)
    return Refusal("the sealed items do not match their root");
  return entry;
}

Result<BlockHeader> PeekHeader(ByteView entry, Hash* entry_hash) {
  ByteView header_bytes = entry.substr(0, kBlockHeaderBytes);
  SUYUAN_ASSIGN_OR_RETURN(BlockHeader header, DecodeHeader(header_bytes));
  *entry_hash = EntryHashOf(header_bytes);
  return header;
}

Bytes StripSealed(const BlockEntry& entry) {
  size_t sealed = 4;
  for (ByteView item : entry.sealed_items) sealed += 4 + item.size();
  return entry.bytes->substr(0, entry.bytes->size() - sealed);
}

Bytes JoinSealed(ByteView stored, const std::vector<Bytes>& sealed_items) {
  Writer w;
  w.Raw(stored).U32(static_cast<uint32_t>(sealed_items.size()));
  for (const Bytes& item : sealed_items) w.Sized(item);
  return w.Take();
}

Status VerifyProposerSignature(const BlockEntry& entry) {
  if (KeyIdOf(Suite::kEd25519, entry.proposer_key) != entry.header.proposer)
    return Error{ErrorCode::kSig, "the proposer's key is not the header's"};
  if (!VerifySignature(entry.proposer_key, SigningBytes(entry.hash), entry.proposer_signature))
    return Error{ErrorCode::kSig, "the proposer's signature does not verify"};
  return {};
}

}  // namespace suyuan::ledger
