#include "services/files/domain/info/order_file.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/files/domain/info/fdi.h"
#include "services/files/domain/info/info_builder.h"
#include "services/files/domain/info/info_values.h"

namespace millwright::files {

class OrderFileReader::Impl : public XmlHandler {
 public:
  Impl(std::string name, const XmlLimits& limits) : name_(std::move(name)), stream_(*this, findings_, limits) {}

  void Feed(absl::string_view bytes) { stream_.Feed(bytes); }

  OrderFileReport Finish() {
    stream_.Finish();
    for (OrderModel& model : facts_.models) {
      if (!model.file_name.empty()) continue;
      model.name_is_derived = true;
      model.file_name = absl::StrCat(facts_.order_number, "_", model.index, ".stl");
    }
    OrderFileReport report{std::move(facts_), std::move(findings_).Take()};
    for (Finding& finding : report.findings) finding.place.file = name_;
    return report;
  }

  bool OnStart(absl::string_view name, bool) override {
    path_.push_back(std::string(name));
    if (path_.size() == 1) Root(name);
    if (facts_.kind == OrderFileKind::kDentalProject && IsTooth() && path_.size() == 3) StartTooth();
    if (facts_.kind == OrderFileKind::k3ShapeOrder && name == "ModelElement") StartModel();
    return WantsText(name);
  }

  void OnAttribute(absl::string_view name, absl::string_view value) override {
    // A .3ox may say in attributes what others say in elements.
    if (facts_.kind == OrderFileKind::k3ShapeOrder) {
      if (path_.back() == "ModelElement" && name == "displayName" && in_model_) model_.display_name = std::string(value.substr(0, 255));
      ShapeValue(name, value);
    } else if (facts_.kind == OrderFileKind::k3ShapeImplant) {
      ImplantAttribute(path_.back(), name, value);
    }
  }

  void OnEnd(absl::string_view name, absl::string_view text) override {
    switch (facts_.kind) {
      case OrderFileKind::kDentalProject:
        ProjectValue(name, text);
        break;
      case OrderFileKind::k3ShapeOrder:
        ShapeValue(name, text);
        if (name == "ModelElement") EndModel();
        break;
      default:
        break;
    }
    path_.pop_back();
  }

 private:
  void Root(absl::string_view name) {
    if (name == "Treatment") {
      facts_.kind = OrderFileKind::kDentalProject;
    } else if (name == "root" && absl::StartsWithIgnoreCase(name_, "ImplantDirectionPosition")) {
      facts_.kind = OrderFileKind::k3ShapeImplant;
      facts_.implant.emplace();
    } else if (absl::EndsWithIgnoreCase(name_, ".3ox")) {
      facts_.kind = OrderFileKind::k3ShapeOrder;
    } else {
      stream_.Stop();
    }
  }

  bool IsTooth() const { return path_.size() >= 3 && path_[1] == "Teeth" && path_[2] == "Tooth"; }

  bool WantsText(absl::string_view name) const {
    if (facts_.kind == OrderFileKind::k3ShapeOrder) {
      return name == "ThreeShapeOrderNo" || name == "ModelElementIndex" || name == "ModelFileName";
    }
    if (facts_.kind != OrderFileKind::kDentalProject) return false;
    if (path_.size() == 2) return name == "ProjectGUID";
    if (path_.size() == 3 && path_[1] == "Patient") return name == "PatientName" || name == "PatientFirstName";
    if (path_.size() != 4 || !IsTooth()) return false;
    for (absl::string_view wanted :
         {"Number", "ReconstructionType", "MesialConnector", "Material", "ImplantType", "Color"}) {
      if (name == wanted) return true;
    }
    return false;
  }

  std::string ToothPath(absl::string_view leaf) const {
    return absl::StrCat("Teeth/Tooth[", tooth_count_, "]", leaf.empty() ? "" : "/", leaf);
  }

  void StartTooth() {
    tooth_ = {};
    ++tooth_count_;
  }

  void ProjectValue(absl::string_view name, absl::string_view text) {
    if (path_.size() == 2 && name == "ProjectGUID") facts_.project_guid = std::string(text);
    if (path_.size() == 3 && path_[1] == "Patient" && !text.empty() && facts_.patient_names.size() < 8) {
      facts_.patient_names.push_back(std::string(text));
    }
    if (!IsTooth()) return;
    if (path_.size() == 3) return EndTooth();
    if (path_.size() != 4) return;
    if (name == "Number") tooth_.number = static_cast<int>(std::clamp<int64_t>(ParseXsInteger(text).value_or(-1), -1, 1000));
    if (name == "ReconstructionType") tooth_.reconstruction_type = std::string(text);
    if (name == "MesialConnector") tooth_.joined_mesially = ParseXsBoolean(text).value_or(false);
    if (name == "Material") tooth_.material = std::string(text);
    if (name == "ImplantType") tooth_.implant_type = std::string(text);
    if (name == "Color") tooth_.shade = ShadeOf(text);
  }

  void EndTooth() {
    if (!IsFdi(tooth_.number)) {
      findings_.Add(Rule::kToothNotFdi, {.element = ToothPath("Number")},
                    absl::StrCat(ToothPath("Number"), " is no tooth of FDI."), absl::StrCat(tooth_.number),
                    "the 52 FDI numbers");
    } else if (!seen_.insert(tooth_.number).second) {
      findings_.Add(Rule::kToothDuplicate, {.element = ToothPath("Number"), .tooth = tooth_.number},
                    absl::StrCat("Tooth ", tooth_.number, " is listed again."));
    } else if (facts_.teeth.size() < kMaxOrderedTeeth) {
      facts_.teeth.push_back(std::move(tooth_));
    }
    tooth_ = {};
  }

  void StartModel() {
    model_ = {};
    in_model_ = true;
  }
  void EndModel() {
    if (in_model_ && facts_.models.size() < kMaxOrderModels) facts_.models.push_back(std::move(model_));
    in_model_ = false;
  }
  void ShapeValue(absl::string_view name, absl::string_view text) {
    if (text.empty()) return;
    if (name == "ThreeShapeOrderNo") facts_.order_number = std::string(text.substr(0, 100));
    if (!in_model_) return;
    if (name == "ModelElementIndex") model_.index = std::string(text.substr(0, 20));
    if (name == "ModelFileName") model_.file_name = std::string(text.substr(0, 255));
  }

  void ImplantAttribute(absl::string_view element, absl::string_view name, absl::string_view value) {
    ImplantPosition& implant = *facts_.implant;
    if (element == "ToothIndex" && name == "unn") {
      implant.tooth = FdiOfUniversal(static_cast<int>(std::clamp<int64_t>(ParseXsInteger(value).value_or(0), 0, 1000)));
    }
    if (name == "value") {
      if (element == "System") implant.system = std::string(value.substr(0, 255));
      if (element == "Name") implant.kit = std::string(value.substr(0, 255));
      if (element == "ID") implant.id = std::string(value.substr(0, 255));
    }
    if (element == "Position") Coordinate(implant.position, element, name, value);
    if (element == "Direction") Coordinate(implant.direction, element, name, value);
  }

  void Coordinate(std::optional<Vec3>& vector, absl::string_view element, absl::string_view axis,
                  absl::string_view text) {
    if (axis != "x" && axis != "y" && axis != "z") return;
    InfoFacts none;
    InfoBuilder(none, findings_).LookAtGeometry(text, absl::StrCat(element, "/@", axis), 0, /*only_numbers=*/true);
    const std::optional<double> value = ParseXsDouble(text);
    if (!value.has_value()) return;
    if (!vector.has_value()) vector.emplace();
    if (axis == "x") vector->x = *value;
    if (axis == "y") vector->y = *value;
    if (axis == "z") vector->z = *value;
  }

  const std::string name_;
  FindingList findings_;
  OrderFileFacts facts_;
  XmlStream stream_;
  std::vector<std::string> path_;
  OrderedTooth tooth_;
  int tooth_count_ = 0;
  std::set<int> seen_;  // valid numbers, at most 52
  OrderModel model_;
  bool in_model_ = false;
};

OrderFileReader::OrderFileReader(std::string name, const XmlLimits& limits)
    : impl_(std::make_unique<Impl>(std::move(name), limits)) {}
OrderFileReader::~OrderFileReader() = default;
void OrderFileReader::Feed(absl::string_view bytes) { impl_->Feed(bytes); }
OrderFileReport OrderFileReader::Finish() && { return impl_->Finish(); }

}  // namespace millwright::files
