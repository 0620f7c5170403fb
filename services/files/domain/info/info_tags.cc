#include "services/files/domain/info/info_tags.h"

#include <array>
#include <cstdint>

namespace millwright::files {
namespace {

struct TagName {
  absl::string_view name;
  Tag tag;
};

constexpr TagName kNames[] = {
    {"Teeth", Tag::kTeeth},
    {"Tooth", Tag::kTooth},
    {"ParametersUsed", Tag::kParametersUsed},
    {"Parameter", Tag::kParameter},
    {"Margin", Tag::kMargin},
    {"Vec3", Tag::kVec3},
    {"ScanFiles", Tag::kScanFiles},
    {"ScanFile", Tag::kScanFile},
    {"ConstructionFileList", Tag::kConstructionFileList},
    {"ConstuctionFileList", Tag::kConstructionFileList},
    {"ConstructionFile", Tag::kConstructionFile},
    {"ConstuctionFile", Tag::kConstructionFile},
    {"ToothNumbers", Tag::kToothNumbers},
    {"int", Tag::kInt},
    {"ScanReplacementInfos", Tag::kScanReplacementInfos},
    {"x", Tag::kX},
    {"y", Tag::kY},
    {"z", Tag::kZ},
    {"Number", Tag::kNumber},
    {"ReconstructionType", Tag::kReconstructionType},
    {"ImplantType", Tag::kImplantType},
    {"CutbackPerformed", Tag::kCutbackPerformed},
    {"IsConnectToMesialNeighbor", Tag::kIsConnectToMesialNeighbor},
    {"IsConnectedToMesialNeighbor", Tag::kIsConnectToMesialNeighbor},
    {"Axis", Tag::kAxis},
    {"AxisInsertionWasCheckedOrDefined", Tag::kAxisInsertionWasCheckedOrDefined},
    {"ScrewChannelStart", Tag::kScrewChannelStart},
    {"ScrewChannelEnd", Tag::kScrewChannelEnd},
    {"MatrixImplantGeometryTargetOutputConstructionFile", Tag::kImplantTarget},
    {"ImplantLibraryEntryDescriptor", Tag::kImplantDescriptor},
    {"ImplantLibraryEntryDisplayInformation", Tag::kImplantDisplay},
    {"ScrewDiameter", Tag::kScrewDiameter},
    {"ToothColor", Tag::kToothColor},
    {"ToothScanFileName", Tag::kToothScanFileName},
    {"HasVirtualGingivaDesign", Tag::kHasVirtualGingivaDesign},
    {"Value", Tag::kValue},
    {"MinValue", Tag::kMinValue},
    {"MaxValue", Tag::kMaxValue},
    {"StepSize", Tag::kStepSize},
    {"Type", Tag::kType},
    {"Filename", Tag::kFilename},
    {"FileName", Tag::kFileNameScan},
    {"Material", Tag::kMaterial},
    {"MaterialName", Tag::kMaterialName},
    {"MaterialPostfix", Tag::kMaterialPostfix},
    {"MaterialColor", Tag::kMaterialColor},
    {"Height", Tag::kHeight},
    {"FileHashSHA1", Tag::kFileHashSha1},
    {"FileHashSHA256", Tag::kFileHashSha256},
    {"FileHash", Tag::kFileHash},
    {"PartType", Tag::kPartType},
    {"PartName", Tag::kPartName},
    {"ExportInformation", Tag::kExportInformation},
    {"SLMOptimized", Tag::kSlmOptimized},
    {"IsScrewRetained", Tag::kIsScrewRetained},
    {"EstimatedDirectionForCAM", Tag::kDirection},
    {"Jaw", Tag::kJaw},
    {"ProductName", Tag::kProductName},
    {"EngineBuildString", Tag::kEngineBuildString},
    {"SaveTime", Tag::kSaveTime},
    {"ProjectName", Tag::kProjectName},
    {"ProjectGUID", Tag::kProjectGuid},
    {"DesignGUID", Tag::kDesignGuid},
    {"EncryptedOutput", Tag::kEncryptedOutput},
    {"Notes", Tag::kNotes},
    {"ConstructionFileCount", Tag::kConstructionFileCount},
    {"ConstuctionFileCount", Tag::kConstructionFileCount},
};

constexpr uint32_t Hash(absl::string_view name) {
  uint32_t hash = 2166136261u;  // FNV-1a; the table is fixed, so nobody can choose its collisions
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  return hash ^ (hash >> 15);
}

constexpr size_t kSlots = 256;
constexpr auto kTable = [] {
  std::array<uint8_t, kSlots> table{};  // index into kNames + 1
  for (size_t i = 0; i < std::size(kNames); ++i) {
    size_t slot = Hash(kNames[i].name) % kSlots;
    while (table[slot] != 0) slot = (slot + 1) % kSlots;
    table[slot] = static_cast<uint8_t>(i + 1);
  }
  return table;
}();

bool IsCell(absl::string_view name) {
  return name.size() == 3 && name[0] == '_' && name[1] >= '0' && name[1] <= '3' && name[2] >= '0' && name[2] <= '3';
}

}  // namespace

Tag TagOf(absl::string_view name) {
  if (IsCell(name)) return Tag::kCell;
  for (size_t slot = Hash(name) % kSlots; kTable[slot] != 0; slot = (slot + 1) % kSlots) {
    const TagName& candidate = kNames[kTable[slot] - 1];
    if (candidate.name == name) return candidate.tag;
  }
  return Tag::kOther;
}

}  // namespace millwright::files
