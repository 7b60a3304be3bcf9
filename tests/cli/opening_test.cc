// How the other side of a flow shows that it is meant, and what an owner publishes with its own
// key: both found at a node that need not be trusted.
#include "node/cli/opening.h"

#include "contracts/field_numbers.h"
#include "node/cli/own_values.h"
#include "tests/cli/sealed_node.h"
#include "tests/support/expect_ok.h"

namespace suyuan::cli {
namespace {

using test::kBuyer;
using test::kMaker;
using test::kSale;
using test::NewParty;
using test::SealedNode;

const char* const kConfirm =
    R"({"type":"FLOW_CONFIRM","records":[{"fields":{"side_opening":"$opening:sold"}},)"
    R"({"fields":{"list":["$opening:sold","other"]}}]})";

class OpeningTest : public testing::Test {
 protected:
  Status Add(const Signer& as, contracts::ReferenceMap& references, const char* text = kConfirm) {
    return AddOpenings(json::Parse(text).value(), node_.url(), as, references);
  }
  TxId Sell(const std::vector<SealingPublicKey>& readers) {
    return node_.Serve(maker_, readers, kSale);
  }

  SealedNode node_;
  Signer maker_ = NewParty(kMaker), buyer_ = NewParty(kBuyer);
};

TEST_F(OpeningTest, TheNamedSideOpensItsOwnCode) {
  const TxId tx = Sell({maker_.readers[0], buyer_.readers[0]});
  contracts::ReferenceMap references = {{"tx:sold", ToHex(tx)}};
  ASSERT_OK(Add(buyer_, references));
  const Bytes padded = HexDecode(references.at("opening:sold")).value();
  EXPECT_EQ(sealing::UnpadValue(padded).value(), "\"" + std::string(kBuyer) + "\"");
}

TEST_F(OpeningTest, NobodyElseIsGivenOne) {
  const TxId tx = Sell({maker_.readers[0]});
  contracts::ReferenceMap references = {{"tx:sold", ToHex(tx)}};
  EXPECT_CODE(Add(buyer_, references), ErrorCode::kAuthz);
  const Signer third = NewParty("91440101MA5EXAMP0G");
  const TxId other = Sell({maker_.readers[0], third.readers[0]});
  references = {{"tx:sold", ToHex(other)}};
  EXPECT_CODE(Add(third, references), ErrorCode::kAuthz);
  EXPECT_FALSE(references.contains("opening:sold"));
}

TEST_F(OpeningTest, NamesThatNobodyGave) {
  contracts::ReferenceMap references;
  EXPECT_CODE(Add(buyer_, references), ErrorCode::kRef);
  ASSERT_OK(Add(buyer_, references, R"({"type":"FLOW_CONFIRM","records":[]})"));
  references = {{"tx:sold", std::string(64, 'a')}};
  EXPECT_CODE(Add(buyer_, references), ErrorCode::kNotFound);
  EXPECT_EQ(references.size(), 1u);
}

// ---- DISCLOSURE_SET with the signer's own key

class OwnValuesTest : public OpeningTest {
 protected:
  static std::string Document(const std::string& doc_class) {
    return R"({"type":"DOC_ANCHOR","records":[{"fields":{"doc_class":")" + doc_class +
           R"(","doc_title":"标题","doc_type":"other","file_hash":")" + std::string(64, 'a') +
           R"(","file_size":1,"issue_date":"2026-01-15","media_type":"image/png"}}]})";
  }
  TxId Anchor(const std::string& doc_class = "OPT") {
    return node_.Serve(maker_, {maker_.readers[0], buyer_.readers[0]}, Document(doc_class));
  }
  // The document that `of` made, as a node describes it: made by `tx`.
  void Describe(const TxId& of, const TxId& tx, uint32_t version = 1) {
    document_ = ToString(ledger::EntityIdOf(of, 0));
    const json::Object source{{"version", version},
                              {"record", 0},
                              {"transaction", ToHex(tx)},
                              {"fields", json::Array{"doc_title", "doc_type", "file_hash"}}};
    node_.Answer("/v1/documents/" + document_,
                 json::Object{{"kind", "document"}, {"sources", json::Array{source}}});
  }
  Result<json::Value> Fill(const Signer& as, const std::string& field = "doc_title",
                           const std::string& disclosure = "published") {
    const json::Value transaction =
        json::Parse(R"({"type":"DISCLOSURE_SET","subject":{"document":")" + document_ +
                    R"("},"records":[{"fields":{"disclosure":")" + disclosure +
                    R"(","target_version":1,"target_field":"document.)" + field + R"("}}]})")
            .value();
    return node::WithOwnOpenings(transaction, ShowsFromNode(node_.url(), as));
  }
  static const json::Value* ShowsIn(const Result<json::Value>& filled) {
    return filled->Find("records")->if_array()->front().Find("shows");
  }

  std::string document_;
};

TEST_F(OwnValuesTest, TheOwnersKeyFindsTheOpening) {
  namespace f = contracts::document_field;
  const TxId tx = Anchor();
  Describe(tx, tx);
  const auto filled = Fill(maker_);
  ASSERT_OK(filled);
  ASSERT_NE(ShowsIn(filled), nullptr);
  const json::Value& shown = ShowsIn(filled)->if_array()->front();
  const Hash commitment = sealing::FieldCommitment(
      *ParseHash(shown.Text("context")), {0, f::kDocTitle, 0}, *HexDecode(shown.Text("opening")));
  EXPECT_EQ(ToHex(commitment), node_.Commitment(tx, f::kDocTitle));
}

TEST_F(OwnValuesTest, WhatHidesOrIsInClearShowsNothing) {
  const TxId tx = Anchor();
  Describe(tx, tx);
  for (const auto& filled : {Fill(maker_, "doc_title", "hidden"), Fill(maker_, "doc_type")}) {
    ASSERT_OK(filled);
    EXPECT_EQ(ShowsIn(filled), nullptr);
  }
}

TEST_F(OwnValuesTest, AnotherVersionOrFieldGivesNothing) {
  const TxId tx = Anchor();
  Describe(tx, tx, 2);
  EXPECT_CODE(Fill(maker_), ErrorCode::kNotFound);
  Describe(tx, tx);
  EXPECT_CODE(Fill(maker_, "doc_no"), ErrorCode::kNotFound);
}

// What the contract would refuse is not opened in the first place: in a block it would stay.
TEST_F(OwnValuesTest, NothingIsOpenedThatIsNotTheOwnersToPublish) {
  const TxId tx = Anchor();
  Describe(tx, tx);
  EXPECT_CODE(Fill(buyer_), ErrorCode::kAuthz);
  for (const char* doc_class : {"REG", "CPTY", "PRV"}) {
    const TxId other = Anchor(doc_class);
    Describe(other, other);
    EXPECT_CODE(Fill(maker_), ErrorCode::kDisclose);
  }
}

TEST_F(OwnValuesTest, AKeyThatDoesNotOpenIt) {
  const TxId tx = node_.Serve(maker_, {buyer_.readers[0]}, Document("OPT"));
  Describe(tx, tx);
  EXPECT_CODE(Fill(maker_), ErrorCode::kAuthz);
}

// A node that names another record would have the owner publish another secret.
TEST_F(OwnValuesTest, ANodeThatNamesAnotherRecordIsNotBelieved) {
  Describe(Anchor(), Anchor());
  EXPECT_CODE(Fill(maker_), ErrorCode::kProof);
}

}  // namespace
}  // namespace suyuan::cli
