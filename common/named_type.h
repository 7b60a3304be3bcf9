// Strong types over integers: a term cannot be passed for an index.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <ostream>

namespace suyuan {

// NamedInt<Tag> is a totally ordered integer that converts to no other NamedInt. `value()` takes
// it out. Arithmetic exists only as `+ n`, `- n` and the distance of two of the same kind.
template <typename Tag, typename T = uint64_t>
class NamedInt {
 public:
  constexpr NamedInt() = default;
  constexpr explicit NamedInt(T value) : value_(value) {}
  constexpr T value() const { return value_; }

  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes the defaulted comparison for a 0
  friend constexpr auto operator<=>(NamedInt, NamedInt) = default;
  friend constexpr NamedInt operator+(NamedInt a, T n) { return NamedInt(a.value_ + n); }
  friend constexpr NamedInt operator-(NamedInt a, T n) { return NamedInt(a.value_ - n); }
  friend constexpr T operator-(NamedInt a, NamedInt b) { return a.value_ - b.value_; }
  constexpr NamedInt& operator++() {
    ++value_;
    return *this;
  }
  friend std::ostream& operator<<(std::ostream& os, NamedInt v) { return os << v.value_; }

 private:
  T value_ = 0;
};

}  // namespace suyuan

template <typename Tag, typename T>
struct std::hash<suyuan::NamedInt<Tag, T>> {
  size_t operator()(suyuan::NamedInt<Tag, T> v) const noexcept { return std::hash<T>()(v.value()); }
};
