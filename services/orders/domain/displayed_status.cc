#include "services/orders/domain/displayed_status.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"

namespace millwright::orders {
namespace {

// Texts that belong to no definition, because every workflow shows them.
struct FixedText {
  const char *id, *en, *de, *pl;
};
constexpr FixedText kTexts[] = {
    {kOnHold, "On hold", "Angehalten", "Wstrzymane"},
    {kPoPaymentDue, "PO Payment due", "Zahlung zum Bestellschein fällig", "Termin płatności minął"},
    {"READY_FOR_PAYMENT", "Ready for Payment", "Bereit zur Zahlung", "Gotowe do zapłaty"},
    {"OFFER_EXPIRED", "Offer expired", "Angebot abgelaufen", "Oferta wygasła"},
    {"OFFER_EXPIRED_BADGE", "offer expired", "Angebot abgelaufen", "oferta wygasła"},
    {"SHIPPED_BADGE", " of ", " von ", " z "},
    {"SHIPPED_BADGE_END", " shipped", " versendet", " wysłano"},
    {"COLLECTED_BADGE_END", " collected", " abgeholt", " odebrano"},
    {"REFUND_DUE_BADGE", "refund due", "Erstattung offen", "zwrot do wypłaty"},
    {"AT_RISK_BADGE", "deadline at risk", "Termin gefährdet", "termin zagrożony"},
    {"OVERDUE_BADGE", "overdue", "überfällig", "po terminie"},
    {"DISPUTED_BADGE", "payment disputed", "Zahlung strittig", "płatność zakwestionowana"},
};

std::string Fixed(absl::string_view id, absl::string_view language) {
  const auto* it = std::find_if(std::begin(kTexts), std::end(kTexts), [&](const FixedText& t) { return t.id == id; });
  if (it == std::end(kTexts)) return std::string(id);
  const absl::string_view primary = language.substr(0, 2);
  return std::string(primary == "de" ? it->de : primary == "pl" ? it->pl : it->en);
}

std::vector<Badge> BadgesOf(const OrderFacts& facts, const v1::State* state, absl::string_view language) {
  std::vector<Badge> badges;
  if (facts.pieces_shipped > 0 && facts.pieces_shipped < facts.pieces_ordered) {
    const bool collected = facts.pieces_collected == facts.pieces_shipped;
    badges.push_back({collected ? "collected" : "shipped",
                      absl::StrCat(facts.pieces_shipped, Fixed("SHIPPED_BADGE", language), facts.pieces_ordered,
                                   Fixed(collected ? "COLLECTED_BADGE_END" : "SHIPPED_BADGE_END", language))});
  }
  if (facts.offer_expired && state != nullptr && state->offer_on_table()) badges.push_back({"offer_expired", Fixed("OFFER_EXPIRED_BADGE", language)});
  if (facts.payment.state == PaymentState::kRefundDue) {
    badges.push_back({"refund_due", Fixed("REFUND_DUE_BADGE", language)});
  }
  if (facts.payment.state == PaymentState::kDisputed) {
    badges.push_back({"disputed", Fixed("DISPUTED_BADGE", language)});
  }
  if (facts.deadline == v1::Order::AT_RISK) badges.push_back({"at_risk", Fixed("AT_RISK_BADGE", language)});
  if (facts.deadline == v1::Order::OVERDUE) badges.push_back({"overdue", Fixed("OVERDUE_BADGE", language)});
  return badges;
}

}  // namespace

std::string DisplayedId(const Workflow& workflow, const OrderFacts& facts) {
  const v1::State* state = workflow.FindState(facts.state);
  if (state != nullptr && state->kind() == v1::State::TERMINAL_CANCELLED) return facts.state;
  if (state != nullptr && IsOpen(*state) && HasOpenHold(facts.holds)) return kOnHold;
  if (facts.po_due && facts.payment.balance_minor > 0) return kPoPaymentDue;
  return facts.state;
}

std::string DisplayedText(const Workflow& workflow, absl::string_view id, absl::string_view language) {
  if (id == kOnHold || id == kPoPaymentDue) return Fixed(id, language);
  const v1::State* state = workflow.FindState(id);
  return state == nullptr ? std::string(id) : TextFor(state->display_names(), language);
}

std::string ParseDisplayed(const Workflow& workflow, absl::string_view text) {
  if (const v1::State* state = workflow.ParseState(text)) return state->id();
  const std::string spelling = NormalizeSpelling(text);
  for (const char* id : {kOnHold, kPoPaymentDue}) {
    if (spelling == NormalizeSpelling(id)) return id;
    for (absl::string_view language : {"en", "de", "pl"}) {
      if (spelling == NormalizeSpelling(Fixed(id, language))) return id;
    }
  }
  return "";
}

DisplayedStatus Display(const Workflow& workflow, const OrderFacts& facts, absl::string_view language) {
  DisplayedStatus status;
  status.id = DisplayedId(workflow, facts);
  status.text = DisplayedText(workflow, status.id, language);
  status.state = facts.state;
  status.payment = std::string(PaymentStateName(facts.payment.state));
  status.open_holds = CountOpenHolds(facts.holds);
  status.due_at = facts.due_at;
  status.badges = BadgesOf(facts, workflow.FindState(facts.state), language);
  return status;
}

CustomerPage PageOf(const Workflow& workflow, const OrderFacts& facts, bool online_payment, absl::string_view language) {
  CustomerPage page;
  page.label = DisplayedText(workflow, DisplayedId(workflow, facts), language);
  const v1::State* state = workflow.FindState(facts.state);
  if (state == nullptr) return page;
  const bool labelled = !state->customer_labels().empty();
  if (labelled) {
    page.label = facts.offer_expired && state->offer_on_table()
                     ? Fixed("OFFER_EXPIRED", language)
                     : TextFor(state->customer_labels(), language);
    return page;
  }
  if (state->kind() == v1::State::TERMINAL_CANCELLED || !state->implies_acceptance()) return page;
  if (facts.payment.balance_minor <= 0) return page;
  page.payment_label = Fixed("READY_FOR_PAYMENT", language);
  page.may_pay_now = online_payment;
  page.may_download_invoice = true;
  return page;
}

}  // namespace millwright::orders
