// Draws a workflow, so that people can look at it: as DOT text for Graphviz and as SVG text for a browser.
//
// Both are functions of the definition alone: the same definition gives the same bytes, so a drawing kept in the docs
// can be checked to be current. Thread-safety: pure functions.
#ifndef MILLWRIGHT_SERVICES_ORDERS_DOMAIN_DIAGRAM_H_
#define MILLWRIGHT_SERVICES_ORDERS_DOMAIN_DIAGRAM_H_

#include <string>

#include "absl/strings/string_view.h"
#include "services/orders/domain/workflow.h"

namespace millwright::orders {

// One box per state (hidden ones dashed, ends with a double border), one arrow per pair of states with its triggers.
// `language` chooses the names.
std::string DrawDot(const Workflow& workflow, absl::string_view language);

// A self-contained SVG: states in columns by their distance from a new order, arrows labelled with triggers.
std::string DrawSvg(const Workflow& workflow, absl::string_view language);

}  // namespace millwright::orders

#endif  // MILLWRIGHT_SERVICES_ORDERS_DOMAIN_DIAGRAM_H_
