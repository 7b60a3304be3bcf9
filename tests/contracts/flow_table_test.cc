// Requirements 6.5 as a table: every pair of a flow's state and a trigger, listed or not; and the
// rows of 6.4 that flows trigger: every own state of a unit and every type of flow. Listed pairs
// succeed under their guards and fail without them, one by one; unlisted ones give E_STATE (C14).
#include "tests/contracts/flow_fixture.h"

namespace suyuan::contracts::testing {
namespace {

namespace f = flow_field;
namespace x = command_field;
using ledger::EntityKind;
using E = EntityState;

// ---- 6.5 ---------------------------------------------------------------------------------------

enum class From { kPending, kDisputed, kVoided, kOneSided, kConfirmed, kGap, kDisputedGap };
enum class Trigger {
  kConfirm,         // by the other side
  kConfirmPart,     // by both sides
  kConfirmRuling,   // by a regulator, asked or due
  kDispute,         // by the other side, or the holder of goods with a gap
  kVoid,            // by the sender
  kVoidAndReplace,  // the same with a replacement
  kVoidBoth,
  kVoidRuling,
};
constexpr From kFroms[] = {From::kPending,   From::kDisputed, From::kVoided,     From::kOneSided,
                           From::kConfirmed, From::kGap,      From::kDisputedGap};
constexpr Trigger kTriggers[] = {
    Trigger::kConfirm, Trigger::kConfirmPart,    Trigger::kConfirmRuling, Trigger::kDispute,
    Trigger::kVoid,    Trigger::kVoidAndReplace, Trigger::kVoidBoth,      Trigger::kVoidRuling};

struct Verdict {
  ErrorCode code = ErrorCode::kOk;
  E to = E::kPending;
};

// What 6.5 says. A trigger that a state lists for somebody else is refused by its guard.
Verdict Expected(From from, Trigger trigger) {
  using T = Trigger;
  const Verdict state{ErrorCode::kState, {}}, authz{ErrorCode::kAuthz, {}};
  const Verdict confirmed{ErrorCode::kOk, E::kConfirmed}, voided{ErrorCode::kOk, E::kVoided},
      disputed{ErrorCode::kOk, E::kDisputed};
  switch (from) {
    case From::kPending:
      if (trigger == T::kConfirm) return confirmed;
      if (trigger == T::kDispute) return disputed;
      if (trigger == T::kVoid) return voided;
      if (trigger == T::kConfirmPart || trigger == T::kVoidAndReplace) return state;
      return trigger == T::kConfirmRuling ? Verdict{ErrorCode::kMissing, {}} : authz;
    case From::kDisputed:
      if (trigger == T::kDispute) return state;
      if (trigger == T::kVoidBoth) return authz;
      return trigger == T::kConfirm || trigger == T::kConfirmPart || trigger == T::kConfirmRuling
                 ? confirmed
                 : voided;
    case From::kVoided:
      return state;
    case From::kOneSided:
      if (trigger == T::kConfirm) return confirmed;
      if (trigger == T::kVoid) return voided;
      if (trigger == T::kConfirmRuling) return {ErrorCode::kMissing, {}};
      return trigger == T::kVoidBoth || trigger == T::kVoidRuling ? authz : state;
    case From::kConfirmed:
      if (trigger == T::kVoidBoth) return voided;
      return trigger == T::kVoid || trigger == T::kVoidAndReplace || trigger == T::kVoidRuling
                 ? authz
                 : state;
    case From::kGap:
      if (trigger == T::kDispute) return disputed;
      if (trigger == T::kConfirm) return confirmed;
      if (trigger == T::kVoid) return voided;
      if (trigger == T::kConfirmRuling) return {ErrorCode::kMissing, {}};
      return trigger == T::kVoidBoth || trigger == T::kVoidRuling ? authz : state;
    case From::kDisputedGap:
      if (trigger == T::kConfirmRuling) return confirmed;
      if (trigger == T::kVoid || trigger == T::kVoidAndReplace || trigger == T::kVoidRuling)
        return voided;
      return trigger == T::kVoidBoth ? authz : state;
  }
  return state;
}

class FlowTableTest : public FlowTest {
 protected:
  FlowTableTest() {
    Released(80);
    doc = chain.Ok(tx::kDocAnchor, chain.regulator, {Document("other")});
  }
  static TxOptions With(const Actor& second) {
    TxOptions options;
    options.further = &second;
    options.further_role = ledger::SignerRole::kCounterparty;
    return options;
  }
  Rec Why(const SentFlow& flow) {
    return FlowCommand(flow.id, flow.opening).Set(x::kReason, "示例理由");
  }
  bool IsGap(From from) const { return from == From::kGap || from == From::kDisputedGap; }
  // The sender of a flow in a state, and who its sealed leaf names.
  const Actor& Sender(From from) const { return IsGap(from) ? third : chain.maker; }

  SentFlow Make(From from, const std::string& code) {
    SentFlow flow;
    if (IsGap(from)) {
      flow = Send(third, FromOutside({code}), f::kSellerCode, buyer.party);
    } else if (from == From::kOneSided) {
      flow = Send(chain.maker, ToOutside({code}), f::kBuyerCode, buyer.party);
    } else {
      flow = Sell(chain.maker, buyer, {code});
    }
    ExpectApplied(flow.outcome);
    if (from == From::kDisputed || from == From::kDisputedGap)
      ExpectApplied(chain.Do(tx::kFlowDispute, from == From::kDisputed ? buyer : chain.maker,
                             {Why(flow).Set(x::kRulingRequested, true)}));
    if (from == From::kVoided)
      ExpectApplied(chain.Do(tx::kFlowVoid, chain.maker, {FlowCommand(flow.id)}));
    if (from == From::kConfirmed) ExpectApplied(Confirm(buyer, flow));
    return flow;
  }
  Outcome Pull(From from, Trigger trigger, const SentFlow& flow, const std::string& code) {
    const Actor& sender = Sender(from);
    const Rec ruling =
        FlowCommand(flow.id).Set(x::kReason, "裁定").Set(x::kReasonDoc, ToString(doc));
    const Rec why = FlowCommand(flow.id).Set(x::kReason, "示例理由");
    Rec next = IsGap(from) ? FromOutside({code}) : ToConsumer({code});
    next.Set(f::kFlowRef, ToString(flow.id));
    Rec part = FlowCommand(flow.id, flow.opening);
    switch (trigger) {
      case Trigger::kConfirm:
        return Confirm(buyer, flow);
      case Trigger::kConfirmPart:
        return chain.Do(tx::kFlowConfirm, sender, {part, Details(flow.id).Hide(f::kSaleQuantity)},
                        With(buyer));
      case Trigger::kConfirmRuling:
        return chain.Do(tx::kFlowConfirm, chain.regulator, {ruling});
      case Trigger::kDispute:
        return chain.Do(tx::kFlowDispute, IsGap(from) ? chain.maker : buyer, {Why(flow)});
      case Trigger::kVoid:
        return chain.Do(tx::kFlowVoid, sender, {why});
      case Trigger::kVoidAndReplace:
        return chain.Do(tx::kFlowVoid, sender, {why, next});
      case Trigger::kVoidBoth:
        return chain.Do(tx::kFlowVoid, sender, {Why(flow)}, With(buyer));
      case Trigger::kVoidRuling:
        return chain.Do(tx::kFlowVoid, chain.regulator, {ruling});
    }
    return {};
  }

  EntityId doc;
};

TEST_F(FlowTableTest, EveryPairOfStateAndTrigger) {
  uint32_t unit = 1;
  for (const From from : kFroms) {
    for (const Trigger trigger : kTriggers) {
      SCOPED_TRACE("state " + std::to_string(static_cast<int>(from)) + " trigger " +
                   std::to_string(static_cast<int>(trigger)));
      const std::string code = ItemCode(unit++);
      const SentFlow flow = Make(from, code);
      const E before = FlowState(flow.id);
      const Verdict expected = Expected(from, trigger);
      const Outcome outcome = Pull(from, trigger, flow, code);
      if (expected.code == ErrorCode::kOk) {
        ExpectApplied(outcome);
        EXPECT_EQ(FlowState(flow.id), expected.to);
      } else {
        ExpectRefused(outcome, expected.code);
        EXPECT_EQ(FlowState(flow.id), before);
      }
    }
  }
}

// Listed rows without one of their guards each; the flow stays as it was.
TEST_F(FlowTableTest, ListedRowsFailWithoutTheirGuards) {
  uint32_t unit = 1;
  const auto stays = [&](From from, ErrorCode code, auto&& pull) {
    const SentFlow flow = Make(from, ItemCode(unit++));
    const E before = FlowState(flow.id);
    ExpectRefused(pull(flow), code);
    EXPECT_EQ(FlowState(flow.id), before);
  };
  const auto voided_by = [&](const Actor& by) {
    return [this, who = &by](const SentFlow& flow) {
      return chain.Do(tx::kFlowVoid, *who, {Why(flow)});
    };
  };
  // C19, C02 of a confirmation and a dispute.
  for (const From from : {From::kPending, From::kOneSided}) {
    stays(from, ErrorCode::kMissing, [&](const SentFlow& flow) {
      return chain.Do(tx::kFlowConfirm, buyer, {FlowCommand(flow.id), Details(flow.id)});
    });
    stays(from, ErrorCode::kAuthz, [&](const SentFlow& flow) { return Confirm(third, flow); });
    stays(from, ErrorCode::kCommit, [&](const SentFlow& flow) {
      return Confirm(buyer, {flow.id, std::string(128, '0'), {}});
    });
  }
  stays(From::kPending, ErrorCode::kAuthz,
        [&](const SentFlow& flow) { return chain.Do(tx::kFlowDispute, third, {Why(flow)}); });
  for (const From from : {From::kPending, From::kGap}) {
    stays(from, ErrorCode::kMissing, [&](const SentFlow& flow) {
      return chain.Do(tx::kFlowDispute, buyer, {FlowCommand(flow.id, flow.opening)});
    });
  }
  stays(From::kGap, ErrorCode::kAuthz,
        [&](const SentFlow& flow) { return chain.Do(tx::kFlowDispute, buyer, {Why(flow)}); });
  // Only the sender; reasons; the other side of both.
  for (const From from : {From::kPending, From::kDisputed, From::kOneSided, From::kDisputedGap})
    stays(from, ErrorCode::kAuthz, voided_by(buyer));
  for (const From from : {From::kOneSided, From::kGap}) {
    stays(from, ErrorCode::kMissing, [&](const SentFlow& flow) {
      return chain.Do(tx::kFlowVoid, Sender(from), {FlowCommand(flow.id)});
    });
  }
  stays(From::kConfirmed, ErrorCode::kMissing, [&](const SentFlow& flow) {
    return chain.Do(tx::kFlowVoid, chain.maker, {FlowCommand(flow.id)}, With(buyer));
  });
  stays(From::kConfirmed, ErrorCode::kAuthz, [&](const SentFlow& flow) {
    return chain.Do(tx::kFlowVoid, chain.maker, {Why({flow.id, "", {}})}, With(third));
  });
  stays(From::kDisputed, ErrorCode::kMissing, [&](const SentFlow& flow) {
    return chain.Do(tx::kFlowConfirm, chain.maker, {FlowCommand(flow.id)}, With(buyer));
  });
  // A ruling needs its document and a region of either side (C28, D-40).
  for (const TxType type : {tx::kFlowConfirm, tx::kFlowVoid}) {
    stays(From::kDisputed, ErrorCode::kMissing, [&](const SentFlow& flow) {
      return chain.Do(type, chain.regulator, {FlowCommand(flow.id).Set(x::kReason, "裁定")});
    });
  }
  stays(From::kPending, ErrorCode::kState, [&](const SentFlow& flow) {
    SetUnitState(ItemCode(unit - 1), E::kInCirculation);
    return chain.Do(
        tx::kFlowVoid, chain.maker,
        {Why(flow), ToConsumer({ItemCode(unit - 1)}).Set(f::kFlowRef, ToString(flow.id))});
  });
}

// ---- 6.4 ---------------------------------------------------------------------------------------

struct UnitRow {
  const char* type;
  std::vector<std::pair<E, E>> listed;  // own state before, after
};
constexpr E kUnitStates[] = {E::kIssued,       E::kPrinted,  E::kInCirculation,
                             E::kEndUse,       E::kFrozen,   E::kRecalled,
                             E::kReturnedCode, E::kDisposed, E::kVoided};

class UnitTableTest : public FlowTableTest {
 protected:
  // The row's flow of one unit that the buyer holds, through to its effect.
  Outcome Run(const std::string& type, const std::string& code) {
    if (type == "sale") return Through(Sell(buyer, third, {code}), third);
    if (type == "sale to a consumer") return DoFlow(buyer, ToConsumer({code}));
    if (type == "purchase") return Through(Buy(third, buyer, {code}), buyer);
    if (type == "return" || type == "recall_return") {
      const Rec rec = Between(type.c_str(), {code}).Set(f::kSenderSide, "giving");
      return Through(Sell(buyer, third, rec), third);
    }
    if (type == "recall_return home") {
      const Rec rec = Between("recall_return", {code}).Set(f::kSenderSide, "giving");
      return Through(Sell(buyer, chain.maker, rec), chain.maker);
    }
    Rec rec = FlowRec(type.c_str(), {code});
    if (type == "disposal") rec.Set(f::kFlowDocs, ToString(disposal));
    return DoFlow(buyer, rec);
  }
  Outcome Through(const SentFlow& flow, const Actor& other) {
    return flow.outcome.applied() ? Confirm(other, flow) : flow.outcome;
  }
  EntityId disposal;
};

TEST_F(UnitTableTest, EveryStateOfAUnitAndEveryTypeOfFlow) {
  disposal = chain.Ok(tx::kDocAnchor, buyer, {Document("disposal_record")});
  const auto same = [](std::initializer_list<E> states) {
    std::vector<std::pair<E, E>> rows;
    for (const E state : states) rows.emplace_back(state, state);
    return rows;
  };
  const std::vector<UnitRow> rows = {
      {"sale", same({E::kInCirculation})},
      {"sale to a consumer", {{E::kInCirculation, E::kEndUse}}},
      {"purchase", same({E::kInCirculation})},
      {"transport", same({E::kInCirculation, E::kFrozen, E::kRecalled, E::kReturnedCode})},
      {"storage", same({E::kInCirculation, E::kFrozen, E::kRecalled, E::kReturnedCode})},
      {"delivery", same({E::kInCirculation})},
      {"use", {{E::kInCirculation, E::kEndUse}}},
      {"return",
       {{E::kInCirculation, E::kInCirculation},
        {E::kEndUse, E::kInCirculation},
        {E::kFrozen, E::kFrozen}}},
      {"recall_return", same({E::kRecalled})},
      {"recall_return home", {{E::kRecalled, E::kReturnedCode}}},
      {"disposal",
       {{E::kInCirculation, E::kDisposed},
        {E::kFrozen, E::kDisposed},
        {E::kRecalled, E::kDisposed},
        {E::kReturnedCode, E::kDisposed}}},
  };
  uint32_t pairs = 0;
  for (const UnitRow& row : rows) {
    for (const E state : kUnitStates) {
      SCOPED_TRACE(std::string(row.type) + " from " + std::string(ToString(state)));
      const std::string lot = "T" + std::to_string(pairs++);
      Released(1, lot.c_str());
      const std::string code = ItemCode(1, lot.c_str());
      Sold(chain.maker, buyer, {code});
      SetUnitState(code, state);
      // Its part would lift these two; such a unit was never released.
      if (state == E::kIssued || state == E::kPrinted) {
        const EntityId batch = *ResolveCode(chain.state, code)->batch;
        Entity entity = chain.Find(EntityKind::kBatch, batch.view()).value();
        Batch content = DecodeBatch(entity.content);
        content.parts[0].state = state;
        entity.content = EncodeBatch(content);
        chain.state.values[{Namespace::kBatch, batch.str()}] = EncodeEntity(entity);
      }
      const Outcome outcome = Run(row.type, code);
      const auto listed = std::ranges::find(row.listed, state, &std::pair<E, E>::first);
      if (listed != row.listed.end()) {
        ExpectApplied(outcome);
        EXPECT_EQ(CodeState(code), listed->second);
        continue;
      }
      const std::string_view type(row.type);
      const bool trade =
          type.starts_with("sale") || type == "purchase" || type == "use" || type == "delivery";
      const bool held_up = state == E::kFrozen || state == E::kRecalled;
      ExpectRefused(outcome, trade && held_up ? ErrorCode::kFrozen : ErrorCode::kState);
      EXPECT_EQ(CodeState(code), state);
    }
  }
  EXPECT_EQ(pairs, 99u);
}

// C20: confirmed, disputed or voided all the same when the freeze came later.
TEST_F(UnitTableTest, AFlowFromBeforeAFreezeGoesOn) {
  uint32_t unit = 1;
  for (const E state : {E::kFrozen, E::kRecalled}) {
    for (const Trigger trigger : {Trigger::kConfirm, Trigger::kDispute, Trigger::kVoid}) {
      const std::string code = ItemCode(unit++);
      const SentFlow flow = Make(From::kPending, code);
      SetUnitState(code, state);
      ExpectApplied(Pull(From::kPending, trigger, flow, code));
      EXPECT_EQ(CodeState(code), state);
      EXPECT_EQ(HolderOf(code), trigger == Trigger::kConfirm ? buyer.party : chain.maker.party);
    }
  }
}

}  // namespace
}  // namespace suyuan::contracts::testing
