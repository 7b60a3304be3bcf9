#include "ledger/verify/note.h"

#include <charconv>
#include <vector>

#include "common/encoding.h"
#include "common/hash.h"
#include "common/sign.h"

namespace suyuan::ledger::verify {
namespace {

constexpr std::string_view kDash = "\xE2\x80\x94 ";  // em dash, space

Error Wrong(const char* why) { return Error{ErrorCode::kProof, std::string("checkpoint: ") + why}; }

// Takes one line off the front; false when there is none.
bool Line(std::string_view* rest, std::string_view* line) {
  size_t end = rest->find('\n');
  if (end == std::string_view::npos) return false;
  *line = rest->substr(0, end);
  rest->remove_prefix(end + 1);
  return true;
}

Result<NoteFacts> ReadText(std::string_view text, std::string_view origin) {
  NoteFacts out;
  std::string_view name, size, root;
  if (!Line(&text, &name) || !Line(&text, &size) || !Line(&text, &root) || !text.empty())
    return Wrong("text is not three lines");
  if (name != origin) return Wrong("origin differs");
  auto [end, error] = std::from_chars(size.data(), size.data() + size.size(), out.size);
  if (error != std::errc() || end != size.data() + size.size() || std::to_string(out.size) != size)
    return Wrong("size is malformed");
  SUYUAN_ASSIGN_OR_RETURN(Bytes hash, Base64Decode(root));
  SUYUAN_ASSIGN_OR_RETURN(out.root, Hash::From(hash));
  return out;
}

// Whose signature a line says it is: the first four bytes of what C2SP calls the key id.
const Bytes* NamedKey(std::string_view origin, ByteView blob, const std::vector<Bytes>& keys) {
  for (const Bytes& key : keys) {
    const Bytes named = Bytes(origin) + "\n\x01" + key;
    if (Sha256(named).view().substr(0, 4) == blob.substr(0, 4)) return &key;
  }
  return nullptr;
}

bool IsSigned(const NoteFacts& note, ByteView blob, ByteView key) {
  const auto public_key = PublicKey::From(key);
  return blob.size() == 4 + 64 && public_key.ok() &&
         VerifySignature(*public_key, note.text, Signature::From(blob.substr(4)).value());
}

}  // namespace

Result<NoteFacts> ReadNote(std::string_view note, std::string_view origin) {
  size_t split = note.find("\n\n");
  if (split == std::string_view::npos) return Wrong("no signatures");
  std::string_view text = note.substr(0, split + 1), rest = note.substr(split + 2), line;
  SUYUAN_ASSIGN_OR_RETURN(NoteFacts out, ReadText(text, origin));
  out.text = Bytes(text);
  while (Line(&rest, &line)) {
    if (!line.starts_with(kDash)) return Wrong("malformed signature line");
    line.remove_prefix(kDash.size());
    size_t space = line.find(' ');
    if (space == std::string_view::npos) return Wrong("malformed signature line");
    if (line.substr(0, space) != origin) continue;  // a cosigner's; judged with its policy
    SUYUAN_ASSIGN_OR_RETURN(Bytes blob, Base64Decode(line.substr(space + 1)));
    out.blobs.push_back(std::move(blob));
  }
  if (!rest.empty() || out.blobs.empty()) return Wrong("no valid signature of a log key");
  return out;
}

Status CheckNote(const NoteFacts& note, std::string_view origin, const std::vector<Bytes>& keys,
                 UnknownKeys unknown) {
  for (const Bytes& blob : note.blobs) {
    const Bytes* key = NamedKey(origin, blob, keys);
    if (key == nullptr && unknown == UnknownKeys::kMayCome) continue;
    if (key == nullptr || !IsSigned(note, blob, *key)) return Wrong("signature is not valid");
  }
  return {};
}

}  // namespace suyuan::ledger::verify
