#include "services/catalog/domain/book_assembly.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "services/catalog/domain/fields.h"

namespace millwright::catalog {

absl::StatusOr<PriceBook> ParseDefinition(absl::string_view text, absl::string_view id, int64_t version,
                                          absl::string_view currency) {
  MW_ASSIGN_OR_RETURN(PriceBook book, FromJson<PriceBook>(text));
  if (!book.currency.empty() && book.currency != currency) {
    return Error::InvalidArgument("INVALID_PRICE_RULE", "the price list names two currencies")
        .Field("currency", absl::StrCat("the text says ", book.currency, ", currency_code says ", currency));
  }
  book.id = std::string(id);
  book.version = version;
  book.currency = std::string(currency);
  return book;
}

void AddResources(const std::vector<Material>& materials, const std::vector<Machine>& machines, PriceBook& book) {
  for (const Material& material : materials) {
    auto listed =
        std::find_if(book.materials.begin(), book.materials.end(), [&](auto& m) { return m.id == material.id; });
    if (listed == book.materials.end()) {
      book.materials.push_back(material);
      continue;
    }
    Material merged = material;
    merged.aliases = listed->aliases;
    merged.no_bridges = listed->no_bridges;
    *listed = std::move(merged);
  }
  for (const Machine& machine : machines) {
    auto listed = std::find_if(book.machines.begin(), book.machines.end(), [&](auto& m) { return m.id == machine.id; });
    if (listed == book.machines.end()) {
      book.machines.push_back(machine);
      continue;
    }
    Machine merged = machine;
    merged.materials = listed->materials;
    merged.finishes = listed->finishes;
    *listed = std::move(merged);
  }
}

absl::string_view FamilyOf(const ProcessRule& rule) {
  if (rule.dental) return "dental";
  if (rule.additive) return "additive";
  if (rule.powder) return "powder";
  if (rule.machine_hour) return "machine_hour";
  return "size_power";
}

const ProcessRule* ProcessFor(const PriceBook& book, absl::string_view material, absl::string_view family) {
  for (const ProcessRule& rule : book.processes) {
    if (std::find(rule.materials.begin(), rule.materials.end(), material) != rule.materials.end()) return &rule;
  }
  for (const ProcessRule& rule : book.processes) {
    if (rule.materials.empty() && FamilyOf(rule) == family) return &rule;
  }
  return nullptr;
}

}  // namespace millwright::catalog
