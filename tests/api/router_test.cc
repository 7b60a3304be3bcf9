#include "api/router.h"

#include <gtest/gtest.h>

namespace suyuan::api {
namespace {

Router Example() {
  return Router({{.method = "GET", .pattern = "/", .summary = "root"},
                 {.method = "GET", .pattern = "/v1/txs/{id}", .summary = "tx"},
                 {.method = "POST", .pattern = "/v1/txs", .summary = "post"},
                 {.method = "GET", .pattern = "/v1/txs/special", .summary = "special"},
                 {.method = "GET", .pattern = "/v1/txs/{id}/proof", .summary = "proof"},
                 {.method = "GET", .pattern = "/t/{code...}", .summary = "page"}});
}

std::string Find(std::string_view method, std::string_view path, std::string* allow = nullptr) {
  static const Router router = Example();
  std::string ignored;
  std::vector<std::pair<std::string, std::string>> captures;
  const auto found = router.Find(method, *ParseTarget(path), &captures, allow ? allow : &ignored);
  if (!found) return std::string(Describe(found.error().code).name);
  std::string out((*found)->summary);
  for (const auto& [name, value] : captures) out += " " + name + "=" + value;
  return out;
}

TEST(Router, MatchesLiteralsCapturesAndRests) {
  EXPECT_EQ(Find("GET", "/"), "root");
  EXPECT_EQ(Find("GET", "/v1/txs/abc"), "tx id=abc");
  EXPECT_EQ(Find("GET", "/v1/txs/special"), "special");
  EXPECT_EQ(Find("GET", "/v1/txs/abc/proof"), "proof id=abc");
  EXPECT_EQ(Find("GET", "/t/01/0690/21/A"), "page code=01/0690/21/A");
  EXPECT_EQ(Find("GET", "/t/x"), "page code=x");
  EXPECT_EQ(Find("GET", "/t/01/1/21/%41%2f%2b"), "page code=01/1/21/A%2F%2B") << "one spelling";
  EXPECT_EQ(Find("GET", "/t/https%3A%2F%2Fa.example%2F01%2F1"), "page code=https://a.example/01/1");
  EXPECT_EQ(Find("GET", "/v1/txs/a%2Fproof"), "E_NOT_FOUND") << "no separator by escape";
}

TEST(Router, TellsUnknownPathsFromUnknownMethods) {
  EXPECT_EQ(Find("GET", "/t"), "E_NOT_FOUND");
  EXPECT_EQ(Find("GET", "/v1"), "E_NOT_FOUND");
  EXPECT_EQ(Find("GET", "/v1/txs/a/proof/b"), "E_NOT_FOUND");
  std::string allow;
  EXPECT_EQ(Find("DELETE", "/v1/txs", &allow), "E_METHOD");
  EXPECT_EQ(allow, "POST");
}

TEST(Router, OpenApiNamesEveryRoute) {
  const json::Value api = OpenApi(Example(), "1");
  EXPECT_EQ(api.Text("openapi"), "3.1.0");
  const json::Value* paths = api.Find("paths");
  ASSERT_NE(paths, nullptr);
  for (const char* path : {"/", "/v1/txs/{id}", "/v1/txs", "/v1/txs/{id}/proof", "/t/{code}"})
    EXPECT_NE(paths->Find(path), nullptr) << path;
  EXPECT_NE(paths->Find("/v1/txs")->Find("post"), nullptr);
}

}  // namespace
}  // namespace suyuan::api
