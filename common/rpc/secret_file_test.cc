#include "common/rpc/secret_file.h"

#include <sys/stat.h>

#include <fstream>
#include <thread>
#include <vector>

#include "common/errors/error.h"
#include "common/storage/scratch_database.h"
#include "gtest/gtest.h"

namespace millwright {
namespace {

TEST(SecretFile, IsMadeOnceAndKept) {
  ScratchFolder folder;
  const std::string path = folder.File("page.key");
  auto first = LoadOrMakeSecret(path);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_GE(first->size(), static_cast<size_t>(kSecretBytes));
  EXPECT_EQ(*LoadOrMakeSecret(path), *first);
  EXPECT_NE(*LoadOrMakeSecret(folder.File("other.key")), *first);
  struct stat info;
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST(SecretFile, ManyAtOnceGetTheSameOne) {
  ScratchFolder folder;
  std::vector<std::string> secrets(8);
  std::vector<std::thread> threads;
  for (std::string& secret : secrets) {
    threads.emplace_back([&] { secret = LoadOrMakeSecret(folder.File("page.key")).value_or(""); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& secret : secrets) EXPECT_EQ(secret, secrets[0]);
  EXPECT_FALSE(secrets[0].empty());
}

TEST(SecretFile, ABrokenOneIsReportedNotReplaced) {
  ScratchFolder folder;
  const std::string path = folder.File("page.key");
  std::ofstream(path) << "short";
  EXPECT_EQ(ReasonOf(LoadOrMakeSecret(path).status()), "SECRET_FILE");
  EXPECT_EQ(ReasonOf(LoadOrMakeSecret(folder.File("no/such/folder/page.key")).status()), "SECRET_FILE");
}

}  // namespace
}  // namespace millwright
