// Chains of bundles: what the public is told of them, which is nothing that changes while goods are
// with a buyer, and how many codes there is room for.
#include "tests/api/chain_fixture.h"

namespace suyuan::api::test {
namespace {

class ChainBundleTest : public ChainTest {
 protected:
  std::string Public(const std::string& code) {
    return Canonical(*Trace(code, "depth=8").Find("chain"));
  }
  // A batch of one bundle code, printed; nothing in it.
  EntityId Bundle(const Actor& by, const EntityId& product, const std::string& code) {
    namespace b = contracts::batch_field;
    namespace c = contracts::code_field;
    const EntityId report =
        ledger::EntityIdOf(ledger_.File(tx::kDocAnchor, by, {Document("factory_inspection")}), 0);
    const Rec batch = BatchOf(product, report, "1")
                          .Set(b::kTraceLevel, "composite")
                          .Set(b::kCompositeKind, "bundle");
    const EntityId id = ledger::EntityIdOf(ledger_.File(tx::kBatchSubmit, by, {batch}), 0);
    ledger_.File(tx::kBatchActivate, by,
                 {OneCode(id, "item_code", code).Set(c::kCodeRole, "bundle").Set(c::kItemNo, "1")});
    ledger_.File(tx::kCodePrint, by, {Print(id)});
    return id;
  }
  void ReleaseBundle(const Actor& by, const EntityId& id) {
    ledger_.clock_ms += 2 * 3600 * 1000;
    ledger_.File(tx::kBatchRelease, by, {contracts::testing::Release(id, kLater)});
  }
};

TEST_F(ChainBundleTest, AComponentSaysWhatItIsPartOfOnceThatIsFixed) {
  const std::string bundle = ItemCode(1, "BU"), before = Public(ItemCode(1));
  const EntityId id = Bundle(maker_, product_, bundle);
  ledger_.File(tx::kCodeLink, maker_,
               {Words::LinkRec(bundle, "bundle", {ItemCode(1), ItemCode(2)})});
  EXPECT_EQ(Public(ItemCode(1)), before);
  ReleaseBundle(maker_, id);
  const std::string released = Public(ItemCode(1));
  EXPECT_NE(released, before);
  EXPECT_EQ(Codes(Trace(ItemCode(1))), (Lines{"0 U1 IN_CIRCULATION -forward bundle 1"}));
  names_[bundle] = "BUNDLE";
  EXPECT_EQ(Codes(Trace(bundle)), (Lines{"0 BUNDLE IN_CIRCULATION -backward bundle 2"}));
  // And nobody can see it go.
  Sold("S1", maker_, seller_, {bundle});
  EXPECT_EQ(Public(ItemCode(1)), released);
}

// Who made the bundle had bought what is in it.
TEST_F(ChainBundleTest, AnothersBundleDoesNotSayWhoBought) {
  const Actor other{25, "440106"};
  ledger_.Join(other, contracts::kManufacturer);
  const EntityId product = ledger::EntityIdOf(
      ledger_.File(tx::kProductRegister, other,
                   {Product().Set(contracts::product_field::kGtin, "6901234567908")}),
      0);
  ledger_.File(tx::kProductReview, ledger_.regulator,
               {Review(ledger::EntityKind::kProduct, product.view(), "approve")});
  const std::string bundle = "01/06901234567908/10/BU/21/000001";
  const EntityId id = Bundle(other, product, bundle);
  const std::string before = Public(ItemCode(1));
  Sold("S1", maker_, other, {ItemCode(1), ItemCode(2)});
  ledger_.File(tx::kCodeLink, other,
               {Words::LinkRec(bundle, "bundle", {ItemCode(1), ItemCode(2)})});
  ReleaseBundle(other, id);
  EXPECT_EQ(Public(ItemCode(1)), before);
}

// Each component came in a box of its own: with the bundle one code more than a chain has.
TEST_F(ChainBundleTest, CodesThatThereIsNoRoomForAreSaid) {
  constexpr uint32_t kComponents = kChainCodesMax / 2;
  Release(kComponents, "L2", kLater);
  Lines boxes, units;
  std::vector<Rec> packed;
  for (uint32_t i = 1; i <= kComponents; ++i) {
    boxes.push_back(Words::Sscc(10 + i));
    units.push_back(ItemCode(i, "L2"));
    packed.push_back(Words::LinkRec(boxes.back(), "package", {units.back()}));
  }
  ledger_.File(tx::kCodeLink, maker_, {Words::NewPackages(boxes, 1)});
  ledger_.File(tx::kCodeLink, maker_, packed);
  ledger_.File(tx::kCodeUnlink, maker_, packed);
  const std::string bundle = ItemCode(1, "BU");
  Bundle(maker_, product_, bundle);
  ledger_.File(tx::kCodeLink, maker_, {Words::LinkRec(bundle, "bundle", units)});
  const json::Value trace = Trace(bundle, "depth=2&direction=backward", &ledger_.regulator);
  const json::Value& chain = *trace.Find("chain");
  const json::Array& codes = *chain.Find("codes")->if_array();
  ASSERT_EQ(codes.size(), kChainCodesMax);
  EXPECT_FALSE(*chain.Find("complete")->if_bool());
  EXPECT_EQ(chain.Find("because"), nullptr);
  for (uint32_t i = 0; i < codes.size(); ++i)
    EXPECT_EQ(codes[i].Find("more") != nullptr, i == kComponents) << i;
  EXPECT_TRUE(*codes[kComponents].Find("more")->Find("links")->if_bool());
}

}  // namespace
}  // namespace suyuan::api::test
