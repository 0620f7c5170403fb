// How a seller's price list, materials and machines become one PriceBook.
//
// The price list's text is a PriceBook in JSON (services/catalog/README.md). Materials and machines are edited on their
// own; here they are laid over the list's entries of the same id (which may add aliases and no_bridges) or added to it.
#ifndef MILLWRIGHT_SERVICES_CATALOG_DOMAIN_BOOK_ASSEMBLY_H_
#define MILLWRIGHT_SERVICES_CATALOG_DOMAIN_BOOK_ASSEMBLY_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/catalog/domain/compiled_book.h"

namespace millwright::catalog {

// Parses a price list's text and fills in id, version and currency. INVALID_JSON with line and column, INVALID_DOCUMENT
// with the field; a currency in the text that differs from `currency` is refused.
absl::StatusOr<PriceBook> ParseDefinition(absl::string_view text, absl::string_view id, int64_t version,
                                          absl::string_view currency);

void AddResources(const std::vector<Material>& materials, const std::vector<Machine>& machines, PriceBook& book);

// "dental", "additive", "powder", "machine_hour", "size_power".
absl::string_view FamilyOf(const ProcessRule& rule);
inline constexpr absl::string_view kFamilies[] = {"dental", "additive", "powder", "machine_hour", "size_power"};

// The first process that offers the material by name, else the first of `family` that offers all; nullptr: none.
const ProcessRule* ProcessFor(const PriceBook& book, absl::string_view material, absl::string_view family);

}  // namespace millwright::catalog

#endif  // MILLWRIGHT_SERVICES_CATALOG_DOMAIN_BOOK_ASSEMBLY_H_
