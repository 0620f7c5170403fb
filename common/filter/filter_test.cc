#include "common/filter/filter.h"

#include <random>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace millwright {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

const FilterSchema& Schema() {
  static const auto& schema = *new FilterSchema{{"state", "s", FilterType::kText},
                                                {"create_time", "c", FilterType::kTime},
                                                {"count", "n", FilterType::kNumber}};
  return schema;
}

std::string Sql(absl::string_view filter) {
  auto sql = CompileFilter(filter, Schema());
  return sql.ok() ? sql->Render(3) : sql.status().ToString();
}

TEST(Filter, BecomesSqlWithArguments) {
  EXPECT_EQ(Sql(""), "");
  EXPECT_EQ(Sql("state = \"On hold\""), "(s = $3)");
  EXPECT_EQ(Sql("state=PAID AND count>=3"), "((s = $3) AND (n >= $4))");
  EXPECT_EQ(Sql("state = a OR state = b AND count != 1"), "((s = $3) OR ((s = $4) AND (n <> $5)))");
  EXPECT_EQ(Sql("NOT (state = 'x' or -count < 2)"), "NOT ((s = $3) OR NOT (n < $4))");
  auto sql = CompileFilter("create_time > \"1970-01-01T00:00:01Z\" and state = \"a\\\"b\"", Schema());
  ASSERT_TRUE(sql.ok());
  EXPECT_EQ(sql->values[0].number, 1'000'000);
  EXPECT_EQ(sql->values[1].text, "a\"b");
  EXPECT_TRUE(sql->Names("state"));
  EXPECT_FALSE(sql->Names("count"));
}

TEST(Filter, ChainsAreFlat) {
  EXPECT_EQ(Sql("state=a AND state=b AND state=c"), "((s = $3) AND (s = $4) AND (s = $5))");
  EXPECT_EQ(Sql("((state=a))"), "(s = $3)");
  EXPECT_EQ(Sql("(NOT state=a) AND state=b"), "(NOT (s = $3) AND (s = $4))");
  EXPECT_EQ(Sql("NOT (state=a AND state=b)"), "NOT ((s = $3) AND (s = $4))");
}

TEST(Filter, TranslatesValues) {
  const FilterTranslate upper = [](absl::string_view, const std::string& v) -> absl::StatusOr<std::string> {
    return v + "!";
  };
  EXPECT_EQ(CompileFilter("state = a", Schema(), upper)->values[0].text, "a!");
}

TEST(Filter, RefusesAndSaysWhere) {
  const auto expect = [](const std::string& filter, const char* words) {
    const absl::Status status = CompileFilter(filter, Schema()).status();
    EXPECT_EQ(ReasonOf(status), "FILTER_INVALID") << filter;
    EXPECT_THAT(FieldViolationsOf(status), Contains(HasSubstr(words))) << filter;
  };
  expect("color = red", "unknown field; known: state");
  expect("state", "expected one of");
  expect("state = ", "expected a value");
  expect("state = a b = c", "expected AND, OR");
  expect("(state = a", "expected `)`");
  expect("state = \"a", "no end");
  expect("state ! a", "expected one of");
  expect("count = many", "whole number");
  expect("create_time > yesterday", "expected a time");
  expect("state = a; DROP TABLE orders", "unexpected character");
  expect(std::string(kMaxFilterBytes + 1, ' '), "longer than 4096");
  expect(std::string(2000, '(') + "state = a", "nested deeper");
  expect(std::string(1500, '-') + "state = a", "nested deeper");
  std::string many = "state = a";
  for (int i = 0; i < kMaxFilterComparisons; ++i) absl::StrAppend(&many, " OR state = a");
  expect(many, "more than 100 comparisons");
}

TEST(Filter, RandomTextNeverReachesTheStatement) {
  std::mt19937_64 random(3);
  const std::vector<std::string> pieces = {"state", "=",  "\"x'; --\"", "AND", "or",    "(", ")",     "NOT",
                                           "-",     "!=", "count",      "7",   "'a\\'b'", " ", "\xff", "<="};
  for (int i = 0; i < 20000; ++i) {
    std::string filter;
    for (int k = static_cast<int>(random() % 12); k >= 0; --k) {
      absl::StrAppend(&filter, pieces[random() % pieces.size()], random() % 2 ? " " : "");
    }
    const auto sql = CompileFilter(filter, Schema());
    if (!sql.ok()) {
      EXPECT_EQ(ReasonOf(sql.status()), "FILTER_INVALID");
      continue;
    }
    EXPECT_EQ(sql->Render(1).find_first_not_of("() scn=<>ANDORT$0123456789"), std::string::npos) << filter;
  }
}

}  // namespace
}  // namespace millwright
