// A small, strict template language in mustache's notation.
//
//   {{name}}                       the value; an unknown or empty one is an error, never a gap in the mail
//   {{#name}} ... {{/name}}        once if the value is not empty; for a list once per entry, whose names come first
//   {{^name}} ... {{/name}}        if the value is empty or the list has no entry
//   {{>name}}                      another piece of text, parsed as if it stood here
//
// A line that holds nothing but one section or partial tag disappears with its line end. There are no lambdas,
// no escapes and no comments; output is plain text.
//
// Thread-safety: a parsed Template may be rendered from many threads.
#ifndef MILLWRIGHT_SERVICES_NOTIFICATIONS_DOMAIN_TEMPLATE_H_
#define MILLWRIGHT_SERVICES_NOTIFICATIONS_DOMAIN_TEMPLATE_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace millwright::notifications {

inline constexpr size_t kMaxTemplateBytes = 64 * 1024;
// Sections and partials inside each other.
inline constexpr int kMaxTemplateDepth = 16;

class TemplateContext {
 public:
  void Set(absl::string_view name, absl::string_view value) { values_[std::string(name)] = std::string(value); }
  void SetList(absl::string_view name, std::vector<TemplateContext> entries) {
    lists_[std::string(name)] = std::move(entries);
  }
  // Null if there is no value, or list, of that name.
  const std::string* Find(absl::string_view name) const;
  const std::vector<TemplateContext>* FindList(absl::string_view name) const;
  // Names of values and lists.
  std::set<std::string> Names() const;

 private:
  std::map<std::string, std::string, std::less<>> values_;
  std::map<std::string, std::vector<TemplateContext>, std::less<>> lists_;
};

// Texts that {{>name}} may use.
using Partials = std::map<std::string, std::string>;

class Template {
 public:
  // INVALID_ARGUMENT (reason TEMPLATE_INVALID) with the line: an unclosed tag or section, a bad name, an unknown
  // partial, too deep, too long.
  static absl::StatusOr<Template> Parse(absl::string_view text, const Partials& partials = {});

  // FAILED_PRECONDITION, reason TEMPLATE_VARIABLE_MISSING, naming the variable.
  absl::StatusOr<std::string> Render(const TemplateContext& context) const;

  // Every variable and section name that occurs.
  const std::set<std::string>& Variables() const { return variables_; }

 private:
  struct Node {
    enum class Kind { kText, kVariable, kSection, kInverted } kind;
    std::string text;  // literal text, or the name
    std::vector<Node> children;
  };
  class Parser;
  using Scopes = std::vector<const TemplateContext*>;
  static absl::Status RenderNodes(const std::vector<Node>& nodes, Scopes& scopes, std::string& out);
  static absl::Status RenderSection(const Node& node, Scopes& scopes, std::string& out);

  std::vector<Node> nodes_;
  std::set<std::string> variables_;
};

// INVALID_ARGUMENT naming each variable of `parsed` that is not in `known`: how a template is checked when it is saved.
absl::Status CheckTemplate(const Template& parsed, const std::set<std::string>& known);

}  // namespace millwright::notifications

#endif  // MILLWRIGHT_SERVICES_NOTIFICATIONS_DOMAIN_TEMPLATE_H_
