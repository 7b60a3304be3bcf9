// What a record shows of another transaction's sealed field: openings and proofs of cipher faults.
#include "common/cipher.h"
#include "common/encoding.h"
#include "contracts/builder_record.h"

namespace suyuan::contracts {
namespace {

Error FormatError(std::string detail) { return Error{ErrorCode::kFormat, std::move(detail)}; }

Result<Hash> ReadHash(const json::Value& shown, const char* name) {
  auto hash = ParseHash(shown.Text(name));
  if (hash.ok()) return hash;
  return FormatError(std::string(name) + " of what is shown has 64 hex digits");
}

// A small number; 0 when it is not given.
Result<uint32_t> ReadNumber(const json::Value& shown, const char* name, int64_t max) {
  const json::Value* value = shown.Find(name);
  if (value == nullptr) return uint32_t{0};
  const int64_t* number = value->if_int();
  if (number != nullptr && *number >= 0 && *number <= max) return static_cast<uint32_t>(*number);
  return FormatError(std::string(name) + " of what is shown is a number from 0 on");
}

Result<ledger::RecordDraft::LeafDraft> BuildFault(const json::Value& shown, const Hash& context,
                                                  const sealing::SealedPlace& at, uint32_t record,
                                                  sealing::TransactionSealer& sealer) {
  sealing::CarriedField field;
  field.at = at;
  SUYUAN_ASSIGN_OR_RETURN(field.commitment, ReadHash(shown, "commitment"));
  SUYUAN_ASSIGN_OR_RETURN(field.content_hash, ReadHash(shown, "content_hash"));
  SUYUAN_ASSIGN_OR_RETURN(const Hash key, ReadHash(shown, "field_key"));
  SUYUAN_ASSIGN_OR_RETURN(const Bytes ciphertext, HexDecode(shown.Text("ciphertext")));
  if (ciphertext.size() <= kAeadTagBytes)
    return FormatError("ciphertext of what is shown is too short");
  field.ciphertext = ciphertext;
  field.padded_length = static_cast<uint32_t>(ciphertext.size() - kAeadTagBytes);
  SUYUAN_ASSIGN_OR_RETURN(const SecretSeed field_key, SecretSeed::From(key.view()));
  return sealer.ShowFault(record, context, field, field_key);
}

}  // namespace

Status BuildShown(const json::Value& shows, uint16_t field, uint32_t record_index,
                  const Sealer& sealer, ledger::RecordDraft& draft) {
  const json::Array* list = shows.if_array();
  if (list == nullptr || list->empty()) return FormatError("\"shows\" is a non-empty array");
  for (const json::Value& shown : *list) {
    if (shown.if_object() == nullptr) return FormatError("\"shows\" holds objects");
    SUYUAN_ASSIGN_OR_RETURN(const Hash context, ReadHash(shown, "context"));
    sealing::SealedPlace at;
    at.field = field;
    SUYUAN_ASSIGN_OR_RETURN(at.record, ReadNumber(shown, "record", UINT32_MAX));
    SUYUAN_ASSIGN_OR_RETURN(const uint32_t item, ReadNumber(shown, "item", UINT16_MAX));
    at.item = static_cast<uint16_t>(item);
    if (shown.Find("opening") == nullptr) {
      SUYUAN_ASSIGN_OR_RETURN(auto leaf,
                              BuildFault(shown, context, at, record_index, sealer.fields));
      draft.leaves.push_back(std::move(leaf));
      continue;
    }
    SUYUAN_ASSIGN_OR_RETURN(const Bytes padded, HexDecode(shown.Text("opening")));
    draft.leaves.push_back(sealer.fields.ShowOpening(record_index, context, at, padded));
  }
  SortLeaves(draft);
  return {};
}

}  // namespace suyuan::contracts
