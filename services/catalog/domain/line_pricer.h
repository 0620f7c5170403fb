// Prices one line: steps 1 to 7 of the fixed order of computation (pricing.md section 2).
//
// Prepare does the work that does not depend on the quantity (validation, fit, process model, margin, finishing);
// Price is then pure integer arithmetic for any quantity, lead time and share of common set-ups. So a grid of n
// quantities x m tiers prepares each line once.
//
// Thread-safety: a PreparedLine is immutable; it points into the CompiledBook, which must outlive it.
#ifndef MILLWRIGHT_SERVICES_CATALOG_DOMAIN_LINE_PRICER_H_
#define MILLWRIGHT_SERVICES_CATALOG_DOMAIN_LINE_PRICER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/catalog/domain/compiled_book.h"
#include "services/catalog/domain/pricing_request.h"

namespace millwright::catalog {

// From list units to minor units of the quote's currency: the one place where a price is rounded.
class Rounder {
 public:
  Rounder(Currency currency, Rounding mode, Decimal rate) : currency_(currency), mode_(mode), rate_(rate) {}
  // Of the book's currency, or of a request's pinned rate (UNKNOWN_CURRENCY, INVALID_CURRENCY_RATE).
  static absl::StatusOr<Rounder> For(const CompiledBook& book, const std::optional<CurrencyRate>& rate);

  absl::StatusOr<int64_t> Minor(Decimal list_units) const;
  absl::StatusOr<int64_t> Times(int64_t minor, Decimal factor) const { return MultiplyMinor(minor, factor, mode_); }
  Currency currency() const { return currency_; }

 private:
  Currency currency_;
  Rounding mode_;
  Decimal rate_;
};

struct PreparedLine {
  const LineRequest* request = nullptr;
  const CompiledProcess* process = nullptr;  // null for an article
  std::string rule_id;                       // of the process or article
  int64_t rule_version = 0;
  const QuantityRule* quantity = nullptr;
  const Material* material = nullptr;
  const Machine* machine = nullptr;
  std::vector<CostItem> production;  // step 1: model and margin
  std::vector<CostItem> finishing;   // step 2
  std::vector<CostItem> own_setup;   // step 3, scope "line"
  UnitCost cost;                     // the bare model, for machine hours
  std::vector<Discount> discounts;   // of step 7 that apply, in order
  int64_t extra_days = 0;
  std::string tax_class;
};

// Errors name the field by `path` ("lines[2]").
absl::StatusOr<PreparedLine> PrepareLine(const CompiledBook& book, const OrderRequest& order, const LineRequest& line,
                                         absl::string_view path);

// A part of an amount that several lines share.
struct SharedAmount {
  std::string id, label, rule_id;
  int64_t rule_version = 0;
  int64_t amount_minor = 0;  // this line's share
  std::string note;
};

struct LinePrice {
  int64_t net_minor = 0;
  int64_t before_shared_minor = 0;  // production, finishing and own set-up: the weight when amounts are shared
  int64_t priced_quantity = 0;      // above the quantity where more pieces would cost the same or less
  std::vector<CostNode> nodes;      // the children of the line's node
};

// `quantity` pieces at `tier` (nullptr: no lead-time step). With `explain` false, nodes stay empty: for grids.
absl::StatusOr<LinePrice> PriceLine(const CompiledBook& book, const Rounder& rounder, const PreparedLine& line,
                                    int64_t quantity, const LeadTimeTier* tier, const std::vector<SharedAmount>& shared,
                                    bool explain);

// The sum of step 1 to 3 (own set-ups only), rounded per leaf.
absl::StatusOr<int64_t> BaseAmount(const Rounder& rounder, const PreparedLine& line, int64_t quantity);

// The quantity factor of a rule: steps, or linear between points.
Decimal QuantityFactor(const QuantityRule& rule, int64_t quantity);

// What a discount takes off `amount`, never more than its cap or the amount itself.
absl::StatusOr<int64_t> DiscountOf(const Rounder& rounder, const Discount& discount, int64_t amount);

CostNode Leaf(absl::string_view id, absl::string_view label, int64_t amount, absl::string_view rule_id, int64_t version,
              std::vector<CostInput> inputs = {}, absl::string_view note = "");

}  // namespace millwright::catalog

#endif  // MILLWRIGHT_SERVICES_CATALOG_DOMAIN_LINE_PRICER_H_
