// A ledger of one block after another for contract tests: real signed transactions, real entries,
// the real executor, the state in a map. Time and height are the test's own.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "contracts/block_executor.h"
#include "contracts/entity_access.h"
#include "contracts/outcome.h"
#include "contracts/types.h"
#include "ledger/transaction.h"
#include "tests/contracts/map_state.h"
#include "tests/contracts/records.h"

namespace suyuan::contracts::testing {

// 2026-03-02 08:00 in Asia/Shanghai.
inline constexpr uint64_t kStartMs = 1'772'409'600'000;
inline constexpr uint64_t kDayMs = 24ull * 3600 * 1000;

// A party and its key, made from a number: the same on every run.
struct Actor {
  Actor(uint32_t number, const std::string& region);
  PartyId party;
  SecretSeed seed;
  SigningKey key;
  std::string region;
};

// What a test may turn at a transaction before it is signed.
struct TxOptions {
  std::optional<uint64_t> created_ms, lifetime_ms;
  std::optional<TxId> after;
  uint32_t expected_version = 0;
  std::optional<LedgerId> ledger;
  std::optional<PartyId> submitter;  // claims to be another party
  const Actor* further = nullptr;    // a second signer …
  ledger::SignerRole further_role = ledger::SignerRole::kTestingBody;
  uint16_t version = 1;
  bool wraps = false;  // carries an audience, as a transaction does that grants keys
  std::optional<uint64_t> reader_height;  // by default the last height
};

struct SignedTx {
  Bytes envelope;
  TxId id;
};

class Chain {
 public:
  // `rules`: name → value of those of the founding rules that are not as usual.
  explicit Chain(const json::Object& rules = {});

  SignedTx Make(TxType type, const Actor& actor, const std::vector<Rec>& records,
                const TxOptions& options = {});
  // Executes one block at the current time, keeps its writes, advances time by a second.
  BlockExecution Block(const std::vector<SignedTx>& txs);
  // The same with a configuration entry; the first error is that it may not follow.
  Status Configure(ByteView configuration);
  // One transaction in a block of its own; checks that a refusal writes nothing but the dedupe key.
  Outcome Run(const SignedTx& tx);
  Outcome Do(TxType type, const Actor& actor, const std::vector<Rec>& records,
             const TxOptions& options = {});
  // As Do, and expects success. Returns the id of entity `record`.
  EntityId Ok(TxType type, const Actor& actor, const std::vector<Rec>& records,
              const TxOptions& options = {});

  std::optional<Entity> Find(ledger::EntityKind kind, ByteView id) const {
    return LoadEntity(state, kind, id);
  }
  EntityState StateOf(ledger::EntityKind kind, ByteView id) const { return Find(kind, id)->state; }
  void Advance(uint64_t ms) { now_ms += ms; }

  // Registers `actor` and lets the regulator approve it.
  void Join(const Actor& actor, uint16_t types);
  void SetState(ledger::EntityKind kind, ByteView id, EntityState state);

  LedgerId ledger_id;
  MapState state;
  uint64_t now_ms = kStartMs;
  uint64_t height = 1;
  std::map<TxId, bool> seen;  // → whether it was applied
  Actor regulator{1, "440000"};
  Actor national{2, "000000"};
  Actor far_regulator{3, "330000"};
  Actor maker{10, "440100"};
  Actor other_maker{11, "440100"};
  Actor seller{12, "330106"};
  Actor lab{13, "440100"};
  uint64_t nonce = 0;
  Actor node{99, "440000"};

 private:
  Result<BlockExecution> Execute(ledger::EntryDraft draft);
};

// The node of an actor: its keys follow from the actor's number and `node`.
ledger::Member NodeOf(const Actor& actor, const std::string& name = "n1", uint32_t keys = 0);

// EXPECT helpers: exact code, and record and field where the rule names one.
void ExpectApplied(const Outcome& outcome);
void ExpectRefused(const Outcome& outcome, ErrorCode code);
void ExpectRefused(const Outcome& outcome, ErrorCode code, uint32_t record, uint16_t field = 0,
                   uint16_t item = 0);
// State names of the outcome's effects of one kind, in order.
std::vector<std::string> EffectTexts(const Outcome& outcome, EffectKind kind);

}  // namespace suyuan::contracts::testing
