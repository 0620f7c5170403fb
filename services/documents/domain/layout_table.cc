// Tables of Layout: columns by weight, a repeated head, rows that may run over pages.
#include <algorithm>
#include <numeric>

#include "services/documents/domain/layout_impl.h"

namespace millwright::documents {

Layout::Impl::Cells Layout::Impl::MakeCells(const std::vector<std::string>& row, const Table& table,
                                            const std::vector<double>& widths, bool head) {
  Cells cells;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    TextStyle style = head ? kCaption : table.columns[i].small ? kSmall : kBody;
    style.align_right = table.columns[i].align_right;
    TextPtr text = Text(i < row.size() ? absl::string_view(row[i]) : "", widths[i] - 2 * kCellPadX, style);
    cells.heights.push_back(LineHeights(text));
    double height = std::accumulate(cells.heights.back().begin(), cells.heights.back().end(), 0.0);
    cells.height = std::max(cells.height, height + 2 * kCellPadY);
    cells.texts.push_back(std::move(text));
  }
  return cells;
}

void Layout::Impl::DrawHead(const Table& table, const std::vector<double>& widths) {
  std::vector<std::string> titles;
  for (const Column& column : table.columns) titles.push_back(column.title);
  Cells cells = MakeCells(titles, table, widths, true);
  Begin("TR");
  double x = kMargin;
  for (size_t i = 0; i < cells.texts.size(); ++i) {
    Begin("TH");
    All(cells.texts[i], x + kCellPadX, y + kCellPadY, kMuted);
    End("TH");
    x += widths[i];
  }
  End("TR");
  y += cells.height;
  Rule(kMargin, y, kContentWidth, 0.9, kAccent);
  y += 0.5;  // a shaded first row must not cover the rule
}

// Draws as many lines of each cell as fit on this page and moves `next` on; returns how many lines it drew.
size_t Layout::Impl::DrawFragment(const Table& table, const std::vector<double>& widths, const Cells& cells,
                                  std::vector<size_t>& next, bool shaded) {
  size_t drawn = 0;
  double bottom = y + 2 * kCellPadY;
  std::vector<size_t> first = next;
  for (size_t i = 0; i < cells.texts.size(); ++i) {
    double top = y + kCellPadY;
    while (next[i] < cells.heights[i].size() && top + cells.heights[i][next[i]] + kCellPadY <= kBottom) {
      top += cells.heights[i][next[i]++];
      ++drawn;
    }
    bottom = std::max(bottom, top + kCellPadY);
  }
  if (drawn == 0) return 0;
  if (shaded) Rectangle(kMargin, y, kContentWidth, bottom - y, kShade);
  Begin("TR");
  double x = kMargin;
  for (size_t i = 0; i < cells.texts.size(); ++i) {
    Begin("TD");
    Lines(cells.texts[i], x + kCellPadX, y + kCellPadY, first[i], next[i] - first[i], kInk);
    End("TD");
    x += widths[i];
  }
  End("TR");
  y = bottom;
  Rule(kMargin, y, kContentWidth, 0.4, kRule);
  return drawn;
}

void Layout::Impl::DrawRow(const Table& table, const std::vector<double>& widths, const Cells& cells, bool shaded) {
  auto next_page = [&] {
    End("Table");
    NewPage();
    if (!ready()) return;
    Begin("Table");
    DrawHead(table, widths);
  };
  if (y + cells.height > kBottom) next_page();
  std::vector<size_t> next(cells.texts.size(), 0);
  auto left = [&] {
    for (size_t i = 0; i < next.size(); ++i) {
      if (next[i] < cells.heights[i].size()) return true;
    }
    return false;
  };
  while (ready()) {
    size_t drawn = DrawFragment(table, widths, cells, next, shaded);
    if (!left() || (drawn == 0 && y <= kTop + 60)) return;  // the second: a line higher than a page can't exist
    next_page();
  }
}

void Layout::AddTable(const Table& table) {
  if (!impl_->ready() || table.rows.empty()) return;
  double sum = 0;
  for (const Column& column : table.columns) sum += column.weight;
  std::vector<double> widths;
  for (const Column& column : table.columns) widths.push_back(kContentWidth * column.weight / sum);
  impl_->Reserve(48);  // the head and one row
  impl_->Begin("Table");
  impl_->DrawHead(table, widths);
  bool shaded = false;
  for (const auto& row : table.rows) {
    if (!impl_->ready()) return;
    impl_->DrawRow(table, widths, impl_->MakeCells(row, table, widths, false), shaded);
    shaded = !shaded;
  }
  if (impl_->ready()) impl_->End("Table");
  impl_->y += kGap;
}

}  // namespace millwright::documents
