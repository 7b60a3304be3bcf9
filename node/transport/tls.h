// TLS between peers: version 1.3 only, both sides with a certificate, and the certificate's key is
// the node key of the configuration. Chains, names and dates of certificates mean nothing here: a
// peer is its raw Ed25519 key, so a renewed certificate never breaks a quorum (reliability §6).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "common/result.h"
#include "common/sign.h"

namespace boost::asio::ssl {
class context;
}
typedef struct ssl_st SSL;

namespace suyuan::node {

// Whose certificates are accepted. Must outlive the context made from it.
struct PeerPins {
  std::vector<PublicKey> keys;
  // Called during a handshake that is about to be refused, with the Ed25519 key that was offered
  // (nullopt: a certificate of another kind).
  std::function<void(const std::optional<PublicKey>&)> on_unlisted;
};

// A context for both directions with a fresh self-signed certificate of `node_key`.
Result<std::unique_ptr<boost::asio::ssl::context>> MakePeerTls(const SecretSeed& node_key,
                                                               PeerPins* pins);

// The Ed25519 key of the other side's certificate after a handshake.
std::optional<PublicKey> PeerKeyOf(SSL* connection);

}  // namespace suyuan::node
