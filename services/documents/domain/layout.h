// Lays text, key-value blocks and tables out on A4 pages and writes them as a tagged PDF.
//
// All content is laid out first and drawn in Finish(), because the footer of page 1 names the number of pages.
// Only DejaVu Sans is used, from its own font configuration: what fonts the machine has, or how its fontconfig is set
// up, changes nothing. Characters that DejaVu lacks (CJK) appear as boxes with their code. Fonts are embedded as
// subsets. Same calls, same bytes, in every process: the dates in the file come from Finish().
//
// Text is drawn, never interpreted: no markup, no link annotations (cairo 1.16 writes a broken file for a LINK tag
// outside structure tags), no actions; so nothing in a text can add an object to the PDF.
//
// Not thread-safe; one Layout per document. Any number of them may live in different threads.
#ifndef MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_LAYOUT_H_
#define MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_LAYOUT_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace millwright::documents {

// A document that needs more pages is refused: about 1,000 lines with long texts fit.
inline constexpr size_t kMaxPages = 400;

struct Column {
  std::string title;
  double weight = 1;       // share of the width
  bool align_right = false;
  bool small = false;      // for hashes and other long codes
};

struct Table {
  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;
};

using KeyValue = std::pair<std::string, std::string>;

// A box of an upper row: a small title and lines below it.
struct Block {
  std::string title;
  std::string strong;  // first line, bold
  std::vector<std::string> lines;
};

class Layout {
 public:
  Layout();
  ~Layout();
  Layout(const Layout&) = delete;
  Layout& operator=(const Layout&) = delete;

  // The head of page 1: title (H1) and who issues it on the left, facts on the right.
  void Title(absl::string_view title, absl::string_view subtitle, const std::vector<KeyValue>& facts);
  // Two or three boxes side by side.
  void Blocks(const std::vector<Block>& blocks);
  void Heading(absl::string_view text);
  void Paragraph(absl::string_view text, bool strong = false);
  // Rows of name and value; rows without a value are left out.
  void KeyValues(const std::vector<KeyValue>& rows);
  // The head is repeated on every page the table reaches. Rows stay whole unless higher than a page.
  void AddTable(const Table& table);
  // Right-aligned sums; the last one stands out.
  void Totals(const std::vector<KeyValue>& rows);
  // A line to sign on, with what is to be written below it.
  void SignatureLines(const std::vector<KeyValue>& lines);

  struct FileFacts {
    std::string title;       // PDF title and head of the later pages
    std::string author;
    std::string subject;
    absl::Time created_at;
    std::string footer;      // left part of the footer
    std::string page;        // "Page"
    std::string of;          // "of"
  };
  // Draws everything. RESOURCE_EXHAUSTED above kMaxPages; INTERNAL if the fonts are not installed or cairo fails.
  absl::StatusOr<std::string> Finish(const FileFacts& facts);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace millwright::documents

#endif  // MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_LAYOUT_H_
