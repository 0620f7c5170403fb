// Makes a quote out of a request: asks the neighbours for facts, builds the domain's request, prices it.
//
// Nothing is written here. Errors: NOT_A_CONTACT, FILES_BLOCKING (all blocking findings and all products that are not
// available, in one answer), PRODUCT_NOT_AVAILABLE, and those of order_pricer.h with the field of the request.
//
// Thread-safety: all methods may be called from any thread.
#ifndef MILLWRIGHT_SERVICES_CATALOG_QUOTE_BUILDER_H_
#define MILLWRIGHT_SERVICES_CATALOG_QUOTE_BUILDER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/time/clock.h"
#include "millwright/catalog/v1/catalog_service.pb.h"
#include "services/catalog/book_source.h"
#include "services/catalog/clients/neighbours.h"
#include "services/catalog/domain/quote.h"

namespace millwright::catalog {

struct BuiltQuote {
  Quote quote;
  v1::Quote proto;  // without name and cost tree
  std::shared_ptr<const RuleSet> rules;
  Currency currency;
};

class QuoteBuilder {
 public:
  QuoteBuilder(const Clock& clock, BookSource& books, AccountsClient& accounts, FilesClient& files)
      : clock_(clock), books_(books), accounts_(accounts), files_(files) {}

  // `seller` and `buyer` are names of companies; the caller has been checked to act for one of them.
  absl::StatusOr<BuiltQuote> Build(const CallInfo& call, const v1::CreateQuoteRequest& request,
                                   const std::string& buyer);

 private:
  const Clock& clock_;
  BookSource& books_;
  AccountsClient& accounts_;
  FilesClient& files_;
};

}  // namespace millwright::catalog

#endif  // MILLWRIGHT_SERVICES_CATALOG_QUOTE_BUILDER_H_
