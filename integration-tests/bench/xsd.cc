// mw_xsd SCHEMA FILE: validates an XML file with libxml2's streaming reader and XSD, and prints its speed as JSON. The
// rival of P7: the least that somebody would do who takes a library for it.
#include <libxml/xmlreader.h>
#include <libxml/xmlschemas.h>

#include <chrono>
#include <cstdio>
#include <filesystem>

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: mw_xsd SCHEMA FILE\n");
    return 2;
  }
  const auto start = std::chrono::steady_clock::now();
  xmlTextReaderPtr reader = xmlReaderForFile(argv[2], nullptr, XML_PARSE_NONET | XML_PARSE_HUGE);
  if (reader == nullptr || xmlTextReaderSchemaValidate(reader, argv[1]) != 0) {
    std::fprintf(stderr, "mw_xsd: the file or the schema can't be read\n");
    return 1;
  }
  long long nodes = 0;  // NOLINT: for printf
  int more = 0;
  while ((more = xmlTextReaderRead(reader)) == 1) ++nodes;
  const bool valid = more == 0 && xmlTextReaderIsValid(reader) == 1;
  xmlFreeTextReader(reader);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const double bytes = static_cast<double>(std::filesystem::file_size(argv[2]));
  std::printf("{\"mb_per_second\": %.3f, \"nodes\": %lld, \"valid\": %s}\n", bytes / 1e6 / seconds, nodes,
              valid ? "true" : "false");
  return valid ? 0 : 1;
}
