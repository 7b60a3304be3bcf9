// Random flows and packages against a reference model that moves every unit by itself: after each
// of 12,000 transactions each unit has exactly the holder, state and container that the
// model says, and what the model refuses the contracts refuse (C14–C16, C23, EN-5.3-j, 6.4, 6.5).
#include "tests/contracts/flow_model.h"
#include "tests/contracts/seeded_random.h"
#include "tests/support/property_cases.h"

namespace suyuan::contracts::testing {
namespace {

namespace f = flow_field;
namespace x = command_field;
using ledger::EntityKind;

constexpr EntityState kStates[] = {EntityState::kPending, EntityState::kDisputed,
                                   EntityState::kConfirmed, EntityState::kOneSided,
                                   EntityState::kVoided};

class FlowProperty : public FlowTest, public ::testing::WithParamInterface<uint64_t> {
 protected:
  FlowProperty() {
    actors = {&chain.maker, &buyer, &third, &chain.seller};
    Released(kUnits);
    std::vector<std::string> boxes, pallets;
    for (int i = kUnits; i < kThings; ++i)
      (model.things[i].level == 1 ? boxes : pallets).push_back(Name(i));
    ExpectApplied(
        chain.Do(tx::kCodeLink, chain.maker, {NewPackages(boxes, 1), NewPackages(pallets, 2)}));
  }
  static std::string Name(int thing) {
    return thing < kUnits ? ItemCode(static_cast<uint32_t>(thing + 1))
                          : Sscc(static_cast<uint32_t>(thing));
  }
  static std::vector<std::string> Names(const std::vector<int>& things) {
    std::vector<std::string> names;
    for (const int thing : things) names.push_back(Name(thing));
    return names;
  }
  int Any(int n) { return static_cast<int>(random.Below(static_cast<uint32_t>(n))); }
  // Mostly things that an actor holds, so that much succeeds.
  std::vector<int> Draw(int actor, int count, int max_level = 2) {
    std::set<int> drawn;
    for (int tries = 0; tries < 60 && static_cast<int>(drawn.size()) < count; ++tries) {
      const int thing = Any(3) == 0 ? kUnits + Any(kBoxes + kPallets) : Any(kUnits);
      const bool fits = model.things[thing].holder == actor || Any(12) == 0;
      if (fits && model.things[thing].level <= max_level) drawn.insert(thing);
    }
    return {drawn.begin(), drawn.end()};
  }
  int AnyFlow(std::initializer_list<State> states) {
    for (int tries = 0; tries < 40 && !model.flows.empty(); ++tries) {
      const int recent = std::min<int>(Any(2) == 0 ? 6 : 60, static_cast<int>(model.flows.size()));
      const int index = static_cast<int>(model.flows.size()) - 1 - Any(recent);
      if (std::ranges::find(states, model.flows[index].state) != states.end()) return index;
    }
    return kNone;
  }
  TxOptions With(int actor) {
    TxOptions options;
    options.further = actors[actor];
    options.further_role = ledger::SignerRole::kCounterparty;
    return options;
  }
  void Expect(const Outcome& outcome, bool allowed, const char* what) {
    ASSERT_EQ(outcome.applied(), allowed)
        << what << " at step " << model.now << ": "
        << (outcome.applied() ? "applied" : outcome.refusal->ToString());
    ++(allowed ? applied : refused);
  }

  void SellToRegistered();
  void RecordPurchase();
  void SellOut(bool consumer);
  void BuyFromOutside(bool takes_back);
  void Answer();
  void VoidOne();
  void Pack();
  void Unpack();
  void VoidRivals(int index, int confirming);
  void Compare();

  Random random{GetParam()};
  Model model;
  std::vector<const Actor*> actors;
  int applied = 0, refused = 0;
  int gone_back = 0;  // things that had left a package and went back all the same
  int rivals = 0;
};

void FlowProperty::SellToRegistered() {
  const int from = Any(kActors), to = (from + 1 + Any(kActors - 1)) % kActors;
  const std::vector<int> named = Draw(from, 1 + Any(3));
  if (named.empty()) return;
  bool allowed = model.MayName(named, false) && model.AllHeldBy(named, from);
  for (const int n : named) allowed = allowed && !model.Reserved(n);
  ModelFlow flow{Sell(*actors[from], *actors[to], Names(named)), State::kPending, from, to};
  Expect(flow.sent.outcome, allowed, "sale");
  if (!allowed) return;
  flow.named = named;
  model.TakeOut(named);
  for (const int n : named) model.things[n].reserved_by = static_cast<int>(model.flows.size());
  model.flows.push_back(std::move(flow));
}

void FlowProperty::RecordPurchase() {
  int from = Any(kActors), to = (from + 1 + Any(kActors - 1)) % kActors;
  std::vector<int> named = Draw(from, 1 + Any(2));
  // Half of them are the buyer's record of a hand-over that the seller recorded, too.
  if (const int sale = AnyFlow({State::kPending}); sale != kNone && Any(2) == 0) {
    from = model.flows[sale].from;
    to = model.flows[sale].to;
    named = model.flows[sale].named;
  }
  if (named.empty()) return;
  const bool allowed = model.MayName(named, false);
  ModelFlow flow{Buy(*actors[to], *actors[from], Names(named)), State::kPending, from, to};
  Expect(flow.sent.outcome, allowed, "purchase");
  if (!allowed) return;
  flow.receiving = true;
  flow.named = named;
  model.flows.push_back(std::move(flow));
}

void FlowProperty::SellOut(bool consumer) {
  const int from = Any(kActors);
  const std::vector<int> named = Draw(from, 1 + Any(2));
  if (named.empty()) return;
  bool allowed = model.MayName(named, false) && model.AllHeldBy(named, from);
  for (const int n : named) allowed = allowed && !model.Reserved(n);
  Expect(DoFlow(*actors[from], consumer ? ToConsumer(Names(named)) : ToOutside(Names(named))),
         allowed, "sale outwards");
  if (!allowed) return;
  ModelFlow flow{{last, "", {}}, State::kOneSided, from, kOutside};
  flow.named = named;
  flow.to_consumer = consumer;
  model.flows.push_back(std::move(flow));
  model.Move(static_cast<int>(model.flows.size()) - 1, kOutside);
}

void FlowProperty::BuyFromOutside(bool takes_back) {
  const int to = Any(kActors);
  std::vector<int> named = Draw(kOutside, 1 + Any(2));
  std::erase_if(named, [&](int n) { return model.things[n].holder != kOutside; });  // no gaps here
  if (named.empty()) return;
  const bool allowed = model.MayName(named, takes_back);
  const Rec rec = FromOutside(Names(named), takes_back ? "return" : "purchase");
  Expect(DoFlow(*actors[to], rec), allowed, "from outside");
  if (!allowed) return;
  ModelFlow flow{{last, "", {}}, State::kOneSided, kOutside, to};
  flow.receiving = true;
  flow.named = named;
  flow.takes_back = takes_back;
  model.flows.push_back(std::move(flow));
  model.Move(static_cast<int>(model.flows.size()) - 1, to);
}

// Records of the confirming side that name nothing else are void.
void FlowProperty::VoidRivals(int index, int confirming) {
  const ModelFlow& flow = model.flows[index];
  const std::set<int> named(flow.named.begin(), flow.named.end());
  for (size_t i = 0; i < model.flows.size(); ++i) {
    ModelFlow& rival = model.flows[i];
    const int recorder = rival.receiving ? rival.to : rival.from;
    const bool covered = std::ranges::all_of(rival.named, [&](int n) { return named.contains(n); });
    if (static_cast<int>(i) == index || rival.state != State::kPending || !covered) continue;
    if (recorder != confirming || rival.receiving == flow.receiving) continue;
    rival.state = State::kVoided;
    ++rivals;
    model.Free(static_cast<int>(i));
  }
}

void FlowProperty::Answer() {
  const int index = AnyFlow({State::kPending, State::kDisputed});
  if (index == kNone) return;
  ModelFlow& flow = model.flows[index];
  const int other = flow.receiving ? flow.from : flow.to;
  if (flow.state == State::kPending && Any(5) == 0) {
    Expect(chain.Do(tx::kFlowDispute, *actors[other],
                    {FlowCommand(flow.sent.id, flow.sent.opening).Set(x::kReason, "示例")}),
           true, "dispute");
    flow.state = State::kDisputed;
    return;
  }
  bool allowed = true;
  if (flow.receiving) {
    const std::set<int> named(flow.named.begin(), flow.named.end());
    for (const int n : flow.named) {
      allowed = allowed && model.things[n].holder == flow.from && !model.things[n].used;
      allowed = allowed && (model.things[n].level == 0 || !model.Empty(n));
      for (int at = n; at != kNone; at = model.things[at].parent) {
        const int reserved = model.things[at].reserved_by;
        if (reserved == kNone) continue;
        const ModelFlow& rival = model.flows[reserved];
        allowed = allowed && rival.state == State::kPending && rival.from == flow.from &&
                  std::ranges::all_of(rival.named, [&](int m) { return named.contains(m); });
        break;
      }
    }
    for (const int n : model.With(flow.named)) allowed = allowed && !model.things[n].used;
  }
  Expect(Confirm(*actors[other], flow.sent), allowed, "confirmation");
  if (!allowed) return;
  VoidRivals(index, other);
  flow.state = State::kConfirmed;
  model.Move(index, flow.to);
}

void FlowProperty::VoidOne() {
  const int index =
      AnyFlow({State::kPending, State::kDisputed, State::kOneSided, State::kConfirmed});
  if (index == kNone) return;
  ModelFlow& flow = model.flows[index];
  const int sender = flow.receiving ? flow.to : flow.from;
  const bool moved = flow.state == State::kOneSided || flow.state == State::kConfirmed;
  const bool allowed = !moved || model.MayUndo(index);
  TxOptions options;
  if (flow.state == State::kConfirmed) options = With(flow.receiving ? flow.from : flow.to);
  Expect(chain.Do(tx::kFlowVoid, *actors[sender],
                  {FlowCommand(flow.sent.id).Set(x::kReason, "示例")}, options),
         allowed, "voiding");
  if (!allowed) return;
  for (const int i : flow.moved) {
    const bool with =
        std::ranges::any_of(flow.named, [&](int n) { return i == n || model.Inside(i, n); });
    gone_back += with ? 0 : 1;
  }
  if (moved) model.Undo(index);
  model.Free(index);
  flow.state = State::kVoided;
}

void FlowProperty::Pack() {
  const int actor = Any(kActors);
  const int parent = kUnits + Any(kBoxes + kPallets);
  const std::vector<int> codes = Draw(actor, 1 + Any(5), model.things[parent].level - 1);
  if (codes.empty()) return;
  const auto free = [&](int n) { return model.things[n].holder == actor && !model.Reserved(n); };
  bool allowed = free(parent);
  for (const int n : codes) allowed = allowed && free(n) && model.things[n].parent == kNone;
  Expect(LinkCodes(*actors[actor], LinkRec(Name(parent), "package", Names(codes))), allowed,
         "link");
  if (!allowed) return;
  for (const int n : codes) {
    model.things[n].parent = parent;
    model.things[n].linked_at = model.now;
  }
}

void FlowProperty::Unpack() {
  const int actor = Any(kActors);
  const int parent = kUnits + Any(kBoxes + kPallets);
  std::vector<int> codes;
  for (int i = 0; i < kThings; ++i) {
    if (model.things[i].parent == parent && Any(2) == 0) codes.push_back(i);
  }
  if (codes.empty()) return;
  const bool allowed = model.things[parent].holder == actor && !model.Reserved(parent);
  Expect(UnlinkCodes(*actors[actor], LinkRec(Name(parent), "package", Names(codes))), allowed,
         "unlink");
  if (!allowed) return;
  for (const int n : codes) model.things[n].parent = kNone;
}

void FlowProperty::Compare() {
  UnitBook book(chain.state);
  std::vector<int> held(kActors + 1), expected(kActors + 1);
  for (int i = 0; i < kThings; ++i) {
    const Thing& thing = model.things[i];
    const CodeItem item = book.Find(Name(i)).value();
    const Standing real = book.Real(item);
    const PartyId holder = thing.holder == kOutside ? PartyId() : actors[thing.holder]->party;
    ASSERT_EQ(real.holder, holder) << Name(i) << " at step " << model.now;
    ASSERT_EQ(item.entity.state == EntityState::kEndUse, thing.used)
        << Name(i) << " at step " << model.now;
    ASSERT_EQ(item.unit.package ? item.unit.package->parent : "",
              thing.parent == kNone ? "" : Name(thing.parent))
        << Name(i) << " at step " << model.now;
    ASSERT_EQ(!real.pending.is_zero(), model.Reserved(i)) << Name(i) << " at step " << model.now;
    if (thing.level != 0) continue;
    ++expected[thing.holder + 1];
    for (int a = 0; a < kActors; ++a) held[a + 1] += real.holder == actors[a]->party ? 1 : 0;
    held[0] += real.holder.is_zero() ? 1 : 0;
  }
  ASSERT_EQ(held, expected);
  const size_t recent = std::min<size_t>(30, model.flows.size());
  for (size_t i = model.flows.size() - recent; i < model.flows.size(); ++i) {
    ASSERT_EQ(FlowState(model.flows[i].sent.id), kStates[static_cast<int>(model.flows[i].state)])
        << "flow " << i << " at step " << model.now;
  }
}

TEST_P(FlowProperty, EveryUnitHasTheOneHolderOfTheReferenceModel) {
  constexpr int kTransactions = test::PropertyCases(12'000);
  for (model.now = 1; applied + refused < kTransactions && !HasFatalFailure(); ++model.now) {
    ASSERT_LT(model.now, 10 * kTransactions);
    switch (Any(18)) {
      case 0:
      case 1:
        SellToRegistered();
        break;
      case 2:
        RecordPurchase();
        break;
      case 3:
        SellOut(Any(2) == 0);
        break;
      case 4:
      case 5:
        BuyFromOutside(Any(2) == 0);
        break;
      case 6:
      case 7:
      case 8:
        Answer();
        break;
      case 9:
      case 10:
        VoidOne();
        break;
      case 11:
      case 12:
        Pack();
        break;
      default:
        Unpack();
    }
    if (!HasFatalFailure()) Compare();
  }
  EXPECT_GT(applied, kTransactions / 4);
  EXPECT_GT(refused, kTransactions / 24);
  EXPECT_GT(gone_back, kTransactions / 1200);
  EXPECT_GT(rivals, test::kCaseShare == 1 ? 20 : 0);
}

INSTANTIATE_TEST_SUITE_P(Seeds, FlowProperty, ::testing::Values(1, 2, 3, 4));

}  // namespace
}  // namespace suyuan::contracts::testing
