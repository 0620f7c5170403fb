// Writes one of the sample documents to stdout as PDF:  documents_render_sample offer 1
// Used by render_test to compare bytes across processes, and by people who want to look at a layout.
#include <cstdio>
#include <cstdlib>

#include "services/documents/domain/render.h"
#include "services/documents/domain/testing_documents.h"

int main(int argc, char** argv) {
  using namespace millwright::documents;  // NOLINT: a tool of twenty lines
  if (argc != 3) {
    std::fprintf(stderr, "usage: %s order_form|statement|invoice|pro_forma|offer|long_offer 1|2|3\n", argv[0]);
    return 2;
  }
  auto pdf = RenderPdf(SampleDocument(argv[1], static_cast<Language>(std::atoi(argv[2]))));
  if (!pdf.ok()) {
    std::fprintf(stderr, "%s\n", pdf.status().ToString().c_str());
    return 1;
  }
  return std::fwrite(pdf->bytes.data(), 1, pdf->bytes.size(), stdout) == pdf->bytes.size() ? 0 : 1;
}
