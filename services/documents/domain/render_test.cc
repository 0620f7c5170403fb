// The PDFs are read back by poppler (pdftotext, pdffonts, pdfinfo), a reader that is not ours.
#include "services/documents/domain/render.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "common/errors/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/documents/domain/canonical.h"
#include "services/documents/domain/testing_documents.h"

namespace millwright::documents {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string Shell(const std::string& command) {
  std::string out;
  FILE* pipe = popen(command.c_str(), "r");
  char buffer[4096];
  size_t n;
  while ((n = fread(buffer, 1, sizeof(buffer), pipe)) > 0) out.append(buffer, n);
  EXPECT_EQ(pclose(pipe), 0) << command << "\n" << out;
  return out;
}

// A rendered document in a file of its own.
class PdfFile {
 public:
  explicit PdfFile(const Document& document) {
    auto pdf = RenderPdf(document);
    EXPECT_TRUE(pdf.ok()) << pdf.status();
    if (pdf.ok()) bytes_ = pdf->bytes;
    path_ = absl::StrCat(::testing::TempDir(), "/mw-", getpid(), "-", counter_++, ".pdf");
    std::ofstream(path_, std::ios::binary) << bytes_;
  }
  ~PdfFile() { std::remove(path_.c_str()); }
  // Line breaks and no-break spaces read as spaces.
  std::string Text() const {
    std::string text = Shell(absl::StrCat("pdftotext -layout ", path_, " - 2>&1"));
    return absl::StrReplaceAll(text, {{"\u00A0", " "}});
  }
  std::string Tool(absl::string_view tool) const { return Shell(absl::StrCat(tool, " ", path_, " 2>&1")); }
  const std::string& bytes() const { return bytes_; }

 private:
  static inline int counter_ = 0;
  std::string path_, bytes_;
};

TEST(RenderTest, EveryTextOfTheOrderFormIsThere) {
  std::string text = PdfFile(SampleOrderForm()).Text();
  for (const char* part :
       {"Order form", "OF/2026/000009", "2026-000017", "2026-12-02", "PX-4711", "Zahntechnik Müller", "Frezarnia Łódź",
        "Dr. Åse Nørgård", "LANR 123456", "11-13", "Anatomic bridge", "Zirconia multilayer 3Y/5Y", "A3,5", "stump: ND3",
        "pontic: 12 ovate", "Straumann BLX RB", "natural dentition", "Titanium base ⌀ 4.3 (add-on)",
        "case-4711.constructionInfo", "18.0 KiB", "3b7e72edb1a1bd2b1b2d6f2f60ba2bd2a9e26ba7c6a13a6b4d7c5f0e9a8b7c6d",
        "Zażółć gęślą jaźń", "5 € ≤ 6 €", "smile-photo.jpg", "165.50 EUR", "OFR/2026/000031", "Jörg Weiß", "Zofia Żak",
        "Page 1 of 2", "Page 2 of 2"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
}

TEST(RenderTest, StatementHasItsEightItemsInEachLanguage) {
  for (auto [language, word] : {std::pair(Language::kEnglish, "CUSTOM-MADE DEVICE"),
                                std::pair(Language::kGerman, "SONDERANFERTIGUNG"),
                                std::pair(Language::kPolish, "WYRÓB WYKONANY NA ZAMÓWIENIE")}) {
    std::string text = PdfFile(SampleStatement(language)).Text();
    EXPECT_THAT(text, HasSubstr(word));
    for (int item = 1; item <= 8; ++item) EXPECT_THAT(text, HasSubstr(absl::StrCat("\n", item, " "))) << item;
    for (const char* part : {"2017/745", "PX-4711", "DKPQR-77", "SC-99120", "Katana", "Hamburg", "(01)0456018807123",
                             "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}) {
      EXPECT_THAT(text, HasSubstr(part));
    }
  }
}

TEST(RenderTest, InvoiceAndProForma) {
  std::string text = PdfFile(SampleInvoice()).Text();
  for (const char* part : {"Invoice", "INV/2026/000042", "2026-12-02", "PL5260001246", "DE123456789", "308.50", "23 %",
                           "89.36", "498.86 EUR", "Amount due", "398.86 EUR", "PL61 1090", "per line", "PO-8812"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  EXPECT_THAT(text, Not(HasSubstr("not a tax invoice")));
  EXPECT_THAT(PdfFile(SampleDocument("pro_forma", Language::kEnglish)).Text(), HasSubstr("This is not a tax invoice"));
}

TEST(RenderTest, OfferHidesTaxWhereConfigured) {
  Offer offer = SampleOffer();
  EXPECT_THAT(PdfFile(offer).Text(), HasSubstr("Tax summary"));
  offer.show_tax = false;
  std::string text = PdfFile(offer).Text();
  EXPECT_THAT(text, Not(HasSubstr("Tax")));
  EXPECT_THAT(text, HasSubstr("All prices are net of tax."));
  EXPECT_THAT(text, HasSubstr("quantity 1 → 2"));
}

TEST(RenderTest, LongTablesRepeatTheirHeadAndKeepEveryRow) {
  std::string text = PdfFile(SampleOffer(Language::kEnglish, 300)).Text();
  for (int i = 1; i <= 300; ++i) EXPECT_THAT(text, HasSubstr(absl::StrCat("Part ", i, ":")));
  std::vector<std::string> pages = absl::StrSplit(text, '\f', absl::SkipEmpty());
  ASSERT_GT(pages.size(), 5u);
  for (size_t i = 0; i + 1 < pages.size(); ++i) {
    EXPECT_THAT(pages[i], HasSubstr("Unit price")) << i;
    EXPECT_THAT(pages[i], HasSubstr(absl::StrCat("Page ", i + 1, " of ", pages.size())));
  }
}

TEST(RenderTest, TextsHigherThanAPageFlowOn) {
  Offer offer = SampleOffer();
  std::string words;
  for (int i = 0; i < 1500; ++i) absl::StrAppendFormat(&words, "word%04d ", i);
  offer.prices.lines[0].description = words;
  offer.notes = words;
  std::string text = PdfFile(offer).Text();
  // Once in the table and once in the notes: nothing is lost or drawn twice at a page's edge.
  for (int i = 0; i < 1500; ++i) {
    std::vector<std::string> pieces = absl::StrSplit(text, absl::StrFormat("word%04d", i));
    ASSERT_EQ(pieces.size(), 3u) << i;
  }
}

TEST(RenderTest, FontsAreEmbeddedSubsetsWithUnicode) {
  std::vector<std::string> lines = absl::StrSplit(PdfFile(SampleOrderForm()).Tool("pdffonts"), '\n', absl::SkipEmpty());
  ASSERT_GT(lines.size(), 3u);
  for (size_t i = 2; i < lines.size(); ++i) {
    EXPECT_THAT(lines[i], HasSubstr("+DejaVuSans"));
    EXPECT_THAT(lines[i], HasSubstr("yes yes yes"));  // embedded, subset, ToUnicode
  }
}

TEST(RenderTest, StructureAndMetadata) {
  PdfFile pdf(SampleInvoice());
  std::string structure = pdf.Tool("pdfinfo -struct");
  for (const char* tag : {"H1", "H2", "Table", "TR", "TH", "TD"}) EXPECT_THAT(structure, HasSubstr(tag));
  EXPECT_THAT(structure, Not(HasSubstr("Error")));
  std::string info = pdf.Tool("TZ=UTC pdfinfo -isodates");
  EXPECT_THAT(info, HasSubstr("Invoice INV/2026/000042"));
  EXPECT_THAT(info, HasSubstr("595.276 x 841.89 pts (A4)"));
  EXPECT_THAT(info, HasSubstr("CreationDate:    2026-11-18T11:06:40Z"));
}

TEST(RenderTest, SameInputSameBytesWhateverWasRenderedBefore) {
  std::string first = RenderPdf(SampleInvoice())->bytes;
  for (const char* other : {"order_form", "long_offer", "statement"}) {
    ASSERT_TRUE(RenderPdf(SampleDocument(other, Language::kPolish)).ok());
    EXPECT_EQ(RenderPdf(SampleInvoice())->bytes, first);
  }
  std::string elsewhere;
  std::thread([&] { elsewhere = RenderPdf(SampleInvoice())->bytes; }).join();
  EXPECT_EQ(elsewhere, first);
}

TEST(RenderTest, SameBytesInAnotherProcessAndLocale) {
  for (const char* name : {"order_form", "statement", "invoice", "pro_forma", "long_offer"}) {
    std::string here = RenderPdf(SampleDocument(name, Language::kGerman))->bytes;
    for (const char* setting : {"LC_ALL=C TZ=UTC", "LC_ALL=C.UTF-8 TZ=Asia/Tokyo HOME=/nonexistent"}) {
      EXPECT_EQ(Shell(absl::StrCat(setting, " ", MW_RENDER_SAMPLE, " ", name, " 2")), here) << name;
    }
  }
}

TEST(RenderTest, HashesAreThoseOfInputAndBytes) {
  auto pdf = RenderPdf(SampleInvoice());
  ASSERT_TRUE(pdf.ok());
  EXPECT_EQ(pdf->sha256, Sha256Hex(pdf->bytes));
  EXPECT_EQ(pdf->input_sha256, InputHash(SampleInvoice()));
  EXPECT_THAT(PdfFile(SampleInvoice()).Text(), HasSubstr(pdf->input_sha256));
}

TEST(RenderTest, TextIsNeverSyntax) {
  Invoice invoice = SampleInvoice();
  const std::string evil = ")>> endobj 1 0 obj <</OpenAction <</S/JavaScript /JS (app.alert(1))>>>> \\) <b>&amp;";
  invoice.seller.name = evil;
  invoice.meta.number = evil;
  invoice.prices.lines[0].description = evil;
  PdfFile pdf(invoice);
  // The page count and absence of scripts as an independent reader sees them.
  std::string info = pdf.Tool("pdfinfo");
  EXPECT_THAT(info, HasSubstr("JavaScript:      no"));
  EXPECT_THAT(info, Not(HasSubstr("Error")));
  EXPECT_THAT(info, HasSubstr(absl::StrCat("Author:          ", evil)));
  EXPECT_THAT(pdf.Text(), HasSubstr("<b>&amp;"));
}

TEST(RenderTest, IncompleteDocumentsAreRefused) {
  Invoice invoice = SampleInvoice();
  invoice.due_date.clear();
  EXPECT_EQ(ReasonOf(RenderPdf(invoice).status()), "DOCUMENT_INCOMPLETE");
}

}  // namespace
}  // namespace millwright::documents
