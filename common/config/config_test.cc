#include "common/config/config.h"

#include <fstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "millwright/internal/config/v1/config.pb.h"

namespace millwright {
namespace {

using internal::config::v1::FilesConfig;
using ::testing::HasSubstr;

absl::Status Load(std::vector<const char*> args, FilesConfig& config) {
  args.insert(args.begin(), "files");
  return LoadConfig(static_cast<int>(args.size()), args.data(), config);
}

TEST(ConfigTest, FlagsOverrideTheFileWhateverTheirOrder) {
  std::string path = ::testing::TempDir() + "/config.textproto";
  std::ofstream(path) << "server { port: 1 data_dir: '/d' } max_file_bytes: 5";
  FilesConfig config;
  std::string flag = "--config=" + path;
  ASSERT_TRUE(Load({"--server.port=7", flag.c_str(), "--server.insecure"}, config).ok());
  EXPECT_EQ(config.server().port(), 7);
  EXPECT_EQ(config.server().data_dir(), "/d");
  EXPECT_EQ(config.max_file_bytes(), 5);
  EXPECT_TRUE(config.server().insecure());
}

TEST(ConfigTest, ErrorsNameTheFlagAndThePlace) {
  FilesConfig config;
  EXPECT_THAT(std::string(Load({"--server.prot=7"}, config).message()), HasSubstr("--server.prot"));
  EXPECT_THAT(std::string(Load({"--server.port=x"}, config).message()), HasSubstr("`x`"));
  EXPECT_THAT(std::string(Load({"--server=x"}, config).message()), HasSubstr("unknown flag"));
  EXPECT_THAT(std::string(Load({"port"}, config).message()), HasSubstr("no flag"));
  std::string path = ::testing::TempDir() + "/broken.textproto";
  std::ofstream(path) << "server {\n  prot: 1 }";
  std::string flag = "--config=" + path;
  EXPECT_THAT(std::string(Load({flag.c_str()}, config).message()), HasSubstr("line 2"));
}

TEST(ConfigTest, HelpListsEveryField) {
  std::string help = ConfigHelp(FilesConfig());
  EXPECT_THAT(help, HasSubstr("--server.port=int32"));
  EXPECT_THAT(help, HasSubstr("--max_file_bytes=int64"));
}

}  // namespace
}  // namespace millwright
