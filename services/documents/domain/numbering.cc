#include "services/documents/domain/numbering.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/time/civil_time.h"
#include "common/crypto/crypto.h"
#include "common/errors/error.h"

namespace millwright::documents {
namespace {

bool IsPrefix(absl::string_view prefix) {
  return !prefix.empty() && prefix.size() <= 8 && std::all_of(prefix.begin(), prefix.end(), [](char c) {
    return absl::ascii_isupper(static_cast<unsigned char>(c)) || absl::ascii_isdigit(static_cast<unsigned char>(c));
  });
}

absl::Status NotANumber(absl::string_view text) {
  return Error::InvalidArgument("DOCUMENT_NUMBER_INVALID", "this is not a document number")
      .Field("number", absl::StrCat("`", text, "` is not PREFIX/YEAR/SEQUENCE, like INV/2026/000042"));
}

}  // namespace

std::string FormatNumber(const DocumentNumber& number) {
  return absl::StrFormat("%s/%04d/%06d", number.prefix, number.year, number.sequence);
}

absl::StatusOr<DocumentNumber> ParseNumber(absl::string_view text) {
  std::vector<std::string> parts = absl::StrSplit(text, '/');
  DocumentNumber number;
  if (parts.size() != 3 || !IsPrefix(parts[0]) || !absl::SimpleAtoi(parts[1], &number.year) ||
      !absl::SimpleAtoi(parts[2], &number.sequence)) {
    return NotANumber(text);
  }
  number.prefix = parts[0];
  // One number has one spelling: what does not print back the same is another text.
  if (number.sequence < 1 || number.sequence > kMaxSequence || FormatNumber(number) != text) return NotANumber(text);
  return number;
}

absl::StatusOr<DocumentNumber> Allocate(Series& series, absl::Time issued_at, const absl::TimeZone& zone) {
  if (!IsPrefix(series.prefix)) {
    return Error::InvalidArgument("DOCUMENT_SERIES_INVALID", "the series has no usable prefix")
        .Field("series.prefix", "1 to 8 letters A-Z or digits are needed");
  }
  absl::CivilDay day = absl::ToCivilDay(issued_at, zone);
  if (day.year() != series.year) {
    return Error::FailedPrecondition("DOCUMENT_SERIES_YEAR", "the document belongs to another year's series")
        .Field("issued_at", absl::StrCat("is in ", day.year(), ", the series is of ", series.year,
                                         "; allocate from the series of ", day.year()));
  }
  if (series.last > 0 && day < absl::ToCivilDay(series.last_issued_at, zone)) {
    return Error::FailedPrecondition("DOCUMENT_NUMBER_OUT_OF_ORDER", "numbers of a series follow time")
        .Field("issued_at", absl::StrCat("is before the day of number ", series.last, "; issue it with today's date"));
  }
  if (series.last >= kMaxSequence) {
    return Error::ResourceExhausted("DOCUMENT_SERIES_FULL", "the series has no number left; start one with a new prefix");
  }
  ++series.last;
  series.last_issued_at = std::max(series.last_issued_at, issued_at);
  return DocumentNumber{series.prefix, series.year, series.last};
}

std::string ChainHash(absl::string_view previous_chain, absl::string_view number, absl::string_view pdf_sha256) {
  return Sha256Hex(absl::StrCat(previous_chain, "\n", number, "\n", pdf_sha256));
}

}  // namespace millwright::documents
