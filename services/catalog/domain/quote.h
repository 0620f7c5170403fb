// A quote: an immutable snapshot of a price and of everything it came from.
//
// `input_hash` is the SHA-256 of the canonical JSON of all inputs: engine version, hash of the price book and of the
// tax table at their versions, and the request with its time, measures, choices, parties and pinned currency rate.
// Equal inputs give equal hashes and equal prices; Reprice proves it, or lists each difference by node.
#ifndef MILLWRIGHT_SERVICES_CATALOG_DOMAIN_QUOTE_H_
#define MILLWRIGHT_SERVICES_CATALOG_DOMAIN_QUOTE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/catalog/domain/order_pricer.h"

namespace millwright::catalog {

// Raised when a change of the code changes any price.
inline constexpr int64_t kPricingEngineVersion = 1;

struct QuoteInputs {
  int64_t engine_version = kPricingEngineVersion;
  std::string book_id, book_hash;
  int64_t book_version = 0;
  std::string tax_id, tax_hash;
  int64_t tax_version = 0;
  OrderRequest request;
};
template <typename V>
void Describe(V& v, QuoteInputs& q) {
  v("engine_version", q.engine_version);
  v("book_id", q.book_id);
  v("book_hash", q.book_hash);
  v("book_version", q.book_version);
  v("tax_id", q.tax_id);
  v("tax_hash", q.tax_hash);
  v("tax_version", q.tax_version);
  v("request", q.request);
}

struct Quote {
  QuoteInputs inputs;
  std::string input_hash;
  PricedOrder price;
  int64_t valid_until_us = 0;
};
template <typename V>
void Describe(V& v, Quote& q) {
  v("inputs", q.inputs);
  v("input_hash", q.input_hash);
  v("price", q.price);
  v("valid_until_us", q.valid_until_us);
}

absl::StatusOr<Quote> MakeQuote(const CompiledBook& book, const TaxTable& taxes, OrderRequest request);

struct RepriceResult {
  bool equal = false;
  std::vector<CostDifference> differences;  // of inputs ("inputs/book_hash") and of the cost tree, by path
  Quote now;
};
// Prices the quote's request again with the given book and table. With those of the quote the result is equal, always;
// a stored snapshot that was altered shows up as a difference of "input_hash" or of a node.
absl::StatusOr<RepriceResult> Reprice(const Quote& quote, const CompiledBook& book, const TaxTable& taxes);

}  // namespace millwright::catalog

#endif  // MILLWRIGHT_SERVICES_CATALOG_DOMAIN_QUOTE_H_
