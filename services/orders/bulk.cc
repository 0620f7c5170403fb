// BulkTransitionOrders: one trigger for many orders, in one transaction, each order on its own.
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/rpc/mutation.h"
#include "services/orders/orders_service.h"

namespace millwright::orders {
namespace {

void Explain(const absl::Status& status, v1::BulkTransitionResult& result) {
  result.set_code(static_cast<int>(status.code()));
  result.set_reason(ReasonOf(status));
  for (std::string& text : PreconditionsOf(status)) result.add_violations(std::move(text));
  for (std::string& text : FieldViolationsOf(status)) result.add_violations(std::move(text));
  if (result.violations().empty()) result.add_violations(std::string(status.message()));
}

// The storage failed, or the caller gave up: then no result is worth anything.
bool IsFatal(const absl::Status& status) { return ReasonOf(status).empty() && !absl::IsNotFound(status); }

}  // namespace

absl::StatusOr<v1::BulkTransitionOrdersResponse> OrdersHandlers::BulkTransitionOrders(
    const CallInfo& call, const v1::BulkTransitionOrdersRequest& request) {
  if (!call.principal.ActsFor(request.parent())) return Error::NotFound("company", request.parent());
  MW_ASSIGN_OR_RETURN(const auto replay, FindReplay<v1::BulkTransitionOrdersResponse>(call, parts_.db));
  if (replay.has_value()) return *replay;
  // Neighbours are asked before the transaction.
  std::map<std::string, absl::StatusOr<Prepared>> prepared;
  for (const std::string& name : request.orders()) prepared.emplace(name, PrepareMove(call, name, request.trigger()));
  std::vector<v1::Order> moved;
  auto response = Mutate<v1::BulkTransitionOrdersResponse>(
      call, parts_.db, parts_.clock.Now(), [&](Transaction& tx) -> absl::StatusOr<v1::BulkTransitionOrdersResponse> {
        v1::BulkTransitionOrdersResponse out;
        moved.clear();
        for (const std::string& name : request.orders()) {
          v1::BulkTransitionResult& result = *out.add_results();
          result.set_order(name);
          v1::TransitionOrderRequest one;
          one.set_name(name);
          one.set_trigger(request.trigger());
          one.set_reason(request.reason());
          one.set_settlement(request.settlement());
          v1::Order order;
          const absl::Status status = tx.Nested([&](Transaction& inner) -> absl::Status {
            const absl::StatusOr<Prepared>& ready = prepared.at(name);
            MW_RETURN_IF_ERROR(ready.status());
            MW_ASSIGN_OR_RETURN(const v1::TransitionOrderResponse made, TransitionIn(inner, call, one, *ready));
            order = made.order();
            return absl::OkStatus();
          });
          if (!status.ok() && IsFatal(status)) return status;
          if (status.ok()) {
            result.set_moved(true);
            out.set_moved_count(out.moved_count() + 1);
            moved.push_back(order);
          } else {
            Explain(status, result);
            const auto found = Find(tx, call, name);
            if (found.ok()) order = found->record.order();
          }
          result.set_displayed_status(order.displayed_status());
          result.set_etag(order.etag());
        }
        return out;
      });
  if (response.ok()) {
    for (const v1::Order& order : moved) AfterEnd(call, order);
  }
  return response;
}

}  // namespace millwright::orders
