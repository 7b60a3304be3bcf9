// Cursors of lists whose rows are not for everybody: a page may end at a row that its caller is not
// shown, so the cursor says nothing of the row to anybody but this process. Encrypted and
// authenticated (common/cipher.h) with a key of this object; after a restart the walk begins again.
// Thread-safe.
#pragma once

#include "api/http_message.h"
#include "common/result.h"
#include "common/sign.h"

namespace suyuan::api {

class SealedCursors {
 public:
  SealedCursors() : key_(SecretSeed::Random()) {}

  // The cursor that continues at `key` of a list. Its length tells the key's in steps of 64 bytes.
  std::string At(ByteView list, ByteView key) const;
  // First key to read, as PageStart (paging.h): "" at the beginning; E_FORMAT for a cursor that
  // this object did not give for this list.
  Result<Bytes> Start(ByteView list, const Request& request) const;

 private:
  const SecretSeed key_;
};

}  // namespace suyuan::api
