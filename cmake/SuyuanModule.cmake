# One static library a room: suyuan_module(NAME SOURCES … DEPENDS … PRIVATE_DEPENDS …)
# defines the target suyuan_NAME with includes from the repository's root.
function(suyuan_module name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS;PRIVATE_DEPENDS" ${ARGN})
  add_library(suyuan_${name} STATIC ${arg_SOURCES})
  target_include_directories(suyuan_${name} PUBLIC ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR})
  target_link_libraries(suyuan_${name} PUBLIC ${arg_DEPENDS} PRIVATE ${arg_PRIVATE_DEPENDS})
endfunction()

# One GoogleTest binary: suyuan_test(NAME SOURCES … DEPENDS … [LABELS …] [TIMEOUT s]).
# Each TEST is a ctest case of its own, so that a failure names itself.
function(suyuan_test name)
  cmake_parse_arguments(arg "" "TIMEOUT" "SOURCES;DEPENDS;LABELS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_DEPENDS} GTest::gtest_main GTest::gmock)
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
