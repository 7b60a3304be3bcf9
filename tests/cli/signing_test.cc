// Signed transactions, and the list in which they travel, against the Protobuf wire format.
#include "node/cli/signing.h"

#include <filesystem>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/cli/files.h"

namespace suyuan::cli {
namespace {

TEST(Signing, SubmissionListIsCanonicalProtobuf) {
  EXPECT_EQ(EncodeSubmissionList({}), "");
  EXPECT_EQ(EncodeSubmissionList({"ab", "c"}), Bytes("\x0a\x04\x0a\x02"
                                                     "ab"
                                                     "\x0a\x03\x0a\x01"
                                                     "c"));
  Bytes big = EncodeSubmissionList({Bytes(300, 'x')});
  EXPECT_EQ(big.substr(0, 6), Bytes("\x0a\xaf\x02\x0a\xac\x02"));
  EXPECT_EQ(big.size(), 306u);
}

TEST(Signing, HiddenFieldsGiveOpenings) {
  InitCrypto();
  Signer signer{*ParsePartyId("91440101MA5EXAMP0G"), SigningKey(SecretSeed::Random())};
  LedgerId ledger = RandomFixed<LedgerId>();
  auto fields = json::Parse(
      R"({"doc_class":"REG","doc_no":"1","doc_title":"t","doc_type":"test_report","file_hash":")" +
      std::string(64, 'a') +
      R"(","file_size":1,"issue_date":"2026-01-15","issuer_name":"n","media_type":"application/pdf","stamped":true})");
  ASSERT_TRUE(fields.ok());
  json::Value tx = json::Object{{"records", json::Array{json::Object{{"fields", *fields}}}},
                                {"type", "DOC_ANCHOR"}};
  uint64_t now = 1'800'000'000'000;
  auto built = BuildAndSign(tx, ledger, signer, now);
  ASSERT_TRUE(built.ok()) << built.error().ToString();
  EXPECT_EQ(built->record_count, 1u);
  ASSERT_FALSE(built->openings.empty());
  EXPECT_EQ(built->openings.front().Text("tx"), ToHex(built->id));
  auto decoded = ledger::DecodeTransaction(std::make_shared<const Bytes>(built->envelope),
                                           LedgerLimits(), &ledger);
  ASSERT_TRUE(decoded.ok()) << decoded.error().ToString();
  EXPECT_EQ(decoded->id, built->id);
  EXPECT_TRUE(ledger::VerifyTransactionSignatures(*decoded).ok());
}

TEST(Signing, OpeningsAreAppendedPrivately) {
  std::string path =
      (std::filesystem::temp_directory_path() / ("suyuan-openings-" + std::to_string(getpid())))
          .string();
  ASSERT_TRUE(AppendOpenings(path, {json::Object{{"a", 1}}}).ok());
  ASSERT_TRUE(AppendOpenings(path, {json::Object{{"b", 2}}, json::Object{{"c", 3}}}).ok());
  EXPECT_EQ(*ReadWhole(path, 1000), "{\"a\":1}\n{\"b\":2}\n{\"c\":3}\n");
  struct stat info {};
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  std::filesystem::remove(path);
  EXPECT_EQ(AppendOpenings("/nowhere/x", {json::Object{}}).error().code, ErrorCode::kIo);
}

}  // namespace
}  // namespace suyuan::cli
