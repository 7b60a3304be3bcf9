#include "genesis/rules.h"

#include <algorithm>
#include <set>

#include "common/suggest.h"
#include "contracts/rules.h"

namespace suyuan::genesis {
namespace {

// Words that a rule's texts must be among, where contracts leave them open.
struct RuleWords {
  std::string_view name, words;
};
constexpr RuleWords kWords[] = {
    {"auto_review_rules", "C04|C05|C06|C07|C08|C13|C27"},
    {"balance_mode", "reject|alert"},
    {"diversion_mode", "reject|alert"},
    {"review_policy", "auto|manual"},
};

struct PlatformInfo {
  std::string_view scheme, level, name;
};
constexpr PlatformInfo kPlatforms[] = {
    {"gs1", "national", "中国食品（产品）安全追溯平台"},
    {"gs1", "local", "广东省重点工业产品质量安全追溯服务平台"},
    {"ecode", "national", "国家物联网标识管理与公共服务平台"},
    {"ecode", "industry", "电动自行车行业追溯服务平台"},
    {"ecode", "industry", "全国电线电缆质量追溯与服务平台"},
    {"ecode", "industry", "燃气用具产品质量安全追溯平台"},
    {"digital_id", "national", "产品数字身份码质量安全追溯平台"},
    {"ccc", "national", "全国认证认可信息公共服务平台"},
};

bool IsAmong(std::string_view text, std::string_view words) {
  while (!words.empty()) {
    size_t bar = std::min(words.find('|'), words.size());
    if (words.substr(0, bar) == text) return true;
    words.remove_prefix(std::min(bar + 1, words.size()));
  }
  return false;
}

// Every text inside `value` must be among `words`.
void CheckWords(Complaints& complaints, const std::string& path, const json::Value& value,
                std::string_view words) {
  if (const std::string* text = value.if_string(); text != nullptr && !IsAmong(*text, words))
    complaints.Add(path, "\"" + *text + "\" is none of " + std::string(words));
  if (const json::Array* items = value.if_array())
    for (size_t i = 0; i < items->size(); ++i)
      CheckWords(complaints, path + "[" + std::to_string(i) + "]", (*items)[i], words);
  if (const json::Object* members = value.if_object())
    for (const auto& [name, member] : *members)
      CheckWords(complaints, path + "." + name, member, words);
}

void CheckRepeats(Complaints& complaints, const std::string& path, const json::Value& value) {
  const json::Array* items = value.if_array();
  for (size_t i = 0; items != nullptr && i < items->size(); ++i)
    for (size_t k = 0; k < i; ++k)
      if ((*items)[i] == (*items)[k])
        complaints.Add(path + "[" + std::to_string(i) + "]", "occurs twice");
}

void CheckOne(Complaints& complaints, const std::string& path, std::string_view name,
              const json::Value& value) {
  Status form = contracts::CheckRule(name, value);
  if (!form.ok()) complaints.Add(path, form.error().detail, form.error().code);
  CheckRepeats(complaints, path, value);
  for (const RuleWords& rule : kWords)
    if (rule.name == name) CheckWords(complaints, path, value, rule.words);
}

}  // namespace

json::Object DefaultRules() {
  json::Object rules;
  for (const contracts::RuleParameter& rule : contracts::AllRuleParameters())
    rules.emplace(std::string(rule.name), *json::Parse(rule.default_json));
  return rules;
}

void CheckRules(Complaints& complaints, const std::string& path, const json::Value* rules) {
  const json::Object* object = rules == nullptr ? nullptr : rules->if_object();
  if (object == nullptr) return complaints.Add(path, "must be a table");
  std::vector<std::string_view> known;
  for (const contracts::RuleParameter& rule : contracts::AllRuleParameters())
    known.push_back(rule.name);
  for (const auto& [name, value] : *object) {
    std::string at = path + "." + name;
    if (std::find(known.begin(), known.end(), name) == known.end())
      complaints.Add(at, "is no rule" + DidYouMean(name, known));
    else
      CheckOne(complaints, at, name, value);
  }
  for (std::string_view name : known)
    if (!object->contains(std::string(name)))
      complaints.Add(path + "." + std::string(name), "is missing");
}

json::Array DefaultPlatforms() {
  json::Array platforms;
  for (const PlatformInfo& p : kPlatforms)
    platforms.push_back(json::Object{{"level", p.level}, {"name", p.name}, {"scheme", p.scheme}});
  return platforms;
}

void CheckPlatforms(Complaints& complaints, const std::string& path, const json::Value* platforms) {
  const json::Array* list = platforms == nullptr ? nullptr : platforms->if_array();
  if (list == nullptr) return complaints.Add(path, "must be a list of tables");
  std::set<std::string> names;
  for (size_t i = 0; i < list->size(); ++i) {
    TableReader platform(complaints, path + "[" + std::to_string(i) + "]", &(*list)[i]);
    std::string_view scheme = platform.Choice("scheme", {"gs1", "ecode", "digital_id", "ccc"});
    platform.Choice("level", {"national", "industry", "local"});
    std::string name = platform.Text("name", 1, 120);
    platform.Finish();
    if (!names.insert(std::string(scheme) + " " + name).second)
      platform.Complain("name", "names a platform of this scheme a second time");
  }
}

}  // namespace suyuan::genesis
