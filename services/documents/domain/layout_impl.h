// The inside of Layout, shared by layout.cc (text) and layout_table.cc.
#ifndef MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_LAYOUT_IMPL_H_
#define MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_LAYOUT_IMPL_H_

#include <utility>
#include <vector>

#include "services/documents/domain/layout.h"
#include "services/documents/domain/page_canvas.h"

namespace millwright::documents {

inline constexpr double kCellPadX = 4.0;
inline constexpr double kCellPadY = 2.6;
inline constexpr double kGap = 9.0;
inline constexpr TextStyle kBody{};
inline constexpr TextStyle kStrong{8.5, true};
inline constexpr TextStyle kSmall{6.4, false};
inline constexpr TextStyle kCaption{7.0, true, kMuted};
inline constexpr TextStyle kKey{8.0, false, kMuted};
inline constexpr TextStyle kHeadingStyle{10.0, true, kAccent};
inline constexpr TextStyle kTitleStyle{18.0, true, kAccent};
inline constexpr TextStyle kFooterStyle{6.0, false, kMuted};

inline TextStyle Right(TextStyle style) {
  style.align_right = true;
  return style;
}

struct Layout::Impl {
  PangoFontMap* map = ThreadFontMap();
  GObjectPtr<PangoContext> context;
  std::vector<Page> pages{1};
  double y = kTop;
  bool too_long = false;

  Impl() {
    if (map != nullptr) context = NewPdfContext(map);
  }
  bool ready() const { return context != nullptr && !too_long; }

  TextPtr Text(absl::string_view text, double width, const TextStyle& style) {
    return NewText(context.get(), text, width, style);
  }
  void Put(Operation op) { pages.back().operations.push_back(std::move(op)); }
  void Begin(const char* tag) { Put({.kind = Operation::Kind::kBeginTag, .tag = tag}); }
  void End(const char* tag) { Put({.kind = Operation::Kind::kEndTag, .tag = tag}); }
  void Lines(const TextPtr& text, double x, double top, size_t first, size_t count, const Color& color) {
    Put({.kind = Operation::Kind::kText, .x = x, .y = top, .color = color, .text = text, .first_line = first,
         .line_count = count});
  }
  void All(const TextPtr& text, double x, double top, const Color& color) {
    Lines(text, x, top, 0, static_cast<size_t>(pango_layout_get_line_count(text.get())), color);
  }
  void Rectangle(double x, double top, double width, double height, const Color& color) {
    Put({.kind = Operation::Kind::kRectangle, .x = x, .y = top, .width = width, .height = height, .color = color});
  }
  void Rule(double x, double top, double width, double thickness, const Color& color) {
    Put({.kind = Operation::Kind::kLine, .x = x, .y = top, .width = width, .height = thickness, .color = color});
  }
  void NewPage() {
    if (pages.size() >= kMaxPages) too_long = true;
    if (!too_long) pages.emplace_back();
    y = kTop;
  }
  // A new page if `height` does not fit on this one.
  void Reserve(double height) {
    if (y + height > kBottom && y > kTop) NewPage();
  }
  // Text that may run over several pages, tagged as one element per page.
  void Flow(const TextPtr& text, double x, const Color& color, const char* tag);

  // Footer, and from page 2 a short head; outside the structure tree, so that screen readers skip them.
  void DrawFrame(cairo_t* cr, const Layout::FileFacts& facts, size_t index);

  // Tables.
  struct Cells {
    std::vector<TextPtr> texts;
    std::vector<std::vector<double>> heights;
    double height = 0;  // of the row with its padding
  };
  Cells MakeCells(const std::vector<std::string>& row, const Table& table, const std::vector<double>& widths,
                  bool head);
  void DrawHead(const Table& table, const std::vector<double>& widths);
  void DrawRow(const Table& table, const std::vector<double>& widths, const Cells& cells, bool shaded);
  size_t DrawFragment(const Table& table, const std::vector<double>& widths, const Cells& cells,
                      std::vector<size_t>& next, bool shaded);
};

}  // namespace millwright::documents

#endif  // MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_LAYOUT_IMPL_H_
