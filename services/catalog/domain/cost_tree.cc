#include "services/catalog/domain/cost_tree.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/errors/error.h"
#include "common/money/money.h"

namespace millwright::catalog {
namespace {

std::string Show(const CostNode& node) {
  return node.rule_id.empty() ? absl::StrCat(node.amount_minor)
                              : absl::StrCat(node.amount_minor, " by ", node.rule_id, "@", node.rule_version);
}

const CostNode* ChildOf(const CostNode& node, absl::string_view id) {
  auto it = std::find_if(node.children.begin(), node.children.end(), [&](const CostNode& c) { return c.id == id; });
  return it == node.children.end() ? nullptr : &*it;
}

void Compare(const std::string& path, const CostNode& was, const CostNode& now, std::vector<CostDifference>& out) {
  if (was.amount_minor != now.amount_minor || was.rule_id != now.rule_id || was.rule_version != now.rule_version) {
    out.push_back({path, Show(was), Show(now)});
  }
  for (const CostNode& child : was.children) {
    std::string child_path = path.empty() ? child.id : absl::StrCat(path, "/", child.id);
    const CostNode* other = ChildOf(now, child.id);
    if (other == nullptr) {
      out.push_back({child_path, Show(child), "absent"});
    } else {
      Compare(child_path, child, *other, out);
    }
  }
  for (const CostNode& child : now.children) {
    if (ChildOf(was, child.id) == nullptr) {
      out.push_back({path.empty() ? child.id : absl::StrCat(path, "/", child.id), "absent", Show(child)});
    }
  }
}

}  // namespace

absl::StatusOr<CostNode> SumNode(absl::string_view id, absl::string_view label, std::vector<CostNode> children) {
  CostNode node;
  node.id = std::string(id);
  node.label = std::string(label);
  for (const CostNode& child : children) {
    MW_ASSIGN_OR_RETURN(node.amount_minor, AddMinor(node.amount_minor, child.amount_minor));
  }
  node.children = std::move(children);
  return node;
}

absl::Status CheckSums(const CostNode& node) {
  if (node.children.empty()) return absl::OkStatus();
  int64_t sum = 0;
  for (const CostNode& child : node.children) {
    MW_RETURN_IF_ERROR(CheckSums(child));
    MW_ASSIGN_OR_RETURN(sum, AddMinor(sum, child.amount_minor));
  }
  if (sum == node.amount_minor) return absl::OkStatus();
  return absl::InternalError(
      absl::StrCat("cost node `", node.id, "` says ", node.amount_minor, " but its children sum to ", sum));
}

CostNode ViewFor(const CostNode& node, Audience audience) {
  int64_t level = static_cast<int64_t>(audience);
  CostNode out = node;
  out.children.clear();
  if (audience == Audience::kCustomer) out.inputs.clear();
  if (audience != Audience::kAuditor) {
    out.rule_id.clear();
    out.rule_version = 0;
  }
  bool all_visible = std::all_of(node.children.begin(), node.children.end(),
                                 [&](const CostNode& child) { return child.audience <= level; });
  if (!all_visible) return out;
  for (const CostNode& child : node.children) out.children.push_back(ViewFor(child, audience));
  return out;
}

const CostNode* FindNode(const CostNode& root, absl::string_view path) {
  const CostNode* node = &root;
  for (absl::string_view id : absl::StrSplit(path, '/', absl::SkipEmpty())) {
    node = ChildOf(*node, id);
    if (node == nullptr) return nullptr;
  }
  return node;
}

std::vector<CostDifference> CompareTrees(const CostNode& was, const CostNode& now) {
  std::vector<CostDifference> out;
  Compare("", was, now, out);
  return out;
}

}  // namespace millwright::catalog
