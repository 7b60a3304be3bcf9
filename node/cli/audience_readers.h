// Who may be given the key of an audience afterwards. Senders make one audience for each set of
// readers (docs/formats.md §3), so its key may open fields of several records and classes, and the
// registry of today names more readers for some of them than for others.
#pragma once

#include <span>

#include "contracts/readers.h"
#include "ledger/sealing/reader.h"

namespace suyuan::cli {

struct AudienceReaders {
  std::vector<SealingPublicKey> keys;  // read every field of the audience; the owner's first
  size_t left_out = 0;                 // keys that read some of it, but not all
};

// As `directory` names them for what the sender of `tx` sealed in this audience; `opened` are the
// fields that the sender's own key opens, which say whom its records concern. E_REF when nothing is
// sealed in it; other errors as ReadersFrom. Thread-safe as the directory.
Result<AudienceReaders> ReadersOfWhole(const contracts::ReaderDirectory& directory,
                                       const ledger::Transaction& tx, uint8_t audience,
                                       std::span<const sealing::OpenedField> opened);

}  // namespace suyuan::cli
