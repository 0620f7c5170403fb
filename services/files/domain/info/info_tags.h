// The elements of info files that mean something to us, by local name, in their documented (also misspelt) and correct
// spellings.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_INFO_INFO_TAGS_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_INFO_INFO_TAGS_H_

#include "absl/strings/string_view.h"

namespace millwright::files {

enum class Tag {
  kOther,
  // structure
  kTeeth,
  kTooth,
  kParametersUsed,
  kParameter,
  kMargin,
  kVec3,
  kScanFiles,
  kScanFile,
  kConstructionFileList,
  kConstructionFile,
  kToothNumbers,
  kInt,
  kScanReplacementInfos,
  // geometry: x, y, z and the cells of matrices
  kX,
  kY,
  kZ,
  kCell,
  // Tooth
  kNumber,
  kReconstructionType,
  kImplantType,
  kCutbackPerformed,
  kIsConnectToMesialNeighbor,
  kAxis,
  kAxisInsertionWasCheckedOrDefined,
  kScrewChannelStart,
  kScrewChannelEnd,
  kImplantTarget,
  kImplantDescriptor,
  kImplantDisplay,
  kScrewDiameter,
  kToothColor,
  kToothScanFileName,
  kHasVirtualGingivaDesign,
  // Parameter
  kValue,
  kMinValue,
  kMaxValue,
  kStepSize,
  kType,
  // ConstructionFile, ScanFile, model parts
  kFilename,
  kFileNameScan,
  kMaterial,
  kMaterialName,
  kMaterialPostfix,
  kMaterialColor,
  kHeight,
  kFileHashSha1,
  kFileHashSha256,
  kFileHash,
  kPartType,
  kPartName,
  kExportInformation,
  kSlmOptimized,
  kIsScrewRetained,
  kDirection,
  kJaw,
  // header
  kProductName,
  kEngineBuildString,
  kSaveTime,
  kProjectName,
  kProjectGuid,
  kDesignGuid,
  kEncryptedOutput,
  kNotes,
  kConstructionFileCount,
};

// kOther for names that mean nothing. About ten nanoseconds.
Tag TagOf(absl::string_view local_name);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_INFO_INFO_TAGS_H_
