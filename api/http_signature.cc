#include "api/http_signature.h"

#include <algorithm>
#include <charconv>

#include "common/encoding.h"
#include "common/hash.h"

namespace suyuan::api {
namespace {

constexpr size_t kHeaderCharsMax = 2048;
constexpr size_t kComponentsMax = 16;
constexpr size_t kNonceCharsMin = 8, kNonceCharsMax = 64;

Error Refuse(std::string detail) { return {ErrorCode::kAuth, std::move(detail)}; }

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

// Reads structured-field text from the left.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}
  bool Eat(char c) {
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  // Lower-case letters, digits and "_-.*" (RFC 8941 §3.1.2 keys).
  std::string Key() {
    return While([](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' ||
             c == '*';
    });
  }
  // A quoted string without escapes; nullopt when it is none.
  std::optional<std::string> Quoted() {
    if (!Eat('"')) return std::nullopt;
    std::string out = While([](char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; });
    if (!Eat('"')) return std::nullopt;
    return out;
  }
  std::optional<int64_t> Integer() {
    const std::string digits = While([](char c) { return c >= '0' && c <= '9'; });
    int64_t value = 0;
    if (digits.empty() || digits.size() > 15) return std::nullopt;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
  }
  std::string_view rest() const { return rest_; }

 private:
  template <typename Is>
  std::string While(Is is) {
    size_t n = 0;
    while (n < rest_.size() && is(rest_[n])) ++n;
    std::string out(rest_.substr(0, n));
    rest_.remove_prefix(n);
    return out;
  }
  std::string_view rest_;
};

Status ParseComponents(Scanner& scan, SignatureInput& out) {
  if (!scan.Eat('(')) return Refuse("Signature-Input: '(' expected");
  while (!scan.Eat(')')) {
    if (!out.components.empty() && !scan.Eat(' '))
      return Refuse("Signature-Input: components are separated by one space");
    std::optional<std::string> name = scan.Quoted();
    if (!name || name->empty()) return Refuse("Signature-Input: a quoted component expected");
    if (std::find(out.components.begin(), out.components.end(), *name) != out.components.end())
      return Refuse("Signature-Input: component " + *name + " occurs twice");
    if (out.components.size() >= kComponentsMax)
      return Refuse("Signature-Input: too many components");
    out.components.push_back(std::move(*name));
  }
  return {};
}

Status ParseParameter(Scanner& scan, SignatureInput& out) {
  const std::string name = scan.Key();
  if (!scan.Eat('=')) return Refuse("Signature-Input: parameter " + name + " has no value");
  std::optional<int64_t>* number = name == "created"   ? &out.created
                                   : name == "expires" ? &out.expires
                                                       : nullptr;
  std::string* text = name == "nonce"   ? &out.nonce
                      : name == "keyid" ? &out.keyid
                      : name == "alg"   ? &out.alg
                                        : nullptr;
  if (number) {
    if (*number || !(*number = scan.Integer()))
      return Refuse("Signature-Input: " + name + " is not one number");
  } else if (text) {
    std::optional<std::string> value = scan.Quoted();
    if (!text->empty() || !value || value->empty())
      return Refuse("Signature-Input: " + name + " is not one string");
    *text = std::move(*value);
  } else {
    return Refuse("Signature-Input: parameter " + name + " is not known");
  }
  return {};
}

Result<std::string> ComponentValue(const std::string& name, const SignedMessage& message) {
  if (name == "@method") return std::string(message.method);
  if (name == "@authority") return NormalAuthority(message.authority, message.tls);
  if (name == "@path") return std::string(message.path);
  if (name == "@query") return "?" + std::string(message.query);
  if (name.starts_with('@')) return Refuse("component " + name + " is not supported here");
  std::optional<std::string> value = message.field(name);
  if (!value) return Refuse("the signed field " + name + " is absent");
  return *value;
}

Status CheckTimes(const SignatureInput& input, int64_t now_s, int64_t started_s) {
  if (!input.created) return Refuse("the signature has no `created`");
  if (*input.created < started_s)
    return Refuse("`created` is before this node started: sign the request again");
  const int64_t age = now_s - *input.created;
  if (age > kSignatureAgeSecondsMax || age < -kSignatureAgeSecondsMax)
    return Refuse("`created` is more than 300 s from this node's clock");
  if (input.expires && *input.expires < now_s) return Refuse("the signature is past `expires`");
  return {};
}

Status CheckCoverage(const SignatureInput& input, bool body) {
  for (std::string_view name : {"@method", "@authority", "@path", "@query", "content-digest"}) {
    if (name == "content-digest" && !body) continue;
    if (std::find(input.components.begin(), input.components.end(), name) == input.components.end())
      return Refuse("the signature does not cover \"" + std::string(name) + "\"");
  }
  return {};
}

}  // namespace

std::string NormalAuthority(std::string_view authority, bool tls) {
  std::string out = Lower(authority);
  const std::string_view port = tls ? ":443" : ":80";
  if (out.ends_with(port)) out.resize(out.size() - port.size());
  return out;
}

Result<SignatureInput> ParseSignatureInput(std::string_view text) {
  if (text.size() > kHeaderCharsMax) return Refuse("Signature-Input is too long");
  Scanner scan(text);
  SignatureInput out;
  out.label = scan.Key();
  if (out.label.empty() || !scan.Eat('=')) return Refuse("Signature-Input: label expected");
  out.parameters = std::string(scan.rest());
  SUYUAN_RETURN_IF_ERROR(ParseComponents(scan, out));
  while (scan.Eat(';')) SUYUAN_RETURN_IF_ERROR(ParseParameter(scan, out));
  if (!scan.rest().empty()) return Refuse("Signature-Input: one signature only, nothing after it");
  return out;
}

Result<std::pair<std::string, Bytes>> ParseSignature(std::string_view text) {
  if (text.size() > kHeaderCharsMax) return Refuse("Signature is too long");
  Scanner scan(text);
  std::string label = scan.Key();
  if (label.empty() || !scan.Eat('=') || !scan.Eat(':') || !scan.rest().ends_with(':'))
    return Refuse("Signature: label=:base64: expected");
  const std::string_view encoded = scan.rest().substr(0, scan.rest().size() - 1);
  Result<Bytes> bytes = Base64Decode(encoded);
  if (!bytes) return Refuse("Signature: not base64");
  return std::pair(std::move(label), std::move(*bytes));
}

Result<std::string> SignatureBase(const SignatureInput& input, const SignedMessage& message) {
  std::string out;
  for (const std::string& name : input.components) {
    SUYUAN_ASSIGN_OR_RETURN(const std::string value, ComponentValue(name, message));
    // A line break in a value would let one component pass for two (RFC 9421 §2.5).
    if (value.find_first_of("\r\n") != std::string::npos)
      return Refuse("component " + name + " holds a line break");
    out += "\"" + name + "\": " + value + "\n";
  }
  return out + "\"@signature-params\": " + input.parameters;
}

std::string ContentDigest(std::string_view body) {
  return "sha-256=:" + Base64Encode(Sha256(body).view()) + ":";
}

Status CheckContentDigest(std::string_view header, std::string_view body) {
  const std::string wanted = ContentDigest(body);
  while (!header.empty()) {
    const size_t comma = header.find(',');
    std::string_view member = header.substr(0, comma);
    header = comma == std::string_view::npos ? std::string_view() : header.substr(comma + 1);
    while (member.starts_with(' ')) member.remove_prefix(1);
    while (member.ends_with(' ')) member.remove_suffix(1);
    if (!member.starts_with("sha-256=")) continue;
    if (member == wanted) return {};
    return Refuse("Content-Digest does not match the body");
  }
  return Refuse("Content-Digest without sha-256");
}

Result<KeyId> VerifyRequest(const SignedMessage& message, std::string_view body,
                            const VerifyContext& context) {
  const auto input_text = message.field("signature-input");
  const auto signature_text = message.field("signature");
  if (!input_text || !signature_text) return Refuse("Signature and Signature-Input come together");
  SUYUAN_ASSIGN_OR_RETURN(const SignatureInput input, ParseSignatureInput(*input_text));
  SUYUAN_ASSIGN_OR_RETURN(const auto labelled, ParseSignature(*signature_text));
  if (labelled.first != input.label) return Refuse("Signature and Signature-Input differ in label");
  if (input.alg != "ed25519") return Refuse("`alg` must be \"ed25519\"");
  if (input.nonce.size() < kNonceCharsMin || input.nonce.size() > kNonceCharsMax)
    return Refuse("`nonce` must have 8 to 64 characters");
  SUYUAN_RETURN_IF_ERROR(CheckTimes(input, context.now_s, context.started_s));
  SUYUAN_RETURN_IF_ERROR(CheckCoverage(input, !body.empty()));
  const Result<Bytes> id_bytes = HexDecode(input.keyid);
  const Result<KeyId> id = id_bytes ? KeyId::From(*id_bytes) : Result<KeyId>(id_bytes.error());
  if (!id) return Refuse("`keyid` must be a key id of 64 hex digits");
  const std::optional<KnownKey> key = context.find_key(*id);
  if (!key) return Refuse("no active key has this `keyid`");
  const Result<Signature> signature = Signature::From(labelled.second);
  SUYUAN_ASSIGN_OR_RETURN(const std::string base, SignatureBase(input, message));
  if (!signature || !VerifySignature(key->key, base, *signature))
    return Refuse("the signature does not verify");
  // Only now, so that only the holder of a key can make the node hash a large body.
  if (const auto digest = message.field("content-digest"))
    SUYUAN_RETURN_IF_ERROR(CheckContentDigest(*digest, body));
  // Last, so that only the holder of the key can fill the table.
  SUYUAN_RETURN_IF_ERROR(context.nonces->Insert(
      *id, input.nonce, key->member, *input.created + kSignatureAgeSecondsMax, context.now_s));
  return *id;
}

std::vector<std::pair<std::string, std::string>> SignRequest(const SignedMessage& message,
                                                             std::string_view body,
                                                             const SigningKey& key, int64_t now_s,
                                                             std::string_view nonce) {
  std::vector<std::pair<std::string, std::string>> headers;
  SignatureInput input;
  input.components = {"@method", "@authority", "@path", "@query"};
  const std::string digest = ContentDigest(body);
  if (!body.empty()) {
    input.components.emplace_back("content-digest");
    headers.emplace_back("Content-Digest", digest);
  }
  input.parameters = "(";
  for (const std::string& name : input.components)
    input.parameters += (input.parameters.size() > 1 ? " \"" : "\"") + name + "\"";
  input.parameters += ");created=" + std::to_string(now_s) + ";nonce=\"" + std::string(nonce) +
                      "\";keyid=\"" + ToHex(key.key_id()) + "\";alg=\"ed25519\"";
  SignedMessage with_digest = message;
  with_digest.field = [&](std::string_view name) -> std::optional<std::string> {
    if (name == "content-digest") return digest;
    return message.field ? message.field(name) : std::nullopt;
  };
  const Result<std::string> base = SignatureBase(input, with_digest);
  SUYUAN_CHECK(base.ok(), "own components are always there");
  headers.emplace_back("Signature-Input", "sig1=" + input.parameters);
  headers.emplace_back("Signature", "sig1=:" + Base64Encode(key.Sign(*base).view()) + ":");
  return headers;
}

}  // namespace suyuan::api
