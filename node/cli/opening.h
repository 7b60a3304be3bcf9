// How the other side of a flow shows that it is meant (C19): the opening of its own party code,
// which the flow's record holds sealed. Lines of data ask for it by $opening:NAME.
#pragma once

#include <string>
#include <string_view>

#include "common/json.h"
#include "contracts/references.h"
#include "node/cli/key_ring.h"

namespace suyuan::cli {

inline constexpr std::string_view kOpeningSymbol = "$opening:";

// For each $opening:NAME in `transaction`: fetches the flow that the line NAME recorded, as
// `signer`, opens the party code of the signer in it and makes the symbol known. E_REF when there
// is no such line, E_AUTHZ when the flow does not name the signer as its other side.
Status AddOpenings(const json::Value& transaction, const std::string& url, const Signer& signer,
                   contracts::ReferenceMap& references);

}  // namespace suyuan::cli
