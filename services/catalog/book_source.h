// The rules to price with: a seller's current ones, and those of an earlier quote.
//
// A compiled price book is kept in memory until one of the seller's definitions changes, a later price list version
// comes into effect, or the seller moves to another time zone. So a quote costs one small read, not a parse.
//
// Thread-safety: all methods may be called from any thread.
#ifndef MILLWRIGHT_SERVICES_CATALOG_BOOK_SOURCE_H_
#define MILLWRIGHT_SERVICES_CATALOG_BOOK_SOURCE_H_

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "absl/status/statusor.h"
#include "common/storage/database.h"
#include "common/time/clock.h"
#include "services/catalog/domain/availability.h"
#include "services/catalog/domain/compiled_book.h"
#include "services/catalog/domain/tax.h"

namespace millwright::catalog {

// Compiled books kept in memory; the one used longest ago goes first.
inline constexpr size_t kMaxKeptBooks = 256;

struct RuleSet {
  std::shared_ptr<const CompiledBook> book;
  std::shared_ptr<const TaxTable> taxes;
  std::string book_text, tax_text;  // canonical, to be kept with the first quote that uses them
  std::map<std::string, std::string, std::less<>> families;  // material id -> process family, of available materials
  Withdrawn withdrawn;                                        // ids of the seller's materials that are not available
};

class BookSource {
 public:
  BookSource(Database& db, const Clock& clock);

  // What `seller` (company id) sells by now. FAILED_PRECONDITION, NO_PRICE_LIST if none is in effect. Time zone: IANA,
  // "" is UTC.
  absl::StatusOr<std::shared_ptr<const RuleSet>> Current(const std::string& seller, const std::string& time_zone);
  // The rules of an earlier quote, by their hashes.
  absl::StatusOr<std::shared_ptr<const RuleSet>> Kept(const std::string& seller, const std::string& book_hash,
                                                      const std::string& tax_hash);

 private:
  struct Entry {
    std::shared_ptr<const RuleSet> rules;
    int64_t revision = 0, next_us = 0, used = 0;
  };
  absl::StatusOr<Entry> Load(const std::string& seller, const std::string& time_zone, int64_t now_us);
  void Keep(const std::string& key, Entry entry);

  Database& db_;
  const Clock& clock_;
  std::shared_ptr<const TaxTable> taxes_;
  std::string tax_text_;
  std::mutex mutex_;
  std::map<std::string, Entry> entries_;
  int64_t uses_ = 0;
};

// Checks a price list with the seller's materials and machines, as it would be priced with.
absl::Status CheckPriceList(Reader& reader, absl::string_view owner, PriceBook book);

}  // namespace millwright::catalog

#endif  // MILLWRIGHT_SERVICES_CATALOG_BOOK_SOURCE_H_
