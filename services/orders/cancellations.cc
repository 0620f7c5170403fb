// Cancellation requests: what a customer files when it is too late to cancel himself, and what becomes of them.
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/ids/ids.h"
#include "services/orders/domain/cancellation.h"
#include "services/orders/orders_service.h"

namespace millwright::orders {
namespace {

constexpr int kDefaultRequestHours = 72;  // for a workflow whose limits do not say

std::vector<CancellationRequest> RequestsOf(const v1::Order& order) {
  using Answer = CancellationRequest::Answer;
  std::vector<CancellationRequest> requests;
  for (const v1::CancellationRequest& proto : order.cancellation_requests()) {
    CancellationRequest request;
    request.id = std::string(LastSegment(proto.name()));
    request.opened_by = proto.opened_by();
    request.reasons.assign(proto.reasons().begin(), proto.reasons().end());
    request.opened_at = FromTimestamp(proto.create_time());
    request.deadline = FromTimestamp(proto.deadline());
    switch (proto.answer()) {
      case v1::CancellationRequest::GRANTED: request.answer = Answer::kGranted; break;
      case v1::CancellationRequest::REFUSED: request.answer = Answer::kRefused; break;
      case v1::CancellationRequest::LAPSED: request.answer = Answer::kLapsed; break;
      default: request.answer = Answer::kOpen;
    }
    request.answered_by = proto.answered_by();
    request.answer_text = proto.answer_text();
    requests.push_back(std::move(request));
  }
  return requests;
}

// Writes the one request back; `order` may not have it yet.
void StoreRequest(const CancellationRequest& request, int index, absl::Time now, v1::Order& order) {
  using Answer = CancellationRequest::Answer;
  v1::CancellationRequest& proto = index < order.cancellation_requests_size()
                                       ? *order.mutable_cancellation_requests(index)
                                       : *order.add_cancellation_requests();
  proto.set_name(absl::StrCat(order.name(), "/cancellationRequests/", request.id));
  proto.set_opened_by(request.opened_by);
  proto.clear_reasons();
  for (const std::string& reason : request.reasons) proto.add_reasons(reason);
  *proto.mutable_create_time() = ToTimestamp(request.opened_at);
  *proto.mutable_deadline() = ToTimestamp(request.deadline);
  switch (request.answer) {
    case Answer::kOpen: proto.set_answer(v1::CancellationRequest::OPEN); return;
    case Answer::kGranted: proto.set_answer(v1::CancellationRequest::GRANTED); break;
    case Answer::kRefused: proto.set_answer(v1::CancellationRequest::REFUSED); break;
    case Answer::kLapsed: proto.set_answer(v1::CancellationRequest::LAPSED); break;
  }
  proto.set_answered_by(request.answered_by);
  proto.set_answer_text(request.answer_text);
  *proto.mutable_answer_time() = ToTimestamp(now);
}

absl::Status CheckRoom(const v1::Order& order) {
  const int count = order.cancellation_requests_size();
  const bool merges = count > 0 && order.cancellation_requests(count - 1).answer() == v1::CancellationRequest::OPEN;
  const bool full = merges ? order.cancellation_requests(count - 1).reasons_size() >= kMaxMergedReasons
                           : count >= kMaxCancellationRequests;
  if (!full) return absl::OkStatus();
  return Error::ResourceExhausted("REQUEST_LIMIT", "too many cancellation requests were filed for this order")
      .Quota("cancellation_requests", absl::StrCat("at most ", kMaxCancellationRequests, " per order, ", kMaxMergedReasons,
                                                   " reasons each: wait for the answer or call the seller"));
}

}  // namespace

void OrdersHandlers::CloseRequests(OrderEdit& edit, const std::string& by) {
  for (v1::CancellationRequest& request : *edit.record().mutable_order()->mutable_cancellation_requests()) {
    if (request.answer() != v1::CancellationRequest::OPEN) continue;
    request.set_answer(v1::CancellationRequest::GRANTED);
    request.set_answered_by(by);
    *request.mutable_answer_time() = ToTimestamp(edit.now());
  }
}

absl::StatusOr<v1::Order> OrdersHandlers::CreateCancellationRequest(
    const CallInfo& call, const v1::CreateCancellationRequestRequest& request) {
  return Edit(call, request.parent(), request.etag(), [&](OrderEdit& edit, const Viewer& viewer, Transaction&) -> absl::Status {
    if (!viewer.buyer) {
      return Error::PermissionDenied("BUYER_ONLY", "only the buyer asks for a cancellation: the seller cancels");
    }
    MW_RETURN_IF_ERROR(CheckRoom(edit.order()));
    const StepStart before = edit.record();
    std::vector<CancellationRequest> requests = RequestsOf(edit.order());
    const int hours = edit.workflow().definition().limits().cancellation_request_hours();
    CancellationRequest wish;
    wish.id = parts_.ids.Ulid();
    wish.opened_by = call.principal.member;
    wish.reasons = {request.reason()};
    wish.opened_at = edit.now();
    wish.deadline = edit.now() + absl::Hours(hours > 0 ? hours : kDefaultRequestHours);
    MW_ASSIGN_OR_RETURN(const size_t index, FileRequest(edit.workflow(), edit.Facts(), requests, std::move(wish)));
    StoreRequest(requests[index], static_cast<int>(index), edit.now(), *edit.record().mutable_order());
    return edit.Note("cancellation_requested", "order.updated", request.reason(), before);
  });
}

absl::StatusOr<v1::Order> OrdersHandlers::AnswerCancellationRequest(
    const CallInfo& call, const v1::AnswerCancellationRequestRequest& request) {
  const std::string order_name = request.name().substr(0, request.name().find("/cancellationRequests/"));
  auto order = Edit(call, order_name, request.etag(), [&](OrderEdit& edit, const Viewer& viewer, Transaction&) -> absl::Status {
    if (!viewer.seller) return Error::PermissionDenied("SELLER_ONLY", "only the seller answers cancellation requests");
    const StepStart before = edit.record();
    std::vector<CancellationRequest> requests = RequestsOf(edit.order());
    for (size_t i = 0; i < requests.size(); ++i) {
      if (requests[i].id != LastSegment(request.name())) continue;
      MW_RETURN_IF_ERROR(AnswerRequest(requests[i], request.granted(), call.principal.member, request.answer_text()));
      StoreRequest(requests[i], static_cast<int>(i), edit.now(), *edit.record().mutable_order());
      MW_RETURN_IF_ERROR(edit.Note("cancellation_answered", "order.updated", request.answer_text(), before));
      if (!request.granted()) return absl::OkStatus();
      const std::string& reason = request.answer_text().empty() ? requests[i].reasons.front() : request.answer_text();
      return MakeCancel(edit, viewer, reason, request.settlement());
    }
    return Error::NotFound("cancellation request", request.name());
  });
  if (order.ok()) AfterEnd(call, *order);
  return order;
}

absl::Status LapseRequests(OrderEdit& edit, absl::Time now) {
  const StepStart before = edit.record();
  std::vector<CancellationRequest> requests = RequestsOf(edit.order());
  bool lapsed = false;
  for (size_t i = 0; i < requests.size(); ++i) {
    if (!LapseRequest(requests[i], now)) continue;
    StoreRequest(requests[i], static_cast<int>(i), now, *edit.record().mutable_order());
    lapsed = true;
  }
  return lapsed ? edit.Note("cancellation_lapsed", "order.updated", "", before) : absl::OkStatus();
}

}  // namespace millwright::orders
