# Precompiled headers (SUYUAN_PCH, which scripts/test turns on): half of what a source file costs is
# reading the standard library. One header for rooms and one, with GoogleTest, for tests. They do not
# go with ccache, so a developer's build leaves them off.
set(suyuan_pch_headers
  <algorithm> <array> <cstdint> <cstring> <functional> <map> <memory> <optional> <set> <span> <string>
  <string_view> <utility> <variant> <vector>)
function(suyuan_precompile target kind)
  if(NOT SUYUAN_PCH)
    return()
  endif()
  if(NOT TARGET suyuan_${kind}_pch)
    file(WRITE ${CMAKE_BINARY_DIR}/pch/${kind}.cc "// The owner of a precompiled header.\n")
    add_library(suyuan_${kind}_pch OBJECT ${CMAKE_BINARY_DIR}/pch/${kind}.cc)
    target_precompile_headers(suyuan_${kind}_pch PRIVATE ${suyuan_pch_headers})
    if(kind STREQUAL "test")
      target_precompile_headers(suyuan_test_pch PRIVATE <gmock/gmock.h> <gtest/gtest.h>)
    endif()
  endif()
  target_precompile_headers(${target} REUSE_FROM suyuan_${kind}_pch)
endfunction()

# One static library a room: suyuan_module(NAME SOURCES … DEPENDS … PRIVATE_DEPENDS …)
# defines the target suyuan_NAME with includes from the repository's root.
function(suyuan_module name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS;PRIVATE_DEPENDS" ${ARGN})
  add_library(suyuan_${name} STATIC ${arg_SOURCES})
  target_include_directories(suyuan_${name} PUBLIC ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR})
  target_link_libraries(suyuan_${name} PUBLIC ${arg_DEPENDS} PRIVATE ${arg_PRIVATE_DEPENDS})
  suyuan_precompile(suyuan_${name} room)
endfunction()

# One GoogleTest binary: suyuan_test(NAME SOURCES … DEPENDS … [LABELS …] [TIMEOUT s]).
# Each TEST is a ctest case of its own, so that a failure names itself.
function(suyuan_test name)
  cmake_parse_arguments(arg "" "TIMEOUT" "SOURCES;DEPENDS;LABELS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_DEPENDS} GTest::gtest_main GTest::gmock)
  suyuan_precompile(${name} test)
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}"
                       WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
endfunction()

# One libFuzzer target, built only in the fuzz preset: suyuan_fuzzer(NAME SOURCES … DEPENDS …)
function(suyuan_fuzzer name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS" ${ARGN})
  if(SUYUAN_FUZZ)
    add_executable(${name} ${arg_SOURCES})
    target_compile_options(${name} PRIVATE -fsanitize=fuzzer)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    target_link_libraries(${name} PRIVATE ${arg_DEPENDS})
  endif()
endfunction()
include(GoogleTest)
