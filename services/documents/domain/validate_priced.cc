// The checks of prices: that what is printed adds up.
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/money/currency.h"
#include "services/documents/domain/validate.h"

namespace millwright::documents {
namespace {

using RateKey = std::pair<int, int32_t>;  // category, basis points

// Sums that may exceed int64 are compared exactly.
using Wide = __int128;

constexpr int32_t kMaxRateBp = 10'000;

void CheckRate(absl::string_view path, TaxCategory category, int32_t rate_bp, FieldProblems& problems) {
  problems.Check(category != TaxCategory::kUnset, absl::StrCat(path, "category"), "choose the tax category");
  problems.Check(rate_bp >= 0 && rate_bp <= kMaxRateBp, absl::StrCat(path, "rate_bp"),
                 "is in basis points, 0 to 10000 (2300 is 23 %)");
  problems.Check(category == TaxCategory::kStandard || category == TaxCategory::kUnset || rate_bp == 0,
                 absl::StrCat(path, "rate_bp"), "must be 0 for exempt, reverse charge and export");
}

void CheckTaxRow(absl::string_view path, const TaxTotal& row, const Party& seller, const Party& buyer,
                 FieldProblems& problems) {
  CheckRate(path, row.category, row.rate_bp, problems);
  problems.Check(row.rate_bp != 0 || row.tax == 0, absl::StrCat(path, "tax"), "must be 0 at a rate of 0");
  if (row.category == TaxCategory::kExempt) {
    problems.Require(absl::StrCat(path, "reason"), row.reason, "name the provision that exempts the supply");
  }
  if (row.category == TaxCategory::kReverseCharge) {
    problems.Require("seller.vat_id", seller.vat_id, "reverse charge needs both VAT ids");
    problems.Require("buyer.vat_id", buyer.vat_id, "reverse charge needs both VAT ids");
  }
}

}  // namespace

void CheckPrices(const Prices& prices, const Party& seller, const Party& buyer, FieldProblems& problems) {
  problems.Check(Currency::Parse(prices.currency).ok(), "prices.currency",
                 "give the ISO 4217 code in three capital letters, like EUR");
  problems.Check(!prices.lines.empty(), "prices.lines", "list at least one position");
  std::map<RateKey, Wide> by_rate;
  for (size_t i = 0; i < prices.lines.size(); ++i) {
    const PricedLine& line = prices.lines[i];
    std::string path = absl::StrCat("prices.lines[", i, "].");
    problems.Require(path + "description", line.description, "describe the position");
    problems.Check(line.quantity > 0, path + "quantity", "must be 1 or more");
    CheckRate(path + "tax_", line.tax_category, line.tax_rate_bp, problems);
    by_rate[{static_cast<int>(line.tax_category), line.tax_rate_bp}] += line.net;
  }
  Wide net = 0, tax = 0;
  for (size_t i = 0; i < prices.taxes.size(); ++i) {
    const TaxTotal& row = prices.taxes[i];
    std::string path = absl::StrCat("prices.taxes[", i, "].");
    CheckTaxRow(path, row, seller, buyer, problems);
    auto lines = by_rate.find({static_cast<int>(row.category), row.rate_bp});
    problems.Check(lines != by_rate.end() && lines->second == row.net, path + "net",
                   "must be the sum of the positions of this category and rate");
    if (lines != by_rate.end()) by_rate.erase(lines);
    net += row.net;
    tax += row.tax;
  }
  problems.Check(by_rate.empty(), "prices.taxes", "needs one row for each category and rate of the positions");
  problems.Check(net == prices.net, "prices.net", "must be the sum of the tax rows' nets");
  problems.Check(tax == prices.tax, "prices.tax", "must be the sum of the tax rows' taxes");
  problems.Check(Wide{prices.net} + prices.tax == prices.gross, "prices.gross", "must be net plus tax");
}

}  // namespace millwright::documents
