#include "tests/support/ledger_samples.h"

#include <algorithm>
#include <map>

#include "common/hash.h"

namespace suyuan::test {

using namespace ledger;  // NOLINT: test support of that room

SigningKey KeyOf(uint8_t seed) {
  return SigningKey(*SecretSeed::From(Bytes(32, static_cast<char>(seed))));
}

LedgerId SampleLedger() {
  LedgerId id;
  id.data = TaggedHash("genesis", {Sized("a sample genesis file")}).data;
  return id;
}

PartyId SampleParty() { return *ParsePartyId("91110000600037341L"); }

Bytes RandomString(Rng& rng, size_t max) {
  Bytes out(rng() % (max + 1), '\0');
  for (char& c : out) c = static_cast<char>('a' + rng() % 26);
  return out;
}

namespace {

Core SampleCore(uint64_t number) {
  SigningKey key = KeyOf(1);
  Core core;
  core.ledger_id = SampleLedger();
  core.type = TxType(0x0601);
  core.submitter = SampleParty();
  core.signers = {{SignerRole::kSubmitter, core.submitter, key.key_id()}};
  Hash nonce = Sha256("nonce " + std::to_string(number));
  std::copy_n(nonce.data.begin(), Nonce16::kSize, core.nonce.data.begin());
  core.created_ms = 1'700'000'000'000 + number;
  core.expiry_ms = core.created_ms + 3'600'000;
  return core;
}

RecordDraft::LeafDraft RandomLeaf(Rng& rng, uint16_t field) {
  RecordDraft::LeafDraft leaf;
  leaf.field = field;
  leaf.item = static_cast<uint16_t>(rng() % 3);
  leaf.mode = static_cast<LeafMode>(rng() % 3);
  leaf.value = "\"" + RandomString(rng, 20) + "\"";
  leaf.audience = static_cast<uint8_t>(rng());
  leaf.padded_length = 64u << rng() % 8;
  leaf.commitment = RandomBytesOf<Hash>(rng);
  leaf.content_hash = RandomBytesOf<Hash>(rng);
  return leaf;
}

RecordDraft RandomRecord(Rng& rng) {
  constexpr EntityKind kKinds[] = {
      EntityKind::kNone, EntityKind::kParty,    EntityKind::kProduct,    EntityKind::kBatch,
      EntityKind::kCode, EntityKind::kDocument, EntityKind::kCatalogNode};
  RecordDraft record;
  record.schema = static_cast<uint16_t>(rng());
  record.schema_version = static_cast<uint16_t>(rng());
  record.subject_kind = kKinds[rng() % std::size(kKinds)];
  if (record.subject_kind == EntityKind::kParty)
    record.subject = SampleParty().str();
  else if (record.subject_kind == EntityKind::kCode ||
           record.subject_kind == EntityKind::kCatalogNode)
    record.subject = "x" + RandomString(rng, 20);
  else
    record.subject = RandomBytesOf<EntityId>(rng).str();
  uint16_t field = 0x0200;
  for (size_t i = rng() % 5; i > 0; --i) {
    field = static_cast<uint16_t>(field + 1 + rng() % 9);
    record.leaves.push_back(RandomLeaf(rng, field));
  }
  std::ranges::shuffle(record.leaves, rng);
  return record;
}

}  // namespace

TransactionDraft SimpleDraft(uint64_t number, size_t leaves) {
  TransactionDraft draft;
  draft.core = SampleCore(number);
  RecordDraft record;
  record.schema = 2;
  for (size_t i = 0; i < leaves; ++i) {
    RecordDraft::LeafDraft leaf;
    leaf.field = 0x0201;
    leaf.item = static_cast<uint16_t>(i);
    leaf.value = "\"value " + std::to_string(number) + "/" + std::to_string(i) + "\"";
    record.leaves.push_back(leaf);
  }
  draft.records.push_back(record);
  return draft;
}

TransactionDraft RandomDraft(Rng& rng) {
  TransactionDraft draft;
  Core& core = draft.core;
  core = SampleCore(rng() % 1'000'000);
  core.type = TxType(static_cast<uint16_t>(1 + rng() % 65535));
  core.type_version = static_cast<uint16_t>(1 + rng() % 65535);
  if (rng() % 2) core.actor = RandomBytesOf<ActorId>(rng);
  for (size_t i = rng() % 3; i > 0; --i)
    core.signers.push_back(
        {static_cast<SignerRole>(2 + rng() % 5), SampleParty(), KeyOf(1).key_id()});
  if (rng() % 2) core.after = RandomBytesOf<TxId>(rng);
  if (rng() % 2) core.expected_version = static_cast<uint32_t>(rng());
  if (rng() % 2) core.reader_height = Height(rng() >> rng() % 64);
  uint8_t audience = 0;
  for (size_t i = rng() % 3; i > 0; --i) {
    core.audiences.push_back({audience, RandomBytesOf<Hash>(rng),
                              static_cast<uint32_t>(rng() % 2 ? rng() : 0),
                              RandomBytesOf<Hash>(rng)});
    audience = static_cast<uint8_t>(audience + 1 + rng() % 100);
  }
  if (rng() % 2) core.seal_public_key = RandomBytesOf<SealingPublicKey>(rng);
  for (size_t i = 1 + rng() % 3; i > 0; --i) draft.records.push_back(RandomRecord(rng));
  return draft;
}

Bytes SignedSample(uint64_t number) { return SignTransaction(SimpleDraft(number), KeyOf(1)); }

Configuration SampleConfiguration() {
  Configuration configuration;
  configuration.seq = 1;
  for (uint8_t i = 0; i < 3; ++i) {
    Member member;
    member.party = SampleParty();
    member.node = "node-" + std::to_string(i);
    member.node_key = KeyOf(static_cast<uint8_t>(100 + i)).public_key();
    member.log_key = KeyOf(static_cast<uint8_t>(110 + i)).public_key();
    member.cosigner_key = KeyOf(static_cast<uint8_t>(120 + i)).public_key();
    member.voter = i < 2;
    member.peer_address = "127.0.0.1:" + std::to_string(7600 + i);
    configuration.members.push_back(member);
  }
  return configuration;
}

std::vector<StateWrite> GenesisWrites() {
  std::vector<StateWrite> writes;
  for (int i = 0; i < 20; ++i)
    writes.push_back({0x10, true, "genesis " + std::to_string(i), Bytes("founding value")});
  writes.push_back({0x82, false, "index", Bytes()});
  return writes;
}

void Chain::Rewind(const LogEntryHead& head, uint64_t time_ms) {
  previous_ = head.entry_hash;
  height_ = head.height.value();
  time_ms_ = time_ms;
}

Chain::Block Chain::Next(size_t transactions, Term term, size_t sealed_items) {
  EntryDraft draft;
  draft.kind = transactions == 0 ? BlockKind::kElection : BlockKind::kTransactions;
  draft.height = Height(++height_);
  draft.term = term;
  draft.time_ms = time_ms_ += 1 + rng_() % 50;
  draft.prev_entry_hash = previous_;
  std::vector<Bytes> envelopes, items;
  for (size_t i = 0; i < transactions; ++i)
    envelopes.push_back(SignedSample(number_++ + (rng_() << 24 >> 1)));
  for (size_t i = 0; transactions > 0 && i < sealed_items; ++i)
    items.push_back(RandomString(rng_, 200));
  draft.envelopes.assign(envelopes.begin(), envelopes.end());
  draft.sealed_items.assign(items.begin(), items.end());
  Block block;
  block.bytes = std::make_shared<const Bytes>(BuildEntry(draft, KeyOf(100)));
  block.entry = *DecodeEntry(block.bytes);
  block.head = {draft.height, term, block.entry.hash};
  previous_ = block.entry.hash;
  for (uint32_t i = 0; i < transactions; ++i) {
    Transaction tx = *DecodeTransactionView(block.entry.envelopes[i], LedgerLimits{}, nullptr);
    block.result.transactions.push_back({tx.id, tx.signatures_hash, i, RandomString(rng_, 60)});
  }
  std::map<std::pair<uint8_t, Bytes>, std::optional<Bytes>> writes;
  for (size_t i = 0; i < 3 * transactions; ++i) {
    auto name_space = static_cast<uint8_t>(rng_() % 4 == 0 ? 0x81 : 0x02);
    auto& value = writes[{name_space, "key " + std::to_string(rng_() % 200)}];
    value.reset();
    if (rng_() % 4 != 0) value = RandomString(rng_, 80);
  }
  for (auto& [key, value] : writes)
    block.result.writes.push_back({key.first, key.first < 0x80, key.second, value});
  return block;
}

}  // namespace suyuan::test
