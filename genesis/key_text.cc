// The text form of key files: envelope, public half, and the binding between both.
#include <array>
#include <cstring>

#include <sodium.h>

#include "common/agreement.h"
#include "common/encoding.h"
#include "common/json.h"
#include "genesis/key_file.h"

namespace suyuan::genesis {
namespace {

constexpr std::string_view kFormat = "suyuan-key/1";
constexpr uint64_t kOpsMin = 3, kOpsMax = 16;
constexpr uint64_t kMemoryMin = 64ull << 20, kMemoryMax = 1ull << 30;

// Heap bytes that wipe themselves.
class Secret {
 public:
  explicit Secret(size_t size) : bytes_(size, '\0') {}
  explicit Secret(Bytes bytes) : bytes_(std::move(bytes)) {}
  Secret(const Secret&) = delete;
  ~Secret() { sodium_memzero(bytes_.data(), bytes_.size()); }
  unsigned char* data() { return reinterpret_cast<unsigned char*>(bytes_.data()); }
  size_t size() const { return bytes_.size(); }
  ByteView view() const { return bytes_; }

 private:
  Bytes bytes_;
};

struct Cost {
  uint64_t ops, memory;
};

const unsigned char* U8(ByteView v) { return reinterpret_cast<const unsigned char*>(v.data()); }

Status DeriveWrapKey(const Passphrase& passphrase, ByteView salt, Cost cost, Secret& key) {
  ByteView text = passphrase.view();
  if (crypto_pwhash(key.data(), key.size(), text.data(), text.size(), U8(salt), cost.ops,
                    static_cast<size_t>(cost.memory), crypto_pwhash_ALG_ARGON2ID13) != 0)
    return Error{ErrorCode::kIo, "not enough memory to derive a key (" +
                                     std::to_string(cost.memory >> 20) + " MiB are needed)"};
  return {};
}

json::Object PublicObject(const PublicKeys& keys) {
  json::Object out;
  auto add = [&](const char* name, const auto& key) {
    if (key) out.emplace(name, ToHex(*key));
  };
  add("signing", keys.signing);
  add("sealing", keys.sealing);
  add("recovery", keys.recovery);
  add("node", keys.node);
  add("log", keys.log);
  add("cosigner", keys.cosigner);
  return out;
}

// The secrets in their fixed order: party signing ‖ sealing, node ‖ log ‖ cosigner, recovery.
std::vector<const SecretSeed*> Secrets(const KeyMaterial& keys) {
  if (const auto* party = std::get_if<PartyKeys>(&keys)) return {&party->signing, &party->sealing};
  if (const auto* node = std::get_if<NodeKeys>(&keys))
    return {&node->node, &node->log, &node->cosigner};
  return {&std::get<RecoveryKey>(keys).sealing};
}

// What a parsed file says before it is opened.
struct Parsed {
  json::Object header;  // everything but the box: the associated data
  PublicKeys keys;
  Cost cost{};
  Bytes salt, nonce, box;
};

Error NoKeyFile(std::string why) {
  return Error{ErrorCode::kFormat, "this is no key file of this version: " + std::move(why)};
}

template <typename Key>
Status ReadPublic(const json::Value& table, const char* name, bool mandatory,
                  std::optional<Key>& out) {
  if (table.Find(name) == nullptr) {
    if (!mandatory) return {};
    return NoKeyFile(std::string("public.") + name + " is missing");
  }
  auto bytes = HexDecode(table.Text(name));
  if (!bytes.ok() || bytes->size() != Key::kSize)
    return NoKeyFile(std::string("public.") + name + " is no key");
  SUYUAN_ASSIGN_OR_RETURN(out, Key::From(*bytes));
  return {};
}

Result<PublicKeys> ParsePublic(const json::Value& root) {
  PublicKeys keys;
  keys.kind = root.Text("kind");
  const json::Value* table = root.Find("public");
  if (table == nullptr || table->if_object() == nullptr) return NoKeyFile("public is missing");
  if (keys.kind == "party") {
    SUYUAN_RETURN_IF_ERROR(ReadPublic(*table, "signing", true, keys.signing));
    SUYUAN_RETURN_IF_ERROR(ReadPublic(*table, "sealing", true, keys.sealing));
    SUYUAN_RETURN_IF_ERROR(ReadPublic(*table, "recovery", false, keys.recovery));
  } else if (keys.kind == "node") {
    SUYUAN_RETURN_IF_ERROR(ReadPublic(*table, "node", true, keys.node));
    SUYUAN_RETURN_IF_ERROR(ReadPublic(*table, "log", true, keys.log));
    SUYUAN_RETURN_IF_ERROR(ReadPublic(*table, "cosigner", true, keys.cosigner));
  } else if (keys.kind == "recovery") {
    SUYUAN_RETURN_IF_ERROR(ReadPublic(*table, "sealing", true, keys.sealing));
  } else {
    return NoKeyFile("kind \"" + keys.kind + "\" is unknown");
  }
  if (PublicObject(keys) != *table->if_object())
    return NoKeyFile("public holds more than its keys");
  return keys;
}

Result<Parsed> ParseText(std::string_view text) {
  auto root = json::Parse(text);
  if (!root.ok()) return NoKeyFile(root.error().detail);
  if (root->if_object() == nullptr || root->Text("format") != kFormat)
    return NoKeyFile("format is not " + std::string(kFormat));
  Parsed out;
  SUYUAN_ASSIGN_OR_RETURN(out.keys, ParsePublic(*root));
  const json::Value* kdf = root->Find("kdf");
  const int64_t* ops = kdf == nullptr || !kdf->Find("ops") ? nullptr : kdf->Find("ops")->if_int();
  const int64_t* memory =
      kdf == nullptr || !kdf->Find("memory_bytes") ? nullptr : kdf->Find("memory_bytes")->if_int();
  if (ops == nullptr || memory == nullptr || kdf->Text("name") != "argon2id" ||
      root->Text("cipher") != "xchacha20-poly1305")
    return NoKeyFile("kdf or cipher is unknown");
  out.cost = {static_cast<uint64_t>(*ops), static_cast<uint64_t>(*memory)};
  if (out.cost.ops < kOpsMin || out.cost.ops > kOpsMax || out.cost.memory < kMemoryMin ||
      out.cost.memory > kMemoryMax)
    return NoKeyFile("the cost of its key derivation is outside what is allowed");
  auto salt = HexDecode(kdf->Text("salt")), nonce = HexDecode(root->Text("nonce"));
  auto box = Base64Decode(root->Text("box"));
  if (!salt.ok() || salt->size() != crypto_pwhash_SALTBYTES || !nonce.ok() ||
      nonce->size() != crypto_aead_xchacha20poly1305_ietf_NPUBBYTES || !box.ok())
    return NoKeyFile("salt, nonce or box is damaged");
  out.salt = *std::move(salt);
  out.nonce = *std::move(nonce);
  out.box = *std::move(box);
  out.header = *root->if_object();
  out.header.erase("box");
  return out;
}

Result<KeyMaterial> FromSecrets(const PublicKeys& keys, ByteView plain) {
  size_t count = keys.kind == "party" ? 2 : keys.kind == "node" ? 3 : 1;
  if (plain.size() != count * 32) return NoKeyFile("its envelope holds something else");
  auto seed = [&](size_t i) { return SecretSeed::From(plain.substr(i * 32, 32)).value(); };
  KeyMaterial material;
  if (keys.kind == "party")
    material = PartyKeys{seed(0), seed(1), keys.recovery};
  else if (keys.kind == "node")
    material = NodeKeys{seed(0), seed(1), seed(2)};
  else
    material = RecoveryKey{seed(0)};
  if (PublicObject(PublicKeysOf(material)) != PublicObject(keys))
    return NoKeyFile("its public half does not belong to its secrets");
  return material;
}

}  // namespace

void Passphrase::Wipe(std::string& text) {
  text.resize(text.capacity());
  sodium_memzero(text.data(), text.size());
  text.clear();
}

Passphrase& Passphrase::operator=(Passphrase&& other) noexcept {
  if (this != &other) {
    Wipe(text_);
    text_ = other.text_;
    Wipe(other.text_);
  }
  return *this;
}

SealingPublicKey SealingPublicKeyOf(const SecretSeed& secret) {
  return SealingKey(secret.Clone()).public_key();
}

PartyKeys NewPartyKeys() { return {SecretSeed::Random(), SecretSeed::Random(), std::nullopt}; }
NodeKeys NewNodeKeys() {
  return {SecretSeed::Random(), SecretSeed::Random(), SecretSeed::Random()};
}
RecoveryKey NewRecoveryKey() { return {SecretSeed::Random()}; }

std::vector<SealingPublicKey> OwnReadersOf(const PartyKeys& keys) {
  std::vector<SealingPublicKey> out = {SealingPublicKeyOf(keys.sealing)};
  if (keys.recovery) out.push_back(*keys.recovery);
  return out;
}

PublicKeys PublicKeysOf(const KeyMaterial& material) {
  PublicKeys out;
  if (const auto* party = std::get_if<PartyKeys>(&material)) {
    out.kind = "party";
    out.signing = SigningKey(party->signing).public_key();
    out.sealing = SealingPublicKeyOf(party->sealing);
    out.recovery = party->recovery;
  } else if (const auto* node = std::get_if<NodeKeys>(&material)) {
    out.kind = "node";
    out.node = SigningKey(node->node).public_key();
    out.log = SigningKey(node->log).public_key();
    out.cosigner = SigningKey(node->cosigner).public_key();
  } else {
    out.kind = "recovery";
    out.sealing = SealingPublicKeyOf(std::get<RecoveryKey>(material).sealing);
  }
  return out;
}

std::string SealKeyFile(const KeyMaterial& keys, const Passphrase& passphrase, KeyCost cost) {
  InitCrypto();
  Cost chosen{kOpsMin, cost == KeyCost::kModerate ? 256ull << 20 : kMemoryMin};
  Bytes salt(crypto_pwhash_SALTBYTES, '\0');
  Bytes nonce(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, '\0');
  randombytes_buf(salt.data(), salt.size());
  randombytes_buf(nonce.data(), nonce.size());
  PublicKeys public_keys = PublicKeysOf(keys);
  json::Object file{{"cipher", "xchacha20-poly1305"},
                    {"format", kFormat},
                    {"kdf", json::Object{{"memory_bytes", chosen.memory},
                                         {"name", "argon2id"},
                                         {"ops", chosen.ops},
                                         {"salt", HexEncode(salt)}}},
                    {"kind", public_keys.kind},
                    {"nonce", HexEncode(nonce)},
                    {"public", PublicObject(public_keys)}};
  Bytes header = json::Canonical(file);

  std::vector<const SecretSeed*> secrets = Secrets(keys);
  Secret plain(secrets.size() * 32);
  for (size_t i = 0; i < secrets.size(); ++i)
    std::memcpy(plain.data() + i * 32, secrets[i]->view().data(), 32);
  Secret wrap(crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
  Status derived = DeriveWrapKey(passphrase, salt, chosen, wrap);
  SUYUAN_CHECK(derived.ok(), derived.error().detail);
  Bytes box(plain.size() + crypto_aead_xchacha20poly1305_ietf_ABYTES, '\0');
  crypto_aead_xchacha20poly1305_ietf_encrypt(reinterpret_cast<unsigned char*>(box.data()), nullptr,
                                             plain.data(), plain.size(), U8(header), header.size(),
                                             nullptr, U8(nonce), wrap.data());
  file.emplace("box", Base64Encode(box));
  return json::Pretty(file);
}

Result<KeyMaterial> OpenKeyText(std::string_view text, const Passphrase& passphrase) {
  InitCrypto();
  SUYUAN_ASSIGN_OR_RETURN(Parsed parsed, ParseText(text));
  constexpr size_t kOverhead = crypto_aead_xchacha20poly1305_ietf_ABYTES;
  if (parsed.box.size() < kOverhead) return NoKeyFile("its envelope is cut off");
  Secret wrap(crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
  SUYUAN_RETURN_IF_ERROR(DeriveWrapKey(passphrase, parsed.salt, parsed.cost, wrap));
  Secret plain(parsed.box.size() - kOverhead);
  Bytes header = json::Canonical(parsed.header);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain.data(), nullptr, nullptr, U8(parsed.box),
                                                 parsed.box.size(), U8(header), header.size(),
                                                 U8(parsed.nonce), wrap.data()) != 0)
    return Error{ErrorCode::kPassphrase,
                 "the passphrase does not open this key file, or the file was altered"};
  return FromSecrets(parsed.keys, plain.view());
}

Result<PublicKeys> ReadPublicText(std::string_view text) {
  SUYUAN_ASSIGN_OR_RETURN(Parsed parsed, ParseText(text));
  return std::move(parsed.keys);
}

}  // namespace suyuan::genesis
