// The verifier's own check of sealed items (docs/formats.md §4), written from the page and not from
// the room that makes them.
#pragma once

#include <vector>

#include "ledger/verify/wire.h"

namespace suyuan::ledger::verify {

// What one envelope says of its sealed items. Views into the envelope.
struct SealedFacts {
  struct Leaf {
    uint32_t record = 0;
    uint8_t audience = 0;
    uint32_t padded_length = 0;
    ByteView content_hash;
  };
  // Shows a field of another transaction: mode 3 an opening, mode 4 a cipher fault.
  struct Shown {
    uint32_t record = 0;
    uint8_t mode = 0;
    ByteView context;
    Bytes at;  // u32 record ‖ u16 field ‖ u16 item of the field shown
    uint32_t padded_length = 0;
    ByteView commitment, content_hash;
  };
  ByteView seal_public_key;  // empty: none
  std::vector<WireTransaction::Audience> audiences;
  std::vector<Leaf> leaves;  // hidden ones, in their order
  std::vector<Shown> shown;  // opening and fault leaves, in their order
};
SealedFacts ReadSealedFacts(const WireTransaction& tx);

// The hash that stands for an item in sealed_root.
Hash SealedItemHash(ByteView item);

// `items` are exactly those of these envelopes, one after the other, and right. E_PROOF, naming the
// transaction. An erased item is refused: no transaction of this version erases any.
Status CheckItemsOf(const std::vector<const SealedFacts*>& envelopes,
                    const std::vector<Bytes>& items);

}  // namespace suyuan::ledger::verify
