#include "api/sealed_cursor.h"

#include "api/paging.h"
#include "common/cipher.h"
#include "common/codec.h"
#include "common/encoding.h"

namespace suyuan::api {
namespace {

constexpr size_t kStep = 64;

Bytes RandomOf(size_t n) {
  Bytes out(n, '\0');
  RandomBytes(reinterpret_cast<uint8_t*>(out.data()), n);
  return out;
}

}  // namespace

std::string SealedCursors::At(ByteView list, ByteView key) const {
  Bytes plain = Writer().U16(static_cast<uint16_t>(key.size())).Raw(key).Take();
  plain.resize((plain.size() + kStep - 1) / kStep * kStep, '\0');
  const Bytes nonce = RandomOf(kAeadNonceBytes);
  return Base32Encode(nonce + AeadSeal(key_.view(), nonce, list, plain));
}

Result<Bytes> SealedCursors::Start(ByteView list, const Request& request) const {
  SUYUAN_ASSIGN_OR_RETURN(const Bytes given, PageStart(request));
  if (given.empty()) return Bytes();
  const Error stranger{ErrorCode::kFormat, "this is no cursor of ours; begin again without one"};
  if (given.size() < kAeadNonceBytes + kAeadTagBytes) return stranger;
  const ByteView whole(given);
  const Result<Bytes> plain =
      AeadOpen(key_.view(), whole.substr(0, kAeadNonceBytes), list, whole.substr(kAeadNonceBytes));
  if (!plain) return stranger;
  Reader in(*plain);
  const size_t size = in.U16();
  return Bytes(in.Raw(size));
}

}  // namespace suyuan::api
