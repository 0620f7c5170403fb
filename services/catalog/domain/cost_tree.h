// The cost tree of a price: why an amount is what it is, adding up to the minor unit by construction.
//
// Leaves carry amounts for the whole line quantity; an inner node is the exact sum of its children. Rounding happened
// once, at the leaf. Every node names the rule and version that made it and the inputs it used.
#ifndef MILLWRIGHT_SERVICES_CATALOG_DOMAIN_COST_TREE_H_
#define MILLWRIGHT_SERVICES_CATALOG_DOMAIN_COST_TREE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace millwright::catalog {

struct CostInput {
  std::string name;   // "density"
  std::string value;  // "1.29 g/cm3"
};
template <typename V>
void Describe(V& v, CostInput& i) {
  v("name", i.name);
  v("value", i.value);
}

// Who may see a node: everybody who may see a narrower one may see a wider one.
enum class Audience : int64_t { kCustomer = 0, kShop = 1, kAuditor = 2 };

struct CostNode {
  std::string id;     // unique among its siblings: "material"
  std::string label;  // for people, English
  int64_t amount_minor = 0;
  std::string rule_id;  // "" where no rule was applied (a sum)
  int64_t rule_version = 0;
  int64_t audience = 0;  // an Audience
  std::string note;      // what a person should know: "the tenth piece is free"
  std::vector<CostInput> inputs;
  std::vector<CostNode> children;
};
template <typename V>
void Describe(V& v, CostNode& n) {
  v("id", n.id);
  v("label", n.label);
  v("amount_minor", n.amount_minor);
  v("rule_id", n.rule_id);
  v("rule_version", n.rule_version);
  v("audience", n.audience);
  v("note", n.note);
  v("inputs", n.inputs);
  v("children", n.children);
}

// An inner node over `children`; MONEY_OVERFLOW if their sum does not fit.
absl::StatusOr<CostNode> SumNode(absl::string_view id, absl::string_view label, std::vector<CostNode> children);
// INTERNAL if any inner node is not the sum of its children: never true of trees made here, checked when one is read.
absl::Status CheckSums(const CostNode& node);
// What `audience` may see. The amounts stay exact sums: where any child is hidden, all of its siblings are folded into
// their parent. Rule ids and versions are for auditors; inputs are for the shop and for auditors.
CostNode ViewFor(const CostNode& node, Audience audience);
// The descendant at a path of ids, "lines/line-1/unit/material"; nullptr if absent.
const CostNode* FindNode(const CostNode& root, absl::string_view path);

// One difference between two trees, by the path of the node. Absent amounts are nodes that only one tree has.
struct CostDifference {
  std::string path;
  std::string was, now;  // "1250 by rule@3" (minor units), or "absent"
};
std::vector<CostDifference> CompareTrees(const CostNode& was, const CostNode& now);

}  // namespace millwright::catalog

#endif  // MILLWRIGHT_SERVICES_CATALOG_DOMAIN_COST_TREE_H_
