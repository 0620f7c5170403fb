// Facts and requests for tests: an order about which nothing is missing, and a caller who brings everything.
#ifndef MILLWRIGHT_SERVICES_ORDERS_DOMAIN_TEST_FACTS_H_
#define MILLWRIGHT_SERVICES_ORDERS_DOMAIN_TEST_FACTS_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "services/orders/domain/builtin_definitions.h"
#include "services/orders/domain/workflow_engine.h"

namespace millwright::orders {

inline const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

inline std::shared_ptr<const Workflow> Builtin(absl::string_view id) {
  const auto all = BuiltinWorkflows();
  EXPECT_TRUE(all.ok()) << all.status();
  for (const auto& workflow : *all) {
    if (workflow->definition().id() == id) return workflow;
  }
  ADD_FAILURE() << "no built-in workflow " << id;
  return nullptr;
}

inline Hold MakeHold(std::string id, std::string public_reason) {
  Hold hold;
  hold.id = std::move(id);
  hold.public_reason = std::move(public_reason);
  return hold;
}

// Every guard holds that does not exclude another: paid, priced, valid, nothing held.
inline OrderFacts WillingFacts(const std::string& state) {
  OrderFacts facts;
  facts.name = "orders/shop000001-x";
  facts.state = state;
  facts.previous_state = state == "REALISED" ? "SAVED" : "PLACED";
  facts.state_entered_at = kNow - absl::Hours(1);
  facts.current_revision = "rev1";
  facts.accepted_revision = "rev1";
  facts.offer_expires_at = kNow + absl::Hours(1);
  facts.offer_lapsed = true;
  facts.stock_lines_only = true;
  facts.payment.total_minor = 10000;
  facts.payment_demanded_first = true;
  facts.po.recorded = true;
  facts.po.covers_minor = 10000;
  facts.delivery_reported = true;
  facts.partner_rules_met = true;
  facts.parent_cancelled = true;
  facts.erp.edition_entitled = true;
  facts.erp.removal_rejects = true;
  facts.erp.document_removed = true;
  return facts;
}

inline MoveRequest WillingRequest(const std::string& trigger, ActorSet actors) {
  MoveRequest request;
  request.trigger = trigger;
  request.actors = actors;
  request.reason = "because";
  request.evidence = "mail of the customer";
  request.settlement = Settlement::kRefundLater;
  request.scrap_recorded = true;
  request.now = kNow;
  return request;
}

}  // namespace millwright::orders

#endif  // MILLWRIGHT_SERVICES_ORDERS_DOMAIN_TEST_FACTS_H_
