#include <gtest/gtest.h>

#include "node/cli/http_client.h"

namespace suyuan::cli {
namespace {

TEST(HttpText, ProblemDocuments) {
  Error error = ProblemError(
      422, R"({"code":"E_FORMAT","detail":"expected 6 digits","record":2,"field":"region_code"})");
  EXPECT_EQ(error.code, ErrorCode::kFormat);
  EXPECT_EQ(error.detail, "expected 6 digits [field region_code]");
  EXPECT_EQ(error.record, 2u);
  EXPECT_EQ(ProblemError(404, "<html>").code, ErrorCode::kNotFound);
  EXPECT_NE(ProblemError(502, "").detail.find("502"), std::string::npos);
  EXPECT_EQ(ProblemError(400, R"({"code":"E_MADE_UP"})").code, ErrorCode::kInternal);
}

TEST(HttpText, UrlEncode) {
  EXPECT_EQ(UrlEncode("01/069/21/a b", true), "01/069/21/a%20b");
  EXPECT_EQ(UrlEncode("a/b?c&d=溯", false), "a%2Fb%3Fc%26d%3D%E6%BA%AF");
}

TEST(HttpText, UrlsOfNodes) {
  for (const char* bad : {"127.0.0.1:7600", "ftp://x", "http://", "http://a/b", "http://a b",
                          "http://user@host", "http://a?x=1"}) {
    auto client = NodeClient::Connect(bad, nullptr);
    ASSERT_FALSE(client.ok()) << bad;
    EXPECT_EQ(client.error().code, ErrorCode::kConfig);
  }
  EXPECT_TRUE(NodeClient::Connect("http://127.0.0.1:7600/", nullptr).ok());
}

TEST(HttpText, NobodyListens) {
  auto client = NodeClient::Connect("http://127.0.0.1:9", nullptr, 1);
  ASSERT_TRUE(client.ok());
  auto reply = client->Get("/healthz");
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.error().code, ErrorCode::kUnreachable);
}

}  // namespace
}  // namespace suyuan::cli
