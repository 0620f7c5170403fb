#include "services/catalog/domain/process_model.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "services/catalog/domain/fixed_math.h"

namespace millwright::catalog {
namespace {

int64_t JobsFor(int64_t pieces, int64_t capacity) {
  return capacity <= 0 ? 0 : pieces / capacity + (pieces % capacity != 0);
}

CostItem MachineTime(Decimal hours, Decimal rate) {
  CostItem item;
  item.id = "machine";
  item.label = "Machine time";
  item.per_piece = hours * rate;
  item.inputs = {{"hours", hours.ToString()}, {"rate per hour", rate.ToString()}};
  return item;
}

class MachineHourModel : public ProcessModel {
 public:
  explicit MachineHourModel(const MachineHourRates& rates) : rates_(rates), hourly_(HourlyRate(rates.costs)) {}

  absl::StatusOr<UnitCost> Evaluate(const ModelInput& in) const override {
    if (in.part.volume_e3_mm3 <= 0) return MissingMeasure("volume", "machine time is priced by volume");
    Decimal volume = in.part.VolumeMm3();
    CostItem material;
    material.id = "material";
    material.label = "Material";
    material.per_piece = volume * (Decimal(1) + rates_.material_allowance) * in.material->density_g_cm3 *
                         in.material->price_per_kg * Decimal::Micro(1);
    material.inputs = {{"volume", absl::StrCat(volume.ToString(), " mm3")},
                       {"density", absl::StrCat(in.material->density_g_cm3.ToString(), " g/cm3")},
                       {"price per kg", in.material->price_per_kg.ToString()},
                       {"allowance", rates_.material_allowance.ToString()}};
    UnitCost out;
    out.hours_per_piece = volume / rates_.throughput_mm3_h + rates_.handling_minutes / 60;
    out.items = {std::move(material), MachineTime(out.hours_per_piece, hourly_)};
    return out;
  }

 private:
  MachineHourRates rates_;
  Decimal hourly_;
};

class SizePowerModel : public ProcessModel {
 public:
  explicit SizePowerModel(const SizePowerRates& rates) : rates_(rates) {}

  absl::StatusOr<UnitCost> Evaluate(const ModelInput& in) const override {
    Decimal size = rates_.size == "box" ? in.part.BoxMm3() : in.part.VolumeMm3();
    if (!(size > Decimal(0))) return MissingMeasure(rates_.size, "the price is a power of it");
    CostItem item;
    item.id = "size";
    item.label = "Price by size";
    item.per_piece = rates_.price * Pow(size, rates_.exponent);
    item.inputs = {{rates_.size, absl::StrCat(size.ToString(), " mm3")},
                   {"exponent", rates_.exponent.ToString()},
                   {"price", rates_.price.ToString()}};
    UnitCost out;
    out.items = {std::move(item)};
    return out;
  }

 private:
  SizePowerRates rates_;
};

absl::Status CheckShare(const ProcessRule& rule, absl::string_view field, Decimal share) {
  if (share < Decimal(0) || share > Decimal(1)) return InvalidRule(rule, field, "must be between 0 and 1");
  return absl::OkStatus();
}

absl::Status CheckPositive(const ProcessRule& rule, absl::string_view field, Decimal value) {
  if (!(value > Decimal(0))) return InvalidRule(rule, field, "must be above 0");
  return absl::OkStatus();
}

absl::Status CheckNotNegative(const ProcessRule& rule, absl::string_view field, Decimal value) {
  if (value < Decimal(0)) return InvalidRule(rule, field, "must not be negative");
  return absl::OkStatus();
}

absl::Status CheckAdditive(const ProcessRule& rule, const AdditiveRates& r) {
  MW_RETURN_IF_ERROR(CheckShare(rule, "additive.infill", r.infill));
  MW_RETURN_IF_ERROR(CheckShare(rule, "additive.support_infill", r.support_infill));
  MW_RETURN_IF_ERROR(CheckNotNegative(rule, "additive.wall_mm", r.wall_mm));
  MW_RETURN_IF_ERROR(CheckNotNegative(rule, "additive.machine_rate_h", r.machine_rate_h));
  MW_RETURN_IF_ERROR(CheckNotNegative(rule, "additive.layer_seconds", r.layer_seconds));
  MW_RETURN_IF_ERROR(CheckNotNegative(rule, "additive.build_rate_mm3_h", r.build_rate_mm3_h));
  if (r.layer_seconds > Decimal(0)) MW_RETURN_IF_ERROR(CheckPositive(rule, "additive.layer_mm", r.layer_mm));
  return absl::OkStatus();
}

absl::Status CheckPowder(const ProcessRule& rule, const PowderRates& r) {
  if (r.space != "box" && r.space != "hull" && r.space != "area") {
    return InvalidRule(rule, "powder.space", "use box, hull or area");
  }
  MW_RETURN_IF_ERROR(CheckShare(rule, "powder.fill", r.fill));
  MW_RETURN_IF_ERROR(CheckPositive(rule, "powder.fill", r.fill));
  MW_RETURN_IF_ERROR(CheckPositive(rule, "powder.build_x_mm", r.build_x_mm));
  MW_RETURN_IF_ERROR(CheckPositive(rule, "powder.build_y_mm", r.build_y_mm));
  MW_RETURN_IF_ERROR(CheckPositive(rule, "powder.build_z_mm", r.build_z_mm));
  MW_RETURN_IF_ERROR(CheckPositive(rule, "powder.growth_mm_h", r.growth_mm_h));
  return CheckNotNegative(rule, "powder.machine_rate_h", r.machine_rate_h);
}

absl::Status CheckMachineHour(const ProcessRule& rule, const MachineHourRates& r) {
  MW_RETURN_IF_ERROR(CheckPositive(rule, "machine_hour.costs.years", r.costs.years));
  MW_RETURN_IF_ERROR(CheckPositive(rule, "machine_hour.costs.hours_per_year", r.costs.hours_per_year));
  MW_RETURN_IF_ERROR(CheckPositive(rule, "machine_hour.throughput_mm3_h", r.throughput_mm3_h));
  MW_RETURN_IF_ERROR(CheckNotNegative(rule, "machine_hour.handling_minutes", r.handling_minutes));
  MW_RETURN_IF_ERROR(CheckNotNegative(rule, "machine_hour.material_allowance", r.material_allowance));
  return CheckNotNegative(rule, "machine_hour.costs", HourlyRate(r.costs));
}

absl::Status CheckSizePower(const ProcessRule& rule, const SizePowerRates& r) {
  if (r.size != "volume" && r.size != "box") return InvalidRule(rule, "size_power.size", "use volume or box");
  if (r.exponent < Decimal(0) || r.exponent > Decimal::Milli(1500)) {
    return InvalidRule(rule, "size_power.exponent", "must be between 0 and 1.5");
  }
  return CheckNotNegative(rule, "size_power.price", r.price);
}

}  // namespace

Decimal CostItem::AmountFor(int64_t pieces) const {
  Decimal out = per_piece * Decimal(pieces) + fixed;
  return job_capacity > 0 ? out + per_job * Decimal(JobsFor(pieces, job_capacity)) : out;
}

Decimal UnitCost::HoursFor(int64_t pieces) const {
  Decimal out = hours_per_piece * Decimal(pieces);
  return job_capacity > 0 ? out + hours_per_job * Decimal(JobsFor(pieces, job_capacity)) : out;
}

Decimal HourlyRate(const MachineHourCosts& c) {
  return ((c.machine + c.maintenance) / c.years + c.energy_per_year + c.room_rate_m2_year * c.room_m2 +
          c.parts_per_year + c.gas_per_year) /
         c.hours_per_year;
}

Decimal ParameterOr(const Material& material, absl::string_view name, Decimal standard) {
  for (const Parameter& parameter : material.parameters) {
    if (parameter.name == name) return parameter.value;
  }
  return standard;
}

absl::Status CheckParameters(const Material& material) {
  static constexpr absl::string_view kShares[] = {"infill", "support_infill", "fill"};
  static constexpr absl::string_view kAmounts[] = {"wall_mm", "build_rate_mm3_h", "layer_mm", "layer_seconds"};
  for (const Parameter& parameter : material.parameters) {
    std::string field = absl::StrCat("materials[", material.id, "].parameters.", parameter.name);
    auto bad = [&](absl::string_view rule) {
      return Error::InvalidArgument("INVALID_PRICE_RULE", absl::StrCat(field, " ", rule)).Field(field, rule).Build();
    };
    bool share = std::find(std::begin(kShares), std::end(kShares), parameter.name) != std::end(kShares);
    bool amount = std::find(std::begin(kAmounts), std::end(kAmounts), parameter.name) != std::end(kAmounts);
    if (!share && !amount) {
      return bad(
          "is no parameter; use wall_mm, infill, support_infill, build_rate_mm3_h, layer_mm, layer_seconds or fill");
    }
    if (parameter.value < Decimal(0) || (share && parameter.value > Decimal(1)))
      return bad("must be 0 or more; a share at most 1");
    if ((parameter.name == "fill" || parameter.name == "layer_mm") && !(parameter.value > Decimal(0)))
      return bad("must be above 0");
  }
  return absl::OkStatus();
}

Decimal RateOr(const Machine* machine, Decimal rule_rate) {
  return machine != nullptr && machine->hourly_rate > Decimal(0) ? machine->hourly_rate : rule_rate;
}

absl::Status InvalidRule(const ProcessRule& rule, absl::string_view field, absl::string_view remedy) {
  std::string path = absl::StrCat("processes[", rule.id, "].", field);
  return Error::InvalidArgument("INVALID_PRICE_RULE", absl::StrCat(path, " ", remedy)).Field(path, remedy);
}

absl::Status MissingMeasure(absl::string_view measure, absl::string_view why) {
  return Error::InvalidArgument("MISSING_MEASURE", absl::StrCat("the part has no measured ", measure, ": ", why))
      .Field(absl::StrCat("measures.", measure), "analyse the part first; what can't be measured goes to review");
}

absl::StatusOr<std::unique_ptr<const ProcessModel>> MakeModel(const ProcessRule& rule) {
  int families = rule.additive.has_value() + rule.powder.has_value() + rule.machine_hour.has_value() +
                 rule.size_power.has_value() + rule.dental.has_value();
  if (families != 1) {
    return InvalidRule(rule, "family",
                       "must have exactly one of additive, powder, machine_hour, size_power and dental");
  }
  MW_RETURN_IF_ERROR(CheckNotNegative(rule, "margin_percent", rule.margin_percent));
  if (rule.additive) {
    MW_RETURN_IF_ERROR(CheckAdditive(rule, *rule.additive));
    return MakeAdditiveModel(*rule.additive);
  }
  if (rule.powder) {
    MW_RETURN_IF_ERROR(CheckPowder(rule, *rule.powder));
    return MakePowderModel(*rule.powder);
  }
  if (rule.machine_hour) {
    MW_RETURN_IF_ERROR(CheckMachineHour(rule, *rule.machine_hour));
    return std::make_unique<const MachineHourModel>(*rule.machine_hour);
  }
  if (rule.size_power) {
    MW_RETURN_IF_ERROR(CheckSizePower(rule, *rule.size_power));
    return std::make_unique<const SizePowerModel>(*rule.size_power);
  }
  MW_RETURN_IF_ERROR(CheckDentalRates(rule));
  return MakeDentalModel(*rule.dental);
}

}  // namespace millwright::catalog
