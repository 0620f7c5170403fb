#include "services/catalog/domain/order_pricer.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/time/clock.h"
#include "services/catalog/domain/order_sharing.h"

namespace millwright::catalog {
namespace {

absl::Status Bad(absl::string_view reason, const std::string& field, absl::string_view rule) {
  return Error::InvalidArgument(reason, absl::StrCat(field, " ", rule)).Field(field, rule);
}

std::string UnitPrice(int64_t net_minor, int64_t quantity, Currency currency) {
  return (ToDecimal(Money{net_minor, currency}) / Decimal(quantity)).ToFixed(4);
}

// One order on its way through steps 1 to 12.
class OrderPricing {
 public:
  OrderPricing(const CompiledBook& book, const TaxTable& taxes, const OrderRequest& request, const Rounder& rounder)
      : book_(book), taxes_(taxes), request_(request), rounder_(rounder) {}

  absl::StatusOr<PricedOrder> Run() {
    MW_RETURN_IF_ERROR(Prepare());
    MW_RETURN_IF_ERROR(PriceLines());
    MW_RETURN_IF_ERROR(MachineMinima());
    MW_RETURN_IF_ERROR(OrderDiscounts());
    MW_RETURN_IF_ERROR(OrderMinimum());
    MW_RETURN_IF_ERROR(Delivery());
    return Finish();
  }

 private:
  absl::Status Prepare() {
    if (request_.lines.empty() || request_.lines.size() > kMaxOrderLines) {
      return Bad("INVALID_LINE", "lines", absl::StrCat("must be 1 to ", kMaxOrderLines));
    }
    std::set<std::string> ids;
    for (size_t i = 0; i < request_.lines.size(); ++i) {
      const LineRequest& line = request_.lines[i];
      std::string path = line.request_path.empty() ? absl::StrCat("lines[", i, "]") : line.request_path;
      if (line.id.empty() || absl::StrContains(line.id, "/") || !ids.insert(line.id).second) {
        return Bad("INVALID_LINE", path + ".id", "must be unique in the order, not empty and without `/`");
      }
      if (line.to_be_determined) continue;
      MW_ASSIGN_OR_RETURN(PreparedLine prepared, PrepareLine(book_, request_, line, path));
      extra_days_ = std::max(extra_days_, prepared.extra_days);
      hours_ += prepared.cost.HoursFor(line.quantity);
      lines_.push_back(std::move(prepared));
      quantities_.push_back(line.quantity);
    }
    if (book_.book().lead_times.empty() && request_.lead_time.empty()) return absl::OkStatus();
    tier_ = book_.FindTier(request_.lead_time);
    if (tier_ == nullptr) {
      return Bad("UNKNOWN_LEAD_TIME", "lead_time",
                 absl::StrCat("`", request_.lead_time, "` is no lead time of this company"));
    }
    return CheckCapacity(*tier_, request_.load, hours_);
  }

  absl::Status PriceLines() {
    MW_ASSIGN_OR_RETURN(auto shared, ShareSetups(rounder_, lines_, quantities_));
    for (size_t i = 0; i < lines_.size(); ++i) {
      MW_ASSIGN_OR_RETURN(LinePrice price,
                          PriceLine(book_, rounder_, lines_[i], quantities_[i], tier_, shared[i], /*explain=*/true));
      prices_.push_back(std::move(price));
    }
    return absl::OkStatus();
  }

  // Adds `total` to the lines `members`, in proportion to their prices, as a leaf of each.
  absl::Status Spread(int64_t total, const std::vector<size_t>& members, const CostNode& leaf) {
    std::vector<int64_t> weights;
    for (size_t i : members) weights.push_back(prices_[i].net_minor);
    MW_ASSIGN_OR_RETURN(std::vector<int64_t> parts, ShareOut(total, weights));
    for (size_t j = 0; j < members.size(); ++j) {
      LinePrice& price = prices_[members[j]];
      MW_ASSIGN_OR_RETURN(price.net_minor, AddMinor(price.net_minor, parts[j]));
      price.nodes.push_back(leaf);
      price.nodes.back().amount_minor = parts[j];
    }
    return absl::OkStatus();
  }
  absl::StatusOr<int64_t> SumOf(const std::vector<size_t>& members) const {
    int64_t sum = 0;
    for (size_t i : members) {
      MW_ASSIGN_OR_RETURN(sum, AddMinor(sum, prices_[i].net_minor));
    }
    return sum;
  }
  std::vector<size_t> AllLines() const {
    std::vector<size_t> out(lines_.size());
    for (size_t i = 0; i < out.size(); ++i) out[i] = i;
    return out;
  }

  // Order-wide steps need a line to stand on: a quote whose lines all wait for a review has none.
  absl::Status Raise(const std::vector<size_t>& members, Decimal minimum, absl::string_view id, absl::string_view label,
                     absl::string_view rule_id, int64_t version) {
    MW_ASSIGN_OR_RETURN(int64_t least, rounder_.Minor(minimum));
    MW_ASSIGN_OR_RETURN(int64_t sum, SumOf(members));
    if (least <= sum || members.empty()) return absl::OkStatus();
    return Spread(least - sum, members,
                  Leaf(id, label, 0, rule_id, version, {{"minimum", minimum.ToString()}},
                       absl::StrCat("the minimum raised the price by ", least - sum, " minor units over ",
                                    members.size(), " line(s)")));
  }

  absl::Status MachineMinima() {
    std::map<std::string, std::vector<size_t>> by_machine;
    for (size_t i = 0; i < lines_.size(); ++i) {
      if (lines_[i].machine != nullptr && lines_[i].machine->minimum_charge > Decimal(0)) {
        by_machine[lines_[i].machine->id].push_back(i);
      }
    }
    for (const auto& [id, members] : by_machine) {
      const Machine& machine = *lines_[members[0]].machine;
      MW_RETURN_IF_ERROR(
          Raise(members, machine.minimum_charge, "minimum_per_machine", "Minimum per machine", id, machine.version));
    }
    return absl::OkStatus();
  }

  bool Applies(const Discount& d, int64_t goods_minor, int64_t minimum_minor) const {
    bool customer = d.customers.empty() ||
                    std::find(d.customers.begin(), d.customers.end(), request_.customer) != d.customers.end();
    return customer && goods_minor >= minimum_minor && request_.at_us >= d.valid_from_us &&
           (d.valid_until_us == 0 || request_.at_us < d.valid_until_us);
  }

  // The order's own discounts and the coupons named, by priority. A coupon that does not apply is an error: the
  // customer counts on it.
  absl::StatusOr<std::vector<const Discount*>> ApplicableDiscounts(int64_t goods) const {
    std::vector<const Discount*> out;
    std::set<std::string> wanted;
    for (size_t i = 0; i < request_.coupons.size(); ++i) {
      const std::string& code = request_.coupons[i];
      std::string field = absl::StrCat("coupons[", i, "]");
      if (!wanted.insert(code).second) return Bad("COUPON_NOT_VALID", field, "is named twice");
      const auto& all = book_.book().discounts;
      bool known =
          !code.empty() && std::any_of(all.begin(), all.end(), [&](const Discount& d) { return d.code == code; });
      if (!known) return Bad("COUPON_NOT_VALID", field, absl::StrCat("`", code, "` is no coupon of this company"));
    }
    for (const Discount& d : book_.book().discounts) {
      if (d.on != "order" || (!d.code.empty() && wanted.count(d.code) == 0)) continue;
      MW_ASSIGN_OR_RETURN(int64_t minimum, rounder_.Minor(d.min_amount));
      if (Applies(d, goods, minimum)) {
        out.push_back(&d);
      } else if (!d.code.empty()) {
        return Error::FailedPrecondition("COUPON_NOT_VALID", absl::StrCat("coupon `", d.code, "` does not apply"))
            .Precondition("COUPON", d.code,
                          "it is out of date, for other customers, or needs a larger order; remove it");
      }
    }
    std::stable_sort(out.begin(), out.end(), [](auto* a, auto* b) { return a->priority < b->priority; });
    return out;
  }

  absl::Status OrderDiscounts() {
    std::vector<size_t> all = AllLines();
    if (all.empty()) return absl::OkStatus();
    MW_ASSIGN_OR_RETURN(int64_t goods, SumOf(all));
    MW_ASSIGN_OR_RETURN(std::vector<const Discount*> discounts, ApplicableDiscounts(goods));
    for (const Discount* d : discounts) {
      MW_ASSIGN_OR_RETURN(int64_t now, SumOf(all));
      MW_ASSIGN_OR_RETURN(int64_t off, DiscountOf(rounder_, *d, now));
      if (off == 0) continue;
      MW_RETURN_IF_ERROR(Spread(-off, all,
                                Leaf(absl::StrCat("order-discount-", d->id), d->reason, 0, d->id, d->version,
                                     {{"percent", d->percent.ToString()},
                                      {"amount", d->amount.ToString()},
                                      {"cap", d->cap.ToString()},
                                      {"code", d->code}})));
      if (d->exclusive) break;
    }
    return absl::OkStatus();
  }

  absl::Status OrderMinimum() {
    const Minima& minima = book_.book().minima;
    return Raise(AllLines(), minima.per_order, "minimum_per_order", "Minimum per order", "minima", minima.version);
  }

  absl::Status Delivery() {
    if (request_.shipping.empty()) return absl::OkStatus();
    const ShippingMethod* method = book_.FindShipping(request_.shipping);
    if (method == nullptr) {
      return Bad("UNKNOWN_SHIPPING", "shipping",
                 absl::StrCat("`", request_.shipping, "` is no shipping method of this company"));
    }
    const std::string& to = request_.parties.ship_to_country;
    if (!method->countries.empty() &&
        std::find(method->countries.begin(), method->countries.end(), to) == method->countries.end()) {
      return Bad("UNKNOWN_SHIPPING", "shipping",
                 absl::StrCat("`", method->id, "` does not go to ", to, "; choose another"));
    }
    MW_ASSIGN_OR_RETURN(int64_t goods, SumOf(AllLines()));
    MW_ASSIGN_OR_RETURN(int64_t free_from, rounder_.Minor(method->free_from));
    bool free = method->free_from > Decimal(0) && goods >= free_from;
    MW_ASSIGN_OR_RETURN(int64_t price, rounder_.Minor(free ? Decimal(0) : method->price));
    MW_ASSIGN_OR_RETURN(int64_t packing, rounder_.Minor(method->packing));
    delivery_.push_back(Leaf("shipping", method->label, price, method->id, method->version,
                             {{"free from", method->free_from.ToString()}}, free ? "free above the stated value" : ""));
    if (packing > 0) delivery_.push_back(Leaf("packing", "Packing", packing, method->id, method->version));
    return absl::OkStatus();
  }

  absl::StatusOr<PricedOrder> Finish() {
    PricedOrder out;
    out.currency = std::string(rounder_.currency().code());
    out.machine_hours = hours_.ToFixed(4);
    if (tier_ != nullptr) {
      out.business_days = tier_->business_days + extra_days_;
      out.promised_day = absl::FormatCivilTime(
          PromiseDay(book_.book().calendar, book_.zone(), FromMicros(request_.at_us), out.business_days));
    }
    std::vector<CostNode> sections;
    std::vector<TaxableAmount> taxable;
    MW_RETURN_IF_ERROR(FinishLines(out, sections, taxable));
    if (!delivery_.empty()) {
      MW_ASSIGN_OR_RETURN(CostNode delivery, SumNode("delivery", "Delivery", std::move(delivery_)));
      MW_ASSIGN_OR_RETURN(TaxDecision decision, Decide("shipping"));
      taxable.push_back({"delivery", delivery.amount_minor, decision});
      sections.push_back(std::move(delivery));
    }
    MW_ASSIGN_OR_RETURN(out.tax, ComputeTax(taxable, book_.book().tax_rounding));
    std::vector<CostNode> rates;
    for (const TaxRow& row : out.tax.rows) {
      rates.push_back(Leaf(absl::StrCat(row.treatment, "-", row.percent.ToString(),
                                        rates.empty() ? "" : absl::StrCat("-", rates.size())),
                           absl::StrCat("Tax ", row.percent.ToString(), " %"), row.tax_minor, taxes_.id, taxes_.version,
                           {{"net", absl::StrCat(row.net_minor)}, {"rounding", out.tax.rounding}}, row.phrase));
    }
    MW_ASSIGN_OR_RETURN(CostNode tax, SumNode("tax", "Tax", std::move(rates)));
    sections.push_back(std::move(tax));
    MW_ASSIGN_OR_RETURN(out.tree, SumNode("order", "Order", std::move(sections)));
    return out;
  }

  absl::Status FinishLines(PricedOrder& out, std::vector<CostNode>& sections, std::vector<TaxableAmount>& taxable) {
    std::vector<CostNode> nodes;
    size_t i = 0;  // of the priced lines
    for (const LineRequest& request : request_.lines) {
      if (request.to_be_determined) {
        out.lines.push_back({request.id, request.quantity, 0, "", 0, request.material, "", {}, true});
        continue;
      }
      MW_ASSIGN_OR_RETURN(CostNode node, SumNode(request.id, request.label, std::move(prices_[i].nodes)));
      MW_ASSIGN_OR_RETURN(TaxDecision decision, Decide(lines_[i].tax_class));
      out.lines.push_back({request.id, request.quantity, prices_[i].net_minor,
                           UnitPrice(prices_[i].net_minor, request.quantity, rounder_.currency()),
                           std::max<int64_t>(prices_[i].priced_quantity - request.quantity, 0),
                           lines_[i].material != nullptr ? lines_[i].material->id : "",
                           lines_[i].machine != nullptr ? lines_[i].machine->id : "", decision, false});
      taxable.push_back({request.id, node.amount_minor, decision});
      nodes.push_back(std::move(node));
      ++i;
    }
    MW_ASSIGN_OR_RETURN(CostNode lines, SumNode("lines", "Lines", std::move(nodes)));
    sections.push_back(std::move(lines));
    return absl::OkStatus();
  }

  absl::StatusOr<TaxDecision> Decide(absl::string_view tax_class) const {
    TaxParties parties = request_.parties;
    if (parties.seller_country.empty()) parties.seller_country = book_.book().country;
    if (parties.seller_vat_id.empty()) parties.seller_vat_id = book_.book().vat_id;
    if (parties.ship_to_country.empty()) parties.ship_to_country = parties.seller_country;
    absl::CivilDay day(absl::ToCivilSecond(FromMicros(request_.at_us), book_.zone()));
    return DecideTax(taxes_, parties, tax_class, absl::FormatCivilTime(day));
  }

  const CompiledBook& book_;
  const TaxTable& taxes_;
  const OrderRequest& request_;
  const Rounder rounder_;
  const LeadTimeTier* tier_ = nullptr;
  std::vector<PreparedLine> lines_;
  std::vector<int64_t> quantities_;
  std::vector<LinePrice> prices_;
  std::vector<CostNode> delivery_;
  int64_t extra_days_ = 0;
  Decimal hours_;
};

}  // namespace

absl::StatusOr<PricedOrder> PriceOrder(const CompiledBook& book, const TaxTable& taxes, const OrderRequest& request) {
  MW_ASSIGN_OR_RETURN(Rounder rounder, Rounder::For(book, request.currency_rate));
  return OrderPricing(book, taxes, request, rounder).Run();
}

int64_t ValidUntilUs(const CompiledBook& book, int64_t at_us) {
  return MicrosOf(EndOfDayAfter(FromMicros(at_us), static_cast<int>(book.book().validity_days), book.zone()));
}

absl::StatusOr<std::vector<GridCell>> PriceGrid(const CompiledBook& book, const OrderRequest& request,
                                                const std::vector<int64_t>& quantities,
                                                const std::vector<std::string>& tier_ids) {
  MW_ASSIGN_OR_RETURN(Rounder rounder, Rounder::For(book, request.currency_rate));
  std::vector<const LeadTimeTier*> tiers;
  for (const std::string& id : tier_ids) {
    tiers.push_back(book.FindTier(id));
    if (tiers.back() == nullptr) return Bad("UNKNOWN_LEAD_TIME", "tiers", absl::StrCat("`", id, "` is no lead time"));
  }
  if (tier_ids.empty()) {
    for (const LeadTimeTier& tier : book.book().lead_times) tiers.push_back(&tier);
  }
  if (tiers.empty()) tiers.push_back(nullptr);
  for (int64_t quantity : quantities) {
    if (quantity < 1 || quantity > kMaxQuantity) return Bad("INVALID_QUANTITY", "quantities", "must be at least 1");
  }
  if (request.lines.size() * quantities.size() * tiers.size() > kMaxGridCells) {
    return Bad("GRID_TOO_LARGE", "quantities",
               absl::StrCat("the grid has more than ", kMaxGridCells, " cells; ask for fewer"));
  }
  std::vector<GridCell> out;
  int64_t valid_until = ValidUntilUs(book, request.at_us);
  for (size_t i = 0; i < request.lines.size(); ++i) {
    MW_ASSIGN_OR_RETURN(PreparedLine line,
                        PrepareLine(book, request, request.lines[i], absl::StrCat("lines[", i, "]")));
    std::vector<std::string> days;
    for (const LeadTimeTier* tier : tiers) {
      days.push_back(tier == nullptr ? ""
                                     : absl::FormatCivilTime(PromiseDay(book.book().calendar, book.zone(),
                                                                        FromMicros(request.at_us),
                                                                        tier->business_days + line.extra_days)));
    }
    std::vector<PreparedLine> alone = {line};
    for (int64_t quantity : quantities) {
      MW_ASSIGN_OR_RETURN(auto shared, ShareSetups(rounder, alone, {quantity}));
      for (size_t t = 0; t < tiers.size(); ++t) {
        const LeadTimeTier* tier = tiers[t];
        MW_ASSIGN_OR_RETURN(LinePrice price,
                            PriceLine(book, rounder, line, quantity, tier, shared[0], /*explain=*/false));
        GridCell cell{line.request->id,
                      tier == nullptr ? "" : tier->id,
                      quantity,
                      price.net_minor,
                      UnitPrice(price.net_minor, quantity, rounder.currency()),
                      days[t],
                      valid_until,
                      ""};
        if (tier != nullptr) {
          absl::Status room = CheckCapacity(*tier, request.load, line.cost.HoursFor(quantity));
          if (!room.ok()) cell.refusal = std::string(room.message());
        }
        out.push_back(std::move(cell));
      }
    }
  }
  return out;
}

}  // namespace millwright::catalog
