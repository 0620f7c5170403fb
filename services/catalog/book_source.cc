#include "services/catalog/book_source.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "embedded/catalog_taxes.h"
#include "millwright/catalog/v1/quote.pb.h"
#include "services/catalog/domain/book_assembly.h"
#include "services/catalog/domain/fields.h"
#include "services/catalog/storage/catalog_store.h"
#include "services/catalog/translate.h"

namespace millwright::catalog {
namespace {

// A company has at most this many materials and machines in one price book.
constexpr int kMaxResources = 10'000;

// The table is part of the binary and tested; a broken one must not start.
TaxTable ShippedTaxes() {
  auto table = FromJson<TaxTable>(CatalogTaxFiles()[0].content);
  if (!table.ok()) std::abort();
  return *std::move(table);
}

template <typename Proto, typename Fn>
absl::Status ForEachResource(Reader& reader, absl::string_view owner, absl::string_view kind, Fn fn) {
  MW_ASSIGN_OR_RETURN(auto rows, ListDefinitions(reader, owner, kind, "", kMaxResources));
  for (const DefinitionRow& row : rows) {
    Proto proto;
    if (!proto.ParseFromString(row.body)) return absl::DataLossError("a stored definition can't be read");
    MW_RETURN_IF_ERROR(fn(proto));
  }
  return absl::OkStatus();
}

absl::Status AddOwnResources(Reader& reader, absl::string_view owner, PriceBook& book, RuleSet& rules) {
  std::vector<Material> materials;
  std::vector<Machine> machines;
  MW_RETURN_IF_ERROR(
      ForEachResource<v1::Material>(reader, owner, kMaterialKind, [&](const v1::Material& proto) -> absl::Status {
        MW_ASSIGN_OR_RETURN(Material material, MaterialFrom(proto));
        if (proto.available()) {
          rules.families[material.id] = proto.process();
        } else {
          rules.withdrawn.insert(material.id);
        }
        materials.push_back(std::move(material));
        return absl::OkStatus();
      }));
  MW_RETURN_IF_ERROR(
      ForEachResource<v1::Machine>(reader, owner, kMachineKind, [&](const v1::Machine& proto) -> absl::Status {
        MW_ASSIGN_OR_RETURN(Machine machine, MachineFrom(proto));
        machines.push_back(std::move(machine));
        return absl::OkStatus();
      }));
  AddResources(materials, machines, book);
  return absl::OkStatus();
}

}  // namespace

BookSource::BookSource(Database& db, const Clock& clock)
    : db_(db), clock_(clock), taxes_(std::make_shared<TaxTable>(ShippedTaxes())), tax_text_(ToJson(*taxes_)) {}

absl::StatusOr<std::shared_ptr<const RuleSet>> BookSource::Current(const std::string& seller,
                                                                   const std::string& time_zone) {
  int64_t now = MicrosOf(clock_.Now());
  std::string key = absl::StrCat(seller, "/", time_zone);
  MW_ASSIGN_OR_RETURN(int64_t revision, db_.Read([&](Reader& reader) { return RevisionOf(reader, seller); }));
  {
    std::lock_guard<std::mutex> lock(mutex_);
    auto it = entries_.find(key);
    if (it != entries_.end() && it->second.revision == revision && now < it->second.next_us) {
      it->second.used = ++uses_;
      return it->second.rules;
    }
  }
  MW_ASSIGN_OR_RETURN(Entry entry, Load(seller, time_zone, now));
  std::shared_ptr<const RuleSet> rules = entry.rules;
  Keep(key, std::move(entry));
  return rules;
}

absl::StatusOr<BookSource::Entry> BookSource::Load(const std::string& seller, const std::string& time_zone,
                                                   int64_t now_us) {
  auto rules = std::make_shared<RuleSet>();
  Entry entry;
  MW_ASSIGN_OR_RETURN(PriceBook book, db_.Read([&](Reader& reader) -> absl::StatusOr<PriceBook> {
    MW_ASSIGN_OR_RETURN(entry.revision, RevisionOf(reader, seller));
    MW_ASSIGN_OR_RETURN(EffectiveList list, FindEffectivePriceList(reader, seller, now_us));
    entry.next_us = list.next_us;
    if (!list.row.has_value()) {
      return Error::FailedPrecondition("NO_PRICE_LIST", "the seller has no price list in effect")
          .Precondition("PRICE_LIST", absl::StrCat("companies/", seller),
                        "the seller has to create a price list first");
    }
    v1::PriceList proto;
    if (!proto.ParseFromString(list.row->body)) return absl::DataLossError("a stored price list can't be read");
    MW_ASSIGN_OR_RETURN(PriceBook parsed,
                        ParseDefinition(proto.definition(), list.row->id, list.row->version, proto.currency_code()));
    rules->families.clear();
    rules->withdrawn.clear();
    MW_RETURN_IF_ERROR(AddOwnResources(reader, seller, parsed, *rules));
    return parsed;
  }));
  if (!time_zone.empty()) book.time_zone = time_zone;
  MW_ASSIGN_OR_RETURN(rules->book, CompiledBook::Compile(std::move(book)));
  rules->book_text = ToJson(rules->book->book());
  rules->taxes = taxes_;
  rules->tax_text = tax_text_;
  entry.rules = std::move(rules);
  return entry;
}

absl::StatusOr<std::shared_ptr<const RuleSet>> BookSource::Kept(const std::string& seller, const std::string& book_hash,
                                                                const std::string& tax_hash) {
  auto rules = std::make_shared<RuleSet>();
  MW_RETURN_IF_ERROR(db_.Read([&](Reader& reader) -> absl::Status {
    MW_ASSIGN_OR_RETURN(auto book, FindRuleText(reader, seller, book_hash));
    MW_ASSIGN_OR_RETURN(auto taxes, FindRuleText(reader, "", tax_hash));
    if (!book.has_value() || !taxes.has_value()) return absl::DataLossError("the rules of the quote are not stored");
    rules->book_text = *std::move(book);
    rules->tax_text = *std::move(taxes);
    return absl::OkStatus();
  }));
  MW_ASSIGN_OR_RETURN(PriceBook book, FromJson<PriceBook>(rules->book_text));
  MW_ASSIGN_OR_RETURN(rules->book, CompiledBook::Compile(std::move(book)));
  MW_ASSIGN_OR_RETURN(TaxTable taxes, FromJson<TaxTable>(rules->tax_text));
  rules->taxes = std::make_shared<TaxTable>(std::move(taxes));
  return std::shared_ptr<const RuleSet>(std::move(rules));
}

void BookSource::Keep(const std::string& key, Entry entry) {
  std::lock_guard<std::mutex> lock(mutex_);
  entry.used = ++uses_;
  entries_[key] = std::move(entry);
  if (entries_.size() <= kMaxKeptBooks) return;
  entries_.erase(std::min_element(entries_.begin(), entries_.end(),
                                  [](const auto& a, const auto& b) { return a.second.used < b.second.used; }));
}

absl::Status CheckPriceList(Reader& reader, absl::string_view owner, PriceBook book) {
  RuleSet unused;
  MW_RETURN_IF_ERROR(AddOwnResources(reader, owner, book, unused));
  return CompiledBook::Compile(std::move(book)).status();
}

}  // namespace millwright::catalog
