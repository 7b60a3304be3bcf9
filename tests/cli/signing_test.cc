// Signed transactions, and the list in which they travel, against the Protobuf wire format.
#include "node/cli/signing.h"

#include <gtest/gtest.h>

#include "ledger/sealing/reader.h"
#include "node/cli/remote_readers.h"
namespace suyuan::cli {
namespace {

TEST(Signing, SubmissionListIsCanonicalProtobuf) {
  EXPECT_EQ(EncodeSubmissionList({}), "");
  const auto parcel = [](Bytes envelope, std::vector<Bytes> items = {}) {
    return ledger::Parcel(std::make_shared<const Bytes>(std::move(envelope)), std::move(items));
  };
  EXPECT_EQ(EncodeSubmissionList({parcel("ab"), parcel("c", {"d", "ef"})}), Bytes("\x0a\x04\x0a\x02"
                                                                                  "ab"
                                                                                  "\x0a\x0a\x0a\x01"
                                                                                  "c\x12\x01"
                                                                                  "d\x12\x02"
                                                                                  "ef"));
  Bytes big = EncodeSubmissionList({parcel(Bytes(300, 'x'))});
  EXPECT_EQ(big.substr(0, 6), Bytes("\x0a\xaf\x02\x0a\xac\x02"));
  EXPECT_EQ(big.size(), 306u);
}

TEST(Signing, WhatTheSignerSealsItsKeysOpen) {
  InitCrypto();
  SealingKey operational(SecretSeed::Random()), recovery(SecretSeed::Random());
  Signer signer{*ParsePartyId("91440101MA5EXAMP0G"),
                SigningKey(SecretSeed::Random()),
                {operational.public_key(), recovery.public_key()},
                nullptr};
  LedgerId ledger = RandomFixed<LedgerId>();
  auto fields = json::Parse(
      R"({"doc_class":"REG","doc_no":"1","doc_title":"t","doc_type":"test_report","file_hash":")" +
      std::string(64, 'a') +
      R"(","file_size":1,"issue_date":"2026-01-15","issuer_name":"n","media_type":"application/pdf","stamped":true})");
  ASSERT_TRUE(fields.ok());
  json::Value tx = json::Object{{"records", json::Array{json::Object{{"fields", *fields}}}},
                                {"type", "DOC_ANCHOR"}};
  uint64_t now = 1'800'000'000'000;
  auto built = BuildAndSign(tx, ledger, signer, OwnReaders(signer), now);
  ASSERT_TRUE(built.ok()) << built.error().ToString();
  EXPECT_EQ(built->record_count, 1u);
  auto decoded = ledger::DecodeTransaction(built->parcel.envelope, LedgerLimits(), &ledger);
  ASSERT_TRUE(decoded.ok()) << decoded.error().ToString();
  EXPECT_EQ(decoded->id, built->id);
  EXPECT_TRUE(ledger::VerifyTransactionSignatures(*decoded).ok());
  const auto items = sealing::ViewsOf(*built->parcel.sealed_items);
  for (SealingKey* key : {&operational, &recovery}) {
    std::vector<SealingKey> keys;
    keys.push_back(std::move(*key));
    const auto opened = sealing::SealedReader(std::move(keys)).Open(*decoded, items);
    ASSERT_TRUE(opened.ok()) << opened.error().ToString();
    ASSERT_FALSE(opened->fields.empty());
    for (const sealing::OpenedField& field : opened->fields)
      EXPECT_EQ(field.verdict, sealing::FieldVerdict::kOpened);
  }
}

// The node that chooses readers is asked for the buyer's key, so it learns who that is.
TEST(Readers, ANodeOfAnotherPartyIsWarnedOf) {
  const std::string self = "91320000MA00DEM017", other = "91310115MA1H8R7C41";
  const auto warning = [&](const std::string& node) {
    return WarningOfForeignNode(json::Object{{"node", node}}, {ParsePartyId(self).value()});
  };
  EXPECT_EQ(warning(self + "/n1"), "");
  EXPECT_NE(warning(other + "/n1").find(other), std::string::npos);
  EXPECT_EQ(warning(""), "");
}

}  // namespace
}  // namespace suyuan::cli
