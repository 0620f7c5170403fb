#include "services/notifications/domain/mail_matrix.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/notifications/domain/mail_variables.h"

namespace millwright::notifications {
namespace {

// Conditions of the rows. Offers come back when the step leaves the workflow's offer state.
enum class When {
  kAlways,
  kHidden,           // the state entered is hidden
  kFirst,            // entered for the first time
  kSelf,             // from the state itself
  kResumed,          // reopened, or a cancel was undone
  kByPoAccepted,     // the move that accepting the PO caused
  kByPoRejected,
  kAskedForChanges,  // back from an offer, by the customer
  kOfferWithdrawn,   // back from an offer, by the shop
  kFromPlaced,
  kFirstRevision,    // the offer's first
  kFurtherHold,      // the order was held already
};

struct Row {
  absl::string_view workflow;
  EventKind event;
  absl::string_view to;
  When when;
  absl::string_view customer;
  absl::string_view shop;
  bool cc;
};

const Row kRows[] = {
#define MW_MAIL(workflow, event, to, when, customer, shop, cc) \
  {workflow, EventKind::event, to, When::when, customer, shop, cc},
#include "services/notifications/domain/mail_matrix.def"
#undef MW_MAIL
};

bool IsOfferState(absl::string_view state) { return state == "Firm offer sent" || state == "Offer sent"; }

bool Holds(When when, const MailEvent& event, const StatusStep& step) {
  switch (when) {
    case When::kAlways: return true;
    case When::kHidden: return step.hidden;
    case When::kFirst: return step.first;
    case When::kSelf: return step.from == step.to;
    case When::kResumed: return step.cause == Cause::kReopened || step.cause == Cause::kCancelUndone;
    case When::kByPoAccepted: return step.cause == Cause::kPoAccepted;
    case When::kByPoRejected: return step.cause == Cause::kPoRejected;
    case When::kAskedForChanges: return IsOfferState(step.from) && step.actor == Actor::kCustomer;
    case When::kOfferWithdrawn: return IsOfferState(step.from) && step.actor != Actor::kCustomer;
    case When::kFromPlaced: return step.from == "Placed";
    case When::kFirstRevision: return step.revision <= 1;
    case When::kFurtherHold: return event.order_was_held;
  }
  return false;
}

const Row* FindRow(const MailEvent& event, const StatusStep& step, absl::string_view workflow) {
  for (const Row& row : kRows) {
    bool matches = row.event == event.kind && (row.workflow == "*" || row.workflow == workflow) &&
                   (row.to == "*" || row.to == step.to) && Holds(row.when, event, step);
    if (matches) return &row;
  }
  return nullptr;
}

bool Notified(Side side, const MailEvent& event, const StatusStep& step) {
  if (step.cause != Cause::kOverride) return true;
  return event.notify == Notify::kBoth || (event.notify == Notify::kShop && side == Side::kShop);
}

void PlanStep(const MailEvent& event, const OrderSnapshot& order, const StatusStep& step, size_t index,
              std::vector<PlannedMail>& mails) {
  const Row* row = FindRow(event, step, order.workflow);
  if (row == nullptr) return;
  for (Side side : {Side::kCustomer, Side::kShop}) {
    absl::string_view name = side == Side::kCustomer ? row->customer : row->shop;
    if (name.empty() || !Notified(side, event, step)) continue;
    PlannedMail mail;
    mail.key = MailKey(order.order, event.id, index, side, name);
    mail.template_name = std::string(name);
    mail.side = side;
    mail.cc_billing = side == Side::kCustomer && row->cc && order.has_billing_contact;
    mail.variables = MailVariables(event, step, order, side);
    mails.push_back(std::move(mail));
  }
}

}  // namespace

std::vector<PlannedMail> PlanMails(const MailEvent& event, const OrderSnapshot& order) {
  std::vector<PlannedMail> mails;
  if (event.kind != EventKind::kStatusChanged) {
    PlanStep(event, order, StatusStep{}, 0, mails);
    return mails;
  }
  for (size_t i = 0; i < event.steps.size(); ++i) PlanStep(event, order, event.steps[i], i, mails);
  return mails;
}

std::string MailKey(absl::string_view order, absl::string_view event, size_t step, Side side,
                    absl::string_view template_name) {
  // None of the parts holds a '|': they are resource names, ids and template names.
  return absl::StrCat(order, "|", event, step == 0 ? "" : absl::StrCat("+", step), "|", SideName(side), "|",
                      template_name);
}

std::vector<std::string> MatrixTemplates() {
  std::set<std::string> names;
  for (const Row& row : kRows) {
    for (absl::string_view name : {row.customer, row.shop}) {
      if (!name.empty()) names.emplace(name);
    }
  }
  return {names.begin(), names.end()};
}

absl::string_view SideName(Side side) { return side == Side::kCustomer ? "customer" : "shop"; }

}  // namespace millwright::notifications
