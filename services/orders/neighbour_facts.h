// What guards must know of the neighbours, asked anew before a move that has such a guard: the files as their verdict is
// now (`files_valid`), the products as the seller offers them now (`products_available`). Limits and price lists change
// between the order and its approval; an order is approved under those of the moment (file-rules, section 1; F66).
//
// A neighbour that can't be reached is an error of the call: nobody approves what nobody could check.
//
// Thread-safety: pure function but for the calls.
#ifndef MILLWRIGHT_SERVICES_ORDERS_NEIGHBOUR_FACTS_H_
#define MILLWRIGHT_SERVICES_ORDERS_NEIGHBOUR_FACTS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/rpc/call.h"
#include "millwright/orders/v1/order.pb.h"
#include "services/orders/clients/neighbours.h"
#include "services/orders/domain/workflow.h"

namespace millwright::orders {

// One sentence per thing that is wrong, as the guards tell it.
struct NeighbourFacts {
  std::vector<std::string> blocking_files;
  std::vector<std::string> unavailable_products;
};

// For the moves out of the order's state by `trigger`; "" means by any. `state` instead of the order's where it is being
// made. Asks only for what a guard of these moves needs. Files that were frozen in this very call need no second look:
// `just_pinned`.
absl::StatusOr<NeighbourFacts> AskNeighbours(const Neighbours& neighbours, const CallInfo& call,
                                             const Workflow& workflow, const v1::Order& order, absl::string_view state,
                                             absl::string_view trigger, bool just_pinned);

}  // namespace millwright::orders

#endif  // MILLWRIGHT_SERVICES_ORDERS_NEIGHBOUR_FACTS_H_
