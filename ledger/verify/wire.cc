#include "ledger/verify/wire.h"

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

// Why the bytes are no field; nullptr when they are.
const char* ReadField(ByteView& rest, WireField* field) {
  uint64_t key = 0;
  *field = WireField{};
  if (!ReadVarint(rest, &key)) return "field key is cut or not minimal";
  if (key >> 3 == 0 || key >> 3 > 0x1FFFFFFF) return "field number out of range";
  field->number = static_cast<uint32_t>(key >> 3);
  field->is_bytes = (key & 7) == 2;
  if ((key & 7) == 0)
    return ReadVarint(rest, &field->varint) ? nullptr : "varint is cut or not minimal";
  if (!field->is_bytes) return "a wire type that is not used";
  uint64_t length = 0;
  if (!ReadVarint(rest, &length) || length > rest.size()) return "length runs past the end";
  field->bytes = rest.substr(0, length);
  rest.remove_prefix(length);
  return nullptr;
}

Status Expect(const WireField& field, bool bytes) {
  if (field.is_bytes != bytes)
    return Bad("field " + std::to_string(field.number) + " has the wrong wire type");
  return {};
}

Status ReadSigner(ByteView message, WireTransaction::Signer* out) {
  FieldReader fields(message, {}, 3);
  for (WireField f; fields.Next(&f);) {
    SUYUAN_RETURN_IF_ERROR(Expect(f, f.number != 1));
    if (f.number == 1) out->role = f.varint;
    if (f.number == 2) out->party = f.bytes;
    if (f.number == 3) out->key_id = f.bytes;
  }
  return fields.Finish();
}

Status ReadAudience(ByteView message, WireTransaction::Audience* out) {
  FieldReader fields(message, {}, 4);
  for (WireField f; fields.Next(&f);) {
    SUYUAN_RETURN_IF_ERROR(Expect(f, f.number == 2 || f.number == 4));
    if (f.number == 1) out->id = f.varint;
    if (f.number == 2) out->key_commitment = f.bytes;
    if (f.number == 3) out->wrap_count = f.varint;
    if (f.number == 4) out->wraps_hash = f.bytes;
  }
  return fields.Finish();
}

Status ReadCore(ByteView core, WireTransaction* out) {
  FieldReader fields(core, {7, 16}, 17);
  for (WireField f; fields.Next(&f);) {
    bool varint = f.number == 1 || f.number == 3 || f.number == 4 ||
                  (f.number >= 9 && f.number <= 14 && f.number != 11);
    SUYUAN_RETURN_IF_ERROR(Expect(f, !varint));
    switch (f.number) {
      case 2:
        out->ledger_id = f.bytes;
        break;
      case 3:
        out->type = f.varint;
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
        out->audiences.emplace_back();
        SUYUAN_RETURN_IF_ERROR(ReadAudience(f.bytes, &out->audiences.back()));
        break;
      case 17:
        out->seal_public_key = f.bytes;
        break;
      default:
        break;  // of no concern to the log; execution reads them
    }
  }
  return fields.Finish();
}

Status ReadMember(ByteView message, WireMember* out) {
  out->bytes = message;
  FieldReader fields(message, {}, 8);
  for (WireField f; fields.Next(&f);) {
    SUYUAN_RETURN_IF_ERROR(Expect(f, f.number != 6));
    if (f.number == 1) out->party = f.bytes;
    if (f.number == 3) out->node_key = f.bytes;
    if (f.number == 4) out->log_key = f.bytes;
    if (f.number == 6) out->suffrage = f.varint;
  }
  return fields.Finish();
}

Status ReadSignature(ByteView message, WireSignature* out) {
  FieldReader fields(message, {}, 3);
  for (WireField f; fields.Next(&f);) {
    SUYUAN_RETURN_IF_ERROR(Expect(f, f.number != 1));
    if (f.number == 1) out->suite = f.varint;
    if (f.number == 2) out->public_key = f.bytes;
    if (f.number == 3) out->signature = f.bytes;
  }
  return fields.Finish();
}

Status ReadRecord(ByteView message, WireTransaction* out) {
  FieldReader leaves(message, {1}, 1);
  for (WireField leaf; leaves.Next(&leaf);) {
    SUYUAN_RETURN_IF_ERROR(Expect(leaf, true));
    out->leaves.push_back(leaf.bytes);
  }
  out->record_ends.push_back(out->leaves.size());
  return leaves.Finish();
}

}  // namespace

void WireTransaction::Clear() {
  id = {};
  core = ledger_id = records_root = seal_public_key = {};
  type = created_ms = expiry_ms = record_count = 0;
  signers.clear();
  audiences.clear();
  signatures.clear();
  leaves.clear();
  record_ends.clear();
}

FieldReader::FieldReader(ByteView message, std::initializer_list<uint32_t> repeated,
                         uint32_t number_max)
    : rest_(message), number_max_(number_max) {
  for (uint32_t number : repeated) repeated_ |= uint64_t{1} << number;
}

bool FieldReader::Refuse(std::string why) {
  status_ = Bad(std::move(why));
  rest_ = {};
  return false;
}

bool FieldReader::Next(WireField* field) {
  if (rest_.empty()) return false;
  if (const char* why = ReadField(rest_, field)) return Refuse(why);
  if (field->number > number_max_) return Refuse("unknown field " + std::to_string(field->number));
  const bool many = field->number < 64 && (repeated_ >> field->number & 1) != 0;
  if (field->number < previous_ || (field->number == previous_ && !many))
    return Refuse("field " + std::to_string(field->number) + " is out of order or repeated");
  if (!many && (field->is_bytes ? field->bytes.empty() : field->varint == 0))
    return Refuse("field " + std::to_string(field->number) + " holds its default value");
  previous_ = field->number;
  return true;
}

Status ReadEnvelope(ByteView envelope, WireTransaction* out) {
  out->Clear();
  FieldReader fields(envelope, {2, 3}, 3);
  for (WireField f; fields.Next(&f);) {
    SUYUAN_RETURN_IF_ERROR(Expect(f, true));
    if (f.number == 1) {
      out->core = f.bytes;
    } else if (f.number == 2) {
      out->signatures.emplace_back();
      SUYUAN_RETURN_IF_ERROR(ReadSignature(f.bytes, &out->signatures.back()));
    } else {
      SUYUAN_RETURN_IF_ERROR(ReadRecord(f.bytes, out));
    }
  }
  SUYUAN_RETURN_IF_ERROR(fields.Finish());
  if (out->core.empty()) return Bad("envelope without core");
  SUYUAN_RETURN_IF_ERROR(ReadCore(out->core, out));
  out->id.data = TaggedHash("tx", {Sized(out->core)}).data;
  return {};
}

Result<WireBody> ReadBody(ByteView body) {
  WireBody out;
  FieldReader fields(body, {1, 2}, 3);
  for (WireField f; fields.Next(&f);) {
    SUYUAN_RETURN_IF_ERROR(Expect(f, true));
    if (f.number == 1) out.envelopes.push_back(f.bytes);
    if (f.number == 2) out.cosignatures.push_back(f.bytes);
    if (f.number == 3) out.configuration = f.bytes;
  }
  SUYUAN_RETURN_IF_ERROR(fields.Finish());
  return out;
}

Result<WireConfiguration> ReadConfiguration(ByteView configuration) {
  WireConfiguration out;
  FieldReader fields(configuration, {3}, 5);
  for (WireField f; fields.Next(&f);) {
    SUYUAN_RETURN_IF_ERROR(Expect(f, f.number == 3 || f.number == 4));
    if (f.number == 1) out.seq = f.varint;
    if (f.number == 2) out.phase = f.varint;
    if (f.number == 4) out.change_tx_id = f.bytes;
    if (f.number == 5) out.approved_height = f.varint;
    if (f.number != 3) continue;
    out.members.emplace_back();
    SUYUAN_RETURN_IF_ERROR(ReadMember(f.bytes, &out.members.back()));
  }
  SUYUAN_RETURN_IF_ERROR(fields.Finish());
  return out;
}

}  // namespace suyuan::ledger::verify
