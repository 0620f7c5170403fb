// For tests: a folder of its own, removed at the end, with a database in it.
//
//   ScratchDatabase scratch({StorageSchema(), SchemaOf("orders", OrdersSchemaFiles())});
//   scratch.db().Write(...);
//   scratch.Reopen();   // as after a restart
#ifndef MILLWRIGHT_COMMON_STORAGE_SCRATCH_DATABASE_H_
#define MILLWRIGHT_COMMON_STORAGE_SCRATCH_DATABASE_H_

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/storage/database.h"

namespace millwright {

class ScratchFolder {
 public:
  ScratchFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "mw-test-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  std::string File(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

class ScratchDatabase {
 public:
  explicit ScratchDatabase(std::vector<MigrationSet> migrations, Database::Options options = {})
      : options_(std::move(options)) {
    options_.path = folder_.File("test.db");
    options_.migrations = std::move(migrations);
    Reopen();
  }
  Database& db() { return *db_; }
  const std::string& path() const { return options_.path; }
  // As when the process ends. Only path() and Reopen() may follow.
  void Shut() { db_.reset(); }
  // Closes and opens again. Everything that refers to db() must be gone.
  void Reopen() {
    db_.reset();
    auto opened = Database::Open(options_);
    if (!opened.ok()) {
      std::fprintf(stderr, "%s\n", opened.status().ToString().c_str());
      std::abort();
    }
    db_ = *std::move(opened);
  }

 private:
  ScratchFolder folder_;
  Database::Options options_;
  std::unique_ptr<Database> db_;
};

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_STORAGE_SCRATCH_DATABASE_H_
