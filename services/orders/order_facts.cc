#include "services/orders/order_facts.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/ids/ids.h"
#include "common/money/currency.h"
#include "common/money/proto.h"

namespace millwright::orders {
namespace {

constexpr char kSystem[] = "system";

std::vector<Hold> HoldsOf(const OrderRecord& record) {
  std::vector<Hold> holds;
  for (int i = 0; i < record.order().holds_size(); ++i) {
    const v1::Hold& proto = record.order().holds(i);
    Hold hold;
    hold.id = std::string(LastSegment(proto.name()));
    hold.public_reason = proto.public_reason();
    hold.internal_reason = proto.internal_reason();
    hold.owner = proto.owner();
    hold.opened_at = FromTimestamp(proto.create_time());
    if (proto.has_lift_time()) hold.lifted_at = FromTimestamp(proto.lift_time());
    if (i < record.holds_size()) {
      hold.kind = record.holds(i).kind();
      hold.lifted_by = record.holds(i).lifted_by();
    }
    holds.push_back(std::move(hold));
  }
  return holds;
}

void StoreHolds(const std::vector<Hold>& holds, OrderRecord& record) {
  record.mutable_order()->clear_holds();
  record.clear_holds();
  for (const Hold& hold : holds) {
    v1::Hold& proto = *record.mutable_order()->add_holds();
    proto.set_name(absl::StrCat(record.order().name(), "/holds/", hold.id));
    proto.set_public_reason(hold.public_reason);
    proto.set_internal_reason(hold.internal_reason);
    proto.set_owner(hold.owner.empty() ? kSystem : hold.owner);
    *proto.mutable_create_time() = ToTimestamp(hold.opened_at);
    if (!hold.open()) *proto.mutable_lift_time() = ToTimestamp(hold.lifted_at);
    record.add_holds()->set_kind(hold.kind);
    record.mutable_holds(record.holds_size() - 1)->set_lifted_by(hold.lifted_by);
  }
}

// Which of two ready states the lines mean, if a workflow has both.
std::string PreferredReady(const OrderRecord& record) {
  return absl::StrContains(record.order().state(), "PICKUP") ? record.order().state() : "";
}

void FillOffer(const OrderRecord& record, OrderFacts& facts) {
  const v1::Order& order = record.order();
  facts.current_revision = order.revision_hash();
  facts.accepted_revision = record.accepted_hash();
  if (order.has_offer_expire_time()) facts.offer_expires_at = FromTimestamp(order.offer_expire_time());
  facts.offer_expired = record.offer_expired();
  facts.offer_lapsed = record.offer_lapsed();
  for (const v1::OrderLine& line : order.lines()) {
    if (line.to_be_determined()) {
      facts.unpriced_lines.push_back(absl::StrCat("line ", line.number(), " (", line.title(), ")"));
    }
  }
}

void FillMoney(const Workflow& workflow, const OrderRecord& record, OrderFacts& facts) {
  const v1::Order& order = record.order();
  facts.payment = LedgerOf(record).Summarize(ExpectationOf(workflow, record));
  facts.po_due = order.po_due();
  if (order.has_payment_due_time()) facts.payment_due_at = FromTimestamp(order.payment_due_time());
  facts.po.recorded = !record.po().number().empty();
  facts.po.accepted = record.po().accepted();
  facts.po.covers_minor = record.po().covers_minor();
  if (record.refunded_since_cancel_us() != 0) {
    facts.refunded_since_cancel_at = absl::FromUnixMicros(record.refunded_since_cancel_us());
  }
}

// Papers that the workflow demands before the states that follow, and that are not issued yet. The invoice and the
// delivery note of a job shop are printed on demand and guard nothing that documents does not announce.
void FillPapers(const Workflow& workflow, const OrderRecord& record, OrderFacts& facts) {
  for (const v1::PaperRule& rule : workflow.definition().paper_rules()) {
    if (rule.required_before().empty()) continue;
    const bool by_lab = rule.paper() == "statement" && record.order().lab_issues_statement();
    const auto& issued = record.order().issued_papers();
    if (by_lab || std::find(issued.begin(), issued.end(), rule.paper()) != issued.end()) continue;
    std::string text = rule.paper();
    for (const std::string& missing : record.order().missing_for_papers()) {
      if (absl::StartsWith(missing, rule.paper())) text = missing;
    }
    facts.missing_papers.push_back(text);
  }
}

// The clock runs from the agreement until everything was shipped.
void RefreshDeadline(const Workflow& workflow, v1::Order& order) {
  const v1::State* state = workflow.FindState(order.state());
  const bool runs = state != nullptr && IsOpen(*state) && state->implies_acceptance() && order.has_promised_time() &&
                    state->rank() / 10 < static_cast<int>(Stage::kShipped);
  if (!runs) order.set_deadline(v1::Order::DEADLINE_UNSPECIFIED);
  if (runs && order.deadline() == v1::Order::DEADLINE_UNSPECIFIED) order.set_deadline(v1::Order::ON_TRACK);
}

}  // namespace

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  google::protobuf::Timestamp proto;
  const int64_t micros = absl::ToUnixMicros(time);
  const int64_t seconds = absl::ToUnixSeconds(time);
  proto.set_seconds(seconds);
  proto.set_nanos(static_cast<int32_t>((micros - seconds * 1'000'000) * 1000));
  return proto;
}

absl::Time FromTimestamp(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

int64_t MinorOf(const google::type::Money& money) {
  const auto parsed = FromProto(money, "amount");
  return parsed.ok() ? parsed->minor_units : 0;
}

google::type::Money MoneyOf(int64_t minor, absl::string_view currency) {
  const auto parsed = Currency::Parse(currency);
  return parsed.ok() ? ToProto(Money{minor, *parsed}) : google::type::Money();
}

std::vector<LineLedger> LinesOf(const OrderRecord& record) {
  std::vector<LineLedger> lines;
  for (int i = 0; i < record.lines_size(); ++i) {
    const auto& row = record.lines(i);
    std::array<int64_t, kStages> at{};
    for (int stage = 0; stage < std::min(row.at_size(), kStages); ++stage) at[stage] = row.at(stage);
    auto line = LineLedger::Restore(absl::StrCat(i + 1), row.to_make(), row.ordered(), row.cancelled(), row.scrapped(), at);
    if (line.ok()) lines.push_back(*std::move(line));
  }
  return lines;
}

void StoreLines(const std::vector<LineLedger>& lines, OrderRecord& record) {
  record.clear_lines();
  for (size_t i = 0; i < lines.size(); ++i) {
    const LineLedger& line = lines[i];
    auto& row = *record.add_lines();
    for (int stage = 1; stage <= kStages; ++stage) row.add_at(line.at(static_cast<Stage>(stage)));
    row.set_ordered(line.ordered());
    row.set_cancelled(line.cancelled());
    row.set_scrapped(line.scrapped());
    row.set_to_make(line.to_make());
    if (static_cast<int>(i) >= record.order().lines_size()) continue;
    v1::OrderLine& shown = *record.mutable_order()->mutable_lines(static_cast<int>(i));
    shown.set_made_quantity(static_cast<int32_t>(line.made()));
    shown.set_scrapped_quantity(static_cast<int32_t>(line.scrapped()));
    shown.set_shipped_quantity(static_cast<int32_t>(line.shipped()));
    shown.set_cancelled_quantity(static_cast<int32_t>(line.cancelled()));
  }
}

PaymentLedger LedgerOf(const OrderRecord& record) {
  std::vector<LedgerEntry> entries;
  for (const auto& row : record.ledger()) {
    LedgerEntry entry;
    entry.id = std::string(LastSegment(row.payment().name()));
    entry.amount_minor = row.amount_minor();
    entry.refers_to = row.refers_to();
    entry.at = FromTimestamp(row.payment().create_time());
    switch (row.payment().kind()) {
      case v1::Payment::REFUNDED: entry.kind = LedgerEntry::Kind::kRefunded; break;
      case v1::Payment::MANUAL: entry.kind = LedgerEntry::Kind::kManual; break;
      case v1::Payment::REVERSED: entry.kind = LedgerEntry::Kind::kReversed; break;
      case v1::Payment::CHARGEBACK: entry.kind = LedgerEntry::Kind::kChargeback; break;
      case v1::Payment::CHARGEBACK_WON: entry.kind = LedgerEntry::Kind::kChargebackWon; break;
      case v1::Payment::WRITTEN_OFF: entry.kind = LedgerEntry::Kind::kWrittenOff; break;
      default: entry.kind = LedgerEntry::Kind::kCaptured;
    }
    entries.push_back(std::move(entry));
  }
  return PaymentLedger(std::move(entries));
}

PaymentExpectation ExpectationOf(const Workflow& workflow, const OrderRecord& record) {
  PaymentExpectation expectation;
  expectation.total_minor = MinorOf(record.order().gross());
  const v1::State* state = workflow.FindState(record.order().state());
  expectation.confirmed = state != nullptr && state->implies_acceptance();
  expectation.cancelled = workflow.IsCancelled(record.order().state());
  expectation.retained_minor = record.retained_minor();
  return expectation;
}

OrderFacts FactsOf(const Workflow& workflow, const OrderRecord& record) {
  OrderFacts facts;
  facts.name = record.order().name();
  facts.state = record.order().state().empty() ? kNewState : record.order().state();
  facts.previous_state = record.previous_state();
  facts.state_entered_at = absl::FromUnixMicros(record.state_entered_us());
  for (const auto& [state, count] : record.entries()) facts.entered.insert(state);
  FillOffer(record, facts);
  FillMoney(workflow, record, facts);
  facts.holds = HoldsOf(record);
  FillLineFacts(workflow, LinesOf(record), PreferredReady(record), facts);
  FillPapers(workflow, record, facts);
  facts.delivery_reported = record.delivery_reported();
  facts.delivery_due = record.delivery_due();
  facts.release_automatic = !record.terms().manual_release();
  facts.payment_demanded_first = record.terms().payment_first();
  facts.pay_before_shipping = record.terms().pay_before_shipping();
  facts.deadline = record.order().deadline();
  if (record.order().has_promised_time()) facts.due_at = FromTimestamp(record.order().promised_time());
  facts.fact_count = record.fact_count();
  facts.suppressed_state = record.suppressed_state();
  facts.suppressed_at = record.suppressed_at();
  return facts;
}

void StoreFacts(const OrderFacts& facts, OrderRecord& record) {
  record.mutable_order()->set_state(facts.state);
  record.set_previous_state(facts.previous_state);
  record.set_state_entered_us(absl::ToUnixMicros(facts.state_entered_at));
  record.set_accepted_hash(facts.accepted_revision);
  record.set_offer_expired(facts.offer_expired);
  record.set_offer_lapsed(facts.offer_lapsed);
  record.set_delivery_reported(facts.delivery_reported);
  record.set_delivery_due(facts.delivery_due);
  record.set_fact_count(facts.fact_count);
  record.set_suppressed_state(facts.suppressed_state);
  record.set_suppressed_at(facts.suppressed_at);
  StoreHolds(facts.holds, record);
}

void RefreshOrder(const Workflow& workflow, OrderRecord& record) {
  RefreshDeadline(workflow, *record.mutable_order());
  const OrderFacts facts = FactsOf(workflow, record);
  v1::Order& order = *record.mutable_order();
  const DisplayedStatus status = Display(workflow, facts, "en");
  order.set_displayed_status(status.text);
  v1::Order::PaymentState payment = v1::Order::UNPAID;
  v1::Order::PaymentState_Parse(status.payment, &payment);
  order.set_payment_state(payment);
  *order.mutable_balance() = MoneyOf(facts.payment.balance_minor, order.gross().currency_code());
  order.clear_badges();
  for (const Badge& badge : status.badges) order.add_badges(badge.text);
}

OfferContent ContentOf(const OrderRecord& record) {
  const v1::Order& order = record.order();
  OfferContent content;
  content.order = order.name();
  content.currency = order.gross().currency_code();
  content.tax_minor = MinorOf(order.tax());
  content.total_minor = MinorOf(order.gross());
  content.delivery_terms = order.shipping_address().SerializeAsString();
  content.notes = order.notes();
  content.terms_version = order.quote_hash();
  if (order.has_promised_time()) content.promised_at = FromTimestamp(order.promised_time());
  for (const v1::OrderLine& line : order.lines()) {
    OfferLine offered;
    offered.id = absl::StrCat(line.number());
    offered.description = absl::StrCat(line.title(), "\n", line.material_title(), "\n", line.process(), "\n", line.product());
    offered.quantity = line.quantity() - line.cancelled_quantity();
    offered.net_minor = MinorOf(line.net());
    offered.configuration = absl::StrCat(line.unit_price(), "\n", line.tax_rate(), "\n", line.part().SerializeAsString());
    offered.priced = !line.to_be_determined();
    if (!line.file_sha256().empty()) offered.files.push_back({line.file_name(), line.file_sha256()});
    content.lines.push_back(std::move(offered));
  }
  return content;
}

absl::Status CheckMetadata(const google::protobuf::Map<std::string, std::string>& metadata) {
  const auto bad = [](absl::string_view what) {
    return Error::InvalidArgument("METADATA_INVALID", "the metadata can't be kept").Field("metadata", what).Build();
  };
  if (metadata.size() > kMaxMetadata) return bad(absl::StrCat("at most ", kMaxMetadata, " pairs are allowed"));
  for (const auto& [key, value] : metadata) {
    const bool fits = !key.empty() && key.size() <= kMaxMetadataKeyBytes && std::all_of(key.begin(), key.end(), [](char c) {
      return absl::ascii_islower(static_cast<unsigned char>(c)) || absl::ascii_isdigit(static_cast<unsigned char>(c)) || c == '_' ||
             c == '-';
    });
    if (!fits) return bad(absl::StrCat("`", key.substr(0, 64), "`: keys are 1 to 63 of a-z, 0-9, `_` and `-`"));
    if (value.size() > kMaxMetadataValueBytes) return bad(absl::StrCat("`", key, "` is longer than 255 bytes"));
  }
  return absl::OkStatus();
}

HistoryEntry HistoryFromProto(const v1::HistoryEntry& proto) {
  HistoryEntry entry;
  entry.sequence = proto.sequence();
  entry.at = FromTimestamp(proto.time());
  entry.actor = proto.actor();
  entry.role = proto.actor_role();
  entry.trigger = proto.action();
  entry.from_state = proto.state_before();
  entry.to_state = proto.state_after();
  entry.from_displayed = proto.displayed_before();
  entry.to_displayed = proto.displayed_after();
  entry.reason = proto.reason();
  entry.request_id = proto.request_id();
  entry.trace_id = proto.trace_id();
  entry.marks = proto.is_override() ? "override" : "";
  entry.after = proto.details();
  entry.previous_hash = proto.previous_hash();
  entry.hash = proto.hash();
  return entry;
}

v1::HistoryEntry HistoryToProto(const HistoryEntry& entry) {
  v1::HistoryEntry proto;
  proto.set_sequence(entry.sequence);
  *proto.mutable_time() = ToTimestamp(entry.at);
  proto.set_actor(entry.actor);
  proto.set_actor_role(entry.role);
  proto.set_action(entry.trigger);
  proto.set_state_before(entry.from_state);
  proto.set_state_after(entry.to_state);
  proto.set_displayed_before(entry.from_displayed);
  proto.set_displayed_after(entry.to_displayed);
  proto.set_reason(entry.reason);
  proto.set_request_id(entry.request_id);
  proto.set_trace_id(entry.trace_id);
  proto.set_is_override(entry.marks == "override");
  proto.set_details(entry.after);
  proto.set_previous_hash(entry.previous_hash);
  proto.set_hash(entry.hash);
  return proto;
}

}  // namespace millwright::orders
