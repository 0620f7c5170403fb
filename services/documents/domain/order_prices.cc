#include "services/documents/domain/order_prices.h"

#include <algorithm>
#include <map>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/money/money.h"
#include "common/money/proto.h"
#include "services/documents/domain/labels.h"

namespace millwright::documents {
namespace {

using millwright::orders::v1::Order;
using millwright::orders::v1::OrderLine;

// "0.23" -> 2300. INVALID_ARGUMENT for what is no rate from 0 to 1 in steps of a basis point.
absl::StatusOr<int32_t> BasisPoints(const std::string& rate) {
  if (rate.empty()) return 0;
  MW_ASSIGN_OR_RETURN(Decimal decimal, Decimal::Parse(rate));
  auto bp = decimal.ToScaled(4, Rounding::kHalfEven);
  bool exact = bp.ok() && *bp >= 0 && *bp <= 10'000 && decimal == Decimal::Micro(*bp * 100);
  if (exact) return static_cast<int32_t>(*bp);
  return Error::InvalidArgument("TAX_RATE_INVALID", absl::StrCat("`", rate, "` is no tax rate"))
      .Field("tax_rate", "must be a decimal from 0 to 1 with at most four places");
}

TaxCategory CategoryOf(absl::string_view title, int32_t rate_bp) {
  std::string lower = absl::AsciiStrToLower(title);
  if (rate_bp != 0) return TaxCategory::kStandard;
  if (absl::StrContains(lower, "reverse")) return TaxCategory::kReverseCharge;
  if (absl::StrContains(lower, "exempt")) return TaxCategory::kExempt;
  if (absl::StrContains(lower, "export")) return TaxCategory::kExport;
  return TaxCategory::kStandard;
}

absl::StatusOr<int64_t> Minor(const google::type::Money& proto, absl::string_view field) {
  if (proto.currency_code().empty() && proto.units() == 0 && proto.nanos() == 0) return 0;
  MW_ASSIGN_OR_RETURN(millwright::Money money, FromProto(proto, field));
  return money.minor_units;
}

// One row per rate. Lines know their rate only, so two treatments of one rate are one row with both phrases.
absl::StatusOr<std::map<int32_t, TaxTotal>> TaxRows(const Order& order) {
  std::map<int32_t, TaxTotal> rows;
  for (const auto& total : order.tax_totals()) {
    MW_ASSIGN_OR_RETURN(int32_t bp, BasisPoints(total.rate()));
    MW_ASSIGN_OR_RETURN(int64_t net, Minor(total.net(), "tax_totals.net"));
    MW_ASSIGN_OR_RETURN(int64_t tax, Minor(total.tax(), "tax_totals.tax"));
    TaxCategory category = CategoryOf(total.title(), bp);
    std::string reason = total.legal_phrase();
    if (reason.empty() && category == TaxCategory::kExempt) reason = total.title();
    auto [row, fresh] = rows.emplace(bp, TaxTotal{category, bp, net, tax, reason});
    if (fresh) continue;
    if (row->second.category != category) row->second.category = TaxCategory::kStandard;
    row->second.net += net;
    row->second.tax += tax;
    absl::StrAppend(&row->second.reason, row->second.reason.empty() || reason.empty() ? "" : "\n", reason);
  }
  return rows;
}

absl::Status AddLines(const Order& order, std::map<int32_t, TaxTotal>& rows, Language language, Prices& prices) {
  std::map<int32_t, int64_t> sums;
  for (const OrderLine& line : order.lines()) {
    int64_t pieces = int64_t{line.quantity()} - line.cancelled_quantity();
    if (pieces <= 0 || line.to_be_determined()) continue;
    MW_ASSIGN_OR_RETURN(int64_t net, Minor(line.net(), "lines.net"));
    MW_ASSIGN_OR_RETURN(int32_t bp, BasisPoints(line.tax_rate()));
    auto row = rows.find(bp);
    TaxCategory category = row == rows.end() ? TaxCategory::kStandard : row->second.category;
    std::string title = line.title();
    if (!line.material_title().empty() && !absl::StrContains(title, line.material_title())) {
      absl::StrAppend(&title, ", ", line.material_title());
    }
    prices.lines.push_back({title, pieces, "", line.unit_price(), net, bp, category});
    sums[bp] += net;
  }
  for (const auto& [bp, row] : rows) {
    int64_t rest = row.net - sums[bp];
    if (rest != 0) {
      prices.lines.push_back({LabelText(Label::kAdjustments, language), 1, "", "", rest, bp, row.category});
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Prices> PricesOf(const Order& order, Language language) {
  Prices prices;
  prices.currency = order.gross().currency_code();
  MW_ASSIGN_OR_RETURN(auto rows, TaxRows(order));
  MW_RETURN_IF_ERROR(AddLines(order, rows, language, prices));
  for (auto& [bp, row] : rows) prices.taxes.push_back(row);
  MW_ASSIGN_OR_RETURN(prices.net, Minor(order.net(), "net"));
  MW_ASSIGN_OR_RETURN(prices.tax, Minor(order.tax(), "tax"));
  MW_ASSIGN_OR_RETURN(prices.gross, Minor(order.gross(), "gross"));
  return prices;
}

absl::StatusOr<int64_t> PaidOf(const Order& order) {
  if (!order.has_balance()) return 0;
  MW_ASSIGN_OR_RETURN(int64_t gross, Minor(order.gross(), "gross"));
  MW_ASSIGN_OR_RETURN(int64_t balance, Minor(order.balance(), "balance"));
  return std::max<int64_t>(gross - balance, 0);
}

}  // namespace millwright::documents
