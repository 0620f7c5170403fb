#include "services/catalog/domain/availability.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"

namespace millwright::catalog {
namespace {

bool Makes(const ProcessRule& rule, const std::string& material) {
  return rule.materials.empty() || std::find(rule.materials.begin(), rule.materials.end(), material) != rule.materials.end();
}

// The products of one part against one list.
class PartCheck {
 public:
  PartCheck(const CompiledBook& book, const Withdrawn& withdrawn, const CompiledProcess& process,
            absl::string_view partner, const NamedDentalPart& part, std::vector<UnavailableProduct>& out)
      : book_(book),
        withdrawn_(withdrawn),
        process_(process),
        rates_(*process.rule->dental),
        partner_(partner),
        part_(part),
        out_(out) {}

  void Run() {
    if (!part_.part.model_kind.empty()) return CheckModel();
    const Material* material = Sold(part_.part.material);
    if (material != nullptr && !Makes(*process_.rule, material->id)) material = nullptr;
    std::set<int64_t> teeth;
    for (const DentalUnit& unit : part_.part.units) {
      if (!IsFdiTooth(unit.tooth) || !teeth.insert(unit.tooth).second) {
        Add(unit.tooth, "tooth", "TOOTH", "name each tooth once, in FDI notation (11-48, 51-85)");
        continue;
      }
      CheckUnit(unit, material);
    }
    if (material != nullptr) CheckBridges(*material);
  }

 private:
  void Add(int64_t tooth, std::string product, const char* rule, std::string remedy) {
    out_.push_back({part_.name, tooth, std::move(product), rule, std::move(remedy)});
  }
  // The center's material for the lab's word; null if it has none or does not sell it at present.
  const Material* Sold(absl::string_view wanted) const {
    const Material* material = book_.MapMaterial(partner_, wanted);
    return material == nullptr || withdrawn_.contains(material->id) ? nullptr : material;
  }
  std::string Product(const DentalUnit& unit) const {
    const std::string& shade = part_.part.shade;
    return absl::StrCat(unit.work_type, " in ", part_.part.material, shade.empty() || shade == "---" ? "" : ", shade ",
                        shade);
  }

  void CheckModel() {
    if (ModelPriceOf(rates_, part_.part.model_kind) == nullptr)
      Add(0, absl::StrCat("model part ", part_.part.model_kind), "MODEL", "the center does not make this model part");
  }

  void CheckUnit(const DentalUnit& unit, const Material* material) {
    const WorkTypeGroup* group = GroupOf(rates_, unit.work_type);
    if (group == nullptr) return Add(unit.tooth, Product(unit), "WORK_TYPE", "the center has no such work type");
    if (!group->bills) return;
    if (material == nullptr) {
      return Add(unit.tooth, Product(unit), "MATERIAL",
                 "the center has no such material; choose another or have it mapped");
    }
    if (UnitPrice(rates_, group->group, material->id, part_.part.shade) == nullptr) {
      const auto& prices = rates_.prices;
      bool other_shade = std::any_of(prices.begin(), prices.end(), [&](const DentalPrice& p) {
        return p.group == group->group && p.material == material->id;
      });
      Add(unit.tooth, Product(unit), other_shade ? "SHADE" : "PRODUCT",
          other_shade ? "the center makes this in other shades" : "the center makes this in other materials");
    }
    CheckImplant(unit);
  }

  void CheckImplant(const DentalUnit& unit) {
    if (!unit.HasImplant()) return;
    const auto& lines = rates_.implant_lines;
    if (std::none_of(lines.begin(), lines.end(),
                     [&](auto& line) { return CoversImplantLine(line, unit.implant_line); })) {
      Add(unit.tooth, absl::StrCat("implant line ", unit.implant_line), "IMPLANT_LINE",
          "the center does not make this implant line");
    }
    if (!unit.HasCustomAbutment()) return;
    const std::string& wanted =
        unit.abutment_material.empty() ? rates_.default_abutment_material : unit.abutment_material;
    const Material* abutment = Sold(wanted);
    if (abutment == nullptr || UnitPrice(rates_, "implant_abutment", abutment->id, "") == nullptr) {
      Add(unit.tooth, absl::StrCat("custom abutment in ", wanted), "ABUTMENT",
          "the center makes abutments in other materials");
    }
  }

  void CheckBridges(const Material& material) {
    for (const auto& bridge : BridgesOf(part_.part.units)) {
      if (bridge.size() < 2) continue;
      std::string product =
          absl::StrCat("bridge ", bridge.front().tooth, "-", bridge.back().tooth, " in ", part_.part.material);
      if (material.no_bridges) {
        Add(bridge.front().tooth, product, "BRIDGE_MATERIAL",
            "this material carries no connectors; use single units or another material");
      }
      if (rates_.max_bridge_units > 0 && static_cast<int64_t>(bridge.size()) > rates_.max_bridge_units) {
        Add(bridge.front().tooth, product, "BRIDGE_SPAN",
            absl::StrCat("the center makes up to ", rates_.max_bridge_units, " units"));
      }
    }
  }

  const CompiledBook& book_;
  const Withdrawn& withdrawn_;
  const CompiledProcess& process_;
  const DentalRates& rates_;
  absl::string_view partner_;
  const NamedDentalPart& part_;
  std::vector<UnavailableProduct>& out_;
};

// A line that is no dental part: what of it is gone.
void CheckLine(const CompiledBook& book, const Withdrawn& withdrawn, const LineRequest& line,
               std::vector<UnavailableProduct>& out) {
  auto add = [&](std::string product, const char* rule, std::string remedy) {
    out.push_back({line.label, 0, std::move(product), rule, std::move(remedy)});
  };
  if (!line.product.empty()) {
    if (book.FindArticle(line.product) == nullptr)
      add(absl::StrCat("article ", line.product), "ARTICLE", "the seller does not offer it any more; leave it out");
    return;
  }
  const CompiledProcess* process = book.FindProcess(line.process);
  if (process == nullptr) {
    return add(absl::StrCat("process ", line.process), "PROCESS", "the seller does not offer it any more; quote again");
  }
  const Material* material = book.FindMaterial(line.material);
  if (material == nullptr || withdrawn.contains(material->id) || !Makes(*process->rule, material->id)) {
    add(absl::StrCat("material ", line.material), "MATERIAL", "quote again with a material that ListMaterials shows");
  }
  for (const std::string& finish : line.finishes) {
    if (book.FindFinish(finish) == nullptr)
      add(absl::StrCat("finish ", finish), "FINISH", "quote again with a finish that the price list names");
  }
}

}  // namespace

std::vector<UnavailableProduct> FindUnavailable(const CompiledBook& book, const Withdrawn& withdrawn,
                                                const OrderRequest& order) {
  std::vector<UnavailableProduct> out;
  for (const LineRequest& line : order.lines) {
    if (!line.dental.has_value()) {
      CheckLine(book, withdrawn, line, out);
      continue;
    }
    const auto found =
        FindUnavailable(book, withdrawn, line.process, order.customer, {{line.label, *line.dental}});
    if (found.ok()) {
      out.insert(out.end(), found->begin(), found->end());
    } else {
      out.push_back({line.label, 0, absl::StrCat("process ", line.process), "PROCESS",
                     "the center has no such dental price list any more; quote again"});
    }
  }
  return out;
}

absl::StatusOr<std::vector<UnavailableProduct>> FindUnavailable(const CompiledBook& book, const Withdrawn& withdrawn,
                                                                absl::string_view process, absl::string_view partner,
                                                                const std::vector<NamedDentalPart>& parts) {
  const CompiledProcess* rule = book.FindProcess(process);
  if (rule == nullptr || !rule->rule->dental.has_value()) {
    return Error::InvalidArgument("UNKNOWN_PROCESS",
                                  absl::StrCat("`", process, "` is no dental process of this company"))
        .Field("process", "name a dental process of the center's price list");
  }
  std::vector<UnavailableProduct> out;
  for (const NamedDentalPart& part : parts) PartCheck(book, withdrawn, *rule, partner, part, out).Run();
  return out;
}

absl::Status AvailabilityError(const std::vector<UnavailableProduct>& unavailable) {
  if (unavailable.empty()) return absl::OkStatus();
  const UnavailableProduct& first = unavailable.front();
  Error error = Error::FailedPrecondition(
      "PRODUCT_NOT_AVAILABLE", absl::StrCat(unavailable.size(), " product(s) are not available; first: tooth ",
                                            first.tooth, ": ", first.product));
  for (const UnavailableProduct& u : unavailable) {
    error.Precondition(u.rule, absl::StrCat(u.part, " tooth ", u.tooth), absl::StrCat(u.product, ": ", u.remedy));
  }
  return error.Build();
}

}  // namespace millwright::catalog
