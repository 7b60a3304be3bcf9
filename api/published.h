// Fields that their owners have published (requirements 6.9), for everybody who is shown the record
// that holds them: the values in the openings beside the DISCLOSURE_SET, and fields for members
// that are open to all now. What is hidden again is no longer added.
#pragma once

#include <map>
#include <vector>

#include "api/entity_view.h"
#include "api/opened.h"
#include "api/shown_items.h"
#include "contracts/finding.h"
#include "contracts/publication.h"

namespace suyuan::api {

// Finds what is published at one state, for one request: a DISCLOSURE_SET is read once, whatever
// number of fields and entities it speaks of. Not thread-safe.
class Publisher {
 public:
  // Both must outlive it.
  Publisher(const Gateway& gateway, const contracts::StateReader& state)
      : gateway_(gateway), state_(state) {}

  // Of the fields as they stand in an entity; a value whose commitment is another one than the
  // opening's, because a later version replaced it, is not published. One seek in the state when
  // nothing is published. E_NOT_FOUND, E_CORRUPT, E_IO.
  Status Add(ledger::EntityKind kind, ByteView id, const EntityView& view, OpenedFields& opened);
  // Of the first records of a transaction that was applied.
  Status Add(const ledger::Transaction& tx, size_t records_max, OpenedFields& opened);
  // Of the blocks that were read for it so far.
  size_t bytes_read() const { return bytes_read_; }

 private:
  // A leaf in the place where it was filed.
  struct FiledLeaf {
    const ledger::Leaf* leaf = nullptr;
    TxId tx;
    uint32_t record = 0;
  };
  // What a DISCLOSURE_SET opens, without its block.
  struct Opening {
    uint32_t record = 0;  // of the DISCLOSURE_SET
    uint16_t item = 0;
    Hash commitment;
    std::optional<Bytes> padded;  // nullopt: erased
  };
  Status AddLeaves(ledger::EntityKind kind, ByteView id, const std::vector<FiledLeaf>& leaves,
                   OpenedFields& opened);
  Status AddSealed(const contracts::FindingTarget& field, const contracts::Publication& publication,
                   const FiledLeaf& filed, OpenedFields& opened);
  Result<const std::vector<Opening>*> OpeningsOf(const TxId& tx);

  const Gateway& gateway_;
  const contracts::StateReader& state_;
  std::map<TxId, std::vector<Opening>> openings_;
  size_t bytes_read_ = 0;
};

}  // namespace suyuan::api
