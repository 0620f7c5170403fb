#include "services/catalog/domain/compiled_book.h"

#include <openssl/sha.h>

#include <algorithm>
#include <set>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "services/catalog/domain/fields.h"
#include "services/catalog/domain/lead_time.h"

namespace millwright::catalog {
namespace {

absl::Status Bad(absl::string_view field, absl::string_view rule) {
  return Error::InvalidArgument("INVALID_PRICE_RULE", absl::StrCat(field, " ", rule)).Field(field, rule);
}

template <typename T>
const T* ById(const std::vector<T>& list, absl::string_view id) {
  auto it = std::find_if(list.begin(), list.end(), [&](const T& entry) { return entry.id == id; });
  return it == list.end() ? nullptr : &*it;
}

template <typename T>
absl::Status CheckIds(const char* field, const std::vector<T>& list) {
  std::set<std::string> seen;
  for (const T& entry : list) {
    if (entry.id.empty()) return Bad(absl::StrCat(field, ".id"), "must not be empty");
    if (!seen.insert(entry.id).second)
      return Bad(absl::StrCat(field, ".id"), absl::StrCat("`", entry.id, "` stands twice"));
  }
  return absl::OkStatus();
}

bool Applies(const std::vector<std::string>& processes, const std::string& id) {
  return processes.empty() || std::find(processes.begin(), processes.end(), id) != processes.end();
}

absl::Status CheckQuantityRule(const QuantityRule& rule) {
  std::string field = absl::StrCat("quantity_rules[", rule.id, "].points");
  if (rule.shape != "step" && rule.shape != "curve") {
    return Bad(absl::StrCat("quantity_rules[", rule.id, "].shape"), "use step or curve");
  }
  if (rule.points.empty() || rule.points[0].quantity != 1) return Bad(field, "must begin with quantity 1");
  for (size_t i = 0; i < rule.points.size(); ++i) {
    if (!(rule.points[i].factor > Decimal(0))) return Bad(field, "factors must be above 0");
    if (i > 0 && rule.points[i].quantity <= rule.points[i - 1].quantity) return Bad(field, "quantities must rise");
    if (i > 0 && rule.points[i].factor > rule.points[i - 1].factor) return Bad(field, "factors must not rise");
  }
  if (rule.shape == "curve" && rule.points.back().quantity > kMaxCurveQuantity) {
    return Bad(field, absl::StrCat("of a curve end at ", kMaxCurveQuantity, " pieces; use steps beyond"));
  }
  if (rule.points.back().quantity > kMaxQuantity) return Bad(field, absl::StrCat("end at ", kMaxQuantity, " pieces"));
  return absl::OkStatus();
}

absl::Status CheckDiscount(const Discount& d) {
  std::string field = absl::StrCat("discounts[", d.id, "]");
  if (d.on != "line" && d.on != "order") return Bad(field + ".on", "use line or order");
  if (!d.code.empty() && d.on != "order") return Bad(field + ".on", "of a coupon must be order");
  if (d.reason.empty()) return Bad(field + ".reason", "must say why; the customer reads it");
  if (d.percent < Decimal(0) || d.percent > Decimal(100)) return Bad(field + ".percent", "must be between 0 and 100");
  if (d.amount < Decimal(0) || d.cap < Decimal(0)) return Bad(field, "must not have a negative amount or cap");
  if ((d.percent == Decimal(0)) == (d.amount == Decimal(0))) return Bad(field, "needs either a percent or an amount");
  return absl::OkStatus();
}

absl::Status CheckAmounts(const PriceBook& b) {
  for (const Material& m : b.materials) {
    if (m.density_g_cm3 < Decimal(0) || m.price_per_kg < Decimal(0)) {
      return Bad(absl::StrCat("materials[", m.id, "]"), "must not have a negative density or price");
    }
    MW_RETURN_IF_ERROR(CheckParameters(m));
  }
  for (const Finish& f : b.finishes) {
    if (f.percent < Decimal(0) || f.per_piece < Decimal(0) || f.per_cm2 < Decimal(0) || f.per_cm3 < Decimal(0)) {
      return Bad(absl::StrCat("finishes[", f.id, "]"), "must not have a negative amount");
    }
  }
  for (const Article& a : b.articles) {
    if (a.price < Decimal(0)) return Bad(absl::StrCat("articles[", a.id, "].price"), "must not be negative");
  }
  for (const SetupRule& s : b.setups) {
    static const std::set<std::string> kScopes = {"line", "part", "material", "machine", "order"};
    if (kScopes.count(s.scope) == 0) {
      return Bad(absl::StrCat("setups[", s.id, "].scope"), "use line, part, material, machine or order");
    }
    if (s.amount < Decimal(0) || s.every_pieces < 0)
      return Bad(absl::StrCat("setups[", s.id, "]"), "must not be negative");
  }
  for (const LeadTimeTier& t : b.lead_times) {
    std::string field = absl::StrCat("lead_times[", t.id, "]");
    if (!(t.multiplier > Decimal(0))) return Bad(field + ".multiplier", "must be above 0");
    if (t.business_days < 0 || t.business_days > kMaxBusinessDays) {
      return Bad(field + ".business_days", absl::StrCat("must be between 0 and ", kMaxBusinessDays));
    }
  }
  for (const ShippingMethod& s : b.shipping) {
    if (s.price < Decimal(0) || s.packing < Decimal(0))
      return Bad(absl::StrCat("shipping[", s.id, "]"), "must not be negative");
  }
  for (Decimal minimum : {b.minima.per_piece, b.minima.per_line, b.minima.per_order}) {
    if (minimum < Decimal(0)) return Bad("minima", "must not be negative");
  }
  return absl::OkStatus();
}

}  // namespace

std::string Sha256Hex(absl::string_view text) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<char*>(digest), sizeof(digest)));
}

absl::StatusOr<std::shared_ptr<const CompiledBook>> CompiledBook::Compile(PriceBook book) {
  std::shared_ptr<CompiledBook> out(new CompiledBook(std::move(book)));
  MW_RETURN_IF_ERROR(out->Build());
  return std::shared_ptr<const CompiledBook>(std::move(out));
}

absl::Status CompiledBook::Build() {
  MW_ASSIGN_OR_RETURN(currency_, Currency::Parse(book_.currency));
  MW_ASSIGN_OR_RETURN(rounding_, ParseRounding(book_.rounding));
  if (book_.tax_rounding != "line" && book_.tax_rounding != "document")
    return Bad("tax_rounding", "use line or document");
  if (!absl::LoadTimeZone(book_.time_zone, &zone_))
    return Bad("time_zone", "must be an IANA time zone such as Europe/Berlin");
  if (!book_.country.empty() && book_.country.size() != 2)
    return Bad("country", "must be a two-letter code of ISO 3166-1");
  if (book_.validity_days < 1 || book_.validity_days > 365) return Bad("validity_days", "must be between 1 and 365");
  MW_RETURN_IF_ERROR(CheckIds("materials", book_.materials));
  MW_RETURN_IF_ERROR(CheckIds("machines", book_.machines));
  MW_RETURN_IF_ERROR(CheckIds("finishes", book_.finishes));
  MW_RETURN_IF_ERROR(CheckIds("articles", book_.articles));
  MW_RETURN_IF_ERROR(CheckIds("processes", book_.processes));
  MW_RETURN_IF_ERROR(CheckIds("setups", book_.setups));
  MW_RETURN_IF_ERROR(CheckIds("quantity_rules", book_.quantity_rules));
  MW_RETURN_IF_ERROR(CheckIds("lead_times", book_.lead_times));
  MW_RETURN_IF_ERROR(CheckIds("discounts", book_.discounts));
  MW_RETURN_IF_ERROR(CheckIds("shipping", book_.shipping));
  MW_RETURN_IF_ERROR(CheckCalendar(book_.calendar));
  MW_RETURN_IF_ERROR(CheckAmounts(book_));
  for (const QuantityRule& rule : book_.quantity_rules) MW_RETURN_IF_ERROR(CheckQuantityRule(rule));
  for (const Discount& discount : book_.discounts) MW_RETURN_IF_ERROR(CheckDiscount(discount));
  for (const Material& material : book_.materials) materials_.emplace(material.id, &material);
  for (const Material& material : book_.materials) {
    for (const std::string& alias : material.aliases) {
      auto [it, added] = materials_.emplace(alias, &material);
      if (!added && it->second != &material) {
        return Bad(absl::StrCat("materials[", material.id, "].aliases"), absl::StrCat("`", alias, "` is taken"));
      }
    }
  }
  for (const MaterialMapping& mapping : book_.material_mappings) {
    if (FindMaterial(mapping.to) == nullptr)
      return Bad("material_mappings.to", absl::StrCat("`", mapping.to, "` is no material"));
  }
  for (const ProcessRule& rule : book_.processes) MW_RETURN_IF_ERROR(BuildProcess(rule));
  hash_ = Sha256Hex(ToJson(book_));
  return absl::OkStatus();
}

absl::Status CompiledBook::BuildProcess(const ProcessRule& rule) {
  CompiledProcess process;
  process.rule = &rule;
  MW_ASSIGN_OR_RETURN(process.model, MakeModel(rule));
  for (const std::string& id : rule.machines) {
    const Machine* machine = FindMachine(id);
    if (machine == nullptr) return InvalidRule(rule, "machines", absl::StrCat("names `", id, "`, which is no machine"));
    process.machines.push_back(machine);
  }
  for (const std::string& id : rule.materials) {
    if (FindMaterial(id) == nullptr)
      return InvalidRule(rule, "materials", absl::StrCat("names `", id, "`, which is no material"));
  }
  for (const std::string& id : rule.finishes) {
    if (FindFinish(id) == nullptr)
      return InvalidRule(rule, "finishes", absl::StrCat("names `", id, "`, which is no finish"));
  }
  if (rule.additive && !rule.additive->support_material.empty()) {
    process.support_material = FindMaterial(rule.additive->support_material);
    if (process.support_material == nullptr) return InvalidRule(rule, "additive.support_material", "is no material");
  }
  if (rule.extra_days < 0 || rule.extra_days > kMaxBusinessDays)
    return InvalidRule(rule, "extra_days", "must be 0 to 1000");
  for (const QuantityRule& quantity : book_.quantity_rules) {
    if (process.quantity == nullptr && Applies(quantity.processes, rule.id)) process.quantity = &quantity;
  }
  for (const SetupRule& setup : book_.setups) {
    if (Applies(setup.processes, rule.id)) process.setups.push_back(&setup);
  }
  processes_.emplace(rule.id, std::move(process));
  return absl::OkStatus();
}

const CompiledProcess* CompiledBook::FindProcess(absl::string_view id) const {
  auto it = processes_.find(id);
  return it == processes_.end() ? nullptr : &it->second;
}
const Material* CompiledBook::FindMaterial(absl::string_view id_or_alias) const {
  auto it = materials_.find(id_or_alias);
  return it == materials_.end() ? nullptr : it->second;
}
const Machine* CompiledBook::FindMachine(absl::string_view id) const { return ById(book_.machines, id); }
const Finish* CompiledBook::FindFinish(absl::string_view id) const { return ById(book_.finishes, id); }
const LeadTimeTier* CompiledBook::FindTier(absl::string_view id) const { return ById(book_.lead_times, id); }
const Article* CompiledBook::FindArticle(absl::string_view id) const { return ById(book_.articles, id); }
const ShippingMethod* CompiledBook::FindShipping(absl::string_view id) const { return ById(book_.shipping, id); }

const Material* CompiledBook::MapMaterial(absl::string_view partner, absl::string_view material) const {
  const MaterialMapping* everybody = nullptr;
  for (const MaterialMapping& mapping : book_.material_mappings) {
    if (mapping.from != material) continue;
    if (mapping.partner == partner && !partner.empty()) return FindMaterial(mapping.to);
    if (mapping.partner.empty()) everybody = &mapping;
  }
  return FindMaterial(everybody != nullptr ? absl::string_view(everybody->to) : material);
}

}  // namespace millwright::catalog
