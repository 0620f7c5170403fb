// Who somebody is to an order: which side, in which roles, and what of the order he may see.
//
// Thread-safety: pure functions.
#ifndef MILLWRIGHT_SERVICES_ORDERS_VIEWER_H_
#define MILLWRIGHT_SERVICES_ORDERS_VIEWER_H_

#include <string>

#include "common/auth/principal.h"
#include "services/orders/order_edit.h"

namespace millwright::orders {

struct Viewer {
  bool buyer = false;    // a member of the buying company who may see the order there
  bool seller = false;   // likewise of the selling company
  ActorSet actors;       // roles towards the order's workflow
  std::string role;      // the one that history names: "customer", "lab", "owner", "shop_staff", "center", "watcher"

  bool any() const { return buyer || seller; }
};

// The roles of `who` towards an order between `buyer` and `seller`; `base`: the built-in workflow it follows.
Viewer RolesOf(const Principal& who, absl::string_view base, absl::string_view buyer, absl::string_view seller);

// The same for an order that exists; any() is false for whoever must not learn that it does.
Viewer ViewerOf(const Principal& who, const Workflow& workflow, const OrderRecord& record);

// The order as the viewer may see it. Lists leave out shared files and prescription.
v1::Order CutFor(const Viewer& viewer, const v1::Order& order, bool in_list = false);

}  // namespace millwright::orders

#endif  // MILLWRIGHT_SERVICES_ORDERS_VIEWER_H_
