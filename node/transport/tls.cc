#include "node/transport/tls.h"

#include <boost/asio/ssl/context.hpp>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace suyuan::node {
namespace {

template <auto Free>
struct Deleter {
  template <typename T>
  void operator()(T* p) const {
    Free(p);
  }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using CertificatePtr = std::unique_ptr<X509, Deleter<X509_free>>;
using NumberPtr = std::unique_ptr<BIGNUM, Deleter<BN_free>>;

std::optional<PublicKey> RawKey(X509* certificate) {
  EVP_PKEY* key = certificate == nullptr ? nullptr : X509_get0_pubkey(certificate);
  if (key == nullptr || !EVP_PKEY_is_a(key, "ED25519")) return std::nullopt;
  PublicKey out;
  size_t size = out.data.size();
  if (EVP_PKEY_get_raw_public_key(key, out.data.data(), &size) != 1 || size != out.data.size())
    return std::nullopt;
  return out;
}

// Stands in for OpenSSL's chain building altogether. The handshake itself proves possession of
// the certificate's key.
int VerifyPinned(X509_STORE_CTX* store, void* argument) noexcept {
  const auto* pins = static_cast<const PeerPins*>(argument);
  std::optional<PublicKey> key = RawKey(X509_STORE_CTX_get0_cert(store));
  for (const PublicKey& pin : pins->keys)
    if (key && *key == pin) {
      X509_STORE_CTX_set_error(store, X509_V_OK);
      return 1;
    }
  pins->on_unlisted(key);
  X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION);
  return 0;
}

// Valid "always": its dates are not looked at, and 9999-12-31 is RFC 5280's "no expiry".
CertificatePtr SelfSigned(EVP_PKEY* key) {
  CertificatePtr out(X509_new());
  unsigned char serial[16];
  if (!out || RAND_bytes(serial, sizeof serial) != 1) return nullptr;
  serial[0] = static_cast<unsigned char>((serial[0] & 0x7F) | 0x40);
  NumberPtr number(BN_bin2bn(serial, sizeof serial, nullptr));
  X509_NAME* name = X509_get_subject_name(out.get());
  const auto* common_name = reinterpret_cast<const unsigned char*>("suyuan node");
  bool ok = number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(out.get())) &&
            X509_set_version(out.get(), 2) &&
            X509_gmtime_adj(X509_getm_notBefore(out.get()), -86'400) &&
            ASN1_TIME_set_string_X509(X509_getm_notAfter(out.get()), "99991231235959Z") &&
            X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, common_name, -1, -1, 0) &&
            X509_set_issuer_name(out.get(), name) && X509_set_pubkey(out.get(), key) &&
            X509_sign(out.get(), key, nullptr) > 0;  // Ed25519 takes no separate digest
  return ok ? std::move(out) : nullptr;
}

bool Configure(SSL_CTX* context, X509* certificate, EVP_PKEY* key, PeerPins* pins) {
  bool ok = SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) &&
            SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) &&
            SSL_CTX_use_certificate(context, certificate) == 1 &&
            SSL_CTX_use_PrivateKey(context, key) == 1 && SSL_CTX_check_private_key(context) == 1 &&
            SSL_CTX_set1_sigalgs_list(context, "ed25519") == 1;
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_cert_verify_callback(context, VerifyPinned, pins);
  // No resumption: every connection proves the key anew.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  return ok;
}

}  // namespace

Result<std::unique_ptr<boost::asio::ssl::context>> MakePeerTls(const SecretSeed& node_key,
                                                               PeerPins* pins) {
  Error failed{ErrorCode::kInternal, "OpenSSL cannot make the node's certificate"};
  ByteView seed = node_key.view();
  KeyPtr key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, AsU8(seed), seed.size()));
  if (!key) return failed;
  CertificatePtr certificate = SelfSigned(key.get());
  if (!certificate) return failed;
  auto context = std::make_unique<boost::asio::ssl::context>(boost::asio::ssl::context::tls);
  if (!Configure(context->native_handle(), certificate.get(), key.get(), pins)) return failed;
  return context;
}

std::optional<PublicKey> PeerKeyOf(SSL* connection) {
  return RawKey(SSL_get0_peer_certificate(connection));
}

}  // namespace suyuan::node
