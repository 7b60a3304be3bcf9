// ASSERT_OK and EXPECT_CODE over Result and Status.
#pragma once

#include <gtest/gtest.h>

#include "common/result.h"

#define ASSERT_OK(expr)                                      \
  do {                                                       \
    const auto& status_ = (expr);                            \
    ASSERT_TRUE(status_.ok()) << status_.error().ToString(); \
  } while (false)

#define EXPECT_CODE(expr, wanted)                                                 \
  do {                                                                            \
    const auto& status_ = (expr);                                                 \
    ASSERT_FALSE(status_.ok()) << "expected " << ::suyuan::Describe(wanted).name; \
    EXPECT_EQ(status_.error().code, wanted) << status_.error().ToString();        \
  } while (false)
