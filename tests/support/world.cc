#include "tests/support/world.h"

#include <fstream>
#include <random>
#include <sstream>

#include "common/hash.h"
#include "contracts/builder.h"
#include "genesis/initial_state.h"

namespace suyuan::test {
namespace {

// The golden consortium's keys follow from their names (tests/vectors/genesis/consortium.toml).
SecretSeed GoldenSeed(size_t member, const std::string& kind) {
  return SecretSeed::From(Sha256(std::to_string(member) + "/" + kind).view()).value();
}
SigningKey GoldenKey(size_t member, const std::string& kind) {
  return SigningKey(GoldenSeed(member, kind));
}

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  SUYUAN_CHECK(in.good(), "tests run from the repository's root; cannot read " + path);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

// Every third one hides what its class may hide.
json::Value Document(const std::string& title, uint64_t number) {
  json::Object fields{{"doc_type", "other"},
                      {"doc_title", title + std::to_string(number)},
                      {"file_hash", ToHex(Sha256(title + std::to_string(number)))},
                      {"file_size", 1000 + number},
                      {"media_type", "application/pdf"},
                      {"issue_date", "2026-02-01"},
                      {"doc_class", number % 3 == 1 ? "REG" : "PUB"}};
  return json::Object{{"type", "DOC_ANCHOR"},
                      {"records", json::Array{json::Object{{"fields", std::move(fields)}}}}};
}

}  // namespace

SealingKey SealingKeyOfMember(size_t member) { return SealingKey(GoldenSeed(member, "sealing")); }

World::Signed SignJson(const World& world, size_t member, const json::Value& transaction,
                       uint64_t salt) {
  auto random = std::make_shared<std::mt19937_64>(salt * 0x9E3779B97F4A7C15ull + 7);
  contracts::BuildOptions options;
  options.ledger = world.genesis.ledger_id;
  options.submitter = world.genesis.members[member].party;
  options.signing_key = world.party_keys[member].public_key();
  options.now_ms = kWorldTimeMs;
  options.lifetime_ms = limits::kLifetimeMsMax;
  options.random = [random](uint8_t* out, size_t n) {
    for (size_t i = 0; i < n; ++i) out[i] = static_cast<uint8_t>((*random)());
  };
  options.readers = contracts::OnlyFor({SealingKeyOfMember(member).public_key()});
  auto built = contracts::BuildTransaction(transaction, options);
  SUYUAN_CHECK(built.ok(), built.error().ToString());
  World::Signed out;
  out.parcel = ledger::Parcel(std::make_shared<const Bytes>(
                                  ledger::SignTransaction(built->draft, world.party_keys[member])),
                              std::move(built->sealed_items));
  auto decoded = ledger::DecodeTransaction(out.parcel.envelope, world.genesis.limits, nullptr);
  SUYUAN_CHECK(decoded.ok(), decoded.error().ToString());
  out.id = decoded->id;
  return out;
}

World MakeWorld(size_t transactions) {
  InitCrypto();
  World world;
  auto genesis = genesis::ParseGenesis(ReadFile("tests/vectors/genesis/genesis.json"));
  SUYUAN_CHECK(genesis.ok(), genesis.error().ToString());
  world.genesis = *std::move(genesis);
  world.configuration = ledger::EncodeConfiguration(world.genesis.Configuration());
  auto writes = genesis::InitialState(world.genesis);
  SUYUAN_CHECK(writes.ok(), writes.error().ToString());
  world.genesis_writes = *std::move(writes);
  for (size_t i = 0; i < world.genesis.members.size(); ++i) {
    world.node_keys.push_back(GoldenKey(i, "node"));
    world.log_keys.push_back(GoldenKey(i, "log"));
    world.party_keys.push_back(GoldenKey(i, "signing"));
  }
  world.cache = std::make_unique<ledger::VerifiedCache>(1 << 16);
  // Member 0, the regulator, is active from genesis on; the others' documents are refused (C01),
  // because their keys are not registered.
  for (uint64_t i = 0; i < transactions; ++i)
    world.transactions.push_back(
        SignJson(world, i % 5 == 4 ? 1 + i % 2 : 0, Document("示例材料", i), i));
  return world;
}

}  // namespace suyuan::test
