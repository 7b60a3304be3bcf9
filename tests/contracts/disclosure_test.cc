// Requirements 6.9, C18, C19: DISCLOSURE_SET publishes a field of one entity and hides it again.
#include "contracts/party.h"
#include "contracts/publication.h"
#include "tests/contracts/sealed_fixture.h"
#include "tests/contracts/seeded_random.h"

namespace suyuan::contracts::testing {
namespace {

namespace x = command_field;
namespace p = product_field;
using ledger::EntityKind;
using Leaf = SealedFields::Leaf;

class DisclosureTest : public ::testing::Test {
 protected:
  DisclosureTest() {
    chain.Join(chain.maker, kManufacturer);
    chain.Join(chain.other_maker, kManufacturer);
    sealed.emplace(chain, chain.maker);
    Rec rec = Product();
    sealed->Seal(rec, p::kBrand, 0, "\"示例牌\"");
    sealed->Seal(rec, p::kProductFunction, 0, std::nullopt);
    sealed->Seal(rec, p::kProductCerts, 0, "{\"cert_no\":\"1\",\"name\":\"a\"}");
    sealed->Seal(rec, p::kProductCerts, 1, "{\"cert_no\":\"2\",\"name\":\"b\"}");
    product = chain.Ok(tx::kProductRegister, chain.maker, {rec});
  }

  Rec Switch(const char* disclosure, const char* field) const {
    return Command(EntityKind::kProduct, product.view())
        .Set(x::kDisclosure, disclosure)
        .Set(x::kTargetField, field);
  }
  Rec Publish(const char* field, const std::vector<Leaf>& openings = {}, int version = 1) const {
    Rec rec = Switch("published", field).Set(x::kTargetVersion, version);
    for (const Leaf& leaf : openings) rec.Put(leaf);
    return rec;
  }
  Rec PublishBrand() const { return Publish("product.brand", {sealed->Opening(p::kBrand)}); }
  Rec HideBrand() const { return Switch("hidden", "product.brand"); }
  Outcome Do(const Rec& rec) { return Do(chain.maker, rec); }
  Outcome Do(const Actor& by, const Rec& rec) { return chain.Do(tx::kDisclosureSet, by, {rec}); }
  std::optional<Publication> Of(uint16_t field) const {
    return FindPublication(chain.state, EntityKind::kProduct, product.view(), field);
  }

  Chain chain;
  std::optional<SealedFields> sealed;
  EntityId product;
};

TEST_F(DisclosureTest, EachSwitchIsAVersion) {
  EXPECT_FALSE(Of(p::kBrand));
  const SignedTx publish = chain.Make(tx::kDisclosureSet, chain.maker, {PublishBrand()});
  const uint64_t height = chain.height;
  const Outcome published = chain.Run(publish);
  ExpectApplied(published);
  EXPECT_EQ(EffectTexts(published, EffectKind::kChanged), std::vector<std::string>{"PENDING"});
  Publication now = Of(p::kBrand).value();
  EXPECT_TRUE(now.published);
  EXPECT_EQ(now.version, 1u);
  EXPECT_EQ(now.entity_version, 1u);
  EXPECT_EQ(now.owner, chain.maker.party);
  EXPECT_EQ(now.tx, publish.id);
  EXPECT_EQ(now.record, 0u);
  EXPECT_EQ(now.height, Height(height));
  EXPECT_FALSE(Of(p::kProductFunction)) << "of this field only";

  ExpectApplied(Do(HideBrand()));
  EXPECT_FALSE(Of(p::kBrand)->published);
  EXPECT_EQ(Of(p::kBrand)->version, 2u);
  ExpectApplied(Do(PublishBrand()));
  now = Of(p::kBrand).value();
  EXPECT_TRUE(now.published);
  EXPECT_EQ(now.version, 3u);

  const auto events = ReadEvents(chain.state, EntityKind::kProduct, product.view());
  ASSERT_EQ(events.size(), 4u) << "the history of switches stays";
  for (size_t i = 1; i < events.size(); ++i) EXPECT_EQ(events[i].type, tx::kDisclosureSet);
  EXPECT_EQ(chain.Find(EntityKind::kProduct, product.view())->version, 1u);
}

TEST_F(DisclosureTest, OnlyWhatItsOwnerDecidesHasASwitch) {
  for (const char* field : {"product_name", "mandatory_standards", "ccc_cert_no"}) {
    const uint16_t number = FindQualifiedField(std::string("product.") + field)->number;
    ExpectRefused(Do(Switch("hidden", field)), ErrorCode::kDisclose, 0, number);
    ExpectRefused(Do(Publish(field)), ErrorCode::kDisclose, 0, number);
  }
  ExpectRefused(Do(Publish("label_template")), ErrorCode::kDisclose, 0, p::kLabelTemplate);
  ExpectRefused(Do(Switch("hidden", "label_template")), ErrorCode::kDisclose, 0, p::kLabelTemplate);
  ExpectRefused(Do(Publish("authorised_regions")), ErrorCode::kDisclose, 0, p::kAuthorisedRegions);
}

TEST_F(DisclosureTest, OnlyItsOwnerSwitches) {
  for (const Actor* other : {&chain.other_maker, &chain.regulator}) {
    ExpectRefused(Do(*other, PublishBrand()), ErrorCode::kAuthz, 0);
    ExpectRefused(Do(*other, Publish("report_frequency")), ErrorCode::kAuthz, 0);
  }
  ExpectApplied(Do(PublishBrand()));
  ExpectRefused(Do(chain.other_maker, HideBrand()), ErrorCode::kAuthz, 0);
  EXPECT_TRUE(Of(p::kBrand)->published);
}

TEST_F(DisclosureTest, NothingIsSwitchedTwice) {
  ExpectRefused(Do(HideBrand()), ErrorCode::kState, 0, x::kDisclosure);
  ExpectApplied(Do(PublishBrand()));
  ExpectRefused(Do(PublishBrand()), ErrorCode::kState, 0, x::kDisclosure);
  ExpectApplied(Do(HideBrand()));
  ExpectRefused(Do(HideBrand()), ErrorCode::kState, 0, x::kDisclosure);
  // Also not inside one transaction.
  ExpectRefused(chain.Do(tx::kDisclosureSet, chain.maker, {PublishBrand(), PublishBrand()}),
                ErrorCode::kState, 1, x::kDisclosure);
  EXPECT_FALSE(Of(p::kBrand)->published);
  ExpectApplied(chain.Do(tx::kDisclosureSet, chain.maker, {PublishBrand(), HideBrand()}));
  EXPECT_EQ(Of(p::kBrand)->version, 4u);
}

TEST_F(DisclosureTest, AFieldInClearNeedsNoOpening) {
  ExpectApplied(Do(Publish("report_frequency")));
  EXPECT_TRUE(Of(p::kReportFrequency)->published);
  ExpectRefused(Do(Publish("report_frequency")), ErrorCode::kState, 0, x::kDisclosure);
  ExpectApplied(Do(Switch("hidden", "report_frequency")));
  Leaf leaf = sealed->Opening(p::kBrand);
  leaf.field = p::kReportFrequency;
  ExpectRefused(Do(Publish("report_frequency", {leaf})), ErrorCode::kFormat, 0,
                p::kReportFrequency);
}

TEST_F(DisclosureTest, EveryValueOfTheFieldIsOpened) {
  const Leaf first = sealed->Opening(p::kProductCerts, 0);
  const Leaf second = sealed->Opening(p::kProductCerts, 1);
  ExpectRefused(Do(Publish("product_certs")), ErrorCode::kMissing, 0, p::kProductCerts);
  ExpectRefused(Do(Publish("product_certs", {second})), ErrorCode::kMissing, 0, p::kProductCerts);
  Leaf third = second;
  third.item = 2;
  ExpectRefused(Do(Publish("product_certs", {first, second, third})), ErrorCode::kCommit, 0,
                p::kProductCerts, 2);
  ExpectApplied(Do(Publish("product_certs", {first, second})));
  // An absent marker is a value like others: "nothing was stated".
  ExpectApplied(Do(Publish("product_function", {sealed->Opening(p::kProductFunction)})));
}

TEST_F(DisclosureTest, AnOpeningIsOfThisVeryLeaf) {
  const auto refused = [&](Leaf leaf, uint16_t item = 0) {
    ExpectRefused(Do(Publish("product_certs", {leaf})), ErrorCode::kCommit, 0, p::kProductCerts,
                  item);
  };
  const Leaf good = sealed->Opening(p::kProductCerts);
  Leaf leaf = good;
  leaf.origin.context.data[31] ^= 1;  // another transaction's
  refused(leaf);
  leaf = good;
  leaf.origin.record = 1;  // another record's
  refused(leaf);
  leaf = good;
  leaf.item = 1;  // another item's
  refused(leaf, 1);
  leaf = sealed->Opening(p::kBrand);
  leaf.field = p::kProductCerts;  // another field's
  refused(leaf);
  leaf = good;
  leaf.commitment.data[0] ^= 0x80;
  refused(leaf);
  leaf = good;
  leaf.padded_length *= 2;
  refused(leaf);
}

// A commitment that its owner copied from somebody else's record stays unopened: the place and the
// context of the leaf are those of the other record.
TEST_F(DisclosureTest, ACopiedCommitmentCannotBeOpened) {
  const Leaf copied = sealed->Opening(p::kBrand);
  Leaf hidden = copied;
  hidden.mode = ledger::LeafMode::kHidden;
  const EntityId thief = chain.Ok(tx::kProductRegister, chain.other_maker, {Product().Put(hidden)});
  const Rec rec = Command(EntityKind::kProduct, thief.view())
                      .Set(x::kDisclosure, "published")
                      .Set(x::kTargetField, "product.brand")
                      .Set(x::kTargetVersion, 1)
                      .Put(copied);
  ExpectRefused(Do(chain.other_maker, rec), ErrorCode::kCommit, 0, p::kBrand);
}

TEST_F(DisclosureTest, FormOfTheRecord) {
  const auto refused = [&](const Rec& rec, ErrorCode code, uint16_t field) {
    ExpectRefused(Do(rec), code, 0, field);
  };
  refused(Publish("product.brand", {sealed->Fault(p::kBrand)}), ErrorCode::kFormat, p::kBrand);
  refused(PublishBrand().Drop(x::kTargetVersion), ErrorCode::kMissing, x::kTargetVersion);
  refused(PublishBrand().Drop(x::kDisclosure), ErrorCode::kMissing, x::kDisclosure);
  refused(PublishBrand().Drop(x::kTargetField), ErrorCode::kMissing, x::kTargetField);
  refused(PublishBrand().Set(x::kDisclosure, "open"), ErrorCode::kFormat, x::kDisclosure);
  refused(PublishBrand().Set(x::kTargetField, "product_certs"), ErrorCode::kFormat, p::kBrand);
  refused(Publish("batch.materials"), ErrorCode::kFormat, x::kTargetField);
  refused(Publish("product.brand", {sealed->Opening(p::kBrand)}, 2), ErrorCode::kRef,
          x::kTargetVersion);
  refused(Publish("manual_or_warning_doc").Set(x::kTargetField, "pause_calendar"), ErrorCode::kRef,
          x::kTargetField);  // not stated
  ExpectApplied(Do(PublishBrand()));
  refused(HideBrand().Set(x::kTargetVersion, 1), ErrorCode::kFormat, x::kTargetVersion);
  refused(HideBrand().Put(sealed->Opening(p::kBrand)), ErrorCode::kFormat, p::kBrand);

  const Rec nobody = PublishBrand().About(EntityKind::kProduct, EntityId{{7}}.view());
  ExpectRefused(Do(nobody), ErrorCode::kRef, 0);
  ExpectRefused(Do(PublishBrand().About(EntityKind::kCode, ItemCode(1))), ErrorCode::kFormat, 0);
  ExpectRefused(Do(PublishBrand().About(EntityKind::kNone, "")), ErrorCode::kFormat, 0);
  // Other types show nothing.
  Rec review = Review(EntityKind::kProduct, product.view(), "approve");
  ExpectRefused(
      chain.Do(tx::kProductReview, chain.regulator, {review.Put(sealed->Opening(p::kBrand))}),
      ErrorCode::kFormat, 0, p::kBrand);
}

// A later version of the field is published by a switch of its own; the older one says no more.
TEST_F(DisclosureTest, OfALaterVersionAnew) {
  ExpectApplied(Do(PublishBrand()));
  SealedFields later(chain, chain.maker);
  Rec rec = Product();
  later.Seal(rec, p::kBrand, 0, "\"新示例牌\"");
  const EntityId other = chain.Ok(tx::kProductRegister, chain.maker, {rec});
  const auto stored =
      chain.state.Get(Namespace::kRecord, RecordKey(EntityKind::kProduct, other.view(), 1));
  chain.state.values[{Namespace::kRecord, RecordKey(EntityKind::kProduct, product.view(), 2)}] =
      *stored;
  ExpectRefused(Do(Publish("product.brand", {later.Opening(p::kBrand)}, 2)), ErrorCode::kRef, 0,
                x::kTargetVersion);
  Entity entity = *chain.Find(EntityKind::kProduct, product.view());
  entity.version = 2;
  chain.state.values[{Namespace::kProduct, product.str()}] = EncodeEntity(entity);
  ExpectRefused(Do(Publish("product.brand", {sealed->Opening(p::kBrand)}, 2)), ErrorCode::kCommit,
                0, p::kBrand);
  ExpectApplied(Do(Publish("product.brand", {later.Opening(p::kBrand)}, 2)));
  EXPECT_EQ(Of(p::kBrand)->entity_version, 2u);
  EXPECT_EQ(Of(p::kBrand)->version, 2u);
}

// 1,000 switches in any order by anybody: what stands is what the last applied one says.
TEST_F(DisclosureTest, AnyOrderOfSwitches) {
  struct Field {
    const char* name;
    uint16_t number;
    std::vector<Leaf> openings;
    bool published = false;
    uint32_t version = 0;
  };
  std::vector<Field> fields = {
      {"product.brand", p::kBrand, {sealed->Opening(p::kBrand)}},
      {"product_function", p::kProductFunction, {sealed->Opening(p::kProductFunction)}},
      {"product_certs",
       p::kProductCerts,
       {sealed->Opening(p::kProductCerts, 0), sealed->Opening(p::kProductCerts, 1)}},
      {"report_frequency", p::kReportFrequency, {}}};
  Random rng(8);
  int applied = 0;
  for (int step = 0; step < 1000; ++step) {
    Field& field = fields[rng.Below(4)];
    const bool publish = rng.Below(2) == 0, own = rng.Below(5) != 0, complete = rng.Below(5) != 0;
    std::vector<Leaf> openings = field.openings;
    if (!complete && !openings.empty()) openings.pop_back();
    const Outcome outcome =
        Do(own ? chain.maker : chain.other_maker,
           publish ? Publish(field.name, openings) : Switch("hidden", field.name));
    const bool whole = !publish || openings.size() == field.openings.size();
    const bool due = own && whole && publish != field.published;
    ASSERT_EQ(outcome.applied(), due) << step << " " << field.name;
    if (due) {
      ++applied;
      ++field.version;
      field.published = publish;
    }
    const auto now = Of(field.number);
    ASSERT_EQ(now.has_value(), field.version != 0);
    if (now) {
      ASSERT_EQ(now->published, field.published);
      ASSERT_EQ(now->version, field.version);
    }
  }
  EXPECT_GT(applied, 200);
  EXPECT_EQ(PublicationsOf(chain.state, EntityKind::kProduct, product.view()).size(),
            fields.size());
  EXPECT_EQ(ReadEvents(chain.state, EntityKind::kProduct, product.view()).size(),
            static_cast<size_t>(applied) + 1);
}

}  // namespace
}  // namespace suyuan::contracts::testing
