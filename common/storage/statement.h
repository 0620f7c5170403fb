// Bound parameters in, typed rows out: the two ends of an SQL statement.
//
// SQL text is written once for SQLite and PostgreSQL with `$1`, `$2`, ... as placeholders. `$n` always means the n-th
// argument, whatever order they appear in (SQLite itself numbers `$1` by first appearance, so binding goes by name).
//
//   MW_ASSIGN_OR_RETURN(auto lines, reader.Query("SELECT id, quantity FROM lines WHERE order_id = $1", order)
//                                         .All([](const Row& row) { return Line{row.String(0), row.Int(1)}; }));
//
// Thread-safety: Row and Rows belong to the thread that asked.
#ifndef MILLWRIGHT_COMMON_STORAGE_STATEMENT_H_
#define MILLWRIGHT_COMMON_STORAGE_STATEMENT_H_

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

struct sqlite3_stmt;

namespace millwright {

class Connection;

// Marks bytes that go into a BLOB column; a plain string goes into a TEXT column.
struct Blob {
  absl::string_view bytes;
};

// One argument of a statement. Made implicitly; holds a view, so it lives no longer than the call it is made for.
class Value {
 public:
  Value(std::nullptr_t) {}  // NOLINT
  template <typename T>
    requires std::integral<T> || std::is_enum_v<T>
  Value(T number) : type_(Type::kInt), int_(static_cast<int64_t>(number)) {}  // NOLINT: bool is 0 or 1, enums numbers
  template <std::floating_point T>
  Value(T number) : type_(Type::kDouble), double_(number) {}             // NOLINT
  Value(const char* text) : type_(Type::kText), bytes_(text) {}          // NOLINT
  Value(absl::string_view text) : type_(Type::kText), bytes_(text) {}    // NOLINT
  Value(const std::string& text) : type_(Type::kText), bytes_(text) {}   // NOLINT
  Value(Blob blob) : type_(Type::kBlob), bytes_(blob.bytes) {}           // NOLINT
  Value(absl::Time time);                                                // NOLINT: int64 microseconds
  template <typename T>
  Value(const std::optional<T>& maybe) : Value(maybe ? Value(*maybe) : Value(nullptr)) {}  // NOLINT: nullopt is NULL

 private:
  friend class Rows;
  enum class Type { kNull, kInt, kDouble, kText, kBlob };
  Type type_ = Type::kNull;
  int64_t int_ = 0;
  double double_ = 0;
  absl::string_view bytes_;
};

// The current row. Columns count from 0. Views (Text, Blob) are good until the callback that got the row returns.
// A NULL reads as 0, 0.0, false or "": ask IsNull where that matters.
class Row {
 public:
  bool IsNull(int column) const;
  int64_t Int(int column) const;
  double Double(int column) const;
  bool Bool(int column) const { return Int(column) != 0; }
  absl::string_view Text(int column) const;
  absl::string_view Blob(int column) const;
  // A copy of a TEXT or BLOB column.
  std::string String(int column) const { return std::string(Blob(column)); }
  absl::Time Time(int column) const;  // from int64 microseconds
  std::optional<int64_t> OptionalInt(int column) const;
  std::optional<std::string> OptionalString(int column) const;
  std::optional<absl::Time> OptionalTime(int column) const;

 private:
  friend class Rows;
  explicit Row(sqlite3_stmt* statement) : statement_(statement) {}
  sqlite3_stmt* statement_;
};

// The answer of Reader::Query, to be consumed in the same expression by exactly one of the methods below. Callbacks
// may run other statements of the same reader or transaction, also the same text.
class [[nodiscard]] Rows {
 public:
  Rows(Connection& connection, absl::string_view sql, absl::Span<const Value> values);
  Rows(Rows&& other) noexcept;
  Rows& operator=(Rows&&) = delete;
  ~Rows();

  // Calls `fn(row)` for each row. If it returns absl::Status, the first error ends the loop and is returned.
  template <typename Fn>
  absl::Status ForEach(Fn fn) &&;
  // `fn(row)` of the first row, or nullopt. `fn` returns T or StatusOr<T>.
  template <typename Fn>
  auto One(Fn fn) &&;
  // `fn(row)` of each row, in order. `fn` returns T or StatusOr<T>.
  template <typename Fn>
  auto All(Fn fn) &&;
  // The first column of the first row as a number; 0 if there is no row or it is NULL (counts, sums, maxima).
  absl::StatusOr<int64_t> Int() &&;
  // Whether there is a row.
  absl::StatusOr<bool> Any() &&;
  // Runs to the end; the number of rows that the statement inserted, updated or deleted.
  absl::StatusOr<int64_t> Finish() &&;

 private:
  template <typename R>
  struct Plain {
    using type = R;
  };
  template <typename T>
  struct Plain<absl::StatusOr<T>> {
    using type = T;
  };

  absl::Status Bind(absl::Span<const Value> values);
  int BindOne(int index, const Value& value);
  // True if there is a row now; false at the end and on errors (see status_).
  bool Next();

  Connection* connection_;
  sqlite3_stmt* statement_ = nullptr;
  absl::Status status_;
};

template <typename Fn>
absl::Status Rows::ForEach(Fn fn) && {
  while (Next()) {
    if constexpr (std::is_void_v<std::invoke_result_t<Fn&, const Row&>>) {
      fn(Row(statement_));
    } else {
      absl::Status status = fn(Row(statement_));
      if (!status.ok()) return status;
    }
  }
  return status_;
}

template <typename Fn>
auto Rows::One(Fn fn) && {
  using T = typename Plain<std::decay_t<std::invoke_result_t<Fn&, const Row&>>>::type;
  using Result = absl::StatusOr<std::optional<T>>;
  if (!Next()) return status_.ok() ? Result(std::optional<T>()) : Result(status_);
  absl::StatusOr<T> value = fn(Row(statement_));
  if (!value.ok()) return Result(value.status());
  return Result(std::optional<T>(*std::move(value)));
}

template <typename Fn>
auto Rows::All(Fn fn) && {
  using T = typename Plain<std::decay_t<std::invoke_result_t<Fn&, const Row&>>>::type;
  using Result = absl::StatusOr<std::vector<T>>;
  std::vector<T> all;
  while (Next()) {
    absl::StatusOr<T> value = fn(Row(statement_));
    if (!value.ok()) return Result(value.status());
    all.push_back(*std::move(value));
  }
  return status_.ok() ? Result(std::move(all)) : Result(status_);
}

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_STORAGE_STATEMENT_H_
