// WatchOrders: who may watch what.
#include <utility>

#include "common/errors/error.h"
#include "services/orders/orders_service.h"

namespace millwright::orders {

absl::StatusOr<std::unique_ptr<WatchSource<v1::WatchOrdersResponse>>> OrdersHandlers::WatchOrders(
    const CallInfo& call, const v1::WatchOrdersRequest& request) {
  if (!call.principal.ActsFor(request.parent())) return Error::NotFound("company", request.parent());
  if (!request.order().empty()) MW_RETURN_IF_ERROR(Load(call, request.order()).status());
  WatchRequest watch;
  watch.who = call.principal;
  watch.company = request.parent();
  watch.order = request.order();
  if (!request.resume_token().empty()) {
    MW_ASSIGN_OR_RETURN(watch.after, parts_.outbox.PositionOf(request.resume_token()));
  }
  return OpenWatch(parts_.db, parts_.outbox, parts_.hub, parts_.clock, std::move(watch));
}

}  // namespace millwright::orders
