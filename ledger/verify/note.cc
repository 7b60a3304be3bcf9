#include "ledger/verify/note.h"

#include <charconv>
#include <vector>

#include "common/encoding.h"
#include "common/hash.h"
#include "common/sign.h"
#include "ledger/verify/wire.h"

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

bool SignedByOneOf(std::string_view text, std::string_view origin, ByteView blob,
                   const std::vector<ByteView>& keys) {
  if (blob.size() != 4 + 64) return false;
  for (ByteView key : keys) {
    Bytes named = Bytes(origin) + "\n\x01" + Bytes(key);
    auto public_key = PublicKey::From(key);
    if (public_key.ok() && Sha256(named).view().substr(0, 4) == blob.substr(0, 4) &&
        VerifySignature(*public_key, text, Signature::From(blob.substr(4)).value()))
      return true;
  }
  return false;
}

}  // namespace

Result<NoteFacts> ReadNote(std::string_view note, std::string_view origin, ByteView configuration) {
  size_t split = note.find("\n\n");
  if (split == std::string_view::npos) return Wrong("no signatures");
  std::string_view text = note.substr(0, split + 1), rest = note.substr(split + 2), line;
  SUYUAN_ASSIGN_OR_RETURN(NoteFacts out, ReadText(text, origin));
  SUYUAN_ASSIGN_OR_RETURN(auto keys, ReadMemberKeys(configuration, MemberKey::kLog));
  bool signed_by_log = false;
  while (Line(&rest, &line)) {
    if (!line.starts_with(kDash)) return Wrong("malformed signature line");
    line.remove_prefix(kDash.size());
    size_t space = line.find(' ');
    if (space == std::string_view::npos) return Wrong("malformed signature line");
    if (line.substr(0, space) != origin) continue;  // a cosigner's; judged with its policy
    SUYUAN_ASSIGN_OR_RETURN(Bytes blob, Base64Decode(line.substr(space + 1)));
    if (!SignedByOneOf(text, origin, blob, keys)) return Wrong("signature is not valid");
    signed_by_log = true;
  }
  if (!rest.empty() || !signed_by_log) return Wrong("no valid signature of a log key");
  return out;
}

}  // namespace suyuan::ledger::verify
