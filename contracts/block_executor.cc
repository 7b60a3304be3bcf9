#include "contracts/block_executor.h"

#include <map>
#include <memory>

#include "common/hash.h"
#include "common/seeded_bug.h"
#include "contracts/contract.h"
#include "contracts/dedupe.h"
#include "contracts/entity_access.h"
#include "contracts/member.h"
#include "contracts/noted_alert.h"
#include "contracts/party.h"
#include "contracts/read_memo.h"
#include "contracts/registry_age.h"
#include "contracts/rules.h"
#include "contracts/signer_check.h"

namespace suyuan::contracts {
namespace {

// Outcome bytes count effects in 16 bits.
constexpr size_t kEffectsMax = UINT16_MAX;

Error Refuse(ErrorCode code, std::string detail) { return Error{code, std::move(detail)}; }

// Execution of one block. The order of the checks is part of the outcome and so frozen.
class BlockRun {
 public:
  BlockRun(const ExecutionContext& context, const StateReader& state,
           const ledger::BlockEntry& entry)
      : context_(context),
        header_(entry.header),
        entry_(entry),
        read_(state),
        block_(read_),
        signers_(block_),
        rules_(read_, header_.height),
        registry_age_(read_, header_.height, header_.time_ms),
        dedupe_(header_.time_ms) {}

  BlockExecution Run() {
    for (size_t i = 0; i < entry_.envelopes.size(); ++i) Execute(static_cast<uint32_t>(i));
    if (header_.kind == ledger::BlockKind::kConfiguration)
      AdoptConfiguration(block_, rules_, entry_, context_.limits);
    dedupe_.WriteTo(block_);
    registry_age_.WriteTo(block_);
    result_.writes = block_.TakeWrites();
    return std::move(result_);
  }

 private:
  void Execute(uint32_t position);
  // The decoded transaction; nullptr when it has no id. Sets `verified_`.
  std::shared_ptr<const ledger::Transaction> Decode(ByteView envelope);
  Outcome Judge(const ledger::Transaction& tx, Overlay& state);

  Status CheckSignatures(const ledger::Transaction& tx) const;
  Status CheckTime(const ledger::Core& core) const;
  // What `after` names was applied in an earlier block, or earlier in this one.
  Status CheckAfter(const ledger::Core& core) const;
  Status CheckVersion(const ledger::Transaction& tx) const;
  Status CheckReaderHeight(const ledger::Core& core, const Contract& contract);
  Status Apply(const ledger::Transaction& tx, const Contract& contract, Overlay& state,
               std::vector<Effect>& effects);

  const ExecutionContext& context_;
  const ledger::BlockHeader& header_;
  const ledger::BlockEntry& entry_;
  const ReadMemo read_;
  Overlay block_;
  SignerMemo signers_;
  Rules rules_;
  const RegistryAge registry_age_;
  DedupeChain dedupe_;
  std::map<TxId, bool> in_block_;  // → whether it was applied
  bool verified_ = false;          // the present transaction's envelope is in the cache
  BlockExecution result_;
};

void BlockRun::Execute(uint32_t position) {
  const std::shared_ptr<const ledger::Transaction> decoded = Decode(entry_.envelopes[position]);
  if (!decoded) return;  // no id, no leaf
  const ledger::Transaction& tx = *decoded;
  const auto [place, first] = in_block_.try_emplace(tx.id, false);
  if (!first) return;
  if (context_.earlier && context_.earlier(tx.id) && !SeededBug(Bug::kAppliedTwice))
    return;  // row 28
  dedupe_.Add(tx.id, tx.core.expiry_ms);

  Overlay state = Overlay::Above(block_);
  const Outcome outcome = Judge(tx, state);
  if (outcome.applied()) {
    place->second = true;
    if (state.Wrote(Namespace::kParty) || state.Wrote(Namespace::kKey)) signers_.Forget();
    NoteAlerts(state, {tx.id, header_.height, position, header_.time_ms}, outcome.effects);
    state.CommitTo(block_);
  }
  result_.transactions.push_back({tx.id, tx.signatures_hash, position, EncodeOutcome(outcome)});
}

std::shared_ptr<const ledger::Transaction> BlockRun::Decode(ByteView envelope) {
  verified_ = false;
  if (context_.cache != nullptr) {
    const auto id = ledger::PeekTransactionId(envelope);
    if (!id.ok()) return nullptr;  // no core: nothing could be decoded
    if (auto known = context_.cache->Take(*id, envelope)) {
      verified_ = true;
      return {known, &known->tx};
    }
    verified_ = context_.cache->Contains(ledger::VerifiedCache::KeyOf(envelope));
  }
  auto decoded =
      ledger::DecodeTransactionView(envelope, context_.limits, nullptr,
                                    verified_ ? ledger::Hashes::kKnown : ledger::Hashes::kCompare);
  if (!decoded.ok()) return nullptr;
  return std::make_shared<const ledger::Transaction>(*std::move(decoded));
}

Outcome BlockRun::Judge(const ledger::Transaction& tx, Overlay& state) {
  const ledger::Core& core = tx.core;
  const Contract* contract = FindContract(core.type, core.type_version, header_.height);
  Outcome outcome;
  const auto judge = [&]() -> Status {
    SUYUAN_RETURN_IF_ERROR(CheckSignatures(tx));
    if (core.ledger_id != context_.ledger)
      return Refuse(ErrorCode::kLedger, "the transaction names another ledger");
    SUYUAN_RETURN_IF_ERROR(CheckTime(core));
    SUYUAN_RETURN_IF_ERROR(CheckAfter(core));
    SUYUAN_RETURN_IF_ERROR(CheckSignerKeys(core, contract, signers_));
    if (contract == nullptr)
      return Refuse(ErrorCode::kType, "no such transaction type and version at this height");
    SUYUAN_RETURN_IF_ERROR(CheckSignerParties(core, *contract, signers_));
    SUYUAN_RETURN_IF_ERROR(CheckVersion(tx));
    SUYUAN_RETURN_IF_ERROR(CheckReaderHeight(core, *contract));
    return Apply(tx, *contract, state, outcome.effects);
  };
  if (Status status = judge(); !status.ok()) outcome = Outcome{std::move(status).error(), {}};
  return outcome;
}

Status BlockRun::CheckSignatures(const ledger::Transaction& tx) const {
  return verified_ ? Status() : ledger::VerifyTransactionSignatures(tx);
}

Status BlockRun::CheckTime(const ledger::Core& core) const {
  if (header_.time_ms > core.expiry_ms)
    return Refuse(ErrorCode::kExpired, "the block's time is past the transaction's expiry");
  if (core.created_ms > header_.time_ms + limits::kCreatedAheadMsMax)
    return Refuse(ErrorCode::kExpired, "created more than 5 minutes after the block's time");
  return {};
}

Status BlockRun::CheckAfter(const ledger::Core& core) const {
  if (!core.after) return {};
  const auto here = in_block_.find(*core.after);
  if (here != in_block_.end() && here->second) return {};
  if (context_.earlier && context_.earlier(*core.after).value_or(false)) return {};
  return Refuse(ErrorCode::kRef, "the transaction named by `after` was not applied");
}

Status BlockRun::CheckVersion(const ledger::Transaction& tx) const {
  if (tx.core.expected_version == 0) return {};
  const ledger::Record& record = tx.records[0];
  const auto refused = [](const std::string& found) {
    return Refuse(ErrorCode::kVersion, "the entity of record 0 " + found).At(0);
  };
  if (record.subject_kind == ledger::EntityKind::kNone) return refused("is a new one");
  const auto entity = LoadEntity(block_, record.subject_kind, record.subject);
  if (!entity) return refused("has no version");
  if (entity->version != tx.core.expected_version)
    return refused("has version " + std::to_string(entity->version));
  return {};
}

Status BlockRun::CheckReaderHeight(const ledger::Core& core, const Contract& contract) {
  if (core.audiences.empty()) return {};
  return registry_age_.Check(
      core, contract.self_introducing ? std::nullopt : signers_.RegisteredAt(core.submitter));
}

Status BlockRun::Apply(const ledger::Transaction& tx, const Contract& contract, Overlay& state,
                       std::vector<Effect>& effects) {
  const Party* submitter =
      contract.self_introducing ? nullptr : &signers_.Find(tx.core.submitter)->party;
  TxContext ctx{state,           tx,      header_.height, header_.time_ms,
                context_.limits, effects, rules_,         submitter};
  SUYUAN_RETURN_IF_ERROR(contract.validate(ctx));
  SUYUAN_RETURN_IF_ERROR(contract.apply(ctx));
  if (effects.size() > kEffectsMax)
    return Refuse(ErrorCode::kSize, "more effects than an outcome can name; send fewer records");
  return {};
}

}  // namespace

Status CheckFollows(const StateReader& state, const ledger::BlockEntry& entry) {
  if (entry.header.kind != ledger::BlockKind::kConfiguration) return {};
  return CheckApproved(state, entry.configuration);
}

BlockExecution ExecuteBlock(const ExecutionContext& context, const StateReader& state,
                            const ledger::BlockEntry& entry) {
  return BlockRun(context, state, entry).Run();
}

}  // namespace suyuan::contracts
