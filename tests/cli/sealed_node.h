// A node of one transaction: serves what it was given on loopback, with a transaction that really
// seals its fields, for what the command line opens itself.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <httplib.h>

#include "common/encoding.h"
#include "node/cli/signing.h"

namespace suyuan::cli::test {

class SealedNode {
 public:
  SealedNode() {
    InitCrypto();
    server_.Get(".*", [this](const httplib::Request& request, httplib::Response& response) {
      const auto found = answers_.find(request.path);
      response.status = found == answers_.end() ? 404 : 200;
      if (found == answers_.end())
        response.set_content(R"({"code":"E_NOT_FOUND","title":"t","status":404})",
                             "application/problem+json");
      else
        response.set_content(json::Canonical(found->second), "application/json");
    });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    for (int i = 0; i < 5000 && !server_.is_running(); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  ~SealedNode() {
    server_.stop();
    thread_.join();
  }
  SealedNode(const SealedNode&) = delete;
  SealedNode& operator=(const SealedNode&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  // Before the first request.
  void Answer(const std::string& path, json::Value value) {
    answers_.insert_or_assign(path, std::move(value));
  }
  // Builds and signs it with its fields sealed to `readers`, and serves its sealed part.
  TxId Serve(const Signer& by, const std::vector<SealingPublicKey>& readers,
             const std::string& transaction) {
    const ReaderChoice choice{contracts::OnlyFor(readers), [] { return Height(1); }};
    auto built = BuildAndSign(json::Parse(transaction).value(), ledger_, by, choice, WallClockMs());
    SUYUAN_CHECK(built.ok(), built.error().ToString());
    json::Array items;
    for (const Bytes& item : *built->parcel.sealed_items) items.emplace_back(Base64Encode(item));
    Answer("/v1/txs/" + ToHex(built->id) + "/sealed",
           json::Object{{"envelope", Base64Encode(*built->parcel.envelope)},
                        {"sealed_items", std::move(items)},
                        {"transaction", ToHex(built->id)}});
    envelopes_[built->id] = built->parcel.envelope;
    return built->id;
  }
  // From now on it says that somebody else signed it: the id stays, the signature is made up.
  void MakeUpSignature(const TxId& tx) {
    Bytes forged = *envelopes_.at(tx);
    const auto honest = ledger::DecodeTransaction(envelopes_.at(tx), LedgerLimits(), &ledger_);
    const ByteView signature = honest->signatures.front().signature.view();
    forged[forged.find(signature) + signature.size() / 2] ^= 1;
    const std::string path = "/v1/txs/" + ToHex(tx) + "/sealed";
    answers_.at(path).if_object()->insert_or_assign("envelope", Base64Encode(forged));
  }
  // The commitment of a field that a transaction seals in its first record.
  std::string Commitment(const TxId& tx, uint16_t field) const {
    const auto decoded =
        ledger::DecodeTransaction(envelopes_.at(tx), LedgerLimits(), &ledger_).value();
    return ToHex(decoded.records.front().Find(field)->commitment);
  }

 private:
  const LedgerId ledger_ = RandomFixed<LedgerId>();
  std::map<std::string, json::Value> answers_;
  std::map<TxId, std::shared_ptr<const Bytes>> envelopes_;
  httplib::Server server_;
  int port_ = 0;
  std::thread thread_;
};

// A party with keys of its own.
inline Signer NewParty(const char* code) {
  std::vector<SealingKey> keys;
  keys.emplace_back(SecretSeed::Random());
  const SealingPublicKey reader = keys.front().public_key();
  return {*ParsePartyId(code),
          SigningKey(SecretSeed::Random()),
          {reader},
          std::make_shared<sealing::SealedReader>(std::move(keys))};
}

inline constexpr const char* kMaker = "91320000MA00DEM017";
inline constexpr const char* kBuyer = "91310115MA1H8R7C41";
inline constexpr const char* kSale =
    R"({"type":"FLOW_RECORD","records":[{"fields":{"flow_type":"sale",)"
    R"("flow_codes":["01/06901234567892/21/000001"],"supplier_kind":"registered_party",)"
    R"("buyer_kind":"registered_party","seller_code":"91320000MA00DEM017",)"
    R"("buyer_code":"91310115MA1H8R7C41","buyer_name":"示例商行",)"
    R"("destination_region":"330106","collection_mode":"manual",)"
    R"("sale_time":"2026-03-01T00:00:00Z"}}]})";

}  // namespace suyuan::cli::test
