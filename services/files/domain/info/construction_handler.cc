#include "services/files/domain/info/construction_handler.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/files/domain/info/fdi.h"
#include "services/files/domain/info/info_values.h"

namespace millwright::files {
namespace {

constexpr size_t kMaxNameInPath = 64;

bool IsGeometry(Tag tag) { return tag == Tag::kX || tag == Tag::kY || tag == Tag::kZ || tag == Tag::kCell; }

}  // namespace

bool ConstructionHandler::OnStart(absl::string_view name, bool nil) {
  const Tag tag = TagOf(name);
  const Context context = open_.empty() ? Context::kRoot : ChildOf(open_.back().context, tag);
  open_.push_back({context, tag, nil});
  if (names_.size() < open_.size()) names_.emplace_back();
  names_[open_.size() - 1].assign(name.data(), std::min(name.size(), kMaxNameInPath));
  if (context == Context::kVector) vector_tag_ = tag;
  Open(context);
  return context == Context::kLeaf || context == Context::kGeometry;
}

ConstructionHandler::Context ConstructionHandler::ChildOf(Context parent, Tag tag) const {
  switch (parent) {
    case Context::kRoot:
      if (tag == Tag::kTeeth) return Context::kTeeth;
      if (tag == Tag::kScanFiles) return Context::kScanFiles;
      if (tag == Tag::kConstructionFileList) return Context::kParts;
      return tag >= Tag::kProductName || tag == Tag::kSaveTime ? Context::kLeaf : Context::kOther;
    case Context::kTeeth:
      return tag == Tag::kTooth ? Context::kTooth : Context::kOther;
    case Context::kTooth:
      return ToothChild(tag);
    case Context::kParametersUsed:
      return tag == Tag::kParameter ? Context::kParameter : Context::kOther;
    case Context::kParameter:
      return tag >= Tag::kValue && tag <= Tag::kType ? Context::kLeaf : Context::kOther;
    case Context::kMargin:
      return tag == Tag::kVec3 ? Context::kMarginPoint : Context::kOther;
    case Context::kMarginPoint:
    case Context::kVector:
      return IsGeometry(tag) ? Context::kLeaf : Context::kOther;
    case Context::kScanFiles:
      return tag == Tag::kScanFile ? Context::kScanFile : Context::kOther;
    case Context::kScanFile:
      if (tag == Tag::kToothNumbers) return Context::kScanTeeth;
      return tag == Tag::kFileNameScan || tag == Tag::kFilename || tag == Tag::kFileHash || tag == Tag::kPartType
                 ? Context::kLeaf
                 : Context::kOther;
    case Context::kScanTeeth:
    case Context::kPartTeeth:
      return tag == Tag::kInt ? Context::kLeaf : Context::kOther;
    case Context::kParts:
      return tag == Tag::kConstructionFile ? Context::kPart : Context::kOther;
    case Context::kPart:
      if (tag == Tag::kToothNumbers) return Context::kPartTeeth;
      if (tag == Tag::kDirection) return Context::kVector;
      return IsPartLeaf(tag) ? Context::kLeaf : Context::kOther;
    case Context::kLeaf:
    case Context::kGeometry:
    case Context::kOther:
      return IsGeometry(tag) ? Context::kGeometry : Context::kOther;
  }
  return Context::kOther;
}

ConstructionHandler::Context ConstructionHandler::ToothChild(Tag tag) {
  switch (tag) {
    case Tag::kParametersUsed:
      return Context::kParametersUsed;
    case Tag::kMargin:
      return Context::kMargin;
    case Tag::kAxis:
    case Tag::kScrewChannelStart:
    case Tag::kScrewChannelEnd:
      return Context::kVector;
    case Tag::kScrewDiameter:
      return Context::kGeometry;
    default:
      return tag >= Tag::kNumber && tag <= Tag::kHasVirtualGingivaDesign ? Context::kLeaf : Context::kOther;
  }
}

bool ConstructionHandler::IsPartLeaf(Tag tag) {
  return (tag >= Tag::kFilename && tag <= Tag::kJaw && tag != Tag::kFileNameScan && tag != Tag::kFileHash) ||
         tag == Tag::kHasVirtualGingivaDesign || tag == Tag::kSaveTime;
}

void ConstructionHandler::Open(Context context) {
  switch (context) {
    case Context::kTooth:
      tooth_ = {};
      tooth_.index = static_cast<int>(++builder_.facts().tooth_count);
      tooth_number_.clear();
      tooth_findings_ = builder_.findings().size();
      has_start_ = has_end_ = false;
      margin_.Clear();
      break;
    case Context::kParameter:
      parameter_value_.clear();
      parameter_type_.clear();
      parameter_comma_.clear();
      break;
    case Context::kMarginPoint:
    case Context::kVector:
      vector_ = {};
      vector_parts_ = 0;
      break;
    case Context::kPart:
      part_ = {};
      part_.element = "ConstructionFile";
      part_.index = static_cast<int>(builder_.facts().part_count + 1);
      break;
    case Context::kScanFile:
      scan_ = {};
      break;
    default:
      break;
  }
}

void ConstructionHandler::OnEnd(absl::string_view name, absl::string_view text) {
  const Element element = open_.back();
  open_.pop_back();
  if (element.context == Context::kLeaf) {
    if (!open_.empty()) Leaf(open_.back().context, element.tag, element.nil ? absl::string_view() : text);
  } else if (element.context == Context::kGeometry) {
    // What x, y and z are outside the places that are known is not.
    const bool only_numbers = element.tag == Tag::kCell || element.tag == Tag::kScrewDiameter;
    if (!element.nil && !LooksLikeNumber(text)) builder_.LookAtGeometry(text, Path(name), tooth_.number, only_numbers);
  } else {
    Close(element);
  }
}

void ConstructionHandler::Leaf(Context parent, Tag tag, absl::string_view text) {
  switch (parent) {
    case Context::kRoot:
      builder_.HeaderValue(tag, text);
      break;
    case Context::kTooth:
      ToothLeaf(tag, text);
      break;
    case Context::kParameter:
      ParameterLeaf(tag, text);
      break;
    case Context::kMarginPoint:
    case Context::kVector:
      VectorLeaf(tag, text);
      break;
    case Context::kScanFile:
      if (tag == Tag::kFileHash) {
        scan_.sha1 = std::string(text);
      } else {
        (tag == Tag::kPartType ? scan_.part_type : scan_.filename) = std::string(text);
      }
      break;
    case Context::kPart:
      builder_.PartValue(part_, tag, text);
      break;
    case Context::kPartTeeth:
      builder_.PartTooth(part_, text);
      break;
    case Context::kScanTeeth:
      if (const auto number = ParseXsInteger(text); number.has_value() && scan_.teeth.size() < 64) {
        scan_.teeth.push_back(static_cast<int>(std::clamp<int64_t>(*number, -1, 1000)));
      }
      break;
    default:
      break;
  }
}

void ConstructionHandler::ToothLeaf(Tag tag, absl::string_view text) {
  switch (tag) {
    case Tag::kNumber: {
      tooth_number_ = std::string(text.substr(0, 60));
      // What is no number at all is certainly no tooth, and reported as such at the end of the element.
      tooth_.number = static_cast<int>(std::clamp<int64_t>(ParseXsInteger(text).value_or(-1), -1, 1000));
      break;
    }
    case Tag::kReconstructionType:
      tooth_.reconstruction_type = std::string(text);
      break;
    case Tag::kImplantType:
      tooth_.implant_type = std::string(text);
      break;
    case Tag::kCutbackPerformed:
      tooth_.cutback = builder_.Boolean(text, Path("CutbackPerformed"), tooth_.number);
      break;
    case Tag::kIsConnectToMesialNeighbor:
      tooth_.connected_mesially = builder_.Boolean(text, Path("IsConnectToMesialNeighbor"), tooth_.number);
      break;
    case Tag::kAxisInsertionWasCheckedOrDefined:
      tooth_.axis_checked = builder_.Boolean(text, Path("AxisInsertionWasCheckedOrDefined"), tooth_.number);
      break;
    case Tag::kHasVirtualGingivaDesign:
      tooth_.gingiva = builder_.Boolean(text, Path("HasVirtualGingivaDesign"), tooth_.number);
      break;
    case Tag::kImplantTarget:
      tooth_.implant_target = std::string(text);
      break;
    case Tag::kImplantDescriptor:
      tooth_.implant_library = std::string(text);
      break;
    case Tag::kImplantDisplay:
      tooth_.implant_display = std::string(text);
      break;
    case Tag::kToothColor:
      tooth_.shade = ShadeOf(text);
      break;
    case Tag::kToothScanFileName:
      tooth_.scan_file = std::string(text);
      break;
    default:
      break;
  }
}

void ConstructionHandler::ParameterLeaf(Tag tag, absl::string_view text) {
  if (tag == Tag::kValue) {
    parameter_value_ = std::string(text);
  } else if (tag == Tag::kType) {
    parameter_type_ = std::string(text);
  }
  // The limits of a parameter are no limits of ours, but a comma in them shows how the program writes numbers. The type
  // that names the parameter may follow.
  if (tag != Tag::kType && parameter_comma_.empty() && text.find(',') != text.npos && HasDecimalComma(text)) {
    parameter_comma_ = std::string(text);
  }
}

void ConstructionHandler::VectorLeaf(Tag tag, absl::string_view text) {
  const std::optional<double> value = ParseXsDouble(text);
  if (!value.has_value() || !std::isfinite(*value)) {
    builder_.LookAtGeometry(text, Path(tag == Tag::kX ? "x" : tag == Tag::kY ? "y" : "z"), tooth_.number, true);
  }
  if (!value.has_value()) return;
  ++vector_parts_;
  (tag == Tag::kX ? vector_.x : tag == Tag::kY ? vector_.y : vector_.z) = *value;
}

void ConstructionHandler::Close(const Element& element) {
  switch (element.context) {
    case Context::kTooth:
      CloseTooth();
      break;
    case Context::kParameter:
      CloseParameter();
      break;
    case Context::kMarginPoint:
      margin_.Add(vector_);
      break;
    case Context::kMargin:
      tooth_.margin = margin_.Result();
      margin_.Clear();
      break;
    case Context::kVector:
      SetVector(open_.back().context);
      break;
    case Context::kPart:
      ClosePart();
      break;
    case Context::kScanFile:
      builder_.AddScan(std::move(scan_));
      break;
    default:
      break;
  }
}

void ConstructionHandler::SetVector(Context parent) {
  if (vector_parts_ != 3 || !IsFinite(vector_)) return;
  if (parent == Context::kPart) {
    part_.direction = vector_;
  } else if (vector_tag_ == Tag::kAxis) {
    tooth_.insertion_axis = vector_;
  } else {
    (vector_tag_ == Tag::kScrewChannelStart ? has_start_ : has_end_) = true;
  }
}

void ConstructionHandler::CloseParameter() {
  if (!parameter_comma_.empty()) {
    const std::string type = parameter_type_.empty() ? "Parameter" : parameter_type_.substr(0, kMaxNameInPath);
    builder_.Double(parameter_comma_, Path(absl::StrCat("ParametersUsed/", type)), tooth_.number);
  }
  struct Wanted {
    absl::string_view type;
    std::optional<double> ToothParameters::*member;
  };
  static constexpr Wanted kWanted[] = {
      {"MinThickness", &ToothParameters::min_thickness},
      {"ConnectorArea", &ToothParameters::connector_area},
      {"MillingMachineAxes", &ToothParameters::milling_machine_axes},
      {"MillingDiameter", &ToothParameters::milling_diameter},
      {"MaxScrewChannelAngleAdditionalLimit", &ToothParameters::max_screw_channel_angle},
      {"ProductionBlankRestrictionType", &ToothParameters::blank_restriction_type},
      {"ProductionBlankRestrictionWidth", &ToothParameters::blank_restriction_width},
      {"ProductionBlankRestrictionHeight", &ToothParameters::blank_restriction_height},
      {"ProductionBlankRestrictionLength", &ToothParameters::blank_restriction_length},
  };
  for (const Wanted& wanted : kWanted) {
    if (wanted.type != parameter_type_) continue;
    if (HasDecimalComma(parameter_value_)) return;  // reported when it was read
    const std::optional<double> value =
        builder_.Double(parameter_value_, Path(absl::StrCat("ParametersUsed/", parameter_type_)), tooth_.number);
    // NaN is how the program says "no value".
    if (value.has_value() && IsFinite({*value, 0, 0})) tooth_.parameters.*wanted.member = value;
    return;
  }
}

void ConstructionHandler::CloseTooth() {
  const std::string tooth = absl::StrCat("Teeth/Tooth[", tooth_.index, "]");
  const std::string path = absl::StrCat(tooth, "/Number");
  tooth_.has_screw_channel = has_start_ && has_end_;
  if (tooth_.reconstruction_type.empty()) builder_.Missing(tooth, "ReconstructionType", tooth_.number);
  // The number may stand behind what was found in the tooth.
  if (IsFdi(tooth_.number)) builder_.findings().SetTooth(tooth_findings_, tooth_.number);
  if (tooth_number_.empty()) {
    builder_.Missing(tooth, "Number");
  } else if (!IsFdi(tooth_.number)) {
    builder_.findings().Add(Rule::kToothNotFdi, {.element = path}, absl::StrCat(path, " is no tooth of FDI."),
                            tooth_number_, "11-18, 21-28, 31-38, 41-48, 51-55, 61-65, 71-75, 81-85");
  } else if (seen_teeth_[static_cast<size_t>(tooth_.number)]) {
    builder_.findings().Add(Rule::kToothDuplicate, {.element = path, .tooth = tooth_.number},
                            absl::StrCat("Tooth ", tooth_.number, " is listed again."));
  } else {
    seen_teeth_[static_cast<size_t>(tooth_.number)] = true;
    builder_.facts().teeth.push_back(std::move(tooth_));
  }
  tooth_ = {};
}

void ConstructionHandler::ClosePart() {
  const std::string path = absl::StrCat("ConstructionFileList/ConstructionFile[", part_.index, "]");
  if (part_.filename.empty()) builder_.Missing(path, "Filename");
  if (part_.material.empty()) builder_.Missing(path, "Material");
  if (part_.teeth.empty()) builder_.Missing(path, "ToothNumbers");
  builder_.AddPart(std::move(part_));
}

void ConstructionHandler::Complete() {
  if (builder_.facts().tooth_count == 0) builder_.Missing("Teeth", "Tooth");
  if (builder_.facts().part_count == 0) builder_.Missing("ConstructionFileList", "ConstructionFile");
}

std::string ConstructionHandler::Path(absl::string_view leaf) const {
  std::string path;
  for (size_t i = 1; i < open_.size(); ++i) {
    if (open_[i].context == Context::kTooth) {
      path = absl::StrCat("Teeth/Tooth[", tooth_.index, "]/");
    } else if (open_[i].context == Context::kPart) {
      path = absl::StrCat("ConstructionFile[", part_.index, "]/");
    } else if (open_[i].context == Context::kMarginPoint) {
      absl::StrAppend(&path, names_[i], "[", margin_.points() + 1, "]/");
    } else if (open_[i].context != Context::kParametersUsed && open_[i].context != Context::kParameter) {
      absl::StrAppend(&path, names_[i], "/");
    }
  }
  return absl::StrCat(path, leaf);
}

}  // namespace millwright::files
