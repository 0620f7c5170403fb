// What people search orders by, beside their numbers: purchase order, external id, buyer's reference, tracking numbers,
// file names, case code. And the metadata that lists filter by.
//
// A term is found by its beginning, whatever its case (ASCII); of a file name also each later word is a term, so that
// "crown" finds "0815_crown.stl". Both companies of an order find it by the same terms.
//
// Thread-safety: no state; use it with the thread's transaction.
#ifndef MILLWRIGHT_SERVICES_ORDERS_STORAGE_ORDER_SEARCH_H_
#define MILLWRIGHT_SERVICES_ORDERS_STORAGE_ORDER_SEARCH_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/storage/session.h"
#include "millwright/orders/v1/order.pb.h"

namespace millwright::orders {

// Terms of one order above this are left out, the last of its files first.
inline constexpr size_t kMaxSearchTerms = 2000;

// A search text as it is compared: lower case, no spaces around.
std::string NormalizeTerm(absl::string_view text);
// The first text that is greater than every text that begins with `prefix`.
std::string PrefixEnd(absl::string_view prefix);

std::set<std::string> SearchTermsOf(const v1::Order& order);

// Brings terms and metadata of the order up to date; `before` is the default instance for a new order.
absl::Status UpdateSearch(Transaction& tx, const v1::Order& before, const v1::Order& after);

}  // namespace millwright::orders

#endif  // MILLWRIGHT_SERVICES_ORDERS_STORAGE_ORDER_SEARCH_H_
