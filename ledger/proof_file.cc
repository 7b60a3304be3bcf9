// The tlog-proof format (c2sp.org/tlog-proof), declared in ledger/checkpoint.h.
#include "common/encoding.h"
#include "ledger/checkpoint.h"
#include "ledger/note_text.h"

namespace suyuan::ledger {
namespace {

constexpr std::string_view kFirstLine = "c2sp.org/tlog-proof@v1";
constexpr std::string_view kExtra = "extra ";
constexpr std::string_view kIndex = "index ";
constexpr size_t kProofHashesMax = 64;  // sizes have 64 bits

Error BadFormat(const char* what) { return Error{ErrorCode::kFormat, what}; }

}  // namespace

std::string EncodeProofFile(const ProofFile& file) {
  std::string out(kFirstLine);
  out += '\n';
  if (!file.extra.empty()) out.append(kExtra).append(Base64Encode(file.extra)) += '\n';
  out.append(kIndex).append(std::to_string(file.index)) += '\n';
  for (const Hash& hash : file.proof) out.append(Base64Encode(hash.view())) += '\n';
  out += '\n';
  return out + file.checkpoint_note;
}

Result<ProofFile> DecodeProofFile(std::string_view text) {
  if (text.size() > kProofFileBytesMax) return BadFormat("the proof file is too long");
  ProofFile file;
  if (internal::TakeLine(text) != kFirstLine)
    return BadFormat("not a proof file: it does not start with c2sp.org/tlog-proof@v1");
  auto line = internal::TakeLine(text);
  if (line && line->starts_with(kExtra)) {
    auto extra = Base64Decode(line->substr(kExtra.size()));
    if (!extra.ok() || extra->empty())
      return BadFormat("the proof file's extra data is not base64");
    file.extra = *std::move(extra);
    line = internal::TakeLine(text);
  }
  if (!line || !line->starts_with(kIndex)) return BadFormat("the proof file has no index line");
  auto index = internal::ParseDecimal(line->substr(kIndex.size()));
  if (!index) return BadFormat("the proof file's index is not a number");
  file.index = *index;
  while ((line = internal::TakeLine(text)) && !line->empty()) {
    auto hash = internal::ParseHashLine(*line);
    if (!hash) return BadFormat("a line of the inclusion proof is not a hash");
    if (file.proof.size() == kProofHashesMax) return BadFormat("the inclusion proof is too long");
    file.proof.push_back(*hash);
  }
  if (!line || text.empty()) return BadFormat("the proof file has no checkpoint");
  file.checkpoint_note = std::string(text);
  return file;
}

}  // namespace suyuan::ledger
