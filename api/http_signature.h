// HTTP Message Signatures (RFC 9421) with Ed25519, over "@method" "@authority" "@path" "@query"
// "content-digest" (RFC 9530, sha-256), with created (± 300 s), nonce, keyid = hex key id and
// alg = "ed25519". Both sides: the node verifies, the command line signs.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/nonce_cache.h"
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

// An authority as it is compared and signed (RFC 9421 §2.2.3): lower case, without the default
// port.
std::string NormalAuthority(std::string_view authority, bool tls);

// "sha-256=:…:" of a body, and the check of such a header (E_AUTH; other algorithms beside it are
// ignored, without sha-256 it fails).
std::string ContentDigest(std::string_view body);
Status CheckContentDigest(std::string_view header, std::string_view body);

// A registered key, and whether it is an active or suspended party's.
struct KnownKey {
  PublicKey key;
  bool member = true;
};

// What verification needs besides the message.
struct VerifyContext {
  int64_t now_s = 0;
  // Start of the node, seconds UTC: what was made before may have been served before, by a process
  // whose nonces are gone, and is refused.
  int64_t started_s = 0;
  // The active public key with this id; nullopt: unknown, revoked or not yet valid.
  std::function<std::optional<KnownKey>(const KeyId&)> find_key;
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
