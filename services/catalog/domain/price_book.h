// Everything a company's prices are made of, at one version: what an editor saves and a quote pins.
//
// A price book is immutable once saved: editing makes the next version. Amounts are decimals in units of `currency`;
// percentages are written as such (19 is 19 %). CompilePriceBook (compiled_book.h) checks it as a whole.
#ifndef MILLWRIGHT_SERVICES_CATALOG_DOMAIN_PRICE_BOOK_H_
#define MILLWRIGHT_SERVICES_CATALOG_DOMAIN_PRICE_BOOK_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "services/catalog/domain/rates.h"
#include "services/catalog/domain/resources.h"

namespace millwright::catalog {

// Exactly one of the rate sets is present: that is the family.
struct ProcessRule {
  std::string id;
  int64_t version = 1;
  std::string label;
  std::optional<AdditiveRates> additive;
  std::optional<PowderRates> powder;
  std::optional<MachineHourRates> machine_hour;
  std::optional<SizePowerRates> size_power;
  std::optional<DentalRates> dental;
  Decimal margin_percent;              // on the unit cost
  std::vector<std::string> materials;  // offered; empty: all of the book
  std::vector<std::string> machines;   // that may make it, in order of preference; empty: no fit check
  std::vector<std::string> finishes;   // offered; empty: all of the book
  int64_t extra_days = 0;              // business days on top of the lead time
  std::string tax_class;               // "" = standard
};
template <typename V>
void Describe(V& v, ProcessRule& r) {
  v("id", r.id);
  v("version", r.version);
  v("label", r.label);
  v("additive", r.additive);
  v("powder", r.powder);
  v("machine_hour", r.machine_hour);
  v("size_power", r.size_power);
  v("dental", r.dental);
  v("margin_percent", r.margin_percent);
  v("materials", r.materials);
  v("machines", r.machines);
  v("finishes", r.finishes);
  v("extra_days", r.extra_days);
  v("tax_class", r.tax_class);
}

// A set-up or start-up cost. `scope` says what shares it: "line", "part" (lines of one distinct model), "material",
// "machine" or "order". With `every_pieces` it recurs each time that many pieces are full.
struct SetupRule {
  std::string id;
  int64_t version = 1;
  std::string label;
  std::string scope = "order";
  Decimal amount;
  int64_t every_pieces = 0;
  std::vector<std::string> processes;  // it applies to; empty: all
};
template <typename V>
void Describe(V& v, SetupRule& r) {
  v("id", r.id);
  v("version", r.version);
  v("label", r.label);
  v("scope", r.scope);
  v("amount", r.amount);
  v("every_pieces", r.every_pieces);
  v("processes", r.processes);
}

struct QuantityPoint {
  int64_t quantity = 1;
  Decimal factor;  // of the price of one
};
template <typename V>
void Describe(V& v, QuantityPoint& p) {
  v("quantity", p.quantity);
  v("factor", p.factor);
}
// Quantity breaks: "step" holds a factor until the next point, "curve" is linear between points.
struct QuantityRule {
  std::string id;
  int64_t version = 1;
  std::string shape = "step";
  std::vector<QuantityPoint> points;   // quantities and factors strictly rising and falling
  bool allow_cheaper_more = false;     // true: switches the monotonic guarantee off
  std::vector<std::string> processes;  // empty: all
};
template <typename V>
void Describe(V& v, QuantityRule& r) {
  v("id", r.id);
  v("version", r.version);
  v("shape", r.shape);
  v("points", r.points);
  v("allow_cheaper_more", r.allow_cheaper_more);
  v("processes", r.processes);
}

struct LeadTimeTier {
  std::string id;
  int64_t version = 1;
  std::string label;
  int64_t business_days = 0;
  Decimal multiplier;
  Decimal capacity_hours;  // of machine time in the window; 0: not limited
};
template <typename V>
void Describe(V& v, LeadTimeTier& t) {
  v("id", t.id);
  v("version", t.version);
  v("label", t.label);
  v("business_days", t.business_days);
  v("multiplier", t.multiplier);
  v("capacity_hours", t.capacity_hours);
}

// When the company works. Weekdays by ISO number: 1 Monday to 7 Sunday.
struct Calendar {
  std::vector<int64_t> working_weekdays = {1, 2, 3, 4, 5};
  std::vector<std::string> holidays;  // "2026-12-25"
  int64_t cutoff_minute = 24 * 60;    // minute of the day from which an order counts as of the next business day
};
template <typename V>
void Describe(V& v, Calendar& c) {
  v("working_weekdays", c.working_weekdays);
  v("holidays", c.holidays);
  v("cutoff_minute", c.cutoff_minute);
}

struct Minima {
  int64_t version = 1;
  Decimal per_piece, per_line, per_order;
};
template <typename V>
void Describe(V& v, Minima& m) {
  v("version", m.version);
  v("per_piece", m.per_piece);
  v("per_line", m.per_line);
  v("per_order", m.per_order);
}

// A discount on lines (`on` = "line") or on the order ("order"), or a coupon (has a code; on the order).
struct Discount {
  std::string id;
  int64_t version = 1;
  std::string reason;  // shown to the customer
  std::string on = "line";
  std::string code;        // coupon code; "" applies by itself
  Decimal percent;         // of the amount at that step ...
  Decimal amount;          // ... or a fixed amount
  Decimal cap;             // most it takes off; 0: no cap
  int64_t priority = 0;    // lower first
  bool exclusive = false;  // nothing after it applies
  int64_t min_quantity = 0;          // line: pieces
  Decimal min_amount;                // order: net before discounts
  int64_t valid_from_us = 0, valid_until_us = 0;  // microseconds since 1970 UTC, until exclusive; 0: open
  std::vector<std::string> processes;  // line: empty = all
  std::vector<std::string> customers;  // company ids; empty = all
};
template <typename V>
void Describe(V& v, Discount& d) {
  v("id", d.id);
  v("version", d.version);
  v("reason", d.reason);
  v("on", d.on);
  v("code", d.code);
  v("percent", d.percent);
  v("amount", d.amount);
  v("cap", d.cap);
  v("priority", d.priority);
  v("exclusive", d.exclusive);
  v("min_quantity", d.min_quantity);
  v("min_amount", d.min_amount);
  v("valid_from_us", d.valid_from_us);
  v("valid_until_us", d.valid_until_us);
  v("processes", d.processes);
  v("customers", d.customers);
}

struct ShippingMethod {
  std::string id;
  int64_t version = 1;
  std::string label;
  Decimal price;
  Decimal packing;    // per order
  Decimal free_from;  // net value of goods from which price is 0; 0: never
  std::vector<std::string> countries;  // it goes to; empty: all
};
template <typename V>
void Describe(V& v, ShippingMethod& m) {
  v("id", m.id);
  v("version", m.version);
  v("label", m.label);
  v("price", m.price);
  v("packing", m.packing);
  v("free_from", m.free_from);
  v("countries", m.countries);
}

struct MaterialMapping {
  std::string partner;  // company id; "" for every partner
  std::string from, to;
};
template <typename V>
void Describe(V& v, MaterialMapping& m) {
  v("partner", m.partner);
  v("from", m.from);
  v("to", m.to);
}

struct PriceBook {
  std::string id;
  int64_t version = 1;
  int64_t effective_from_us = 0;
  std::string currency;
  std::string rounding = "half_even";
  std::string tax_rounding = "document";  // or "line"
  std::string country;                    // ISO 3166-1 alpha-2, of the seller; "" if each request names it
  std::string vat_id;
  std::string time_zone = "UTC";
  int64_t validity_days = 14;
  std::vector<Material> materials;
  std::vector<Machine> machines;
  std::vector<Finish> finishes;
  std::vector<Article> articles;
  std::vector<ProcessRule> processes;
  std::vector<SetupRule> setups;
  std::vector<QuantityRule> quantity_rules;
  std::vector<LeadTimeTier> lead_times;
  Calendar calendar;
  Minima minima;
  std::vector<Discount> discounts;
  std::vector<ShippingMethod> shipping;
  std::vector<MaterialMapping> material_mappings;
};
template <typename V>
void Describe(V& v, PriceBook& b) {
  v("id", b.id);
  v("version", b.version);
  v("effective_from_us", b.effective_from_us);
  v("currency", b.currency);
  v("rounding", b.rounding);
  v("tax_rounding", b.tax_rounding);
  v("country", b.country);
  v("vat_id", b.vat_id);
  v("time_zone", b.time_zone);
  v("validity_days", b.validity_days);
  v("materials", b.materials);
  v("machines", b.machines);
  v("finishes", b.finishes);
  v("articles", b.articles);
  v("processes", b.processes);
  v("setups", b.setups);
  v("quantity_rules", b.quantity_rules);
  v("lead_times", b.lead_times);
  v("calendar", b.calendar);
  v("minima", b.minima);
  v("discounts", b.discounts);
  v("shipping", b.shipping);
  v("material_mappings", b.material_mappings);
}

}  // namespace millwright::catalog

#endif  // MILLWRIGHT_SERVICES_CATALOG_DOMAIN_PRICE_BOOK_H_
