#include "services/files/domain/info/info_builder.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/files/domain/info/info_reader.h"
#include "services/files/domain/info/info_values.h"

namespace millwright::files {
namespace {

std::string Shown(absl::string_view text) {
  return absl::StrCat("\"", text.substr(0, 60), text.size() > 60 ? "..." : "", "\"");
}

}  // namespace

std::string ShadeOf(absl::string_view text) { return text == "---" ? std::string() : std::string(text); }

void InfoBuilder::BadValue(absl::string_view text, absl::string_view path, absl::string_view kind, int tooth) {
  const bool comma = HasDecimalComma(text) && kind == "number";
  findings_.Add(comma ? Rule::kInfoDecimalComma : Rule::kInfoBadValue, {.element = std::string(path), .tooth = tooth},
                comma ? absl::StrCat(path, " has a decimal comma: ", Shown(text), ". The value is not used.")
                      : absl::StrCat(path, " is no ", kind, ": ", Shown(text), ". The value is not used."),
                std::string(text.substr(0, 60)));
}

std::optional<double> InfoBuilder::Double(absl::string_view text, absl::string_view path, int tooth) {
  if (text.empty()) return std::nullopt;
  const std::optional<double> value = ParseXsDouble(text);
  if (!value.has_value()) BadValue(text, path, "number", tooth);
  return value;
}

std::optional<bool> InfoBuilder::Boolean(absl::string_view text, absl::string_view path, int tooth) {
  if (text.empty()) return std::nullopt;
  const std::optional<bool> value = ParseXsBoolean(text);
  if (!value.has_value()) BadValue(text, path, "boolean", tooth);
  return value;
}

std::optional<int64_t> InfoBuilder::Integer(absl::string_view text, absl::string_view path, int tooth) {
  if (text.empty()) return std::nullopt;
  const std::optional<int64_t> value = ParseXsInteger(text);
  if (!value.has_value()) BadValue(text, path, "whole number", tooth);
  return value;
}

void InfoBuilder::LookAtGeometry(absl::string_view text, absl::string_view path, int tooth, bool only_numbers) {
  if (IsNotFiniteWord(text)) {
    findings_.Add(Rule::kInfoNotFinite, {.element = std::string(path), .tooth = tooth},
                  absl::StrCat(path, " is ", text, "."), std::string(text));
  } else if (HasDecimalComma(text) || (only_numbers && !text.empty() && !ParseXsDouble(text).has_value())) {
    BadValue(text, path, "number", tooth);
  }
}

void InfoBuilder::JudgeSaveTime(absl::string_view text, absl::string_view path) {
  if (text.empty() || IsSaveTime(text)) return;
  findings_.Add(Rule::kInfoSaveTime, {.element = std::string(path)}, absl::StrCat(path, " is ", Shown(text), "."),
                std::string(text.substr(0, 60)), "yyyyMMddHHmm");
}

void InfoBuilder::HeaderValue(Tag tag, absl::string_view text) {
  InfoHeader& header = facts_.header;
  switch (tag) {
    case Tag::kProductName:
      header.product_name = std::string(text);
      break;
    case Tag::kEngineBuildString:
      header.engine_build = std::string(text);
      break;
    case Tag::kSaveTime:
      header.save_time = std::string(text);
      JudgeSaveTime(text, "SaveTime");
      break;
    case Tag::kProjectName:
      header.project_name = std::string(text);
      break;
    case Tag::kProjectGuid:
    case Tag::kDesignGuid:
      (tag == Tag::kProjectGuid ? header.project_guid : header.design_guid) = std::string(text);
      if (!text.empty() && !IsGuid(text)) {
        const absl::string_view path = tag == Tag::kProjectGuid ? "ProjectGUID" : "DesignGUID";
        findings_.Add(Rule::kInfoGuid, {.element = std::string(path)}, absl::StrCat(path, " is ", Shown(text), "."),
                      std::string(text.substr(0, 60)));
      }
      break;
    case Tag::kEncryptedOutput:
      header.encrypted_output = Boolean(text, "EncryptedOutput");
      break;
    case Tag::kNotes:
      header.has_notes = !text.empty();
      break;
    case Tag::kConstructionFileCount:
      header.construction_file_count = Integer(text, "ConstructionFileCount");
      break;
    default:
      break;
  }
}

void InfoBuilder::PartValue(PartFact& part, Tag tag, absl::string_view text) {
  auto path = [&](absl::string_view name) { return absl::StrCat(part.element, "[", part.index, "]/", name); };
  switch (tag) {
    case Tag::kFilename:
      part.filename = std::string(text);
      break;
    case Tag::kMaterial:
      part.material = std::string(text);
      break;
    case Tag::kMaterialName:
      part.material_name = std::string(text);
      break;
    case Tag::kMaterialPostfix:
      part.material_postfix = std::string(text);
      break;
    case Tag::kMaterialColor:
      part.color = ShadeOf(text);
      break;
    case Tag::kHeight:
      part.height = Double(text, path("Height"));
      if (part.height.has_value() && !std::isfinite(*part.height)) part.height.reset();
      break;
    case Tag::kFileHashSha1:
      part.sha1 = std::string(text);
      break;
    case Tag::kFileHashSha256:
      part.sha256 = std::string(text);
      break;
    case Tag::kPartType:
      part.part_type = std::string(text);
      break;
    case Tag::kPartName:
      part.part_name = std::string(text);
      break;
    case Tag::kJaw:
      part.jaw = std::string(text);
      break;
    case Tag::kSaveTime:
      part.save_time = std::string(text);
      JudgeSaveTime(text, path("SaveTime"));
      break;
    case Tag::kExportInformation:
      part.export_information = std::string(text);
      break;
    case Tag::kSlmOptimized:
      part.slm_optimized = Boolean(text, path("SLMOptimized"));
      break;
    case Tag::kIsScrewRetained:
      part.screw_retained = Boolean(text, path("IsScrewRetained"));
      break;
    case Tag::kHasVirtualGingivaDesign:
      part.gingiva = Boolean(text, path("HasVirtualGingivaDesign"));
      break;
    default:
      break;
  }
}

void InfoBuilder::PartTooth(PartFact& part, absl::string_view text) {
  const std::string path = absl::StrCat(part.element, "[", part.index, "]/ToothNumbers/int");
  const std::optional<int64_t> number = Integer(text, path);
  if (!number.has_value()) return;
  const int tooth = static_cast<int>(std::clamp<int64_t>(*number, -1, 1000));
  if (std::find(part.teeth.begin(), part.teeth.end(), tooth) != part.teeth.end()) return;
  LimitOnce(part.teeth.size() >= kMaxTeethOfPart, path, "different teeth in one part", kMaxTeethOfPart);
  if (part.teeth.size() < kMaxTeethOfPart) part.teeth.push_back(tooth);
}

void InfoBuilder::AddPart(PartFact part) {
  ++facts_.part_count;
  LimitOnce(facts_.part_count > kMaxParts, part.element, "parts", kMaxParts);
  if (facts_.part_count <= kMaxParts) facts_.parts.push_back(std::move(part));
}

void InfoBuilder::AddScan(ScanFact scan) {
  ++facts_.scan_count;
  LimitOnce(facts_.scan_count > kMaxScans, "ScanFile", "scans", kMaxScans);
  if (facts_.scan_count <= kMaxScans) facts_.scans.push_back(std::move(scan));
}

void InfoBuilder::LimitOnce(bool over, absl::string_view path, absl::string_view what, int64_t limit) {
  if (!over || findings_.Has(Rule::kInfoLimit)) return;
  findings_.Add(Rule::kInfoLimit, {.element = std::string(path)}, absl::StrCat("More than ", limit, " ", what, "."),
                absl::StrCat("> ", limit), absl::StrCat(limit));
}

void InfoBuilder::Missing(absl::string_view path, absl::string_view what, int tooth) {
  findings_.Add(Rule::kInfoRequired, {.element = std::string(path), .tooth = tooth},
                absl::StrCat(path, " has no ", what, ", or an empty one."));
}

}  // namespace millwright::files
