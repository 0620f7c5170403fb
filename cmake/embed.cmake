# mw_embed(TARGET NAMESPACE ns FUNCTION Name [FILES a b ...] [GLOB schema/*.sql ...] [BASE dir])
#
# Puts files (SQL, JSON, templates, fonts: any bytes, any size) into a static library TARGET. Use it as
#
#   include(embed)
#   mw_embed(orders_schema NAMESPACE millwright::orders FUNCTION OrdersSchemaFiles GLOB schema/*.sql)
#   mw_library(orders_storage SRCS ... DEPS orders_schema mw_storage)
#
#   #include "embedded/orders_schema.h"
#   for (const EmbeddedFile& file : millwright::orders::OrdersSchemaFiles()) Use(file.name, file.content);
#
# The files come sorted by name; a name is the path relative to BASE (default: the folder of the first match of each
# pattern is cut off, so that names are plain file names). A new file that matches a GLOB is picked up by itself, a
# changed file rebuilds the library. The bytes go through the assembler (.incbin), never through CMake or a literal.
function(mw_embed target)
  cmake_parse_arguments(arg "" "NAMESPACE;FUNCTION;BASE" "FILES;GLOB" ${ARGN})
  if(NOT arg_NAMESPACE OR NOT arg_FUNCTION)
    message(FATAL_ERROR "mw_embed(${target}): NAMESPACE and FUNCTION are required")
  endif()
  set(files)
  foreach(file IN LISTS arg_FILES)
    list(APPEND files "${CMAKE_CURRENT_SOURCE_DIR}/${file}")
  endforeach()
  foreach(pattern IN LISTS arg_GLOB)
    file(GLOB found CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${pattern}")
    list(APPEND files ${found})
  endforeach()
  if(NOT files)
    message(FATAL_ERROR "mw_embed(${target}): no file matches")
  endif()
  list(REMOVE_DUPLICATES files)
  list(SORT files COMPARE STRING)

  set(blobs "")
  set(externs "")
  set(entries "")
  set(index 0)
  foreach(file IN LISTS files)
    if(arg_BASE)
      file(RELATIVE_PATH name "${CMAKE_CURRENT_SOURCE_DIR}/${arg_BASE}" "${file}")
    else()
      get_filename_component(name "${file}" NAME)
    endif()
    set(symbol "mw_embedded_${target}_${index}")
    string(APPEND blobs "        \"${symbol}_begin:\\n.incbin \\\"${file}\\\"\\n${symbol}_end:\\n.byte 0\\n\"\n")
    string(APPEND externs "extern const char ${symbol}_begin[], ${symbol}_end[];\n")
    string(APPEND entries
           "      {\"${name}\", {${symbol}_begin, static_cast<size_t>(${symbol}_end - ${symbol}_begin)}},\n")
    math(EXPR index "${index} + 1")
  endforeach()

  set(directory "${CMAKE_CURRENT_BINARY_DIR}/${target}.embed")
  file(CONFIGURE OUTPUT "${directory}/embedded/${target}.h" @ONLY CONTENT
"// Made by cmake/embed.cmake.
#pragma once
#include \"absl/types/span.h\"
#include \"common/storage/embedded_file.h\"
namespace @arg_NAMESPACE@ {
absl::Span<const ::millwright::EmbeddedFile> @arg_FUNCTION@();
}  // namespace @arg_NAMESPACE@
")
  file(CONFIGURE OUTPUT "${directory}/${target}.cc" @ONLY CONTENT
"// Made by cmake/embed.cmake.
#include \"embedded/@target@.h\"
__asm__(\".pushsection .rodata\\n\"
@blobs@        \".popsection\\n\");
extern \"C\" {
@externs@}
namespace @arg_NAMESPACE@ {
absl::Span<const ::millwright::EmbeddedFile> @arg_FUNCTION@() {
  static const ::millwright::EmbeddedFile files[] = {
@entries@  };
  return files;
}
}  // namespace @arg_NAMESPACE@
")
  add_library(${target} STATIC "${directory}/${target}.cc")
  set_source_files_properties("${directory}/${target}.cc" PROPERTIES OBJECT_DEPENDS "${files}")
  target_include_directories(${target} PUBLIC "${directory}")
  target_link_libraries(${target} PUBLIC mw_options absl::span absl::strings)
endfunction()
