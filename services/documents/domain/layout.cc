#include "services/documents/domain/layout.h"

#include <cairo-pdf.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/time/clock.h"
#include "services/documents/domain/layout_impl.h"

namespace millwright::documents {
void Layout::Impl::DrawFrame(cairo_t* cr, const Layout::FileFacts& facts, size_t index) {
  Page frame;
  auto put = [&](const TextPtr& text, double x, double top) {
    frame.operations.push_back({.kind = Operation::Kind::kText, .x = x, .y = top, .color = kMuted, .text = text,
                                .first_line = 0,
                                .line_count = static_cast<size_t>(pango_layout_get_line_count(text.get()))});
  };
  constexpr double kPageOfWidth = 90;
  double top = kPageHeight - 46;
  frame.operations.push_back({.kind = Operation::Kind::kLine, .x = kMargin, .y = top - 6, .width = kContentWidth,
                              .height = 0.5, .color = kRule});
  put(Text(facts.footer, kContentWidth - kPageOfWidth, kFooterStyle), kMargin, top);
  std::string page = absl::StrCat(facts.page, " ", index + 1, " ", facts.of, " ", pages.size());
  put(Text(page, kPageOfWidth, Right({7.0, false, kMuted})), kPageWidth - kMargin - kPageOfWidth, top);
  if (index > 0) put(Text(facts.title, kContentWidth, Right({7.0, false, kMuted})), kMargin, 34);
  DrawPage(cr, frame);
}

void Layout::Impl::Flow(const TextPtr& text, double x, const Color& color, const char* tag) {
  std::vector<double> heights = LineHeights(text);
  size_t next = 0;
  while (next < heights.size() && ready()) {
    Reserve(heights[next]);
    double top = y;
    size_t first = next;
    while (next < heights.size() && (y + heights[next] <= kBottom || next == first)) y += heights[next++];
    Begin(tag);
    Lines(text, x, top, first, next - first, color);
    End(tag);
  }
}

Layout::Layout() : impl_(std::make_unique<Impl>()) {}
Layout::~Layout() = default;

void Layout::Title(absl::string_view title, absl::string_view subtitle, const std::vector<KeyValue>& facts) {
  if (!impl_->ready()) return;
  constexpr double kFactsWidth = 215, kFactNameWidth = 104;
  double width = kContentWidth - kFactsWidth - kGap;
  double left = impl_->y, right = impl_->y;
  impl_->Begin("H1");
  TextPtr head = impl_->Text(title, width, kTitleStyle);
  impl_->All(head, kMargin, left, kAccent);
  impl_->End("H1");
  left += TextHeight(head) + 3;
  TextPtr below = impl_->Text(subtitle, width, kKey);
  impl_->Begin("P");
  impl_->All(below, kMargin, left, kMuted);
  impl_->End("P");
  left += TextHeight(below);
  for (const auto& [key, value] : facts) {
    if (value.empty()) continue;
    TextPtr name = impl_->Text(key, kFactNameWidth - 4, kKey);
    TextPtr text = impl_->Text(value, kFactsWidth - kFactNameWidth, Right(kStrong));
    double x = kPageWidth - kMargin - kFactsWidth;
    impl_->Begin("P");
    impl_->All(name, x, right, kMuted);
    impl_->All(text, x + kFactNameWidth, right, kInk);
    impl_->End("P");
    right += std::max(TextHeight(name), TextHeight(text)) + 2;
  }
  impl_->y = std::max(left, right) + kGap;
  impl_->Rule(kMargin, impl_->y, kContentWidth, 1.4, kAccent);
  impl_->y += kGap;
}

void Layout::Blocks(const std::vector<Block>& blocks) {
  if (!impl_->ready() || blocks.empty()) return;
  double width = (kContentWidth - kGap * static_cast<double>(blocks.size() - 1)) / static_cast<double>(blocks.size());
  struct Placed {
    TextPtr text;
    Color color;
  };
  std::vector<std::vector<Placed>> columns;
  double height = 0;
  for (const Block& block : blocks) {
    std::vector<Placed> column;
    column.push_back({impl_->Text(block.title, width, kCaption), kMuted});
    if (!block.strong.empty()) column.push_back({impl_->Text(block.strong, width, kStrong), kInk});
    for (const std::string& line : block.lines) {
      if (!line.empty()) column.push_back({impl_->Text(line, width, kBody), kInk});
    }
    double sum = 0;
    for (const Placed& placed : column) sum += TextHeight(placed.text) + 1.2;
    height = std::max(height, sum);
    columns.push_back(std::move(column));
  }
  impl_->Reserve(std::min(height, kBottom - kTop));
  double x = kMargin, top = impl_->y;
  for (const std::vector<Placed>& column : columns) {
    double y = top;
    for (const Placed& placed : column) {
      impl_->Begin("P");
      impl_->All(placed.text, x, y, placed.color);
      impl_->End("P");
      y += TextHeight(placed.text) + 1.2;
    }
    x += width + kGap;
  }
  impl_->y = top + height + kGap;
}

void Layout::Heading(absl::string_view text) {
  if (!impl_->ready()) return;
  TextPtr layout = impl_->Text(text, kContentWidth, kHeadingStyle);
  impl_->y += 5;
  impl_->Reserve(TextHeight(layout) + 44);  // never the last thing on a page
  impl_->Begin("H2");
  impl_->All(layout, kMargin, impl_->y, kAccent);
  impl_->End("H2");
  impl_->y += TextHeight(layout) + 4;
}

void Layout::Paragraph(absl::string_view text, bool strong) {
  if (!impl_->ready() || text.empty()) return;
  impl_->Flow(impl_->Text(text, kContentWidth, strong ? kStrong : kBody), kMargin, kInk, "P");
  impl_->y += 4;
}

void Layout::KeyValues(const std::vector<KeyValue>& rows) {
  constexpr double kKeyWidth = 132;
  for (const auto& [key, value] : rows) {
    if (!impl_->ready()) return;
    if (value.empty()) continue;
    TextPtr name = impl_->Text(key, kKeyWidth - 6, kKey);
    TextPtr text = impl_->Text(value, kContentWidth - kKeyWidth, kBody);
    impl_->Reserve(std::max(TextHeight(name), std::min(TextHeight(text), 40.0)));
    double top = impl_->y;
    size_t page = impl_->pages.size();
    impl_->Begin("P");
    impl_->All(name, kMargin, top, kMuted);
    impl_->End("P");
    impl_->Flow(text, kMargin + kKeyWidth, kInk, "P");
    if (impl_->pages.size() == page) impl_->y = std::max(impl_->y, top + TextHeight(name));
    impl_->y += 1.6;
  }
  impl_->y += 3;
}

void Layout::Totals(const std::vector<KeyValue>& rows) {
  constexpr double kWidth = 230, kValueWidth = 120;
  if (!impl_->ready()) return;
  impl_->Reserve(16.0 * static_cast<double>(rows.size()) + 4);
  double x = kPageWidth - kMargin - kWidth;
  for (size_t i = 0; i < rows.size(); ++i) {
    bool last = i + 1 == rows.size();
    TextStyle style = last ? TextStyle{10.5, true, kAccent} : kBody;
    TextPtr name = impl_->Text(rows[i].first, kWidth - kValueWidth, style);
    TextPtr value = impl_->Text(rows[i].second, kValueWidth - kCellPadX, Right(style));
    double height = std::max(TextHeight(name), TextHeight(value)) + (last ? 7 : 3);
    if (last) impl_->Rectangle(x, impl_->y, kWidth, height, kShade);
    impl_->Begin("P");
    impl_->All(name, x + kCellPadX, impl_->y + (last ? 3.5 : 1.5), style.color);
    impl_->All(value, x + kWidth - kValueWidth, impl_->y + (last ? 3.5 : 1.5), style.color);
    impl_->End("P");
    impl_->y += height;
  }
  impl_->y += kGap;
}

void Layout::SignatureLines(const std::vector<KeyValue>& lines) {
  if (!impl_->ready() || lines.empty()) return;
  impl_->Reserve(74);
  double width = (kContentWidth - kGap * static_cast<double>(lines.size() - 1)) / static_cast<double>(lines.size());
  double x = kMargin, top = impl_->y + 18, tallest = 0;
  for (const auto& [caption, value] : lines) {
    TextPtr text = impl_->Text(value, width, kStrong);
    TextPtr below = impl_->Text(caption, width, kCaption);
    impl_->Begin("P");
    impl_->All(text, x, top - TextHeight(text) + 10, kInk);
    impl_->All(below, x, top + 15, kMuted);
    impl_->End("P");
    impl_->Rule(x, top + 12, width, 0.6, kMuted);
    tallest = std::max(tallest, TextHeight(below));
    x += width + kGap;
  }
  impl_->y = top + 15 + tallest + kGap;
}

namespace {

cairo_status_t Append(void* closure, const unsigned char* data, unsigned int length) {
  static_cast<std::string*>(closure)->append(reinterpret_cast<const char*>(data), length);
  return CAIRO_STATUS_SUCCESS;
}

void SetMetadata(cairo_surface_t* surface, const Layout::FileFacts& facts) {
  // cairo would take the present time otherwise, and no two renderings would be equal.
  std::string created = FormatUtc(facts.created_at);
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, facts.title.c_str());
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_AUTHOR, facts.author.c_str());
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_SUBJECT, facts.subject.c_str());
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "Millwright");
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, created.c_str());
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_MOD_DATE, created.c_str());
}

}  // namespace

absl::StatusOr<std::string> Layout::Finish(const FileFacts& facts) {
  if (impl_->context == nullptr) {
    return absl::InternalError(absl::StrCat("DejaVuSans.ttf and DejaVuSans-Bold.ttf are not in ", kFontDirectory,
                                            "; install fonts-dejavu-core"));
  }
  if (impl_->too_long) {
    return Error::ResourceExhausted("DOCUMENT_TOO_LONG", absl::StrCat("the document needs more than ", kMaxPages,
                                                                      " pages; shorten its texts or split the order"));
  }
  std::string bytes;
  cairo_surface_t* surface = cairo_pdf_surface_create_for_stream(&Append, &bytes, kPageWidth, kPageHeight);
  SetMetadata(surface, facts);
  cairo_t* cr = cairo_create(surface);
  for (size_t i = 0; i < impl_->pages.size(); ++i) {
    DrawPage(cr, impl_->pages[i]);
    impl_->DrawFrame(cr, facts, i);
    cairo_show_page(cr);
  }
  cairo_destroy(cr);
  cairo_surface_finish(surface);
  cairo_status_t status = cairo_surface_status(surface);
  cairo_surface_destroy(surface);
  if (status != CAIRO_STATUS_SUCCESS) {
    return absl::InternalError(absl::StrCat("cairo could not write the PDF: ", cairo_status_to_string(status)));
  }
  return bytes;
}

}  // namespace millwright::documents
