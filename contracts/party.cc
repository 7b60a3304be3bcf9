#include "contracts/party.h"

#include <array>

#include "common/codec.h"
#include "contracts/entity.h"

namespace suyuan::contracts {
namespace {

constexpr uint8_t kSigningKeyKind = 1;
constexpr std::array<std::string_view, 7> kTypeWords = {
    "manufacturer", "distributor",    "regulator", "auditor",
    "testing_body", "emergency_unit", "platform"};

}  // namespace

uint16_t PartyTypeBitOf(std::string_view word) {
  for (size_t i = 0; i < kTypeWords.size(); ++i) {
    if (kTypeWords[i] == word) return static_cast<uint16_t>(1u << i);
  }
  return 0;
}

json::Value PartyTypeWords(uint16_t types) {
  json::Array words;
  for (size_t i = 0; i < kTypeWords.size(); ++i) {
    if ((types >> i & 1) != 0) words.emplace_back(kTypeWords[i]);
  }
  return words;
}

Bytes EncodeParty(const Party& party) {
  Writer out;
  out.U16(party.types).Raw(ByteView(party.region)).Raw(party.signing_key).Raw(party.sealing_key);
  out.U8(party.recovery_key ? 1 : 0).Raw(party.recovery_key.value_or(SealingPublicKey{}));
  out.U8(party.escrow_key ? 1 : 0).Raw(party.escrow_key.value_or(SealingPublicKey{}));
  out.Raw(party.licence);
  out.U8(party.hosted_by ? 1 : 0).Raw(party.hosted_by.value_or(PartyId{}));
  out.U64(party.filing_time_ms).Sized8(party.node_code).Sized(party.name);
  return out.Take();
}

Party DecodeParty(ByteView content) {
  Reader in(content);
  Party party;
  party.types = in.U16();
  party.region = std::string(in.Raw(6));
  party.signing_key = in.Take<PublicKey>();
  party.sealing_key = in.Take<SealingPublicKey>();
  const bool has_recovery = in.U8() != 0;
  const auto recovery = in.Take<SealingPublicKey>();
  if (has_recovery) party.recovery_key = recovery;
  const bool has_escrow = in.U8() != 0;
  const auto escrow = in.Take<SealingPublicKey>();
  if (has_escrow) party.escrow_key = escrow;
  party.licence = in.Take<EntityId>();
  const bool has_host = in.U8() != 0;
  const auto host = in.Take<PartyId>();
  if (has_host) party.hosted_by = host;
  party.filing_time_ms = in.U64();
  party.node_code = std::string(in.Sized8());
  party.name = std::string(in.Sized());
  SUYUAN_CHECK(in.Finish("party").ok(), "party value");
  return party;
}

std::string NodeCodeOf(std::string_view region, const PartyId& party) {
  return std::string(region) + "-" + ToString(party);
}

bool RegionCovers(std::string_view regulator, std::string_view subject) {
  while (regulator.size() >= 2 && regulator.ends_with("00")) regulator.remove_suffix(2);
  return subject.starts_with(regulator);
}

Bytes EncodeKeyEntry(const KeyEntry& entry) {
  Writer out;
  out.Raw(entry.party).U8(kSigningKeyKind).U64(entry.since.value()).U64(entry.until.value());
  return out.Take();
}

KeyEntry DecodeKeyEntry(ByteView bytes) {
  Reader in(bytes);
  KeyEntry entry;
  entry.party = in.Take<PartyId>();
  const uint8_t kind = in.U8();
  entry.since = Height(in.U64());
  entry.until = Height(in.U64());
  SUYUAN_CHECK(in.Finish("key").ok() && kind == kSigningKeyKind, "key value");
  return entry;
}

std::optional<KeyEntry> FindKey(const StateReader& state, const KeyId& key) {
  const auto value = state.Get(Namespace::kKey, key.view());
  if (!value) return std::nullopt;
  return DecodeKeyEntry(*value);
}

std::optional<Height> RegisteredAt(const StateReader& state, const PartyId& party) {
  const auto first =
      state.Get(Namespace::kRecord, RecordKey(ledger::EntityKind::kParty, party.view(), 1));
  if (!first) return std::nullopt;
  return DecodeStoredRecord(*first).height;
}

}  // namespace suyuan::contracts
