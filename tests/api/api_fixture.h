// The API over a real ledger with one member, through HTTP.
#pragma once

#include <httplib.h>

#include "api/http_signature.h"
#include "contracts/party.h"
#include "tests/api/raw_client.h"
#include "tests/api/test_ledger.h"

namespace suyuan::api::test {

inline FaceOptions Unlimited() { return {{0, 0}, {0, 0}, 1000}; }

class ApiTest : public testing::Test {
 protected:
  explicit ApiTest(const FaceOptions& face = Unlimited())
      : api_(ledger_, Options()), server_(api_.MakeFace(face)) {
    client_ = std::make_unique<httplib::Client>("127.0.0.1", server_.port());
    client_->set_tcp_nodelay(true);
    client_->set_keep_alive(true);
    ledger_.Join(ledger_.maker, contracts::kManufacturer);
  }
  static ApiOptions Options() {
    ApiOptions options;
    options.at_wait_ms_max = 1000;
    return options;
  }
  std::string Host() const { return "127.0.0.1:" + std::to_string(server_.port()); }

  // GET with an expected status; the JSON body.
  json::Value Get(const std::string& target, int status = 200,
                  const httplib::Headers& headers = {}) {
    const auto answer = client_->Get(target, headers);
    EXPECT_TRUE(answer) << target;
    if (!answer) return {};
    EXPECT_EQ(answer->status, status) << target << "\n" << answer->body;
    const auto body = json::Parse(answer->body);
    EXPECT_TRUE(body.ok()) << answer->body;
    return body.ok() ? *body : json::Value();
  }
  httplib::Headers Signed(const std::string& method, const std::string& path,
                          const std::string& query, const std::string& body,
                          const SigningKey& key) {
    return Signed(method, path, query, body, key, Host());
  }
  // Made for a node of that name.
  httplib::Headers Signed(const std::string& method, const std::string& path,
                          const std::string& query, const std::string& body, const SigningKey& key,
                          const std::string& authority) {
    SignedMessage message;
    message.method = method;
    message.authority = authority;
    message.path = path;
    message.query = query;
    httplib::Headers headers;
    for (auto& [name, value] : SignRequest(message, body, key, ledger_.now_ms() / 1000,
                                           "nonce-number-" + std::to_string(++nonce_)))
      headers.emplace(name, value);
    return headers;
  }
  std::string List(const std::vector<Bytes>& envelopes) {  // a SubmissionList
    std::string out;
    const auto field = [](std::string& to, const std::string& bytes) {
      to += '\x0A';
      for (size_t n = bytes.size();; n >>= 7) {
        to += static_cast<char>(n > 127 ? (n & 127) | 128 : n);
        if (n <= 127) break;
      }
      to += bytes;
    };
    for (const Bytes& envelope : envelopes) {
      std::string submission;
      field(submission, envelope);
      field(out, submission);
    }
    return out;
  }
  Bytes DocumentEnvelope() {
    return ledger_
        .Make(contracts::tx::kDocAnchor, ledger_.maker, {contracts::testing::Document("other")})
        .envelope;
  }

  TestLedger ledger_;
  Api api_;
  RunningServer server_;
  std::unique_ptr<httplib::Client> client_;
  int nonce_ = 0;
};

}  // namespace suyuan::api::test
