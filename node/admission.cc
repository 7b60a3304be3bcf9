#include "node/admission.h"

#include "common/limits.h"
#include "contracts/signer_check.h"
#include "contracts/snapshot_reader.h"

namespace suyuan::node {
namespace {

Status Check(const ledger::Core& core, size_t bytes, const ledger::StateSnapshot& snapshot) {
  const contracts::SnapshotReader state(snapshot);
  contracts::SignerMemo signers(state);
  const contracts::Contract* contract =
      contracts::FindContract(core.type, core.type_version, snapshot.head().height + 1);
  SUYUAN_RETURN_IF_ERROR(contracts::CheckSignerKeys(core, contract, signers));
  if (contract == nullptr)
    return Error{ErrorCode::kType, "no such transaction type and version is in force"};
  if (contract->self_introducing && bytes > kIntroductionBytesMax)
    return Error{ErrorCode::kSize, "a transaction of this type has at most " +
                                       std::to_string(kIntroductionBytesMax) + " bytes"};
  return contracts::CheckSignerParties(core, *contract, signers);
}

}  // namespace

Status CheckAdmission(const ledger::Transaction& tx, size_t bytes,
                      const ledger::StateSnapshot& snapshot, uint64_t now_ms) {
  if (tx.core.created_ms > now_ms + limits::kCreatedAheadMsMax)
    return Error{ErrorCode::kExpired, "created more than 5 minutes after this node's time"};
  Status status = Check(tx.core, bytes, snapshot);
  if (status.ok()) return status;
  Error error = status.error();
  if (error.code == ErrorCode::kSig || error.code == ErrorCode::kState)
    error.detail += "; as this node knows it at height " +
                    std::to_string(snapshot.head().height.value()) +
                    ": if that has changed since, send the same transaction again";
  return error;
}

}  // namespace suyuan::node
