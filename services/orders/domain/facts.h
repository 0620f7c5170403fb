// What the domain knows about one order, and what a caller asks for.
//
// OrderFacts is the whole input of guards, automatic moves and the displayed status. The handlers fill it from the
// order's row, its ledger, its holds, its quotes and pins; nothing in `domain/` reads a clock, a database or a
// neighbour. The three axes stay apart: `state` is fulfilment, `payment` is derived from the ledger, `holds` are a
// list. Writing one never writes another.
//
// Thread-safety: plain values.
#ifndef MILLWRIGHT_SERVICES_ORDERS_DOMAIN_FACTS_H_
#define MILLWRIGHT_SERVICES_ORDERS_DOMAIN_FACTS_H_

#include <cstdint>
#include <initializer_list>
#include <set>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "millwright/orders/v1/order.pb.h"
#include "millwright/orders/v1/workflow.pb.h"
#include "services/orders/domain/holds.h"
#include "services/orders/domain/payment_ledger.h"

namespace millwright::orders {

using Actor = v1::Transition::Actor;

// The state of an order that does not exist yet, and the target that means "the state before".
inline constexpr char kNewState[] = "NEW";
inline constexpr char kPreviousState[] = "PREVIOUS";

// The roles a caller has towards one order. An owner is staff too: the handler adds both.
class ActorSet {
 public:
  ActorSet() = default;
  ActorSet(std::initializer_list<Actor> actors) {
    for (Actor actor : actors) Add(actor);
  }
  void Add(Actor actor) { bits_ |= uint32_t{1} << static_cast<int>(actor); }
  bool Has(Actor actor) const { return (bits_ >> static_cast<int>(actor)) & 1; }
  bool Intersects(const ActorSet& other) const { return (bits_ & other.bits_) != 0; }
  bool empty() const { return bits_ == 0; }
  uint32_t bits() const { return bits_; }

 private:
  uint32_t bits_ = 0;
};

// "shop staff or owner": for refusals.
std::string DescribeActors(const ActorSet& actors);

struct PurchaseOrderFacts {
  bool recorded = false;
  bool accepted = false;
  int64_t covers_minor = 0;       // amount of this PO that is free for this order (a blanket PO's balance)
  bool coverage_waived = false;   // the shop takes it although it covers less
};

struct ErpFacts {
  bool edition_entitled = false;  // the edition may set extended statuses
  std::string missing_licence;    // what would entitle it: "Subiekt nexo PRO"
  bool removal_rejects = false;   // a removed ZK rejects the order here
  bool document_removed = false;  // the order's ZK is gone
};

struct OrderFacts {
  std::string name;                       // "orders/..."
  std::string state = kNewState;          // State.id of the pinned definition
  std::string previous_state;             // the state before it, for reopening and undoing
  absl::Time state_entered_at = absl::InfinitePast();
  std::set<std::string> entered;          // every state the order ever entered: "first" entries of mail rules

  // Offer and content.
  std::string current_revision;           // hash of the revision on the table; the quote's before an offer is sent
  std::string accepted_revision;          // hash that the buyer agreed to, "" if none
  absl::Time offer_expires_at = absl::InfiniteFuture();
  bool offer_expired = false;             // written by a due row; for badges, which never read a clock
  bool offer_lapsed = false;              // written by a due row `offer_lapse_days` after expiry
  std::vector<std::string> unpriced_lines;        // "line 2 (bracket.stl): TBD"
  std::vector<std::string> blocking_files;        // "tooth 26: crown.stl is missing"
  std::vector<std::string> unavailable_products;  // "tooth 26: Zirconia Multi A2 is not offered by the center"
  bool stock_lines_only = false;          // nothing to make: stock and add-on lines
  bool buyer_allowed = true;              // false: the shop takes companies (or this customer) only
  std::string buyer_rule;                 // the rule that says so

  // Payment.
  PaymentSummary payment;
  PaymentTerms terms;
  bool pay_before_shipping = false;
  bool payment_demanded_first = false;    // the shop asks for payment before anything else
  bool release_automatic = true;          // false: Free for manufacturing waits for manual file preparation
  bool po_due = false;                    // written by the due row of the payment term
  absl::Time payment_due_at = absl::InfiniteFuture();
  PurchaseOrderFacts po;
  absl::Time refunded_since_cancel_at = absl::InfiniteFuture();  // when a refund or credit followed the cancel

  // Holds, production, shipping.
  std::vector<Hold> holds;
  std::vector<std::string> missing_quantities;  // "line 1: 3 of 10 still to be made"
  std::vector<std::string> missing_papers;      // "declaration"
  std::string lines_state;                // state of the least advanced uncancelled line; "" if lines are not tracked
  int64_t pieces_ordered = 0, pieces_shipped = 0, pieces_collected = 0;
  bool delivery_reported = false;         // the carrier or the buyer says it arrived
  bool delivery_due = false;              // written by a due row `auto_deliver_days` after Shipped
  absl::Time due_at = absl::InfiniteFuture();  // promised date
  v1::Order::Deadline deadline = v1::Order::DEADLINE_UNSPECIFIED;  // written by due rows; for badges

  // Relations.
  bool partner_rules_met = false;         // automatic acceptance of this lab-center link applies
  bool parent_cancelled = false;          // this is an add-on and its parent was cancelled
  ErpFacts erp;

  // Automatic moves out of `suppressed_state` wait until `fact_count` exceeds `suppressed_at`. A payment, PO, line or
  // carrier fact counts it up; a hold does not.
  int64_t fact_count = 0;
  std::string suppressed_state;
  int64_t suppressed_at = 0;
};

// How the shop wants captured money treated when it cancels.
enum class Settlement { kUnspecified, kRefundNow, kRefundLater, kRetain };

// What a caller asks for. Exactly one of `trigger` and `target` is needed; `target` is the "Change" button.
struct MoveRequest {
  std::string trigger;
  std::string target;             // a state id or any spelling of its displayed name
  ActorSet actors;
  std::string reason;
  std::string evidence;           // note or file that shows the customer's agreement
  std::string revision;           // hash of the revision that the caller accepts
  Settlement settlement = Settlement::kUnspecified;
  bool scrap_recorded = false;    // the call brings quantities and scrap reasons per line
  absl::Time now;
};

}  // namespace millwright::orders

#endif  // MILLWRIGHT_SERVICES_ORDERS_DOMAIN_FACTS_H_
