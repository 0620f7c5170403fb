// A document to PDF: validated, laid out, deterministic.
//
//   MW_ASSIGN_OR_RETURN(RenderedPdf pdf, RenderPdf(document));
//   store(pdf.bytes, pdf.sha256, pdf.input_sha256);
//
// The same document gives the same bytes in every process (tested). Takes a few milliseconds and no I/O beyond the
// font files; call it from a worker pool. Thread-safe.
#ifndef MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_RENDER_H_
#define MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_RENDER_H_

#include <string>

#include "absl/status/statusor.h"
#include "services/documents/domain/model.h"

namespace millwright::documents {

struct RenderedPdf {
  std::string bytes;
  std::string sha256;        // of `bytes`
  std::string input_sha256;  // of the document's canonical bytes; printed in the footer
};

// Validate()'s error if the document is incomplete; RESOURCE_EXHAUSTED if it needs too many pages.
absl::StatusOr<RenderedPdf> RenderPdf(const Document& document);

}  // namespace millwright::documents

#endif  // MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_RENDER_H_
