#include "ledger/checkpoint.h"

#include <algorithm>

#include "common/codec.h"
#include "common/encoding.h"
#include "common/hash.h"
#include "ledger/note_text.h"

namespace suyuan::ledger {
namespace {

constexpr std::string_view kSignaturePrefix = "\xE2\x80\x94 ";  // em dash U+2014, space
constexpr char kTypeEd25519 = 1;

Error BadFormat(const char* what) { return Error{ErrorCode::kFormat, what}; }

// unicode.IsSpace of Go, whose note package decides what a name is: White_Space of Unicode.
bool ContainsUnicodeSpace(std::string_view utf8) {
  constexpr std::string_view kSpaces[] = {" ",
                                          "\t",
                                          "\n",
                                          "\v",
                                          "\f",
                                          "\r",
                                          "\xC2\x85",
                                          "\xC2\xA0",
                                          "\xE1\x9A\x80",
                                          "\xE2\x80\xA8",
                                          "\xE2\x80\xA9",
                                          "\xE2\x80\xAF",
                                          "\xE2\x81\x9F",
                                          "\xE3\x80\x80"};
  auto contains = [&](std::string_view s) { return utf8.find(s) != std::string_view::npos; };
  if (std::any_of(std::begin(kSpaces), std::end(kSpaces), contains)) return true;
  for (char last = '\x80'; last <= '\x8A'; ++last)  // U+2000 to U+200A
    if (contains(std::string("\xE2\x80") + last)) return true;
  return false;
}

struct SignatureLine {
  std::string_view name;
  uint32_t key_hash = 0;
  Bytes signature;
};

Result<SignatureLine> ParseSignatureLine(std::string_view line) {
  if (!line.starts_with(kSignaturePrefix)) return BadFormat("not a signature line of a note");
  line.remove_prefix(kSignaturePrefix.size());
  size_t space = line.find(' ');
  if (space == std::string_view::npos || !IsNoteName(line.substr(0, space)))
    return BadFormat("a note's signature line has no proper key name");
  auto bytes = Base64Decode(line.substr(space + 1));
  if (!bytes.ok() || bytes->size() < 5)
    return BadFormat("a note's signature is not base64 of key id and signature");
  Reader reader(*bytes);
  SignatureLine out{line.substr(0, space), reader.U32(), {}};
  out.signature = Bytes(reader.rest());
  return out;
}

struct Note {
  std::string_view text;
  std::vector<SignatureLine> signatures;
};

bool HasControlCharacter(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<uint8_t>(c) < 0x20 && c != '\n'; });
}

Result<Note> ParseNote(std::string_view note) {
  if (note.size() > kNoteBytesMax) return BadFormat("the note is too long");
  if (!IsValidUtf8(note) || HasControlCharacter(note))
    return BadFormat("a note is UTF-8 without control characters");
  size_t blank = note.rfind("\n\n");
  if (blank == std::string_view::npos) return BadFormat("the note has no blank line");
  Note out{note.substr(0, blank + 1), {}};
  std::string_view rest = note.substr(blank + 2);
  if (!rest.ends_with('\n')) return BadFormat("the note does not end with a newline");
  while (auto line = internal::TakeLine(rest)) {
    if (out.signatures.size() == kNoteSignaturesMax)
      return BadFormat("the note has more than 16 signatures");
    SUYUAN_ASSIGN_OR_RETURN(SignatureLine signature, ParseSignatureLine(*line));
    out.signatures.push_back(std::move(signature));
  }
  return out;
}

bool Verifies(const NoteKey& key, std::string_view text, const Bytes& signature) {
  auto fixed = Signature::From(signature);
  return fixed.ok() && VerifySignature(key.key, text, *fixed);
}

// Index of the key that made `line`; keys.size() when the line is of no known key; E_PROOF when it
// names a known key and is not its signature.
Result<size_t> SignerOf(const SignatureLine& line, std::string_view text,
                        const std::vector<NoteKey>& keys) {
  bool known = false;
  for (size_t i = 0; i < keys.size(); ++i) {
    if (keys[i].name != line.name || NoteKeyHash(keys[i]) != line.key_hash) continue;
    known = true;
    if (Verifies(keys[i], text, line.signature)) return i;
  }
  if (known) return Error{ErrorCode::kProof, "invalid signature of " + std::string(line.name)};
  return keys.size();
}

Bytes TypedKey(const PublicKey& key) { return kTypeEd25519 + key.str(); }

}  // namespace

std::string CheckpointBody(const Checkpoint& checkpoint) {
  return checkpoint.origin + "\n" + std::to_string(checkpoint.size) + "\n" +
         Base64Encode(checkpoint.root.view()) + "\n";
}

Result<Checkpoint> ParseCheckpointBody(std::string_view body) {
  auto origin = internal::TakeLine(body);
  if (!origin || origin->empty()) return BadFormat("the checkpoint has no origin");
  if (!IsValidUtf8(*origin) || HasControlCharacter(*origin))
    return BadFormat("the checkpoint's origin is not plain UTF-8");
  auto size_line = internal::TakeLine(body);
  auto size = size_line ? internal::ParseDecimal(*size_line) : std::nullopt;
  if (!size) return BadFormat("the checkpoint's second line is not a tree size");
  auto root_line = internal::TakeLine(body);
  auto root = root_line ? internal::ParseHashLine(*root_line) : std::nullopt;
  if (!root) return BadFormat("the checkpoint's third line is not a root hash");
  if (!body.empty()) return BadFormat("the checkpoint has extension lines");
  return Checkpoint{std::string(*origin), *size, *root};
}

bool IsNoteName(std::string_view name) {
  return !name.empty() && IsValidUtf8(name) && name.find('+') == std::string_view::npos &&
         !ContainsUnicodeSpace(name) && !HasControlCharacter(name);
}

uint32_t NoteKeyHash(const NoteKey& key) {
  Hash hash = Sha256(key.name + "\n" + TypedKey(key.key));
  return Reader(hash.view()).U32();
}

std::string VerifierKeyText(const NoteKey& key) {
  Writer key_hash;
  key_hash.U32(NoteKeyHash(key));
  return key.name + "+" + HexEncode(key_hash.bytes()) + "+" + Base64Encode(TypedKey(key.key));
}

Result<NoteKey> ParseVerifierKey(std::string_view text) {
  // Names hold no plus sign, but base64 does: the first two are the separators.
  size_t first = text.find('+');
  size_t second = first == std::string_view::npos ? first : text.find('+', first + 1);
  if (second == std::string_view::npos || !IsNoteName(text.substr(0, first)))
    return BadFormat("not a verifier key of the form name+id+key");
  auto typed = Base64Decode(text.substr(second + 1));
  if (!typed.ok() || typed->size() != 1 + PublicKey::kSize || (*typed)[0] != kTypeEd25519)
    return BadFormat("the verifier key is not of type Ed25519");
  NoteKey key{std::string(text.substr(0, first)), {}};
  SUYUAN_ASSIGN_OR_RETURN(key.key, PublicKey::From(ByteView(*typed).substr(1)));
  if (VerifierKeyText(key) != text) return BadFormat("the verifier key's id does not fit its key");
  return key;
}

std::string SignNote(const std::string& body, const std::string& name, const SigningKey& key) {
  SUYUAN_CHECK(body.ends_with('\n'), "a note's text ends with a newline");
  SUYUAN_CHECK(IsNoteName(name), name);
  Writer line;
  line.U32(NoteKeyHash({name, key.public_key()})).Raw(key.Sign(body));
  return body + "\n" + std::string(kSignaturePrefix) + name + " " + Base64Encode(line.bytes()) +
         "\n";
}

Result<Checkpoint> OpenCheckpoint(std::string_view note, const std::vector<NoteKey>& keys,
                                  size_t* signer) {
  SUYUAN_ASSIGN_OR_RETURN(Note parsed, ParseNote(note));
  SUYUAN_ASSIGN_OR_RETURN(Checkpoint checkpoint, ParseCheckpointBody(parsed.text));
  std::optional<size_t> first;
  for (const SignatureLine& line : parsed.signatures) {
    SUYUAN_ASSIGN_OR_RETURN(size_t index, SignerOf(line, parsed.text, keys));
    if (index == keys.size() || keys[index].name != checkpoint.origin) continue;
    if (!first) first = index;
  }
  if (!first)
    return Error{ErrorCode::kProof, "the checkpoint is signed by none of its log's known keys"};
  if (signer != nullptr) *signer = *first;
  return checkpoint;
}

}  // namespace suyuan::ledger
