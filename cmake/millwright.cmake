# What every target of Millwright shares, and the functions the folders use.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE OFF)

option(MW_ASAN "AddressSanitizer and UndefinedBehaviorSanitizer" OFF)
option(MW_FUZZ "libFuzzer targets with AddressSanitizer and UndefinedBehaviorSanitizer; needs clang" OFF)
option(MW_TSAN "ThreadSanitizer; only meaningful for the libraries that do not use gRPC" OFF)

find_program(MW_CCACHE ccache)
if(MW_CCACHE)
  # base_dir makes two checkouts share one cache; the sloppiness is what precompiled headers need.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${MW_CCACHE})
endif()

# Links take memory and a core each: one at a time leaves the other core to the compiler.
set_property(GLOBAL PROPERTY JOB_POOLS link=1)
set(CMAKE_JOB_POOL_LINK link)

add_library(mw_options INTERFACE)
target_compile_features(mw_options INTERFACE cxx_std_20)
target_include_directories(mw_options INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_options(mw_options INTERFACE -Wall -Wextra -Werror=return-type -Werror=switch -Wno-unused-parameter)
if(MW_ASAN)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()
if(MW_FUZZ)  # clang: every library is instrumented, only the targets that fuzz link libFuzzer
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()
if(MW_TSAN)
  # Protobuf's headers give map fields one more member when this macro is set; Debian's library was built without it.
  add_compile_options(-fsanitize=thread -U__SANITIZE_THREAD__ -fno-omit-frame-pointer)
  add_link_options(-fsanitize=thread)
endif()

# mw_library(NAME SRCS a.cc ... DEPS t ... [GRPC] [PCH])
# A static library. GRPC links gRPC; a room that includes grpcpp without a right to is found by
# scripts/lib/check_layers.py, which runs as a test. PCH precompiles grpcpp's headers for it, which pays from about four
# sources on (the header costs 12 s once a library, and 4 s less a source).
function(mw_library name)
  cmake_parse_arguments(arg "GRPC;PCH" "" "SRCS;DEPS" ${ARGN})
  add_library(${name} STATIC ${arg_SRCS})
  target_link_libraries(${name} PUBLIC mw_options ${arg_DEPS})
  if(arg_GRPC)
    target_link_libraries(${name} PUBLIC gRPC::grpc++)
  endif()
  if(arg_PCH)
    target_precompile_headers(${name} PRIVATE <grpcpp/grpcpp.h> <string> <vector> <memory> <map>)
  endif()
endfunction()

# Whether a target links gRPC, directly or through others.
function(mw_uses_grpc target result)
  set(seen)
  set(todo ${target})
  set(${result} FALSE PARENT_SCOPE)
  while(todo)
    list(POP_FRONT todo next)
    if(next STREQUAL "gRPC::grpc++")
      set(${result} TRUE PARENT_SCOPE)
      return()
    endif()
    if(next IN_LIST seen OR NOT TARGET ${next})
      continue()
    endif()
    list(APPEND seen ${next})
    get_target_property(links ${next} INTERFACE_LINK_LIBRARIES)
    if(links)
      list(APPEND todo ${links})
    endif()
  endwhile()
endfunction()

# mw_test(NAME SRCS a_test.cc ... DEPS t ...)
# One GoogleTest binary; ctest sees each case by its name. A test that does not link gRPC has the label "core" and is
# part of the target core_tests: what .ci/run also builds with sanitizers.
include(GoogleTest)
function(mw_test name)
  cmake_parse_arguments(arg "" "TIMEOUT" "SRCS;DEPS" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  add_executable(${name} ${arg_SRCS})
  target_link_libraries(${name} PRIVATE mw_options ${arg_DEPS} GTest::gmock GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE MW_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  if(MW_ASAN)
    target_compile_options(${name} PRIVATE -O0)  # sanitized all the same; optimising gmock's templates takes half of the build
  endif()
  set(label unit)  # one label: gtest_discover_tests can't pass a list
  set(grpc FALSE)
  foreach(dep ${arg_DEPS})
    mw_uses_grpc(${dep} dep_grpc)
    if(dep_grpc)
      set(grpc TRUE)
    endif()
  endforeach()
  if(NOT grpc)
    set(label core)
    set_property(GLOBAL APPEND PROPERTY MW_CORE_TESTS ${name})
  endif()
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
                       PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS ${label})
endfunction()

# mw_binary(NAME SRCS main.cc DEPS t ...): an executable that ends up in <build>/bin.
function(mw_binary name)
  cmake_parse_arguments(arg "" "" "SRCS;DEPS" ${ARGN})
  add_executable(${name} ${arg_SRCS})
  target_link_libraries(${name} PRIVATE mw_options ${arg_DEPS})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
endfunction()

# mw_fuzz_targets(DEPS t ...): the fuzz targets of a folder. Each x_fuzz.cc defines LLVMFuzzerTestOneInput; corpus/x holds
# what it begins from and what it once found.
#
# Every build has replay_x, which feeds the corpus to the parser and runs as a test. Under the preset "fuzz" (clang) there
# is fuzz_x as well; scripts/fuzz runs it.
function(mw_fuzz_targets)
  cmake_parse_arguments(arg "" "" "DEPS" ${ARGN})
  file(GLOB targets CONFIGURE_DEPENDS "*_fuzz.cc")
  foreach(source ${targets})
    get_filename_component(name ${source} NAME_WE)
    string(REPLACE "_fuzz" "" name ${name})
    if(MW_FUZZ)
      mw_binary(fuzz_${name} SRCS ${source} DEPS ${arg_DEPS})
      target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    else()
      add_executable(replay_${name} ${source} "${CMAKE_SOURCE_DIR}/common/testing/replay_main.cc")
      target_link_libraries(replay_${name} PRIVATE mw_options ${arg_DEPS})
      add_test(NAME fuzz_replay.${name} COMMAND replay_${name} "${CMAKE_CURRENT_SOURCE_DIR}/corpus/${name}")
      set_tests_properties(fuzz_replay.${name} PROPERTIES LABELS core TIMEOUT 60)
      set_property(GLOBAL APPEND PROPERTY MW_CORE_TESTS replay_${name})
    endif()
  endforeach()
endfunction()
