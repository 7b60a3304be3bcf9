// The registry as it stood right after an earlier height, as far as one regulator needs it to know
// whether a sender had to wrap a key for it (docs/formats.md §3): the present state keeps who was
// registered, with which region and keys, and since when. Asked with ReadersOf (readers.h).
#pragma once

#include "contracts/readers.h"

namespace suyuan::contracts {

// Never names more than was certain then: a regulator that came later is not in it, nor a side of a
// flow that had not shown itself. The state must outlive it.
class PastReaderDirectory final : public ReaderDirectory {
 public:
  // `regulator`: the only one that Regulators() speaks of.
  PastReaderDirectory(const StateReader& state, Height height, const PartyId& regulator)
      : state_(state), height_(height), regulator_(regulator) {}
  Result<std::optional<ReaderParty>> Find(const PartyId& party) const override;
  // The regulator, if it was ACTIVE.
  Result<std::vector<ReaderParty>> Regulators() const override;
  // Nobody: whose goods they were then is not asked for.
  Result<std::optional<PartyId>> ManufacturerOf(std::string_view code) const override;
  // The sides that had recorded, confirmed or disputed by then; no makers.
  Result<std::optional<FlowParties>> PartiesOf(const EntityId& flow) const override;

 private:
  const StateReader& state_;
  const Height height_;
  const PartyId regulator_;
};

}  // namespace suyuan::contracts
