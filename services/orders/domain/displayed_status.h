// The one function that turns three axes into the status people see. Lists, counts, watch, mails and pages use it.
//
// First match wins:
//   1. fulfilment is a cancelled end           -> its name
//   2. the order is open and a hold is open    -> `On hold`
//   3. the payment term ran out (`po_due`) and the balance is above 0 -> `PO Payment due`, also after Delivered
//   4.                                         -> the name of the fulfilment state
//
// It never reads a clock: what time brings about is a fact that a due row wrote.
//
// Thread-safety: pure functions.
#ifndef MILLWRIGHT_SERVICES_ORDERS_DOMAIN_DISPLAYED_STATUS_H_
#define MILLWRIGHT_SERVICES_ORDERS_DOMAIN_DISPLAYED_STATUS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/orders/domain/workflow.h"

namespace millwright::orders {

// Ids of the two displayed statuses that are no fulfilment states.
inline constexpr char kOnHold[] = "ON_HOLD";
inline constexpr char kPoPaymentDue[] = "PO_PAYMENT_DUE";

struct Badge {
  std::string id;    // "shipped", "offer_expired", "repayment_due"
  std::string text;  // "3 of 10 shipped"
};

struct DisplayedStatus {
  std::string id;       // a State.id, ON_HOLD or PO_PAYMENT_DUE
  std::string text;     // the displayed name in the asked language
  std::string state;    // the fulfilment state's id
  std::string payment;  // PaymentStateName
  int open_holds = 0;
  absl::Time due_at = absl::InfiniteFuture();
  std::vector<Badge> badges;
};

// The id alone: what rows, filters and counts store.
std::string DisplayedId(const Workflow& workflow, const OrderFacts& facts);
// Everything, with texts in `language` ("en", "de", "pl"; anything else falls back to "en").
DisplayedStatus Display(const Workflow& workflow, const OrderFacts& facts, absl::string_view language);
// The name of any displayed status by its id.
std::string DisplayedText(const Workflow& workflow, absl::string_view id, absl::string_view language);
// The id of a displayed status from any spelling of it; "" if unknown.
std::string ParseDisplayed(const Workflow& workflow, absl::string_view text);

// What the customer's order page says.
struct CustomerPage {
  std::string label;               // "Budget offer", "Firm offer", "Offer expired", else the displayed status
  std::string payment_label;       // "Ready for Payment" while something is to be paid, else ""
  bool may_pay_now = false;        // the shop has online payment and the order is confirmed with a balance
  bool may_download_invoice = false;
};
CustomerPage PageOf(const Workflow& workflow, const OrderFacts& facts, bool online_payment, absl::string_view language);

}  // namespace millwright::orders

#endif  // MILLWRIGHT_SERVICES_ORDERS_DOMAIN_DISPLAYED_STATUS_H_
