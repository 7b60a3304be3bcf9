// SUYUAN_CHECK guards our own invariants: when one is broken the process stops with its facts,
// because going on would risk the ledger. Whatever peers, clients or disks can cause is a Result.
#pragma once

#include <string>
#include <string_view>

namespace suyuan::internal {
[[noreturn]] void CheckFailed(const char* file, int line, const char* condition,
                              std::string_view facts);
}  // namespace suyuan::internal

// SUYUAN_CHECK(condition, "facts"): aborts with file, line, condition and facts on stderr.
#define SUYUAN_CHECK(condition, facts)                                                     \
  do {                                                                                     \
    if (!(condition)) [[unlikely]]                                                         \
      ::suyuan::internal::CheckFailed(__FILE__, __LINE__, #condition, std::string(facts)); \
  } while (false)
