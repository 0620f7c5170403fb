// Pages of drawing operations: what Layout fills, and what is then drawn by cairo in one go.
#ifndef MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_PAGE_CANVAS_H_
#define MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_PAGE_CANVAS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/documents/domain/fonts.h"

namespace millwright::documents {

// A4 in PDF points (1/72 inch).
inline constexpr double kPageWidth = 595.276;
inline constexpr double kPageHeight = 841.89;
inline constexpr double kMargin = 51.0;  // 18 mm left and right
inline constexpr double kContentWidth = kPageWidth - 2 * kMargin;
inline constexpr double kTop = 62.0;
inline constexpr double kBottom = kPageHeight - 62.0;

struct Color {
  double red, green, blue;
};
inline constexpr Color kInk{0.11, 0.13, 0.16};
inline constexpr Color kMuted{0.40, 0.44, 0.50};
inline constexpr Color kAccent{0.07, 0.29, 0.45};
inline constexpr Color kRule{0.80, 0.83, 0.87};
inline constexpr Color kShade{0.94, 0.955, 0.97};

struct TextStyle {
  double size = 8.5;  // points
  bool bold = false;
  Color color = kInk;
  bool align_right = false;
};

// A text broken into lines for a width.
using TextPtr = std::shared_ptr<PangoLayout>;
TextPtr NewText(PangoContext* context, absl::string_view text, double width, const TextStyle& style);
// Height of each line, in points.
std::vector<double> LineHeights(const TextPtr& text);
double TextHeight(const TextPtr& text);
// Width that the text really takes.
double TextWidth(const TextPtr& text);

// One drawing operation. A tag names a structure element of the tagged PDF ("H1", "Table", "TR", "TD", "P").
struct Operation {
  enum class Kind { kText, kRectangle, kLine, kBeginTag, kEndTag };
  Kind kind;
  double x = 0, y = 0, width = 0, height = 0;
  Color color = kInk;
  TextPtr text{};
  size_t first_line = 0, line_count = 0;
  const char* tag = nullptr;  // literals only: nothing from a document reaches a tag
};

struct Page {
  std::vector<Operation> operations;
};

// Draws the operations onto the current page of `cr`.
void DrawPage(cairo_t* cr, const Page& page);

}  // namespace millwright::documents

#endif  // MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_PAGE_CANVAS_H_
