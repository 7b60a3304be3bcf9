// Words of the field table in both languages, as data; use field_text.h.
#pragma once

#include <span>

#include "api/page_text.h"

namespace suyuan::api {

struct FieldWord {
  std::string_view field;  // identifier; "" for any
  std::string_view word;
  Phrase text;
};
std::span<const FieldWord> FieldWords();

struct FieldName {
  std::string_view identifier, english;
};
std::span<const FieldName> EnglishNames();

}  // namespace suyuan::api
