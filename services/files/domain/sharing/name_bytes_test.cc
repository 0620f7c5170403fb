// Names in bytes and in the codes of formats.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "services/files/domain/sharing/name_bytes.h"
#include "services/files/domain/sharing/text_codes.h"

namespace millwright::files {
namespace {

using ::testing::ElementsAre;

bool Found(const std::vector<std::string>& names, const std::string& bytes, size_t piece = SIZE_MAX) {
  NameBytes search{PatientNames(names)};
  for (size_t at = 0; at < bytes.size(); at += std::min(piece, bytes.size() - at)) {
    search.Feed(absl::string_view(bytes).substr(at, piece));
  }
  search.Finish();
  return search.found();
}

std::string Wide(const std::string& ascii, bool big_endian) {
  std::string wide;
  for (const char c : ascii) wide.append(big_endian ? std::string{'\0', c} : std::string{c, '\0'});
  return wide;
}

TEST(NameBytes, InEveryEncodingAndCase) {
  for (const std::string& bytes : std::vector<std::string>{
           "M\u00FCllerin", "m\u00FCLLERIN", "Mu\u0308llerin", "Muellerin", "MULLERIN", "M\xFCllerin", "M\xDCLLERIN",
           "M\x81llerin", Wide("Muellerin", false), Wide("MUELLERIN", true),
           std::string("M\0\xFC\0l\0l\0e\0r\0i\0n\0", 16)}) {
    for (const size_t piece : {SIZE_MAX, size_t{1}, size_t{3}}) {
      const std::string amid = absl::StrCat(std::string(100, '\x01'), bytes, std::string(100, '\x02'));
      EXPECT_TRUE(Found({"M\u00FCllerin"}, amid, piece)) << bytes;
      EXPECT_TRUE(Found({"M\u00FCllerin"}, bytes, piece)) << bytes;
    }
    EXPECT_FALSE(Found({"M\u00FCllerin"}, bytes.substr(0, bytes.size() - 2))) << bytes;
  }
  EXPECT_TRUE(Found({"\u0418\u0432\u0430\u043D\u043E\u0432"}, "\xC8\xE2\xE0\xED\xEE\xE2")) << "Cyrillic, code page 1251";
  EXPECT_TRUE(Found({"\uAE40\uCCA0\uC218"}, "x \xB1\xE8\xC3\xB6\xBC\xF6 x")) << "Korean, code page 949";
  EXPECT_FALSE(Found({}, "Kanarienvogel"));
}

TEST(NameBytes, ShortWordsNeedReadableSurroundings) {
  EXPECT_FALSE(Found({"Kim"}, "\x01\x02Kim\x03\x04"));
  EXPECT_FALSE(Found({"Kim"}, "\x01Kim  12\x03")) << "7 readable bytes";
  EXPECT_TRUE(Found({"Kim"}, "\x01Kim  123\x03")) << "8 of them";
  EXPECT_TRUE(Found({"Kim"}, "Author (Kim)"));
  EXPECT_FALSE(Found({"Anna"}, "\x01\x02" "Anna\x03\x04"));
  EXPECT_TRUE(Found({"Annas"}, "\x01\x02" "Annas\x03\x04")) << "5 bytes do not occur by chance";
}

TEST(NameBytes, WhereverABorderFalls) {
  std::mt19937 random(5);
  for (int round = 0; round < 2000; ++round) {
    std::string bytes(random() % 300, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    const bool with = round % 2 == 0;
    if (with) bytes.insert(random() % (bytes.size() + 1), round % 4 == 0 ? "kanarienvogel" : "for Kim, 36");
    NameBytes search{PatientNames({"Kim Kanarienvogel"})};
    for (size_t at = 0; at < bytes.size();) {
      const size_t piece = 1 + random() % 120;
      search.Feed(absl::string_view(bytes).substr(at, piece));
      at += piece;
    }
    search.Finish();
    ASSERT_EQ(search.found(), with) << round;
  }
}

TEST(TextCodes, Step) {
  EXPECT_EQ(DecodeStepText("a''b"), "a''b");
  EXPECT_EQ(DecodeStepText("M\\X\\FCller \\X2\\00FC03A9\\X0\\ \\X4\\0001F600\\X0\\ \\S\\| \\\\ \\PA\\x"),
            "M\u00FCller \u00FC\u03A9 \U0001F600 \u00FC \\ x");
  EXPECT_EQ(DecodeStepText("Kanarien\r\nvogel"), "Kanarienvogel");
  EXPECT_EQ(DecodeStepText("\\X2\\D83DDE00\\X0\\"), "\U0001F600") << "a pair";
  for (const char* broken : {"\\X\\G1", "\\X", "\\", "\\S\\"}) EXPECT_EQ(DecodeStepText(broken), broken);
  EXPECT_EQ(DecodeStepText("\\X2\\00F"), "00F");
  EXPECT_EQ(DecodeStepText("\\X\\00a"), "a") << "NUL is no character";
  for (const char* text : {"M\u00FCller \u03A9 \U0001F600 \\ x", "plain"}) {
    EXPECT_EQ(DecodeStepText(EncodeStepText(text)), text);
  }
  EXPECT_EQ(EncodeStepText("\u00FC"), "\\X2\\00FC\\X0\\");
}

TEST(TextCodes, DxfXmlPdf) {
  EXPECT_EQ(DecodeDxfText("M\\U+00FCller"), "M\u00FCller");
  EXPECT_EQ(DecodeDxfText("{\\fArial|b0|i0;Kana}{\\C1;rien}\\Lvogel\\l\\Px\\~y%%066 50%"), "Kanarienvogel x yB 50%");
  EXPECT_EQ(DecodeDxfText("a\\"), "a");
  EXPECT_EQ(DecodeCharacterReferences("K&#97;n&#x61;r &#0; &amp; &#; &#xD800; &#1114112;"),
            "Kanar &#0; &amp; &#; &#xD800; &#1114112;");
  std::vector<std::string> strings;
  for (const size_t piece : {size_t{1}, SIZE_MAX}) {
    strings.clear();
    PdfStrings pdf([&](absl::string_view text) { strings.emplace_back(text); });
    const std::string bytes = "<</Title (K\\141n(a)\\)\\\nr) /Author <4B 61\n6> >>";
    for (size_t at = 0; at < bytes.size(); at += std::min(piece, bytes.size() - at)) {
      pdf.Feed(absl::string_view(bytes).substr(at, piece));
    }
    strings.erase(std::remove(strings.begin(), strings.end(), ""), strings.end());
    EXPECT_THAT(strings, ElementsAre("Kan(a))r", "Ka`"));
  }
}

}  // namespace
}  // namespace millwright::files
