#include "services/documents/domain/page_canvas.h"

#include <cmath>

namespace millwright::documents {
namespace {

void SetColor(cairo_t* cr, const Color& color) { cairo_set_source_rgb(cr, color.red, color.green, color.blue); }

void DrawText(cairo_t* cr, const Operation& op) {
  SetColor(cr, op.color);
  PangoLayoutIter* iter = pango_layout_get_iter(op.text.get());
  size_t index = 0;
  double top = 0;
  do {
    if (index >= op.first_line + op.line_count) break;
    if (index >= op.first_line) {
      PangoRectangle logical;
      pango_layout_iter_get_line_extents(iter, nullptr, &logical);
      if (index == op.first_line) top = pango_units_to_double(logical.y);
      double baseline = pango_units_to_double(pango_layout_iter_get_baseline(iter));
      cairo_move_to(cr, op.x + pango_units_to_double(logical.x), op.y + baseline - top);
      pango_cairo_show_layout_line(cr, pango_layout_iter_get_line_readonly(iter));
    }
    ++index;
  } while (pango_layout_iter_next_line(iter));
  pango_layout_iter_free(iter);
}

void Draw(cairo_t* cr, const Operation& op) {
  switch (op.kind) {
    case Operation::Kind::kText:
      DrawText(cr, op);
      break;
    case Operation::Kind::kRectangle:
      SetColor(cr, op.color);
      cairo_rectangle(cr, op.x, op.y, op.width, op.height);
      cairo_fill(cr);
      break;
    case Operation::Kind::kLine:
      SetColor(cr, op.color);
      cairo_set_line_width(cr, op.height);
      cairo_move_to(cr, op.x, op.y);
      cairo_line_to(cr, op.x + op.width, op.y);
      cairo_stroke(cr);
      break;
    case Operation::Kind::kBeginTag:
      cairo_tag_begin(cr, op.tag, nullptr);
      break;
    case Operation::Kind::kEndTag:
      cairo_tag_end(cr, op.tag);
      break;
  }
}

}  // namespace

TextPtr NewText(PangoContext* context, absl::string_view text, double width, const TextStyle& style) {
  TextPtr layout(pango_layout_new(context), GObjectUnref());
  PangoFontDescription* font = pango_font_description_new();
  pango_font_description_set_family_static(font, "DejaVu Sans");
  pango_font_description_set_weight(font, style.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_font_description_set_size(font, static_cast<int>(std::lround(style.size * PANGO_SCALE)));
  pango_layout_set_font_description(layout.get(), font);
  pango_font_description_free(font);
  pango_layout_set_width(layout.get(), static_cast<int>(std::lround(width * PANGO_SCALE)));
  pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
  if (style.align_right) pango_layout_set_alignment(layout.get(), PANGO_ALIGN_RIGHT);
  // Hyphens at a forced break would end up in copied hashes.
  PangoAttrList* attributes = pango_attr_list_new();
  pango_attr_list_insert(attributes, pango_attr_insert_hyphens_new(FALSE));
  pango_layout_set_attributes(layout.get(), attributes);
  pango_attr_list_unref(attributes);
  pango_layout_set_text(layout.get(), text.data(), static_cast<int>(text.size()));
  return layout;
}

std::vector<double> LineHeights(const TextPtr& text) {
  std::vector<double> heights;
  PangoLayoutIter* iter = pango_layout_get_iter(text.get());
  do {
    PangoRectangle logical;
    pango_layout_iter_get_line_extents(iter, nullptr, &logical);
    heights.push_back(pango_units_to_double(logical.height));
  } while (pango_layout_iter_next_line(iter));
  pango_layout_iter_free(iter);
  return heights;
}

double TextHeight(const TextPtr& text) {
  int height = 0;
  pango_layout_get_size(text.get(), nullptr, &height);
  return pango_units_to_double(height);
}

double TextWidth(const TextPtr& text) {
  int width = 0;
  pango_layout_get_size(text.get(), &width, nullptr);
  return pango_units_to_double(width);
}

void DrawPage(cairo_t* cr, const Page& page) {
  for (const Operation& op : page.operations) Draw(cr, op);
}

}  // namespace millwright::documents
