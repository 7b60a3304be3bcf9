// The API over a real ledger, through HTTP: reads, writes, authentication, limits, hostile input.
#include "api/router.h"
#include "common/hash.h"
#include "ledger/checkpoint.h"
#include "ledger/merkle_log.h"
#include "tests/api/api_fixture.h"

namespace suyuan::api {
namespace {

using test::ApiTest;
using test::RawClient;
using test::StatusOf;

TEST_F(ApiTest, EveryReadSaysItsHeight) {
  for (const char* target : {"/v1/status", "/v1/types", "/v1/blocks", "/v1/blocks/1", "/v1/parties",
                             "/v1/catalog", "/v1/products", "/v1/batches", "/v1/documents"}) {
    const auto answer = client_->Get(target);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200) << target << answer->body;
    EXPECT_EQ(answer->get_header_value("Suyuan-Height"), "2") << target;
    EXPECT_EQ(*json::Parse(answer->body)->Find("height")->if_int(), 2) << target;
  }
}

TEST_F(ApiTest, AnonymousReadersSeeNoMemberFieldsAnywhere) {
  const json::Value party = Get("/v1/parties/" + ToString(ledger_.maker.party));
  const json::Value* fields = party.Find("fields");
  ASSERT_NE(fields, nullptr);
  EXPECT_FALSE(fields->Text("party_name").empty());
  const json::Value* person = fields->Find("responsible_person");
  ASSERT_NE(person, nullptr) << "hidden fields are named";
  EXPECT_EQ(person->Text("class"), "REG");
  EXPECT_EQ(person->Text("commitment").size(), 64u);
  const TxId document = ledger_.File(contracts::tx::kDocAnchor, ledger_.maker,
                                     {contracts::testing::Document("factory_inspection")});
  const std::string path = "/v1/documents/" + ToString(ledger::EntityIdOf(document, 0));
  const json::Value anonymous = Get(path);
  EXPECT_EQ(anonymous.Find("fields")->Find("issue_date")->Text("class"), "MEM");
  EXPECT_EQ(anonymous.Find("fields")->Find("issue_date")->Find("commitment"), nullptr);
  const json::Value member = Get(path, 200, Signed("GET", path, "", "", ledger_.regulator.key));
  EXPECT_FALSE(member.Find("fields")->Text("issue_date").empty());
  const std::string tx = "/v1/txs/" + ToHex(document);
  const std::string date = member.Find("fields")->Text("issue_date");
  for (const std::string& target : {tx, tx + "/proof", tx + "/proof?format=json", path})
    EXPECT_EQ(client_->Get(target)->body.find(date), std::string::npos) << target;
}

TEST_F(ApiTest, ProofsVerifyAgainstTheCheckpointAlone) {
  const TxId id = ledger_.File(contracts::tx::kDocAnchor, ledger_.maker,
                               {contracts::testing::Document("factory_inspection")});
  const std::string path = "/v1/txs/" + ToHex(id) + "/proof";
  for (const bool member : {false, true}) {
    const auto answer = client_->Get(
        path, member ? Signed("GET", path, "", "", ledger_.maker.key) : httplib::Headers{});
    ASSERT_EQ(answer->status, 200) << answer->body;
    const auto proof = ledger::DecodeProofFile(answer->body);
    ASSERT_TRUE(proof.ok()) << proof.error().ToString();
    const json::Value extra = *json::Parse(proof->extra);
    const Bytes leaf = *HexDecode(extra.Text("leaf"));
    const SigningKey log_key(*SecretSeed::From(Sha256("log key of a test").view()));
    const auto checkpoint =
        ledger::OpenCheckpoint(proof->checkpoint_note, {{ledger_.origin(), log_key.public_key()}});
    ASSERT_TRUE(checkpoint.ok());
    EXPECT_TRUE(ledger::VerifyInclusion(MerkleLeafHash(leaf), proof->index, checkpoint->size,
                                        proof->proof, checkpoint->root)
                    .ok());
    EXPECT_EQ(extra.Find("envelope") != nullptr, member);
    if (!member) {
      const Hash content = TaggedHash("txleaf", {Fixed(*ParseTxId(extra.Text("tx_id"))),
                                                 Fixed(*ParseHash(extra.Text("signatures_hash")))});
      EXPECT_EQ(ledger::DecodeLogLeaf(leaf)->content, content);
    }
  }
}

TEST_F(ApiTest, TilesRebuildTheRoot) {  // C2SP tlog-tiles
  for (int i = 0; i < 130; ++i)
    ledger_.File(contracts::tx::kDocAnchor, ledger_.maker, {contracts::testing::Document("other")});
  const uint64_t size = ledger_.store().head().leaf_count;
  ASSERT_GT(size, 256u);
  std::vector<Hash> leaves;
  const auto take = [&](const std::string& path, uint64_t width) {
    const auto answer = client_->Get(path);
    ASSERT_EQ(answer->status, 200) << path;
    ASSERT_EQ(answer->body.size(), width * 83) << path;
    for (size_t at = 0; at < answer->body.size(); at += 83)
      leaves.push_back(MerkleLeafHash(ByteView(answer->body).substr(at + 2, 81)));
  };
  take("/tile/entries/000", 256);
  const std::string rest = "/tile/entries/001.p/" + std::to_string(size - 256);
  take(rest, size - 256);
  const auto note = client_->Get("/checkpoint");
  EXPECT_NE(note->body.find(Base64Encode(MerkleTreeHash(leaves).view())), std::string::npos);
  const auto hashes = client_->Get("/tile/0/000");
  ASSERT_EQ(hashes->body.size(), 256 * 32u);
  EXPECT_EQ(hashes->body.substr(32, 32), leaves[1].view());
  EXPECT_EQ(client_->Get("/tile/1/000.p/1")->body,
            MerkleTreeHash(std::span(leaves).subspan(0, 256)).view());
  for (const char* bad :
       {"/tile/0/001", "/tile/0/000.p/0", "/tile/0/000.p/256", "/tile/8/000", "/tile/0/00",
        "/tile/0/x000/000", "/tile/00/000", "/tile/0/000.p/01", "/tile/1/000.p/2",
        "/tile/entries/999", "/tile/0/x999/x999/x999/x999/x999/x999/x999/999"})
    EXPECT_EQ(client_->Get(bad)->status, 404) << bad;
}

TEST_F(ApiTest, FilesSignedTransactionsInOrderAndOnce) {
  const Bytes good = DocumentEnvelope();
  Bytes bad = DocumentEnvelope();
  bad.back() = static_cast<char>(bad.back() ^ 1);
  const auto answer = client_->Post("/v1/txs", List({good, bad, good}), "application/x-protobuf");
  ASSERT_EQ(answer->status, 200) << answer->body;
  const json::Value body = *json::Parse(answer->body);
  const json::Array& results = *body.Find("results")->if_array();
  ASSERT_EQ(results.size(), 3u);
  EXPECT_EQ(results[0].Text("state"), "applied");
  EXPECT_EQ(results[1].Text("state"), "failed");
  EXPECT_FALSE(results[1].Find("problem")->Text("code").empty());
  EXPECT_EQ(results[2], results[0]) << "the same transaction has its first result";
  EXPECT_EQ(Get("/v1/txs/" + results[0].Text("transaction")).Text("type"), "DOC_ANCHOR");
  EXPECT_EQ(
      client_->Post("/v1/txs?wait=accepted", List({DocumentEnvelope()}), "application/x-protobuf")
          ->status,
      202);
  const auto refused = client_->Post("/v1/txs", List({bad}), "application/x-protobuf");
  EXPECT_GE(refused->status, 400);
  EXPECT_LT(refused->status, 500);
}

TEST_F(ApiTest, SealedItemsStandBesideTheirEnvelope) {
  const auto field = [](int number, const Bytes& bytes) {
    return Bytes(1, static_cast<char>(number << 3 | 2)) +
           (bytes.size() > 127 ? Bytes(1, static_cast<char>((bytes.size() & 127) | 128)) +
                                     static_cast<char>(bytes.size() >> 7)
                               : Bytes(1, static_cast<char>(bytes.size()))) +
           bytes;
  };
  const auto post = [&](const Bytes& envelope, const std::vector<Bytes>& items) {
    Bytes submission = field(1, envelope);
    for (const Bytes& item : items) submission += field(2, item);
    return client_->Post("/v1/txs", field(1, submission), "application/x-protobuf");
  };
  const std::vector<Bytes> items = {Bytes(41, 'a'), Bytes(300, 'b')};
  ASSERT_EQ(post(DocumentEnvelope(), items)->status, 200);
  const auto bytes = ledger_.store().EntryBytes(ledger_.store().head().height);
  const auto entry = ledger::DecodeEntry(*bytes);
  ASSERT_TRUE(entry.ok());
  EXPECT_EQ(entry->sealed_items, (std::vector<ByteView>{items[0], items[1]}));
  // Too short to be an item: such ones would cost far more memory than bytes.
  const auto tiny = post(DocumentEnvelope(), {Bytes(40, 'a')});
  EXPECT_EQ(tiny->status, 400);
  EXPECT_NE(tiny->body.find("E_FORMAT"), std::string::npos);
}

TEST_F(ApiTest, RefusesBodiesThatAreNoTransactions) {
  const auto post = [&](const std::string& body, const char* type) {
    return client_->Post("/v1/txs", body, type)->status;
  };
  EXPECT_EQ(post("x", "text/plain"), 415);
  EXPECT_EQ(post("", "application/x-protobuf"), 400);
  EXPECT_EQ(post("\x0A", "application/x-protobuf"), 400);
  EXPECT_EQ(post("garbage", "application/x-protobuf"), 400);
  EXPECT_EQ(post("{}", "application/json"), 401) << "JSON is for operators";
  const auto operators = [&](const std::string& body, const SigningKey& key) {
    return client_
        ->Post("/v1/txs", Signed("POST", "/v1/txs", "", body, key), body, "application/json")
        ->status;
  };
  EXPECT_EQ(operators("{\"transactions\":[{}]}", ledger_.regulator.key), 403);
  const std::string deep =
      "{\"transactions\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
  for (const std::string& body :
       {std::string("{"), std::string("[]"), std::string("{}"), deep,
        std::string("{\"transactions\":[]}"), std::string("{\"transactions\":[NaN]}"),
        std::string("{\"transactions\":[1e400]}"), std::string("{\"transactions\":[1.5]}"),
        std::string("{\"transactions\":[],\"transactions\":[]}"),
        std::string("{\"transactions\":[\"\xff\"]}"),
        std::string("{\"transactions\":[\"\xed\xa0\x80\"]}"),
        std::string("{\"transactions\":[{}],\"more\":1}"),
        std::string("{\"transactions\":[{}]} x")})
    EXPECT_EQ(operators(body, ledger_.maker.key), 400) << body.substr(0, 60);
  EXPECT_GE(operators("{\"transactions\":[{}]}", ledger_.maker.key), 400);
}

TEST_F(ApiTest, FinalIsSaidNotToBeOffered) {
  const auto answer =
      client_->Post("/v1/txs?wait=final", List({DocumentEnvelope()}), "application/x-protobuf");
  EXPECT_EQ(answer->status, 400);
  EXPECT_NE(answer->body.find("cosign"), std::string::npos);
}

TEST_F(ApiTest, AnIdempotencyKeyGivesTheFirstAnswerOrAConflict) {
  const std::string body = List({DocumentEnvelope()});
  const httplib::Headers headers = {{"Idempotency-Key", "k-1"}};
  const auto first = client_->Post("/v1/txs", headers, body, "application/x-protobuf");
  const auto again = client_->Post("/v1/txs", headers, body, "application/x-protobuf");
  EXPECT_EQ(first->body, again->body);
  EXPECT_EQ(again->get_header_value("Idempotency-Replayed"), "true");
  const auto other =
      client_->Post("/v1/txs", headers, List({DocumentEnvelope()}), "application/x-protobuf");
  EXPECT_EQ(other->status, 409);
  EXPECT_NE(other->body.find("E_CONFLICT"), std::string::npos);
}

TEST_F(ApiTest, SignedRequestsCountOnceAndForgedOnesNever) {
  const std::string path = "/v1/blocks/1/entry";
  EXPECT_EQ(client_->Get(path)->status, 401);
  const auto headers = Signed("GET", path, "", "", ledger_.maker.key);
  EXPECT_EQ(client_->Get(path, headers)->status, 200);
  const auto replay = client_->Get(path, headers);
  EXPECT_EQ(replay->status, 401);
  EXPECT_NE(replay->body.find("E_REPLAY"), std::string::npos);
  EXPECT_EQ(
      client_->Get("/v1/blocks/2/entry", Signed("GET", path, "", "", ledger_.maker.key))->status,
      401);
  const SigningKey stranger(SecretSeed::Random());
  EXPECT_EQ(client_->Get(path, Signed("GET", path, "", "", stranger))->status, 401);
  EXPECT_EQ(client_->Get("/v1/status", {{"Signature", "x"}})->status, 401)
      << "a bad signature is not taken for none";
}

TEST_F(ApiTest, HostileTargetsAreRefused) {
  for (const std::string target :
       {"/..", "/v1/../etc/passwd", "/v1/%2e%2e/x", "/t/%2e%2e%2f%2e%2e", "/t/%00",
        "/t/a%0d%0aSet-Cookie:%20x", "/v1//status", "/v1/status?at=1&at=2", "/%ff",
        "/v1/status?at=-1", "/v1/status?at=newest", "/v1/status?at=99999999999999999999"}) {
    RawClient raw(server_.port());
    raw.Send("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
    const std::string answer = raw.ReadResponse();
    EXPECT_EQ(StatusOf(answer), 400) << target << answer;
    EXPECT_EQ(answer.find("Set-Cookie: x"), std::string::npos);
  }
}

TEST_F(ApiTest, WaitsForAHeightWithinBounds) {
  EXPECT_EQ(client_->Get("/v1/status?at=2")->status, 200);
  EXPECT_EQ(client_->Get("/v1/status?at=latest")->get_header_value("Suyuan-Height"), "2");
  const auto never = client_->Get("/v1/status?at=1000");
  EXPECT_EQ(never->status, 503);
  EXPECT_NE(never->body.find("E_NOT_YET"), std::string::npos);
  EXPECT_FALSE(never->get_header_value("Retry-After").empty());
  RawClient waiting(server_.port());
  waiting.Send("GET /v1/status?at=3 HTTP/1.1\r\nHost: a\r\n\r\n");
  ledger_.File(contracts::tx::kDocAnchor, ledger_.maker, {contracts::testing::Document("other")});
  EXPECT_NE(waiting.ReadResponse().find("Suyuan-Height: 3"), std::string::npos);
}

TEST_F(ApiTest, ACachedAnswerGoesWithItsHeight) {
  const auto before = client_->Get("/v1/blocks");
  EXPECT_EQ(client_->Get("/v1/blocks")->body, before->body);
  ledger_.File(contracts::tx::kDocAnchor, ledger_.maker, {contracts::testing::Document("other")});
  EXPECT_NE(client_->Get("/v1/blocks")->body, before->body);
}

TEST_F(ApiTest, EventsResumeAtAHeight) {
  RawClient events(server_.port());
  events.Send("GET /v1/events HTTP/1.1\r\nHost: a\r\nLast-Event-ID: 0\r\n\r\n");
  ASSERT_TRUE(events.ReadUntil("id: 1\n"));
  ASSERT_TRUE(events.ReadUntil("id: 2\n"));
  const TxId id = ledger_.File(contracts::tx::kDocAnchor, ledger_.maker,
                               {contracts::testing::Document("other")});
  ASSERT_TRUE(events.ReadUntil("id: 3\n"));
  ASSERT_TRUE(events.ReadUntil(ToHex(id)));
  RawClient later(server_.port());
  later.Send("GET /v1/events?from=3 HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(later.ReadUntil(ToHex(id)));
  EXPECT_EQ(later.buffer().find("id: 2\n"), std::string::npos);
}

TEST_F(ApiTest, PagesGoOnWhereTheyEnded) {
  for (int i = 0; i < 7; ++i)
    ledger_.File(contracts::tx::kDocAnchor, ledger_.maker, {contracts::testing::Document("other")});
  std::vector<std::string> ids;
  std::string cursor;
  do {
    const json::Value page = Get("/v1/documents?limit=3" + cursor);
    for (const json::Value& item : *page.Find("items")->if_array()) ids.push_back(item.Text("id"));
    cursor = page.Text("next").empty() ? "" : "&cursor=" + page.Text("next");
  } while (!cursor.empty());
  EXPECT_EQ(ids.size(), 8u) << "seven and the licence";
  EXPECT_EQ(std::set(ids.begin(), ids.end()).size(), ids.size());
  const json::Value mine = Get("/v1/documents?owner=" + ToString(ledger_.maker.party));
  EXPECT_EQ(mine.Find("items")->if_array()->size(), 8u);
  Get("/v1/documents?limit=0", 400);
  Get("/v1/documents?cursor=!!", 400);
}

class LimitedApiTest : public ApiTest {
 protected:
  LimitedApiTest() : ApiTest({{10, 5}, {0, 0}, 1000}) {}
};

TEST_F(LimitedApiTest, ACallerThatIsTooFastIsToldWhenToComeAgain) {
  int refused = 0;
  for (int i = 0; i < 12; ++i) {
    const auto answer = client_->Get("/v1/blocks");  // answers from the cache count, too
    if (answer->status == 200) continue;
    ++refused;
    EXPECT_EQ(answer->status, 429);
    EXPECT_EQ(answer->get_header_value("Retry-After"), "1");
  }
  EXPECT_EQ(refused, 7);
  ledger_.clock_ms += 1000;
  EXPECT_EQ(client_->Get("/v1/blocks")->status, 200);
}

}  // namespace
}  // namespace suyuan::api
