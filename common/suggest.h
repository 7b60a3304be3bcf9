// "Did you mean …": the closest of some known names, for messages about names that people typed.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace suyuan {

// The candidate with the smallest edit distance (insertions, deletions, substitutions and swaps of
// neighbours count one each), when it is near enough to be a likely slip: at most one third of the
// longer name, at least one. Empty otherwise. The first of equals wins.
std::string_view ClosestName(std::string_view typed, std::span<const std::string_view> candidates);

// "; did you mean \"quorum\"?", or "" when nothing is near.
std::string DidYouMean(std::string_view typed, std::span<const std::string_view> candidates);

}  // namespace suyuan
