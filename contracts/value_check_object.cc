// Objects: {"name": …} with the members that the field table lists as "name:type!,…". "!" marks a
// mandatory member. Types: text, textN (at most N characters), an enumeration a|b|c, and the words
// of kMemberTypes.
#include <charconv>

#include "contracts/fields.h"
#include "contracts/value_check.h"

namespace suyuan::contracts::value_check {
namespace {

// A non-empty array whose items pass `check`, distinct and in rising canonical order.
template <typename Check>
Status CheckList(const json::Value& value, size_t max, Check check) {
  const json::Array* items = value.if_array();
  if (items == nullptr || items->empty() || items->size() > max)
    return FormatError("an array of 1 to " + std::to_string(max) + " items");
  for (size_t i = 0; i < items->size(); ++i) {
    SUYUAN_RETURN_IF_ERROR(check((*items)[i]));
    if (i > 0 && json::Canonical((*items)[i - 1]) >= json::Canonical((*items)[i]))
      return FormatError("distinct items in rising order");
  }
  return {};
}

Status CheckRegionPrefix(const json::Value& value) {
  const std::string* text = value.if_string();
  const bool fits = text != nullptr &&
                    (text->size() == 2 || text->size() == 4 || text->size() == 6) &&
                    text->find_first_not_of("0123456789") == std::string::npos;
  if (!fits) return FormatError("region prefixes of 2, 4 or 6 digits");
  return {};
}

Status CheckTrue(const json::Value& value) {
  const bool* flag = value.if_bool();
  if (flag == nullptr || !*flag) return FormatError("true");
  return {};
}

struct MemberType {
  std::string_view name;
  Status (*check)(const json::Value&);
};

constexpr MemberType kMemberTypes[] = {
    {"doc", CheckEntityId},
    {"date", CheckDate},
    {"time", CheckTime},
    {"phone", CheckPhone},
    {"mail", CheckMail},
    {"url", CheckUrl},
    {"party", CheckPartyCode},
    {"field", CheckFieldName},
    {"true", CheckTrue},
    {"pseudonym", [](const json::Value& v) { return CheckHex(v, 32); }},
    {"year", [](const json::Value& v) { return CheckInteger(v, 1900, 2999); }},
    {"count", [](const json::Value& v) { return CheckInteger(v, 1, 1'000'000); }},
    {"lon", [](const json::Value& v) { return CheckInteger(v, -180'000'000, 180'000'000); }},
    {"lat", [](const json::Value& v) { return CheckInteger(v, -90'000'000, 90'000'000); }},
    {"dates", [](const json::Value& v) { return CheckList(v, 366, CheckDate); }},
    {"regions", [](const json::Value& v) { return CheckList(v, 400, CheckRegionPrefix); }},
    {"weekdays",
     [](const json::Value& v) {
       return CheckList(v, 7, [](const json::Value& day) { return CheckInteger(day, 1, 7); });
     }},
    {"channels",  // in the order in which they are to be tried
     [](const json::Value& v) { return CheckText(v, 1, 60); }},
};

Status CheckMember(const json::Value& value, std::string_view type) {
  if (type.find('|') != std::string_view::npos) return CheckEnum(value, type);
  for (const MemberType& known : kMemberTypes) {
    if (known.name == type) return known.check(value);
  }
  SUYUAN_CHECK(type.starts_with("text"), "unknown member type in the field table");
  uint32_t max = 200;
  std::from_chars(type.data() + 4, type.data() + type.size(), max);
  return CheckText(value, 1, max);
}

Error InMember(Error error, std::string_view name) {
  error.detail = "member \"" + std::string(name) + "\": " + error.detail;
  return error;
}

}  // namespace

Status CheckObject(const json::Value& value, std::string_view members) {
  const json::Object* object = value.if_object();
  if (object == nullptr) return FormatError("an object {" + std::string(members) + "}");
  if (object->empty()) return Error{ErrorCode::kMissing, "the object is empty"};
  size_t known = 0;
  for (std::string_view rest = members; !rest.empty();) {
    std::string_view type = NextPart(rest, ',');
    const std::string_view name = NextPart(type, ':');
    const bool mandatory = type.ends_with('!');
    if (mandatory) type.remove_suffix(1);
    const json::Value* member = value.Find(name);
    if (member == nullptr) {
      if (mandatory)
        return Error{ErrorCode::kMissing, "member \"" + std::string(name) + "\" is missing"};
      continue;
    }
    ++known;
    if (Status status = CheckMember(*member, type); !status.ok())
      return InMember(std::move(status).error(), name);
  }
  if (known != object->size()) return FormatError("no members but " + std::string(members));
  return {};
}

}  // namespace suyuan::contracts::value_check
