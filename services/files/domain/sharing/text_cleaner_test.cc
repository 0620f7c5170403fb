// Names in the texts of meshes, models and drawings: found where they are, gone from the copy, geometry as it was.
#include "services/files/domain/sharing/text_cleaner.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

#include "absl/strings/str_cat.h"
#include "services/files/testing/mesh_shapes.h"
#include "services/files/testing/stl_writer.h"

namespace millwright::files {
namespace {

using namespace ::millwright::files::testing;  // NOLINT

struct Cleaned {
  std::string copy;
  int64_t found = 0;
  bool cleanable = true;
};

Cleaned Clean(FileKind kind, const std::string& bytes, size_t piece = 0) {
  Cleaned result;
  TextCleaner cleaner({.kind = kind,
                       .size = static_cast<int64_t>(bytes.size()),
                       .names = PatientNames({"Kanarienvogel"}),
                       .replacement = "C-1"},
                      [&](absl::string_view text) { result.copy.append(text.data(), text.size()); });
  // The kind of an STL is decided by its first piece.
  const size_t first = piece == 0 ? bytes.size() : std::min<size_t>(bytes.size(), 1024);
  cleaner.Feed(absl::string_view(bytes).substr(0, first));
  for (size_t at = first; at < bytes.size(); at += piece) cleaner.Feed(absl::string_view(bytes).substr(at, piece));
  cleaner.Finish();
  result.found = cleaner.found();
  result.cleanable = cleaner.cleanable();
  return result;
}

void ExpectCopy(FileKind kind, const std::string& original, const std::string& copy, int64_t found = 1) {
  for (const size_t piece : {size_t{0}, size_t{1}, size_t{7}}) {
    const Cleaned cleaned = Clean(kind, original, piece);
    EXPECT_EQ(cleaned.copy, copy) << piece;
    EXPECT_EQ(cleaned.found, found);
    EXPECT_TRUE(cleaned.cleanable);
  }
}

TEST(TextCleaner, BinaryStl) {
  std::string stl = BinaryStl(MakeBox({1, 2, 3}));
  std::memcpy(stl.data(), "crown of KANARIENVOGEL", 22);
  std::string copy = stl;
  std::memset(copy.data(), 0, 80);
  ExpectCopy(FileKind::kStl, stl, copy);
  ExpectCopy(FileKind::kStl, copy, copy, 0);
}

TEST(TextCleaner, LinesThatEndWithCr) {
  ExpectCopy(FileKind::kObj, "# Kanarienvogel\rv 0 0 0\rv 1 0 0\ro Kanarienvogel\rf 1 2 1\r", "v 0 0 0\rv 1 0 0\rf 1 2 1\r", 2);
  ExpectCopy(FileKind::kPly, "ply\rformat ascii 1.0\rcomment Kanarienvogel\rend_header\r1\n2\n",
             "ply\rformat ascii 1.0\rend_header\r1\n2\n");
  ExpectCopy(FileKind::kStl, "solid Kanarienvogel\r facet normal 0 0 1\r", "solid\r facet normal 0 0 1\r");
}

TEST(TextCleaner, ADamagedBinaryStlIsOnlySearched) {
  std::string stl = BinaryStl(MakeBox({1, 2, 3}));
  stl.resize(stl.size() - 30);
  EXPECT_TRUE(Clean(FileKind::kStl, stl).cleanable);
  stl.append("endsolid Kanarienvogel");
  const Cleaned cleaned = Clean(FileKind::kStl, stl);
  EXPECT_EQ(cleaned.found, 1);
  EXPECT_FALSE(cleaned.cleanable);
}

TEST(TextCleaner, AsciiStl) {
  const std::string facet =
      " facet normal 0 0 1\n  outer loop\n   vertex 0 0 0\n   vertex 1 0 0\n   vertex 0 1 0\n  endloop\n endfacet\n";
  ExpectCopy(FileKind::kStl, "solid Kanarienvogel 36\r\n" + facet + "endsolid kanarienvogel\n",
             "solid\r\n" + facet + "endsolid\n", 2);
}

TEST(TextCleaner, Obj) {
  ExpectCopy(FileKind::kObj, "# Kanarienvogel\nmtllib Kanarienvogel.mtl\no Kanarienvogel\nv 0 0 0 # Kanarienvogel\nf 1 2 3\n",
             "v 0 0 0 \nf 1 2 3\n", 4);
}

TEST(TextCleaner, Ply) {
  const std::string body("\x01\x02\ncomment is no comment here\n\x00", 31);
  ExpectCopy(FileKind::kPly,
             "ply\nformat binary_little_endian 1.0\ncomment Kanarienvogel\nobj_info Kanarienvogel\nend_header\n" + body,
             "ply\nformat binary_little_endian 1.0\nend_header\n" + body, 2);
}

TEST(TextCleaner, Step) {
  ExpectCopy(FileKind::kStep,
             "ISO-10303-21;\nFILE_NAME('Kanarienvogel.stp','a/b');/* for Kanarienvogel **/\n#1=PRODUCT('x''y','Kanarienvogel');"
             "\n#2=P(1./2.);\n",
             "ISO-10303-21;\nFILE_NAME('C-1.stp','a/b');\n#1=PRODUCT('x''y','C-1');\n#2=P(1./2.);\n", 3);
}

TEST(TextCleaner, Dxf) {
  ExpectCopy(FileKind::kDxf,
             "999\nfor Kanarienvogel\n0\nLAYER\n2\nKanarienvogel cut\n0\nTEXT\n8\nKanarienvogel cut\n 10\n1.5\n  1\n"
             "Kanarienvogel 36\r\n0\nATTRIB\n1\nKanarienvogel\n3\nMTEXT of Kanarienvogel\n0\nEOF\n",
             "999\nfor C-1\n0\nLAYER\n2\nC-1 cut\n0\nTEXT\n8\nC-1 cut\n 10\n1.5\n  1\n"
             "C-1 36\r\n0\nATTRIB\n1\nC-1\n3\nMTEXT of C-1\n0\nEOF\n",
             6);
}

// Only the name that may not travel is looked for, so whatever is found but can't be taken out is refused.
void ExpectRefused(FileKind kind, const std::string& original) {
  for (const size_t piece : {size_t{0}, size_t{1}, size_t{7}}) {
    const Cleaned cleaned = Clean(kind, original, piece);
    EXPECT_GE(cleaned.found, 1) << original;
    EXPECT_FALSE(cleaned.cleanable) << original;
  }
}

TEST(TextCleaner, TheHeaderOfABinaryStlIsSearchedAsAWhole) {
  for (const std::string& hidden : {std::string("\0\0of Kanarienvogel", 18), std::string("K\0a\0n\0a\0r\0i\0e\0n\0v\0o\0g\0e\0l\0", 26)}) {
    std::string stl = BinaryStl(MakeBox({1, 2, 3}));
    std::memcpy(stl.data(), hidden.data(), hidden.size());
    std::string copy = stl;
    std::memset(copy.data(), 0, 80);
    ExpectCopy(FileKind::kStl, stl, copy);
  }
}

TEST(TextCleaner, NamesWhereNoTextBelongsAreRefused) {
  std::string stl = BinaryStl(MakeBox({1, 2, 3}));
  std::memcpy(stl.data() + 84, "Kanarienvogel", 13);
  ExpectRefused(FileKind::kStl, stl);
  ExpectRefused(FileKind::kStl, "solid a\nfacet normal 0 0 1\nKanarienvogel\nendsolid\n");
  ExpectRefused(FileKind::kPly, "ply\nformat ascii 1.0\nelement Kanarienvogel 1\nend_header\n1\n");
  ExpectRefused(FileKind::kPly, "ply\nformat ascii 1.0\nend_header\n1 2 3\nKanarienvogel\n");
  ExpectRefused(FileKind::kStep, "ISO-10303-21;\nDATA;\n#1=KANARIENVOGEL();\n");
  ExpectRefused(FileKind::kDxf, "0\nLINE\n62\nKanarienvogel\n0\nEOF\n");
  ExpectRefused(FileKind::kObj, "v 0 0 0 Kanarienvogel\nf 1 2 3\n");
}

TEST(TextCleaner, ObjStatementsThatHoldTheNameAreLeftOut) {
  ExpectCopy(FileKind::kObj, "call Kanarienvogel.obj\nshadow_obj x\nv 0 0 0\n", "shadow_obj x\nv 0 0 0\n");
}

TEST(TextCleaner, StepCodesAreUndone) {
  ExpectCopy(FileKind::kStep, "A('for \\X2\\004B0061006E00610072\\X0\\ienvogel','\\X\\FC','K\\X\\61nariEn\nvogel M\\X\\FCller');\n",
             "A('for C-1','\\X\\FC','C-1 M\\X2\\00FC\\X0\\ller');\n", 2);
}

TEST(TextCleaner, DxfCodesAreUndone) {
  ExpectCopy(FileKind::kDxf, "1\nK\\U+0061narienvogel\n1\n{\\fArial;Kana}rienvogel 36\n1\nM\\U+00FCller\n0\nEOF\n",
             "1\nC-1\n1\nC-1 36\n1\nM\\U+00FCller\n0\nEOF\n", 2);
  ExpectRefused(FileKind::kDxf, "310\n4B616E617269656E\n310\n766f67656C\n0\nEOF\n");
  ExpectRefused(FileKind::kDxf, "0\nMTEXT\n3\nmade for Kanari\n1\nenvogel\n0\nEOF\n");
  ExpectCopy(FileKind::kDxf, "0\nMTEXT\n3\nmade for Kanari\n1\nx\n0\nTEXT\n1\nenvogel\n0\nEOF\n",
             "0\nMTEXT\n3\nmade for Kanari\n1\nx\n0\nTEXT\n1\nenvogel\n0\nEOF\n", 0);
}

std::string IgesLine(std::string text, char section, int number) {
  text.resize(72, ' ');
  return absl::StrCat(text, std::string(1, section), absl::Dec(number, absl::kSpacePad7), "\n");
}

TEST(TextCleaner, IgesIsSearchedOverLineEnds) {
  ExpectRefused(FileKind::kIges, IgesLine("made for Kanarienvogel", 'S', 1));
  ExpectRefused(FileKind::kIges, IgesLine("1H,,1H;," + std::string(58, 'x') + "Kanari", 'G', 1) + IgesLine("envogel,", 'G', 2));
  std::string parameters = "406,1," + std::string(51, '1') + "Kanarie";
  ExpectRefused(FileKind::kIges, IgesLine(parameters + "       1", 'P', 1) + IgesLine("nvogel;", 'P', 2));
  const std::string clean = IgesLine("made for Kanari", 'S', 1) + IgesLine("envogel,", 'G', 1);
  ExpectCopy(FileKind::kIges, clean, clean, 0);
}

TEST(TextCleaner, CodesOfPdfAndXmlAreUndone) {
  ExpectRefused(FileKind::kPdf, "%PDF-1.4\n<</Title (K\\141narien\\\nvogel)>>\n");
  ExpectRefused(FileKind::kPdf, "%PDF-1.4\n<</Author <FEFF004B0061006E0061007200690065006E0076006F00670065006C>>>\n");
  ExpectRefused(FileKind::kXml, "<a b='K&#97;narienv&#x6F;gel'/>");
  EXPECT_EQ(Clean(FileKind::kText, "K&#97;narienvogel").found, 0) << "text means what it says";
  ExpectRefused(FileKind::kImage, std::string("\x89PNG tEXtAuthor\0Kanarienvogel", 29));
}

TEST(TextCleaner, OtherKindsAreOnlySearched) {
  const std::string pdf = "%PDF-1.4\n/Title (Kanarienvogel)\n";
  EXPECT_EQ(Clean(FileKind::kPdf, pdf).found, 1);
  EXPECT_FALSE(Clean(FileKind::kPdf, pdf).cleanable);
  EXPECT_EQ(Clean(FileKind::kPdf, "%PDF-1.4\n").found, 0);
  // In one line without end, too.
  const std::string deep = std::string(3 * kMaxCleanedText + 100, 'x') + " Kanarienvogel " + std::string(kMaxCleanedText, 'y');
  EXPECT_GE(Clean(FileKind::kPdf, deep).found, 1);
  EXPECT_FALSE(Clean(FileKind::kPdf, deep).cleanable);
}

TEST(TextCleaner, TextsBeyondTheLimitHaveNoCopy) {
  for (const size_t piece : {size_t{0}, size_t{1000}}) {
    EXPECT_TRUE(Clean(FileKind::kObj, "#" + std::string(kMaxCleanedText - 2, 'x') + "\n", piece).cleanable);
    EXPECT_FALSE(Clean(FileKind::kObj, "#" + std::string(kMaxCleanedText - 1, 'x') + "\n", piece).cleanable);
  }
}

}  // namespace
}  // namespace millwright::files
