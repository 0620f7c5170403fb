# cmake -DOUT=embedded.cc -DFILES=a.textproto,b.textproto -P embed.cmake
# Writes a C++ file whose EmbeddedDefinitions() answers the texts of the files.
string(REPLACE "," ";" FILES "${FILES}")
set(entries "")
foreach(file IN LISTS FILES)
  file(READ "${file}" text)
  string(APPEND entries "    R\"textproto(${text})textproto\",\n")
endforeach()
file(WRITE "${OUT}" "#include \"services/orders/definitions/embedded.h\"

namespace millwright::orders {

std::span<const absl::string_view> EmbeddedDefinitions() {
  static constexpr absl::string_view kTexts[] = {
${entries}  };
  return kTexts;
}

}  // namespace millwright::orders
")
