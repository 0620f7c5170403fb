// The filter language: what compiles is a statement that SQLite takes, with one bound argument per value, and the same
// filter gives the same statement; what does not is INVALID_ARGUMENT with a reason. The schema has every kind of field.
#include <sqlite3.h>

#include <cstdint>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/filter/filter.h"

namespace millwright {
namespace {

const FilterSchema& Schema() {
  static const auto& schema = *new FilterSchema{
      {.name = "state", .column = "state"},
      {.name = "create_time", .column = "created", .type = FilterType::kTime},
      {.name = "count", .column = "total", .type = FilterType::kNumber},
      {.name = "metadata.", .column = "(SELECT value FROM pairs WHERE name = ?)", .keyed = true}};
  return schema;
}

sqlite3* Database() {
  static sqlite3* const database = [] {
    sqlite3* made = nullptr;
    if (sqlite3_open(":memory:", &made) != SQLITE_OK ||
        sqlite3_exec(made,
                     "CREATE TABLE items (state TEXT, created INTEGER, total INTEGER) STRICT;"
                     "CREATE TABLE pairs (name TEXT, value TEXT) STRICT;"
                     "INSERT INTO items VALUES ('Placed', 5, 7), ('Shipped', 6, 8); INSERT INTO pairs VALUES ('a', 'b')",
                     nullptr, nullptr, nullptr) != SQLITE_OK) {
      std::abort();
    }
    return made;
  }();
  return database;
}

void Require(bool holds) {
  if (!holds) std::abort();
}

void Run(const FilterSql& sql) {
  sqlite3_stmt* statement = nullptr;
  const std::string text = absl::StrCat("SELECT count(*) FROM items WHERE ", sql.Render(1));
  Require(sqlite3_prepare_v2(Database(), text.c_str(), -1, &statement, nullptr) == SQLITE_OK);
  Require(sqlite3_bind_parameter_count(statement) == static_cast<int>(sql.values.size()));
  for (size_t i = 0; i < sql.values.size(); ++i) {
    const FilterValue& value = sql.values[i];
    Require((value.is_number ? sqlite3_bind_int64(statement, static_cast<int>(i + 1), value.number)
                             : sqlite3_bind_text(statement, static_cast<int>(i + 1), value.text.data(),
                                                 static_cast<int>(value.text.size()), SQLITE_TRANSIENT)) == SQLITE_OK);
  }
  Require(sqlite3_step(statement) == SQLITE_ROW);
  Require(sqlite3_column_int(statement, 0) <= 2);
  sqlite3_finalize(statement);
}

}  // namespace
}  // namespace millwright

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace millwright;  // NOLINT
  const absl::string_view filter(reinterpret_cast<const char*>(data), size);
  const auto sql = CompileFilter(filter, Schema());
  if (!sql.ok()) {
    Require(absl::IsInvalidArgument(sql.status()) && ReasonOf(sql.status()) == "FILTER_INVALID");
    return 0;
  }
  Require(sql->Render(1) == CompileFilter(filter, Schema())->Render(1));
  if (!sql->empty()) Run(*sql);
  return 0;
}
