// What an order file says: a .dentalProject (what was ordered, for whom), a 3Shape .3ox (which models a case has), a
// 3Shape ImplantDirectionPosition_<n>.xml (an implant's tooth, kit and place). Read for what dental-formats, sections
// 1.3 and 1.6, documents; everything else is skipped. Faults are findings, as in info_reader.h, with the same limits.
//
// Thread-safety: one thread at a time.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_INFO_ORDER_FILE_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_INFO_ORDER_FILE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/files/domain/finding.h"
#include "services/files/domain/info/xml_stream.h"
#include "services/files/domain/mesh/triangle.h"

namespace millwright::files {

// More are counted but not kept.
inline constexpr size_t kMaxOrderedTeeth = 64;
inline constexpr size_t kMaxOrderModels = 1000;

enum class OrderFileKind { kUnknown, kDentalProject, k3ShapeOrder, k3ShapeImplant };

struct OrderedTooth {
  int number = 0;  // FDI
  std::string reconstruction_type, material, implant_type, shade;
  bool joined_mesially = false;  // MesialConnector
};

// A ModelElement of a .3ox.
struct OrderModel {
  std::string display_name, index;
  std::string file_name;  // ModelFileName, else <order number>_<index>.stl
  bool name_is_derived = false;
};

struct ImplantPosition {
  int tooth = 0;  // FDI, from the universal number in the file; 0 if that is none
  std::string system, kit, id;
  std::optional<Vec3> position, direction;  // mm
};

struct OrderFileFacts {
  OrderFileKind kind = OrderFileKind::kUnknown;
  std::string project_guid;   // .dentalProject
  std::string order_number;   // .3ox
  std::vector<OrderedTooth> teeth;
  std::vector<std::string> patient_names;  // last and first, as written; never leave the owner's company
  std::vector<OrderModel> models;
  std::optional<ImplantPosition> implant;
};

struct OrderFileReport {
  OrderFileFacts facts;
  std::vector<Finding> findings;
  bool readable() const { return VerdictOf(findings) != Severity::kBlocking; }
};

class OrderFileReader {
 public:
  // `name`: of the file, for the findings.
  explicit OrderFileReader(std::string name, const XmlLimits& limits = {});
  ~OrderFileReader();
  void Feed(absl::string_view bytes);
  // Once, after the last byte. An unknown root gives kind kUnknown and no finding: it may be any XML.
  OrderFileReport Finish() &&;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_INFO_ORDER_FILE_H_
