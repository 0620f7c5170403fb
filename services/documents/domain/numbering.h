// Gapless numbers per series and year, and the chain that makes a removed or altered document visible.
//
// A series is one kind of document of one seller in one civil year of the seller's zone. The allocator is pure: the
// store calls Allocate inside the write transaction that also stores the document, so a number that is not committed
// was never given out, and there is no gap.
#ifndef MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_NUMBERING_H_
#define MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_NUMBERING_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace millwright::documents {

inline constexpr int64_t kMaxSequence = 999'999'999;

// The row that the store keeps per series.
struct Series {
  std::string prefix;       // 1 to 8 letters or digits, upper case: "INV"
  int32_t year = 0;
  int64_t last = 0;         // the last sequence given out, 0 before the first
  absl::Time last_issued_at = absl::InfinitePast();
  std::string last_chain{};  // chain hash of the last document, "" before the first
};

struct DocumentNumber {
  std::string prefix;
  int32_t year = 0;
  int64_t sequence = 0;
};

// "INV/2026/000042"; more than six digits are written in full.
std::string FormatNumber(const DocumentNumber& number);
absl::StatusOr<DocumentNumber> ParseNumber(absl::string_view text);

// Takes the next number for a document issued at `issued_at` in `zone` and moves `series` on. Refused if the day is in
// another year than the series (open that year's series), or earlier than the last document's day: numbers of one
// series follow time. Instants earlier on the same day are let through, because clocks of two processes differ.
absl::StatusOr<DocumentNumber> Allocate(Series& series, absl::Time issued_at, const absl::TimeZone& zone);

// Hash that commits to this document and, through `previous_chain`, to all before it in the series.
std::string ChainHash(absl::string_view previous_chain, absl::string_view number, absl::string_view pdf_sha256);

}  // namespace millwright::documents

#endif  // MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_NUMBERING_H_
