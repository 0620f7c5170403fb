#include "services/files/acceptance_convert.h"

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "services/files/convert.h"
#include "services/files/names.h"

namespace millwright::files {
namespace {

#define MW_TAKE(field) \
  if (proto.has_##field()) limits.field = proto.field()
#define MW_GIVE(field) \
  if (limits.field.has_value()) proto.set_##field(*limits.field)

MaterialLimits FromProto(const v1::MaterialLimits& proto) {
  MaterialLimits limits;
  limits.materials.assign(proto.materials().begin(), proto.materials().end());
  limits.blank_heights_mm.assign(proto.blank_heights_mm().begin(), proto.blank_heights_mm().end());
  MW_TAKE(min_wall_mm);
  MW_TAKE(min_connector_anterior_mm2);
  MW_TAKE(min_connector_posterior_mm2);
  MW_TAKE(min_connector_cantilever_mm2);
  MW_TAKE(max_pontics_anterior);
  MW_TAKE(max_pontics_posterior);
  MW_TAKE(max_bridge_units);
  MW_TAKE(max_cantilever_pontics);
  MW_TAKE(allowed_in_bridges);
  MW_TAKE(linear_shrinkage);
  return limits;
}

v1::MaterialLimits ToProto(const MaterialLimits& limits) {
  v1::MaterialLimits proto;
  for (const std::string& id : limits.materials) proto.add_materials(id);
  for (const double height : limits.blank_heights_mm) proto.add_blank_heights_mm(height);
  MW_GIVE(min_wall_mm);
  MW_GIVE(min_connector_anterior_mm2);
  MW_GIVE(min_connector_posterior_mm2);
  MW_GIVE(min_connector_cantilever_mm2);
  MW_GIVE(max_pontics_anterior);
  MW_GIVE(max_pontics_posterior);
  MW_GIVE(max_bridge_units);
  MW_GIVE(max_cantilever_pontics);
  MW_GIVE(allowed_in_bridges);
  MW_GIVE(linear_shrinkage);
  return proto;
}

}  // namespace

AcceptanceProfile FromProto(const v1::AcceptanceProfile& proto) {
  AcceptanceProfile limits;
  for (const v1::MaterialLimits& material : proto.materials()) limits.materials.push_back(FromProto(material));
  if (proto.has_implant_lines()) {
    limits.implant_lines.emplace(proto.implant_lines().lines().begin(), proto.implant_lines().lines().end());
  }
  limits.check_insertion_axis = proto.check_insertion_axis();
  MW_TAKE(always_confirm_pontics);
  MW_TAKE(machine_axes);
  MW_TAKE(max_insertion_axis_degrees);
  MW_TAKE(max_screw_channel_degrees);
  MW_TAKE(min_tool_diameter_mm);
  MW_TAKE(max_part_file_bytes);
  return limits;
}

v1::AcceptanceProfile ToProto(const AcceptanceProfile& limits) {
  v1::AcceptanceProfile proto;
  for (const MaterialLimits& material : limits.materials) *proto.add_materials() = ToProto(material);
  if (limits.implant_lines.has_value()) {
    proto.mutable_implant_lines();
    for (const std::string& line : *limits.implant_lines) proto.mutable_implant_lines()->add_lines(line);
  }
  proto.set_check_insertion_axis(limits.check_insertion_axis);
  proto.set_always_confirm_pontics(limits.always_confirm_pontics);
  proto.set_max_insertion_axis_degrees(limits.max_insertion_axis_degrees);
  MW_GIVE(machine_axes);
  MW_GIVE(max_screw_channel_degrees);
  MW_GIVE(min_tool_diameter_mm);
  MW_GIVE(max_part_file_bytes);
  return proto;
}

#undef MW_TAKE
#undef MW_GIVE

std::string AcceptanceName(const std::string& company, int64_t version) {
  return absl::StrCat(CompanyName(company), "/acceptanceProfiles/", version);
}

absl::StatusOr<v1::AcceptanceProfile> ToProto(const AcceptanceRow& row) {
  v1::AcceptanceProfile proto;
  if (!proto.ParseFromString(row.profile)) return absl::DataLossError("stored limits of a center can't be read");
  proto.set_name(AcceptanceName(row.company, row.version));
  proto.set_version(static_cast<int32_t>(row.version));
  proto.set_created_by(row.created_by);
  SetTime(row.create_time, proto.mutable_create_time());
  return proto;
}

absl::StatusOr<AcceptanceProfile> ProfileOf(const std::optional<AcceptanceRow>& row) {
  if (!row.has_value()) return DefaultAcceptanceProfile();
  MW_ASSIGN_OR_RETURN(const v1::AcceptanceProfile proto, ToProto(*row));
  AcceptanceProfile profile = WithDefaults(FromProto(proto));
  profile.name = proto.name();
  return profile;
}

}  // namespace millwright::files
