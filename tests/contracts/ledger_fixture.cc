#include "tests/contracts/ledger_fixture.h"

#include "common/agreement.h"
#include "common/codec.h"
#include "common/hash.h"
#include "contracts/genesis_state.h"
#include "contracts/identifiers/uscc.h"
#include "contracts/party.h"
#include "ledger/block.h"

namespace suyuan::contracts::testing {
namespace {

SecretSeed SeedOf(uint32_t number) {
  return *SecretSeed::From(Sha256("contract test key " + std::to_string(number)).view());
}

PartyId PartyOf(uint32_t number, const std::string& region) {
  std::string digits = std::to_string(100'000'000 + number);
  const std::string first17 = "91" + (region == "000000" ? "100000" : region) + digits;
  return *ParsePartyId(first17 + *UsccCheckCharacter(first17));
}

FoundingParty Founding(const Actor& actor) {
  FoundingParty party;
  party.party = actor.party;
  party.name = "示例监管局";
  party.types = kRegulator;
  party.region = actor.region;
  party.signing_key = actor.key.public_key();
  party.sealing_key.data.fill(9);
  return party;
}

std::string HexKey(const Actor& actor) { return ToHex(actor.key.public_key()); }

}  // namespace

Actor::Actor(uint32_t number, const std::string& r)
    : party(PartyOf(number, r)), seed(SeedOf(number)), key(seed), region(r) {}

Chain::Chain(const json::Object& rules) {
  InitCrypto();
  ledger_id.data.fill(7);
  GenesisSeed seed;
  seed.rules = rules;
  seed.time_ms = kStartMs - kDayMs;
  seed.parties = {Founding(regulator), Founding(national), Founding(far_regulator)};
  seed.configuration.members = {NodeOf(regulator), NodeOf(national), NodeOf(maker)};
  seed.catalogue.push_back(json::Object{{"category_code", "03"},
                                        {"category_name", "重点工业产品"},
                                        {"catalog_level", "national"},
                                        {"review_policy", "auto"},
                                        {"effective_from", "2026-01-01"}});
  state.Apply(MakeGenesisState(seed).value());
}

SignedTx Chain::Make(TxType type, const Actor& actor, const std::vector<Rec>& records,
                     const TxOptions& options) {
  ledger::TransactionDraft draft;
  ledger::Core& core = draft.core;
  core.ledger_id = options.ledger.value_or(ledger_id);
  core.type = type;
  core.type_version = options.version;
  core.submitter = options.submitter.value_or(actor.party);
  core.signers = {{ledger::SignerRole::kSubmitter, core.submitter, actor.key.key_id()}};
  if (options.further != nullptr) {
    core.signers.push_back(
        {options.further_role, options.further->party, options.further->key.key_id()});
  }
  Writer nonce_bytes;
  nonce_bytes.U64(0x53595243).U64(++nonce);
  core.nonce = *Nonce16::From(nonce_bytes.bytes());
  core.created_ms = options.created_ms.value_or(now_ms);
  core.expiry_ms = core.created_ms + options.lifetime_ms.value_or(3'600'000);
  core.after = options.after;
  core.expected_version = options.expected_version;
  if (options.wraps) {
    core.seal_public_key = SealingKey(SecretSeed::Random()).public_key();
    core.audiences.push_back({0, Sha256("KC_a"), 8, Sha256("wraps")});
  }
  if (options.wraps || options.reader_height)
    core.reader_height = Height(options.reader_height.value_or(height - 1));
  for (const Rec& record : records) draft.records.push_back(record.Draft());
  const auto unsigned_tx = ledger::EncodeUnsigned(draft);
  const Bytes message = ledger::TransactionSigningBytes(unsigned_tx.id);
  std::vector<ledger::SignatureEntry> signatures = {
      {Suite::kEd25519, actor.key.public_key(), actor.key.Sign(message)}};
  if (options.further != nullptr) {
    signatures.push_back(
        {Suite::kEd25519, options.further->key.public_key(), options.further->key.Sign(message)});
  }
  return {ledger::EncodeEnvelope(unsigned_tx, signatures), unsigned_tx.id};
}

BlockExecution Chain::Block(const std::vector<SignedTx>& txs) {
  ledger::EntryDraft draft;
  for (const SignedTx& tx : txs) draft.envelopes.push_back(tx.envelope);
  if (txs.empty()) draft.kind = ledger::BlockKind::kElection;
  return Execute(std::move(draft)).value();
}

Status Chain::Configure(ByteView configuration) {
  ledger::EntryDraft draft;
  draft.kind = ledger::BlockKind::kConfiguration;
  draft.configuration = Bytes(configuration);
  auto result = Execute(std::move(draft));
  return result.ok() ? Status() : Status(result.error());
}

Result<BlockExecution> Chain::Execute(ledger::EntryDraft draft) {
  draft.height = Height(height);
  draft.term = Term(1);
  draft.time_ms = now_ms;
  const auto bytes = std::make_shared<const Bytes>(ledger::BuildEntry(draft, node.key));
  const auto entry = ledger::DecodeEntry(bytes);
  SUYUAN_CHECK(entry.ok(), entry.error().ToString());
  ExecutionContext context;
  context.ledger = ledger_id;
  context.earlier = [this](const TxId& id) {
    const auto at = seen.find(id);
    return at == seen.end() ? std::nullopt : std::optional(at->second);
  };
  SUYUAN_RETURN_IF_ERROR(CheckFollows(state, *entry));
  BlockExecution result = ExecuteBlock(context, state, *entry);
  for (const auto& tx : result.transactions) seen[tx.id] = IsApplied(tx.outcome);
  state.Apply(result.writes);
  ++height;
  now_ms += 1000;
  return result;
}

Outcome Chain::Run(const SignedTx& tx) {
  const BlockExecution result = Block({tx});
  SUYUAN_CHECK(result.transactions.size() == 1, "one transaction, one outcome");
  Outcome outcome = DecodeOutcome(result.transactions[0].outcome).value();
  if (!outcome.applied()) {
    for (const ledger::StateWrite& write : result.writes) {
      const auto ns = static_cast<Namespace>(write.name_space);
      EXPECT_TRUE(ns == Namespace::kSeen || ns == Namespace::kBlockHour)
          << "a refusal left a write behind: " << outcome.refusal->ToString();
    }
  }
  return outcome;
}

Outcome Chain::Do(TxType type, const Actor& actor, const std::vector<Rec>& records,
                  const TxOptions& options) {
  return Run(Make(type, actor, records, options));
}

EntityId Chain::Ok(TxType type, const Actor& actor, const std::vector<Rec>& records,
                   const TxOptions& options) {
  const SignedTx tx = Make(type, actor, records, options);
  ExpectApplied(Run(tx));
  return ledger::EntityIdOf(tx.id, 0);
}

void Chain::Join(const Actor& actor, uint16_t types) {
  Ok(tx::kPartyRegister, actor,
     {Registration(ToString(actor.party), actor.region, HexKey(actor), PartyTypeWords(types)),
      Document("business_licence")});
  const Actor& reviewer = RegionCovers(regulator.region, actor.region) ? regulator : far_regulator;
  Ok(tx::kPartyReview, reviewer,
     {Review(ledger::EntityKind::kParty, actor.party.view(), "approve")});
}

void Chain::SetState(ledger::EntityKind kind, ByteView id, EntityState wanted) {
  Entity entity = Find(kind, id).value();
  entity.state = wanted;
  state.values[{NamespaceOf(kind), Bytes(id)}] = EncodeEntity(entity);
}

ledger::Member NodeOf(const Actor& actor, const std::string& name, uint32_t keys) {
  const auto key = [&](const char* use) {
    return SigningKey(*SecretSeed::From(
                          Sha256(ToString(actor.party) + use + name + std::to_string(keys)).view()))
        .public_key();
  };
  const std::string host = ToString(actor.party) + "-" + name;
  return {actor.party,     name, key("node"),    key("log"),
          key("cosigner"), true, host + ":7301", host + ":8301"};
}

void ExpectApplied(const Outcome& outcome) {
  EXPECT_TRUE(outcome.applied()) << outcome.refusal->ToString() << " record "
                                 << outcome.refusal->record.value_or(0) << " field "
                                 << outcome.refusal->field;
}

void ExpectRefused(const Outcome& outcome, ErrorCode code) {
  ASSERT_FALSE(outcome.applied());
  EXPECT_EQ(Describe(outcome.refusal->code).name, Describe(code).name) << outcome.refusal->detail;
}

void ExpectRefused(const Outcome& outcome, ErrorCode code, uint32_t record, uint16_t field,
                   uint16_t item) {
  ExpectRefused(outcome, code);
  if (outcome.applied()) return;
  EXPECT_EQ(outcome.refusal->record, record) << outcome.refusal->detail;
  EXPECT_EQ(outcome.refusal->field, field) << outcome.refusal->detail;
  EXPECT_EQ(outcome.refusal->item, item) << outcome.refusal->detail;
}

std::vector<std::string> EffectTexts(const Outcome& outcome, EffectKind kind) {
  std::vector<std::string> texts;
  for (const Effect& effect : outcome.effects) {
    if (effect.kind == kind) texts.push_back(effect.text);
  }
  return texts;
}

}  // namespace suyuan::contracts::testing
