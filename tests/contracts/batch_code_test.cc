// Requirements 6.3 and 6.4: rows of BATCH_ACTIVATE, CODE_PRINT and BATCH_RELEASE with their guards;
// C07–C10, C13, C21, C27, D-05, D-07.
#include "common/codec.h"
#include "common/hash.h"
#include "contracts/batch.h"
#include "contracts/code.h"
#include "contracts/party.h"
#include "tests/contracts/batch_fixture.h"

namespace suyuan::contracts::testing {
namespace {

namespace b = batch_field;
namespace c = command_field;
using ledger::EntityKind;

TEST_F(BatchTest, ActivationGuards) {
  const EntityId id = ApprovedBatch(3);
  namespace f = code_field;
  ExpectRefused(chain.Do(tx::kBatchActivate, chain.other_maker, {Codes(id, 1, 3)}),
                ErrorCode::kAuthz, 0);
  ExpectRefused(Activate({Codes(id, 1, 4)}), ErrorCode::kLevel, 0, f::kCodeValue, 3);
  ExpectRefused(Activate({Codes(id, 1, 2).Set(f::kCodeValue, ItemCode(1), 2)}), ErrorCode::kDupCode,
                0, f::kCodeValue, 2);
  ExpectRefused(Activate({Codes(id, 1, 2).Set(f::kCodeRole, "bundle")}), ErrorCode::kLevel, 0,
                f::kCodeRole);
  ExpectRefused(Activate({Codes(id, 1, 2).Set(f::kCodeKind, "batch_code")}), ErrorCode::kLevel, 0,
                f::kCodeKind);
  ExpectRefused(Activate({OneCode(id, "item_code", "01/06901234567892/10/L1")}), ErrorCode::kScheme,
                0, f::kCodeValue);
  ExpectRefused(Activate({OneCode(id, "item_code", "01/06936983800013/10/L1/21/1")}),
                ErrorCode::kScheme, 0, f::kCodeValue);
  ExpectRefused(Activate({OneCode(id, "item_code", "ccc/ABCDEFGH1").Set(f::kCodeScheme, "ccc")}),
                ErrorCode::kScheme, 0, f::kCodeScheme);
  for (const EntityState state : kBatchStates) {
    if (state == EntityState::kApproved || state == EntityState::kActivated) continue;
    chain.SetState(EntityKind::kBatch, id.view(), state);
    ExpectRefused(Activate({Codes(id, 1, 3)}), ErrorCode::kState, 0);
  }
  chain.SetState(EntityKind::kBatch, id.view(), EntityState::kApproved);
  ExpectApplied(Activate({Codes(id, 1, 1)}));
  ExpectRefused(Activate({OneCode(id, "item_code", "ccc/ABCDEFGH1").Set(f::kCodeScheme, "ccc")}),
                ErrorCode::kImmutable, 0, f::kCodeScheme);  // OG-5.2.1-c
}

TEST_F(BatchTest, C07ACodeIsIssuedOnceEver) {
  namespace f = code_field;
  const EntityId one = ApprovedBatch(4), two = ApprovedBatch(4);
  ExpectApplied(Activate({Codes(one, 1, 2)}));
  ExpectRefused(Activate({Codes(one, 2, 2)}), ErrorCode::kDupCode, 0, f::kCodeValue, 0);
  ExpectRefused(Activate({Codes(two, 9, 1)}), ErrorCode::kDupCode, 0, f::kCodeValue, 0);
  ExpectApplied(Activate({Codes(one, 3, 2)}));
  ExpectApplied(Activate({Codes(two, 1, 4, "L2")}));
  // Codes without a lot claim each by itself.
  const EntityId three = ApprovedBatch(2), four = ApprovedBatch(2);
  const auto plain = [](int n) { return "01/06901234567892/21/S" + std::to_string(n); };
  ExpectApplied(Activate({OneCode(three, "item_code", plain(1))}));
  ExpectRefused(Activate({OneCode(three, "item_code", plain(1))}), ErrorCode::kDupCode, 0,
                f::kCodeValue);
  ExpectRefused(Activate({OneCode(four, "item_code", plain(2)).Set(f::kCodeValue, plain(1), 1)}),
                ErrorCode::kDupCode, 0, f::kCodeValue, 1);
  ExpectApplied(Activate({OneCode(three, "item_code", plain(2))}));
  EXPECT_EQ(ResolveCode(chain.state, plain(2))->batch, three);
}

TEST_F(BatchTest, PartsRootsFollowTheFormat) {
  // formats §6: part root = MTH(s32(code) ‖ u8 role), codes root = MTH(part roots).
  const EntityId id = ApprovedBatch(600);
  ExpectApplied(Activate({Codes(id, 301, 300)}));
  ExpectApplied(Activate({Codes(id, 1, 300)}));
  std::vector<Hash> leaves, roots;
  for (const uint32_t first : {301u, 1u}) {
    leaves.clear();
    for (uint32_t n = first; n < first + 300; ++n) {
      Writer leaf;
      leaf.Sized(ItemCode(n)).U8(1);
      leaves.push_back(MerkleLeafHash(leaf.bytes()));
    }
    roots.push_back(MerkleLeafHash(MerkleTreeHash(leaves).view()));
  }
  const Batch batch = LoadBatch(id);
  EXPECT_EQ(batch.codes_root, MerkleTreeHash(roots));
  ASSERT_EQ(batch.parts.size(), 2u);
  EXPECT_EQ(batch.parts[0].first, ItemCode(301));
  EXPECT_EQ(batch.parts[1].last, ItemCode(300));
  for (uint32_t n = 1; n <= 600; ++n) ASSERT_TRUE(ResolveCode(chain.state, ItemCode(n))) << n;
  EXPECT_FALSE(ResolveCode(chain.state, ItemCode(601)));
  EXPECT_FALSE(ResolveCode(chain.state, ItemCode(0)));
}

TEST_F(BatchTest, PerBatchHasOneCode) {
  chain.Ok(tx::kProductRegister, chain.maker, {Product()});
  const EntityId shared = SharedProduct("per_batch");
  ExpectApplied(Submit(Shared(shared, "per_batch")));
  const EntityId id = last;
  const Rec code = OneCode(id, "batch_code", "01/06901234567892/10/B7");
  ExpectRefused(Activate({OneCode(id, "batch_code", "01/06901234567892")}), ErrorCode::kScheme, 0,
                code_field::kCodeValue);
  ExpectRefused(Activate({OneCode(id, "batch_code", ItemCode(1))}), ErrorCode::kScheme, 0,
                code_field::kCodeValue);
  ExpectApplied(Activate({code}));
  ExpectRefused(Activate({OneCode(id, "batch_code", "01/06901234567892/10/B8")}), ErrorCode::kLevel,
                0, code_field::kCodeValue);
  ExpectApplied(chain.Do(tx::kCodePrint, chain.maker, {Print(id)}));
  ExpectApplied(chain.Do(tx::kBatchRelease, chain.maker, {Release(id)}));
  EXPECT_EQ(CodeState("01/06901234567892/10/B7"), EntityState::kInCirculation);
}

TEST_F(BatchTest, PerProductBatchesAttachToTheLiveCode) {
  const EntityId shared = SharedProduct("per_product"), other = SharedProduct("per_product");
  const std::string code = "01/06901234567892";
  std::vector<EntityId> ids;
  for (int i = 0; i < 2; ++i) {
    ExpectApplied(Submit(Shared(shared, "per_product")));
    ids.push_back(last);
    ExpectApplied(Activate({OneCode(last, "product_code", code)}));
    EXPECT_EQ(ResolveCode(chain.state, code)->batch, last);
  }
  ExpectRefused(chain.Do(tx::kBatchRelease, chain.maker, {Release(ids[0])}), ErrorCode::kNotReady,
                0, b::kReleaseCodes);
  ExpectApplied(chain.Do(tx::kCodePrint, chain.maker, {Print(ids[0])}));
  ExpectApplied(chain.Do(tx::kBatchRelease, chain.maker, {Release(ids[0])}));
  EXPECT_EQ(CodeState(code), EntityState::kInCirculation);
  // The later batch uses a code that is in circulation already (6.4).
  ExpectApplied(chain.Do(tx::kBatchRelease, chain.maker, {Release(ids[1])}));
  EXPECT_EQ(StateOf(ids[1]), EntityState::kReleased);
  ExpectRefused(chain.Do(tx::kBatchRelease, chain.maker, {Release(ids[1])}), ErrorCode::kState, 0);
  // OG 4 c: not for another product.
  ExpectApplied(Submit(Shared(other, "per_product")));
  ExpectRefused(Activate({OneCode(last, "product_code", code)}), ErrorCode::kImmutable, 0,
                code_field::kCodeValue);
}

TEST_F(BatchTest, PrintGuardsAndReprint) {
  const EntityId id = ActivatedBatch(3);
  ExpectRefused(chain.Do(tx::kCodePrint, chain.other_maker, {Print(id)}), ErrorCode::kAuthz, 0);
  ExpectRefused(chain.Do(tx::kCodePrint, chain.maker, {Command(EntityKind::kBatch, id.view())}),
                ErrorCode::kMissing, 0, c::kPrintTemplate);
  ExpectRefused(chain.Do(tx::kCodePrint, chain.maker, {Print(id).Set(c::kCodes, ItemCode(9))}),
                ErrorCode::kRef, 0, c::kCodes);
  ExpectRefused(chain.Do(tx::kCodePrint, chain.maker,
                         {Print(id).Set(c::kCodeScope, "part").Set(c::kPartNumber, 2)}),
                ErrorCode::kRef, 0, c::kPartNumber);
  ExpectApplied(chain.Do(tx::kCodePrint, chain.maker, {Print(id).Set(c::kCodes, ItemCode(2))}));
  EXPECT_EQ(CodeState(ItemCode(1)), EntityState::kIssued);
  EXPECT_EQ(CodeState(ItemCode(2)), EntityState::kPrinted);
  ExpectRefused(chain.Do(tx::kCodePrint, chain.maker, {Print(id).Set(c::kCodes, ItemCode(2))}),
                ErrorCode::kMissing, 0, c::kPrintReason);
  ExpectApplied(chain.Do(tx::kCodePrint, chain.maker,
                         {Print(id).Set(c::kCodes, ItemCode(2)).Set(c::kPrintReason, "破损")}));
  for (const EntityState state : kBatchStates) {
    chain.SetState(EntityKind::kBatch, id.view(), state);
    const Outcome outcome =
        chain.Do(tx::kCodePrint, chain.maker,
                 {Print(id).Set(c::kCodes, ItemCode(2)).Set(c::kPrintReason, "破损")});
    const bool listed = state == EntityState::kActivated || state == EntityState::kReleased ||
                        state == EntityState::kRecallClosed;
    if (listed) {
      ExpectApplied(outcome);
    } else {
      ExpectRefused(outcome, ErrorCode::kState, 0);
    }
  }
}

TEST_F(BatchTest, ReleaseGuards) {
  const EntityId id = ActivatedBatch(3);
  const auto release = [&](const Rec& rec) {
    return chain.Do(tx::kBatchRelease, chain.maker, {rec});
  };
  ExpectRefused(release(Release(id)), ErrorCode::kNotReady, 0, b::kReleaseCodes);  // not printed
  ExpectApplied(chain.Do(tx::kCodePrint, chain.maker, {Print(id)}));
  ExpectRefused(chain.Do(tx::kBatchRelease, chain.other_maker, {Release(id)}), ErrorCode::kAuthz,
                0);
  ExpectRefused(release(Release(id).Drop(b::kMarkAttested)), ErrorCode::kNotReady, 0,
                b::kMarkAttested);
  ExpectRefused(release(Release(id).Drop(b::kTransportPacking)), ErrorCode::kMissing, 0,
                b::kTransportPacking);
  ExpectRefused(release(Release(id).Drop(b::kReleaseTime)), ErrorCode::kMissing, 0,
                b::kReleaseTime);
  ExpectRefused(release(Release(id, "2026-03-01T10:00:00Z")), ErrorCode::kLate, 0, b::kReleaseTime);
  ExpectRefused(release(Release(id, "2026-03-04T10:00:00Z")), ErrorCode::kTime, 0, b::kReleaseTime);
  ExpectRefused(release(Release(id).Set(b::kUnitNo, "X")), ErrorCode::kImmutable, 0, b::kUnitNo);
  ExpectRefused(release(Release(id).Set(b::kProductionDate, "2026-02-01")), ErrorCode::kImmutable,
                0, b::kProductionDate);
  ExpectRefused(
      chain.Do(tx::kBatchRelease, chain.maker,
               {Release(id), Command(EntityKind::kBatch, id.view()).Set(c::kCodes, ItemCode(1))}),
      ErrorCode::kState, 1);
  chain.SetState(EntityKind::kDocument, report.view(), EntityState::kRevoked);
  ExpectRefused(release(Release(id)), ErrorCode::kNotReady, 0);
  chain.SetState(EntityKind::kDocument, report.view(), EntityState::kAccepted);
  for (const EntityState state : kBatchStates) {
    if (state == EntityState::kActivated || state == EntityState::kReleased) continue;
    chain.SetState(EntityKind::kBatch, id.view(), state);
    ExpectRefused(release(Release(id)), ErrorCode::kState, 0);
  }
  chain.SetState(EntityKind::kBatch, id.view(), EntityState::kActivated);
  ExpectApplied(release(Release(id)));
  ExpectRefused(release(Release(id)), ErrorCode::kState, 0);
}

TEST_F(BatchTest, C09AnIncompleteOrUnfinishedBatchStays) {
  const EntityId id = ApprovedBatch(3);
  ExpectApplied(Activate({Codes(id, 1, 2)}));
  ExpectApplied(chain.Do(tx::kCodePrint, chain.maker, {Print(id)}));
  ExpectRefused(chain.Do(tx::kBatchRelease, chain.maker, {Release(id)}), ErrorCode::kNotReady, 0);
  ExpectApplied(Submit(BatchOf(product, report, "1").Set(b::kSupplementPending, true)));
  const EntityId pending = last;
  ExpectApplied(Activate({Codes(pending, 1, 1, "L9")}));
  ExpectApplied(chain.Do(tx::kCodePrint, chain.maker, {Print(pending)}));
  ExpectRefused(chain.Do(tx::kBatchRelease, chain.maker, {Release(pending)}), ErrorCode::kNotReady,
                0);
}

TEST_F(BatchTest, ReleaseInPartsAndRanges) {
  const EntityId id = ActivatedBatch(10);
  ExpectApplied(chain.Do(tx::kCodePrint, chain.maker, {Print(id)}));
  const json::Value range = json::Object{{"first", ItemCode(1)}, {"last", ItemCode(4)}};
  ExpectApplied(
      chain.Do(tx::kBatchRelease, chain.maker, {Release(id).Set(b::kReleaseCodes, range)}));
  EXPECT_EQ(CodeState(ItemCode(4)), EntityState::kInCirculation);
  EXPECT_EQ(CodeState(ItemCode(5)), EntityState::kPrinted);
  ExpectRefused(
      chain.Do(tx::kBatchRelease, chain.maker, {Release(id).Set(b::kReleaseCodes, ItemCode(4))}),
      ErrorCode::kState, 0);
  ExpectRefused(
      chain.Do(
          tx::kBatchRelease, chain.maker,
          {Release(id).Set(b::kReleaseCodes, ItemCode(5)).Set(b::kReleaseCodes, ItemCode(5), 1)}),
      ErrorCode::kFormat, 0, b::kReleaseCodes, 1);
  ExpectApplied(chain.Do(tx::kBatchRelease, chain.maker, {Release(id)}));
  for (uint32_t n = 1; n <= 10; ++n)
    EXPECT_EQ(CodeState(ItemCode(n)), EntityState::kInCirculation) << n;
  EXPECT_EQ(LoadBatch(id).parts[0].released, 10u);
}

TEST_F(BatchTest, PlannedModeD07) {
  const EntityId type_test = chain.Ok(tx::kDocAnchor, chain.maker, {Document("type_test")});
  const auto planned = [&](const EntityId& doc, const char* kind) {
    return BatchOf(product, doc, "5")
        .Set(b::kProductionDate, "2026-04-01")
        .Set(b::kProductionDateKind, "planned")
        .Set(b::kInspectionKind, json::Array{kind});
  };
  ExpectApplied(Submit(planned(report, "factory_inspection")));
  ExpectRefused(Activate({Codes(last, 1, 5, "X")}), ErrorCode::kDoc, 0);
  ExpectApplied(Submit(planned(type_test, "type_test")));
  const EntityId id = last;
  ExpectApplied(Activate({Codes(id, 1, 5)}));
  ExpectApplied(chain.Do(tx::kCodePrint, chain.maker, {Print(id)}));
  chain.now_ms = kStartMs + 31 * kDayMs;  // 2026-04-02
  ExpectRefused(chain.Do(tx::kBatchRelease, chain.maker, {Release(id, "2026-04-02T01:00:00Z")}),
                ErrorCode::kNotReady, 0, b::kProductionDate);
  const Rec confirmed = Release(id, "2026-04-02T01:00:00Z")
                            .Set(b::kProductionDate, "2026-04-01")
                            .Set(b::kProductionDateKind, "actual");
  const Rec unmade = Command(EntityKind::kBatch, id.view())
                         .Set(c::kCodes, ItemCode(4))
                         .Set(c::kCodes, ItemCode(5), 1);
  ExpectApplied(chain.Do(tx::kBatchRelease, chain.maker, {confirmed, unmade}));
  EXPECT_EQ(CodeState(ItemCode(5)), EntityState::kVoided);
  EXPECT_EQ(CodeState(ItemCode(3)), EntityState::kInCirculation);
  EXPECT_EQ(LoadBatch(id).quantity, 3000u);
  // A voided value is never issued again (GR-6.1.1-a).
  const EntityId next = ApprovedBatch(1);
  ExpectRefused(Activate({Codes(next, 5, 1)}), ErrorCode::kDupCode, 0, code_field::kCodeValue);
}

TEST_F(BatchTest, UnmadeUnitsMayBeAWholePart) {
  const EntityId type_test = chain.Ok(tx::kDocAnchor, chain.maker, {Document("type_test")});
  ExpectApplied(Submit(BatchOf(product, type_test, "5")
                           .Set(b::kProductionDateKind, "planned")
                           .Set(b::kInspectionKind, json::Array{"type_test"})));
  const EntityId id = last;
  ExpectApplied(Activate({Codes(id, 1, 3)}));
  ExpectApplied(Activate({Codes(id, 4, 2)}));
  ExpectApplied(chain.Do(tx::kCodePrint, chain.maker,
                         {Print(id).Set(c::kCodeScope, "part").Set(c::kPartNumber, 1)}));
  const Rec confirmed =
      Release(id).Set(b::kProductionDate, "2026-03-01").Set(b::kProductionDateKind, "actual");
  const json::Value range = json::Object{{"first", ItemCode(4)}, {"last", ItemCode(5)}};
  ExpectApplied(
      chain.Do(tx::kBatchRelease, chain.maker,
               {confirmed, Command(EntityKind::kBatch, id.view()).Set(c::kCodes, range)}));
  EXPECT_EQ(CodeState(ItemCode(3)), EntityState::kInCirculation);
  EXPECT_EQ(CodeState(ItemCode(4)), EntityState::kVoided);
  EXPECT_EQ(LoadBatch(id).quantity, 3000u);
}

TEST_F(BatchTest, CompositeCodesAreIssuedButWaitForTheirLinks) {
  const Rec bundle = BatchOf(product, report, "2")
                         .Set(b::kTraceLevel, "composite")
                         .Set(b::kCompositeKind, "parent_child");
  ExpectApplied(Submit(bundle));
  const EntityId id = last;
  namespace f = code_field;
  const Rec children = Codes(id, 11, 6)
                           .Set(f::kCodeRole, "child")
                           .Set(f::kParentCode, ItemCode(1))
                           .Set(f::kLinkKind, "parent_child");
  ExpectRefused(Activate({Codes(id, 1, 2)}), ErrorCode::kLevel, 0, f::kCodeRole);
  ExpectApplied(Activate({Codes(id, 1, 2).Set(f::kCodeRole, "parent"), children}));
  EXPECT_EQ(ResolveCode(chain.state, ItemCode(12))->role, CodeRole::kChild);
  ExpectApplied(chain.Do(tx::kCodePrint, chain.maker, {Print(id)}));
  EXPECT_EQ(ResolveCode(chain.state, ItemCode(12))->parents[0].code, ItemCode(1));
  ExpectRefused(chain.Do(tx::kBatchRelease, chain.maker, {Release(id)}), ErrorCode::kNotReady, 0,
                b::kReleaseCodes);  // nothing belongs to the second parent
}

TEST_F(BatchTest, TenThousandCodesAreOneStateTreeUpdateForTheBatch) {
  const EntityId id = ApprovedBatch(10'000);
  const BlockExecution result =
      chain.Block({chain.Make(tx::kBatchActivate, chain.maker, {Codes(id, 1, 10'000)})});
  ExpectApplied(DecodeOutcome(result.transactions[0].outcome).value());
  size_t in_tree = 0, chunks = 0;
  for (const ledger::StateWrite& write : result.writes) {
    in_tree += write.in_tree ? 1 : 0;
    chunks += write.name_space == static_cast<uint8_t>(Namespace::kCodeChunk);
  }
  EXPECT_EQ(in_tree, 3u);  // batch, claim, dedupe
  EXPECT_EQ(chunks, 40u);
  ExpectRefused(
      chain.Do(tx::kBatchActivate, chain.maker, {Codes(id, 1, 10'000, "Z"), Codes(id, 1, 1, "Y")}),
      ErrorCode::kSize, 1, code_field::kCodeValue);
}

TEST(Retention, D05) {
  Batch batch;
  contracts::Product product;
  batch.production_day = *ParseDay("2026-01-01");
  batch.submitted_ms = ParseTimeMs("2026-02-01T00:00:00Z").value();
  const auto until = [&] { return FormatDay(RetentionOf(batch, product, {})); };
  EXPECT_EQ(until(), "2029-02-01");  // producer's floor over two years
  product.service_life = {PeriodUnit::kYear, 8};
  EXPECT_EQ(until(), "2035-01-01");  // life end + 1
  product.retention = {PeriodUnit::kYear, 15};
  EXPECT_EQ(until(), "2041-01-01");  // the industry's rule
  product = {};
  product.warranty = {PeriodUnit::kYear, 3};
  EXPECT_EQ(until(), "2029-02-01");  // RC-15: not longer than the floor
  product.warranty = {PeriodUnit::kYear, 4};
  EXPECT_EQ(until(), "2031-01-01");
  product = {};
  batch.released_ms = ParseTimeMs("2028-02-29T00:00:00Z").value();
  EXPECT_EQ(until(), "2030-02-28");  // two years from the release; 29 February
  batch.retention_until = *ParseDay("2040-01-01");
  EXPECT_EQ(until(), "2040-01-01");  // never shortened
}

}  // namespace
}  // namespace suyuan::contracts::testing
