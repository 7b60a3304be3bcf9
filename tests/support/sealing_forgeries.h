// Sealed transactions that lie: well-signed, as a hostile sender would make them, with what a
// reader or the check must say of each. Attack tests and golden vectors share them.
#pragma once

#include <string>
#include <vector>

#include "tests/support/sealing_samples.h"

namespace suyuan::test {

// The lies of a hostile sender, as parts. Both keep the rest of the transaction consistent.
void ReplaceField(SealedDraft& draft, const sealing::SealedPlace& at, sealing::SealedField sealed);
void ReplaceWraps(SealedDraft& draft, uint8_t audience, const Bytes& wraps);
// Wraps as a list: split, sorted again and joined.
std::vector<Bytes> SplitWraps(ByteView wraps);
Bytes JoinWraps(std::vector<Bytes> wraps);

// The transaction that all forgeries start from: two records, three fields for the audience of
// keys 1 and 2, one for that of keys 2 and 3.
inline constexpr sealing::SealedPlace kFirstField{0, 0x0202, 0}, kListItem{0, 0x0203, 1},
    kOtherRecord{1, 0x0202, 0}, kOtherAudience{1, 0x0205, 0};
SealedDraft Honest();

// Passes the check and opens to something else than a value: what reader 1 finds.
struct Forgery {
  std::string name;
  SealedDraft draft;
  sealing::WrapVerdict audience = sealing::WrapVerdict::kOpened;
  sealing::FieldVerdict first_field = sealing::FieldVerdict::kOpened;  // when the audience opens
};
std::vector<Forgery> Forgeries();

// Refused by the check: the code and the place that it names.
struct Malformed {
  std::string name;
  SealedDraft draft;
  ErrorCode code;
  std::optional<sealing::SealedPlace> at;
};
std::vector<Malformed> MalformedTransactions();

}  // namespace suyuan::test
