// The published tables of moves, typed by hand from the specification: an independent model for tests. Never derive
// them from the definition files.
#ifndef MILLWRIGHT_SERVICES_ORDERS_DOMAIN_MODEL_TABLES_H_
#define MILLWRIGHT_SERVICES_ORDERS_DOMAIN_MODEL_TABLES_H_

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_split.h"
#include "services/orders/domain/facts.h"

namespace millwright::orders {

// "from | trigger | actors | to". C customer, S shop staff, O owner, A automatic, L lab, P center, W watcher,
// R carrier, E ERP.
inline constexpr char kManufacturing[] = R"(
NEW | save_draft | S | DRAFT
NEW | submit_for_review | CA | WAITING_FOR_REVIEW
NEW | place | C | PLACED
DRAFT | send_offer | S | FIRM_OFFER_SENT
DRAFT | discard | S | DISCARDED
WAITING_FOR_REVIEW | send_offer | S | FIRM_OFFER_SENT
WAITING_FOR_REVIEW | replace_content | C | WAITING_FOR_REVIEW
WAITING_FOR_REVIEW | cancel_by_customer | C | CANCELED_BY_CUSTOMER
WAITING_FOR_REVIEW | cancel_by_admin | S | CANCELED_BY_ADMIN
FIRM_OFFER_SENT | accept_offer | CS | PLACED
FIRM_OFFER_SENT | request_changes | C | WAITING_FOR_REVIEW
FIRM_OFFER_SENT | request_renewal | C | WAITING_FOR_REVIEW
FIRM_OFFER_SENT | withdraw_offer | S | WAITING_FOR_REVIEW
FIRM_OFFER_SENT | revise_offer | S | FIRM_OFFER_SENT
FIRM_OFFER_SENT | cancel_by_customer | C | CANCELED_BY_CUSTOMER
FIRM_OFFER_SENT | decline_offer | C | CANCELED_BY_CUSTOMER
FIRM_OFFER_SENT | cancel_by_admin | S | CANCELED_BY_ADMIN
FIRM_OFFER_SENT | lapse | A | CANCELED_BY_ADMIN
PLACED | provide_po | CS | PO_PROVIDED
PLACED | request_payment | SA | WAITING_FOR_PAYMENT
PLACED | release | SA | FREE_FOR_MANUFACTURING
PLACED | start_manufacturing | S | MANUFACTURING
PLACED | revise_offer | S | FIRM_OFFER_SENT
PLACED | return_to_review | S | WAITING_FOR_REVIEW
PLACED | cancel_by_customer | C | CANCELED_BY_CUSTOMER
PLACED | cancel_by_admin | S | CANCELED_BY_ADMIN
PO_PROVIDED | provide_po | CS | PO_PROVIDED
PO_PROVIDED | accept_po | S | FREE_FOR_MANUFACTURING
PO_PROVIDED | release | A | FREE_FOR_MANUFACTURING
PO_PROVIDED | reject_po | S | WAITING_FOR_PAYMENT
PO_PROVIDED | withdraw_po | C | PLACED
PO_PROVIDED | cancel_by_customer | C | CANCELED_BY_CUSTOMER
PO_PROVIDED | cancel_by_admin | S | CANCELED_BY_ADMIN
WAITING_FOR_PAYMENT | release | SA | FREE_FOR_MANUFACTURING
WAITING_FOR_PAYMENT | provide_po | CS | PO_PROVIDED
WAITING_FOR_PAYMENT | return_to_placed | S | PLACED
WAITING_FOR_PAYMENT | cancel_by_customer | C | CANCELED_BY_CUSTOMER
WAITING_FOR_PAYMENT | cancel_by_admin | S | CANCELED_BY_ADMIN
FREE_FOR_MANUFACTURING | start_manufacturing | S | MANUFACTURING
FREE_FOR_MANUFACTURING | ready_for_shipping | S | READY_FOR_SHIPPING
FREE_FOR_MANUFACTURING | ready_for_pickup | S | READY_FOR_PICKUP
FREE_FOR_MANUFACTURING | return_to_placed | S | PLACED
FREE_FOR_MANUFACTURING | cancel_by_admin | S | CANCELED_BY_ADMIN
MANUFACTURING | start_post_production | S | POST_PRODUCTION
MANUFACTURING | reprint | S | RE_PRINTING
MANUFACTURING | ready_for_shipping | S | READY_FOR_SHIPPING
MANUFACTURING | ready_for_pickup | S | READY_FOR_PICKUP
MANUFACTURING | return_to_free | S | FREE_FOR_MANUFACTURING
MANUFACTURING | cancel_by_admin | S | CANCELED_BY_ADMIN
POST_PRODUCTION | reprint | S | RE_PRINTING
POST_PRODUCTION | ready_for_shipping | S | READY_FOR_SHIPPING
POST_PRODUCTION | ready_for_pickup | S | READY_FOR_PICKUP
POST_PRODUCTION | return_to_manufacturing | S | MANUFACTURING
POST_PRODUCTION | cancel_by_admin | S | CANCELED_BY_ADMIN
RE_PRINTING | start_manufacturing | S | MANUFACTURING
RE_PRINTING | start_post_production | S | POST_PRODUCTION
RE_PRINTING | ready_for_shipping | S | READY_FOR_SHIPPING
RE_PRINTING | ready_for_pickup | S | READY_FOR_PICKUP
RE_PRINTING | cancel_by_admin | S | CANCELED_BY_ADMIN
READY_FOR_SHIPPING | ship | S | SHIPPED
READY_FOR_SHIPPING | deliver | S | DELIVERED
READY_FOR_SHIPPING | ready_for_pickup | S | READY_FOR_PICKUP
READY_FOR_SHIPPING | return_to_post_production | S | POST_PRODUCTION
READY_FOR_SHIPPING | reprint | S | RE_PRINTING
READY_FOR_SHIPPING | cancel_by_admin | S | CANCELED_BY_ADMIN
READY_FOR_PICKUP | deliver | S | DELIVERED
READY_FOR_PICKUP | ready_for_shipping | S | READY_FOR_SHIPPING
READY_FOR_PICKUP | reprint | S | RE_PRINTING
READY_FOR_PICKUP | cancel_by_admin | S | CANCELED_BY_ADMIN
SHIPPED | deliver | SCRA | DELIVERED
SHIPPED | returned | S | READY_FOR_SHIPPING
SHIPPED | reprint | S | RE_PRINTING
SHIPPED | cancel_by_admin | S | CANCELED_BY_ADMIN
DELIVERED | reopen | O | <
CANCELED_BY_CUSTOMER | undo_cancel | O | <
CANCELED_BY_ADMIN | undo_cancel | O | <
)";

inline constexpr char kDental[] = R"(
NEW | save_draft | L | DRAFT
DRAFT | submit | L | SUBMITTED
DRAFT | discard | L | DISCARDED
SUBMITTED | send_offer | P | OFFER_SENT
SUBMITTED | approve | PA | APPROVED
SUBMITTED | replace_content | L | SUBMITTED
SUBMITTED | withdraw | LA | WITHDRAWN
SUBMITTED | rework | PW | REWORK
SUBMITTED | cancel | PW | CANCELLED
OFFER_SENT | accept_offer | L | APPROVED
OFFER_SENT | revise_offer | P | OFFER_SENT
OFFER_SENT | request_changes | L | SUBMITTED
OFFER_SENT | replace_content | L | SUBMITTED
OFFER_SENT | withdraw_offer | P | SUBMITTED
OFFER_SENT | withdraw | LA | WITHDRAWN
OFFER_SENT | decline_offer | L | WITHDRAWN
OFFER_SENT | rework | PW | REWORK
OFFER_SENT | cancel | PW | CANCELLED
APPROVED | start_production | P | IN_PRODUCTION
APPROVED | rework | PW | REWORK
APPROVED | cancel | PW | CANCELLED
IN_PRODUCTION | ready_for_shipping | P | READY_FOR_SHIPPING
IN_PRODUCTION | return_to_approved | P | APPROVED
IN_PRODUCTION | rework | PW | REWORK
IN_PRODUCTION | cancel | PW | CANCELLED
READY_FOR_SHIPPING | ship | P | SHIPPED
READY_FOR_SHIPPING | deliver | P | DELIVERED
READY_FOR_SHIPPING | return_to_production | P | IN_PRODUCTION
READY_FOR_SHIPPING | cancel | P | CANCELLED
SHIPPED | deliver | PLRA | DELIVERED
SHIPPED | returned | P | READY_FOR_SHIPPING
SHIPPED | lost | P | IN_PRODUCTION
SHIPPED | cancel | P | CANCELLED
)";

inline constexpr char kErp[] = R"(
NEW | place | CS | AWAITING_ERP
AWAITING_ERP | order_document_created | E | SAVED
AWAITING_ERP | documents_cover_order | E | REALISED
AWAITING_ERP | discard | S | DISCARDED
SAVED | documents_cover_order | E | REALISED
SAVED | order_document_removed | E | REJECTED
SAVED | flag_in_progress | E | IN_PROGRESS
SAVED | flag_rejected | E | REJECTED
SAVED | discard | S | DISCARDED
IN_PROGRESS | documents_cover_order | E | REALISED
IN_PROGRESS | order_document_removed | E | REJECTED
IN_PROGRESS | flag_rejected | E | REJECTED
IN_PROGRESS | flag_cleared | E | SAVED
IN_PROGRESS | discard | S | DISCARDED
REJECTED | documents_cover_order | E | REALISED
REJECTED | flag_in_progress | E | IN_PROGRESS
REJECTED | flag_cleared | E | SAVED
REALISED | documents_withdrawn | E | <
)";

inline const std::map<char, Actor> kActors = {
    {'C', v1::Transition::CUSTOMER}, {'S', v1::Transition::SHOP_STAFF}, {'O', v1::Transition::OWNER},
    {'A', v1::Transition::AUTOMATIC}, {'L', v1::Transition::LAB},       {'P', v1::Transition::CENTER},
    {'W', v1::Transition::WATCHER},  {'R', v1::Transition::CARRIER},    {'E', v1::Transition::ERP}};

struct Model {
  std::map<std::tuple<std::string, std::string, char>, std::string> moves;  // from, trigger, actor -> to
  std::set<std::string> triggers;
};

inline Model Parse(absl::string_view text) {
  Model model;
  for (absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    std::vector<std::string> cells = absl::StrSplit(line, " | ");
    EXPECT_EQ(cells.size(), 4u) << line;
    model.triggers.insert(cells[1]);
    for (char actor : cells[2]) model.moves[{cells[0], cells[1], actor}] = cells[3];
  }
  return model;
}

}  // namespace millwright::orders

#endif  // MILLWRIGHT_SERVICES_ORDERS_DOMAIN_MODEL_TABLES_H_
