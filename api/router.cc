#include "api/router.h"

#include <algorithm>

namespace suyuan::api {
namespace {

using Captures = std::vector<std::pair<std::string, std::string>>;

struct Part {
  std::string_view text;  // literal, or name of the capture
  bool capture = false;
  bool rest = false;
};

Part PartOf(std::string_view segment) {
  if (segment.size() < 2 || segment.front() != '{') return {segment};
  segment = segment.substr(1, segment.size() - 2);
  const bool rest = segment.ends_with("...");
  if (rest) segment.remove_suffix(3);
  return {segment, true, rest};
}

// A rest keeps its escapes, in one spelling, so that an escaped '/' differs from a separator; one
// part that holds a whole address is given as it is.
std::string RestPart(const std::string& segment) {
  return segment.find("://") != std::string::npos ? segment : PercentEncode(segment);
}

// Number of literal segments + 1 when `pattern` matches, 0 otherwise.
size_t Match(std::string_view pattern, const std::vector<std::string>& segments,
             Captures& captures) {
  size_t literals = 0, i = 0;
  pattern.remove_prefix(1);
  while (!pattern.empty()) {
    const size_t slash = pattern.find('/');
    const Part part = PartOf(pattern.substr(0, slash));
    pattern = slash == std::string_view::npos ? std::string_view() : pattern.substr(slash + 1);
    if (i >= segments.size()) return 0;
    if (part.rest) {
      std::string joined = RestPart(segments[i++]);
      while (i < segments.size()) joined += "/" + RestPart(segments[i++]);
      captures.emplace_back(part.text, std::move(joined));
    } else if (part.capture) {
      if (segments[i].find('/') != std::string::npos) return 0;
      captures.emplace_back(part.text, segments[i++]);
    } else if (segments[i++] == part.text) {
      ++literals;
    } else {
      return 0;
    }
  }
  return i == segments.size() ? literals + 1 : 0;
}

}  // namespace

Result<const Route*> Router::Find(std::string_view method, const Target& target, Captures* captures,
                                  std::string* allow) const {
  const Route* best = nullptr;
  size_t best_score = 0;
  std::vector<std::string_view> methods;
  for (const Route& route : routes_) {
    Captures found;
    const size_t score = Match(route.pattern, target.segments, found);
    if (score == 0) continue;
    if (route.method != method) {
      methods.push_back(route.method);
    } else if (score > best_score) {
      best = &route;
      best_score = score;
      *captures = std::move(found);
    }
  }
  if (best) return best;
  if (methods.empty()) return Error{ErrorCode::kNotFound, "no such resource; see /openapi.json"};
  std::sort(methods.begin(), methods.end());
  for (std::string_view m : methods) {
    if (allow->find(m) != std::string::npos) continue;
    if (!allow->empty()) *allow += ", ";
    *allow += m;
  }
  return Error{ErrorCode::kMethod, "offered here: " + *allow};
}

}  // namespace suyuan::api
