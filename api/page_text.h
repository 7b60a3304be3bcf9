// The two languages for people, and the names of states in both.
#pragma once

#include <cstdint>
#include <string_view>

#include "contracts/entity.h"

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
}  // namespace suyuan::api
