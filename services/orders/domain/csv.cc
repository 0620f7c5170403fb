#include "services/orders/domain/csv.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace millwright::orders {
namespace {

bool IsPlainNumber(absl::string_view text) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c)) || c == '.';
  });
}

}  // namespace

std::string CsvCell(absl::string_view text) {
  std::string cell(text);
  const bool formula = !cell.empty() && absl::StrContains("=+-@\t\r", cell.substr(0, 1)) && !IsPlainNumber(cell);
  if (formula) cell.insert(cell.begin(), '\'');
  if (cell.find_first_of(",\"\r\n") == std::string::npos) return cell;
  return absl::StrCat("\"", absl::StrReplaceAll(cell, {{"\"", "\"\""}}), "\"");
}

std::string CsvLine(const std::vector<std::string>& cells) {
  std::string line;
  for (size_t i = 0; i < cells.size(); ++i) absl::StrAppend(&line, i == 0 ? "" : ",", CsvCell(cells[i]));
  return line + "\r\n";
}

}  // namespace millwright::orders
