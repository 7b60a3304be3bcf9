// Keys at rest: one JSON file a holder, its secrets in one Argon2id + XChaCha20-Poly1305 envelope.
// The public half stands in clear (and is authenticated), so that keys can be listed and told apart
// without a passphrase. Format: genesis/README.md.
//
// Files have mode 0600; a file that group or others may read is refused, not silently repaired.
// Deriving the wrapping key costs ≥ 64 MiB and about 0.2 s: open each file once.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/result.h"
#include "common/sign.h"

namespace suyuan::genesis {

// A passphrase that wipes itself. Not copyable.
class Passphrase {
 public:
  Passphrase() = default;
  explicit Passphrase(std::string&& text) : text_(text) { Wipe(text); }
  // Copied and wiped: a short text that is moved from keeps its bytes.
  Passphrase(Passphrase&& other) noexcept
      : text_(other.text_) {  // NOLINT(performance-move-constructor-init)
    Wipe(other.text_);
  }
  Passphrase& operator=(Passphrase&& other) noexcept;
  Passphrase(const Passphrase&) = delete;
  Passphrase& operator=(const Passphrase&) = delete;
  ~Passphrase() { Wipe(text_); }
  ByteView view() const { return text_; }

 private:
  static void Wipe(std::string& text);
  std::string text_;
};

// The first line of a file that only its owner may read (E_PASSPHRASE otherwise); not empty.
Result<Passphrase> ReadPassphraseFile(const std::string& path);

// A party's keys: it signs transactions and reads what is sealed for it. The recovery key's secret
// is kept offline, in a file of its own.
struct PartyKeys {
  SecretSeed signing;  // Ed25519 seed
  SecretSeed sealing;  // X25519 secret
  std::optional<SealingPublicKey> recovery;
};
// Under which a party reads what it seals itself: its operational and its recovery key (formats
// §3).
std::vector<SealingPublicKey> OwnReadersOf(const PartyKeys& keys);
// A node's keys (formats §5): entries and TLS, checkpoints, cosignatures.
struct NodeKeys {
  SecretSeed node, log, cosigner;  // Ed25519 seeds
};
struct RecoveryKey {
  SecretSeed sealing;  // X25519 secret
};
using KeyMaterial = std::variant<PartyKeys, NodeKeys, RecoveryKey>;

PartyKeys NewPartyKeys();
NodeKeys NewNodeKeys();
RecoveryKey NewRecoveryKey();
// The X25519 public key of a secret.
SealingPublicKey SealingPublicKeyOf(const SecretSeed& secret);

// What a key file shows without its passphrase.
struct PublicKeys {
  std::string kind;                              // "party", "node", "recovery"
  std::optional<PublicKey> signing;              // party
  std::optional<SealingPublicKey> sealing;       // party, recovery
  std::optional<SealingPublicKey> recovery;      // party, when it has one
  std::optional<PublicKey> node, log, cosigner;  // node
};
PublicKeys PublicKeysOf(const KeyMaterial& keys);

// Argon2id cost, recorded in the file; never below ops 3, 64 MiB. kInteractive is that floor,
// kModerate takes 256 MiB.
enum class KeyCost : uint8_t { kInteractive, kModerate };

// The file's text (tests and callers that write elsewhere).
std::string SealKeyFile(const KeyMaterial& keys, const Passphrase& passphrase, KeyCost cost);
// E_PASSPHRASE when the envelope does not open, E_FORMAT when the text is no key file or its
// public half does not belong to the secrets.
Result<KeyMaterial> OpenKeyText(std::string_view text, const Passphrase& passphrase);
Result<PublicKeys> ReadPublicText(std::string_view text);

// Creates `path` with mode 0600, durable before it returns; E_IO when it exists.
Status WriteKeyFile(const std::string& path, const KeyMaterial& keys, const Passphrase& passphrase,
                    KeyCost cost);
// E_IO, E_PASSPHRASE (also for a wrong mode, naming the chmod), E_FORMAT.
Result<KeyMaterial> OpenKeyFile(const std::string& path, const Passphrase& passphrase);
Result<PublicKeys> ReadPublicKeys(const std::string& path);
// As OpenKeyFile, for one kind; E_CONFIG naming the kind that was found.
Result<PartyKeys> OpenPartyKeys(const std::string& path, const Passphrase& passphrase);
Result<NodeKeys> OpenNodeKeys(const std::string& path, const Passphrase& passphrase);

}  // namespace suyuan::genesis
