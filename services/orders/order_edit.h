// One order being changed inside one write transaction.
//
// Every step (a move, a fact, an automatic move) becomes one history entry and one event that carries the order as it
// was after that step; Save() writes the record once at the end. So the change, its history, its events and the
// caller's idempotency record commit together or not at all.
//
//   OrderEdit edit(context, tx, record, actor);
//   MW_RETURN_IF_ERROR(edit.Check(etag));
//   MW_RETURN_IF_ERROR(edit.Move(request));      // guarded by the workflow
//   MW_RETURN_IF_ERROR(edit.Settle());           // automatic moves that this earned
//   MW_RETURN_IF_ERROR(edit.Save());
//
// Not thread-safe: lives on the writer thread.
#ifndef MILLWRIGHT_SERVICES_ORDERS_ORDER_EDIT_H_
#define MILLWRIGHT_SERVICES_ORDERS_ORDER_EDIT_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/events/due_rows.h"
#include "common/events/outbox.h"
#include "common/ids/ids.h"
#include "millwright/internal/orders/v1/order_event.pb.h"
#include "services/orders/domain/automatic_moves.h"
#include "services/orders/neighbour_facts.h"
#include "services/orders/order_facts.h"
#include "services/orders/storage/order_store.h"

namespace millwright::orders {

// Recorded replicas of one order.
inline constexpr int kMaxReplicas = 1000;

// Due rows of orders; the key is the order's name.
inline constexpr char kOfferExpires[] = "order.offer_expires";
inline constexpr char kOfferLapses[] = "order.offer_lapses";
inline constexpr char kPaymentDue[] = "order.payment_due";
inline constexpr char kAutoDeliver[] = "order.auto_deliver";
inline constexpr char kRequestLapses[] = "order.cancellation_lapses";
inline constexpr char kDeadline[] = "order.deadline";                  // at risk, then overdue
inline constexpr char kPaymentReminder[] = "order.payment_reminder";
inline constexpr char kOfferExpiresSoon[] = "order.offer_expires_soon";
// All of them.
inline constexpr const char* kDueKinds[] = {kOfferExpires, kOfferLapses,     kPaymentDue,      kAutoDeliver, kRequestLapses,
                                            kDeadline,     kPaymentReminder, kOfferExpiresSoon};
inline constexpr absl::Duration kOfferWarning = absl::Hours(24 * 3);  // before the offer expires
inline constexpr int kReminderHour = 9;                               // in the buyer's zone

// When the buyer of an order is reminded of a payment that is due at `due`.
absl::Time ReminderTime(const v1::Order& order, const v1::Limits& limits);

// What all edits share.
struct EditContext {
  const OrderStore& store;
  Outbox& outbox;
  DueRows& due;
  IdGenerator& ids;
  absl::Time now;
};

// Who edits.
struct EditActor {
  std::string name = "automatic";  // "companies/c/members/m"
  std::string role = "automatic";
  ActorSet actors = {v1::Transition::AUTOMATIC};
  std::string request_id;
  std::string trace;               // W3C trace id
};

// What a step adds to its event besides the order and the history entry.
struct EventExtra {
  std::optional<v1::Payment> payment;
  std::optional<v1::Offer> offer;
  std::optional<v1::Hold> hold;
};

// What a step compares with: where the order stood before it.
struct StepStart {
  StepStart(const OrderRecord& record)  // NOLINT: a record is one
      : state(record.order().state()), displayed(record.order().displayed_status()),
        payment(record.order().payment_state()) {}
  std::string state, displayed;
  v1::Order::PaymentState payment;
};

class OrderEdit {
 public:
  // An order that exists.
  OrderEdit(const EditContext& context, const Workflow& workflow, Transaction& tx, OrderRecord record, EditActor actor);
  // An order that is being made: Save inserts it.
  static OrderEdit New(const EditContext& context, const Workflow& workflow, Transaction& tx, OrderRecord record,
                       EditActor actor);

  OrderRecord& record() { return record_; }
  const v1::Order& order() const { return record_.order(); }
  const Workflow& workflow() const { return workflow_; }
  const std::vector<std::string>& passed() const { return passed_; }
  // Version that the caller could have seen.
  int64_t version() const { return before_.version(); }

  absl::Time now() const { return context_.now; }

  OrderFacts Facts() const {
    OrderFacts facts = FactsOf(workflow_, record_);
    facts.blocking_files = neighbours_.blocking_files;
    facts.unavailable_products = neighbours_.unavailable_products;
    return facts;
  }
  // What the neighbours said before the transaction; without it they are taken to have nothing to say.
  void Learn(NeighbourFacts facts) { neighbours_ = std::move(facts); }

  // OK if `etag` is empty or current; else ABORTED with the winning state.
  absl::Status Check(absl::string_view etag) const;

  // Decides and makes one move of the table; a person's move is remembered for IsAlreadyDone.
  absl::Status Move(MoveRequest request, const EventExtra& extra = {}, absl::string_view event_type = "order.state_changed");
  // A move that was decided already (an override).
  absl::Status ApplyDecision(const Decision& decision, const MoveRequest& request, const EventExtra& extra = {},
                             absl::string_view event_type = "order.state_changed");
  // A fact that changes no fulfilment state. `before` is taken before the fact.
  absl::Status Note(absl::string_view action, absl::string_view event_type, absl::string_view reason,
                    const StepStart& before, const EventExtra& extra = {}, absl::string_view details = "");
  // Pieces of a line that are made again: a replica, with what it cost. The step that follows tells of it.
  void NoteScrap(int line_number, int64_t quantity, v1::Replica::ScrapCode code, const std::string& reason);
  // A payment, PO, line or carrier fact: releases suppressed automatic moves.
  void CountFact() { record_.set_fact_count(record_.fact_count() + 1); }
  // Pins the order to this edit's workflow, called `name`, in state `to` of it. `from` is the one it was pinned to.
  absl::Status Migrate(const Workflow& from, const std::string& name, const v1::State& to, absl::string_view reason);
  // Every automatic move that may be made now.
  absl::Status Settle();
  // Writes the record and its timers. Answers nothing if nothing was done.
  absl::Status Save();

 private:
  OrderEdit(const EditContext& context, const Workflow& workflow, Transaction& tx, OrderRecord before,
            OrderRecord record, EditActor actor);
  absl::Status Step(HistoryEntry entry, absl::string_view event_type, const StepStart& before, const EventExtra& extra);
  void MoveLines(const Decision& decision, const MoveRequest& request);
  absl::Status Record(const Decision& decision, const MoveRequest& request, const EditActor& actor,
                      const EventExtra& extra, absl::string_view event_type);
  absl::Status ScheduleTimers();
  absl::Status ScheduleReminders(const v1::State& state);
  absl::Status SaveScrap();

  const EditContext context_;
  const Workflow& workflow_;
  Transaction& tx_;
  OrderRecord before_;  // as stored; empty for an order that is being made
  OrderRecord record_;
  EditActor actor_;
  NeighbourFacts neighbours_;
  const Workflow* migrated_from_ = nullptr;  // the workflow of before_, if another
  bool is_new_ = false;
  bool changed_ = false;
  std::vector<std::string> passed_;
};

}  // namespace millwright::orders

#endif  // MILLWRIGHT_SERVICES_ORDERS_ORDER_EDIT_H_
