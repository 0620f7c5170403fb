// From an order, as its event carries it, to the content of a paper. Pure: what is not in the event is not on the paper.
//
// Facts that are missing stay empty; Validate() names them. Nothing is made up.
#ifndef MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_ORDER_PAPERS_H_
#define MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_ORDER_PAPERS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "millwright/common/v1/types.pb.h"
#include "millwright/internal/orders/v1/order_event.pb.h"
#include "services/documents/domain/model.h"
#include "services/documents/domain/paper_rules.h"

namespace millwright::documents {

// An invoice without a due date of the order is due this many days after its issue.
inline constexpr int kDefaultPaymentTermDays = 14;

// The company that issues the paper: its number series, zone and chain. The buyer for an order form, the lab for a
// statement that it issues itself, else the seller.
const millwright::common::v1::Party& IssuerOf(Kind kind, const millwright::orders::v1::Order& order);

// The paper, with `number` and `issued_at` in its head. Written in the buyer's language. INVALID_ARGUMENT for amounts
// that are no money.
absl::StatusOr<Document> BuildPaper(Kind kind, const internal::orders::v1::OrderEvent& event, const std::string& number,
                                    absl::Time issued_at);

// "de-AT" -> kGerman; languages without labels are English.
Language LanguageOf(absl::string_view language_code);

}  // namespace millwright::documents

#endif  // MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_ORDER_PAPERS_H_
