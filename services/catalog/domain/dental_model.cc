// The dental unit price list: what a production center charges a lab.
#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "services/catalog/domain/process_model.h"

namespace millwright::catalog {
namespace {

absl::Status NotOffered(absl::string_view product, absl::string_view remedy) {
  return Error::FailedPrecondition("PRODUCT_NOT_OFFERED", absl::StrCat(product, " is not on the price list"))
      .Precondition("PRODUCT", product, remedy);
}

const Decimal* SurchargeOf(const DentalRates& rates, absl::string_view line) {
  const Decimal* any = nullptr;
  for (const ImplantSurcharge& row : rates.implant_surcharges) {
    if (!row.line.empty() && CoversImplantLine(row.line, line)) return &row.per_unit;
    if (row.line.empty()) any = &row.per_unit;
  }
  return any;
}

CostItem Item(std::string id, std::string label, Decimal price) {
  CostItem item;
  item.id = std::move(id);
  item.label = std::move(label);
  item.per_piece = price;
  item.audience = Audience::kCustomer;
  return item;
}

class DentalModel : public ProcessModel {
 public:
  explicit DentalModel(const DentalRates& rates) : rates_(rates) {}

  absl::StatusOr<UnitCost> Evaluate(const ModelInput& in) const override {
    if (in.dental == nullptr) return MissingMeasure("dental", "a dental price needs the design's teeth and material");
    UnitCost out;
    if (!in.dental->model_kind.empty()) {
      MW_RETURN_IF_ERROR(AddModel(*in.dental, out));
      return out;
    }
    if (in.dental->units.empty()) return MissingMeasure("dental.units", "the part names no tooth");
    for (const auto& bridge : BridgesOf(in.dental->units)) {
      Decimal units_price;
      int64_t billed = 0;
      for (const DentalUnit& unit : bridge) MW_RETURN_IF_ERROR(AddUnit(*in.dental, unit, units_price, billed, out));
      AddBridgeRules(bridge, units_price, billed, out);
    }
    return out;
  }

 private:
  absl::Status AddModel(const DentalPart& part, UnitCost& out) const {
    if (const ModelPrice* price = ModelPriceOf(rates_, part.model_kind)) {
      out.items.push_back(Item("model", absl::StrCat("Model part: ", part.model_kind), price->price));
      return absl::OkStatus();
    }
    return NotOffered(absl::StrCat("model part `", part.model_kind, "`"), "choose a kind of the center's price list");
  }

  absl::Status AddUnit(const DentalPart& part, const DentalUnit& unit, Decimal& units_price, int64_t& billed,
                       UnitCost& out) const {
    std::string product = absl::StrCat("tooth ", unit.tooth, ": ", unit.work_type, " in ", part.material);
    const WorkTypeGroup* group = GroupOf(rates_, unit.work_type);
    if (group == nullptr) return NotOffered(product, "the center's price list has no such work type");
    if (!group->bills) return absl::OkStatus();
    const DentalPrice* price = UnitPrice(rates_, group->group, part.material, part.shade);
    if (price == nullptr) return NotOffered(product, "choose a material and shade of the center's price list");
    std::string id = absl::StrCat("tooth-", unit.tooth);
    out.items.push_back(Item(id, product, price->price));
    out.items.back().inputs = {{"group", group->group}, {"shade", part.shade}, {"shade class", price->shade_class}};
    units_price += price->price;
    ++billed;
    return AddImplant(part, unit, id, out);
  }

  absl::Status AddImplant(const DentalPart& part, const DentalUnit& unit, const std::string& id, UnitCost& out) const {
    if (!unit.HasImplant()) return absl::OkStatus();
    if (const Decimal* surcharge = SurchargeOf(rates_, unit.implant_line)) {
      out.items.push_back(Item(absl::StrCat(id, "-implant"),
                               absl::StrCat("Implant ", unit.implant_line, ", tooth ", unit.tooth), *surcharge));
    }
    if (unit.HasCustomAbutment()) {
      const std::string& material =
          unit.abutment_material.empty() ? rates_.default_abutment_material : unit.abutment_material;
      const DentalPrice* price = UnitPrice(rates_, "implant_abutment", material, "");
      if (price == nullptr) {
        return NotOffered(absl::StrCat("tooth ", unit.tooth, ": custom abutment in ", material),
                          "choose an abutment material of the center's price list");
      }
      out.items.push_back(Item(absl::StrCat(id, "-abutment"),
                               absl::StrCat("Custom abutment in ", material, ", tooth ", unit.tooth), price->price));
    }
    if (part.screw_retained || unit.angulated_screw_channel) {
      bool angulated = unit.angulated_screw_channel;
      out.items.push_back(
          Item(absl::StrCat(id, "-screw"),
               absl::StrCat(angulated ? "Angulated screw channel" : "Screw channel", ", tooth ", unit.tooth),
               angulated ? rates_.angulated_screw_channel : rates_.screw_channel));
    }
    return absl::OkStatus();
  }

  void AddBridgeRules(const std::vector<DentalUnit>& bridge, Decimal units_price, int64_t billed, UnitCost& out) const {
    if (billed < 2) return;
    for (const BridgeRule& rule : rates_.bridge_rules) {
      if (billed < rule.from_units || (rule.to_units > 0 && billed > rule.to_units)) continue;
      Decimal price = rule.per_unit * Decimal(billed) + units_price * rule.percent / 100;
      out.items.push_back(Item(absl::StrCat("bridge-", bridge.front().tooth, "-", bridge.back().tooth, "-", rule.id),
                               absl::StrCat(rule.label, ", ", billed, " units"), price));
      out.items.back().inputs = {{"units", absl::StrCat(billed)},
                                 {"per unit", rule.per_unit.ToString()},
                                 {"percent", rule.percent.ToString()}};
    }
  }

  DentalRates rates_;
};

}  // namespace

bool CoversImplantLine(absl::string_view line, absl::string_view descriptor) {
  if (!absl::StartsWith(descriptor, line)) return false;
  absl::string_view rest = absl::StripLeadingAsciiWhitespace(descriptor.substr(line.size()));
  return rest.empty() || rest[0] == ':';
}

const ModelPrice* ModelPriceOf(const DentalRates& rates, absl::string_view kind) {
  const ModelPrice* any = nullptr;
  for (const ModelPrice& row : rates.models) {
    if (row.kind == kind) return &row;
    if (row.kind.empty()) any = &row;
  }
  return any;
}

const WorkTypeGroup* GroupOf(const DentalRates& rates, absl::string_view work_type) {
  for (const WorkTypeGroup& group : rates.groups) {
    if (std::find(group.work_types.begin(), group.work_types.end(), work_type) != group.work_types.end()) return &group;
  }
  return nullptr;
}

const DentalPrice* UnitPrice(const DentalRates& rates, absl::string_view group, absl::string_view material,
                             absl::string_view shade) {
  absl::string_view shade_class;
  for (const ShadeClass& row : rates.shade_classes) {
    if (std::find(row.shades.begin(), row.shades.end(), shade) != row.shades.end()) shade_class = row.id;
  }
  const DentalPrice* any = nullptr;
  for (const DentalPrice& row : rates.prices) {
    if (row.group != group || row.material != material) continue;
    if (row.shade_class.empty()) any = &row;
    if (!shade_class.empty() && row.shade_class == shade_class) return &row;
  }
  return any;
}

absl::Status CheckDentalRates(const ProcessRule& rule) {
  const DentalRates& rates = *rule.dental;
  for (size_t i = 0; i < rates.prices.size(); ++i) {
    const DentalPrice& price = rates.prices[i];
    std::string field = absl::StrCat("dental.prices[", i, "]");
    if (price.price < Decimal(0)) return InvalidRule(rule, field + ".price", "must not be negative");
    for (size_t j = 0; j < i; ++j) {
      const DentalPrice& other = rates.prices[j];
      if (other.group == price.group && other.material == price.material && other.shade_class == price.shade_class) {
        return InvalidRule(rule, field, "prices the same group, material and shade class twice; keep one row");
      }
    }
  }
  for (size_t i = 0; i < rates.bridge_rules.size(); ++i) {
    const BridgeRule& bridge = rates.bridge_rules[i];
    std::string field = absl::StrCat("dental.bridge_rules[", i, "]");
    if (bridge.from_units < 2) return InvalidRule(rule, field + ".from_units", "must be at least 2");
    if (bridge.percent < Decimal(-100)) return InvalidRule(rule, field + ".percent", "must not be below -100");
  }
  return absl::OkStatus();
}

std::unique_ptr<const ProcessModel> MakeDentalModel(const DentalRates& rates) {
  return std::make_unique<const DentalModel>(rates);
}

}  // namespace millwright::catalog
