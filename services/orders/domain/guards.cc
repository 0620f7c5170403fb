#include "services/orders/domain/guards.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "services/orders/domain/workflow.h"

namespace millwright::orders {
namespace {

using Texts = std::vector<std::string>;

Texts Unless(bool holds, absl::string_view text) { return holds ? Texts{} : Texts{std::string(text)}; }

// One sentence per missing thing: "<what>: <remedy>".
Texts Each(const std::vector<std::string>& missing, absl::string_view remedy) {
  Texts texts;
  for (const std::string& what : missing) texts.push_back(absl::StrCat(what, ": ", remedy));
  return texts;
}

Texts ActorRole(const GuardInput& in) {
  return Unless(in.row.actors.Intersects(in.request.actors),
                absl::StrCat("`", in.row.transition->trigger(), "` is for ", DescribeActors(in.row.actors), "; you act as ",
                             DescribeActors(in.request.actors), ": ask somebody with that role"));
}

Texts OfferAccepted(const GuardInput& in) {
  const OrderFacts& facts = in.facts;
  if (facts.current_revision.empty()) return {"the order has no priced revision yet: wait for an offer or make a quote"};
  const std::string& accepted = in.request.revision.empty() ? facts.accepted_revision : in.request.revision;
  if (accepted.empty()) {
    return {absl::StrCat("nothing was accepted yet: send the hash of the current revision, ", facts.current_revision)};
  }
  return Unless(accepted == facts.current_revision,
                absl::StrCat("the accepted revision ", accepted.substr(0, 64), " was superseded: review and accept ",
                             facts.current_revision));
}

Texts OfferNotExpired(const GuardInput& in) {
  return Unless(in.request.now <= in.facts.offer_expires_at,
                absl::StrCat("the quote or offer expired at ",
                             absl::FormatTime(absl::RFC3339_sec, in.facts.offer_expires_at, absl::UTCTimeZone()),
                             ": ask for a renewal, which is priced anew"));
}

Texts LinesPriced(const GuardInput& in) {
  return Each(in.facts.unpriced_lines, "has no price yet: set one or ask the shop to");
}

Texts FilesValid(const GuardInput& in) {
  return Each(in.facts.blocking_files, "upload what is missing or a corrected file");
}

Texts ProductsAvailable(const GuardInput& in) {
  return Each(in.facts.unavailable_products, "choose another product or ask the seller to offer it");
}

Texts B2bMembership(const GuardInput& in) {
  const std::string rule = in.facts.buyer_rule.empty() ? "the seller takes orders of companies only" : in.facts.buyer_rule;
  return Unless(in.facts.buyer_allowed, absl::StrCat(rule, ": order as a member of an accepted company"));
}

Texts TermsMet(const GuardInput& in) {
  const OrderFacts& facts = in.facts;
  return Unless(PaymentTermsMet(facts.payment, facts.terms, facts.po.accepted),
                absl::StrCat("the payment terms are not met, ", facts.payment.balance_minor,
                             " minor units are open: record the payment or accept a purchase order"));
}

Texts NoOpenHold(const GuardInput& in) {
  Texts texts;
  for (const Hold& hold : in.facts.holds) {
    if (hold.open()) texts.push_back(absl::StrCat("hold ", hold.id, " is open (", hold.public_reason, "): lift it first"));
  }
  return texts;
}

Texts ReasonGiven(const GuardInput& in) {
  return Unless(!absl::StripAsciiWhitespace(in.request.reason).empty(), "a reason is needed: send `reason`");
}

Texts PoCovering(const GuardInput& in) {
  const PurchaseOrderFacts& po = in.facts.po;
  if (!po.recorded) return {"no purchase order is recorded: record its number and amount"};
  const int64_t total = in.facts.payment.total_minor;
  return Unless(po.coverage_waived || po.covers_minor >= total,
                absl::StrCat("the purchase order covers ", po.covers_minor, " of ", total,
                             " minor units: send one that covers the order, or ask the shop to waive the rest"));
}

Texts QuantitiesMade(const GuardInput& in) {
  return Each(in.facts.missing_quantities, "record it as made, or cancel the quantity");
}

Texts PapersIssued(const GuardInput& in) {
  return Each(in.facts.missing_papers, "this paper must be issued first: ask for it or complete its facts");
}

Texts PaidBeforeShipping(const GuardInput& in) {
  return Unless(!in.facts.pay_before_shipping || in.facts.payment.settled(),
                absl::StrCat("the shop hands goods over only when they are paid, ", in.facts.payment.balance_minor,
                             " minor units are open: record the payment first"));
}

Texts EvidenceGiven(const GuardInput& in) {
  return Unless(!in.request.evidence.empty(),
                "acceptance on behalf of the customer needs evidence: send `evidence`, a note or a file");
}

Texts SettlementGiven(const GuardInput& in) {
  return Unless(in.facts.payment.net_minor <= 0 || in.request.settlement != Settlement::kUnspecified,
                absl::StrCat(in.facts.payment.net_minor, " minor units are captured: send `settlement`: REFUND_NOW, "
                                                         "REFUND_LATER or RETAIN"));
}

Texts NoCapturedMoney(const GuardInput& in) {
  return Unless(in.facts.payment.net_minor <= 0,
                "money is captured, so nothing cancels by itself: the shop decides with a settlement");
}

Texts OfferExpired(const GuardInput& in) {
  return Unless(in.request.now > in.facts.offer_expires_at,
                "the offer is still valid: accept it, or use `request_changes`");
}

Texts OfferLapsed(const GuardInput& in) {
  return Unless(in.facts.offer_lapsed, "the offer has not lapsed yet: wait, or cancel with a reason");
}

Texts PaymentDemandedFirst(const GuardInput& in) {
  return Unless(in.facts.payment_demanded_first, "this shop does not ask for payment first: use `request_payment` as staff");
}

Texts PaymentTermsOpen(const GuardInput& in) {
  return Unless(!PaymentTermsMet(in.facts.payment, in.facts.terms, in.facts.po.accepted),
                "the payment terms are met: release the order");
}

Texts ReleaseAutomatic(const GuardInput& in) {
  return Unless(in.facts.release_automatic, "this shop prepares files by hand: staff releases the order");
}

Texts StockLinesOnly(const GuardInput& in) {
  return Unless(in.facts.stock_lines_only, "something has to be made: start manufacturing first");
}

Texts ScrapRecorded(const GuardInput& in) {
  const bool given = in.request.scrap_recorded || !absl::StripAsciiWhitespace(in.request.reason).empty();
  return Unless(given, "what is made again must be recorded: send quantity and scrap reason per line, or a reason for all");
}

Texts AllCollected(const GuardInput& in) {
  const OrderFacts& facts = in.facts;
  return Unless(facts.pieces_collected == 0 || facts.pieces_collected >= facts.pieces_ordered,
                absl::StrCat("only ", facts.pieces_collected, " of ", facts.pieces_ordered,
                             " pieces are collected: record the rest first"));
}

Texts DeliveryDueOrReported(const GuardInput& in) {
  return Unless(in.facts.delivery_due || in.facts.delivery_reported,
                "nobody reported the delivery and its time has not passed: wait, or set Delivered as staff");
}

// Nothing limits a move whose definition sets the window to 0.
bool Within(const GuardInput& in, absl::Duration window) {
  return window == absl::ZeroDuration() || in.request.now <= in.facts.state_entered_at + window;
}

Texts WithinReopenWindow(const GuardInput& in) {
  const int days = in.workflow.definition().limits().reopen_days();
  return Unless(Within(in, absl::Hours(24) * days),
                absl::StrCat("reopening is possible for ", days, " days: open a claim or a linked order instead"));
}

Texts WithinUndoWindow(const GuardInput& in) {
  const int hours = in.workflow.definition().limits().undo_cancel_hours();
  return Unless(Within(in, absl::Hours(hours)),
                absl::StrCat("a cancel can be undone for ", hours, " hours: reorder instead"));
}

Texts NothingRefunded(const GuardInput& in) {
  return Unless(in.facts.refunded_since_cancel_at == absl::InfiniteFuture(),
                "money was refunded or credited after the cancel: reorder instead");
}

Texts PartnerRulesMet(const GuardInput& in) {
  return Unless(in.facts.partner_rules_met, "the rules of this partner do not approve it by themselves: the center decides");
}

Texts ParentCancelled(const GuardInput& in) {
  return Unless(in.facts.parent_cancelled, "its parent order is not cancelled: nothing to withdraw automatically");
}

Texts ErpRemovalRejects(const GuardInput& in) {
  return Unless(in.facts.erp.removal_rejects,
                "here a removed ZK does not reject the order, it is recorded and reported: set `removal_rejects`");
}

Texts ErpEditionEntitled(const GuardInput& in) {
  const std::string& licence = in.facts.erp.missing_licence;
  return Unless(in.facts.erp.edition_entitled,
                absl::StrCat("this edition of the ERP sets no extended statuses: it needs ",
                             licence.empty() ? "an edition with flags" : licence));
}

Texts ErpDocumentRemoved(const GuardInput& in) {
  return Unless(in.facts.erp.document_removed, "its ZK exists: cancel in the ERP, and the status follows");
}

constexpr Guard kGuards[] = {
    // The published fourteen.
    {"actor_role", true, false, "the caller's role may ask for this move", ActorRole},
    {"offer_accepted", true, true, "the accepted revision is the current one", OfferAccepted},
    {"offer_not_expired", true, false, "the quote or offer is still valid", OfferNotExpired},
    {"lines_priced", true, false, "every line has a price", LinesPriced},
    {"files_valid", true, false, "files are valid and complete", FilesValid},
    {"products_available", true, false, "every product is available at the seller", ProductsAvailable},
    {"b2b_membership", true, false, "the buyer is of a kind that the seller takes", B2bMembership},
    {"payment_terms_met", true, false, "paid, deposit paid, PO accepted, on account in limit, or total 0", TermsMet},
    {"no_open_hold", true, false, "no hold is open", NoOpenHold},
    {"reason_given", true, true, "a reason is given", ReasonGiven},
    {"po_covering", true, false, "a purchase order is recorded and covers the order", PoCovering},
    {"quantities_made", true, false, "every ordered piece is made", QuantitiesMade},
    {"papers_issued", true, false, "the papers that travel with the goods are issued", PapersIssued},
    {"paid_before_shipping", true, false, "paid, where the shop demands it before handing over", PaidBeforeShipping},
    // Conditions of single moves.
    {"evidence_given", false, true, "evidence of the customer's agreement is given", EvidenceGiven},
    {"settlement_given", false, true, "the treatment of captured money is given", SettlementGiven},
    {"scrap_recorded", false, true, "what is made again, and why, is recorded", ScrapRecorded},
    {"no_captured_money", false, false, "no money is captured", NoCapturedMoney},
    {"offer_expired", false, false, "the offer has expired", OfferExpired},
    {"offer_lapsed", false, false, "the offer lapsed some days after its expiry", OfferLapsed},
    {"payment_demanded_first", false, false, "the shop asks for payment first", PaymentDemandedFirst},
    {"payment_terms_open", false, false, "the payment terms are not met", PaymentTermsOpen},
    {"release_automatic", false, false, "the shop releases orders automatically", ReleaseAutomatic},
    {"stock_lines_only", false, false, "nothing has to be made", StockLinesOnly},
    {"all_collected", false, false, "all pieces are collected", AllCollected},
    {"delivery_due_or_reported", false, false, "delivery was reported or its time has passed", DeliveryDueOrReported},
    {"within_reopen_window", false, false, "the order was delivered recently", WithinReopenWindow},
    {"within_undo_window", false, false, "the order was cancelled recently", WithinUndoWindow},
    {"nothing_refunded", false, false, "nothing was refunded or credited since the cancel", NothingRefunded},
    {"partner_rules_met", false, false, "the partner's rules approve it", PartnerRulesMet},
    {"parent_cancelled", false, false, "the parent of this add-on order was cancelled", ParentCancelled},
    {"erp_removal_rejects", false, false, "a removed ZK rejects the order here", ErpRemovalRejects},
    {"erp_edition_entitled", false, false, "the ERP's edition may set extended statuses", ErpEditionEntitled},
    {"erp_document_removed", false, false, "the order's ZK was removed", ErpDocumentRemoved},
};

}  // namespace

std::span<const Guard> AllGuards() { return kGuards; }

const Guard* FindGuard(absl::string_view name) {
  const auto* it = std::find_if(std::begin(kGuards), std::end(kGuards), [&](const Guard& g) { return g.name == name; });
  return it == std::end(kGuards) ? nullptr : it;
}

const std::string& KnownGuards() {
  static const std::string& known = *new std::string(absl::StrJoin(
      kGuards, ", ", [](std::string* out, const Guard& guard) { absl::StrAppend(out, guard.name); }));
  return known;
}

std::vector<Refusal> CheckGuard(const Guard& guard, const GuardInput& input) {
  std::vector<Refusal> refusals;
  for (std::string& text : guard.check(input)) {
    refusals.push_back({std::string(guard.name), input.facts.name, std::move(text)});
  }
  return refusals;
}

}  // namespace millwright::orders
