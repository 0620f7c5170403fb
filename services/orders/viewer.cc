#include "services/orders/viewer.h"

namespace millwright::orders {

Viewer RolesOf(const Principal& who, absl::string_view base, absl::string_view buyer, absl::string_view seller) {
  Viewer viewer;
  viewer.buyer = who.ActsFor(buyer);
  viewer.seller = who.ActsFor(seller);
  const bool dental = base == "dental";
  const bool writes = who.HasRole("owner") || who.HasRole("member");
  if (viewer.seller) {
    if (who.HasRole("watcher")) viewer.actors.Add(v1::Transition::WATCHER), viewer.role = "watcher";
    if (writes) viewer.actors.Add(dental ? v1::Transition::CENTER : v1::Transition::SHOP_STAFF);
    if (writes) viewer.role = dental ? "center" : "shop_staff";
    if (who.HasRole("owner")) viewer.actors.Add(v1::Transition::OWNER), viewer.role = "owner";
  }
  if (viewer.buyer && writes) {
    viewer.actors.Add(dental ? v1::Transition::LAB : v1::Transition::CUSTOMER);
    if (!viewer.seller) viewer.role = dental ? "lab" : "customer";
  }
  if (viewer.role.empty()) viewer.role = who.roles.empty() ? "member" : who.roles.front();
  return viewer;
}

Viewer ViewerOf(const Principal& who, const Workflow& workflow, const OrderRecord& record) {
  const v1::Order& order = record.order();
  Viewer viewer = RolesOf(who, workflow.base(), order.buyer(), order.seller());
  const v1::State* state = workflow.FindState(order.state());
  if (state != nullptr && state->hidden()) {
    viewer.buyer &= VisibilityOf(record, *state, Side::kBuyer).visible;
    viewer.seller &= VisibilityOf(record, *state, Side::kSeller).visible;
  }
  return viewer;
}

v1::Order CutFor(const Viewer& viewer, const v1::Order& order, bool in_list) {
  v1::Order cut = order;
  cut.set_viewer_is_buyer(viewer.buyer);
  if (!viewer.seller) {
    for (v1::Hold& hold : *cut.mutable_holds()) hold.clear_internal_reason();
    cut.clear_assignee();
  }
  if (in_list) {
    cut.clear_shared_files();
    cut.clear_prescription();
  }
  return cut;
}

}  // namespace millwright::orders
