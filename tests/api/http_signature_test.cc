// RFC 9421 with the RFC's own Ed25519 example (Appendix B.2.6), and what must be refused.
#include "api/http_signature.h"

#include <map>
#include <random>

#include <gtest/gtest.h>

#include "common/encoding.h"

namespace suyuan::api {
namespace {

class HttpSignature : public testing::Test {
 protected:
  void SetUp() override { InitCrypto(); }
};

// test-key-ed25519 of RFC 9421 Appendix B.1.4: the last 32 bytes of its two DER forms.
SigningKey RfcKey() {
  const Bytes der =
      *Base64Decode("MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF");
  return SigningKey(*SecretSeed::From(ByteView(der).substr(der.size() - 32)));
}

SignedMessage RfcMessage() {
  SignedMessage message;
  message.method = "POST";
  message.authority = "example.com";
  message.path = "/foo";
  message.query = "param=Value&Pet=dog";
  message.field = [](std::string_view name) -> std::optional<std::string> {
    static const std::map<std::string, std::string, std::less<>> kFields = {
        {"date", "Tue, 20 Apr 2021 02:07:55 GMT"},
        {"content-type", "application/json"},
        {"content-length", "18"}};
    const auto found = kFields.find(name);
    if (found == kFields.end()) return std::nullopt;
    return found->second;
  };
  return message;
}

constexpr char kRfcInput[] =
    "sig-b26=(\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" "
    "\"content-length\");created=1618884473;keyid=\"test-key-ed25519\"";
constexpr char kRfcSignature[] =
    "sig-b26=:"
    "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:";

TEST_F(HttpSignature, BaseAndSignatureOfRfc9421AppendixB26) {
  const auto input = ParseSignatureInput(kRfcInput);
  ASSERT_TRUE(input.ok()) << input.error().ToString();
  const auto base = SignatureBase(*input, RfcMessage());
  ASSERT_TRUE(base.ok());
  EXPECT_EQ(*base,
            "\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n"
            "\"@method\": POST\n"
            "\"@path\": /foo\n"
            "\"@authority\": example.com\n"
            "\"content-type\": application/json\n"
            "\"content-length\": 18\n"
            "\"@signature-params\": (\"date\" \"@method\" \"@path\" \"@authority\" "
            "\"content-type\" \"content-length\");created=1618884473;keyid=\"test-key-ed25519\"");
  const SigningKey key = RfcKey();
  const Bytes spki = *Base64Decode("MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=");
  EXPECT_EQ(key.public_key().view(), ByteView(spki).substr(spki.size() - 32));
  const auto signature = ParseSignature(kRfcSignature);
  ASSERT_TRUE(signature.ok());
  EXPECT_EQ(signature->first, "sig-b26");
  EXPECT_EQ(key.Sign(*base).view(), signature->second) << "Ed25519 is deterministic";
  EXPECT_TRUE(VerifySignature(key.public_key(), *base, *Signature::From(signature->second)));
}

TEST_F(HttpSignature, DerivedComponentsOfRfc9421Section22) {
  SignatureInput input;
  input.components = {"@authority", "@query"};
  input.parameters = "p";
  SignedMessage message;
  message.authority = "WWW.Example.COM:80";
  EXPECT_EQ(*SignatureBase(input, message),
            "\"@authority\": www.example.com\n\"@query\": ?\n\"@signature-params\": p");
  message.tls = true;
  EXPECT_NE(SignatureBase(input, message)->find("www.example.com:80"), std::string::npos);
}

TEST_F(HttpSignature, SyntaxIsStrict) {
  for (const char* text : {"",
                           "sig",
                           "sig=",
                           "sig=()",
                           "sig=(\"a\")x",
                           "sig=(a)",
                           "sig=(\"a\"  \"b\")",
                           "sig=(\"a\" \"a\")",
                           "sig=(\"a\";sf)",
                           "sig=( \"a\")",
                           "sig=(\"a\");created",
                           "sig=(\"a\");created=\"1\"",
                           "sig=(\"a\");created=1;created=2",
                           "sig=(\"a\");nonce=1",
                           "sig=(\"a\");tag=\"x\"",
                           "sig=(\"a\"), other=(\"a\")",
                           "sig=(\"a",
                           "sig=(\"a\\\"\")",
                           "Sig=(\"a\")",
                           "sig=(\"a\"); created=1",
                           "sig=(\"a\");created=99999999999999999999"}) {
    const auto parsed = ParseSignatureInput(text);
    if (std::string(text) == "sig=()") continue;  // well-formed; refused for coverage
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_EQ(parsed.error().code, ErrorCode::kAuth);
  }
  for (const char* text : {"", "sig", "sig=abc", "sig=:abc", "sig=:%%:", "sig=:YQ==:x", "sig=::a"})
    EXPECT_FALSE(ParseSignature(text).ok()) << text;
}

// A signed request as a node sees it.
struct Signed {
  std::string method = "POST", authority = "node.example:7600", path = "/v1/txs",
              query = "wait=final", body = "{\"transactions\":[]}";
  std::map<std::string, std::string> fields;
  int64_t now = 1'700'000'000;

  SignedMessage Message() const {
    SignedMessage message;
    message.method = method;
    message.authority = authority;
    message.path = path;
    message.query = query;
    message.field = [this](std::string_view name) -> std::optional<std::string> {
      const auto found = fields.find(std::string(name));
      if (found == fields.end()) return std::nullopt;
      return found->second;
    };
    return message;
  }
};

std::string Lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(c));
  return text;
}

Signed Sign(const SigningKey& key, std::string_view nonce = "0123456789abcdef",
            std::string body = "{}") {
  Signed out;
  out.body = std::move(body);
  for (auto& [name, value] : SignRequest(out.Message(), out.body, key, out.now, nonce))
    out.fields[Lower(name)] = value;
  return out;
}

Result<KeyId> Verify(const Signed& request, const SigningKey& key, NonceCache& nonces,
                     int64_t clock_off_s = 0, int64_t started_s = 0) {
  VerifyContext context;
  context.now_s = request.now + clock_off_s;
  context.started_s = started_s;
  context.nonces = &nonces;
  context.find_key = [&](const KeyId& id) -> std::optional<KnownKey> {
    if (id != key.key_id()) return std::nullopt;
    return KnownKey{key.public_key(), true};
  };
  return VerifyRequest(request.Message(), request.body, context);
}

TEST_F(HttpSignature, WhatTheClientSignsTheNodeAccepts) {
  const SigningKey key(SecretSeed::Random());
  NonceCache nonces(100);
  const auto id = Verify(Sign(key), key, nonces);
  ASSERT_TRUE(id.ok()) << id.error().ToString();
  EXPECT_EQ(*id, key.key_id());
  EXPECT_TRUE(Verify(Sign(key, "another-nonce", ""), key, nonces).ok()) << "without a body";
}

TEST_F(HttpSignature, EveryChangeOfTheRequestIsRefused) {
  const SigningKey key(SecretSeed::Random());
  const std::vector<std::pair<const char*, std::function<void(Signed&)>>> changes = {
      {"method", [](Signed& r) { r.method = "PUT"; }},
      {"authority", [](Signed& r) { r.authority = "other.example:7600"; }},
      {"path", [](Signed& r) { r.path = "/v1/txt"; }},
      {"query", [](Signed& r) { r.query = "wait=accepted"; }},
      {"no query", [](Signed& r) { r.query = ""; }},
      {"body", [](Signed& r) { r.body += " "; }},
      {"no body", [](Signed& r) { r.body = ""; }},
      {"digest", [](Signed& r) { r.fields["content-digest"] = ContentDigest("other"); }},
      {"body and digest",
       [](Signed& r) {
         r.body = "other";
         r.fields["content-digest"] = ContentDigest("other");
       }},
      {"no digest", [](Signed& r) { r.fields.erase("content-digest"); }},
      {"no signature", [](Signed& r) { r.fields.erase("signature"); }},
      {"no input", [](Signed& r) { r.fields.erase("signature-input"); }},
      {"label", [](Signed& r) { r.fields["signature"].replace(0, 4, "sig2"); }}};
  for (const auto& [name, change] : changes) {
    NonceCache nonces(100);
    Signed request = Sign(key);
    change(request);
    const auto result = Verify(request, key, nonces);
    ASSERT_FALSE(result.ok()) << name;
    EXPECT_EQ(result.error().code, ErrorCode::kAuth) << name;
  }
}

TEST_F(HttpSignature, EveryChangedCharacterOfTheTwoHeadersIsRefused) {
  const SigningKey key(SecretSeed::Random());
  std::mt19937 random(4);
  const Signed good = Sign(key);
  int tried = 0;
  for (const char* field : {"signature-input", "signature"}) {
    const std::string& text = good.fields.at(field);
    for (size_t i = 0; i < text.size(); ++i)
      for (int k = 0; k < 20; ++k) {
        Signed bad = good;
        char& c = bad.fields[field][i];
        const char other = static_cast<char>(0x20 + random() % 95);
        if (other == c) continue;
        c = other;
        // Hex digits of the key id mean the same in both cases, yet the signed text differs.
        NonceCache nonces(100);
        ASSERT_FALSE(Verify(bad, key, nonces).ok()) << bad.fields[field];
        ++tried;
      }
  }
  EXPECT_GT(tried, 4000);
}

TEST_F(HttpSignature, TheClockMayBe300SecondsOff) {
  const SigningKey key(SecretSeed::Random());
  for (int64_t off : {-300, -1, 0, 299, 300}) {
    NonceCache nonces(100);
    EXPECT_TRUE(Verify(Sign(key), key, nonces, off).ok()) << off;
  }
  for (int64_t off : {-301, 301, 100'000}) {
    NonceCache nonces(100);
    EXPECT_EQ(Verify(Sign(key), key, nonces, off).error().code, ErrorCode::kAuth) << off;
  }
}

TEST_F(HttpSignature, ANonceCountsOnceForEachKey) {
  const SigningKey key(SecretSeed::Random()), other(SecretSeed::Random());
  NonceCache nonces(100);
  const Signed request = Sign(key);
  EXPECT_TRUE(Verify(request, key, nonces).ok());
  EXPECT_EQ(Verify(request, key, nonces).error().code, ErrorCode::kReplay);
  EXPECT_EQ(Verify(request, key, nonces, 300).error().code, ErrorCode::kReplay)
      << "as long as the request would be accepted";
  EXPECT_TRUE(Verify(Sign(other), other, nonces).ok());
}

TEST_F(HttpSignature, AForgedRequestTakesNoNonce) {
  const SigningKey key(SecretSeed::Random()), thief(SecretSeed::Random());
  NonceCache nonces(100);
  Signed forged = Sign(thief);
  std::string& input = forged.fields["signature-input"];
  const size_t at = input.find(ToHex(thief.key_id()));
  input.replace(at, 64, ToHex(key.key_id()));
  EXPECT_EQ(Verify(forged, key, nonces).error().code, ErrorCode::kAuth);
  EXPECT_TRUE(Verify(Sign(key), key, nonces).ok());
}

TEST_F(HttpSignature, WhatWasMadeBeforeTheNodeStartedIsRefused) {
  const SigningKey key(SecretSeed::Random());
  const Signed request = Sign(key);
  NonceCache after_restart(100);
  const auto refused = Verify(request, key, after_restart, 2, request.now + 1);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kAuth);
  EXPECT_NE(refused.error().detail.find("sign the request again"), std::string::npos);
  EXPECT_TRUE(Verify(request, key, after_restart, 0, request.now).ok());
}

TEST_F(HttpSignature, ContentDigestOfRfc9530) {
  // RFC 9530 Appendix D: {"hello": "world"} with a line feed.
  EXPECT_EQ(ContentDigest("{\"hello\": \"world\"}\n"),
            "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:");
  EXPECT_TRUE(CheckContentDigest("sha-512=:AA==:, " + ContentDigest("x"), "x").ok());
  EXPECT_FALSE(CheckContentDigest("sha-512=:AA==:", "x").ok());
  EXPECT_FALSE(CheckContentDigest("", "x").ok());
  EXPECT_FALSE(CheckContentDigest(ContentDigest("y"), "x").ok());
}

}  // namespace
}  // namespace suyuan::api
