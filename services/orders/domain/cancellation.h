// Cancelling: what happens to captured money, and the requests a customer files when it is too late to cancel himself.
//
// Thread-safety: plain values and pure functions.
#ifndef MILLWRIGHT_SERVICES_ORDERS_DOMAIN_CANCELLATION_H_
#define MILLWRIGHT_SERVICES_ORDERS_DOMAIN_CANCELLATION_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/orders/domain/facts.h"
#include "services/orders/domain/workflow.h"

namespace millwright::orders {

// What a cancel books for the money the shop holds.
struct SettlementPlan {
  int64_t refund_now_minor = 0;   // a refund entry in the same transaction
  int64_t retained_minor = 0;     // the expectation after the cancel; what is above it is REFUND_DUE
};

// `by_customer`: a cancel by the customer books "refund later" whatever is asked. FAILED_PRECONDITION
// SETTLEMENT_REQUIRED when the shop cancels captured money without saying how; retaining needs a reason.
absl::StatusOr<SettlementPlan> PlanSettlement(const PaymentSummary& payment, Settlement settlement,
                                              absl::string_view reason, bool by_customer);

struct CancellationRequest {
  enum class Answer { kOpen, kGranted, kRefused, kLapsed };
  std::string id;
  std::string opened_by;
  std::vector<std::string> reasons;   // one per merged request
  absl::Time opened_at;
  absl::Time deadline;
  Answer answer = Answer::kOpen;
  std::string answered_by;
  std::string answer_text;
};

// Opens a request, or merges into the open one (which keeps its id and deadline). Possible in every non-terminal
// state. Answers the request's index. FAILED_PRECONDITION ORDER_CLOSED in an end; INVALID_ARGUMENT without a reason.
absl::StatusOr<size_t> FileRequest(const Workflow& workflow, const OrderFacts& facts,
                                   std::vector<CancellationRequest>& requests, CancellationRequest request);

// Grants or refuses. Refusing needs a text for the customer. FAILED_PRECONDITION REQUEST_CLOSED the second time.
// Granting does not cancel: the caller makes the cancel move in the same transaction, with its settlement.
absl::Status AnswerRequest(CancellationRequest& request, bool granted, absl::string_view by, absl::string_view text);

// To be called by the due row: true if the request lapsed now.
bool LapseRequest(CancellationRequest& request, absl::Time now);

}  // namespace millwright::orders

#endif  // MILLWRIGHT_SERVICES_ORDERS_DOMAIN_CANCELLATION_H_
