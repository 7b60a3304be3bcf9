// Records that the ledger accepts, from a registration to goods that were sold on: every field that
// may stand in them is filled, and classes decide who is shown what.
#pragma once

#include "tests/api/sealed_fixture.h"

namespace suyuan::api::test {

inline constexpr std::string_view kHiddenBrand = "隐藏标记甲", kHiddenBuyer = "隐藏标记乙";

// Conditional fields that no record of this story may have, or that another step brings.
extern const std::set<std::string_view> kElsewhere;

class StoryTest : public SealedApiTest {
 protected:
  // The fields given, and a right value of every other one that may stand in such a record.
  static json::Object Fill(uint8_t section, json::Object given,
                           const std::set<std::string_view>& without = {});
  FiledRecord File(const Actor& actor, const char* type, uint8_t section, json::Object given,
                   RecordFacts facts, const std::string& further = "");
  static std::string IdOf(const FiledRecord& filed);
  void Review(const char* type, const char* kind, const std::string& id);

  FiledRecord FileParty();
  // With `unchecked` fields in place of those that the sender's node would let through.
  FiledRecord FileProduct(const json::Object& unchecked = {});
  FiledRecord FileBatch(const std::string& product);
  void Release(FiledRecord& batch);
  static std::string Code(uint32_t number);
  FiledRecord Sell(const Actor& from, const Actor& to, const std::string& code);
  FiledRecord Confirm(const Actor& by, const FiledRecord& sold);
};

}  // namespace suyuan::api::test
