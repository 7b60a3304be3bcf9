# Language level, warnings, hardening (what Linux distributions audit for) and sanitizers.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

set(SUYUAN_OPTIMISE "2" CACHE STRING "Optimisation level; timed code needs 2")
# Where nothing is timed the faster build counts: the test programs' own sources are half of all
# text, the rooms around the ledger (rules, HTTP, sockets, command line) templates for the most part.
set(SUYUAN_TEST_OPTIMISE "${SUYUAN_OPTIMISE}" CACHE STRING "Optimisation level of test programs")
set(SUYUAN_OUTER_OPTIMISE "${SUYUAN_OPTIMISE}" CACHE STRING "Optimisation level of the rooms around the ledger: contracts, genesis, api, node, cli")
set(SUYUAN_SANITIZE "" CACHE STRING "Value of -fsanitize=, empty for none")
option(SUYUAN_OUTER_TESTS "Test programs of the rooms around the ledger, too" ON)
option(SUYUAN_FUZZ "Build the libFuzzer targets (clang only)" OFF)

# Line numbers for stack traces are a fifth of what a source file costs; scripts/test does without.
set(SUYUAN_DEBUG_INFO "1" CACHE STRING "Level of debug information: 0 names functions only, 1 lines too")
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O${SUYUAN_OPTIMISE} -g${SUYUAN_DEBUG_INFO}")

option(SUYUAN_PCH "Precompiled headers instead of ccache: the faster build from nothing" OFF)
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT SUYUAN_PCH AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()
# A test program with sanitizers has 150 MB: ld.bfd takes four times as long for it.
find_program(MOLD_PROGRAM mold)
find_program(LLD_PROGRAM NAMES ld.lld ld.lld-14)
if(MOLD_PROGRAM AND NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  add_link_options(-fuse-ld=mold)
elseif(LLD_PROGRAM AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  add_link_options(-fuse-ld=lld)
endif()

add_compile_options(-Wall -Wextra -Wshadow -Wnon-virtual-dtor -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-Wno-maybe-uninitialized)  # false alarms of GCC 12 on std::variant
  if(SUYUAN_PCH)  # and on std::string, which it no longer knows for a system header's
    add_compile_options(-Wno-array-bounds -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread)
  endif()
endif()
add_compile_definitions(_GLIBCXX_ASSERTIONS)
if(SUYUAN_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)  # coverage of the rooms, not of the target alone
endif()
if(SUYUAN_SANITIZE)
  add_compile_options(-fsanitize=${SUYUAN_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${SUYUAN_SANITIZE})
  if(SUYUAN_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize-recover=all)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
      add_compile_options(-fno-sanitize=function)  # clang 14 cannot compile coroutines with it
      add_compile_options(-fsanitize-ignorelist=${CMAKE_SOURCE_DIR}/cmake/sanitizer_ignorelist.txt)
    endif()
  endif()
  if(SUYUAN_SANITIZE STREQUAL "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-tsan)
  endif()
else()
  add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong
                      -fstack-clash-protection -fcf-protection=full)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-ftrivial-auto-var-init=zero)
  endif()
  add_link_options(-Wl,-z,relro,-z,now,-z,noexecstack)
endif()
include(CheckPIESupported)
check_pie_supported()
