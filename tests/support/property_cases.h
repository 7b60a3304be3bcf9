// How often a property is tried.
#pragma once

namespace suyuan::test {

// A tenth of the cases under the address sanitizer, which looks for other faults than the property
// does and makes a case ten times as dear. The build without it tries them all.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr int kCaseShare = 10;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
inline constexpr int kCaseShare = 10;
#else
inline constexpr int kCaseShare = 1;
#endif
#else
inline constexpr int kCaseShare = 1;
#endif

template <typename Number>
constexpr Number PropertyCases(Number cases) {
  return cases / kCaseShare;
}

}  // namespace suyuan::test
