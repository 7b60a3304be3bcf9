// The chain of a trace as a tree for people: the code, the flows that moved it with what happened
// to each and what was checked, and the codes around it. Pure.
#pragma once

#include <string>
#include <vector>

#include "common/json.h"

namespace suyuan::cli {

// E_FORMAT: more codes or flows than a chain has, or codes that hang on later ones or deeper than a
// chain goes (api/chain.h). No node of ours answers so; drawing it could take for ever.
Status CheckChain(const json::Value& answer);
// Lines for the member "chain" of `answer` of /v1/trace, which CheckChain accepts; none when there
// is no such member. Safe to print on a terminal, whatever a node answers.
std::vector<std::string> ChainLines(const json::Value& answer);

// What people are shown of a field that may be hidden: "" when `value` is a value.
std::string HiddenText(const json::Value& value);
// "  [opened here: commitment checked]" and the like, for a field of an entity; "" for clear ones.
std::string OpenedMark(const json::Value& entity, std::string_view field);

}  // namespace suyuan::cli
