#include "common/cipher.h"

#include <sodium.h>

#include "common/check.h"

namespace suyuan {

static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == 32);
static_assert(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES == kAeadNonceBytes);
static_assert(crypto_aead_xchacha20poly1305_ietf_ABYTES == kAeadTagBytes);

Bytes AeadSeal(ByteView key, ByteView nonce, ByteView associated, ByteView plain) {
  SUYUAN_CHECK(key.size() == 32 && nonce.size() == kAeadNonceBytes, "key or nonce of wrong size");
  Bytes sealed(plain.size() + kAeadTagBytes, '\0');
  unsigned long long length = 0;
  crypto_aead_xchacha20poly1305_ietf_encrypt(reinterpret_cast<unsigned char*>(sealed.data()),
                                             &length, AsU8(plain), plain.size(), AsU8(associated),
                                             associated.size(), nullptr, AsU8(nonce), AsU8(key));
  SUYUAN_CHECK(length == sealed.size(), "unexpected length of a ciphertext");
  return sealed;
}

Result<Bytes> AeadOpen(ByteView key, ByteView nonce, ByteView associated, ByteView sealed) {
  SUYUAN_CHECK(key.size() == 32 && nonce.size() == kAeadNonceBytes, "key or nonce of wrong size");
  if (sealed.size() < kAeadTagBytes)
    return Error{ErrorCode::kCommit, "ciphertext is shorter than its tag"};
  Bytes plain(sealed.size() - kAeadTagBytes, '\0');
  unsigned long long length = 0;
  const int verdict = crypto_aead_xchacha20poly1305_ietf_decrypt(
      reinterpret_cast<unsigned char*>(plain.data()), &length, nullptr, AsU8(sealed), sealed.size(),
      AsU8(associated), associated.size(), AsU8(nonce), AsU8(key));
  if (verdict != 0) return Error{ErrorCode::kCommit, "ciphertext does not open under this key"};
  return plain;
}

}  // namespace suyuan
