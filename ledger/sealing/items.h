// The sealed items of a transaction (docs/formats.md §4): which ones it has follows from its
// envelope alone, and each is bound by a hash in it, so for one envelope there is exactly one valid
// list of items. Pure, thread-safe.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "ledger/sealing/field.h"
#include "ledger/transaction.h"

namespace suyuan::sealing {

enum class ItemKind : uint8_t { kErased = 0, kWraps = 1, kFields = 2, kOpening = 3, kFault = 4 };

using SealedItems = std::vector<Bytes>;
std::vector<ByteView> ViewsOf(const SealedItems& items);
// Bytes of all items together.
size_t SealedBytes(std::span<const ByteView> items);

// Number of items that belong to a transaction.
size_t CountSealedItems(const ledger::Transaction& tx);

// An envelope and its items keep the limit of one transaction together. E_SIZE.
Status CheckSealedSize(size_t envelope_bytes, std::span<const ByteView> items,
                       const LedgerLimits& limits);
// Items are those of `tx`: number, order, sizes, wrap lists as the core announces them, a
// ciphertext of each hidden leaf with its content hash, an opening of each opening leaf with its
// commitment, a cipher fault of each fault leaf; the core's sealing key and audiences fit. What is
// inside of ciphertexts and wraps nobody but a reader can judge. E_FORMAT, E_SIZE, or E_COMMIT
// where a hash differs, with record and field. Erased items are refused: they have no place in what
// is submitted or proposed.
Status CheckSealedItems(const ledger::Transaction& tx, std::span<const ByteView> items);

// The items taken apart, after the same checks. Views into `items`.
struct SealedPart {
  struct Wraps {
    uint8_t audience = 0;
    Hash key_commitment;            // KC_a
    std::optional<ByteView> wraps;  // nullopt: erased
  };
  std::vector<Wraps> audiences;      // as in the core
  std::vector<CarriedField> fields;  // by record and audience, then in leaf order
  std::vector<CarriedField> erased;  // hidden leaves whose item was erased; no ciphertext
  // What opening and fault leaves show of other transactions' fields, in leaf order.
  struct Shown {
    uint32_t record = 0;                 // that carries the leaf
    const ledger::Leaf* leaf = nullptr;  // of the transaction
    std::optional<ByteView> bytes;       // P_i, or the item that proves a fault; nullopt: erased
  };
  std::vector<Shown> shown;
};
Result<SealedPart> ReadSealedItems(const ledger::Transaction& tx, std::span<const ByteView> items);

// u8 1 ‖ u8 audience ‖ wraps
Bytes EncodeWrapsItem(uint8_t audience, ByteView wraps);
// u8 2 ‖ u32 record ‖ u8 audience ‖ (kc_i32 ‖ s32(ct_i))…
Bytes EncodeFieldsItem(uint32_t record, uint8_t audience, const std::vector<SealedField>& fields);

// u8 0 ‖ hash32 ‖ u64 erased_by: stands for an item that was erased by the block of that height.
struct ErasedItem {
  Hash hash;
  Height erased_by;
};
Bytes EncodeErasedItem(const ErasedItem& item);
std::optional<ErasedItem> ReadErasedItem(ByteView item);
// What an item contributes to sealed_root: SHA-256 of its bytes, or the hash that an erased one
// keeps.
Hash ItemHash(ByteView item);

// u8 3 ‖ u32 record ‖ s32(P_i): a sealed value of another transaction that is published, beside an
// opening leaf of this record.
struct OpeningItem {
  uint32_t record = 0;
  ByteView padded;
};
Bytes EncodeOpeningItem(const OpeningItem& item);
Result<OpeningItem> ReadOpeningItem(ByteView item);

// u8 4 ‖ u32 record ‖ k_i32 ‖ s32(ct_i): proof of a cipher fault, beside a fault leaf.
struct FaultItem {
  uint32_t record = 0;
  ByteView field_key;
  ByteView ciphertext;
};
Bytes EncodeFaultItem(const FaultItem& item);
Result<FaultItem> ReadFaultItem(ByteView item);

}  // namespace suyuan::sealing
