// Trace codes through HTTP over a real ledger: from registration to release, the JSON, the page,
// resolution, proofs.
#include <httplib.h>

#include "api/uri.h"
#include "common/hash.h"
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
  EXPECT_EQ(*trace.Find("checked")->Find("records_verified")->if_int(), 3);
  EXPECT_EQ(Json("/v1/codes/" + code_).Text("batch"), ToString(batch_));
  EXPECT_EQ(Json("/v1/batches?product=" + ToString(product_)).Find("items")->if_array()->size(),
            1u);
}

TEST_F(TraceTest, ProofsOfATraceVerify) {
  const json::Value trace = Json("/v1/trace/" + code_ + "?proof=1");
  const json::Value& checked = *trace.Find("checked");
  const SigningKey log_key(*SecretSeed::From(Sha256("log key of a test").view()));
  const auto checkpoint = ledger::OpenCheckpoint(checked.Text("checkpoint"),
                                                 {{ledger_.origin(), log_key.public_key()}});
  ASSERT_TRUE(checkpoint.ok());
  ASSERT_EQ(checked.Find("proofs")->if_array()->size(), 3u);
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
  for (const char* text : {"记录已验证", "3/3", "流通中", "已出厂", "重点工业产品"})
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
