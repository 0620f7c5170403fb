#include "services/files/convert.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/rpc/field_mask.h"
#include "services/files/domain/mesh/wall.h"
#include "services/files/names.h"

namespace millwright::files {

void SetTime(absl::Time time, google::protobuf::Timestamp* out) {
  const int64_t micros = absl::ToUnixMicros(time);
  const int64_t seconds = micros >= 0 ? micros / 1'000'000 : -((-micros + 999'999) / 1'000'000);
  out->set_seconds(seconds);
  out->set_nanos(static_cast<int32_t>((micros - seconds * 1'000'000) * 1000));
}

v1::Verdict VerdictOf(Severity severity) {
  switch (severity) {
    case Severity::kAccepted:
    case Severity::kInformation:
      return v1::VERDICT_ACCEPTED;
    case Severity::kNeedsConfirmation:
      return v1::VERDICT_NEEDS_CONFIRMATION;
    case Severity::kBlocking:
      return v1::VERDICT_BLOCKING;
  }
  return v1::VERDICT_BLOCKING;
}

common::v1::FindingClass ClassOf(Severity severity) {
  switch (severity) {
    case Severity::kAccepted:
      return common::v1::FINDING_CLASS_UNSPECIFIED;
    case Severity::kInformation:
      return common::v1::FINDING_CLASS_INFORMATION;
    case Severity::kNeedsConfirmation:
      return common::v1::FINDING_CLASS_NEEDS_CONFIRMATION;
    case Severity::kBlocking:
      return common::v1::FINDING_CLASS_BLOCKING;
  }
  return common::v1::FINDING_CLASS_BLOCKING;
}

Notation NotationOf(v1::ToothNotation notation) {
  switch (notation) {
    case v1::TOOTH_NOTATION_UNIVERSAL:
      return Notation::kUniversal;
    case v1::TOOTH_NOTATION_PALMER:
      return Notation::kPalmer;
    default:
      return Notation::kFdi;
  }
}

common::v1::Finding ToProto(const Finding& finding, Notation notation) {
  common::v1::Finding proto;
  proto.set_rule(std::string(InfoOf(finding.rule).id));
  proto.set_finding_class(ClassOf(finding.severity));
  proto.set_tooth(finding.place.tooth);
  proto.set_element(finding.place.element);
  proto.set_file_name(finding.place.file);
  proto.set_measured(finding.measured);
  proto.set_limit(finding.limit);
  proto.set_remedy(std::string(finding.remedy));
  proto.set_source(std::string(finding.source));
  proto.set_message(MessageIn(finding, notation));
  return proto;
}

v1::Rule ToProto(const RuleInfo& rule) {
  v1::Rule proto;
  proto.set_id(std::string(rule.id));
  proto.set_finding_class(ClassOf(rule.severity));
  proto.set_title(std::string(rule.title));
  proto.set_remedy(std::string(rule.remedy));
  proto.set_source(std::string(rule.source));
  return proto;
}

v1::File::Kind KindOf(FileKind kind) {
  switch (kind) {
    case FileKind::kConstructionInfo:
      return v1::File::CONSTRUCTION_INFO;
    case FileKind::kModelInfo:
      return v1::File::MODEL_INFO;
    case FileKind::kStl:
      return v1::File::STL;
    case FileKind::kObj:
      return v1::File::OBJ;
    case FileKind::kPly:
      return v1::File::PLY;
    case FileKind::k3mf:
      return v1::File::THREE_MF;
    case FileKind::kStep:
      return v1::File::STEP;
    case FileKind::kIges:
      return v1::File::IGES;
    case FileKind::kDxf:
      return v1::File::DXF;
    case FileKind::kPdf:
      return v1::File::PDF;
    case FileKind::kDentalProject:
      return v1::File::DENTAL_PROJECT;
    case FileKind::kUnknown:
    case FileKind::kEmpty:
      return v1::File::KIND_UNSPECIFIED;
    case FileKind::kBinaryDxf:
    case FileKind::kDwg:
    case FileKind::k3ShapeOrder:
    case FileKind::kXml:
    case FileKind::kImage:
    case FileKind::kZip:
    case FileKind::kExecutable:
    case FileKind::kText:
      return v1::File::OTHER;
  }
  return v1::File::KIND_UNSPECIFIED;
}

LengthUnit UnitOf(int unit) {
  switch (unit) {
    case v1::LENGTH_UNIT_MILLIMETER:
      return LengthUnit::kMillimetre;
    case v1::LENGTH_UNIT_CENTIMETER:
      return LengthUnit::kCentimetre;
    case v1::LENGTH_UNIT_METER:
      return LengthUnit::kMetre;
    case v1::LENGTH_UNIT_INCH:
      return LengthUnit::kInch;
    case v1::LENGTH_UNIT_MICROMETER:
      return LengthUnit::kMicrometre;
    default:
      return LengthUnit::kUnspecified;
  }
}

namespace {

void AddSolidFacts(const QuantisedMesh& mesh, v1::Measurement& proto) {
  if (mesh.hull_milli_mm3.has_value()) proto.set_hull_volume_thousandth_mm3(*mesh.hull_milli_mm3);
  if (mesh.oriented_box_um.has_value()) {
    for (const int64_t edge : *mesh.oriented_box_um) proto.add_oriented_box_micrometers(edge);
    proto.set_oriented_box_method(std::string(kOrientedBoxMethod));
  }
  if (mesh.centre_of_mass_um.has_value()) {
    for (const int64_t at : *mesh.centre_of_mass_um) proto.add_center_of_mass_micrometers(at);
  }
  if (mesh.thinnest_wall_um.has_value()) {
    proto.set_thinnest_wall_micrometers(*mesh.thinnest_wall_um);
    proto.set_thinnest_wall_method(std::string(kWallMethod));
  }
}

}  // namespace

v1::Measurement ToProto(const MeshReport& report, LengthUnit unit) {
  v1::Measurement proto;
  proto.set_triangle_count(report.measured.triangles);
  if (report.topology.has_value() && report.topology->complete) {
    const Topology& topology = *report.topology;
    proto.set_shell_count(static_cast<int32_t>(std::min<int64_t>(topology.shells, INT32_MAX)));
    proto.set_open_edge_count(topology.open_edges);
    proto.set_non_manifold_edge_count(topology.non_manifold_edges);
    proto.set_closed(topology.closed_and_consistent());
    proto.set_inconsistent_edge_count(topology.inconsistent_edges);
    proto.set_flipped_triangle_count(topology.flipped_triangles);
    proto.set_void_count(static_cast<int32_t>(std::min<int64_t>(topology.voids, INT32_MAX)));
  }
  proto.set_degenerate_triangle_count(report.measured.zero_area);
  if (const std::optional<QuantisedMesh> mesh = Quantise(report, unit)) {
    for (const int64_t edge : {mesh->size_x_um, mesh->size_y_um, mesh->size_z_um}) proto.add_box_micrometers(edge);
    proto.set_area_thousandth_mm2(mesh->area_milli_mm2);
    proto.set_volume_thousandth_mm3(mesh->volume_milli_mm3.value_or(0));
    AddSolidFacts(*mesh, proto);
  }
  if (report.volume().has_value()) {
    proto.set_method(absl::StrCat("signed tetrahedra over ", report.measured.triangles, " triangles of ",
                                  NameOf(report.format), ", exact edge table",
                                  report.topology->inverted ? ", measured flipped" : ""));
  }
  return proto;
}

v1::EarlyMeasurement ToProto(const EarlyState& state, LengthUnit unit) {
  v1::EarlyMeasurement proto;
  proto.set_measured_bytes(state.measured_bytes);
  proto.set_whole_file(state.whole_file);
  proto.set_triangle_count(state.measured.triangles);
  const bool open = state.whole_file && state.measured.proved_open;
  proto.set_openness(open ? v1::EarlyMeasurement::OPEN_FOR_CERTAIN : v1::EarlyMeasurement::NOT_YET_KNOWN);
  if (state.measured.box.empty()) return proto;
  if (const std::optional<QuantisedEarly> early = Quantise(state.measured, unit)) {
    for (const int64_t edge : early->box_um) proto.add_box_micrometers(edge);
    proto.set_area_thousandth_mm2(early->area_milli_mm2);
    const bool has_volume = state.whole_file && !open && state.measured.not_finite == 0;
    if (has_volume) proto.set_volume_thousandth_mm3(early->volume_milli_mm3);
  }
  return proto;
}

v1::DrawingFacts ToProto(const DrawingReport& report) {
  v1::DrawingFacts proto;
  proto.set_closed_contour_count(report.closed_contours);
  proto.set_open_contour_count(report.open_contours);
  proto.set_pierce_count(report.pierces());
  proto.set_bend_line_count(report.bend_lines);
  proto.set_duplicate_count(report.duplicates);
  for (const std::string& layer : report.cut_layers) proto.add_cut_layers(layer);
  for (const std::string& layer : report.bend_layers) proto.add_bend_layers(layer);
  for (const std::string& layer : report.engrave_layers) proto.add_engrave_layers(layer);
  proto.set_engrave_line_count(report.engraved_lines);
  if (const std::optional<QuantisedDrawing> facts = report.Quantise()) {
    proto.add_box_micrometers(facts->width_um);
    proto.add_box_micrometers(facts->height_um);
    proto.set_cut_length_micrometers(facts->cut_length_um);
    proto.set_bend_length_micrometers(facts->bend_length_um);
    proto.set_engrave_length_micrometers(facts->engrave_length_um);
    proto.set_method(std::string(kDrawingMethod));
  }
  return proto;
}

v1::Project ToProto(const ProjectRow& row, v1::Verdict verdict) {
  v1::Project proto;
  proto.set_name(ProjectName(row.company, row.id));
  proto.set_display_name(row.display_name);
  proto.set_case_code(row.case_code);
  proto.set_state(static_cast<v1::Project::State>(row.state));
  proto.set_verdict(verdict);
  SetTime(row.create_time, proto.mutable_create_time());
  SetTime(row.update_time, proto.mutable_update_time());
  proto.set_etag(EtagOf(row.version));
  proto.set_locked(row.locked);
  for (const std::string& name : row.patient_names) proto.add_patient_names(name);
  return proto;
}

v1::Upload ToProto(const UploadRow& row, int64_t committed) {
  v1::Upload proto;
  proto.set_name(UploadName(row.company, row.project, row.id));
  proto.set_file_name(row.file_name);
  proto.set_size_bytes(row.size);
  proto.set_committed_bytes(committed);
  SetTime(row.expire_time, proto.mutable_expire_time());
  if (!row.file.empty()) proto.set_file(FileName(row.company, row.project, row.file));
  return proto;
}

v1::File ToProto(const FileRow& row) {
  v1::File proto;
  // Measurement and findings; written by this service, so that it parses. An unreadable one shows as not judged.
  if (!proto.ParseFromString(row.analysis)) proto.Clear();
  proto.set_name(FileName(row.company, row.project, row.id));
  proto.set_file_name(row.file_name);
  proto.set_kind(static_cast<v1::File::Kind>(row.kind));
  proto.set_size_bytes(row.size);
  proto.set_sha256(row.sha256);
  proto.set_revision(row.revision);
  proto.set_superseded(row.superseded);
  proto.set_unit(static_cast<v1::LengthUnit>(row.unit));
  proto.set_verdict(static_cast<v1::Verdict>(row.verdict));
  SetTime(row.create_time, proto.mutable_create_time());
  proto.set_uploaded_by(row.uploaded_by);
  return proto;
}

v1::Grant ToProto(const GrantRow& row, const std::string& owner) {
  v1::Grant proto;
  proto.set_file(FileName(owner, row.project, row.file));
  proto.set_grantee(CompanyName(row.grantee));
  proto.set_order(absl::StrCat("orders/", row.order));
  proto.set_state(row.state == GrantState::kPending  ? "PENDING"
                  : row.state == GrantState::kActive ? "ACTIVE"
                                                     : "REVOKED");
  SetTime(row.create_time, proto.mutable_create_time());
  proto.set_purpose(static_cast<v1::Grant::Purpose>(row.purpose));
  if (v1::File shared; !row.shared.empty() && shared.ParseFromString(row.shared)) {
    proto.set_file_name(shared.file_name());
    *proto.mutable_left_out() = shared.left_out();
  }
  return proto;
}

namespace {

v1::ToothFact ToProto(const ToothFact& tooth) {
  v1::ToothFact proto;
  proto.set_number(tooth.number);
  proto.set_work_type(tooth.reconstruction_type);
  proto.set_implant_type(tooth.implant_type);
  proto.set_implant_line(tooth.implant_library);
  proto.set_shade(tooth.shade);
  proto.set_joined_to_mesial(tooth.connected_mesially.value_or(false));
  return proto;
}

void AddDental(const ProjectPart& part, v1::PartFact& proto) {
  const PartOrderFacts& facts = *part.dental;
  proto.set_work_type(facts.work_type);
  proto.set_material(facts.material);
  proto.set_material_name(facts.material_name);
  proto.set_shade(facts.shade);
  proto.set_unit_count(facts.units);
  proto.set_pontic_count(facts.pontics);
  proto.set_implant_count(facts.implants);
  proto.set_height_micrometers(facts.height_um.value_or(0));
  int channels = 0;
  for (const int number : facts.teeth) {
    proto.add_teeth(number);
    const ToothFact* tooth = part.info->Tooth(number);
    if (tooth == nullptr) continue;
    channels += tooth->has_screw_channel;
    *proto.add_tooth_facts() = ToProto(*tooth);
  }
  proto.set_screw_channel_count(channels);
}

}  // namespace

v1::PartFact ToProto(const ProjectPart& part) {
  v1::PartFact proto;
  proto.set_file_name(part.file_name);
  if (part.file != nullptr) proto.set_sha256(part.file->file.sha256);
  if (part.dental.has_value()) AddDental(part, proto);
  if (part.model.has_value()) {
    proto.set_model_part(true);
    proto.set_work_type(absl::StrCat("Model", absl::AsciiStrToUpper(NameOf(part.model->group).substr(0, 1)),
                                     NameOf(part.model->group).substr(1)));
    for (const int tooth : part.model->teeth) proto.add_teeth(tooth);
    proto.set_unit_count(1);
  }
  return proto;
}

absl::string_view ContentTypeOf(FileKind kind) {
  switch (kind) {
    case FileKind::kStl:
      return "model/stl";
    case FileKind::kObj:
      return "model/obj";
    case FileKind::k3mf:
      return "model/3mf";
    case FileKind::kStep:
      return "model/step";
    case FileKind::kIges:
      return "model/iges";
    case FileKind::kPdf:
      return "application/pdf";
    case FileKind::kZip:
      return "application/zip";
    case FileKind::kDxf:
      return "image/vnd.dxf";
    case FileKind::kConstructionInfo:
    case FileKind::kModelInfo:
    case FileKind::kDentalProject:
    case FileKind::k3ShapeOrder:
    case FileKind::kXml:
      return "application/xml";
    default:
      return "application/octet-stream";
  }
}

}  // namespace millwright::files
