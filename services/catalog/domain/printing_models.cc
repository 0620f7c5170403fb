// Additive families: filament and resin (shell and core), and powder beds (batches).
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "services/catalog/domain/process_model.h"

namespace millwright::catalog {
namespace {

std::string Mm3(Decimal v) { return absl::StrCat(v.ToString(), " mm3"); }

Decimal MaterialCost(Decimal volume_mm3, const Material& material) {
  return volume_mm3 * material.density_g_cm3 * material.price_per_kg * Decimal::Micro(1);
}

std::vector<CostInput> MaterialInputs(const Material& material) {
  return {{"material", absl::StrCat(material.id, "@", material.version)},
          {"density", absl::StrCat(material.density_g_cm3.ToString(), " g/cm3")},
          {"price per kg", material.price_per_kg.ToString()}};
}

class AdditiveModel : public ProcessModel {
 public:
  explicit AdditiveModel(const AdditiveRates& rates) : rates_(rates) {}

  absl::StatusOr<UnitCost> Evaluate(const ModelInput& in) const override {
    if (in.part.volume_e3_mm3 <= 0) return MissingMeasure("volume", "material is priced by volume");
    AdditiveRates rates = RatesFor(in);
    if (rates.wall_mm > Decimal(0) && in.part.area_e3_mm2 <= 0)
      return MissingMeasure("area", "walls are priced by area");
    Decimal volume = in.part.VolumeMm3();
    Decimal walls = in.part.AreaMm2() * rates.wall_mm;
    Decimal shell = Min(walls, volume);
    Decimal core = Max(volume - walls, Decimal(0)) * rates.infill;
    Decimal support = in.part.SupportMm3();

    UnitCost out;
    CostItem material;
    material.id = "material";
    material.label = "Material";
    material.per_piece = MaterialCost(shell + core, *in.material);
    material.inputs = MaterialInputs(*in.material);
    material.inputs.push_back({"shell", Mm3(shell)});
    material.inputs.push_back({"core", Mm3(core)});
    out.items.push_back(std::move(material));
    if (support > Decimal(0)) {
      const Material& with = in.support_material != nullptr ? *in.support_material : *in.material;
      CostItem item;
      item.id = "support";
      item.label = "Support material";
      item.per_piece = MaterialCost(support, with) * rates.support_infill;
      item.inputs = MaterialInputs(with);
      item.inputs.push_back({"support", Mm3(support)});
      item.inputs.push_back({"infill", rates.support_infill.ToString()});
      out.items.push_back(std::move(item));
    }
    if (rates.build_rate_mm3_h > Decimal(0)) AddTime(in, rates, shell + core + support, out);
    return out;
  }

 private:
  AdditiveRates RatesFor(const ModelInput& in) const {
    AdditiveRates out = rates_;
    out.wall_mm = ParameterOr(*in.material, "wall_mm", out.wall_mm);
    out.infill = ParameterOr(*in.material, "infill", out.infill);
    out.support_infill = ParameterOr(*in.material, "support_infill", out.support_infill);
    out.build_rate_mm3_h = ParameterOr(*in.material, "build_rate_mm3_h", out.build_rate_mm3_h);
    out.layer_mm = ParameterOr(*in.material, "layer_mm", out.layer_mm);
    out.layer_seconds = ParameterOr(*in.material, "layer_seconds", out.layer_seconds);
    out.machine_rate_h = RateOr(in.machine, out.machine_rate_h);
    return out;
  }

  static void AddTime(const ModelInput& in, const AdditiveRates& rates, Decimal deposited, UnitCost& out) {
    Decimal hours = deposited / rates.build_rate_mm3_h;
    CostItem item;
    if (rates.layer_mm > Decimal(0)) {
      Decimal layers = in.part.BoxMm(2) / rates.layer_mm;
      hours += layers * rates.layer_seconds / 3600;
      item.inputs.push_back({"layers", layers.ToString()});
    }
    out.hours_per_piece = hours;
    item.id = "machine";
    item.label = "Machine time";
    item.per_piece = hours * rates.machine_rate_h;
    item.inputs.push_back({"hours", hours.ToString()});
    item.inputs.push_back({"rate per hour", rates.machine_rate_h.ToString()});
    out.items.push_back(std::move(item));
  }

  AdditiveRates rates_;
};

class PowderModel : public ProcessModel {
 public:
  explicit PowderModel(const PowderRates& rates) : rates_(rates) {}

  absl::StatusOr<UnitCost> Evaluate(const ModelInput& in) const override {
    if (in.part.volume_e3_mm3 <= 0) return MissingMeasure("volume", "material is priced by volume");
    Decimal space = SpaceOf(in.part);
    if (!(space > Decimal(0))) return MissingMeasure(rates_.space, "the job is shared by it");
    Decimal room = rates_.build_x_mm * rates_.build_y_mm;
    if (rates_.space != "area") room = room * rates_.build_z_mm;
    Decimal fill = ParameterOr(*in.material, "fill", rates_.fill);
    Decimal rate = RateOr(in.machine, rates_.machine_rate_h);
    MW_ASSIGN_OR_RETURN(int64_t capacity, (fill * room / space).ToInteger(Rounding::kDown));
    if (capacity < 1) {
      return Error::FailedPrecondition("PART_DOES_NOT_FIT",
                                       "not one piece fits into a powder job at the stated fill rate")
          .Precondition("CAPACITY", "powder job",
                        absl::StrCat("a piece takes ", space.ToString(), " of ", (fill * room).ToString(),
                                     "; split the part or choose another process"));
    }
    Decimal height = rates_.full_height_job ? rates_.build_z_mm : in.part.BoxMm(2);

    CostItem job;
    job.id = "job";
    job.label = "Share of print jobs";
    job.per_job = height / rates_.growth_mm_h * rate;
    job.job_capacity = capacity;
    job.inputs = {{"capacity", absl::StrCat(capacity, " pieces per job")},
                  {"fill rate", fill.ToString()},
                  {"space per piece", absl::StrCat(space.ToString(), " by ", rates_.space)},
                  {"height", absl::StrCat(height.ToString(), " mm")},
                  {"growth", absl::StrCat(rates_.growth_mm_h.ToString(), " mm/h")},
                  {"rate per hour", rate.ToString()}};
    CostItem material;
    material.id = "material";
    material.label = "Material";
    material.per_piece = MaterialCost(in.part.VolumeMm3(), *in.material);
    material.inputs = MaterialInputs(*in.material);
    material.inputs.push_back({"volume", Mm3(in.part.VolumeMm3())});

    UnitCost out;
    out.hours_per_job = height / rates_.growth_mm_h;
    out.job_capacity = capacity;
    out.items = {std::move(job), std::move(material)};
    return out;
  }

 private:
  Decimal SpaceOf(const PartMeasures& part) const {
    if (rates_.space == "hull") return part.HullMm3();
    if (rates_.space == "box") return part.BoxMm3();
    if (part.projected_area_e3_mm2 > 0) return Decimal::Milli(part.projected_area_e3_mm2);
    return part.BoxMm(0) * part.BoxMm(1);
  }

  PowderRates rates_;
};

}  // namespace

std::unique_ptr<const ProcessModel> MakeAdditiveModel(const AdditiveRates& rates) {
  return std::make_unique<const AdditiveModel>(rates);
}
std::unique_ptr<const ProcessModel> MakePowderModel(const PowderRates& rates) {
  return std::make_unique<const PowderModel>(rates);
}

}  // namespace millwright::catalog
