// What the API keeps from whom, and how much work one request may ask for.
#include "api/event_stream.h"
#include "tests/api/api_fixture.h"

namespace suyuan::api {
namespace {

using contracts::testing::Actor;
using test::ApiTest;

constexpr char kEntry[] = "/v1/blocks/1/entry";

class ApiGuardsTest : public ApiTest {
 protected:
  // Status of a signed GET at a face of its own, in a host's name.
  int Ask(const std::shared_ptr<RequestHandler>& face, const httplib::Headers& headers,
          const std::string& host, std::string* body = nullptr) {
    test::RunningServer server(face);
    httplib::Client client("127.0.0.1", server.port());
    httplib::Headers all = headers;
    all.emplace("Host", host);
    const auto answer = client.Get(kEntry, all);
    EXPECT_TRUE(answer);
    if (body && answer) *body = answer->body;
    return answer ? answer->status : 0;
  }
  // Sends its registration, which nobody reviews.
  void Register(const Actor& stranger) {
    ledger_.File(contracts::tx::kPartyRegister, stranger,
                 {contracts::testing::Registration(
                      ToString(stranger.party), stranger.region, ToHex(stranger.key.public_key()),
                      contracts::PartyTypeWords(contracts::kManufacturer)),
                  contracts::testing::Document("business_licence")});
  }
  // A block with one transaction of about a megabyte. It is refused, and committed all the same.
  void FileLargeBlock() {
    std::vector<contracts::testing::Rec> records;
    for (int i = 0; i < 17; ++i)
      records.push_back(contracts::testing::Document("other").Set(
          contracts::document_field::kDocTitle, std::string(60'000, 'x')));
    const auto tx = ledger_.Make(contracts::tx::kDocAnchor, ledger_.maker, records);
    bool committed = false;
    ledger_.Submit(std::make_shared<const Bytes>(tx.envelope), Wait::kCommitted,
                   [&](const Result<SubmitResult>& result) { committed = result.ok(); });
    ASSERT_TRUE(committed);
  }
};

TEST_F(ApiGuardsTest, ARequestSignedForAnotherNodeIsRefused) {
  ApiOptions options = Options();
  options.authorities = {"Node.example:7600", "127.0.0.1:7600", "node.example:80"};
  Api api(ledger_, options);
  const auto as = [&](const std::string& host) {
    return Ask(api.MakeFace(test::Unlimited()),
               Signed("GET", kEntry, "", "", ledger_.maker.key, host), host);
  };
  EXPECT_EQ(as("node.example:7600"), 200);
  EXPECT_EQ(as("127.0.0.1:7600"), 200);
  EXPECT_EQ(as("node.EXAMPLE"), 200) << "the default port need not be said";
  EXPECT_EQ(as("other.example:7600"), 401);
  EXPECT_EQ(as("127.0.0.1:7602"), 401);
}

TEST_F(ApiGuardsTest, ARequestOfBeforeTheRestartIsRefused) {
  const auto headers = Signed("GET", kEntry, "", "", ledger_.maker.key, "node");
  const auto face = [&](Api& api) { return api.MakeFace(test::Unlimited()); };
  EXPECT_EQ(Ask(face(api_), headers, "node"), 200);
  ledger_.clock_ms += 1000;
  Api restarted(ledger_, Options());
  std::string body;
  EXPECT_EQ(Ask(face(restarted), headers, "node", &body), 401);
  EXPECT_NE(body.find("sign the request again"), std::string::npos) << body;
  EXPECT_EQ(Ask(face(restarted), Signed("GET", kEntry, "", "", ledger_.maker.key, "node"), "node"),
            200);
}

TEST_F(ApiGuardsTest, WhoIsNotApprovedSeesOnlyItsOwn) {
  const Actor stranger(40, "440100");
  Register(stranger);
  const auto get = [&](const std::string& path, const SigningKey& key) {
    return client_->Get(path, Signed("GET", path, "", "", key));
  };
  for (const std::string path : {"/v1/blocks/1/entry", "/v1/blocks/1/bundle"}) {
    EXPECT_EQ(get(path, stranger.key)->status, 403) << path;
    EXPECT_EQ(get(path, ledger_.maker.key)->status, 200) << path;
  }
  // Whether the key's holder is shown the MEM field of a party's licence.
  const auto date = [&](const Actor& of, const SigningKey& key) {
    const json::Value page = Get("/v1/documents?owner=" + ToString(of.party));
    const std::string id = page.Find("items")->if_array()->front().Text("id");
    const auto answer = get("/v1/documents/" + id, key);
    return !json::Parse(answer->body).value().Find("fields")->Text("issue_date").empty();
  };
  EXPECT_FALSE(date(ledger_.maker, stranger.key));
  EXPECT_TRUE(date(ledger_.maker, ledger_.regulator.key));
  EXPECT_TRUE(date(stranger, stranger.key)) << "its own";
  ledger_.File(
      contracts::tx::kPartyReview, ledger_.regulator,
      {contracts::testing::Review(ledger::EntityKind::kParty, stranger.party.view(), "approve")});
  EXPECT_EQ(get("/v1/blocks/1/entry", stranger.key)->status, 200);
  EXPECT_TRUE(date(ledger_.maker, stranger.key));
}

TEST_F(ApiGuardsTest, SealedItemsAreHandedToApprovedPartiesOnly) {
  const Actor stranger(41, "440100");
  Register(stranger);
  const auto tx = ledger_.Make(contracts::tx::kDocAnchor, ledger_.maker,
                               {contracts::testing::Document("other")});
  ledger_.Submit(std::make_shared<const Bytes>(tx.envelope), Wait::kCommitted,
                 [](const Result<SubmitResult>& result) { EXPECT_TRUE(result.ok()); });
  const std::string path = "/v1/txs/" + ToHex(tx.id) + "/sealed";
  const auto status = [&](const SigningKey& key) {
    return client_->Get(path, Signed("GET", path, "", "", key))->status;
  };
  EXPECT_EQ(client_->Get(path)->status, 401);
  EXPECT_EQ(status(stranger.key), 403);
  EXPECT_EQ(status(ledger_.maker.key), 200);
  EXPECT_EQ(status(ledger_.regulator.key), 200);
}

TEST_F(ApiGuardsTest, APageOfLargeBlocksIsShortAndGoesOn) {
  constexpr uint64_t kLarge = 6;
  for (uint64_t i = 0; i < kLarge; ++i) FileLargeBlock();
  const uint64_t newest = ledger_.store().head().height.value();
  uint64_t next = newest + 1, pages = 0;
  while (next > 0 && pages < 100) {
    const json::Value page = Get("/v1/blocks?limit=200&before=" + std::to_string(next));
    uint64_t bytes = 0;
    for (const json::Value& item : *page.Find("items")->if_array()) {
      const auto height = static_cast<uint64_t>(*item.Find("block")->if_int());
      EXPECT_EQ(height, --next);
      EXPECT_LT(bytes, 2u << 20) << "the bound was reached before this one";
      if (height > 0) bytes += ledger_.store().EntryBytes(Height(height)).value()->size();
    }
    const json::Value* before = page.Find("before");
    EXPECT_EQ(before ? static_cast<uint64_t>(*before->if_int()) : 0, next);
    ++pages;
  }
  EXPECT_EQ(next, 0u);
  EXPECT_GE(pages, kLarge / 3);
}

TEST_F(ApiGuardsTest, APollOfEventsReadsOneBlock) {
  constexpr uint64_t kBlocks = 3;
  for (uint64_t i = 0; i < kBlocks; ++i) FileLargeBlock();
  const uint64_t newest = ledger_.store().head().height.value();
  const auto hub = std::make_shared<EventHub>(ledger_.store(), 10);
  const auto stream = hub->Open(1).value();
  for (uint64_t height = 1; height <= newest; ++height) {
    const std::string text = stream->Poll().value();
    EXPECT_TRUE(text.starts_with("id: " + std::to_string(height) + "\n")) << text.substr(0, 40);
    EXPECT_EQ(text.find("\nid: "), std::string::npos) << "others are served in between";
  }
  EXPECT_EQ(stream->Poll().value(), "");
  // What was rendered before costs nothing and comes at once.
  const std::string again = hub->Open(1).value()->Poll().value();
  EXPECT_NE(again.find("id: " + std::to_string(newest) + "\n"), std::string::npos);
}

}  // namespace
}  // namespace suyuan::api
