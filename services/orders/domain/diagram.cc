#include "services/orders/domain/diagram.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

namespace millwright::orders {
namespace {

struct Arrow {
  std::vector<std::string> triggers;
  bool automatic_only = true;
  bool step_back = false;
};
using Arrows = std::map<std::pair<std::string, std::string>, Arrow>;

Arrows ArrowsOf(const Workflow& workflow) {
  Arrows arrows;
  const ActorSet machine = {v1::Transition::AUTOMATIC};
  std::vector<std::string> sources = {kNewState};
  for (const v1::State& state : workflow.definition().states()) sources.push_back(state.id());
  for (const std::string& from : sources) {
    for (const Row& row : workflow.RowsFrom(from)) {
      Arrow& arrow = arrows[{from, row.transition->to()}];
      const std::string& trigger = row.transition->trigger();
      if (std::find(arrow.triggers.begin(), arrow.triggers.end(), trigger) == arrow.triggers.end()) {
        arrow.triggers.push_back(trigger);
      }
      arrow.automatic_only &= row.actors.bits() == machine.bits();
      arrow.step_back |= row.transition->step_back();
    }
  }
  return arrows;
}

std::string DotQuote(absl::string_view text) {
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"\"", "\\\""}, {"\n", " "}}), "\"");
}

std::string XmlEscape(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}});
}

absl::string_view FillOf(const v1::State& state) {
  switch (state.kind()) {
    case v1::State::DRAFT: return "#f4f4f4";
    case v1::State::TERMINAL_SUCCESS: return "#d8f0d8";
    case v1::State::TERMINAL_CANCELLED: return "#f6dcdc";
    default: return state.rank() > 0 ? "#dce8f8" : "#fdf3d0";
  }
}

// Column of each state: the fewest moves from a new order.
std::map<std::string, int> ColumnsOf(const Workflow& workflow, const Arrows& arrows) {
  std::map<std::string, int> columns = {{kNewState, 0}};
  std::vector<std::string> front = {kNewState};
  for (int column = 1; !front.empty(); ++column) {
    std::vector<std::string> next;
    for (const auto& [ends, arrow] : arrows) {
      const bool starts_here = std::find(front.begin(), front.end(), ends.first) != front.end();
      if (!starts_here || ends.second == kPreviousState) continue;
      if (columns.emplace(ends.second, column).second) next.push_back(ends.second);
    }
    front = std::move(next);
  }
  for (const v1::State& state : workflow.definition().states()) columns.emplace(state.id(), 1);
  return columns;
}

constexpr int kBoxWidth = 190, kBoxHeight = 36, kColumnGap = 110, kRowGap = 44, kMargin = 20;

struct Box {
  int x = 0, y = 0;
};

std::map<std::string, Box> Place(const Workflow& workflow, const std::map<std::string, int>& columns, int& width,
                                 int& height) {
  std::map<std::string, Box> boxes;
  std::map<int, int> used;
  width = height = 0;
  const auto put = [&](const std::string& id) {
    const int column = columns.at(id);
    const int row = used[column]++;
    const Box box = {kMargin + column * (kBoxWidth + kColumnGap), kMargin + row * (kBoxHeight + kRowGap)};
    boxes[id] = box;
    width = std::max(width, box.x + kBoxWidth + kMargin);
    height = std::max(height, box.y + kBoxHeight + kMargin);
  };
  put(kNewState);
  for (const v1::State& state : workflow.definition().states()) put(state.id());
  return boxes;
}

std::string SvgBox(const Box& box, absl::string_view name, absl::string_view fill, bool dashed, bool end) {
  return absl::StrFormat(
      "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\" fill=\"%s\" stroke=\"#333\" stroke-width=\"%d\"%s/>\n"
      "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" font-size=\"13\">%s</text>\n",
      box.x, box.y, kBoxWidth, kBoxHeight, fill, end ? 3 : 1, dashed ? " stroke-dasharray=\"5 3\"" : "",
      box.x + kBoxWidth / 2, box.y + 23, XmlEscape(name));
}

std::string SvgArrow(const Box& from, const Box& to, const Arrow& arrow) {
  const bool forward = to.x > from.x;
  const int x1 = forward ? from.x + kBoxWidth : from.x + kBoxWidth / 2;
  const int y1 = forward ? from.y + kBoxHeight / 2 : from.y + kBoxHeight;
  const int x2 = forward ? to.x : to.x + kBoxWidth / 2;
  const int y2 = forward ? to.y + kBoxHeight / 2 : to.y + kBoxHeight;
  const int bend = forward ? 0 : 26;
  return absl::StrFormat(
      "<path d=\"M%d %d C%d %d %d %d %d %d\" fill=\"none\" stroke=\"%s\"%s marker-end=\"url(#tip)\">"
      "<title>%s</title></path>\n",
      x1, y1, forward ? x1 + kColumnGap / 2 : x1, y1 + bend, forward ? x2 - kColumnGap / 2 : x2, y2 + bend, x2, y2,
      arrow.step_back ? "#b06000" : "#555", arrow.automatic_only ? " stroke-dasharray=\"3 3\"" : "",
      XmlEscape(absl::StrJoin(arrow.triggers, ", ")));
}

}  // namespace

std::string DrawDot(const Workflow& workflow, absl::string_view language) {
  std::string dot = absl::StrCat("digraph ", DotQuote(workflow.pin()), " {\n  rankdir=LR;\n  node [shape=box, style=",
                                 "\"rounded,filled\", fontname=\"sans-serif\"];\n  NEW [shape=point];\n");
  for (const v1::State& state : workflow.definition().states()) {
    absl::StrAppend(&dot, "  ", DotQuote(state.id()), " [label=", DotQuote(TextFor(state.display_names(), language)),
                    ", fillcolor=\"", FillOf(state), "\"", IsOpen(state) ? "" : ", peripheries=2",
                    state.hidden() ? ", style=\"rounded,filled,dashed\"" : "", "];\n");
  }
  bool previous = false;
  for (const auto& [ends, arrow] : ArrowsOf(workflow)) {
    previous |= ends.second == kPreviousState;
    absl::StrAppend(&dot, "  ", DotQuote(ends.first), " -> ", DotQuote(ends.second),
                    " [label=", DotQuote(absl::StrJoin(arrow.triggers, ", ")),
                    arrow.automatic_only ? ", style=dashed" : "", arrow.step_back ? ", color=\"#b06000\"" : "", "];\n");
  }
  if (previous) absl::StrAppend(&dot, "  PREVIOUS [shape=plaintext, style=\"\", label=\"(previous state)\"];\n");
  absl::StrAppend(&dot, "}\n");
  return dot;
}

std::string DrawSvg(const Workflow& workflow, absl::string_view language) {
  const Arrows arrows = ArrowsOf(workflow);
  int width = 0, height = 0;
  const std::map<std::string, Box> boxes = Place(workflow, ColumnsOf(workflow, arrows), width, height);
  std::string svg = absl::StrFormat(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" "
      "font-family=\"sans-serif\">\n<title>%s</title>\n<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" "
      "markerWidth=\"8\" markerHeight=\"8\" orient=\"auto\"><path d=\"M0 0 L8 4 L0 8 z\" fill=\"#555\"/></marker></defs>\n"
      "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n",
      width, height, width, height, XmlEscape(TextFor(workflow.definition().display_names(), language)), width, height);
  for (const auto& [ends, arrow] : arrows) {
    if (ends.second == kPreviousState || ends.first == ends.second) continue;
    absl::StrAppend(&svg, SvgArrow(boxes.at(ends.first), boxes.at(ends.second), arrow));
  }
  absl::StrAppend(&svg, SvgBox(boxes.at(kNewState), "new", "#fff", false, false));
  for (const v1::State& state : workflow.definition().states()) {
    absl::StrAppend(&svg, SvgBox(boxes.at(state.id()), TextFor(state.display_names(), language), FillOf(state),
                                 state.hidden(), !IsOpen(state)));
  }
  absl::StrAppend(&svg, "</svg>\n");
  return svg;
}

}  // namespace millwright::orders
