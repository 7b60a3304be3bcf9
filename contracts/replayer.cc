#include "contracts/replayer.h"

#include "common/hash.h"
#include "contracts/block_executor.h"
#include "contracts/outcome.h"
#include "ledger/block.h"

namespace suyuan::contracts {
namespace {
uint8_t Number(Namespace ns) { return static_cast<uint8_t>(ns); }
}  // namespace

std::optional<Bytes> MapState::Get(Namespace ns, ByteView key) const {
  auto it = values_.find({Number(ns), Bytes(key)});
  if (it == values_.end()) return std::nullopt;
  return it->second;
}

void MapState::Scan(Namespace ns, ByteView first,
                    const std::function<bool(ByteView, ByteView)>& visit) const {
  for (auto it = values_.lower_bound({Number(ns), Bytes(first)});
       it != values_.end() && it->first.first == Number(ns); ++it)
    if (!visit(it->first.second, it->second)) return;
}

std::optional<std::pair<Bytes, Bytes>> MapState::LastAtMost(Namespace ns, ByteView bound) const {
  auto it = values_.upper_bound({Number(ns), Bytes(bound)});
  if (it == values_.begin()) return std::nullopt;
  --it;
  if (it->first.first != Number(ns)) return std::nullopt;
  return std::pair(it->first.second, it->second);
}

void MapState::Apply(const std::vector<ledger::StateWrite>& writes) {
  for (const ledger::StateWrite& write : writes) {
    if (write.value)
      values_[{write.name_space, write.key}] = *write.value;
    else
      values_.erase({write.name_space, write.key});
  }
}

Replayer::Replayer(const LedgerId& ledger, const LedgerLimits& limits,
                   std::vector<ledger::StateWrite> genesis_writes)
    : ledger_(ledger), limits_(limits), genesis_writes_(std::move(genesis_writes)) {}

Result<std::vector<ledger::StateWrite>> Replayer::Genesis() {
  state_.Apply(genesis_writes_);
  return genesis_writes_;
}

Result<ledger::verify::ReplayedBlock> Replayer::Execute(ByteView entry,
                                                        const std::vector<Bytes>& sealed_items) {
  auto bytes = std::make_shared<const Bytes>(ledger::JoinSealed(entry, sealed_items));
  SUYUAN_ASSIGN_OR_RETURN(ledger::BlockEntry block, ledger::DecodeEntry(std::move(bytes)));
  if (Status follows = CheckFollows(state_, block); !follows.ok())
    return Error{ErrorCode::kProof, follows.error().detail};
  ledger::VerifiedCache verified(block.envelopes.size() + 1);
  for (ByteView envelope : block.envelopes) verified.Insert(Sha256(envelope));
  ExecutionContext context;
  context.ledger = ledger_;
  context.limits = limits_;
  context.earlier = [this](const TxId& id) {
    const auto at = seen_.find(id);
    return at == seen_.end() ? std::nullopt : std::optional(at->second);
  };
  context.cache = &verified;
  BlockExecution executed = ExecuteBlock(context, state_, block);
  ledger::verify::ReplayedBlock out;
  for (ledger::ExecutedTransaction& tx : executed.transactions) {
    seen_.emplace(tx.id, IsApplied(tx.outcome));
    out.transactions.push_back({tx.id, std::move(tx.outcome)});
  }
  state_.Apply(executed.writes);
  out.writes = std::move(executed.writes);
  return out;
}

}  // namespace suyuan::contracts
