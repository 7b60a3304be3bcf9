// C2SP signed notes, tlog-checkpoint and tlog-proof (docs/formats.md §5).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/ids.h"
#include "common/result.h"
#include "common/sign.h"

namespace suyuan::ledger {

// What a checkpoint says: `origin`, number of leaves, root.
struct Checkpoint {
  std::string origin;
  uint64_t size = 0;
  Hash root;
};
std::string CheckpointBody(const Checkpoint& checkpoint);

// A signature line of a note: type 0x01 (Ed25519 over the note's text).
struct NoteKey {
  std::string name;
  PublicKey key;
};
// "<name>+<8 hex>+<base64(0x01 ‖ key)>", as golang.org/x/mod/sumdb/note reads it.
std::string VerifierKeyText(const NoteKey& key);
Result<NoteKey> ParseVerifierKey(std::string_view text);

std::string SignNote(const std::string& body, const std::string& name, const SigningKey& key);
// The checkpoint when at least one line is a valid signature of one of `keys` (E_PROOF otherwise);
// unknown lines are ignored, more than 16 lines refused. `signer` gets the index of that key.
Result<Checkpoint> OpenCheckpoint(std::string_view note, const std::vector<NoteKey>& keys,
                                  size_t* signer = nullptr);

// A C2SP tlog-proof file: extra data, index, inclusion proof, checkpoint note.
struct ProofFile {
  Bytes extra;
  uint64_t index = 0;
  std::vector<Hash> proof;
  std::string checkpoint_note;
};
std::string EncodeProofFile(const ProofFile& file);
Result<ProofFile> DecodeProofFile(std::string_view text);

}  // namespace suyuan::ledger
