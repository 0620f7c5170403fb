#include "services/catalog/domain/json.h"

#include "common/errors/error.h"
#include "services/catalog/domain/test_books.h"

namespace millwright::catalog {
namespace {

TEST(JsonTest, KeepsNumbersAsWritten) {
  auto json = ParseJson(R"( {"a": [1, -0.10, 12345678901234567890], "b": null, "c": true} )");
  ASSERT_TRUE(json.ok()) << json.status();
  EXPECT_EQ(json->Find("a")->items[1].text, "-0.10");
  EXPECT_EQ(json->Find("a")->items[2].text, "12345678901234567890");
  EXPECT_TRUE(json->Find("c")->boolean);
}

TEST(JsonTest, StringsRoundTrip) {
  EXPECT_EQ(ParseJson(R"("\u00e9\ud83d\ude00\n\"\\\/")")->text, "é😀\n\"\\/");
  std::string odd("a\x01\"\\\n\xC3\xA9", 8);
  EXPECT_EQ(ParseJson(QuoteJson(odd))->text, odd);
}

TEST(JsonTest, RefusesWithLineAndColumn) {
  for (const char* bad : {"", "{", "[1,]", "{\"a\":1,}", "01", "1.", "1e5", "nul", "\"", "\"\\x\"", "\"\\ud800\"",
                          "[1] 2", "{\"a\":1,\"a\":2}", "{a:1}", "\"\t\"", "-", "+1", "[1 2]", "\"\\u12\""}) {
    EXPECT_EQ(ReasonOf(ParseJson(bad).status()), "INVALID_JSON") << bad;
  }
  EXPECT_THAT(std::string(ParseJson("{\n \"a\": x}").status().message()), testing::HasSubstr("line 2, column 7"));
  EXPECT_FALSE(ParseJson(std::string(100000, '[')).ok());
}

TEST(JsonTest, TruncationAtEveryByteIsAnErrorNotACrash) {
  std::string text = ReadData("data/demo_center.price_list.json");
  text.resize(text.find_last_of('}'));
  for (size_t size = 0; size < text.size(); size += 7) EXPECT_FALSE(ParseJson(text.substr(0, size)).ok());
}

TEST(FieldsTest, ErrorsNameThePath) {
  auto path = [](const char* text) { return FieldViolationsOf(FromJson<PriceBook>(text).status()); };
  EXPECT_THAT(path(R"({"materials":[{"id":"A"},{"density":"1"}]})"),
              testing::ElementsAre(testing::StartsWith("materials[1].density: is no known")));
  EXPECT_THAT(path(R"({"validity_days":"14"})"), testing::ElementsAre("validity_days: must be an integer"));
  EXPECT_THAT(path(R"({"validity_days":14.5})"), testing::ElementsAre("validity_days: must be an integer"));
  EXPECT_THAT(path(R"({"minima":{"per_order":"12,5"}})"),
              testing::ElementsAre(testing::StartsWith("minima.per_order")));
  EXPECT_THAT(path(R"({"id":1})"), testing::ElementsAre("id: must be a string"));
  EXPECT_THAT(path(R"({"machines":[{"envelope_um":[1,2]}]})"),
              testing::ElementsAre("machines[0].envelope_um: must be a list of 3"));
}

TEST(FieldsTest, DefaultsAreLeftOutOfTheCanonicalForm) {
  EXPECT_EQ(ToJson(Material()), "{}");
  EXPECT_EQ(ToJson(WorkTypeGroup{"none", {}, false}), R"({"group":"none","bills":false})");
  Calendar noon;
  noon.cutoff_minute = 0;
  EXPECT_EQ(ToJson(noon), R"({"cutoff_minute":0})");
  Material material;
  material.id = "ZI";
  material.price_per_kg = D("12.50");
  EXPECT_EQ(ToJson(material), R"({"id":"ZI","price_per_kg":"12.5"})");
}

TEST(FieldsTest, ShippedDataRoundTrips) {
  for (const char* name : {"data/demo_center.price_list.json", "data/demo_shop.price_list.json"}) {
    auto book = FromJson<PriceBook>(ReadData(name));
    ASSERT_TRUE(book.ok()) << book.status();
    EXPECT_EQ(ToJson(*FromJson<PriceBook>(ToJson(*book))), ToJson(*book));
  }
}

}  // namespace
}  // namespace millwright::catalog
