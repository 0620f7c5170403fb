// The RPCs of OrdersService: translate, call the domain, translate back.
//
// Writes go through Edit(): one transaction that reads the order, checks who asks and the etag, lets the caller of
// Edit() make its moves on an OrderEdit, settles automatic moves, saves. Thread-safe.
#ifndef MILLWRIGHT_SERVICES_ORDERS_ORDERS_SERVICE_H_
#define MILLWRIGHT_SERVICES_ORDERS_ORDERS_SERVICE_H_

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "common/rpc/call.h"
#include "common/rpc/page_token.h"
#include "common/rpc/stream.h"
#include "common/storage/database.h"
#include "common/time/clock.h"
#include "google/api/httpbody.pb.h"
#include "millwright/orders/v1/orders_service.pb.h"
#include "services/orders/clients/neighbours.h"
#include "services/orders/order_edit.h"
#include "services/orders/settings_desk.h"
#include "services/orders/viewer.h"
#include "services/orders/watch_hub.h"
#include "services/orders/workflow_registry.h"

namespace millwright::orders {

// How long SendOffer's offers are good for if the caller does not say.
inline constexpr int kDefaultOfferDays = 14;
// Entries in one order's ledger, and its shipments.
inline constexpr int kMaxLedgerEntries = 1000;
inline constexpr int kMaxShipments = 1000;
// Orders that one bulk call may name.
inline constexpr int kMaxBulk = 100;
// Cancellation requests of one order, and reasons merged into one.
inline constexpr int kMaxCancellationRequests = 100;
inline constexpr int kMaxMergedReasons = 100;
// Workflows of one company, versions of one workflow, and the length of its id.
inline constexpr int kMaxWorkflows = 100;
inline constexpr int kMaxWorkflowVersions = 1000;
inline constexpr size_t kMaxWorkflowIdBytes = 63;

// deadlines.cc. What a new order takes over from the settings of its seller: terms and, from the lead time, its promise.
absl::Status FillNewOrder(const v1::OrderSettings& settings, int lead_time_business_days, absl::Time now,
                          OrderRecord& record);
// Sets `remaining_seconds` of an order that is being answered.
void FillRemaining(absl::Time now, v1::Order& order);

class OrdersHandlers {
 public:
  struct Parts {
    Database& db;
    Outbox& outbox;
    DueRows& due;
    IdGenerator& ids;
    const Clock& clock;
    Neighbours neighbours;
    WatchHub& hub;
    std::string page_secret;
  };
  // INTERNAL if the built-in workflows are broken.
  static absl::StatusOr<std::unique_ptr<OrdersHandlers>> Create(Parts parts);

  absl::StatusOr<v1::Order> CreateOrder(const CallInfo& call, const v1::CreateOrderRequest& request);
  absl::StatusOr<v1::Order> GetOrder(const CallInfo& call, const v1::GetOrderRequest& request);
  absl::StatusOr<v1::ListOrdersResponse> ListOrders(const CallInfo& call, const v1::ListOrdersRequest& request);
  absl::StatusOr<v1::CountOrdersResponse> CountOrders(const CallInfo& call, const v1::CountOrdersRequest& request);
  absl::StatusOr<v1::Order> UpdateOrder(const CallInfo& call, const v1::UpdateOrderRequest& request);
  absl::StatusOr<v1::TransitionOrderResponse> TransitionOrder(const CallInfo& call,
                                                              const v1::TransitionOrderRequest& request);
  absl::StatusOr<v1::ListAvailableTransitionsResponse> ListAvailableTransitions(
      const CallInfo& call, const v1::ListAvailableTransitionsRequest& request);
  absl::StatusOr<v1::Offer> SendOffer(const CallInfo& call, const v1::SendOfferRequest& request);
  absl::StatusOr<v1::Offer> GetOffer(const CallInfo& call, const v1::GetOfferRequest& request);
  absl::StatusOr<v1::ListOffersResponse> ListOffers(const CallInfo& call, const v1::ListOffersRequest& request);
  absl::StatusOr<v1::Order> AcceptOffer(const CallInfo& call, const v1::AcceptOfferRequest& request);
  absl::StatusOr<v1::Order> CancelOrder(const CallInfo& call, const v1::CancelOrderRequest& request);
  absl::StatusOr<v1::Order> CreateCancellationRequest(const CallInfo& call,
                                                      const v1::CreateCancellationRequestRequest& request);
  absl::StatusOr<v1::Order> AnswerCancellationRequest(const CallInfo& call,
                                                      const v1::AnswerCancellationRequestRequest& request);
  absl::StatusOr<v1::BulkTransitionOrdersResponse> BulkTransitionOrders(const CallInfo& call,
                                                                        const v1::BulkTransitionOrdersRequest& request);
  absl::Status ExportOrders(const CallInfo& call, const v1::ExportOrdersRequest& request,
                            StreamWriter<google::api::HttpBody>& out);
  absl::Status ExportHistory(const CallInfo& call, const v1::ExportHistoryRequest& request,
                             StreamWriter<google::api::HttpBody>& out);
  absl::StatusOr<v1::Order> RecordPayment(const CallInfo& call, const v1::RecordPaymentRequest& request);
  absl::StatusOr<v1::ListPaymentsResponse> ListPayments(const CallInfo& call, const v1::ListPaymentsRequest& request);
  absl::StatusOr<v1::Order> RecordPurchaseOrder(const CallInfo& call, const v1::RecordPurchaseOrderRequest& request);
  absl::StatusOr<v1::Order> ShipOrder(const CallInfo& call, const v1::ShipOrderRequest& request);
  absl::StatusOr<v1::Order> PlaceHold(const CallInfo& call, const v1::PlaceHoldRequest& request);
  absl::StatusOr<v1::Order> LiftHold(const CallInfo& call, const v1::LiftHoldRequest& request);
  absl::StatusOr<v1::Order> OverrideStatus(const CallInfo& call, const v1::OverrideStatusRequest& request);
  absl::StatusOr<v1::Order> SetPromisedTime(const CallInfo& call, const v1::SetPromisedTimeRequest& request);
  absl::StatusOr<v1::OrderSettings> GetOrderSettings(const CallInfo& call, const v1::GetOrderSettingsRequest& request);
  absl::StatusOr<v1::OrderSettings> UpdateOrderSettings(const CallInfo& call,
                                                        const v1::UpdateOrderSettingsRequest& request);
  absl::StatusOr<v1::Order> RecordLots(const CallInfo& call, const v1::RecordLotsRequest& request);
  absl::StatusOr<v1::Order> RecordProduction(const CallInfo& call, const v1::RecordProductionRequest& request);
  absl::StatusOr<v1::Order> RecordPickup(const CallInfo& call, const v1::RecordPickupRequest& request);
  absl::StatusOr<v1::Order> CancelLine(const CallInfo& call, const v1::CancelLineRequest& request);
  absl::StatusOr<v1::GetFailureCostsResponse> GetFailureCosts(const CallInfo& call,
                                                              const v1::GetFailureCostsRequest& request);
  absl::StatusOr<v1::ListHistoryResponse> ListHistory(const CallInfo& call, const v1::ListHistoryRequest& request);
  absl::StatusOr<v1::VerifyHistoryResponse> VerifyHistory(const CallInfo& call, const v1::VerifyHistoryRequest& request);
  absl::StatusOr<std::unique_ptr<WatchSource<v1::WatchOrdersResponse>>> WatchOrders(const CallInfo& call,
                                                                                   const v1::WatchOrdersRequest& request);
  absl::StatusOr<v1::GetWorkflowResponse> GetWorkflow(const CallInfo& call, const v1::GetWorkflowRequest& request);
  absl::StatusOr<v1::ListWorkflowsResponse> ListWorkflows(const CallInfo& call, const v1::ListWorkflowsRequest& request);
  absl::StatusOr<v1::CreateWorkflowResponse> CreateWorkflow(const CallInfo& call,
                                                            const v1::CreateWorkflowRequest& request);
  absl::StatusOr<v1::LintWorkflowResponse> LintWorkflow(const CallInfo& call, const v1::LintWorkflowRequest& request);
  absl::StatusOr<v1::SimulateWorkflowResponse> SimulateWorkflow(const CallInfo& call,
                                                                const v1::SimulateWorkflowRequest& request);
  absl::StatusOr<v1::MigrateOrdersResponse> MigrateOrders(const CallInfo& call, const v1::MigrateOrdersRequest& request);

  // Timed work: what the scheduler calls with a due row of one of the kinds in order_edit.h.
  absl::Status RunDue(Transaction& tx, const DueRow& row);
  // An event of the documents service: a paper was issued, or can't be yet.
  absl::Status ApplyDocument(Transaction& tx, const Event& event);

 private:
  struct Found {
    OrderRecord record;
    WorkflowPtr workflow;
    Viewer viewer;
  };
  struct Draft;  // an order that is about to be made

  OrdersHandlers(Parts parts, std::unique_ptr<WorkflowRegistry> workflows)
      : parts_(std::move(parts)), pager_(parts_.page_secret), workflows_(std::move(workflows)) {}

  absl::StatusOr<Found> Find(Reader& reader, const CallInfo& call, absl::string_view name) const;
  absl::StatusOr<Found> Load(const CallInfo& call, absl::string_view name);
  EditContext Context(absl::Time now) const { return {store_, parts_.outbox, parts_.due, parts_.ids, now}; }
  static EditActor ActorOf(const CallInfo& call, const Viewer& viewer);

  // One write on one order; `fn` makes the change.
  using EditFn = std::function<absl::Status(OrderEdit& edit, const Viewer& viewer, Transaction& tx)>;
  absl::StatusOr<v1::Order> Edit(const CallInfo& call, absl::string_view name, absl::string_view etag, const EditFn& fn);
  // The same for workers: no caller, no request id.
  absl::Status EditByMachine(Transaction& tx, absl::string_view name, const std::string& actor,
                             const std::function<absl::Status(OrderEdit&)>& fn);

  // create_order.cc
  absl::StatusOr<Draft> PrepareOrder(const CallInfo& call, const v1::CreateOrderRequest& request);
  absl::Status Pin(const CallInfo& call, OrderRecord& record);
  absl::Status InsertOrder(const CallInfo& call, Transaction& tx, const Draft& draft, absl::Time now, v1::Order& out);

  // moves.cc
  absl::Status MakeMove(OrderEdit& edit, const Viewer& viewer, const MoveRequest& request);
  absl::Status AcceptPurchaseOrder(OrderEdit& edit, const MoveRequest& request);
  absl::Status MakeCancel(OrderEdit& edit, const Viewer& viewer, const std::string& reason,
                          const std::string& settlement);
  void AfterEnd(const CallInfo& call, const v1::Order& order);
  // What a move needs of the neighbours, before its transaction.
  struct Prepared {
    std::optional<OrderRecord> pinned;  // the order as it was when its files were frozen for `submit`
    NeighbourFacts neighbours;
  };
  absl::StatusOr<Prepared> PrepareMove(const CallInfo& call, const std::string& name, const std::string& trigger);
  absl::StatusOr<v1::TransitionOrderResponse> TransitionIn(Transaction& tx, const CallInfo& call,
                                                           const v1::TransitionOrderRequest& request,
                                                           const Prepared& prepared);

  // cancellations.cc: an order that is cancelled has nothing left to ask for.
  static void CloseRequests(OrderEdit& edit, const std::string& by);

  // offers.cc
  absl::Status ProvidePo(OrderEdit& edit, Transaction& tx, absl::string_view number, int64_t covers_minor);

  // deadlines.cc: moves the promise of an order whose last hold was just lifted.
  absl::Status RestartClock(OrderEdit& edit, Transaction& tx);

  // workflows.cc
  absl::StatusOr<v1::OrderMigration> MigrateOne(const CallInfo& call, Transaction& tx,
                                                const v1::MigrateOrdersRequest& request, const WorkflowPtr& target,
                                                const std::string& order_name);

  // shipping.cc
  absl::Status Ship(OrderEdit& edit, const v1::Shipment& shipment, const ActorSet& actors);
  absl::Status HandOver(OrderEdit& edit, const v1::RecordPickupRequest& request, const ActorSet& actors);

  Parts parts_;
  const Pager pager_;
  OrderStore store_;
  SettingsDesk settings_;
  const std::unique_ptr<WorkflowRegistry> workflows_;
};

}  // namespace millwright::orders

#endif  // MILLWRIGHT_SERVICES_ORDERS_ORDERS_SERVICE_H_
