// The parties in whose name this process may sign, by the names that example data gives them. Key
// files are opened at first use, since each costs about 0.2 s and 64 MiB. Not thread-safe.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "contracts/references.h"
#include "genesis/key_file.h"
#include "ledger/sealing/reader.h"
#include "node/cli/commands.h"

namespace suyuan::cli {

struct Signer {
  PartyId party;
  SigningKey key;
  std::vector<SealingPublicKey> readers;          // the party's own: operational and recovery key
  std::shared_ptr<sealing::SealedReader> opener;  // of what is sealed to it
};

class KeyRing {
 public:
  // From devnet.json (or its directory): its nodes by name. From another directory: files named
  // <name>.<party code>.key. `passphrase` falls back to the devnet's own file.
  static Result<KeyRing> Open(const std::string& path, PassphraseSource passphrase);
  // One key for whatever names no signer.
  static KeyRing Single(const std::string& key_file, const PartyId& party,
                        PassphraseSource passphrase);

  // E_REF naming the known ones, E_PASSPHRASE, E_IO.
  Result<const Signer*> Get(const std::string& name);
  // party:NAME and key:NAME.KIND of every entry, from the public halves.
  Result<contracts::ReferenceMap> References() const;

  // Whose keys these are.
  std::set<PartyId> Parties() const;

  static constexpr const char* kSelf = "self";

 private:
  struct Entry {
    PartyId party;
    std::string file;
    std::optional<Signer> opened;
  };
  std::map<std::string, Entry> entries_;
  PassphraseSource passphrase_;
  std::optional<genesis::Passphrase> asked_;
};

}  // namespace suyuan::cli
