# Precompiled headers (SUYUAN_PCH, which scripts/test turns on): half of what a source file costs is
# reading the standard library and the house's own most common headers. One for the inner rooms (kind
# room), which know only common beside themselves, one for what stands above the ledger (kind outer, both
# -fPIC), one with GoogleTest for test programs (kind test, -fPIE): a precompiled header holds for one set
# of options. They do not go with ccache, so a developer's build leaves them off.
set(suyuan_pch_room
  <algorithm> <array> <atomic> <cstdint> <cstring> <deque> <functional> <map> <memory> <mutex> <optional> <set>
  <span> <string> <string_view> <unordered_map> <utility> <variant> <vector>
  common/bytes.h common/codec.h common/encoding.h common/error.h common/hash.h common/ids.h common/limits.h
  common/result.h common/sign.h)
set(suyuan_pch_outer ${suyuan_pch_room}
  <chrono> <sstream>
  common/json.h ledger/sealing/items.h ledger/store.h ledger/transaction.h
  contracts/contract.h contracts/entity.h contracts/fields.h contracts/record_view.h)
set(suyuan_pch_test ${suyuan_pch_outer} <random> <gmock/gmock.h> <gtest/gtest.h>)
# -U: without optimisation there is no fortified library, and its headers say so.
function(suyuan_optimise target kind)
  set(level_of_room ${SUYUAN_OPTIMISE})
  set(level_of_outer ${SUYUAN_OUTER_OPTIMISE})
  set(level_of_test ${SUYUAN_TEST_OPTIMISE})
  target_compile_options(${target} PRIVATE -O${level_of_${kind}})
  if(level_of_${kind} STREQUAL "0")
    target_compile_options(${target} PRIVATE -U_FORTIFY_SOURCE)
  endif()
endfunction()

function(suyuan_precompile target kind)
  if(NOT SUYUAN_PCH)
    return()
  endif()
  set(owner suyuan_${kind}_pch)
  if(NOT TARGET ${owner})
    file(WRITE ${CMAKE_BINARY_DIR}/pch/${kind}.cc "// The owner of a precompiled header.\n")
    add_library(${owner} OBJECT ${CMAKE_BINARY_DIR}/pch/${kind}.cc)
    suyuan_optimise(${owner} ${kind})
    list(TRANSFORM suyuan_pch_${kind} REPLACE "^([a-z].*)$" "${CMAKE_SOURCE_DIR}/\\1" OUTPUT_VARIABLE headers)
    target_precompile_headers(${owner} PRIVATE ${headers})
    target_include_directories(${owner} PRIVATE ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR})
    if(kind STREQUAL "test")
      target_link_libraries(${owner} PRIVATE GTest::gtest_main GTest::gmock)  # their definitions
      set_target_properties(${owner} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
      target_compile_options(${owner} PRIVATE -fPIE)
    endif()
  endif()
  target_precompile_headers(${target} REUSE_FROM ${owner})
endfunction()

# One static library a room: suyuan_module(NAME [OUTER] SOURCES … DEPENDS … PRIVATE_DEPENDS …)
# defines the target suyuan_NAME with includes from the repository's root.
function(suyuan_module name)
  cmake_parse_arguments(arg "OUTER" "" "SOURCES;DEPENDS;PRIVATE_DEPENDS" ${ARGN})
  add_library(suyuan_${name} STATIC ${arg_SOURCES})
  target_include_directories(suyuan_${name} PUBLIC ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR})
  target_link_libraries(suyuan_${name} PUBLIC ${arg_DEPENDS} PRIVATE ${arg_PRIVATE_DEPENDS})
  set(kind room)
  if(arg_OUTER)
    set(kind outer)
  endif()
  suyuan_optimise(suyuan_${name} ${kind})
  suyuan_precompile(suyuan_${name} ${kind})
endfunction()

# What several test programs share: suyuan_test_library(NAME SOURCES … DEPENDS …)
function(suyuan_test_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS" ${ARGN})
  add_library(${name} STATIC EXCLUDE_FROM_ALL ${arg_SOURCES})
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${arg_DEPENDS})
  suyuan_optimise(${name} outer)
  suyuan_precompile(${name} outer)
endfunction()

# One GoogleTest binary: suyuan_test(NAME [OPTIMISED] SOURCES … DEPENDS … [LABELS …] [TIMEOUT s]).
# OPTIMISED: of a room around the ledger, and yet built where SUYUAN_OUTER_TESTS is off, because a
# sanitized build tries too few cases of its properties.
# Each TEST is a ctest case of its own, so that a failure names itself.
function(suyuan_test name)
  cmake_parse_arguments(arg "OPTIMISED" "TIMEOUT" "SOURCES;DEPENDS;LABELS" ${ARGN})
  cmake_path(GET CMAKE_CURRENT_SOURCE_DIR FILENAME folder)
  if(NOT SUYUAN_OUTER_TESTS AND NOT arg_OPTIMISED AND folder MATCHES "^(api|cli|contracts|genesis|node)$")
    return()
  endif()
  if(NOT TARGET unit_tests)
    add_custom_target(unit_tests)  # all of them
  endif()
  add_executable(${name} ${arg_SOURCES})
  add_dependencies(unit_tests ${name})
  target_link_libraries(${name} PRIVATE ${arg_DEPENDS} GTest::gtest_main GTest::gmock)
  suyuan_optimise(${name} test)
  suyuan_precompile(${name} test)
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  # Not while building: a program with sanitizers is slow to start, and ctest does not run those.
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}"
                       WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
endfunction()

# One libFuzzer target, built only in the fuzz preset: suyuan_fuzzer(NAME SOURCES … DEPENDS …)
function(suyuan_fuzzer name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS" ${ARGN})
  if(SUYUAN_FUZZ)
    if(NOT TARGET fuzzers)
      add_custom_target(fuzzers)  # all of them
    endif()
    add_executable(${name} ${arg_SOURCES})
    target_compile_options(${name} PRIVATE -fsanitize=fuzzer)
    add_dependencies(fuzzers ${name})
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    target_link_libraries(${name} PRIVATE ${arg_DEPENDS})
  endif()
endfunction()
include(GoogleTest)
