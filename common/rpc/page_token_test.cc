#include "common/rpc/page_token.h"

#include "common/errors/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace millwright {
namespace {

using ::testing::ElementsAre;

class PagerTest : public ::testing::Test {
 protected:
  Pager pager_{"0123456789abcdef"};
  std::string Reason(absl::string_view token, absl::string_view scope = "list") {
    return ReasonOf(pager_.Begin(0, token, scope).status());
  }
};

TEST_F(PagerTest, KeysComeBackWhateverTheyHold) {
  Page page = *pager_.Begin(7, "", "list");
  EXPECT_EQ(page.size, 7);
  EXPECT_TRUE(page.first());
  std::string token = pager_.Token(page, {"1:2", "", std::string("\0x", 2)});
  EXPECT_THAT(pager_.Begin(0, token, "list")->keys, ElementsAre("1:2", "", std::string("\0x", 2)));
}

TEST_F(PagerTest, SizesAreClampedAndNegativeOnesRefused) {
  EXPECT_EQ(pager_.Begin(0, "", "")->size, 50);
  EXPECT_EQ(pager_.Begin(1000, "", "")->size, 1000);
  EXPECT_EQ(pager_.Begin(1001, "", "")->size, 1000);
  EXPECT_EQ(FieldViolationsOf(pager_.Begin(-1, "", "").status()).size(), 1u);
}

TEST_F(PagerTest, ForgedForeignAndBrokenTokensAreRefused) {
  std::string token = pager_.Token(*pager_.Begin(0, "", "list"), {"a", "b"});
  EXPECT_EQ(Reason(token, "another list"), "PAGE_TOKEN_INVALID");
  EXPECT_EQ(ReasonOf(Pager("another secret!!").Begin(0, token, "list").status()), "PAGE_TOKEN_INVALID");
  for (size_t i = 0; i < token.size(); ++i) {
    std::string bad = token;
    bad[i] = bad[i] == 'A' ? 'B' : 'A';
    ASSERT_EQ(Reason(bad), "PAGE_TOKEN_INVALID") << i;
    ASSERT_EQ(Reason(token.substr(0, i == 0 ? 1 : i)), "PAGE_TOKEN_INVALID") << i;
  }
  EXPECT_EQ(Reason(std::string(5000, 'A')), "PAGE_TOKEN_INVALID");
}

}  // namespace
}  // namespace millwright
