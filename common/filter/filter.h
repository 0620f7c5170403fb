// The filter language of lists: a small AIP-160.
//
//   state = "Shipped" AND (create_time >= "2026-01-01T00:00:00Z" OR NOT payment_state = PAID)
//
// Comparisons are `field op value` with = != < <= > >=; values are quoted texts ("..." or '...', \" and \\ escaped) or
// bare words. AND binds closer than OR, as in most languages (AIP-160 has it the other way round: write parentheses
// where both meet and you mean it). NOT and `-` negate. Keywords are upper or lower case.
//
// A filter is parsed against a schema (the fields and their columns) and becomes SQL with bound arguments: no text of
// the client ever gets into the statement. INVALID_ARGUMENT FILTER_INVALID names the place and what was expected.
//
// Thread-safety: pure functions.
#ifndef MILLWRIGHT_COMMON_FILTER_FILTER_H_
#define MILLWRIGHT_COMMON_FILTER_FILTER_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace millwright {

inline constexpr size_t kMaxFilterBytes = 4096;
// Parentheses and NOTs within each other: "a AND (b AND (c ..." takes three of the 100 places that SQLite's parser has.
inline constexpr int kMaxFilterDepth = 20;
inline constexpr int kMaxFilterComparisons = 100;

enum class FilterType { kText, kTime, kNumber };

struct FilterField {
  std::string name;      // as clients write it
  std::string column;    // SQL expression
  FilterType type = FilterType::kText;
  // `name` is only the beginning ("metadata."); what the client writes behind it is bound to the first `?` of `column`.
  bool keyed = false;
};
using FilterSchema = std::vector<FilterField>;

struct FilterValue {
  bool is_number = false;
  int64_t number = 0;    // times are microseconds since 1970
  std::string text;
};

// A condition with `?` for each value, in order.
struct FilterSql {
  std::string condition;
  std::vector<FilterValue> values;
  std::vector<std::string> fields;   // the fields it names

  bool empty() const { return condition.empty(); }
  bool Names(absl::string_view field) const;
  // The condition with $first, $first+1, ... for its values.
  std::string Render(int first) const;
};

// Lets a list translate what people write into what is stored ("on hold" -> "On hold"), by field and value.
using FilterTranslate = std::function<absl::StatusOr<std::string>(absl::string_view field, const std::string& value)>;

absl::StatusOr<FilterSql> CompileFilter(absl::string_view filter, const FilterSchema& schema,
                                        const FilterTranslate& translate = nullptr);

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_FILTER_FILTER_H_
