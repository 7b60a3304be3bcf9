// C2SP signed notes, tlog-checkpoint and tlog-proof (docs/formats.md §5), readable by
// golang.org/x/mod/sumdb/note. The parsers are strict: one value has one text. All functions are
// pure and thread-safe; texts may come from an adversary.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/ids.h"
#include "common/result.h"
#include "common/sign.h"

namespace suyuan::ledger {

// Upper bounds of what the parsers look at; a note may carry post-quantum signatures of 5 KiB.
inline constexpr size_t kNoteBytesMax = 128 << 10;
inline constexpr size_t kNoteSignaturesMax = 16;
inline constexpr size_t kProofFileBytesMax = 16 << 20;

// What a checkpoint says: `origin`, number of leaves, root.
struct Checkpoint {
  std::string origin;
  uint64_t size = 0;
  Hash root;
};
std::string CheckpointBody(const Checkpoint& checkpoint);
// Exactly three lines, no extension lines. E_FORMAT.
Result<Checkpoint> ParseCheckpointBody(std::string_view body);

// Who signs notes, with signature type 0x01 (Ed25519 over the note's text). A name is UTF-8, not
// empty, without Unicode spaces and plus signs.
struct NoteKey {
  std::string name;
  PublicKey key;
};
// "<name>+<8 hex>+<base64(0x01 ‖ key)>", as golang.org/x/mod/sumdb/note reads it.
std::string VerifierKeyText(const NoteKey& key);
Result<NoteKey> ParseVerifierKey(std::string_view text);
bool IsNoteName(std::string_view name);
// First four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ key), big-endian.
uint32_t NoteKeyHash(const NoteKey& key);

// `body` (ending in a newline) with one signature line. The name must be a note name.
std::string SignNote(const std::string& body, const std::string& name, const SigningKey& key);
// The checkpoint when at least one line is a valid signature of one of `keys` whose name is the
// checkpoint's origin, and no line of a known key is invalid (E_PROOF otherwise). Lines of unknown
// keys are ignored. Malformed text, extension lines and more than 16 lines are E_FORMAT. `signer`
// gets the index of the first key that signed.
Result<Checkpoint> OpenCheckpoint(std::string_view note, const std::vector<NoteKey>& keys,
                                  size_t* signer = nullptr);

// A C2SP tlog-proof file: extra data (empty: none), index, inclusion proof from the leaf's sibling
// upwards, checkpoint note word for word. Decoding checks form only: open the note and verify the
// proof before believing any of it; the extra data is never authenticated by the file itself.
struct ProofFile {
  Bytes extra;
  uint64_t index = 0;
  std::vector<Hash> proof;
  std::string checkpoint_note;
};
std::string EncodeProofFile(const ProofFile& file);
Result<ProofFile> DecodeProofFile(std::string_view text);

}  // namespace suyuan::ledger
