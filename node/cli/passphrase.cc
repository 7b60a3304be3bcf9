#include "node/cli/passphrase.h"

#include <cstdlib>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <termios.h>
#include <unistd.h>

namespace suyuan::cli {
namespace {

// The controlling terminal with its echo off; restored on destruction.
class SilentTerminal {
 public:
  SilentTerminal() : fd_(open("/dev/tty", O_RDWR | O_CLOEXEC)) {
    if (fd_ < 0 || tcgetattr(fd_, &before_) != 0) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    silent_ = tcsetattr(fd_, TCSAFLUSH, &silent) == 0;
  }
  SilentTerminal(const SilentTerminal&) = delete;
  ~SilentTerminal() {
    if (silent_) tcsetattr(fd_, TCSAFLUSH, &before_);
    if (fd_ >= 0) close(fd_);
  }
  bool usable() const { return silent_; }

  std::string Ask(const std::string& prompt) {
    std::string text;
    text.reserve(256);  // no reallocation that would leave copies behind
    Say(prompt + ": ");
    for (char c = 0; read(fd_, &c, 1) == 1 && c != '\n';)
      if (text.size() < 255) text.push_back(c);
    Say("\n");
    return text;
  }

 private:
  void Say(const std::string& text) {
    if (write(fd_, text.data(), text.size()) < 0) silent_ = false;
  }
  int fd_;
  termios before_{};
  bool silent_ = false;
};

std::optional<Result<genesis::Passphrase>> GivenPassphrase(const PassphraseSource& source) {
  ForbidCoreDumps();
  if (!source.file.empty()) return genesis::ReadPassphraseFile(source.file);
  const char* variable = std::getenv("SUYUAN_PASSPHRASE");
  if (variable == nullptr || *variable == '\0') return std::nullopt;
  return Result<genesis::Passphrase>(genesis::Passphrase(std::string(variable)));
}

Error NoTerminal() {
  return Error{ErrorCode::kPassphrase,
               "a passphrase is needed: use --passphrase-file, SUYUAN_PASSPHRASE or a terminal"};
}

}  // namespace

void ForbidCoreDumps() {
  rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0);
}

Result<genesis::Passphrase> AskPassphrase(const PassphraseSource& source,
                                          const std::string& prompt) {
  if (auto given = GivenPassphrase(source)) return *std::move(given);
  SilentTerminal terminal;
  if (!terminal.usable()) return NoTerminal();
  return genesis::Passphrase(terminal.Ask(prompt));
}

Result<genesis::Passphrase> AskNewPassphrase(const PassphraseSource& source) {
  if (auto given = GivenPassphrase(source)) return *std::move(given);
  SilentTerminal terminal;
  if (!terminal.usable()) return NoTerminal();
  genesis::Passphrase first(terminal.Ask("New passphrase"));
  genesis::Passphrase second(terminal.Ask("Once more"));
  if (first.view() != second.view())
    return Error{ErrorCode::kPassphrase, "the two passphrases differ"};
  if (first.view().size() < 8)
    return Error{ErrorCode::kPassphrase, "a passphrase needs at least 8 bytes"};
  return first;
}

Result<std::optional<SigningKey>> OpenSigningKey(const NodeTarget& target) {
  if (target.key_file.empty()) return std::optional<SigningKey>();
  SUYUAN_ASSIGN_OR_RETURN(genesis::Passphrase passphrase,
                          AskPassphrase(target.passphrase, "Passphrase of " + target.key_file));
  SUYUAN_ASSIGN_OR_RETURN(genesis::PartyKeys keys,
                          genesis::OpenPartyKeys(target.key_file, passphrase));
  return std::optional<SigningKey>(SigningKey(keys.signing));
}

}  // namespace suyuan::cli
