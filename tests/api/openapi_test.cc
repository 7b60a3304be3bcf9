// /openapi.json against the table of routes and against what the routes really answer.
#include <map>
#include <set>

#include "api/router.h"
#include "tests/api/api_fixture.h"

namespace suyuan::api {
namespace {

using test::ApiTest;
using test::RawClient;
using test::StatusOf;

class OpenApiTest : public ApiTest {
 protected:
  OpenApiTest() : description_(Get("/openapi.json")) {}

  // nullptr when it is not described.
  const json::Value* Operation(const std::string& method, const std::string& path) const {
    const json::Value* paths = description_.Find("paths");
    const json::Value* methods = paths == nullptr ? nullptr : paths->Find(path);
    std::string lower(method);
    for (char& c : lower) c = static_cast<char>(c - 'A' + 'a');
    return methods == nullptr ? nullptr : methods->Find(lower);
  }
  const json::Value description_;
};

// "/v1/trace/{code...}" → "/v1/trace/{code}".
std::string PathOf(const Route& route) {
  std::string out(route.pattern);
  const size_t dots = out.find("...}");
  return dots == std::string::npos ? out : out.erase(dots, 3);
}

std::set<std::string> PartsOf(const std::string& path) {
  std::set<std::string> out;
  for (size_t at = path.find('{'); at != std::string::npos; at = path.find('{', at + 1))
    out.insert(path.substr(at + 1, path.find('}', at) - at - 1));
  return out;
}

// Header of a raw answer, without parameters; "" when it has none.
std::string MediaTypeOf(const std::string& answer) {
  constexpr std::string_view kName = "Content-Type: ";
  const size_t at = answer.find(kName);
  if (at == std::string::npos) return {};
  const size_t from = at + kName.size();
  return answer.substr(from, answer.find_first_of(";\r", from) - from);
}

TEST_F(OpenApiTest, DescribesExactlyTheRoutesThatAreServed) {
  std::set<std::pair<std::string, std::string>> served, described;
  for (const Route& route : api_.router().routes())
    EXPECT_TRUE(served.emplace(PathOf(route), route.method).second) << route.pattern;
  for (const auto& [path, methods] : *description_.Find("paths")->if_object())
    for (const auto& [method, operation] : *methods.if_object()) {
      std::string upper(method);
      for (char& c : upper) c = static_cast<char>(c - 'a' + 'A');
      described.emplace(path, upper);
    }
  EXPECT_EQ(described, served);
}

TEST_F(OpenApiTest, DeclaresTheParametersOfEachRoute) {
  for (const Route& route : api_.router().routes()) {
    const std::string path = PathOf(route);
    SCOPED_TRACE(path);
    const json::Value* operation = Operation(std::string(route.method), path);
    ASSERT_NE(operation, nullptr);
    std::set<std::string> in_path;
    bool at = false;
    if (const json::Value* parameters = operation->Find("parameters")) {
      for (const json::Value& parameter : *parameters->if_array()) {
        at = at || parameter.Text("$ref") == "#/components/parameters/at";
        if (parameter.Find("$ref") != nullptr) continue;
        EXPECT_NE(parameter.Find("schema"), nullptr);
        EXPECT_FALSE(parameter.Text("description").empty());
        if (parameter.Text("in") != "path") continue;
        EXPECT_TRUE(*parameter.Find("required")->if_bool());
        in_path.insert(parameter.Text("name"));
      }
    }
    EXPECT_EQ(in_path, PartsOf(path));
    EXPECT_EQ(at, route.reads_state);
  }
}

TEST_F(OpenApiTest, EachRouteAnswersAsItIsDescribed) {
  const std::map<std::string, std::string> samples = {{"height", "1"},
                                                      {"id", ToString(ledger_.maker.party)},
                                                      {"code", "x"},
                                                      {"path", "0/000.p/1"},
                                                      {"version", "1"}};
  int good = 0;
  for (const Route& route : api_.router().routes()) {
    const std::string path = PathOf(route);
    std::string target = path;
    for (const std::string& part : PartsOf(path))
      target.replace(target.find("{" + part), part.size() + 2, samples.at(part));
    SCOPED_TRACE(std::string(route.method) + " " + target);
    RawClient raw(server_.port());
    raw.Send(std::string(route.method) + " " + target +
             " HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
    ASSERT_TRUE(raw.ReadUntil("\r\n\r\n"));
    const int status = StatusOf(raw.buffer());
    EXPECT_NE(status, 405);
    EXPECT_LT(status, 500) << raw.buffer();
    const json::Value* responses = Operation(std::string(route.method), path)->Find("responses");
    const json::Value* declared = responses->Find(std::to_string(status));
    const json::Value* content = declared == nullptr ? nullptr : declared->Find("content");
    const std::string type = MediaTypeOf(raw.buffer());
    if (content != nullptr) {
      EXPECT_NE(content->Find(type), nullptr) << type;
    } else if (status >= 400) {
      EXPECT_EQ(type, "application/problem+json");
    } else {
      EXPECT_TRUE(declared != nullptr && type.empty()) << status << " " << type;
    }
    good += status < 300;
  }
  EXPECT_GE(good, 12);
}

}  // namespace
}  // namespace suyuan::api
