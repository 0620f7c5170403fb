#include "common/log/log.h"

#include <fstream>
#include <iterator>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace millwright {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(LogTest, LinesAreJsonAndLevelsAreObeyed) {
  std::string path = ::testing::TempDir() + "/log.jsonl";
  std::remove(path.c_str());
  StartLog({"orders", path, LogLevel::kWarning});
  LogInfo("quiet");
  LogWarning("say \"hi\"\n", {{"bytes", 5}, {"who", "a\\b"}});
  StopLog();
  std::ifstream in(path);
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  EXPECT_THAT(text, HasSubstr(R"("message":"say \"hi\"\u000a","bytes":5,"who":"a\\b"})"));
  EXPECT_THAT(text, Not(HasSubstr("quiet")));
}

TEST(LogTest, BrokenUtf8CantBreakTheLine) {
  EXPECT_EQ(JsonEscape("a\xff\xc3"), "a\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(JsonEscape("żółć"), "żółć");
}

}  // namespace
}  // namespace millwright
