// DC-5-b as a matrix: every field of the table, every mode of a leaf, every reader.
#include "api/disclosure.h"

#include <tuple>

#include <gtest/gtest.h>

#include "common/codec.h"
#include "contracts/field_numbers.h"
#include "contracts/types.h"

namespace suyuan::api {
namespace {

using contracts::DisclosureClass;
using contracts::FieldInfo;
using contracts::ValueType;

struct OneLeaf {
  Bytes value = "\"secret\"";
  ledger::Record record;
  OneLeaf(const FieldInfo& field, ledger::LeafMode mode) {
    ledger::Leaf leaf;
    leaf.field = field.number;
    leaf.mode = mode;
    if (mode == ledger::LeafMode::kPublic) leaf.value = value;
    leaf.commitment.data.fill(7);
    record.schema = field.section();
    record.leaves = {leaf};
  }
};

bool ListOfCodes(const FieldInfo& field) {
  return field.list && (field.type == ValueType::kCode || field.type == ValueType::kCodeOrRange ||
                        field.type == ValueType::kFlowCode);
}

// As somebody is shown it for whom this node opens nothing.
std::string Text(Reader reader, const ledger::Record& record) {
  const TxId tx;
  return json::Canonical(DescribeFor(reader, record,
                                     [&tx](size_t) {
                                       return LeafSource{tx, 0};
                                     },
                                     {})
                             .fields);
}

// The table of requirements 1.3, written a second time.
bool Allowed(const FieldInfo& field, DisclosureClass disclosure, Reader reader) {
  if (ListOfCodes(field)) return reader == Reader::kOwner;
  if (disclosure == DisclosureClass::kPub || disclosure == DisclosureClass::kPubc) return true;
  return disclosure == DisclosureClass::kMem && reader != Reader::kAnonymous;
}

TEST(Disclosure, MatrixOverTheWholeFieldTable) {
  size_t values = 0, withheld = 0;
  for (const FieldInfo& field : contracts::AllFields())
    for (const Reader reader : {Reader::kAnonymous, Reader::kParty, Reader::kOwner})
      for (const ledger::LeafMode mode : {ledger::LeafMode::kPublic, ledger::LeafMode::kHidden,
                                          ledger::LeafMode::kNotApplicable}) {
        OneLeaf leaf(field, mode);
        const contracts::RecordView view(leaf.record);
        const Disclosed shown = Disclose(reader, view, leaf.record.leaves[0]);
        const bool may = mode != ledger::LeafMode::kHidden &&
                         Allowed(field, contracts::EffectiveClass(field, view), reader);
        ASSERT_EQ(shown.kind != Disclosed::Kind::kWithheld, may) << field.identifier;
        const std::string text = Text(reader, leaf.record);
        ASSERT_NE(text.find(field.identifier), std::string::npos) << "the name is always there";
        ASSERT_EQ(text.find("secret") != std::string::npos,
                  may && mode == ledger::LeafMode::kPublic)
            << field.identifier;
        const bool commitment = text.find("0707070707") != std::string::npos;
        ASSERT_EQ(commitment, mode == ledger::LeafMode::kHidden) << field.identifier << text;
        ++(may ? values : withheld);
      }
  EXPECT_GT(values, 100u);
  EXPECT_GT(withheld, 500u);
}

TEST(Disclosure, AFieldThatNoTableKnowsIsWithheld) {
  OneLeaf leaf(contracts::AllFields()[0], ledger::LeafMode::kPublic);
  leaf.record.leaves[0].field = 0xFFFF;
  const std::string text = Text(Reader::kOwner, leaf.record);
  EXPECT_EQ(text.find("secret"), std::string::npos);
}

TEST(Disclosure, SeesAllAgreesWithTheMatrix) {
  for (const FieldInfo& field : contracts::AllFields())
    for (const Reader reader : {Reader::kAnonymous, Reader::kParty, Reader::kOwner}) {
      OneLeaf leaf(field, ledger::LeafMode::kPublic);
      const bool all = Text(reader, leaf.record).find("secret") != std::string::npos;
      ASSERT_EQ(SeesAll(reader, contracts::tx::kDocAnchor, leaf.record), all) << field.identifier;
    }
}

// Requirements 1.3, 4.5, 4.8: a subject and an effect of each kind, every reader.
TEST(Disclosure, WhatATransactionTellsOfEntities) {
  using ledger::EntityKind;
  const auto told = [](const Mention& mention) {
    return std::tuple(MaySeeMention(Reader::kAnonymous, mention),
                      MaySeeMention(Reader::kParty, mention),
                      MaySeeMention(Reader::kOwner, mention));
  };
  EXPECT_EQ(told({EntityKind::kFlow}), std::tuple(false, true, true));
  EXPECT_EQ(told({EntityKind::kCode}), std::tuple(false, false, true));
  EXPECT_EQ(told({EntityKind::kBatch, true}), std::tuple(false, true, true)) << "UNPACKED";
  for (const EntityKind kind :
       {EntityKind::kParty, EntityKind::kProduct, EntityKind::kBatch, EntityKind::kDocument})
    EXPECT_EQ(told({kind}), std::tuple(true, true, true));
  for (const ledger::TxType type : {contracts::tx::kFlowRecord, contracts::tx::kFlowConfirm,
                                    contracts::tx::kFlowDispute, contracts::tx::kFlowVoid}) {
    EXPECT_FALSE(MaySeeSenders(Reader::kAnonymous, type));
    EXPECT_TRUE(MaySeeSenders(Reader::kParty, type));
  }
  EXPECT_TRUE(MaySeeSenders(Reader::kAnonymous, contracts::tx::kBatchSubmit));
}

// What this node opened is the reader's by its keys, whatever the class; a failed check shows none.
TEST(Disclosure, OpenedLeavesOfEachKind) {
  const FieldInfo& field =
      *contracts::FindField(contracts::product_field::kSection, "brand");  // OPT
  using Kind = ledger::OpenedLeaf::Kind;
  const auto text = [&](Kind kind, const Bytes& value) {
    OneLeaf leaf(field, ledger::LeafMode::kHidden);
    const TxId tx;
    std::map<sealing::SealedPlace, ledger::OpenedLeaf> leaves;
    leaves[{4, field.number, 0}] = {kind, value};
    OpenedFields opened;
    opened.Add(tx, std::make_shared<const ledger::OpenedLeaves>(std::move(leaves)));
    const auto shown = [&](uint32_t record) {
      json::Object out;
      DescribeFor(
          Reader::kParty, leaf.record,
          [&](size_t) {
            return LeafSource{tx, record};
          },
          opened)
          .MoveInto(out);
      return json::Canonical(out);
    };
    EXPECT_EQ(shown(3).find("opened"), std::string::npos) << "of another record";
    EXPECT_NE(shown(3).find("commitment"), std::string::npos);
    return shown(4);
  };
  const std::string hidden = R"("class":"OPT","commitment":")" + ToHex([] {
                               Hash hash;
                               hash.data.fill(7);
                               return hash;
                             }()) +
                             "\"";
  EXPECT_EQ(text(Kind::kValue, "\"secret\""),
            R"({"fields":{"brand":"secret"},"opened":["brand"]})");
  EXPECT_EQ(text(Kind::kAbsent, ""),
            R"({"fields":{"brand":{"absent":true,"class":"OPT"}},"opened":["brand"]})");
  EXPECT_EQ(text(Kind::kFault, ""),
            "{\"fields\":{\"brand\":{" + hidden + R"(,"fault":"E_COMMIT"}}})");
  EXPECT_EQ(text(Kind::kValue, "no JSON secret"),
            "{\"fields\":{\"brand\":{" + hidden + R"(,"fault":"E_FORMAT"}}})");
  EXPECT_EQ(text(Kind::kErased, ""), "{\"fields\":{\"brand\":{" + hidden + R"(,"erased":true}}})");
}

}  // namespace
}  // namespace suyuan::api
