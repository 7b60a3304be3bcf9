// A manufacturer with an ACTIVE per_item product and an accepted factory report.
#pragma once

#include "contracts/batch.h"
#include "contracts/code.h"
#include "contracts/party.h"
#include "tests/contracts/ledger_fixture.h"

namespace suyuan::contracts::testing {

inline constexpr EntityState kBatchStates[] = {
    EntityState::kSubmitted, EntityState::kApproved,  EntityState::kReturned,
    EntityState::kRejected,  EntityState::kActivated, EntityState::kReleased,
    EntityState::kFrozen,    EntityState::kRecalled,  EntityState::kRecallClosed,
    EntityState::kWithdrawn, EntityState::kVoided};

class BatchTest : public ::testing::Test {
 protected:
  BatchTest() {
    chain.Join(chain.maker, kManufacturer);
    chain.Join(chain.other_maker, kManufacturer);
    chain.Join(chain.seller, kDistributor);
    product = Approved(Product());
    report = chain.Ok(tx::kDocAnchor, chain.maker, {Document("factory_inspection")});
  }
  EntityId Approved(const Rec& rec) {
    const EntityId id = chain.Ok(tx::kProductRegister, chain.maker, {rec});
    chain.Ok(tx::kProductReview, chain.regulator,
             {Review(ledger::EntityKind::kProduct, id.view(), "approve")});
    return id;
  }
  EntityId SharedProduct(const char* level) {
    return Approved(Product()
                        .Set(product_field::kDefaultLevel, level)
                        .Set(product_field::kReportFrequency, "monthly"));
  }
  Rec Shared(const EntityId& of, const char* level) {
    return BatchOf(of, report, "10")
        .Set(batch_field::kTraceLevel, level)
        .Set(batch_field::kReportPeriod, "2026-03");
  }
  Outcome Submit(const Rec& rec) {
    const SignedTx tx = chain.Make(tx::kBatchSubmit, chain.maker, {rec});
    last = ledger::EntityIdOf(tx.id, 0);
    return chain.Run(tx);
  }
  EntityId ApprovedBatch(uint32_t quantity) {
    ExpectApplied(Submit(BatchOf(product, report, std::to_string(quantity).c_str())));
    return last;
  }
  EntityId SubmittedBatch() {
    const EntityId id = ApprovedBatch(3);
    chain.SetState(ledger::EntityKind::kBatch, id.view(), EntityState::kSubmitted);
    return id;
  }
  EntityId ActivatedBatch(uint32_t quantity) {
    const EntityId id = ApprovedBatch(quantity);
    ExpectApplied(Activate({Codes(id, 1, quantity)}));
    return id;
  }
  Outcome Activate(const std::vector<Rec>& records) {
    return chain.Do(tx::kBatchActivate, chain.maker, records);
  }
  Outcome ReviewBatch(const EntityId& id, const Actor& by, const char* decision) {
    return chain.Do(tx::kBatchReview, by,
                    {Review(ledger::EntityKind::kBatch, id.view(), decision)});
  }
  EntityState StateOf(const EntityId& id) {
    return chain.StateOf(ledger::EntityKind::kBatch, id.view());
  }
  Batch LoadBatch(const EntityId& id) {
    return DecodeBatch(chain.Find(ledger::EntityKind::kBatch, id.view())->content);
  }
  EntityState CodeState(const std::string& code) { return ResolveCode(chain.state, code)->own; }

  Chain chain;
  EntityId product, report, last;
};

}  // namespace suyuan::contracts::testing
