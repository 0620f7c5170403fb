// A price book that has been checked as a whole and indexed: what pricing runs on.
//
// Thread-safety: immutable after Compile; shared by any number of threads.
#ifndef MILLWRIGHT_SERVICES_CATALOG_DOMAIN_COMPILED_BOOK_H_
#define MILLWRIGHT_SERVICES_CATALOG_DOMAIN_COMPILED_BOOK_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/money/money.h"
#include "services/catalog/domain/price_book.h"
#include "services/catalog/domain/process_model.h"

namespace millwright::catalog {

// A quantity curve is searched piece by piece, so its last point may not lie beyond this many pieces.
inline constexpr int64_t kMaxCurveQuantity = 10'000;
// Promises further away than this are a typing error.
inline constexpr int64_t kMaxBusinessDays = 1'000;
// The quantity of one line.
inline constexpr int64_t kMaxQuantity = 1'000'000'000;

struct CompiledProcess {
  const ProcessRule* rule = nullptr;
  std::unique_ptr<const ProcessModel> model;
  std::vector<const Machine*> machines;
  const Material* support_material = nullptr;
  const QuantityRule* quantity = nullptr;  // the first that applies; nullptr: none
  std::vector<const SetupRule*> setups;
};

class CompiledBook {
 public:
  // INVALID_PRICE_RULE names the field; UNKNOWN_CURRENCY, UNKNOWN_ROUNDING as they are.
  static absl::StatusOr<std::shared_ptr<const CompiledBook>> Compile(PriceBook book);

  CompiledBook(const CompiledBook&) = delete;
  CompiledBook& operator=(const CompiledBook&) = delete;

  const PriceBook& book() const { return book_; }
  Currency currency() const { return currency_; }
  Rounding rounding() const { return rounding_; }
  const absl::TimeZone& zone() const { return zone_; }
  // SHA-256 of the canonical form, hexadecimal.
  const std::string& hash() const { return hash_; }

  // nullptr if the book has none. Materials are found by id or alias.
  const CompiledProcess* FindProcess(absl::string_view id) const;
  const Material* FindMaterial(absl::string_view id_or_alias) const;
  const Machine* FindMachine(absl::string_view id) const;
  const Finish* FindFinish(absl::string_view id) const;
  const LeadTimeTier* FindTier(absl::string_view id) const;
  const Article* FindArticle(absl::string_view id) const;
  const ShippingMethod* FindShipping(absl::string_view id) const;
  // The lab's material id in the center's terms: the partner's own mapping, the mapping for everybody, an alias, or
  // the id itself; nullptr if the center has no such material.
  const Material* MapMaterial(absl::string_view partner, absl::string_view material) const;

 private:
  explicit CompiledBook(PriceBook book) : book_(std::move(book)) {}
  absl::Status Build();
  absl::Status BuildProcess(const ProcessRule& rule);

  PriceBook book_;
  Currency currency_;
  Rounding rounding_ = Rounding::kHalfEven;
  absl::TimeZone zone_;
  std::string hash_;
  std::map<std::string, CompiledProcess, std::less<>> processes_;
  std::map<std::string, const Material*, std::less<>> materials_;
};

// SHA-256 of `text` in lower-case hexadecimal.
std::string Sha256Hex(absl::string_view text);

}  // namespace millwright::catalog

#endif  // MILLWRIGHT_SERVICES_CATALOG_DOMAIN_COMPILED_BOOK_H_
