#include "services/notifications/domain/mail_variables.h"

namespace millwright::notifications {
namespace {

bool IsStatusChange(const MailEvent& event) { return event.kind == EventKind::kStatusChanged; }

void AddEvent(const MailEvent& event, const StatusStep& step, Side side, TemplateContext& context) {
  context.Set("status_from", IsStatusChange(event) ? step.from : event.from_displayed);
  context.Set("override_by", step.cause == Cause::kOverride ? event.actor_name : "");
  context.Set("reason", event.reason);
  context.Set("internal_reason", side == Side::kShop ? event.internal_reason : "");
  context.Set("comment", event.comment);
  context.Set("changes", event.changes);
  context.Set("teeth", event.teeth);
  context.Set("payment_amount", event.amount);
  context.Set("tracking", event.tracking);
  context.Set("contents", event.contents);
  context.Set("answer", event.answer);
  context.Set("deadline", event.deadline);
}

void AddOrder(const OrderSnapshot& order, TemplateContext& context) {
  context.Set("order_number", order.number);
  context.Set("order_title", order.title);
  context.Set("status", order.status);
  context.Set("customer_name", order.customer_name);
  context.Set("shop_name", order.shop_name);
  context.Set("total", order.total);
  context.Set("balance", order.balance);
  context.Set("due_date", order.due_date);
  context.Set("promised_date", order.promised_date);
  context.Set("valid_until", order.valid_until);
  context.Set("po_number", order.po_number);
  context.Set("order_link", order.order_link);
  context.Set("pay_link", order.pay_link);
  context.Set("renewal_link", order.renewal_link);
  std::vector<TemplateContext> lines;
  for (const MailLine& line : order.lines) {
    TemplateContext item;
    item.Set("quantity", line.quantity);
    item.Set("description", line.description);
    item.Set("amount", line.amount);
    lines.push_back(std::move(item));
  }
  context.SetList("lines", std::move(lines));
}

}  // namespace

TemplateContext MailVariables(const MailEvent& event, const StatusStep& step, const OrderSnapshot& order, Side side) {
  TemplateContext context;
  AddOrder(order, context);
  AddEvent(event, step, side, context);
  // Status mails follow fulfilment and name fulfilment states, also while the displayed status stays On hold.
  context.Set("status_to", IsStatusChange(event) ? step.to : order.status);
  context.Set("recipient_name", "");
  return context;
}

TemplateContext InvitationVariables(const std::string& from_company, const std::string& to_company,
                                    const std::string& message) {
  TemplateContext context;
  context.Set("from_company", from_company);
  context.Set("to_company", to_company);
  context.Set("message", message);
  context.Set("recipient_name", "");
  return context;
}

const std::set<std::string>& MailVariableNames() {
  static const std::set<std::string>& names = *new std::set<std::string>([] {
    std::set<std::string> all = MailVariables({}, {}, {}, Side::kShop).Names();
    all.insert({"quantity", "description", "amount", "from_company", "to_company", "message"});
    return all;
  }());
  return names;
}

}  // namespace millwright::notifications
