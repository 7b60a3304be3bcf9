// Any text as a note, a verifier key and a proof file: no crash; what is accepted has exactly one
// text; what opens was signed. The first byte chooses; with an odd one the rest is a note's text
// that is signed first, so that the parser of bodies is reached behind a valid signature.
#include <cstddef>
#include <cstdint>

#include "common/check.h"
#include "ledger/checkpoint.h"

namespace suyuan::ledger {
namespace {

const SigningKey& Key() {
  static const SigningKey key = [] {
    InitCrypto();
    return SigningKey(SecretSeed::From(Bytes(32, 'f')).value());
  }();
  return key;
}
const char kName[] = "fuzz.example/log";

void SignedBody(std::string_view body) {
  if (!body.ends_with('\n')) return;
  std::string note = SignNote(std::string(body), kName, Key());
  auto opened = OpenCheckpoint(note, {{kName, Key().public_key()}});
  if (!opened.ok()) return;
  SUYUAN_CHECK(CheckpointBody(*opened) == body, "a checkpoint with two texts");
  SUYUAN_CHECK(opened->origin == kName, "signed under a name that is not the origin");
}

void Unsigned(std::string_view text) {
  std::vector<NoteKey> keys{{kName, Key().public_key()}};
  if (auto key = ParseVerifierKey(text); key.ok())
    SUYUAN_CHECK(VerifierKeyText(*key) == text, "a verifier key with two texts");
  if (auto file = DecodeProofFile(text); file.ok()) {
    SUYUAN_CHECK(EncodeProofFile(*file) == text, "a proof file with two texts");
    (void)OpenCheckpoint(file->checkpoint_note, keys);
  }
  // Nobody but us signs with this key, and nothing that we signed comes in here.
  SUYUAN_CHECK(!OpenCheckpoint(text, keys).ok(), "a forged checkpoint");
}

}  // namespace
}  // namespace suyuan::ledger

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] % 2 == 1)
    suyuan::ledger::SignedBody(text);
  else
    suyuan::ledger::Unsigned(text);
  return 0;
}
