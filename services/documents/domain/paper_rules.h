// Which papers an order gets, and when: the paper rules of the workflow definitions, as data.
//
// Thread-safety: immutable after construction.
#ifndef MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_PAPER_RULES_H_
#define MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_PAPER_RULES_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "millwright/documents/v1/documents_service.pb.h"
#include "millwright/internal/orders/v1/order_event.pb.h"
#include "millwright/orders/v1/workflow.pb.h"

namespace millwright::documents {

using Kind = documents::v1::Document::Kind;

// The kind that a rule's `paper` names ("order_form", "declaration", "invoice", "pro_forma", "offer");
// KIND_UNSPECIFIED for papers this service does not print.
Kind KindOfPaper(absl::string_view paper);
// The name that orders knows the paper by: "order_form", "statement", "invoice", ...
absl::string_view PaperName(Kind kind);
// Prefix of the number series: "INV".
absl::string_view SeriesPrefix(Kind kind);

// A paper that an event calls for. `revision` tells the offers of one order apart; 0 for the other kinds.
struct PaperRequest {
  Kind kind;
  int32_t revision = 0;
  friend bool operator==(const PaperRequest&, const PaperRequest&) = default;
};

// The built-in workflow whose papers the order gets: a company's own workflow follows its base.
const std::string& WorkflowOfRules(const millwright::orders::v1::Order& order);

class PaperRules {
 public:
  // INVALID_ARGUMENT if a text is no WorkflowDefinition.
  static absl::StatusOr<PaperRules> Parse(const std::vector<std::string>& textprotos);

  // What the event calls for. Asking twice for the same paper is harmless: an order gets each once.
  std::vector<PaperRequest> For(absl::string_view event_type, const internal::orders::v1::OrderEvent& event) const;

  // Whether the paper may be asked for before its status: rules marked `on_demand`; pro forma always.
  bool OnDemand(absl::string_view workflow, Kind kind) const;

 private:
  std::map<std::string, millwright::orders::v1::WorkflowDefinition> workflows_;
};

}  // namespace millwright::documents

#endif  // MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_PAPER_RULES_H_
