// What is to be priced: lines with their measures and choices, and the order around them.
#ifndef MILLWRIGHT_SERVICES_CATALOG_DOMAIN_PRICING_REQUEST_H_
#define MILLWRIGHT_SERVICES_CATALOG_DOMAIN_PRICING_REQUEST_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "services/catalog/domain/lead_time.h"
#include "services/catalog/domain/measures.h"
#include "services/catalog/domain/tax.h"

namespace millwright::catalog {

struct LineRequest {
  std::string id;       // unique in the order; becomes the node "lines/<id>"
  std::string label;    // "bracket.stl"
  std::string process;  // id of a process rule
  std::string product;  // instead of a process: id of an article
  // A part that can't be measured: it gets no price here, a review sets it.
  bool to_be_determined = false;
  std::string material;  // id or alias; a dental line's is in `dental`
  std::string machine;   // "": the first that fits
  std::vector<std::string> finishes;
  int64_t quantity = 1;
  std::string part;  // what counts as one distinct model for set-ups; "": the line's own
  PartMeasures measures;
  std::optional<DentalPart> dental;
  std::string tax_class;  // "": the process's, else "standard"
  std::string file, file_sha256;  // what was measured; part of the hash, not of the computation
  std::string request_path;       // how errors name the line ("parts[2]"); not stored
};
template <typename V>
void Describe(V& v, LineRequest& l) {
  v("id", l.id);
  v("label", l.label);
  v("process", l.process);
  v("product", l.product);
  v("to_be_determined", l.to_be_determined);
  v("material", l.material);
  v("machine", l.machine);
  v("finishes", l.finishes);
  v("quantity", l.quantity);
  v("part", l.part);
  v("measures", l.measures);
  v("dental", l.dental);
  v("tax_class", l.tax_class);
  v("file", l.file);
  v("file_sha256", l.file_sha256);
}

// A pinned exchange rate: `rate` units of `to` for one unit of the price list's currency.
struct CurrencyRate {
  std::string to;
  Decimal rate;
  std::string source;
  int64_t as_of_us = 0;
};
template <typename V>
void Describe(V& v, CurrencyRate& r) {
  v("to", r.to);
  v("rate", r.rate);
  v("source", r.source);
  v("as_of_us", r.as_of_us);
}

struct OrderRequest {
  std::string seller, project, project_revision_hash;  // part of the hash, not of the computation
  std::string customer;  // company id: customer discounts and material mappings; "" for a list price
  int64_t at_us = 0;     // when it is priced
  std::vector<LineRequest> lines;
  std::string lead_time;  // tier id; "" only if the book has no tiers
  std::vector<TierLoad> load;
  std::vector<std::string> coupons;
  std::string shipping;  // method id; "": collected, no shipping
  TaxParties parties;    // seller fields may be empty: then the book's
  std::optional<CurrencyRate> currency_rate;
};
template <typename V>
void Describe(V& v, OrderRequest& r) {
  v("seller", r.seller);
  v("project", r.project);
  v("project_revision_hash", r.project_revision_hash);
  v("customer", r.customer);
  v("at_us", r.at_us);
  v("lines", r.lines);
  v("lead_time", r.lead_time);
  v("load", r.load);
  v("coupons", r.coupons);
  v("shipping", r.shipping);
  v("parties", r.parties);
  v("currency_rate", r.currency_rate);
}

}  // namespace millwright::catalog

#endif  // MILLWRIGHT_SERVICES_CATALOG_DOMAIN_PRICING_REQUEST_H_
