// Transactions as they are signed, sent and stored (docs/formats.md §1, §2). Decoding checks form
// and hashes once; afterwards a Transaction is known to be well-formed. Values are views into the
// carried bytes, so nothing is copied and what was signed is what is read.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "common/bytes.h"
#include "common/ids.h"
#include "common/limits.h"
#include "common/result.h"
#include "common/sign.h"

namespace suyuan::ledger {

// Number of a transaction type (contracts/types.h gives the names).
using TxType = NamedInt<struct TxTypeTag, uint16_t>;

enum class SignerRole : uint8_t {
  kSubmitter = 1,
  kCounterparty = 2,
  kTestingBody = 3,
  kHost = 4,
  kDevice = 5,
  kGovernance = 6,
};

struct Signer {
  SignerRole role = SignerRole::kSubmitter;
  PartyId party;
  KeyId key_id;
  friend bool operator==(const Signer&, const Signer&) = default;
};

struct SignatureEntry {
  Suite suite = Suite::kEd25519;
  PublicKey public_key;
  Signature signature;
};

struct AudienceHead {
  uint8_t id = 0;
  Hash key_commitment;
  uint32_t wrap_count = 0;
  Hash wraps_hash;
};

// The signed core, decoded.
struct Core {
  Suite suite = Suite::kEd25519;
  LedgerId ledger_id;
  TxType type;
  uint16_t type_version = 1;
  PartyId submitter;
  ActorId actor;  // zero when absent
  std::vector<Signer> signers;
  Nonce16 nonce;
  uint64_t created_ms = 0;
  uint64_t expiry_ms = 0;
  std::optional<TxId> after;
  uint32_t expected_version = 0;  // 0: not given
  Height reader_height;
  uint32_t record_count = 0;
  Hash records_root;
  std::vector<AudienceHead> audiences;
  std::optional<SealingPublicKey> seal_public_key;
};

// kOpening and kFault speak of a field that another transaction sealed: what is shown of it is a
// sealed item, so it can be erased, and the leaf says what the item must fit (formats §2, §4).
enum class LeafMode : uint8_t {
  kPublic = 0,
  kHidden = 1,
  kNotApplicable = 2,
  kOpening = 3,  // P_i of the field
  kFault = 4,    // k_i and ciphertext of the field, which are a cipher fault
};

// One field leaf. `value` is set for public leaves only (canonical JSON, form not yet checked
// against the field's type); padded length and commitment for hidden, opening and fault leaves, the
// content hash for hidden and fault ones, the audience for hidden ones.
struct Leaf {
  uint16_t field = 0;  // section << 8 | row
  uint16_t item = 0;   // position in a list
  LeafMode mode = LeafMode::kPublic;
  ByteView value;
  uint8_t audience = 0;
  uint32_t padded_length = 0;
  Hash commitment;
  Hash content_hash;
  ByteView bytes;  // the leaf as hashed
};

// The sealed field of an opening or fault leaf: `ctx` and `at` of formats §3 with this record and
// the leaf's own field and item.
struct SealedOrigin {
  Hash context;
  uint32_t record = 0;
};
// Of a decoded leaf with one of these modes; a precondition.
SealedOrigin OriginOf(const Leaf& leaf);

enum class EntityKind : uint8_t {
  kNone = 0,
  kParty = 1,
  kProduct = 2,
  kBatch = 3,
  kCode = 4,
  kFlow = 5,
  kDocument = 6,
  kCatalogNode = 0x10,
  kNode = 0x11,  // a member's; its id is the key id of the node key
};

struct Record {
  uint16_t schema = 0;
  uint16_t schema_version = 1;
  EntityKind subject_kind = EntityKind::kNone;  // kNone: a new entity
  ByteView subject;                             // id bytes after the kind
  ByteView head;                                // leaf 0 as hashed
  std::vector<Leaf> leaves;                     // strictly rising by (field, item)
  Hash root;

  // First leaf of `field`, nullptr when there is none; leaves are sorted.
  const Leaf* Find(uint16_t field, uint16_t item = 0) const;
};

// A decoded transaction. Movable; the views point into `envelope`, which is shared.
struct Transaction {
  std::shared_ptr<const Bytes> envelope;
  ByteView core_bytes;  // as signed
  TxId id;
  Hash signatures_hash;
  Core core;
  std::vector<SignatureEntry> signatures;
  std::vector<Record> records;
};

// A transaction on its way: the envelope and, beside it, its sealed items (formats §4), shared by
// all who queue, send or propose it.
struct Parcel {
  Parcel(std::shared_ptr<const Bytes> envelope_bytes,  // NOLINT: implicit for what seals nothing
         std::vector<Bytes> items = {})
      : envelope(std::move(envelope_bytes)),
        sealed_items(std::make_shared<const std::vector<Bytes>>(std::move(items))) {}
  Parcel() : Parcel(std::make_shared<const Bytes>()) {}
  std::shared_ptr<const Bytes> envelope;                   // never null
  std::shared_ptr<const std::vector<Bytes>> sealed_items;  // never null
  // Of envelope and items.
  size_t bytes() const;
};

// A subject (u8 entity kind ‖ id) has at most so many bytes, because effects name it with s8.
inline constexpr size_t kSubjectBytesMax = 255;

// Whether decoding compares what one part of a transaction says of another by hash (key ids, record
// roots). kKnown: exactly these bytes were decoded here before with all hashes, e.g. they are in
// the VerifiedCache; that is half of the cost.
enum class Hashes : uint8_t { kCompare, kKnown };

// The core alone, and one field leaf alone, for readers of partial transactions
// (ledger/shown_leaf.h). Errors as below.
Result<Core> DecodeCore(ByteView bytes, const LedgerLimits& limits, const LedgerId* ledger);
Result<Leaf> DecodeLeaf(ByteView bytes);
// One record from its leaves in their fixed layout, leaf 0 first (formats §2); `index` is its
// position, for errors. Pure.
// Its root stays zero with Hashes::kKnown.
Result<Record> DecodeRecord(const std::vector<ByteView>& leaves, uint32_t index,
                            Hashes hashes = Hashes::kCompare);
// MTH over the leaves' bytes.
Hash RecordRootOf(const std::vector<Bytes>& leaves);

// Decodes and checks everything of formats §1 and §2 that needs neither state nor signatures
// verified: canonical form, limits, hashes, signer order, key ids. Pure. Errors: E_FORMAT, E_SIZE,
// E_LEDGER (when `ledger` is given and differs), with record and field where they are known.
Result<Transaction> DecodeTransaction(std::shared_ptr<const Bytes> envelope,
                                      const LedgerLimits& limits, const LedgerId* ledger);
// The same over bytes that the caller keeps alive as long as the result; `envelope` stays null.
// For the hot path: nothing of the carried bytes is copied.
Result<Transaction> DecodeTransactionView(ByteView envelope, const LedgerLimits& limits,
                                          const LedgerId* ledger, Hashes hashes = Hashes::kCompare);
// The tx_id alone, for envelopes that were decoded and verified before. E_FORMAT when there is no
// core.
Result<TxId> PeekTransactionId(ByteView envelope);

// Every signature under its carried public key (E_SIG). Pure and thread-safe; costs one Ed25519
// verification a signer.
Status VerifyTransactionSignatures(const Transaction& tx);

// "suyuan/tx/v1\0" ‖ tx_id: what each signer signs.
Bytes TransactionSigningBytes(const TxId& id);
TxId TransactionIdOf(ByteView core_bytes);
// SHA-256( for each signature: u16 suite ‖ s8(public key) ‖ s8(signature) )
Hash SignaturesHashOf(const std::vector<SignatureEntry>& signatures);

// ---- Building (clients, custody, tests) ---------------------------------------------------------

// One record being built; `Encode` lays the leaves out.
struct RecordDraft {
  struct LeafDraft {
    uint16_t field = 0;
    uint16_t item = 0;
    LeafMode mode = LeafMode::kPublic;
    Bytes value;  // public: canonical JSON
    uint8_t audience = 0;
    uint32_t padded_length = 0;
    Hash commitment;
    Hash content_hash;
    SealedOrigin origin;  // kOpening, kFault
  };
  uint16_t schema = 0;
  uint16_t schema_version = 1;
  EntityKind subject_kind = EntityKind::kNone;
  Bytes subject;
  std::vector<LeafDraft> leaves;  // any order; sorted when encoded
};

// A transaction before signing. record_count and records_root in `core` are computed.
struct TransactionDraft {
  Core core;
  std::vector<RecordDraft> records;
};

// Canonical core bytes and tx_id of a draft, for signers that hold their key elsewhere.
struct UnsignedTransaction {
  Bytes core;
  TxId id;
  std::vector<std::vector<Bytes>> record_leaves;
};
UnsignedTransaction EncodeUnsigned(const TransactionDraft& draft);
// Puts signatures (in signer order) around it: the canonical envelope.
Bytes EncodeEnvelope(const UnsignedTransaction& unsigned_tx,
                     const std::vector<SignatureEntry>& signatures);
// Both steps with one key that signs as every signer; the usual case of a single submitter.
Bytes SignTransaction(const TransactionDraft& draft, const SigningKey& key);

// H("entity", tx_id ‖ record)[0..16)
EntityId EntityIdOf(const TxId& tx, uint32_t record);

}  // namespace suyuan::ledger
