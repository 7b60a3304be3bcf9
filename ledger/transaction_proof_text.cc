// The extra data of a proof file as canonical JSON, declared in ledger/transaction_proof.h.
#include <algorithm>
#include <array>
#include <span>

#include "common/encoding.h"
#include "common/json.h"
#include "ledger/transaction_proof.h"

namespace suyuan::ledger {
namespace {

constexpr size_t kPathHashesMax = 32;  // counts have 32 bits

Error BadForm(std::string why) {
  return Error{ErrorCode::kFormat, "the proof's extra data: " + std::move(why)};
}

json::Value PathJson(const std::vector<Hash>& path) {
  json::Array out;
  for (const Hash& hash : path) out.emplace_back(ToHex(hash));
  return out;
}

json::Value FieldJson(const ShownField& field) {
  json::Object out{{"leaf", Base64Encode(field.shown.leaf)},
                   {"leaf_count", field.shown.leaf_count},
                   {"leaf_path", PathJson(field.shown.leaf_path)},
                   {"position", field.shown.position},
                   {"record", field.shown.record},
                   {"record_path", PathJson(field.shown.record_path)}};
  if (field.padded) out.emplace("opening", Base64Encode(*field.padded));
  return out;
}

json::Value SignatureJson(const SignatureEntry& entry) {
  return json::Object{{"public_key", ToHex(entry.public_key)},
                      {"signature", ToHex(entry.signature)},
                      {"suite", static_cast<uint32_t>(entry.suite)}};
}

Status CheckMembers(const json::Value& value, std::span<const std::string_view> known) {
  const json::Object* object = value.if_object();
  if (object == nullptr) return BadForm("not an object");
  for (const auto& [name, member] : *object)
    if (std::ranges::find(known, name) == known.end())
      return BadForm("unknown member \"" + name + "\"");
  return {};
}

Result<std::optional<Bytes>> ReadBase64(const json::Value& value, const char* name) {
  if (value.Find(name) == nullptr) return std::optional<Bytes>();
  auto bytes = Base64Decode(value.Text(name));
  if (!bytes.ok()) return BadForm(std::string(name) + " is no base64");
  return std::optional<Bytes>(*std::move(bytes));
}

Result<uint32_t> ReadNumber(const json::Value& value, const char* name) {
  const json::Value* member = value.Find(name);
  const int64_t* number = member != nullptr ? member->if_int() : nullptr;
  if (number == nullptr || *number < 0 || *number > UINT32_MAX)
    return BadForm(std::string(name) + " is no number");
  return static_cast<uint32_t>(*number);
}

Result<std::vector<Hash>> ReadPath(const json::Value& value, const char* name) {
  const json::Value* member = value.Find(name);
  const json::Array* items = member != nullptr ? member->if_array() : nullptr;
  if (items == nullptr || items->size() > kPathHashesMax)
    return BadForm(std::string(name) + " is no audit path");
  std::vector<Hash> out;
  for (const json::Value& item : *items) {
    const std::string* text = item.if_string();
    const auto hash = ParseHash(text != nullptr ? *text : "");
    if (!hash.ok()) return BadForm(std::string(name) + " holds no hash");
    out.push_back(*hash);
  }
  return out;
}

Result<ShownField> ReadField(const json::Value& value) {
  constexpr std::array<std::string_view, 7> kMembers = {
      "leaf", "leaf_count", "leaf_path", "opening", "position", "record", "record_path"};
  SUYUAN_RETURN_IF_ERROR(CheckMembers(value, kMembers));
  ShownField out;
  SUYUAN_ASSIGN_OR_RETURN(auto leaf, ReadBase64(value, "leaf"));
  if (!leaf) return BadForm("a field without its leaf");
  out.shown.leaf = *std::move(leaf);
  SUYUAN_ASSIGN_OR_RETURN(out.shown.leaf_count, ReadNumber(value, "leaf_count"));
  SUYUAN_ASSIGN_OR_RETURN(out.shown.leaf_path, ReadPath(value, "leaf_path"));
  SUYUAN_ASSIGN_OR_RETURN(out.shown.position, ReadNumber(value, "position"));
  SUYUAN_ASSIGN_OR_RETURN(out.shown.record, ReadNumber(value, "record"));
  SUYUAN_ASSIGN_OR_RETURN(out.shown.record_path, ReadPath(value, "record_path"));
  SUYUAN_ASSIGN_OR_RETURN(out.padded, ReadBase64(value, "opening"));
  return out;
}

Result<SignatureEntry> ReadSignature(const json::Value& value) {
  constexpr std::array<std::string_view, 3> kMembers = {"public_key", "signature", "suite"};
  SUYUAN_RETURN_IF_ERROR(CheckMembers(value, kMembers));
  SUYUAN_ASSIGN_OR_RETURN(const uint32_t suite, ReadNumber(value, "suite"));
  if (suite != static_cast<uint32_t>(Suite::kEd25519)) return BadForm("unknown suite");
  const auto key = HexDecode(value.Text("public_key"));
  const auto signature = HexDecode(value.Text("signature"));
  if (!key.ok() || !signature.ok()) return BadForm("a signature is no hex text");
  SignatureEntry out;
  SUYUAN_ASSIGN_OR_RETURN(out.public_key, PublicKey::From(*key));
  SUYUAN_ASSIGN_OR_RETURN(out.signature, Signature::From(*signature));
  return out;
}

// The members of a list, each read by `read`; none when there is no such list.
template <typename T, typename Read>
Status ReadList(const json::Value& value, const char* name, std::vector<T>& out, Read read) {
  const json::Value* member = value.Find(name);
  const json::Array* items = member != nullptr ? member->if_array() : nullptr;
  if (items == nullptr) return BadForm(std::string(name) + " is no list");
  for (const json::Value& item : *items) {
    SUYUAN_ASSIGN_OR_RETURN(T one, read(item));
    out.push_back(std::move(one));
  }
  return {};
}

}  // namespace

Bytes EncodeProofExtra(const ProofExtra& extra) {
  json::Object out{{"leaf", HexEncode(extra.leaf)}};
  if (extra.envelope) {
    out.emplace("envelope", Base64Encode(*extra.envelope));
  } else if (extra.core) {
    json::Array fields, signatures;
    for (const ShownField& field : extra.fields) fields.push_back(FieldJson(field));
    for (const SignatureEntry& entry : extra.signatures) signatures.push_back(SignatureJson(entry));
    out.emplace("core", Base64Encode(*extra.core));
    out.emplace("fields", std::move(fields));
    out.emplace("signatures", std::move(signatures));
  } else {
    out.emplace("signatures_hash", ToHex(extra.signatures_hash));
    out.emplace("tx_id", ToHex(extra.id));
  }
  if (extra.outcome) out.emplace("outcome", Base64Encode(*extra.outcome));
  return json::Canonical(std::move(out));
}

namespace {

Result<ProofExtra> ReadExtra(ByteView text) {
  constexpr std::array<std::string_view, 8> kMembers = {
      "core", "envelope", "fields", "leaf", "outcome", "signatures", "signatures_hash", "tx_id"};
  const auto value = json::ParseCanonical(text);
  if (!value.ok()) return BadForm("no canonical JSON");
  SUYUAN_RETURN_IF_ERROR(CheckMembers(*value, kMembers));
  ProofExtra out;
  const auto leaf = HexDecode(value->Text("leaf"));
  if (!leaf.ok()) return BadForm("the leaf is malformed");
  out.leaf = *leaf;
  SUYUAN_ASSIGN_OR_RETURN(out.envelope, ReadBase64(*value, "envelope"));
  SUYUAN_ASSIGN_OR_RETURN(out.core, ReadBase64(*value, "core"));
  SUYUAN_ASSIGN_OR_RETURN(out.outcome, ReadBase64(*value, "outcome"));
  if (out.envelope && out.core) return BadForm("both a whole transaction and a part of it");
  if (out.envelope) return out;
  if (out.core) {
    SUYUAN_RETURN_IF_ERROR(ReadList(*value, "signatures", out.signatures, ReadSignature));
    SUYUAN_RETURN_IF_ERROR(ReadList(*value, "fields", out.fields, ReadField));
    return out;
  }
  const auto id = ParseTxId(value->Text("tx_id"));
  const auto hash = ParseHash(value->Text("signatures_hash"));
  if (!id.ok() || !hash.ok())
    return BadForm("neither envelope, core, nor tx_id and signatures_hash");
  out.id = *id;
  out.signatures_hash = *hash;
  return out;
}

}  // namespace

Result<ProofExtra> DecodeProofExtra(ByteView text) {
  SUYUAN_ASSIGN_OR_RETURN(ProofExtra out, ReadExtra(text));
  // Hex and base64 have several spellings; one value has one text.
  if (EncodeProofExtra(out) != text) return BadForm("not in its one form");
  return out;
}

}  // namespace suyuan::ledger
