// Tax: which rate a line carries, and how much that is.
//
// Rates are data with validity dates (TaxTable); a missing rate is an error, never 0. Not tax advice: the table that
// ships covers the demo's countries and classes, and an operator replaces it.
#ifndef MILLWRIGHT_SERVICES_CATALOG_DOMAIN_TAX_H_
#define MILLWRIGHT_SERVICES_CATALOG_DOMAIN_TAX_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/money/decimal.h"

namespace millwright::catalog {

struct TaxRate {
  std::string country;    // ISO 3166-1 alpha-2
  std::string tax_class;  // "standard", "dental_prosthesis", "shipping", ...
  Decimal percent;
  bool exempt = false;  // no tax by law (not the same as 0 %): needs a phrase
  std::string from, until;  // "2026-01-01"; until is exclusive, "" is open
  std::string phrase;       // legal text for the document
};
template <typename V>
void Describe(V& v, TaxRate& r) {
  v("country", r.country);
  v("tax_class", r.tax_class);
  v("percent", r.percent);
  v("exempt", r.exempt);
  v("from", r.from);
  v("until", r.until);
  v("phrase", r.phrase);
}

struct TaxTable {
  std::string id;
  int64_t version = 1;
  std::vector<std::string> eu_members;
  std::string reverse_charge_phrase, export_phrase;
  std::vector<TaxRate> rates;
};
template <typename V>
void Describe(V& v, TaxTable& t) {
  v("id", t.id);
  v("version", t.version);
  v("eu_members", t.eu_members);
  v("reverse_charge_phrase", t.reverse_charge_phrase);
  v("export_phrase", t.export_phrase);
  v("rates", t.rates);
}

// The parties of a sale. `ship_to_country` decides export and domestic; the VAT ids decide reverse charge.
struct TaxParties {
  std::string seller_country, seller_vat_id;
  std::string ship_to_country, buyer_vat_id;
  std::string vat_check;        // result of the official service, as stored: "", "valid" or "invalid"
  int64_t vat_checked_at_us = 0;
};
template <typename V>
void Describe(V& v, TaxParties& p) {
  v("seller_country", p.seller_country);
  v("seller_vat_id", p.seller_vat_id);
  v("ship_to_country", p.ship_to_country);
  v("buyer_vat_id", p.buyer_vat_id);
  v("vat_check", p.vat_check);
  v("vat_checked_at_us", p.vat_checked_at_us);
}

struct TaxDecision {
  std::string treatment;  // "domestic", "exempt", "reverse_charge", "export"
  Decimal percent;
  std::string phrase;  // "" where the law wants none
};
template <typename V>
void Describe(V& v, TaxDecision& d) {
  v("treatment", d.treatment);
  v("percent", d.percent);
  v("phrase", d.phrase);
}

// The treatment of one class of goods on a civil date ("2026-11-22", of the seller's zone).
//  - ship to outside the EU (or to another country by a seller outside it): export, 0 with phrase;
//  - seller and buyer with valid VAT ids of different member states, goods to a member state other than the seller's:
//    reverse charge, 0 with phrase;
//  - everything else: the rate of the seller's country. A malformed buyer's VAT id is refused (INVALID_VAT_ID) rather
//    than billed with tax silently; one that the official service called "invalid" counts as none.
// FAILED_PRECONDITION, TAX_RATE_MISSING names country, class and date.
absl::StatusOr<TaxDecision> DecideTax(const TaxTable& table, const TaxParties& parties, absl::string_view tax_class,
                                      absl::string_view date);

struct TaxableAmount {
  std::string line_id;
  int64_t net_minor = 0;
  TaxDecision decision;
};
struct TaxRow {
  std::string treatment;
  Decimal percent;
  int64_t net_minor = 0, tax_minor = 0, gross_minor = 0;
  std::string phrase;
};
template <typename V>
void Describe(V& v, TaxRow& r) {
  v("treatment", r.treatment);
  v("percent", r.percent);
  v("net_minor", r.net_minor);
  v("tax_minor", r.tax_minor);
  v("gross_minor", r.gross_minor);
  v("phrase", r.phrase);
}
struct TaxSummary {
  std::string rounding;  // "line" or "document", to be printed
  std::vector<TaxRow> rows;  // one per treatment, rate and phrase, highest rate first
  int64_t net_minor = 0, tax_minor = 0, gross_minor = 0;
};
template <typename V>
void Describe(V& v, TaxSummary& s) {
  v("rounding", s.rounding);
  v("rows", s.rows);
  v("net_minor", s.net_minor);
  v("tax_minor", s.tax_minor);
  v("gross_minor", s.gross_minor);
}
// Tax is rounded half up (commercially), per line or once per rate of the document, as `rounding` says.
absl::StatusOr<TaxSummary> ComputeTax(const std::vector<TaxableAmount>& amounts, absl::string_view rounding);

}  // namespace millwright::catalog

#endif  // MILLWRIGHT_SERVICES_CATALOG_DOMAIN_TAX_H_
