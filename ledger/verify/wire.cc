#include "ledger/verify/wire.h"

#include <algorithm>

#include "common/hash.h"

namespace suyuan::ledger::verify {
namespace {

Error Bad(std::string why) { return Error{ErrorCode::kFormat, std::move(why)}; }

// A varint in its shortest form; false at the end of the bytes or when it is longer than needed.
bool ReadVarint(ByteView& rest, uint64_t* out) {
  uint64_t value = 0;
  for (int i = 0; i < 10; ++i) {
    if (rest.empty()) return false;
    auto byte = static_cast<uint8_t>(rest[0]);
    rest.remove_prefix(1);
    if (i == 9 && byte > 1) return false;
    value |= static_cast<uint64_t>(byte & 0x7F) << (7 * i);
    if ((byte & 0x80) == 0) {
      *out = value;
      return i == 0 || byte != 0;
    }
  }
  return false;
}

Result<WireField> ReadField(ByteView& rest) {
  uint64_t key = 0;
  if (!ReadVarint(rest, &key)) return Bad("field key is cut or not minimal");
  WireField field;
  if (key >> 3 == 0 || key >> 3 > 0x1FFFFFFF) return Bad("field number out of range");
  field.number = static_cast<uint32_t>(key >> 3);
  if ((key & 7) == 0) {
    if (!ReadVarint(rest, &field.varint)) return Bad("varint is cut or not minimal");
  } else if ((key & 7) == 2) {
    uint64_t length = 0;
    if (!ReadVarint(rest, &length) || length > rest.size()) return Bad("length runs past the end");
    field.is_bytes = true;
    field.bytes = rest.substr(0, length);
    rest.remove_prefix(length);
  } else {
    return Bad("wire type " + std::to_string(key & 7) + " is not used");
  }
  return field;
}

Status Expect(const WireField& field, bool bytes) {
  if (field.is_bytes != bytes)
    return Bad("field " + std::to_string(field.number) + " has the wrong wire type");
  return {};
}

Status ReadSigner(ByteView message, WireTransaction::Signer* out) {
  SUYUAN_ASSIGN_OR_RETURN(auto fields, SplitMessage(message, {}, 3));
  for (const WireField& f : fields) {
    SUYUAN_RETURN_IF_ERROR(Expect(f, f.number != 1));
    if (f.number == 1) out->role = f.varint;
    if (f.number == 2) out->party = f.bytes;
    if (f.number == 3) out->key_id = f.bytes;
  }
  return {};
}

// Audiences are the sealing layer's business; here only their form counts.
Status CheckAudience(ByteView message) {
  SUYUAN_ASSIGN_OR_RETURN(auto fields, SplitMessage(message, {}, 4));
  for (const WireField& f : fields)
    SUYUAN_RETURN_IF_ERROR(Expect(f, f.number == 2 || f.number == 4));
  return {};
}

Status ReadCore(ByteView core, WireTransaction* out) {
  SUYUAN_ASSIGN_OR_RETURN(auto fields, SplitMessage(core, {7, 16}, 17));
  for (const WireField& f : fields) {
    bool varint = f.number == 1 || f.number == 3 || f.number == 4 ||
                  (f.number >= 9 && f.number <= 14 && f.number != 11);
    SUYUAN_RETURN_IF_ERROR(Expect(f, !varint));
    switch (f.number) {
      case 2:
        out->ledger_id = f.bytes;
        break;
      case 7:
        out->signers.emplace_back();
        SUYUAN_RETURN_IF_ERROR(ReadSigner(f.bytes, &out->signers.back()));
        break;
      case 9:
        out->created_ms = f.varint;
        break;
      case 10:
        out->expiry_ms = f.varint;
        break;
      case 14:
        out->record_count = f.varint;
        break;
      case 15:
        out->records_root = f.bytes;
        break;
      case 16:
        SUYUAN_RETURN_IF_ERROR(CheckAudience(f.bytes));
        break;
      default:
        break;  // of no concern to the log; execution reads them
    }
  }
  return {};
}

Status ReadSignature(ByteView message, WireSignature* out) {
  SUYUAN_ASSIGN_OR_RETURN(auto fields, SplitMessage(message, {}, 3));
  for (const WireField& f : fields) {
    SUYUAN_RETURN_IF_ERROR(Expect(f, f.number != 1));
    if (f.number == 1) out->suite = f.varint;
    if (f.number == 2) out->public_key = f.bytes;
    if (f.number == 3) out->signature = f.bytes;
  }
  return {};
}

}  // namespace

Result<std::vector<WireField>> SplitMessage(ByteView message,
                                            std::initializer_list<uint32_t> repeated,
                                            uint32_t number_max) {
  std::vector<WireField> out;
  ByteView rest = message;
  while (!rest.empty()) {
    SUYUAN_ASSIGN_OR_RETURN(WireField field, ReadField(rest));
    bool many = std::find(repeated.begin(), repeated.end(), field.number) != repeated.end();
    if (field.number > number_max) return Bad("unknown field " + std::to_string(field.number));
    if (!out.empty() &&
        (field.number < out.back().number || (field.number == out.back().number && !many)))
      return Bad("field " + std::to_string(field.number) + " is out of order or repeated");
    if (!many && (field.is_bytes ? field.bytes.empty() : field.varint == 0))
      return Bad("field " + std::to_string(field.number) + " holds its default value");
    out.push_back(field);
  }
  return out;
}

Result<WireTransaction> ReadEnvelope(ByteView envelope) {
  WireTransaction tx;
  SUYUAN_ASSIGN_OR_RETURN(auto fields, SplitMessage(envelope, {2, 3}, 3));
  for (const WireField& f : fields) {
    SUYUAN_RETURN_IF_ERROR(Expect(f, true));
    if (f.number == 1) {
      tx.core = f.bytes;
    } else if (f.number == 2) {
      tx.signatures.emplace_back();
      SUYUAN_RETURN_IF_ERROR(ReadSignature(f.bytes, &tx.signatures.back()));
    } else {
      SUYUAN_ASSIGN_OR_RETURN(auto leaves, SplitMessage(f.bytes, {1}, 1));
      tx.records.emplace_back();
      for (const WireField& leaf : leaves) {
        SUYUAN_RETURN_IF_ERROR(Expect(leaf, true));
        tx.records.back().push_back(leaf.bytes);
      }
    }
  }
  if (tx.core.empty()) return Bad("envelope without core");
  SUYUAN_RETURN_IF_ERROR(ReadCore(tx.core, &tx));
  tx.id.data = TaggedHash("tx", {Sized(tx.core)}).data;
  return tx;
}

Result<WireBody> ReadBody(ByteView body) {
  WireBody out;
  SUYUAN_ASSIGN_OR_RETURN(auto fields, SplitMessage(body, {1, 2}, 3));
  for (const WireField& f : fields) {
    SUYUAN_RETURN_IF_ERROR(Expect(f, true));
    if (f.number == 1) out.envelopes.push_back(f.bytes);
    if (f.number == 2) out.cosignatures.push_back(f.bytes);
    if (f.number == 3) out.configuration = f.bytes;
  }
  return out;
}

Result<std::vector<ByteView>> ReadMemberKeys(ByteView configuration, MemberKey kind) {
  std::vector<ByteView> out;
  SUYUAN_ASSIGN_OR_RETURN(auto fields, SplitMessage(configuration, {3}, 5));
  for (const WireField& f : fields) {
    if (f.number != 3) continue;
    SUYUAN_RETURN_IF_ERROR(Expect(f, true));
    SUYUAN_ASSIGN_OR_RETURN(auto member, SplitMessage(f.bytes, {}, 8));
    for (const WireField& m : member)
      if (m.number == static_cast<uint32_t>(kind)) out.push_back(m.bytes);
  }
  return out;
}

}  // namespace suyuan::ledger::verify
