// Handlers of quotes: made once, never changed, seen by their two parties.
//
// The buyer sees prices; the seller sees costs, margins and rules as well. The orders service on its own account sees
// what the buyer sees, because an order shows it to both. To everybody else a quote looks absent.
//
// Thread-safety: all methods may be called from any thread.
#ifndef MILLWRIGHT_SERVICES_CATALOG_QUOTE_SERVICE_H_
#define MILLWRIGHT_SERVICES_CATALOG_QUOTE_SERVICE_H_

#include <string>

#include "absl/status/statusor.h"
#include "common/ids/ids.h"
#include "common/rpc/call.h"
#include "common/rpc/page_token.h"
#include "common/storage/database.h"
#include "common/time/clock.h"
#include "millwright/catalog/v1/catalog_service.pb.h"
#include "millwright/internal/catalog/v1/availability_service.pb.h"
#include "services/catalog/book_source.h"
#include "services/catalog/clients/neighbours.h"
#include "services/catalog/quote_builder.h"
#include "services/catalog/storage/catalog_store.h"

namespace millwright::catalog {

class QuoteService {
 public:
  QuoteService(Database& db, const Clock& clock, IdGenerator& ids, const Pager& pager, BookSource& books,
               AccountsClient& accounts, FilesClient& files)
      : db_(db), clock_(clock), ids_(ids), pager_(pager), books_(books), builder_(clock, books, accounts, files) {}

  absl::StatusOr<v1::Quote> CreateQuote(const CallInfo& call, const v1::CreateQuoteRequest& request);
  absl::StatusOr<v1::Quote> GetQuote(const CallInfo& call, const v1::GetQuoteRequest& request);
  absl::StatusOr<v1::ListQuotesResponse> ListQuotes(const CallInfo& call, const v1::ListQuotesRequest& request);
  absl::StatusOr<v1::RepriceQuoteResponse> RepriceQuote(const CallInfo& call, const v1::RepriceQuoteRequest& request);
  // For orders: what of a quote its seller does not offer any more.
  absl::StatusOr<internal::catalog::v1::CheckAvailabilityResponse> CheckAvailability(
      const CallInfo& call, const internal::catalog::v1::CheckAvailabilityRequest& request);

 private:
  // The quote if the caller may see it, else NOT_FOUND.
  absl::StatusOr<QuoteRow> Visible(const CallInfo& call, const std::string& name);

  Database& db_;
  const Clock& clock_;
  IdGenerator& ids_;
  const Pager& pager_;
  BookSource& books_;
  QuoteBuilder builder_;
};

}  // namespace millwright::catalog

#endif  // MILLWRIGHT_SERVICES_CATALOG_QUOTE_SERVICE_H_
