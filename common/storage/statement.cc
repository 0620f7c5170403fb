#include "common/storage/statement.h"

#include <sqlite3.h>

#include "absl/strings/str_cat.h"
#include "common/storage/connection.h"
#include "common/time/clock.h"

namespace millwright {

Value::Value(absl::Time time) : type_(Type::kInt), int_(MicrosOf(time)) {}

bool Row::IsNull(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
int64_t Row::Int(int column) const { return sqlite3_column_int64(statement_, column); }
double Row::Double(int column) const { return sqlite3_column_double(statement_, column); }

absl::string_view Row::Text(int column) const { return Blob(column); }

absl::string_view Row::Blob(int column) const {
  // The order matters: bytes() answers for the representation that blob() has just made.
  const void* bytes = sqlite3_column_blob(statement_, column);
  return {static_cast<const char*>(bytes), static_cast<size_t>(sqlite3_column_bytes(statement_, column))};
}

absl::Time Row::Time(int column) const { return FromMicros(Int(column)); }

std::optional<int64_t> Row::OptionalInt(int column) const {
  return IsNull(column) ? std::nullopt : std::optional<int64_t>(Int(column));
}
std::optional<std::string> Row::OptionalString(int column) const {
  return IsNull(column) ? std::nullopt : std::optional<std::string>(String(column));
}
std::optional<absl::Time> Row::OptionalTime(int column) const {
  return IsNull(column) ? std::nullopt : std::optional<absl::Time>(Time(column));
}

Rows::Rows(Connection& connection, absl::string_view sql, absl::Span<const Value> values) : connection_(&connection) {
  auto statement = connection.Acquire(sql);
  if (!statement.ok()) {
    status_ = statement.status();
    return;
  }
  statement_ = *statement;
  status_ = Bind(values);
}

Rows::Rows(Rows&& other) noexcept
    : connection_(other.connection_),
      statement_(std::exchange(other.statement_, nullptr)),
      status_(std::move(other.status_)) {}

Rows::~Rows() {
  if (statement_ != nullptr) connection_->Release(statement_);
}

absl::Status Rows::Bind(absl::Span<const Value> values) {
  int named = sqlite3_bind_parameter_count(statement_);
  for (size_t i = 0; i < values.size(); ++i) {
    int index = sqlite3_bind_parameter_index(statement_, absl::StrCat("$", i + 1).c_str());
    if (index == 0) {
      return connection_->Misuse(absl::StrCat("argument $", i + 1, " does not occur"), sqlite3_sql(statement_));
    }
    if (int code = BindOne(index, values[i]); code != SQLITE_OK) return connection_->Fail(code, statement_);
  }
  // Each argument occurred, so the counts differ only if the text names a parameter that has no argument.
  if (named != static_cast<int>(values.size())) {
    return connection_->Misuse(absl::StrCat(values.size(), " arguments for ", named, " parameters"),
                               sqlite3_sql(statement_));
  }
  return absl::OkStatus();
}

int Rows::BindOne(int index, const Value& value) {
  // TRANSIENT: a Rows may outlive the temporaries that it was made with.
  const char* bytes = value.bytes_.data() == nullptr ? "" : value.bytes_.data();
  switch (value.type_) {
    case Value::Type::kNull:
      return sqlite3_bind_null(statement_, index);
    case Value::Type::kInt:
      return sqlite3_bind_int64(statement_, index, value.int_);
    case Value::Type::kDouble:
      return sqlite3_bind_double(statement_, index, value.double_);
    case Value::Type::kText:
      return sqlite3_bind_text64(statement_, index, bytes, value.bytes_.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    case Value::Type::kBlob:
      return sqlite3_bind_blob64(statement_, index, bytes, value.bytes_.size(), SQLITE_TRANSIENT);
  }
  return SQLITE_MISUSE;
}

bool Rows::Next() {
  if (!status_.ok()) return false;
  int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) status_ = connection_->Fail(code, statement_);
  return false;
}

absl::StatusOr<int64_t> Rows::Int() && {
  if (!Next()) return status_.ok() ? absl::StatusOr<int64_t>(0) : status_;
  return Row(statement_).Int(0);
}

absl::StatusOr<bool> Rows::Any() && {
  bool any = Next();
  if (!status_.ok()) return status_;
  return any;
}

absl::StatusOr<int64_t> Rows::Finish() && {
  int64_t before = connection_->TotalChanges();
  while (Next()) {
  }
  if (!status_.ok()) return status_;
  // changes() alone would repeat the figure of an older statement; total_changes() alone counts cascades.
  return connection_->TotalChanges() == before ? 0 : connection_->Changes();
}

}  // namespace millwright
