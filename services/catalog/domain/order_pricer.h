// Prices an order: every line, then steps 8 to 12 (minimum per machine, order discounts and coupons, minimum per
// order, shipping and packing, tax), as one cost tree that adds up.
//
// Pure: the same book, tax table and request give the same answer, byte for byte (ToJson), on every machine.
#ifndef MILLWRIGHT_SERVICES_CATALOG_DOMAIN_ORDER_PRICER_H_
#define MILLWRIGHT_SERVICES_CATALOG_DOMAIN_ORDER_PRICER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/catalog/domain/compiled_book.h"
#include "services/catalog/domain/line_pricer.h"
#include "services/catalog/domain/pricing_request.h"

namespace millwright::catalog {

inline constexpr size_t kMaxOrderLines = 1'000;
// Cells of one QuoteGrid call.
inline constexpr size_t kMaxGridCells = 20'000;

struct PricedLine {
  std::string id;
  int64_t quantity = 0;
  int64_t net_minor = 0;      // with its share of everything before shipping and tax
  std::string unit_price;     // net / quantity, four decimals; derived, never summed
  int64_t free_pieces = 0;    // that many more pieces cost nothing
  std::string material, machine;
  TaxDecision tax;
  bool to_be_determined = false;  // no price yet
};
template <typename V>
void Describe(V& v, PricedLine& l) {
  v("id", l.id);
  v("quantity", l.quantity);
  v("net_minor", l.net_minor);
  v("unit_price", l.unit_price);
  v("free_pieces", l.free_pieces);
  v("material", l.material);
  v("machine", l.machine);
  v("tax", l.tax);
  v("to_be_determined", l.to_be_determined);
}

struct PricedOrder {
  std::string currency;
  CostNode tree;  // "lines/<id>/...", "delivery/...", "tax/..."
  std::vector<PricedLine> lines;
  TaxSummary tax;
  int64_t business_days = 0;  // with the extra days of processes and finishes
  std::string promised_day;   // "2026-12-04"; "" without a lead-time tier
  std::string machine_hours;  // four decimals
};
template <typename V>
void Describe(V& v, PricedOrder& o) {
  v("currency", o.currency);
  v("tree", o.tree);
  v("lines", o.lines);
  v("tax", o.tax);
  v("business_days", o.business_days);
  v("promised_day", o.promised_day);
  v("machine_hours", o.machine_hours);
}

// INVALID_ARGUMENT with the field ("lines[2].material") for what the caller can mend; FAILED_PRECONDITION for what the
// company can't do (PART_DOES_NOT_FIT, PRODUCT_NOT_OFFERED, LEAD_TIME_FULL, COUPON_NOT_VALID, TAX_RATE_MISSING).
absl::StatusOr<PricedOrder> PriceOrder(const CompiledBook& book, const TaxTable& taxes, const OrderRequest& request);

// One cell of a grid: a line alone, at one quantity and tier, net of order-level steps, shipping and tax.
struct GridCell {
  std::string line, tier;
  int64_t quantity = 0;
  int64_t net_minor = 0;
  std::string unit_price;
  std::string promised_day;
  int64_t valid_until_us = 0;
  std::string refusal;  // why this cell is not offered; "" if it is
};
// Every line of `request` at each quantity and each tier (all tiers of the book if `tiers` is empty), in the order
// line, quantity, tier. Each line stands alone: it carries all common set-ups itself.
absl::StatusOr<std::vector<GridCell>> PriceGrid(const CompiledBook& book, const OrderRequest& request,
                                                const std::vector<int64_t>& quantities,
                                                const std::vector<std::string>& tiers);

// End of the last valid day in the seller's zone.
int64_t ValidUntilUs(const CompiledBook& book, int64_t at_us);

}  // namespace millwright::catalog

#endif  // MILLWRIGHT_SERVICES_CATALOG_DOMAIN_ORDER_PRICER_H_
