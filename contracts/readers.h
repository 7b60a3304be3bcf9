// Who gets the key of a sealed field (requirements 1.3, D-32, D-37): the class of the field × the
// ledger state at the transaction's reader_height × the parties that the record itself names. Those
// names are sealed in most records, so only the sender can compute the readers; whoever can open a
// value can check that nobody entitled was left out.
//
//   class  readers beside the owner (operational and recovery key)
//   OPT    regulators with jurisdiction over the owner
//   REG    the same
//   CPTY   registered sides of the flow; regulators with jurisdiction over any side or the owner
//   CHAIN  those of CPTY, and the manufacturers of the goods
//   PRV    escrow keys of regulators with jurisdiction over the owner
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/ids.h"
#include "common/json.h"
#include "common/result.h"
#include "common/sign.h"
#include "contracts/entity.h"
#include "contracts/fields.h"

namespace suyuan::contracts {

// Whether a party in this state reads what is sealed for it: not when its keys are void.
bool KeysCount(EntityState state);

// What the choice of readers needs of a party.
struct ReaderParty {
  PartyId party;
  std::string region;  // 6 digits
  SealingPublicKey sealing_key;
  std::optional<SealingPublicKey> recovery_key, escrow_key;
};

// Whom a flow that stands on the ledger concerns.
struct FlowParties {
  std::vector<PartyId> sides;   // the recorder, and the other one once it has shown itself
  std::vector<PartyId> makers;  // of its goods
};

// The registry as of one height: a node's own state, or what a client was told by a node.
class ReaderDirectory {
 public:
  virtual ~ReaderDirectory() = default;
  // nullopt: not registered, or its keys are void (REJECTED, REVOKED, CLOSED).
  virtual Result<std::optional<ReaderParty>> Find(const PartyId& party) const = 0;
  // ACTIVE regulators in the order of their codes.
  virtual Result<std::vector<ReaderParty>> Regulators() const = 0;
  // Who made the goods behind a canonical code; nullopt for goods that this ledger does not know.
  virtual Result<std::optional<PartyId>> ManufacturerOf(std::string_view code) const = 0;
  // nullopt: there is no such flow.
  virtual Result<std::optional<FlowParties>> PartiesOf(const EntityId& flow) const = 0;
};

// The directory of a contract state, which must outlive it.
class StateReaderDirectory final : public ReaderDirectory {
 public:
  explicit StateReaderDirectory(const StateReader& state) : state_(state) {}
  Result<std::optional<ReaderParty>> Find(const PartyId& party) const override;
  Result<std::vector<ReaderParty>> Regulators() const override;
  Result<std::optional<PartyId>> ManufacturerOf(std::string_view code) const override;
  Result<std::optional<FlowParties>> PartiesOf(const EntityId& flow) const override;

 private:
  const StateReader& state_;
};

// The parties that one record's sealed fields concern.
struct Audience {
  PartyId owner;                     // of the record: its submitter, or its subject's owner
  std::vector<PartyId> sides;        // registered sides of a flow, the owner among them or not
  std::vector<std::string> codes;    // goods of a flow; a range is named by its first code
  std::vector<PartyId> makers = {};  // of goods that the record does not name itself
  // A registration brings the keys of its own party, which the registry does not know yet.
  std::optional<ReaderParty> introduced = {};
};
// From a record's values in clear (identifier → value), before they are sealed.
Audience AudienceOf(const PartyId& owner, const json::Object& fields);

// Keys of the readers of one class, distinct, the owner's first, the others in the order of their
// parties: the same input gives the same list. E_REF when the owner is not registered. Classes that
// are not sealed have no readers: a precondition.
Result<std::vector<SealingPublicKey>> ReadersOf(const ReaderDirectory& directory,
                                                DisclosureClass disclosure,
                                                const Audience& audience);

// Who gets the key of the fields of one class in a record with these "fields" in clear; asked once
// for each class that a record seals. `flow`: the standing flow that the record is about, whose
// sides read what one of them adds. Never empty: its owner reads what it seals.
using FieldReaders = std::function<Result<std::vector<SealingPublicKey>>(
    DisclosureClass disclosure, const json::Value& fields, const std::optional<EntityId>& flow)>;
// As the classes say, for records of `owner`. The directory must outlive it.
FieldReaders ReadersFrom(const ReaderDirectory& directory, const PartyId& owner);
// The same readers for every class: the owner's own keys.
FieldReaders OnlyFor(std::vector<SealingPublicKey> readers);

}  // namespace suyuan::contracts
