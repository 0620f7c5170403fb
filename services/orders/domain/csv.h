// Lines of a CSV file: RFC 4180, comma, CRLF, UTF-8.
//
// Cells come from other people (file names, references) and are opened in spreadsheets, which run a cell that begins with
// = + - @ tab or CR as a formula; such a cell gets a leading apostrophe, unless it is a plain number
// (owasp.org/www-community/attacks/CSV_Injection).
//
// Thread-safety: pure functions.
#ifndef MILLWRIGHT_SERVICES_ORDERS_DOMAIN_CSV_H_
#define MILLWRIGHT_SERVICES_ORDERS_DOMAIN_CSV_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace millwright::orders {

std::string CsvCell(absl::string_view text);
// The cells, separated, and the end of the line.
std::string CsvLine(const std::vector<std::string>& cells);

}  // namespace millwright::orders

#endif  // MILLWRIGHT_SERVICES_ORDERS_DOMAIN_CSV_H_
