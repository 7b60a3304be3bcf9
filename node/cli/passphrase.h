// Passphrases of key files: from --passphrase-file, from SUYUAN_PASSPHRASE, or typed without echo.
#pragma once

#include <optional>

#include "genesis/key_file.h"
#include "node/cli/commands.h"

namespace suyuan::cli {

// From here on no key of this process reaches a core file, nor another process of this user through
// ptrace. Whatever asks for a passphrase has called it: no key file opens without.
void ForbidCoreDumps();

// E_PASSPHRASE when there is neither file, variable nor terminal.
Result<genesis::Passphrase> AskPassphrase(const PassphraseSource& source,
                                          const std::string& prompt);
// As above for a new key: a typed one is asked twice.
Result<genesis::Passphrase> AskNewPassphrase(const PassphraseSource& source);

// The signing key behind --key; nullopt when there is no such option.
Result<std::optional<SigningKey>> OpenSigningKey(const NodeTarget& target);

}  // namespace suyuan::cli
