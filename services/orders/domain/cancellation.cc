#include "services/orders/domain/cancellation.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/errors/error.h"

namespace millwright::orders {

absl::StatusOr<SettlementPlan> PlanSettlement(const PaymentSummary& payment, Settlement settlement,
                                              absl::string_view reason, bool by_customer) {
  SettlementPlan plan;
  if (payment.net_minor <= 0) return plan;
  if (by_customer) return plan;  // refund later: nothing is retained, so all of it becomes REFUND_DUE
  switch (settlement) {
    case Settlement::kRefundNow:
      plan.refund_now_minor = payment.net_minor;
      return plan;
    case Settlement::kRefundLater:
      return plan;
    case Settlement::kRetain:
      if (absl::StripAsciiWhitespace(reason).empty()) break;
      plan.retained_minor = payment.net_minor;
      return plan;
    case Settlement::kUnspecified:
      break;
  }
  if (settlement == Settlement::kRetain) {
    return Error::InvalidArgument("REASON_REQUIRED", "retaining captured money needs a reason")
        .Field("reason", "must say why the money is kept");
  }
  return Error::FailedPrecondition("SETTLEMENT_REQUIRED", "money is captured: say what becomes of it")
      .Precondition("settlement_given", "settlement",
                    absl::StrCat(payment.net_minor, " minor units: REFUND_NOW, REFUND_LATER or RETAIN"));
}

absl::StatusOr<size_t> FileRequest(const Workflow& workflow, const OrderFacts& facts,
                                   std::vector<CancellationRequest>& requests, CancellationRequest request) {
  const v1::State* state = workflow.FindState(facts.state);
  if (state == nullptr || !IsOpen(*state)) {
    return Error::FailedPrecondition("ORDER_CLOSED", "the order has ended, so nothing can be cancelled")
        .Precondition("STATE", facts.name, "open a claim if something is wrong with what was delivered");
  }
  if (request.reasons.size() != 1 || absl::StripAsciiWhitespace(request.reasons.front()).empty()) {
    return Error::InvalidArgument("REASON_REQUIRED", "a cancellation request needs a reason")
        .Field("cancellation_request.reason", "must say why, so that the seller can answer");
  }
  for (size_t i = 0; i < requests.size(); ++i) {
    if (requests[i].answer != CancellationRequest::Answer::kOpen) continue;
    requests[i].reasons.push_back(std::move(request.reasons.front()));
    return i;
  }
  requests.push_back(std::move(request));
  return requests.size() - 1;
}

absl::Status AnswerRequest(CancellationRequest& request, bool granted, absl::string_view by, absl::string_view text) {
  if (request.answer != CancellationRequest::Answer::kOpen) {
    return Error::FailedPrecondition("REQUEST_CLOSED", "the cancellation request was answered or lapsed before")
        .Precondition("CANCELLATION_REQUEST", request.id, "nothing is left to answer; a new one can be filed");
  }
  if (!granted && absl::StripAsciiWhitespace(text).empty()) {
    return Error::InvalidArgument("REASON_REQUIRED", "refusing a cancellation needs a text for the customer")
        .Field("answer_text", "must say why the order goes on");
  }
  request.answer = granted ? CancellationRequest::Answer::kGranted : CancellationRequest::Answer::kRefused;
  request.answered_by = std::string(by);
  request.answer_text = std::string(text);
  return absl::OkStatus();
}

bool LapseRequest(CancellationRequest& request, absl::Time now) {
  if (request.answer != CancellationRequest::Answer::kOpen || now < request.deadline) return false;
  request.answer = CancellationRequest::Answer::kLapsed;
  return true;
}

}  // namespace millwright::orders
