#include "services/documents/domain/canonical.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/documents/domain/testing_documents.h"

namespace millwright::documents {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;
using ::testing::StartsWith;

TEST(CanonicalTest, EqualInputsHashEqualAndAnyChangeShows) {
  Offer offer = SampleOffer();
  std::string before = InputHash(offer);
  EXPECT_EQ(InputHash(SampleOffer()), before);
  offer.prices.lines[1].net += 1;
  EXPECT_NE(InputHash(offer), before);
}

TEST(CanonicalTest, TextCannotImitateTheNextField) {
  Offer a = SampleOffer(), b = SampleOffer();
  a.delivery = "x\npayment_terms=1:y";
  a.payment_terms = "";
  b.delivery = "x";
  b.payment_terms = "y";
  EXPECT_NE(CanonicalBytes(a), CanonicalBytes(b));
}

TEST(CanonicalTest, KindsWithEqualFieldsDiffer) { EXPECT_NE(InputHash(OrderForm{}), InputHash(CustomMadeStatement{})); }

TEST(CanonicalTest, AbsentAndEmptyDiffer) {
  CustomMadeStatement a, b;
  b.representative.emplace();
  EXPECT_NE(InputHash(a), InputHash(b));
}

struct TextCase {
  const char* name;
  std::string text;
  bool good;
};

TEST(CanonicalTest, TextRules) {
  const TextCase cases[] = {
      {"plain", "Größe Ł € ⌀", true},        {"line feed", "a\nb", true},
      {"carriage return", "a\rb", false},    {"tab", "a\tb", false},
      {"NUL", std::string("a\0b", 3), false}, {"escape", "a\x1B[31m", false},
      {"C1", "a\xC2\x9Bz", false},           {"bad UTF-8", "a\xFFz", false},
      {"cut UTF-8", "a\xC3", false},         {"right-to-left override", "a\u202Egpj.exe", false},
      {"Hebrew", "שלום", true},              {"at the limit", std::string(kMaxTextBytes, 'a'), true},
      {"above the limit", std::string(kMaxTextBytes + 1, 'a'), false},
  };
  for (const TextCase& test : cases) {
    Offer offer = SampleOffer();
    offer.prices.lines[1].description = test.text;
    auto problems = TextProblems(offer);
    EXPECT_EQ(problems.empty(), test.good) << test.name;
    if (!problems.empty()) {
      EXPECT_EQ(problems.front().first, "prices.lines[1].description") << test.name;
    }
  }
}

TEST(CanonicalTest, TooManyEntries) {
  Offer offer = SampleOffer();
  offer.changes.assign(kMaxListEntries, "x");
  EXPECT_TRUE(TextProblems(offer).empty());
  offer.changes.push_back("x");
  EXPECT_THAT(TextProblems(offer), ElementsAre(Pair("changes", StartsWith("has 1001"))));
}

}  // namespace
}  // namespace millwright::documents
