#include "services/notifications/domain/template.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"

namespace millwright::notifications {
namespace {

constexpr absl::string_view kOpen = "{{", kClose = "}}";

bool IsName(absl::string_view name) {
  return !name.empty() && name.size() <= 63 && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_';
  });
}

absl::Status Missing(absl::string_view name, absl::string_view what) {
  return Error::FailedPrecondition("TEMPLATE_VARIABLE_MISSING", absl::StrCat("template variable `", name, "` ", what))
      .Field(name, absl::StrCat(what, "; give it a value or guard it with {{#", name, "}}...{{/", name, "}}"))
      .Meta("variable", name);
}

}  // namespace

const std::string* TemplateContext::Find(absl::string_view name) const {
  auto it = values_.find(std::string(name));
  return it == values_.end() ? nullptr : &it->second;
}

const std::vector<TemplateContext>* TemplateContext::FindList(absl::string_view name) const {
  auto it = lists_.find(std::string(name));
  return it == lists_.end() ? nullptr : &it->second;
}

std::set<std::string> TemplateContext::Names() const {
  std::set<std::string> names;
  for (const auto& entry : values_) names.insert(entry.first);
  for (const auto& entry : lists_) names.insert(entry.first);
  return names;
}

// Recursive descent over one text; partials are parsed by a Parser of their own.
class Template::Parser {
 public:
  Parser(absl::string_view text, const Partials& partials, int depth, std::set<std::string>& variables)
      : text_(text), partials_(partials), depth_(depth), variables_(variables) {}

  // Until {{/section}}, or the end of the text for section "".
  absl::Status ParseUntil(absl::string_view section, std::vector<Node>& nodes) {
    if (depth_ > kMaxTemplateDepth) return Bad(absl::StrCat("nests deeper than ", kMaxTemplateDepth));
    while (true) {
      size_t open = text_.find(kOpen, position_);
      if (open == absl::string_view::npos) {
        if (!section.empty()) return Bad(absl::StrCat("section `", section, "` is not closed"));
        AddText(text_.substr(position_), nodes);
        return absl::OkStatus();
      }
      size_t close = text_.find(kClose, open);
      if (close == absl::string_view::npos) return Bad("a tag is not closed with }}");
      absl::string_view tag = absl::StripAsciiWhitespace(text_.substr(open + 2, close - open - 2));
      char sigil = tag.empty() ? '\0' : tag[0];
      bool block = sigil == '#' || sigil == '^' || sigil == '/' || sigil == '>';
      absl::string_view name = block ? absl::StripAsciiWhitespace(tag.substr(1)) : tag;
      if (!IsName(name)) return Bad(absl::StrCat("`", tag, "` is no name of a-z, 0-9 and _"));
      size_t begin = open, end = close + 2;
      if (block) TakeWholeLine(begin, end);
      AddText(text_.substr(position_, begin - position_), nodes);
      position_ = end;
      if (sigil == '/') {
        return name == section ? absl::OkStatus() : Bad(absl::StrCat("{{/", name, "}} closes nothing open here"));
      }
      MW_RETURN_IF_ERROR(AddTag(block ? sigil : '\0', name, nodes));
    }
  }

 private:
  absl::Status AddTag(char sigil, absl::string_view name, std::vector<Node>& nodes) {
    if (sigil == '>') {
      auto partial = partials_.find(std::string(name));
      if (partial == partials_.end()) return Bad(absl::StrCat("there is no partial `", name, "`"));
      return Parser(partial->second, partials_, depth_ + 1, variables_).ParseUntil("", nodes);
    }
    variables_.insert(std::string(name));
    Node node{sigil == '#'   ? Node::Kind::kSection
              : sigil == '^' ? Node::Kind::kInverted
                             : Node::Kind::kVariable,
              std::string(name),
              {}};
    if (sigil != '\0') {
      ++depth_;
      MW_RETURN_IF_ERROR(ParseUntil(name, node.children));
      --depth_;
    }
    nodes.push_back(std::move(node));
    return absl::OkStatus();
  }

  // If the tag is all that its line holds, the line goes with it.
  void TakeWholeLine(size_t& begin, size_t& end) const {
    size_t line = begin;
    while (line > 0 && (text_[line - 1] == ' ' || text_[line - 1] == '\t')) --line;
    size_t after = end;
    while (after < text_.size() && (text_[after] == ' ' || text_[after] == '\t')) ++after;
    bool alone = (line == 0 || text_[line - 1] == '\n') && (after == text_.size() || text_[after] == '\n');
    if (!alone || line < position_) return;
    begin = line;
    end = std::min(after + 1, text_.size());
  }

  static void AddText(absl::string_view text, std::vector<Node>& nodes) {
    if (!text.empty()) nodes.push_back(Node{Node::Kind::kText, std::string(text), {}});
  }

  absl::Status Bad(absl::string_view what) const {
    auto line = 1 + std::count(text_.begin(), text_.begin() + static_cast<ptrdiff_t>(std::min(position_, text_.size())),
                               '\n');
    return Error::InvalidArgument("TEMPLATE_INVALID", absl::StrCat("template, near line ", line, ": ", what))
        .Field("template", absl::StrCat("near line ", line, ": ", what));
  }

  absl::string_view text_;
  const Partials& partials_;
  int depth_;
  std::set<std::string>& variables_;
  size_t position_ = 0;
};

absl::StatusOr<Template> Template::Parse(absl::string_view text, const Partials& partials) {
  if (text.size() > kMaxTemplateBytes) {
    return Error::InvalidArgument("TEMPLATE_INVALID", "the template is too long")
        .Field("template", absl::StrCat("has ", text.size(), " bytes, at most ", kMaxTemplateBytes, " are allowed"));
  }
  Template parsed;
  MW_RETURN_IF_ERROR(Parser(text, partials, 0, parsed.variables_).ParseUntil("", parsed.nodes_));
  return parsed;
}

absl::Status Template::RenderSection(const Node& node, Scopes& scopes, std::string& out) {
  bool inverted = node.kind == Node::Kind::kInverted;
  for (auto scope = scopes.rbegin(); scope != scopes.rend(); ++scope) {
    if (const std::string* value = (*scope)->Find(node.text)) {
      return value->empty() == inverted ? RenderNodes(node.children, scopes, out) : absl::OkStatus();
    }
    if (const auto* list = (*scope)->FindList(node.text)) {
      if (inverted) return list->empty() ? RenderNodes(node.children, scopes, out) : absl::OkStatus();
      for (const TemplateContext& entry : *list) {
        scopes.push_back(&entry);
        absl::Status status = RenderNodes(node.children, scopes, out);
        scopes.pop_back();
        MW_RETURN_IF_ERROR(status);
      }
      return absl::OkStatus();
    }
  }
  return Missing(node.text, "is unknown");
}

absl::Status Template::RenderNodes(const std::vector<Node>& nodes, Scopes& scopes, std::string& out) {
  for (const Node& node : nodes) {
    if (node.kind == Node::Kind::kText) {
      out += node.text;
      continue;
    }
    if (node.kind != Node::Kind::kVariable) {
      MW_RETURN_IF_ERROR(RenderSection(node, scopes, out));
      continue;
    }
    const std::string* value = nullptr;
    for (auto scope = scopes.rbegin(); scope != scopes.rend() && value == nullptr; ++scope) {
      value = (*scope)->Find(node.text);
    }
    if (value == nullptr) return Missing(node.text, "is unknown");
    if (value->empty()) return Missing(node.text, "is empty");
    out += *value;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> Template::Render(const TemplateContext& context) const {
  Scopes scopes = {&context};
  std::string out;
  MW_RETURN_IF_ERROR(RenderNodes(nodes_, scopes, out));
  return out;
}

absl::Status CheckTemplate(const Template& parsed, const std::set<std::string>& known) {
  Error error = Error::InvalidArgument("TEMPLATE_INVALID", "the template uses variables that do not exist");
  bool good = true;
  for (const std::string& name : parsed.Variables()) {
    if (known.count(name) > 0) continue;
    good = false;
    error.Field("template", absl::StrCat("`", name, "` is no variable of this mail"));
  }
  return good ? absl::OkStatus() : error.Build();
}

}  // namespace millwright::notifications
