// Result<T>: a value or an Error. Everything that peers, clients or disks can cause comes back as
// one of these; exceptions are not used across module borders.
#pragma once

#include <utility>
#include <variant>

#include "common/check.h"
#include "common/error.h"

namespace suyuan {

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  // The value; aborts with the error's text if there is none.
  const T& value() const& { return Checked(), std::get<0>(state_); }
  T& value() & { return Checked(), std::get<0>(state_); }
  T&& value() && { return Checked(), std::get<0>(std::move(state_)); }
  const T& operator*() const& { return value(); }
  T& operator*() & { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  const T* operator->() const { return &value(); }
  T* operator->() { return &value(); }

  const Error& error() const& { return std::get<1>(state_); }
  Error&& error() && { return std::get<1>(std::move(state_)); }

 private:
  void Checked() const { SUYUAN_CHECK(ok(), "Result without a value: " + error().ToString()); }
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT: implicit by design

  bool ok() const { return !error_; }
  explicit operator bool() const { return ok(); }
  const Error& error() const& { return *error_; }
  Error&& error() && { return *std::move(error_); }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

}  // namespace suyuan

#define SUYUAN_CONCAT_INNER(a, b) a##b
#define SUYUAN_CONCAT(a, b) SUYUAN_CONCAT_INNER(a, b)
// NOLINTBEGIN(bugprone-macro-parentheses): what stands left of `=` is a declaration
// SUYUAN_RETURN_IF_ERROR(expression of type Result<…>): hands the error to the caller.
#define SUYUAN_RETURN_IF_ERROR(expr)                       \
  do {                                                     \
    if (auto status_ = (expr); !status_.ok()) [[unlikely]] \
      return std::move(status_).error();                   \
  } while (false)
// SUYUAN_ASSIGN_OR_RETURN(T name, expression of type Result<T>).
#define SUYUAN_ASSIGN_OR_RETURN(lhs, expr) \
  SUYUAN_ASSIGN_OR_RETURN_IMPL(SUYUAN_CONCAT(result_, __LINE__), lhs, expr)
#define SUYUAN_ASSIGN_OR_RETURN_IMPL(tmp, lhs, expr) \
  auto tmp = (expr);                                 \
  if (!tmp.ok()) [[unlikely]]                        \
    return std::move(tmp).error();                   \
  lhs = std::move(tmp).value()
// NOLINTEND(bugprone-macro-parentheses)
