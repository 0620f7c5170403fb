#include "services/documents/domain/paper_rules.h"

#include <algorithm>

#include "common/errors/error.h"
#include "google/protobuf/text_format.h"

namespace millwright::documents {
namespace {

using millwright::orders::v1::Order;
using millwright::orders::v1::PaperRule;

// Moves come under several types ("order.shipment_recorded" too): the history entry says whether it was one.
bool EntersState(absl::string_view event_type, const internal::orders::v1::OrderEvent& event) {
  return event_type == "order.created" || event_type == "order.state_changed" ||
         event.entry().state_before() != event.entry().state_after();
}

bool Names(const PaperRule& rule, const std::string& state) {
  return std::find(rule.on_entry().begin(), rule.on_entry().end(), state) != rule.on_entry().end();
}

// A statement that the lab draws up itself is not ours to issue.
bool IssuedElsewhere(Kind kind, const Order& order) {
  return kind == v1::Document::STATEMENT && order.lab_issues_statement();
}

}  // namespace

Kind KindOfPaper(absl::string_view paper) {
  if (paper == "order_form") return v1::Document::ORDER_FORM;
  if (paper == "declaration" || paper == "statement") return v1::Document::STATEMENT;
  if (paper == "invoice") return v1::Document::INVOICE;
  if (paper == "pro_forma") return v1::Document::PRO_FORMA;
  if (paper == "offer") return v1::Document::OFFER;
  return v1::Document::KIND_UNSPECIFIED;
}

absl::string_view PaperName(Kind kind) {
  switch (kind) {
    case v1::Document::ORDER_FORM: return "order_form";
    case v1::Document::STATEMENT: return "statement";
    case v1::Document::INVOICE: return "invoice";
    case v1::Document::PRO_FORMA: return "pro_forma";
    case v1::Document::OFFER: return "offer";
    default: return "";
  }
}

absl::string_view SeriesPrefix(Kind kind) {
  switch (kind) {
    case v1::Document::ORDER_FORM: return "OF";
    case v1::Document::STATEMENT: return "ST";
    case v1::Document::INVOICE: return "INV";
    case v1::Document::PRO_FORMA: return "PF";
    case v1::Document::OFFER: return "OFR";
    default: return "";
  }
}

absl::StatusOr<PaperRules> PaperRules::Parse(const std::vector<std::string>& textprotos) {
  PaperRules rules;
  for (const std::string& text : textprotos) {
    millwright::orders::v1::WorkflowDefinition definition;
    if (!google::protobuf::TextFormat::ParseFromString(text, &definition) || definition.id().empty()) {
      return Error::InvalidArgument("WORKFLOW_SYNTAX", "a workflow definition can't be read");
    }
    rules.workflows_[definition.id()] = std::move(definition);
  }
  return rules;
}

const std::string& WorkflowOfRules(const Order& order) {
  return order.base_workflow().empty() ? order.workflow() : order.base_workflow();
}

std::vector<PaperRequest> PaperRules::For(absl::string_view event_type,
                                          const internal::orders::v1::OrderEvent& event) const {
  std::vector<PaperRequest> papers;
  const Order& order = event.order();
  if (event_type == "order.offer_sent" && order.offer_revision() > 0) {
    papers.push_back({v1::Document::OFFER, order.offer_revision()});
  }
  auto workflow = workflows_.find(WorkflowOfRules(order));
  if (workflow == workflows_.end() || !EntersState(event_type, event)) return papers;
  const std::string& state = event.entry().state_after().empty() ? order.state() : event.entry().state_after();
  for (const PaperRule& rule : workflow->second.paper_rules()) {
    Kind kind = KindOfPaper(rule.paper());
    bool ours = kind != v1::Document::KIND_UNSPECIFIED && kind != v1::Document::OFFER;  // offers: see above
    if (ours && Names(rule, state) && !IssuedElsewhere(kind, order)) papers.push_back({kind, 0});
  }
  return papers;
}

bool PaperRules::OnDemand(absl::string_view workflow, Kind kind) const {
  if (kind == v1::Document::PRO_FORMA) return true;
  auto found = workflows_.find(std::string(workflow));
  if (found == workflows_.end()) return false;
  return std::any_of(found->second.paper_rules().begin(), found->second.paper_rules().end(),
                     [&](const PaperRule& rule) { return KindOfPaper(rule.paper()) == kind && rule.on_demand(); });
}

}  // namespace millwright::documents
