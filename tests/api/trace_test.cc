// Trace codes through HTTP over a real ledger: from registration to release, the JSON, the page,
// resolution, proofs.
#include <httplib.h>

#include "api/uri.h"
#include "common/hash.h"
#include "contracts/field_numbers.h"
#include "contracts/party.h"
#include "ledger/checkpoint.h"
#include "ledger/merkle_log.h"
#include "tests/api/raw_client.h"
#include "tests/api/test_ledger.h"

namespace suyuan::api {
namespace {

using namespace contracts::testing;  // NOLINT: the words of records
using test::TestLedger;
namespace tx = contracts::tx;

class TraceTest : public testing::Test {
 protected:
  TraceTest() : api_(ledger_, {}), server_(api_.MakeFace({{0, 0}, {0, 0}, 1000})) {
    client_ = std::make_unique<httplib::Client>("127.0.0.1", server_.port());
    client_->set_tcp_nodelay(true);
    ledger_.Join(ledger_.maker, contracts::kManufacturer);
    product_ =
        ledger::EntityIdOf(ledger_.File(tx::kProductRegister, ledger_.maker, {Product()}), 0);
    ledger_.File(tx::kProductReview, ledger_.regulator,
                 {Review(ledger::EntityKind::kProduct, product_.view(), "approve")});
    const EntityId report = ledger::EntityIdOf(
        ledger_.File(tx::kDocAnchor, ledger_.maker, {Document("factory_inspection")}), 0);
    batch_ = ledger::EntityIdOf(
        ledger_.File(tx::kBatchSubmit, ledger_.maker, {BatchOf(product_, report, "3")}), 0);
    activation_ = ledger_.File(tx::kBatchActivate, ledger_.maker, {Codes(batch_, 1, 3)});
  }
  void Release() {
    ledger_.File(tx::kCodePrint, ledger_.maker, {Print(batch_)});
    ledger_.clock_ms += 2 * 3600 * 1000;
    ledger_.File(tx::kBatchRelease, ledger_.maker, {contracts::testing::Release(batch_)});
  }
  json::Value Json(const std::string& target, int status = 200) {
    const auto answer = client_->Get(target);
    EXPECT_EQ(answer->status, status) << target << answer->body;
    return *json::Parse(answer->body);
  }
  std::string Page(const std::string& target, int status = 200) {
    const auto answer = client_->Get(target);
    EXPECT_EQ(answer->status, status) << target << answer->body;
    EXPECT_EQ(answer->get_header_value("Content-Type"), "text/html; charset=utf-8");
    EXPECT_FALSE(answer->get_header_value("Content-Security-Policy").empty());
    return answer->body;
  }

  TestLedger ledger_;
  Api api_;
  test::RunningServer server_;
  std::unique_ptr<httplib::Client> client_;
  EntityId product_, batch_;
  TxId activation_;
  const std::string code_ = ItemCode(1);
};

TEST_F(TraceTest, TheAnswerFollowsTheLedger) {
  EXPECT_EQ(Json("/v1/trace/" + code_).Text("state"), "ISSUED");
  Release();
  const json::Value trace = Json("/v1/trace/" + code_);
  EXPECT_EQ(trace.Text("state"), "IN_CIRCULATION");
  EXPECT_EQ(trace.Find("batch")->Text("state"), "RELEASED");
  EXPECT_EQ(trace.Find("product")->Text("id"), ToString(product_));
  EXPECT_EQ(trace.Find("producer")->Text("id"), ToString(ledger_.maker.party));
  EXPECT_EQ(*trace.Find("checked")->Find("records_verified")->if_int(), 5)
      << "product, two versions of the batch, producer, its licence";
  EXPECT_EQ(*trace.Find("checked")->Find("records_shown")->if_int(), 5);
  EXPECT_EQ(trace.Text("caller"), "anonymous");
  EXPECT_EQ(Json("/v1/codes/" + code_).Text("batch"), ToString(batch_));
  EXPECT_EQ(Json("/v1/batches?product=" + ToString(product_)).Find("items")->if_array()->size(),
            1u);
}

// GR Table 3 (requirements 3.3): a release brings its own few fields and hides none of the
// filing's.
TEST_F(TraceTest, LaterVersionsReplaceOnlyWhatTheyCarry) {
  Release();
  for (const std::string& target : {"/v1/trace/" + code_, "/v1/batches/" + ToString(batch_)}) {
    json::Value answer = Json(target);
    const json::Value& batch = answer.Find("batch") ? *answer.Find("batch") : answer;
    const json::Value& fields = *batch.Find("fields");
    EXPECT_EQ(fields.Text("unit_no"), "000001-999999") << target;
    EXPECT_EQ(fields.Text("trace_level"), "per_item");
    EXPECT_EQ(fields.Find("product_quantity")->Text("value"), "3");
    EXPECT_FALSE(fields.Text("release_time").empty()) << "of the release";
    const json::Array& sources = *batch.Find("sources")->if_array();
    ASSERT_EQ(sources.size(), 2u);
    const auto holds = [](const json::Value& source, const char* name) {
      for (const json::Value& field : *source.Find("fields")->if_array())
        if (*field.if_string() == name) return true;
      return false;
    };
    EXPECT_EQ(*sources[0].Find("version")->if_int(), 1);
    EXPECT_TRUE(holds(sources[0], "unit_no") && !holds(sources[0], "release_time"));
    EXPECT_EQ(*sources[1].Find("version")->if_int(), 2);
    EXPECT_TRUE(holds(sources[1], "release_time") && !holds(sources[1], "unit_no"));
    EXPECT_EQ(Json("/v1/txs/" + sources[1].Text("transaction")).Text("type"), "BATCH_RELEASE");
  }
}

// docs/formats.md §2: the place holder of a document in the same transaction is never shown.
TEST_F(TraceTest, LocalReferencesAreResolved) {
  const std::string maker = ToString(ledger_.maker.party);
  const json::Value party = Json("/v1/parties/" + maker);
  const std::string licence = party.Find("fields")->Text("business_licence_doc");
  EXPECT_EQ(Json("/v1/documents/" + licence).Find("fields")->Text("doc_type"), "business_licence");
  const json::Value trace = Json("/v1/trace/" + code_);
  EXPECT_EQ(trace.Find("producer")->Find("fields")->Text("business_licence_doc"), licence);
  EXPECT_EQ((*trace.Find("documents")->if_array()).at(0).Text("id"), licence);
  const std::string tx = "/v1/txs/" + party.Text("transaction");
  for (const std::string& target :
       {"/v1/trace/" + code_, "/v1/parties/" + maker, std::string("/v1/parties"), tx})
    EXPECT_EQ(client_->Get(target)->body.find("\"aaaaaaaaaaaaaaaaaaaaaaaaae\""), std::string::npos)
        << target;
  EXPECT_NE(Page("/t/" + code_).find(licence), std::string::npos);
  EXPECT_NE(client_->Get(tx)->body.find(licence), std::string::npos);
}

TEST_F(TraceTest, ARotatedKeyKeepsTheRestOfItsParty) {
  using contracts::testing::Rec;
  const SigningKey fresh(*SecretSeed::From(Sha256("the maker's next key").view()));
  const std::string sealing = std::string(62, '0') + "09";
  Rec rotate = Command(ledger::EntityKind::kParty, ledger_.maker.party.view());
  rotate.Set(contracts::command_field::kNewSigningKey, ToHex(fresh.public_key()));
  ledger_.File(tx::kKeyRotate, ledger_.maker, {rotate});
  const json::Value party = Json("/v1/parties/" + ToString(ledger_.maker.party));
  const json::Value& fields = *party.Find("fields");
  EXPECT_EQ(*party.Find("version")->if_int(), 2);
  EXPECT_EQ(fields.Text("signing_key"), ToHex(fresh.public_key()));
  EXPECT_EQ(fields.Text("sealing_key"), sealing);
  EXPECT_EQ(fields.Text("party_name"), "示例电缆有限公司");
  EXPECT_EQ(fields.Find("new_signing_key"), nullptr);
}

TEST_F(TraceTest, ProofsOfATraceVerify) {
  const json::Value trace = Json("/v1/trace/" + code_ + "?proof=1");
  const json::Value& checked = *trace.Find("checked");
  const SigningKey log_key(*SecretSeed::From(Sha256("log key of a test").view()));
  const auto checkpoint = ledger::OpenCheckpoint(checked.Text("checkpoint"),
                                                 {{ledger_.origin(), log_key.public_key()}});
  ASSERT_TRUE(checkpoint.ok());
  ASSERT_EQ(checked.Find("proofs")->if_array()->size(), 4u);
  for (const json::Value& proof : *checked.Find("proofs")->if_array()) {
    std::vector<Hash> path;
    for (const json::Value& hash : *proof.Find("inclusion_proof")->if_array())
      path.push_back(*ParseHash(*hash.if_string()));
    const Bytes leaf = *HexDecode(proof.Text("leaf"));
    EXPECT_TRUE(ledger::VerifyInclusion(MerkleLeafHash(leaf),
                                        static_cast<uint64_t>(*proof.Find("leaf_index")->if_int()),
                                        checkpoint->size, path, checkpoint->root)
                    .ok());
    EXPECT_EQ(ledger::DecodeLogLeaf(leaf)->content,
              TaggedHash("txleaf", {Fixed(*ParseTxId(proof.Text("transaction"))),
                                    Fixed(*ParseHash(proof.Text("signatures_hash")))}));
  }
}

TEST_F(TraceTest, ThePageSaysWhatWasCheckedAndNothingPrivate) {
  Release();
  const std::string page = Page("/t/" + code_);
  for (const char* text :
       {"记录已验证", "5/5", "流通中", "已出厂", "<dt>序号</dt><dd>000001-999999", "一物一码",
        "2026-03-01（实际）", "批次记录（第1版）", "批次记录（第2版）"})
    EXPECT_NE(page.find(text), std::string::npos) << text;
  EXPECT_LT(page.size(), 20'000u);
  EXPECT_EQ(page.find("正品"), std::string::npos);
  EXPECT_EQ(page.find("2026-03-01\",\"class"), std::string::npos);
  EXPECT_NE(Page("/t/" + code_ + "?lang=en").find("in circulation"), std::string::npos);
}

TEST_F(TraceTest, UnknownCodesWereNeverIssued) {
  EXPECT_NE(Page("/t/" + ItemCode(4), 404).find("从未签发"), std::string::npos);
  EXPECT_NE(Page("/t/%3Cscript%3Ealert(1)%3C%2Fscript%3E", 404).find("这不是追溯码"),
            std::string::npos);
  EXPECT_EQ(Page("/t/%3Cscript%3E", 404).find("<script"), std::string::npos);
  EXPECT_EQ(Json("/v1/trace/" + ItemCode(4), 404).Text("code"), "E_NOT_FOUND");
  EXPECT_EQ(Json("/v1/trace/nonsense", 422).Text("code"), "E_SCHEME");
}

TEST_F(TraceTest, EverySpellingLeadsToThePage) {
  for (const std::string& target :
       {"/resolve/" + code_, "/" + code_,
        "/resolve/https%3A%2F%2Fid.example.com%2F" + PercentEncode(code_)}) {
    const auto answer = client_->Get(target);
    EXPECT_EQ(answer->status, 307) << target << answer->body;
    EXPECT_EQ(answer->get_header_value("Location"), "/t/" + code_) << target;
  }
}

TEST_F(TraceTest, ListsOfCodesGoToTheirOwnerOnly) {
  for (const std::string& suffix :
       {std::string(), std::string("/proof"), std::string("/proof?format=json")}) {
    const auto answer = client_->Get("/v1/txs/" + ToHex(activation_) + suffix);
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->body.find(code_), std::string::npos) << suffix;
  }
}

}  // namespace
}  // namespace suyuan::api
