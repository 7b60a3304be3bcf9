// HTTP Message Signatures (RFC 9421) with Ed25519, over "@method" "@authority" "@path" "@query"
// "content-digest" (RFC 9530, sha-256), with created (± 300 s), nonce, keyid = hex key id and
// alg = "ed25519". Both sides: the node verifies, the command line signs.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "common/result.h"
#include "common/sign.h"

namespace suyuan::api {

inline constexpr int64_t kSignatureAgeSecondsMax = 300;

// The parts of a message that components are taken from.
struct SignedMessage {
  std::string_view method;
  std::string_view authority;  // Host, as sent; lower-cased here, default ports dropped
  std::string_view path;       // raw
  std::string_view query;      // raw, without '?'
  bool tls = false;            // tells the default port
  // Value of a lower-case field name, joined by ", " when there are several; nullopt: absent.
  std::function<std::optional<std::string>(std::string_view)> field;
};

// One member of Signature-Input, in the order in which it was sent.
struct SignatureInput {
  std::string label;
  std::vector<std::string> components;  // without quotes
  std::string parameters;               // text of the inner list with parameters, as to be signed
  std::optional<int64_t> created, expires;
  std::string nonce, keyid, alg;
};

// Parses `label=("a" "b");created=…;…` (RFC 8941 subset: one member, string items without
// parameters, known parameters only). E_AUTH when it is anything else.
Result<SignatureInput> ParseSignatureInput(std::string_view text);
// `label=:base64:`; E_AUTH.
Result<std::pair<std::string, Bytes>> ParseSignature(std::string_view text);

// The signature base of RFC 9421 §2.5. E_AUTH when a component is not known or absent.
Result<std::string> SignatureBase(const SignatureInput& input, const SignedMessage& message);

// "sha-256=:…:" of a body, and the check of such a header (E_AUTH; other algorithms beside it are
// ignored, without sha-256 it fails).
std::string ContentDigest(std::string_view body);
Status CheckContentDigest(std::string_view header, std::string_view body);

// Nonces of accepted requests, until they are too old to be accepted again. Bounded: when full, new
// signed requests wait (E_BUSY) rather than an old nonce being forgotten. Thread-safe.
class NonceCache {
 public:
  explicit NonceCache(size_t entries_max) : entries_max_(entries_max) {}
  // E_REPLAY when (key, nonce) was seen; E_BUSY when full.
  Status Insert(const KeyId& key, std::string_view nonce, int64_t created_s, int64_t now_s);

 private:
  const size_t entries_max_;
  std::mutex mutex_;
  std::list<std::pair<int64_t, std::string>> order_;  // guarded by mutex_; (forget at, key)
  std::unordered_map<std::string_view, bool> seen_;   // guarded by mutex_; views into order_
};

// What verification needs besides the message.
struct VerifyContext {
  int64_t now_s = 0;
  // The active public key with this id; nullopt: unknown, revoked or not yet valid.
  std::function<std::optional<PublicKey>(const KeyId&)> find_key;
  NonceCache* nonces = nullptr;
};
// The key that signed. E_AUTH, E_REPLAY, E_BUSY. The body's digest is checked, too; all five
// components are required, content-digest only where there is a body.
Result<KeyId> VerifyRequest(const SignedMessage& message, std::string_view body,
                            const VerifyContext& context);

// Headers to add to a request: Content-Digest (with a body), Signature-Input, Signature.
std::vector<std::pair<std::string, std::string>> SignRequest(const SignedMessage& message,
                                                             std::string_view body,
                                                             const SigningKey& key, int64_t now_s,
                                                             std::string_view nonce);

}  // namespace suyuan::api
