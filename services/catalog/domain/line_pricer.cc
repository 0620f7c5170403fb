#include "services/catalog/domain/line_pricer.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"

namespace millwright::catalog {
namespace {

// Steps 3 to 7 on one running amount, adding a leaf for each step that changed it.
class LineSteps {
 public:
  LineSteps(int64_t start, bool explain, std::vector<CostNode>& nodes)
      : amount_(start), explain_(explain), nodes_(nodes) {}

  int64_t amount() const { return amount_; }
  // The amount becomes `after`; the leaf carries the difference.
  absl::Status Become(int64_t after, absl::string_view id, absl::string_view label, absl::string_view rule_id,
                      int64_t version, std::vector<CostInput> inputs, absl::string_view note = "") {
    if (after == amount_ && note.empty()) return absl::OkStatus();
    if (explain_) {
      int64_t delta;
      if (__builtin_sub_overflow(after, amount_, &delta)) return Error::OutOfRange("MONEY_OVERFLOW", "a price step");
      nodes_.push_back(Leaf(id, label, delta, rule_id, version, std::move(inputs), note));
    }
    amount_ = after;
    return absl::OkStatus();
  }

 private:
  int64_t amount_;
  bool explain_;
  std::vector<CostNode>& nodes_;
};

absl::StatusOr<CostNode> ItemsNode(const Rounder& rounder, absl::string_view id, absl::string_view label,
                                   const std::vector<CostItem>& items, int64_t quantity, const PreparedLine& line) {
  std::vector<CostNode> children;
  for (const CostItem& item : items) {
    Decimal exact = item.AmountFor(quantity);
    MW_ASSIGN_OR_RETURN(int64_t amount, rounder.Minor(exact));
    std::vector<CostInput> inputs = item.inputs;
    inputs.push_back({"before rounding", exact.ToString()});
    children.push_back(
        Leaf(item.id, item.label, amount, line.rule_id, line.rule_version, std::move(inputs), item.note));
    children.back().audience = static_cast<int64_t>(item.audience);
  }
  return SumNode(id, label, std::move(children));
}

struct Broken {
  int64_t amount = 0;
  int64_t quantity = 0;  // the quantity whose price is taken
  Decimal factor;
};

// The cheapest of `quantity` pieces and of every larger number, so that more pieces never cost less in sum. Walks on
// only while a larger quantity could still be cheaper: its base grows, and no factor is below the last one.
absl::StatusOr<Broken> BreakFor(const Rounder& rounder, const PreparedLine& line, const QuantityRule& rule,
                                int64_t quantity, int64_t base, int64_t shared) {
  Decimal factor = QuantityFactor(rule, quantity);
  MW_ASSIGN_OR_RETURN(int64_t amount, rounder.Times(base, factor));
  Broken best{amount, quantity, factor};
  if (rule.allow_cheaper_more) return best;
  Decimal least = rule.points.back().factor;
  bool curve = rule.shape == "curve";
  for (int64_t n = quantity; n < rule.points.back().quantity;) {
    if (curve) {
      ++n;
    } else {
      n = std::find_if(rule.points.begin(), rule.points.end(), [n](const auto& p) { return p.quantity > n; })->quantity;
    }
    MW_ASSIGN_OR_RETURN(int64_t own, BaseAmount(rounder, line, n));
    MW_ASSIGN_OR_RETURN(int64_t larger, AddMinor(own, shared));
    MW_ASSIGN_OR_RETURN(int64_t floor, rounder.Times(larger, least));
    if (floor >= best.amount) break;
    Decimal other = QuantityFactor(rule, n);
    MW_ASSIGN_OR_RETURN(int64_t total, rounder.Times(larger, other));
    if (total < best.amount) best = {total, n, other};
  }
  return best;
}

absl::Status ApplyBreak(const Rounder& rounder, const PreparedLine& line, int64_t quantity, int64_t shared,
                        LineSteps& steps, LinePrice& out) {
  const QuantityRule* rule = line.quantity;
  out.priced_quantity = quantity;
  if (rule == nullptr) return absl::OkStatus();
  MW_ASSIGN_OR_RETURN(Broken best, BreakFor(rounder, line, *rule, quantity, steps.amount(), shared));
  out.priced_quantity = best.quantity;
  std::string note;
  int64_t free = best.quantity - quantity;
  if (free > 0) {
    note = absl::StrCat(best.quantity, " pieces cost the same as ", quantity, ": ", free, " more ",
                        free == 1 ? "piece is" : "pieces are", " free");
  }
  return steps.Become(best.amount, "quantity_break", "Quantity break", rule->id, rule->version,
                      {{"factor", best.factor.ToString()}, {"priced as quantity", absl::StrCat(best.quantity)}}, note);
}

absl::Status ApplyMinima(const CompiledBook& book, const Rounder& rounder, int64_t quantity, LineSteps& steps) {
  const Minima& minima = book.book().minima;
  auto raise = [&](int64_t minimum, const char* id, const char* label, Decimal rule) {
    if (minimum <= steps.amount()) return absl::OkStatus();
    return steps.Become(minimum, id, label, "minima", minima.version, {{"minimum", rule.ToString()}},
                        absl::StrCat("the minimum raised the price by ", minimum - steps.amount(), " minor units"));
  };
  MW_ASSIGN_OR_RETURN(int64_t piece, rounder.Minor(minima.per_piece));
  MW_ASSIGN_OR_RETURN(int64_t pieces, rounder.Times(piece, Decimal(quantity)));
  MW_RETURN_IF_ERROR(raise(pieces, "minimum_per_piece", "Minimum per piece", minima.per_piece));
  MW_ASSIGN_OR_RETURN(int64_t per_line, rounder.Minor(minima.per_line));
  return raise(per_line, "minimum_per_line", "Minimum per line", minima.per_line);
}

absl::Status ApplyDiscounts(const Rounder& rounder, const PreparedLine& line, int64_t quantity, LineSteps& steps) {
  for (const Discount& discount : line.discounts) {
    if (quantity < discount.min_quantity) continue;
    MW_ASSIGN_OR_RETURN(int64_t off, DiscountOf(rounder, discount, steps.amount()));
    if (off == 0) continue;
    MW_RETURN_IF_ERROR(steps.Become(steps.amount() - off, absl::StrCat("discount-", discount.id), discount.reason,
                                    discount.id, discount.version,
                                    {{"percent", discount.percent.ToString()},
                                     {"amount", discount.amount.ToString()},
                                     {"cap", discount.cap.ToString()}}));
    if (discount.exclusive) break;
  }
  return absl::OkStatus();
}

absl::Status ExplainBase(const Rounder& rounder, const PreparedLine& line, int64_t quantity,
                         const std::vector<SharedAmount>& shared, LinePrice& out) {
  MW_ASSIGN_OR_RETURN(CostNode production,
                      ItemsNode(rounder, "production", "Production", line.production, quantity, line));
  out.nodes.push_back(std::move(production));
  if (!line.finishing.empty()) {
    MW_ASSIGN_OR_RETURN(CostNode node, ItemsNode(rounder, "finishing", "Finishing", line.finishing, quantity, line));
    out.nodes.push_back(std::move(node));
  }
  if (line.own_setup.empty() && shared.empty()) return absl::OkStatus();
  MW_ASSIGN_OR_RETURN(CostNode setup, ItemsNode(rounder, "setup", "Set-up", line.own_setup, quantity, line));
  for (const SharedAmount& part : shared) {
    setup.children.push_back(
        Leaf(part.id, part.label, part.amount_minor, part.rule_id, part.rule_version, {}, part.note));
  }
  MW_ASSIGN_OR_RETURN(setup, SumNode("setup", "Set-up", std::move(setup.children)));
  out.nodes.push_back(std::move(setup));
  return absl::OkStatus();
}

}  // namespace

CostNode Leaf(absl::string_view id, absl::string_view label, int64_t amount, absl::string_view rule_id, int64_t version,
              std::vector<CostInput> inputs, absl::string_view note) {
  CostNode node;
  node.id = std::string(id);
  node.label = std::string(label);
  node.amount_minor = amount;
  node.rule_id = std::string(rule_id);
  node.rule_version = version;
  node.inputs = std::move(inputs);
  node.note = std::string(note);
  return node;
}

absl::StatusOr<Rounder> Rounder::For(const CompiledBook& book, const std::optional<CurrencyRate>& rate) {
  if (!rate.has_value()) return Rounder(book.currency(), book.rounding(), Decimal(1));
  MW_ASSIGN_OR_RETURN(Currency to, Currency::Parse(rate->to));
  if (!(rate->rate > Decimal(0)) || rate->source.empty() || rate->as_of_us == 0) {
    return Error::InvalidArgument("INVALID_CURRENCY_RATE", "a quote in another currency pins its rate, source and time")
        .Field("currency_rate", "needs a rate above 0, its source and its time");
  }
  return Rounder(to, book.rounding(), rate->rate);
}

absl::StatusOr<int64_t> Rounder::Minor(Decimal list_units) const {
  return (rate_ == Decimal(1) ? list_units : list_units * rate_).ToScaled(currency_.exponent(), mode_);
}

Decimal QuantityFactor(const QuantityRule& rule, int64_t quantity) {
  auto next =
      std::find_if(rule.points.begin(), rule.points.end(), [&](const auto& p) { return p.quantity > quantity; });
  if (next == rule.points.begin()) return Decimal(1);
  const QuantityPoint& from = *(next - 1);
  if (next == rule.points.end() || rule.shape == "step") return from.factor;
  return from.factor +
         (next->factor - from.factor) * Decimal(quantity - from.quantity) / Decimal(next->quantity - from.quantity);
}

absl::StatusOr<int64_t> DiscountOf(const Rounder& rounder, const Discount& discount, int64_t amount) {
  int64_t off = 0;
  if (discount.percent > Decimal(0)) {
    MW_ASSIGN_OR_RETURN(off, rounder.Times(amount, discount.percent / 100));
  } else {
    MW_ASSIGN_OR_RETURN(off, rounder.Minor(discount.amount));
  }
  if (discount.cap > Decimal(0)) {
    MW_ASSIGN_OR_RETURN(int64_t cap, rounder.Minor(discount.cap));
    off = std::min(off, cap);
  }
  return std::max<int64_t>(std::min(off, amount), 0);
}

absl::StatusOr<int64_t> BaseAmount(const Rounder& rounder, const PreparedLine& line, int64_t quantity) {
  int64_t sum = 0;
  for (const std::vector<CostItem>* items : {&line.production, &line.finishing, &line.own_setup}) {
    for (const CostItem& item : *items) {
      MW_ASSIGN_OR_RETURN(int64_t amount, rounder.Minor(item.AmountFor(quantity)));
      MW_ASSIGN_OR_RETURN(sum, AddMinor(sum, amount));
    }
  }
  return sum;
}

absl::StatusOr<LinePrice> PriceLine(const CompiledBook& book, const Rounder& rounder, const PreparedLine& line,
                                    int64_t quantity, const LeadTimeTier* tier, const std::vector<SharedAmount>& shared,
                                    bool explain) {
  LinePrice out;
  MW_ASSIGN_OR_RETURN(out.before_shared_minor, BaseAmount(rounder, line, quantity));
  int64_t shared_sum = 0;
  for (const SharedAmount& part : shared) {
    MW_ASSIGN_OR_RETURN(shared_sum, AddMinor(shared_sum, part.amount_minor));
  }
  if (explain) MW_RETURN_IF_ERROR(ExplainBase(rounder, line, quantity, shared, out));
  MW_ASSIGN_OR_RETURN(int64_t start, AddMinor(out.before_shared_minor, shared_sum));
  LineSteps steps(start, explain, out.nodes);
  MW_RETURN_IF_ERROR(ApplyBreak(rounder, line, quantity, shared_sum, steps, out));
  if (tier != nullptr) {
    MW_ASSIGN_OR_RETURN(int64_t after, rounder.Times(steps.amount(), tier->multiplier));
    MW_RETURN_IF_ERROR(steps.Become(
        after, "lead_time", tier->label, tier->id, tier->version,
        {{"multiplier", tier->multiplier.ToString()}, {"business days", absl::StrCat(tier->business_days)}}));
  }
  MW_RETURN_IF_ERROR(ApplyMinima(book, rounder, quantity, steps));
  MW_RETURN_IF_ERROR(ApplyDiscounts(rounder, line, quantity, steps));
  out.net_minor = steps.amount();
  return out;
}

}  // namespace millwright::catalog
