#include "contracts/past_readers.h"

#include <algorithm>

#include "common/check.h"
#include "common/encoding.h"
#include "contracts/entity_access.h"
#include "contracts/field_numbers.h"
#include "contracts/flow.h"
#include "contracts/party.h"
#include "contracts/record_view.h"

namespace suyuan::contracts {
namespace {

namespace p = party_field;
namespace x = command_field;
using ledger::EntityKind;

struct PastParty {
  EntityState state = EntityState::kPending;
  uint32_t versions = 0;  // how many there were
  ReaderParty reader;
};

void ReadKey(const RecordView& view, uint16_t field, std::optional<SealingPublicKey>& key) {
  if (!view.Has(field)) return;
  const auto bytes = HexDecode(view.Text(field));
  SUYUAN_CHECK(bytes.ok(), "a registered key in hex");
  key = SealingPublicKey::From(*bytes).value();
}

// What a registration or a rotation of keys says.
void ReadVersion(const StoredRecord& stored, PastParty& out) {
  ledger::Record record;
  for (const Bytes& bytes : stored.leaves) {
    auto leaf = ledger::DecodeLeaf(bytes);
    SUYUAN_CHECK(leaf.ok(), "stored record in state is damaged");
    record.leaves.push_back(*std::move(leaf));
  }
  const RecordView view(record);
  if (view.Has(p::kRegionCode)) out.reader.region = view.Text(p::kRegionCode);
  std::optional<SealingPublicKey> sealing;
  ReadKey(view, p::kSealingKey, sealing);
  ReadKey(view, x::kNewSealingKey, sealing);
  if (sealing) out.reader.sealing_key = *sealing;
  ReadKey(view, p::kRecoveryKey, out.reader.recovery_key);
  ReadKey(view, x::kNewRecoveryKey, out.reader.recovery_key);
  ReadKey(view, p::kEscrowKey, out.reader.escrow_key);
  ++out.versions;
}

// nullopt: not registered by then.
std::optional<PastParty> PartyAt(const StateReader& state, const PartyId& party, Height height) {
  const auto entity = LoadEntity(state, EntityKind::kParty, party.view());
  if (!entity) return std::nullopt;
  PastParty out;
  out.reader.party = party;
  for (uint32_t version = 1; version <= entity->version; ++version) {
    const auto bytes =
        state.Get(Namespace::kRecord, RecordKey(EntityKind::kParty, party.view(), version));
    SUYUAN_CHECK(bytes.has_value(), "a party's version without its record");
    const StoredRecord stored = DecodeStoredRecord(*bytes);
    if (stored.height > height) break;
    if (stored.height == Height(0)) out.state = EntityState::kActive;  // a founding party
    ReadVersion(stored, out);
  }
  if (out.versions == 0) return std::nullopt;
  for (const EntityEvent& event : ReadEvents(state, EntityKind::kParty, party.view()))
    if (event.height <= height) out.state = event.state;
  return out;
}

}  // namespace

Result<std::optional<ReaderParty>> PastReaderDirectory::Find(const PartyId& party) const {
  const auto found = PartyAt(state_, party, height_);
  if (!found || !KeysCount(found->state)) return std::optional<ReaderParty>();
  return std::optional<ReaderParty>(found->reader);
}

Result<std::vector<ReaderParty>> PastReaderDirectory::Regulators() const {
  if (!state_.Get(Namespace::kRegulator, regulator_.view())) return std::vector<ReaderParty>();
  const auto found = PartyAt(state_, regulator_, height_);
  if (!found || found->state != EntityState::kActive) return std::vector<ReaderParty>();
  return std::vector<ReaderParty>{found->reader};
}

Result<std::optional<PartyId>> PastReaderDirectory::ManufacturerOf(std::string_view) const {
  return std::optional<PartyId>();
}

Result<std::optional<FlowParties>> PastReaderDirectory::PartiesOf(const EntityId& id) const {
  const auto entity = LoadEntity(state_, EntityKind::kFlow, id.view());
  if (!entity) return std::optional<FlowParties>();
  const Flow flow = DecodeFlow(entity->content);
  FlowParties out;
  for (const EntityEvent& event : ReadEvents(state_, EntityKind::kFlow, id.view())) {
    if (event.height > height_ || event.automatic) continue;
    const bool side = event.submitter == flow.recorder || event.submitter == flow.other;
    if (side && std::ranges::find(out.sides, event.submitter) == out.sides.end())
      out.sides.push_back(event.submitter);
  }
  if (out.sides.empty()) return std::optional<FlowParties>();
  return std::optional<FlowParties>(std::move(out));
}

}  // namespace suyuan::contracts
