// The rows of catalog: versioned definitions, rule texts by content, immutable quotes.
//
// Functions over a Reader or Transaction (common/storage): the caller decides what belongs into one transaction.
// `owner` and `company` are company ids, not names. Thread-safety: as of the Reader or Transaction.
#ifndef MILLWRIGHT_SERVICES_CATALOG_STORAGE_CATALOG_STORE_H_
#define MILLWRIGHT_SERVICES_CATALOG_STORAGE_CATALOG_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/storage/migrations.h"
#include "common/storage/session.h"

namespace millwright::catalog {

MigrationSet CatalogSchema();

inline constexpr char kMaterialKind[] = "material";
inline constexpr char kMachineKind[] = "machine";
inline constexpr char kPriceListKind[] = "price_list";

struct DefinitionRow {
  std::string id;
  int64_t version = 0;
  int64_t effective_us = 0, create_us = 0;
  std::string body;
};

// The newest version, whether or not it is in effect yet.
absl::StatusOr<std::optional<DefinitionRow>> FindDefinition(Reader& reader, absl::string_view owner,
                                                            absl::string_view kind, absl::string_view id);
// The newest version of each, by id, those after `after_id`.
absl::StatusOr<std::vector<DefinitionRow>> ListDefinitions(Reader& reader, absl::string_view owner,
                                                           absl::string_view kind, absl::string_view after_id,
                                                           int limit);
// The price list version in effect at `at_us`: the one that came into effect last; and when the next one will.
struct EffectiveList {
  std::optional<DefinitionRow> row;
  int64_t next_us = INT64_MAX;
};
absl::StatusOr<EffectiveList> FindEffectivePriceList(Reader& reader, absl::string_view owner, int64_t at_us);
// Adds a version and counts the owner's revision up. RESOURCE_ALREADY_EXISTS if that version exists.
absl::Status InsertDefinition(Transaction& tx, absl::string_view owner, absl::string_view kind,
                              const DefinitionRow& row);
absl::StatusOr<int64_t> RevisionOf(Reader& reader, absl::string_view owner);

// Keeps a text under its hash; once. The hash is the text's own.
absl::Status KeepRuleText(Transaction& tx, absl::string_view owner, absl::string_view hash, absl::string_view body);
absl::StatusOr<std::optional<std::string>> FindRuleText(Reader& reader, absl::string_view owner,
                                                        absl::string_view hash);

struct QuoteRow {
  std::string owner, id, buyer;
  int64_t create_us = 0, expire_us = 0;
  std::string snapshot, buyer_view, seller_view;
};
absl::Status InsertQuote(Transaction& tx, const QuoteRow& row);
absl::StatusOr<std::optional<QuoteRow>> FindQuote(Reader& reader, absl::string_view owner, absl::string_view id);
// Newest first, those before (create_us, id); without snapshots.
absl::StatusOr<std::vector<QuoteRow>> ListQuotes(Reader& reader, absl::string_view company, int64_t before_us,
                                                 absl::string_view before_id, int limit);

}  // namespace millwright::catalog

#endif  // MILLWRIGHT_SERVICES_CATALOG_STORAGE_CATALOG_STORE_H_
