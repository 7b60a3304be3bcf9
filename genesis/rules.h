// [rules] and [[platform]]: the rule parameters of requirements 2.6 (contracts/rules.h has their
// table) and the platform table. Rules that belong to a category (min_level, industry_retention …)
// stand in the catalogue; limits stand in [ledger].
#pragma once

#include "genesis/strict_reader.h"

namespace suyuan::genesis {

// Every rule with its default.
json::Object DefaultRules();

// Checks that `rules` holds every rule and nothing else, each in the shape of its default.
void CheckRules(Complaints& complaints, const std::string& path, const json::Value* rules);

// The initial platform table (OG-5.2.3-b): which platforms each code scheme reports to.
json::Array DefaultPlatforms();
void CheckPlatforms(Complaints& complaints, const std::string& path, const json::Value* platforms);

}  // namespace suyuan::genesis
