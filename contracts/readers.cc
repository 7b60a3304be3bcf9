#include "contracts/readers.h"

#include <algorithm>
#include <set>

#include "common/check.h"
#include "common/encoding.h"
#include "contracts/code.h"
#include "contracts/entity_access.h"
#include "contracts/flow.h"
#include "contracts/identifiers/trace_code.h"
#include "contracts/party.h"
#include "contracts/unit_book.h"

namespace suyuan::contracts {
namespace {

using ledger::EntityKind;

// Keys without repetition, in the order in which they come.
class KeyList {
 public:
  void Add(const SealingPublicKey& key) {
    if (std::ranges::find(keys_, key) == keys_.end()) keys_.push_back(key);
  }
  void Add(const std::optional<SealingPublicKey>& key) {
    if (key) Add(*key);
  }
  std::vector<SealingPublicKey> Take() { return std::move(keys_); }

 private:
  std::vector<SealingPublicKey> keys_;
};

// The registered ones of `parties` as readers, in the order of their codes.
Result<std::vector<ReaderParty>> Registered(const ReaderDirectory& directory,
                                            const std::set<PartyId>& parties) {
  std::vector<ReaderParty> out;
  for (const PartyId& party : parties) {
    SUYUAN_ASSIGN_OR_RETURN(std::optional<ReaderParty> found, directory.Find(party));
    if (found) out.push_back(*std::move(found));
  }
  return out;
}

Result<std::set<PartyId>> ManufacturersOf(const ReaderDirectory& directory,
                                          const std::vector<std::string>& codes) {
  std::set<PartyId> out;
  for (const std::string& code : codes) {
    SUYUAN_ASSIGN_OR_RETURN(std::optional<PartyId> maker, directory.ManufacturerOf(code));
    if (maker) out.insert(*maker);
  }
  return out;
}

std::vector<std::string> TextItems(const json::Value& value) {
  std::vector<std::string> out;
  if (const std::string* text = value.if_string()) out.push_back(*text);
  if (const json::Array* items = value.if_array())
    for (const json::Value& item : *items) {
      if (const std::string* text = item.if_string()) out.push_back(*text);
      const json::Object* range = item.if_object();
      const auto first = range ? range->find("first") : json::Object::const_iterator{};
      if (range && first != range->end())
        if (const std::string* text = first->second.if_string()) out.push_back(*text);
    }
  return out;
}

std::string TextOf(const json::Object& fields, const char* identifier) {
  const auto value = fields.find(identifier);
  const std::string* text = value != fields.end() ? value->second.if_string() : nullptr;
  return text ? *text : "";
}

std::optional<SealingPublicKey> KeyOf(const json::Object& fields, const char* identifier) {
  const Result<Bytes> bytes = HexDecode(TextOf(fields, identifier));
  if (!bytes) return std::nullopt;
  const Result<SealingPublicKey> key = SealingPublicKey::From(*bytes);
  return key ? std::optional<SealingPublicKey>(*key) : std::nullopt;
}

// Of a registration's party record; nullopt for all other records.
std::optional<ReaderParty> Introduced(const PartyId& owner, const json::Object& fields) {
  const auto sealing = KeyOf(fields, "sealing_key");
  if (!sealing || TextOf(fields, "party_code") != ToString(owner)) return std::nullopt;
  return ReaderParty{owner, TextOf(fields, "region_code"), *sealing, KeyOf(fields, "recovery_key"),
                     KeyOf(fields, "escrow_key")};
}

// The record's owner: as registered, or as it introduces itself.
Result<ReaderParty> OwnerOf(const ReaderDirectory& directory, const Audience& audience) {
  if (audience.introduced) return *audience.introduced;
  SUYUAN_ASSIGN_OR_RETURN(std::optional<ReaderParty> owner, directory.Find(audience.owner));
  if (owner) return *std::move(owner);
  return Error{ErrorCode::kRef, "the owner of the record has no sealing key on this ledger"};
}

}  // namespace

bool KeysCount(EntityState state) {
  return state != EntityState::kRejected && state != EntityState::kRevoked &&
         state != EntityState::kClosed;
}

Result<std::optional<ReaderParty>> StateReaderDirectory::Find(const PartyId& party) const {
  const auto entity = LoadEntity(state_, EntityKind::kParty, party.view());
  if (!entity || !KeysCount(entity->state)) return std::optional<ReaderParty>();
  const Party found = DecodeParty(entity->content);
  return std::optional<ReaderParty>(
      {party, found.region, found.sealing_key, found.recovery_key, found.escrow_key});
}

Result<std::vector<ReaderParty>> StateReaderDirectory::Regulators() const {
  std::vector<PartyId> parties;
  state_.Scan(Namespace::kRegulator, "", [&](ByteView key, ByteView) {
    parties.push_back(*PartyId::From(key));
    return true;
  });
  std::vector<ReaderParty> out;
  for (const PartyId& party : parties) {
    const auto entity = LoadEntity(state_, EntityKind::kParty, party.view());
    if (!entity || entity->state != EntityState::kActive) continue;
    SUYUAN_ASSIGN_OR_RETURN(std::optional<ReaderParty> found, Find(party));
    out.push_back(*std::move(found));
  }
  return out;
}

Result<std::optional<PartyId>> StateReaderDirectory::ManufacturerOf(std::string_view code) const {
  const Result<TraceCode> parsed = ParseCanonicalCode(code);
  if (!parsed) return std::optional<PartyId>();
  auto resolved = ResolveCode(state_, code);
  if (resolved && resolved->role == CodeRole::kPackage) {
    // Whoever made the first of what is inside.
    resolved = std::nullopt;
    UnitBook book(state_);
    const Status walked = book.ForEachInside(code, [&](Content& inside) -> Status {
      if (!resolved && !inside.item.unit.is_package())
        resolved = ResolveCode(state_, inside.item.code);
      return {};
    });
    SUYUAN_CHECK(walked.ok(), "the visitor refuses nothing");
  }
  return resolved ? std::optional<PartyId>(resolved->producer) : std::nullopt;
}

Result<std::optional<FlowParties>> StateReaderDirectory::PartiesOf(const EntityId& id) const {
  const auto entity = LoadEntity(state_, EntityKind::kFlow, id.view());
  if (!entity) return std::optional<FlowParties>();
  const Flow flow = DecodeFlow(entity->content);
  FlowParties out{{flow.recorder}, {}};
  if (!flow.other.is_zero()) out.sides.push_back(flow.other);
  std::set<PartyId> makers;
  for (const FlowGoods& goods : flow.goods) {
    SUYUAN_ASSIGN_OR_RETURN(std::optional<PartyId> maker, ManufacturerOf(goods.code));
    if (maker) makers.insert(*maker);
  }
  out.makers.assign(makers.begin(), makers.end());
  return std::optional<FlowParties>(std::move(out));
}

Audience AudienceOf(const PartyId& owner, const json::Object& fields) {
  Audience out{.owner = owner, .sides = {}, .codes = {}, .introduced = Introduced(owner, fields)};
  for (const char* side : {"seller_code", "buyer_code"}) {
    if (const Result<PartyId> party = ParsePartyId(TextOf(fields, side)); party)
      out.sides.push_back(*party);
  }
  if (const auto codes = fields.find("flow_codes"); codes != fields.end())
    out.codes = TextItems(codes->second);
  return out;
}

Result<std::vector<SealingPublicKey>> ReadersOf(const ReaderDirectory& directory,
                                                DisclosureClass disclosure,
                                                const Audience& audience) {
  SUYUAN_CHECK(disclosure >= DisclosureClass::kOpt, "a class that is not sealed");
  SUYUAN_ASSIGN_OR_RETURN(const ReaderParty owner, OwnerOf(directory, audience));
  const bool flow = disclosure == DisclosureClass::kCpty || disclosure == DisclosureClass::kChain;
  std::set<PartyId> others;
  if (flow) others.insert(audience.sides.begin(), audience.sides.end());
  others.erase(audience.owner);
  SUYUAN_ASSIGN_OR_RETURN(std::vector<ReaderParty> sides, Registered(directory, others));
  sides.insert(sides.begin(), owner);

  KeyList keys;
  keys.Add(owner.sealing_key);
  keys.Add(owner.recovery_key);
  for (const ReaderParty& side : sides) keys.Add(side.sealing_key);
  if (disclosure == DisclosureClass::kChain) {
    SUYUAN_ASSIGN_OR_RETURN(std::set<PartyId> makers, ManufacturersOf(directory, audience.codes));
    makers.insert(audience.makers.begin(), audience.makers.end());
    SUYUAN_ASSIGN_OR_RETURN(const std::vector<ReaderParty> found, Registered(directory, makers));
    for (const ReaderParty& maker : found) keys.Add(maker.sealing_key);
  }
  SUYUAN_ASSIGN_OR_RETURN(const std::vector<ReaderParty> regulators, directory.Regulators());
  for (const ReaderParty& regulator : regulators) {
    const bool covers = std::ranges::any_of(sides, [&](const ReaderParty& side) {
      return RegionCovers(regulator.region, side.region);
    });
    if (!covers) continue;
    if (disclosure == DisclosureClass::kPrv)
      keys.Add(regulator.escrow_key);
    else
      keys.Add(regulator.sealing_key);
  }
  return keys.Take();
}

FieldReaders ReadersFrom(const ReaderDirectory& directory, const PartyId& owner) {
  return [&directory, owner](
             DisclosureClass disclosure, const json::Value& fields,
             const std::optional<EntityId>& flow) -> Result<std::vector<SealingPublicKey>> {
    const json::Object* object = fields.if_object();
    Audience audience = AudienceOf(owner, object ? *object : json::Object());
    if (flow) {
      SUYUAN_ASSIGN_OR_RETURN(const auto parties, directory.PartiesOf(*flow));
      if (!parties) return Error{ErrorCode::kRef, "the flow does not exist"};
      audience.sides.insert(audience.sides.end(), parties->sides.begin(), parties->sides.end());
      audience.makers = parties->makers;
    }
    return ReadersOf(directory, disclosure, audience);
  };
}

FieldReaders OnlyFor(std::vector<SealingPublicKey> readers) {
  return [readers = std::move(readers)](DisclosureClass, const json::Value&,
                                        const std::optional<EntityId>&) { return readers; };
}

}  // namespace suyuan::contracts
