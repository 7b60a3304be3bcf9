// Words of the consumer page in its two languages.
#pragma once

#include <cstdint>
#include <string_view>

#include "contracts/entity.h"
#include "contracts/fields.h"

namespace suyuan::api {

enum class Language : uint8_t { kChinese, kEnglish };

// One phrase in both languages.
struct Phrase {
  std::string_view chinese, english;
  std::string_view In(Language language) const {
    return language == Language::kChinese ? chinese : english;
  }
};

Phrase StateText(contracts::EntityState state);
// Label of a field: the table's Chinese name or its English one.
std::string_view FieldLabel(const contracts::FieldInfo& field, Language language);
// Words of enumerations that a consumer meets; the word itself when there is no other.
std::string_view WordText(std::string_view word, Language language);

}  // namespace suyuan::api
