// What happened to an order, as the mail matrix sees it, and the facts about the order that mails print.
//
// The events of orders are self-contained, so these structs are filled from one event without asking anybody.
// Amounts and dates arrive as text in the recipient's language; names of statuses are the displayed names.
#ifndef MILLWRIGHT_SERVICES_NOTIFICATIONS_DOMAIN_MAIL_EVENT_H_
#define MILLWRIGHT_SERVICES_NOTIFICATIONS_DOMAIN_MAIL_EVENT_H_

#include <cstdint>
#include <string>
#include <vector>

namespace millwright::notifications {

// The customer's side is the ordering member (the lab), the shop's side the order mailbox and the assignee (the
// production center).
enum class Side { kCustomer = 0, kShop = 1 };

enum class Actor { kCustomer, kShop, kAutomatic };

enum class EventKind {
  kStatusChanged,     // fulfilment moved; `steps` has each status passed
  kDisplayedChanged,  // only the displayed name changed: other events of the same fact mail it
  kHoldOpened,        // `order_was_held` tells a further hold from the first
  kHoldsLifted,       // the last one
  kPoAccepted,        // a decision that moved nothing (yet); with a move it is the cause of a step
  kPoRejected,
  kOfferExpiring,     // three days before
  kOfferExpired,
  kPoPaymentDue,
  kPaymentReminder,   // two days before the due date
  kPaid,
  kPartPayment,
  kPaymentFailed,
  kRefund,
  kDispute,
  kUnpaid,
  kLineCancelled,
  kChangeOrderProposed,
  kChangeOrderAnswered,
  kAddressChanged,
  kFileChanged,
  kDeadlineAtRisk,
  kCancellationRequested,
  kCancellationAnswered,
  kCancellationLapsed,
  kCancellationReminder,
  kShipmentSent,
  kShipmentReturned,
  kShipmentLost,
  kAddOnCreated,
  kAddOnJoined,
  kAddOnDetached,
  kAddOnCancelled,
};
inline constexpr int kEventKindCount = static_cast<int>(EventKind::kAddOnCancelled) + 1;

// Why a step happened, where that changes its mail.
enum class Cause { kMove, kPoAccepted, kPoRejected, kReopened, kCancelUndone, kOverride };

// One fulfilment move. An automatic chain has several, in order; each is mailed with its own real previous status.
struct StatusStep {
  std::string from{};  // "" when the order is new
  std::string to{};
  Actor actor = Actor::kAutomatic;
  Cause cause = Cause::kMove;
  bool first = false;      // the order enters `to` for the first time
  bool hidden = false;     // an order that was never shown goes on being hidden: nobody is told
  int64_t revision = 1;    // of the offer, for a step that sends one
};

// Who is told about an override.
enum class Notify { kBoth, kShop, kNone };

struct MailEvent {
  std::string id;  // of the event in the outbox
  EventKind kind = EventKind::kStatusChanged;
  std::vector<StatusStep> steps;   // kStatusChanged only
  bool order_was_held = false;     // kHoldOpened
  Notify notify = Notify::kBoth;   // Cause::kOverride
  // Texts for the templates; "" where the event has none.
  std::string from_displayed;      // displayed status before, for holds and PO Payment due
  std::string reason;              // public
  std::string internal_reason;     // never leaves the shop
  std::string comment;
  std::string actor_name;          // of an override
  std::string changes;             // what changed: between offer revisions, in a change order, a file or address
  std::string teeth;
  std::string amount;
  std::string tracking;
  std::string contents;            // of a shipment
  std::string answer;
  std::string deadline;
};

struct MailLine {
  std::string quantity;
  std::string description;
  std::string amount;
};

struct OrderSnapshot {
  std::string order;         // resource name: "orders/..."
  std::string workflow;      // "manufacturing", "dental", "erp" or a company's own
  std::string number;        // the one people say
  std::string status;        // displayed, after the event
  std::string title;
  std::string customer_name;
  std::string shop_name;
  std::vector<MailLine> lines;
  std::string total;
  std::string balance;
  std::string due_date;
  std::string promised_date;
  std::string valid_until;   // of the offer
  std::string po_number;
  bool has_billing_contact = false;
  // Signed links; "" until the page exists that they lead to.
  std::string order_link;
  std::string pay_link;
  std::string renewal_link;
};

}  // namespace millwright::notifications

#endif  // MILLWRIGHT_SERVICES_NOTIFICATIONS_DOMAIN_MAIL_EVENT_H_
