#include "common/check.h"

#include <cstdio>
#include <cstdlib>
#include <string>

namespace suyuan::internal {

void CheckFailed(const char* file, int line, const char* condition, std::string_view facts) {
  std::fprintf(stderr, "suyuan: broken invariant at %s:%d: %s: %.*s\n", file, line, condition,
               static_cast<int>(facts.size()), facts.data());
  std::abort();
}

}  // namespace suyuan::internal
