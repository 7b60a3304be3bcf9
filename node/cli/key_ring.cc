#include "node/cli/key_ring.h"

#include <filesystem>

#include "common/suggest.h"
#include "node/cli/devnet.h"
#include "node/cli/passphrase.h"

namespace suyuan::cli {
namespace {

namespace fs = std::filesystem;

// "manufacturer.91440101MA5EXAMP0G.key" → name and party; nullopt for other names.
std::optional<std::pair<std::string, PartyId>> NameOf(const std::string& file) {
  constexpr std::string_view kSuffix = ".key";
  if (!file.ends_with(kSuffix)) return std::nullopt;
  std::string stem = file.substr(0, file.size() - kSuffix.size());
  size_t dot = stem.rfind('.');
  if (dot == std::string::npos || dot == 0) return std::nullopt;
  auto party = ParsePartyId(stem.substr(dot + 1));
  if (!party.ok()) return std::nullopt;
  return std::pair(stem.substr(0, dot), *party);
}

}  // namespace

Result<KeyRing> KeyRing::Open(const std::string& path, PassphraseSource passphrase) {
  KeyRing ring;
  ring.passphrase_ = std::move(passphrase);
  std::error_code error;
  bool directory = fs::is_directory(path, error);
  if (!directory || fs::exists(fs::path(path) / "devnet.json", error)) {
    SUYUAN_ASSIGN_OR_RETURN(Devnet devnet, LoadDevnet(path));
    for (const DevnetNode& node : devnet.nodes)
      ring.entries_.emplace(node.name, Entry{node.party, node.party_key, std::nullopt});
    if (ring.passphrase_.file.empty() && std::getenv("SUYUAN_PASSPHRASE") == nullptr)
      ring.passphrase_.file = devnet.passphrase_file;
    return ring;
  }
  for (const fs::directory_entry& file : fs::directory_iterator(path, error))
    if (auto named = NameOf(file.path().filename().string()))
      ring.entries_.emplace(named->first, Entry{named->second, file.path().string(), std::nullopt});
  if (ring.entries_.empty())
    return Error{ErrorCode::kConfig,
                 path + " holds neither devnet.json nor files named <name>.<party code>.key"};
  return ring;
}

KeyRing KeyRing::Single(const std::string& key_file, const PartyId& party,
                        PassphraseSource passphrase) {
  KeyRing ring;
  ring.passphrase_ = std::move(passphrase);
  ring.entries_.emplace(kSelf, Entry{party, key_file, std::nullopt});
  return ring;
}

Result<const Signer*> KeyRing::Get(const std::string& name) {
  auto found = entries_.find(name);
  if (found == entries_.end()) {
    std::vector<std::string_view> known;
    std::string all;
    for (const auto& [other, entry] : entries_) {
      known.push_back(other);
      all += (all.empty() ? "" : ", ") + other;
    }
    return Error{ErrorCode::kRef, "there is no key for signer \"" + name + "\"; known: " + all +
                                      DidYouMean(name, known)};
  }
  Entry& entry = found->second;
  if (entry.opened) return &*entry.opened;
  if (!asked_) {
    SUYUAN_ASSIGN_OR_RETURN(genesis::Passphrase passphrase,
                            AskPassphrase(passphrase_, "Passphrase of " + entry.file));
    asked_.emplace(std::move(passphrase));
  }
  SUYUAN_ASSIGN_OR_RETURN(genesis::PartyKeys keys, genesis::OpenPartyKeys(entry.file, *asked_));
  std::vector<SealingPublicKey> readers = OwnReadersOf(keys);
  std::vector<SealingKey> sealing;
  sealing.emplace_back(std::move(keys.sealing));
  entry.opened.emplace(Signer{entry.party, SigningKey(keys.signing), std::move(readers),
                              std::make_shared<sealing::SealedReader>(std::move(sealing))});
  return &*entry.opened;
}

std::set<PartyId> KeyRing::Parties() const {
  std::set<PartyId> out;
  for (const auto& [name, entry] : entries_) out.insert(entry.party);
  return out;
}

Result<contracts::ReferenceMap> KeyRing::References() const {
  contracts::ReferenceMap references;
  for (const auto& [name, entry] : entries_) {
    SUYUAN_ASSIGN_OR_RETURN(genesis::PublicKeys keys, genesis::ReadPublicKeys(entry.file));
    if (!keys.signing) return Error{ErrorCode::kConfig, entry.file + " holds no party keys"};
    references["party:" + name] = ToString(entry.party);
    references["key:" + name + ".signing"] = ToHex(*keys.signing);
    references["key:" + name + ".sealing"] = ToHex(*keys.sealing);
    if (keys.recovery) references["key:" + name + ".recovery"] = ToHex(*keys.recovery);
  }
  return references;
}

}  // namespace suyuan::cli
