#include "services/catalog/domain/quote.h"

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "services/catalog/domain/fields.h"

namespace millwright::catalog {

absl::StatusOr<Quote> MakeQuote(const CompiledBook& book, const TaxTable& taxes, OrderRequest request) {
  Quote out;
  MW_ASSIGN_OR_RETURN(out.price, PriceOrder(book, taxes, request));
  out.valid_until_us = ValidUntilUs(book, request.at_us);
  out.inputs.book_id = book.book().id;
  out.inputs.book_version = book.book().version;
  out.inputs.book_hash = book.hash();
  out.inputs.tax_id = taxes.id;
  out.inputs.tax_version = taxes.version;
  out.inputs.tax_hash = Sha256Hex(ToJson(taxes));
  out.inputs.request = std::move(request);
  out.input_hash = Sha256Hex(ToJson(out.inputs));
  return out;
}

absl::StatusOr<RepriceResult> Reprice(const Quote& quote, const CompiledBook& book, const TaxTable& taxes) {
  RepriceResult out;
  MW_ASSIGN_OR_RETURN(out.now, MakeQuote(book, taxes, quote.inputs.request));
  auto compare = [&out](absl::string_view path, const std::string& was, const std::string& now) {
    if (was != now) out.differences.push_back({std::string(path), was, now});
  };
  const QuoteInputs &was = quote.inputs, &now = out.now.inputs;
  compare("inputs/engine_version", absl::StrCat(was.engine_version), absl::StrCat(now.engine_version));
  compare("inputs/book", absl::StrCat(was.book_id, "@", was.book_version),
          absl::StrCat(now.book_id, "@", now.book_version));
  compare("inputs/book_hash", was.book_hash, now.book_hash);
  compare("inputs/tax", absl::StrCat(was.tax_id, "@", was.tax_version), absl::StrCat(now.tax_id, "@", now.tax_version));
  compare("inputs/tax_hash", was.tax_hash, now.tax_hash);
  compare("input_hash", quote.input_hash, out.now.input_hash);
  for (CostDifference& difference : CompareTrees(quote.price.tree, out.now.price.tree)) {
    out.differences.push_back(std::move(difference));
  }
  // What is not in the tree (labels, notes, days, the tax table of the answer) must agree too.
  if (out.differences.empty()) {
    compare("price", ToJson(quote.price), ToJson(out.now.price));
    compare("valid_until", absl::StrCat(quote.valid_until_us), absl::StrCat(out.now.valid_until_us));
  }
  out.equal = out.differences.empty();
  return out;
}

}  // namespace millwright::catalog
