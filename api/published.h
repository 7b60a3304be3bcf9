// Fields that their owners have published (requirements 6.9), for everybody who is shown the record
// that holds them: the values in the openings beside the DISCLOSURE_SET, and fields for members
// that are open to all now. What is hidden again is no longer added. A value in clear is published
// where the version stated it that the owner published, and as it stands in the entity now; what
// stood there between is not. Lists of codes never are (disclosure.h).
#pragma once

#include <map>
#include <vector>

#include "api/entity_view.h"
#include "api/opened.h"
#include "api/shown_items.h"
#include "contracts/finding.h"
#include "contracts/publication.h"
#include "contracts/shown_value.h"

namespace suyuan::api {

// Finds what is published at one state, for one request: a DISCLOSURE_SET is read once, whatever
// number of fields and entities it speaks of. Not thread-safe.
class Publisher {
 public:
  // Of one request it reads at most so many bytes of blocks, and one block more.
  static constexpr size_t kBlockBytesMax = size_t{32} << 20;

  // Both must outlive it.
  Publisher(const Gateway& gateway, const contracts::StateReader& state,
            size_t block_bytes_max = kBlockBytesMax)
      : gateway_(gateway), state_(state), block_bytes_max_(block_bytes_max), versions_(state) {}

  // Of the fields as they stand in an entity; a value whose commitment is another one than the
  // opening's, because a later version replaced it, is not published. One seek in the state when
  // nothing is published. Where the blocks are more than it may read, `opened` says that it is cut.
  // E_NOT_FOUND, E_CORRUPT, E_IO.
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
    bool stands = false;  // in the entity, as far as that was asked for
  };
  // What a DISCLOSURE_SET opens, without its block: by its record and the commitment.
  struct Opening {
    uint16_t item = 0;
    std::optional<Bytes> padded;  // nullopt: erased
  };
  using Openings = std::map<std::pair<uint32_t, Hash>, Opening>;
  Status AddLeaves(ledger::EntityKind kind, ByteView id, const std::vector<FiledLeaf>& leaves,
                   OpenedFields& opened);
  // Says of the leaves of one record which of them stand in the entity now.
  Status MarkStanding(ledger::EntityKind kind, ByteView id, std::vector<FiledLeaf>& leaves);
  Result<bool> IsPublished(const contracts::FindingTarget& field, const FiledLeaf& filed);
  Status AddSealed(const contracts::FindingTarget& field, const contracts::Publication& publication,
                   const FiledLeaf& filed, OpenedFields& opened);
  // nullptr: there is nothing left to read it with.
  Result<const Openings*> OpeningsOf(const TxId& tx);

  const Gateway& gateway_;
  const contracts::StateReader& state_;
  const size_t block_bytes_max_;
  contracts::SealingVersions versions_;
  std::map<TxId, Openings> openings_;
  size_t bytes_read_ = 0;
};

}  // namespace suyuan::api
