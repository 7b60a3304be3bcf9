#include "common/wiped_json.h"

#include "common/agreement.h"

namespace suyuan::json {

void WipeTexts(Value& value) {
  if (std::string* text = value.if_string()) Wipe(*text);
  if (Array* items = value.if_array())
    for (Value& item : *items) WipeTexts(item);
  if (Object* members = value.if_object())
    for (auto& [name, member] : *members) WipeTexts(member);
}

}  // namespace suyuan::json
