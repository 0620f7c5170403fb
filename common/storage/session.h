// Reader and Transaction: what stores are handed by Database::Read and Database::Write.
//
// Whatever only reads takes a `Reader&`: it then works on a snapshot and inside a write alike (a Transaction is a
// Reader, and sees its own changes).
//
// Thread-safety: use one only in the callback that got it, in that thread.
#ifndef MILLWRIGHT_COMMON_STORAGE_SESSION_H_
#define MILLWRIGHT_COMMON_STORAGE_SESSION_H_

#include <functional>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/storage/statement.h"

namespace millwright {

class Reader {
 public:
  explicit Reader(Connection& connection) : connection_(connection) {}
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // One SELECT. Every `$n` needs its argument and every argument its `$n`, else INTERNAL.
  template <typename... Args>
  Rows Query(absl::string_view sql, const Args&... args) {
    return QueryWith(sql, {Value(args)...});
  }
  // The same with arguments collected at run time (filters).
  Rows QueryWith(absl::string_view sql, absl::Span<const Value> values) { return Rows(connection_, sql, values); }
  Rows QueryWith(absl::string_view sql, std::initializer_list<Value> values) {
    return QueryWith(sql, absl::MakeConstSpan(values.begin(), values.size()));
  }

 protected:
  Connection& connection_;
};

class Transaction : public Reader {
 public:
  using Reader::Reader;

  // One INSERT, UPDATE or DELETE; the number of rows it touched (without cascades). For RETURNING use Query. Version
  // checks belong into the statement: `UPDATE ... WHERE id = $1 AND version = $2` that touches 0 rows lost the race.
  template <typename... Args>
  absl::StatusOr<int64_t> Execute(absl::string_view sql, const Args&... args) {
    return Query(sql, args...).Finish();
  }
  absl::StatusOr<int64_t> ExecuteWith(absl::string_view sql, absl::Span<const Value> values) {
    return QueryWith(sql, values).Finish();
  }
  // Like Execute where the count does not matter: `return tx.Run("INSERT ...", ...)`.
  template <typename... Args>
  absl::Status Run(absl::string_view sql, const Args&... args) {
    return Execute(sql, args...).status();
  }

  // Runs `fn`; if it fails, only its own changes (and its OnCommit calls) are undone and its status is returned.
  absl::Status Nested(const std::function<absl::Status(Transaction&)>& fn);

  // Calls `fn` on the writer thread once the changes are durable, before the write is acknowledged; never if they are
  // rolled back. It must be quick, must not block and must not write.
  void OnCommit(std::function<void()> fn) { on_commit_.push_back(std::move(fn)); }

 private:
  friend class GroupWriter;
  std::vector<std::function<void()>> on_commit_;
  int depth_ = 0;
};

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_STORAGE_SESSION_H_
