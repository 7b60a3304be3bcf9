// JSON that holds values in clear which are sealed everywhere else: overwritten when it is over.
// What it cannot reach, api/README.md says.
#pragma once

#include <utility>

#include "common/json.h"

namespace suyuan::json {

// Overwrites all texts in a value, names of members left alone.
void WipeTexts(Value& value);

// A value that is wiped on destruction. Not copyable, so that there is one of it.
class Wiped {
 public:
  explicit Wiped(Value value) : value_(std::move(value)) {}
  ~Wiped() { WipeTexts(value_); }
  Wiped(const Wiped&) = delete;
  Wiped& operator=(const Wiped&) = delete;
  const Value& operator*() const { return value_; }
  const Value* operator->() const { return &value_; }

 private:
  Value value_;
};

}  // namespace suyuan::json
