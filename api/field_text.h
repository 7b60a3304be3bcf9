// Fields and their values in words, for people: the consumer page and the command line. Pure and
// thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "api/page_text.h"
#include "common/json.h"
#include "contracts/fields.h"

namespace suyuan::api {

// Label of a field: the table's Chinese name or its English one. `unit_no_kind` is that field's
// value in the same record and says which number unit_no is (出厂编号, 批次号, 序号); "" when
// unknown.
std::string_view FieldLabel(const contracts::FieldInfo& field, Language language,
                            std::string_view unit_no_kind = {});
// A word of an enumeration or set; the word itself when no table knows it.
std::string_view WordText(const contracts::FieldInfo& field, std::string_view word,
                          Language language);
// A value of one leaf or, for lists, an array of them: enumerations in words, times in
// Asia/Shanghai, quantities and periods with their unit, members of objects one after the other.
std::string ValueText(const contracts::FieldInfo& field, const json::Value& value,
                      Language language);
// What a code identifies at a tracing level ("per_item": 一物一码 …); "" for an unknown word.
std::string_view LevelMeaning(std::string_view level, Language language);
// A state's name as the API gives it ("RELEASED"); the name itself when unknown.
std::string_view StateWord(std::string_view state, Language language);
// "2026-03-02 08:00:00" in Asia/Shanghai.
std::string ShanghaiTime(uint64_t utc_ms);

}  // namespace suyuan::api
