# One target per folder. What a folder may link is what it may include: the arrows of ARCHITECTURE.md.

# -Wno-restrict: GCC 12 sees overlapping copies in every "literal" + std::string (GCC bug 105651).
# -Wno-missing-field-initializers: designated initializers leave out what keeps its default, on purpose.
add_library(prorata_options INTERFACE)
target_include_directories(prorata_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(prorata_options INTERFACE
  -Wall -Wextra -Wno-restrict -Wno-missing-field-initializers -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor -Woverloaded-virtual
  $<$<BOOL:${PRORATA_WERROR}>:-Werror>)
if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
  # GCC's own faults, above, have no names in Clang; and its copy of libstdc++ deprecates what stable_sort uses.
  target_compile_options(prorata_options INTERFACE -Wno-unknown-warning-option -Wno-deprecated-declarations)
endif()
if(PRORATA_FUZZ)
  # Coverage of our code for libFuzzer; its main comes only with the programs of fuzz/.
  target_compile_options(prorata_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(PRORATA_SANITIZE)
  target_compile_options(prorata_options INTERFACE -fsanitize=${PRORATA_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(prorata_options INTERFACE -fsanitize=${PRORATA_SANITIZE})
  # QuickFIX hands out the plain fields of a message as fields of their types, in its headers, and UBSan finds that out.
  target_compile_options(prorata_options INTERFACE -fno-sanitize=vptr)
  if(PRORATA_SANITIZE STREQUAL "thread")
    # Asio's fences are not seen by the thread sanitizer, says GCC; they guard nothing that is tested here.
    target_compile_options(prorata_options INTERFACE -Wno-tsan)
  endif()
endif()

# prorata_library(core SOURCES a.cpp b.cpp LINKS prorata::files): target prorata_core, alias prorata::core.
function(prorata_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
  add_library(prorata_${name} STATIC ${ARG_SOURCES})
  add_library(prorata::${name} ALIAS prorata_${name})
  target_link_libraries(prorata_${name} PUBLIC prorata_options ${ARG_LINKS} PRIVATE ${ARG_PRIVATE_LINKS})
endfunction()

# prorata_program(prorata-gateway SOURCES main.cpp LINKS prorata::gateway)
function(prorata_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE prorata_options ${ARG_LINKS})
endfunction()

# prorata_tests(core SOURCES money_test.cpp LINKS prorata::core): one test program core_tests with GoogleTest and rapidcheck.
# Both are parsed once for all test programs. Compiling the tests with little optimization saves a quarter of their time; what
# they test is optimized as ever.
function(prorata_tests name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  if(NOT TARGET prorata_test_headers)
    file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/test_headers.cpp CONTENT "")
    add_library(prorata_test_headers OBJECT ${CMAKE_BINARY_DIR}/test_headers.cpp)
    target_link_libraries(prorata_test_headers PRIVATE prorata_options rapidcheck GTest::gtest)
    target_compile_options(prorata_test_headers PRIVATE $<$<CONFIG:Release>:-O1>)
    target_precompile_headers(prorata_test_headers PRIVATE <gtest/gtest.h> <rapidcheck.h>)
  endif()
  add_executable(${name}_tests ${ARG_SOURCES})
  target_link_libraries(${name}_tests PRIVATE prorata_options ${ARG_LINKS} rapidcheck GTest::gtest GTest::gtest_main)
  target_compile_options(${name}_tests PRIVATE $<$<CONFIG:Release>:-O1>)
  target_precompile_headers(${name}_tests REUSE_FROM prorata_test_headers)
  add_test(NAME ${name} COMMAND ${name}_tests)
  set_tests_properties(${name} PROPERTIES WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
endfunction()
