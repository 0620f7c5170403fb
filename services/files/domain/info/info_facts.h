// What a .constructionInfo or .modelInfo says, as far as anybody needs it: a few kilobytes, whatever the file's size.
//
// Names follow the file's elements (dental-formats, section 1.2). An optional without value, or an empty string, is
// "not stated". Limits on what is kept are in info_reader.h; what goes over them is counted and reported.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_INFO_INFO_FACTS_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_INFO_INFO_FACTS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "services/files/domain/mesh/triangle.h"

namespace millwright::files {

enum class InfoKind { kUnknown, kConstructionInfo, kModelInfo };

enum class Crossing { kNotStated, kNone, kCrosses, kNotChecked };

struct MarginFact {
  bool stated = false;  // a Margin with at least one point; an empty one occurs on pontics and is none
  int64_t points = 0;
  int64_t different_points = 0;  // without those that repeat the one before
  Crossing crossing = Crossing::kNotStated;
};

// The parameters that some rule or service uses; ParametersUsed has a hundred.
struct ToothParameters {
  std::optional<double> min_thickness;   // mm
  std::optional<double> connector_area;  // mm²
  std::optional<double> milling_machine_axes;
  std::optional<double> milling_diameter;  // mm
  std::optional<double> max_screw_channel_angle;
  std::optional<double> blank_restriction_type, blank_restriction_width, blank_restriction_height,
      blank_restriction_length;
};

struct ToothFact {
  int index = 0;   // place in the file, from 1
  int number = 0;  // FDI
  std::string reconstruction_type;
  std::string implant_type;  // "" or "None": no implant
  std::optional<bool> connected_mesially;
  std::optional<bool> cutback;
  std::optional<bool> gingiva;
  MarginFact margin;
  std::optional<Vec3> insertion_axis;  // Axis
  std::optional<bool> axis_checked;    // AxisInsertionWasCheckedOrDefined
  bool has_screw_channel = false;      // ScrewChannelStart and ScrewChannelEnd
  std::string implant_target;          // MatrixImplantGeometryTargetOutputConstructionFile
  std::string implant_library;         // ImplantLibraryEntryDescriptor, "lib : sub : item"
  std::string implant_display;         // ImplantLibraryEntryDisplayInformation
  std::string shade;                   // ToothColor; "" for "---"
  std::string scan_file;               // ToothScanFileName
  ToothParameters parameters;

  bool has_implant() const { return !implant_type.empty() && implant_type != "None"; }
};

// A ConstructionFile, or any element with a Filename in a model info.
struct PartFact {
  int index = 0;        // place in the list, from 1
  std::string element;  // name of the element: "ConstructionFile", "ModelFile", ...
  std::string filename;
  std::string material, material_name, material_postfix, color;  // color "" for "---"
  std::string part_type, part_name, jaw;
  std::string sha1, sha256;  // as in the file
  std::string save_time;
  std::string export_information;
  std::vector<int> teeth;        // as in the file, FDI or not
  std::optional<double> height;  // mm; NaN is "not stated"
  std::optional<bool> screw_retained, slm_optimized, gingiva;
  std::optional<Vec3> direction;  // EstimatedDirectionForCAM
};

struct ScanFact {
  std::string filename, sha1, part_type;
  std::vector<int> teeth;
};

struct InfoHeader {
  std::string product_name, engine_build;
  std::string save_time;  // raw; yyyyMMddHHmm without zone
  std::string project_name, project_guid, design_guid;
  std::optional<bool> encrypted_output;
  std::optional<int64_t> construction_file_count;
  bool has_notes = false;
};

struct InfoFacts {
  InfoKind kind = InfoKind::kUnknown;
  std::string root;  // local name of the root element
  std::string encoding;
  InfoHeader header;
  std::vector<ToothFact> teeth;  // with valid, different numbers
  std::vector<PartFact> parts;
  std::vector<ScanFact> scans;
  // All that were seen, kept or not.
  int64_t tooth_count = 0, part_count = 0, scan_count = 0;

  const ToothFact* Tooth(int number) const {
    for (const ToothFact& tooth : teeth) {
      if (tooth.number == number) return &tooth;
    }
    return nullptr;
  }
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_INFO_INFO_FACTS_H_
