#include "common/storage/database.h"

#include <cstdio>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/storage/file_lock.h"
#include "common/storage/reader_pool.h"

namespace millwright {
namespace {

void LogToStandardError(absl::string_view line) { std::fputs(absl::StrCat(line, "\n").c_str(), stderr); }

}  // namespace

Database::Database() = default;
Database::~Database() { Close(); }

absl::StatusOr<std::unique_ptr<Database>> Database::Open(Options options) {
  if (options.path.empty() || options.path.front() == ':' || options.reader_count < 1) {
    return absl::InvalidArgumentError("a database needs the path of a file and at least one reader");
  }
  std::unique_ptr<Database> db(new Database());
  db->path_ = options.path;
  MW_ASSIGN_OR_RETURN(db->lock_, FileLock::Take(options.path + "-lock", options.busy_timeout));
  MW_RETURN_IF_ERROR(CreatePrivateFile(options.path));

  Connection::Options connection{.path = options.path,
                                 .role = Connection::Role::kWriter,
                                 .synchronous = options.synchronous,
                                 .busy_timeout = options.busy_timeout,
                                 .zero_deleted = options.zero_deleted,
                                 .log = options.log ? options.log : LogToStandardError};
  MW_ASSIGN_OR_RETURN(auto writer, Connection::Open(connection));
  MW_RETURN_IF_ERROR(Migrate(*writer, options.migrations));
  db->writer_ = std::make_unique<GroupWriter>(std::move(writer), options.group_commit ? options.max_group : 1,
                                              options.max_queued_writes);
  connection.role = Connection::Role::kReader;
  MW_ASSIGN_OR_RETURN(db->readers_, ReaderPool::Open(connection, options.reader_count));
  return db;
}

void Database::Close() {
  // Writes first: a write that is being answered may be waited for by code that still reads.
  if (writer_ != nullptr) writer_->Close();
  if (readers_ != nullptr) readers_->Close();
}

void Database::WriteAsync(WriteFn fn, DoneFn done) { writer_->Write(std::move(fn), std::move(done)); }

absl::Status Database::WriteBlocking(WriteFn fn) {
  if (writer_->IsWriting()) return absl::InternalError("a write waits for another write; use the transaction");
  return writer_->WriteAndWait(std::move(fn));
}

absl::Status Database::ReadBlocking(const std::function<absl::Status(Reader&)>& fn, absl::Time deadline) {
  return readers_->Read(fn, deadline);
}

}  // namespace millwright
