#include "services/catalog/domain/tax.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/money/money.h"
#include "services/catalog/domain/vat_id.h"

namespace millwright::catalog {
namespace {

bool IsMember(const TaxTable& table, absl::string_view country) {
  return std::find(table.eu_members.begin(), table.eu_members.end(), country) != table.eu_members.end();
}

absl::StatusOr<TaxDecision> Domestic(const TaxTable& table, absl::string_view country, absl::string_view tax_class,
                                     absl::string_view date) {
  for (const TaxRate& rate : table.rates) {
    // ISO dates compare as text.
    if (rate.country != country || rate.tax_class != tax_class || date < rate.from) continue;
    if (!rate.until.empty() && date >= rate.until) continue;
    return TaxDecision{rate.exempt ? "exempt" : "domestic", rate.exempt ? Decimal(0) : rate.percent, rate.phrase};
  }
  return Error::FailedPrecondition("TAX_RATE_MISSING",
                                   absl::StrCat("no tax rate of ", country, " for class `", tax_class, "` on ", date))
      .Precondition("TAX_RATE", absl::StrCat(table.id, "@", table.version),
                    "add the rate with its validity dates to the tax table")
      .Meta("country", country)
      .Meta("tax_class", tax_class)
      .Meta("date", date);
}

}  // namespace

absl::StatusOr<TaxDecision> DecideTax(const TaxTable& table, const TaxParties& parties, absl::string_view tax_class,
                                      absl::string_view date) {
  std::string buyer_state, seller_state;
  if (!parties.buyer_vat_id.empty()) {
    MW_ASSIGN_OR_RETURN(VatId buyer, ParseVatId(parties.buyer_vat_id));
    if (parties.vat_check != "invalid") buyer_state = buyer.member_state;
  }
  if (!parties.seller_vat_id.empty()) {
    MW_ASSIGN_OR_RETURN(VatId seller, ParseVatId(parties.seller_vat_id));
    seller_state = seller.member_state;
  }
  bool abroad = parties.ship_to_country != parties.seller_country;
  bool inside = IsMember(table, parties.seller_country) && IsMember(table, parties.ship_to_country);
  if (abroad && !inside) return TaxDecision{"export", Decimal(0), table.export_phrase};
  if (abroad && !buyer_state.empty() && !seller_state.empty() && buyer_state != seller_state) {
    return TaxDecision{"reverse_charge", Decimal(0), table.reverse_charge_phrase};
  }
  return Domestic(table, parties.seller_country, tax_class, date);
}

absl::StatusOr<TaxSummary> ComputeTax(const std::vector<TaxableAmount>& amounts, absl::string_view rounding) {
  TaxSummary out;
  out.rounding = std::string(rounding);
  for (const TaxableAmount& amount : amounts) {
    auto row = std::find_if(out.rows.begin(), out.rows.end(), [&](const TaxRow& r) {
      return r.treatment == amount.decision.treatment && r.percent == amount.decision.percent &&
             r.phrase == amount.decision.phrase;
    });
    if (row == out.rows.end()) {
      out.rows.push_back({amount.decision.treatment, amount.decision.percent, 0, 0, 0, amount.decision.phrase});
      row = out.rows.end() - 1;
    }
    MW_ASSIGN_OR_RETURN(row->net_minor, AddMinor(row->net_minor, amount.net_minor));
    if (rounding == "line") {
      MW_ASSIGN_OR_RETURN(int64_t tax, MultiplyMinor(amount.net_minor, row->percent / 100, Rounding::kHalfUp));
      MW_ASSIGN_OR_RETURN(row->tax_minor, AddMinor(row->tax_minor, tax));
    }
  }
  for (TaxRow& row : out.rows) {
    if (rounding != "line") {
      MW_ASSIGN_OR_RETURN(row.tax_minor, MultiplyMinor(row.net_minor, row.percent / 100, Rounding::kHalfUp));
    }
    MW_ASSIGN_OR_RETURN(row.gross_minor, AddMinor(row.net_minor, row.tax_minor));
    MW_ASSIGN_OR_RETURN(out.net_minor, AddMinor(out.net_minor, row.net_minor));
    MW_ASSIGN_OR_RETURN(out.tax_minor, AddMinor(out.tax_minor, row.tax_minor));
  }
  MW_ASSIGN_OR_RETURN(out.gross_minor, AddMinor(out.net_minor, out.tax_minor));
  std::stable_sort(out.rows.begin(), out.rows.end(),
                   [](const TaxRow& a, const TaxRow& b) { return a.percent > b.percent; });
  return out;
}

}  // namespace millwright::catalog
