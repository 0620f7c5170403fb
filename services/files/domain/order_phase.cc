#include "services/files/domain/order_phase.h"

namespace millwright::files {
namespace {

struct StatePhase {
  absl::string_view state;
  OrderPhase phase;
};
constexpr StatePhase kStates[] = {
    {"DRAFT", OrderPhase::kDraft},
    {"SUBMITTED", OrderPhase::kOrdered},
    {"OFFER_SENT", OrderPhase::kOrdered},
    {"WAITING_FOR_REVIEW", OrderPhase::kOrdered},
    {"FIRM_OFFER_SENT", OrderPhase::kOrdered},
    {"PLACED", OrderPhase::kOrdered},
    {"PO_PROVIDED", OrderPhase::kOrdered},
    {"WAITING_FOR_PAYMENT", OrderPhase::kOrdered},
    {"AWAITING_ERP", OrderPhase::kOrdered},
    {"SAVED", OrderPhase::kOrdered},
    {"APPROVED", OrderPhase::kApproved},
    {"FREE_FOR_MANUFACTURING", OrderPhase::kApproved},
    {"IN_PRODUCTION", OrderPhase::kInProduction},
    {"MANUFACTURING", OrderPhase::kInProduction},
    {"POST_PRODUCTION", OrderPhase::kInProduction},
    {"RE_PRINTING", OrderPhase::kInProduction},
    {"IN_PROGRESS", OrderPhase::kInProduction},
    {"READY_FOR_SHIPPING", OrderPhase::kInProduction},
    {"READY_FOR_PICKUP", OrderPhase::kInProduction},
    {"SHIPPED", OrderPhase::kInProduction},
    {"DELIVERED", OrderPhase::kDelivered},
    {"REALISED", OrderPhase::kDelivered},
    {"REWORK", OrderPhase::kRework},
    {"CANCELLED", OrderPhase::kCancelled},
    {"CANCELED_BY_CUSTOMER", OrderPhase::kCancelled},
    {"CANCELED_BY_ADMIN", OrderPhase::kCancelled},
    {"REJECTED", OrderPhase::kCancelled},
    {"WITHDRAWN", OrderPhase::kTakenBack},
    {"DISCARDED", OrderPhase::kTakenBack},
};

}  // namespace

OrderPhase OrderPhaseOf(absl::string_view state) {
  for (const StatePhase& known : kStates) {
    if (known.state == state) return known.phase;
  }
  return OrderPhase::kOrdered;
}

}  // namespace millwright::files
