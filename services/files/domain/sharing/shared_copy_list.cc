#include "services/files/domain/sharing/shared_copy_list.h"

#include <algorithm>
#include <iterator>

namespace millwright::files {
namespace {

struct Line {
  In in;
  absl::string_view name;
  As as;
  In opens = In::kConstruction;
};

// dental-formats, sections 1.2 (construction info), 1.3 (order file), 1.4 (model info).
constexpr Line kLines[] = {
    {In::kConstruction, "Teeth", As::kContainer, In::kTeeth},
    {In::kConstruction, "MatrixToScanDataFiles", As::kContainer, In::kMatrix},
    {In::kConstruction, "ProductName", As::kText},
    {In::kConstruction, "EngineBuildString", As::kText},
    {In::kConstruction, "EngineBuild", As::kInteger},
    {In::kConstruction, "SaveTime", As::kTime},
    {In::kConstruction, "ProjectName", As::kCaseCode},
    {In::kConstruction, "EncryptedOutput", As::kBoolean},
    {In::kConstruction, "ScanFiles", As::kContainer, In::kScans},
    {In::kConstruction, "ConstructionFileList", As::kContainer, In::kParts},
    {In::kConstruction, "ConstuctionFileList", As::kContainer, In::kParts},
    {In::kConstruction, "ConstructionFileCount", As::kInteger},
    {In::kConstruction, "ConstuctionFileCount", As::kInteger},

    {In::kTeeth, "Tooth", As::kContainer, In::kTooth},
    {In::kTooth, "Number", As::kInteger},
    {In::kTooth, "ReconstructionType", As::kWord},
    {In::kTooth, "ParametersUsed", As::kContainer, In::kParameters},
    {In::kTooth, "ImplantType", As::kWord},
    {In::kTooth, "CutbackPerformed", As::kBoolean},
    {In::kTooth, "IsConnectToMesialNeighbor", As::kBoolean},
    {In::kTooth, "IsConnectedToMesialNeighbor", As::kBoolean},
    {In::kTooth, "Margin", As::kContainer, In::kPolyline},
    {In::kTooth, "MarginBottomType", As::kWord},
    {In::kTooth, "MarginEmergenceProfile", As::kContainer, In::kPolyline},
    {In::kTooth, "MarginImplantGeometry", As::kContainer, In::kPolyline},
    {In::kTooth, "MarginScrewOnImplantGeometry", As::kContainer, In::kPolyline},
    {In::kTooth, "MarginScrewOnTop", As::kContainer, In::kPolyline},
    {In::kTooth, "MarginVirtualGingivaBottom", As::kContainer, In::kPolyline},
    {In::kTooth, "EmegenceProfileBorderIsBelowImplant", As::kBoolean},
    {In::kTooth, "EmergenceProfileBorderIsBelowImplant", As::kBoolean},
    {In::kTooth, "ScrewChannelStart", As::kContainer, In::kVector},
    {In::kTooth, "ScrewChannelEnd", As::kContainer, In::kVector},
    {In::kTooth, "AngulatedScrewChannelType", As::kInteger},
    {In::kTooth, "Axis", As::kContainer, In::kVector},
    {In::kTooth, "AxisMesial", As::kContainer, In::kVector},
    {In::kTooth, "AxisBuccal", As::kContainer, In::kVector},
    {In::kTooth, "AxisScrew", As::kContainer, In::kVector},
    {In::kTooth, "AxisImplant", As::kContainer, In::kVector},
    {In::kTooth, "AxisImplantAsymetric", As::kContainer, In::kVector},
    {In::kTooth, "AxisImplantAsymmetric", As::kContainer, In::kVector},
    {In::kTooth, "AxisVirtualGingivaBottom", As::kContainer, In::kVector},
    {In::kTooth, "AxisInsertionScanInfo", As::kContainer, In::kVector},
    {In::kTooth, "AxisInsertionWasCheckedOrDefined", As::kBoolean},
    {In::kTooth, "AxisOcclusalOfToothModel", As::kContainer, In::kVector},
    {In::kTooth, "ImplantReferencePointForAbutmentLimits", As::kContainer, In::kVector},
    {In::kTooth, "ScrewCenter", As::kContainer, In::kVector},
    {In::kTooth, "ScrewDiameter", As::kNumber},
    {In::kTooth, "MatrixImplantGeometry", As::kContainer, In::kMatrix},
    {In::kTooth, "MatrixImplantGeometryTargetOutputConstructionFile", As::kFileName},
    {In::kTooth, "FilenameImplantGeometry", As::kBaseName},
    {In::kTooth, "ImplantGeometryFileHashSHA", As::kHash},
    {In::kTooth, "ImplantLibraryEntryDescriptor", As::kText},
    {In::kTooth, "ImplantLibraryEntryDisplayInformation", As::kText},
    {In::kTooth, "ImplantLibraryEntryWithInterface", As::kBoolean},
    {In::kTooth, "ImplantLibraryEntryWithPremillAbutmentCollider", As::kBoolean},
    {In::kTooth, "ImplantLibrarySupplierVersion", As::kWord},
    {In::kTooth, "SuggestedStrategy", As::kWord},
    {In::kTooth, "ToothLibraryName", As::kText},
    {In::kTooth, "ToothLibraryToothNumber", As::kInteger},
    {In::kTooth, "ToothModelFilename", As::kBaseName},
    {In::kTooth, "ToothModelMatrix", As::kContainer, In::kMatrix},
    {In::kTooth, "Center", As::kContainer, In::kVector},
    {In::kTooth, "HasVirtualGingivaDesign", As::kBoolean},
    {In::kTooth, "ToothColor", As::kText},
    {In::kTooth, "ToothScanFileName", As::kBaseName},
    {In::kTooth, "ZRotationMatrix", As::kContainer, In::kMatrix},
    {In::kParameters, "Parameter", As::kContainer, In::kParameter},
    {In::kParameter, "Value", As::kNumber},
    {In::kParameter, "MinValue", As::kNumber},
    {In::kParameter, "MaxValue", As::kNumber},
    {In::kParameter, "StepSize", As::kNumber},
    {In::kParameter, "Type", As::kWord},
    {In::kPolyline, "Vec3", As::kContainer, In::kVector},
    {In::kVector, "x", As::kNumber},
    {In::kVector, "y", As::kNumber},
    {In::kVector, "z", As::kNumber},

    {In::kScans, "ScanFile", As::kContainer, In::kScan},
    {In::kScan, "FileName", As::kBaseName},
    {In::kScan, "Filename", As::kBaseName},
    {In::kScan, "FileHash", As::kHash},
    {In::kScan, "IsUnregistered", As::kBoolean},
    {In::kScan, "TransformationMatrix", As::kContainer, In::kMatrix},
    {In::kScan, "PartType", As::kWord},
    {In::kScan, "ToothNumbers", As::kContainer, In::kNumbers},
    {In::kNumbers, "int", As::kInteger},

    {In::kParts, "ConstructionFile", As::kContainer, In::kPart},
    {In::kParts, "ConstuctionFile", As::kContainer, In::kPart},
    {In::kPart, "Filename", As::kFileName},
    {In::kPart, "Material", As::kText},
    {In::kPart, "MaterialName", As::kText},
    {In::kPart, "MaterialPostfix", As::kText},
    {In::kPart, "MaterialColor", As::kText},
    {In::kPart, "Height", As::kNumber},
    {In::kPart, "FileHashSHA1", As::kHash},
    {In::kPart, "FileHashSHA256", As::kHash},
    {In::kPart, "ReconstructionTypeHashSHA1", As::kHash},
    {In::kPart, "ParameterHashSHA1", As::kHash},
    {In::kPart, "ToothNumbers", As::kContainer, In::kNumbers},
    {In::kPart, "PartType", As::kWord},
    {In::kPart, "PartName", As::kText},
    {In::kPart, "SaveTime", As::kTime},
    {In::kPart, "ExportInformation", As::kText},
    {In::kPart, "SLMOptimized", As::kBoolean},
    {In::kPart, "HasVirtualGingivaDesign", As::kBoolean},
    {In::kPart, "IsScrewRetained", As::kBoolean},
    {In::kPart, "EstimatedDirectionForCAM", As::kContainer, In::kVector},
    {In::kPart, "MatrixToScanDataFiles", As::kContainer, In::kMatrix},
    {In::kPart, "ZRotationMatrix", As::kContainer, In::kMatrix},
    {In::kPart, "RotationMatrix", As::kContainer, In::kMatrix},
    {In::kPart, "Translation", As::kContainer, In::kVector},
    {In::kPart, "Offset", As::kContainer, In::kVector},

    {In::kModel, "Filename", As::kFileName},
    {In::kModel, "FileName", As::kFileName},
    {In::kModel, "PartType", As::kWord},
    {In::kModel, "PartName", As::kText},
    {In::kModel, "Jaw", As::kWord},
    {In::kModel, "Material", As::kText},
    {In::kModel, "MaterialName", As::kText},
    {In::kModel, "Height", As::kNumber},
    {In::kModel, "FileHashSHA1", As::kHash},
    {In::kModel, "FileHashSHA256", As::kHash},
    {In::kModel, "SaveTime", As::kTime},
    {In::kModel, "ProductName", As::kText},
    {In::kModel, "EngineBuildString", As::kText},
    {In::kModel, "EngineBuild", As::kInteger},
    {In::kModel, "ProjectName", As::kCaseCode},
    {In::kModel, "ExportInformation", As::kText},
    {In::kModel, "ToothNumbers", As::kContainer, In::kNumbers},
    {In::kModel, "Number", As::kInteger},
    {In::kModel, "MatrixToScanDataFiles", As::kContainer, In::kMatrix},
    {In::kModel, "TransformationMatrix", As::kContainer, In::kMatrix},
    {In::kModel, "ZRotationMatrix", As::kContainer, In::kMatrix},
    {In::kModel, "ModelFileList", As::kContainer, In::kModel},
    {In::kModel, "ModelFile", As::kContainer, In::kModel},

    {In::kOrder, "Teeth", As::kContainer, In::kOrderTeeth},
    {In::kOrder, "DueDate", As::kWord},
    {In::kOrder, "DentalDBProductName", As::kText},
    {In::kOrder, "AntagonistType", As::kWord},
    {In::kOrder, "ToothColor", As::kText},
    {In::kOrderTeeth, "Tooth", As::kContainer, In::kOrderTooth},
    {In::kOrderTooth, "Number", As::kInteger},
    {In::kOrderTooth, "ReconstructionType", As::kWord},
    {In::kOrderTooth, "MesialConnector", As::kBoolean},
    {In::kOrderTooth, "Parameters", As::kContainer, In::kParameters},
    {In::kOrderTooth, "MaterialName", As::kText},
    {In::kOrderTooth, "Material", As::kText},
    {In::kOrderTooth, "PreparationType", As::kWord},
    {In::kOrderTooth, "ImplantType", As::kWord},
    {In::kOrderTooth, "MaterialAbutment", As::kText},
    {In::kOrderTooth, "ScanAbutmentScan", As::kBoolean},
    {In::kOrderTooth, "SeparateGingivaScan", As::kBoolean},
    {In::kOrderTooth, "SituScan", As::kBoolean},
    {In::kOrderTooth, "Color", As::kText},
};

constexpr absl::string_view kLeftOut[] = {
    "StaticInfo", "EngineBuildHistory", "ProjectDir", "IsProjectFileLoaded", "ProjectFileOriginallyLoaded",
    "LoadedSceneFileName", "DentalDBBuildDate", "DentalDBProductName", "WorkParamsSHA", "WorkParamsSignature",
    "WorkParams", "ProjectGUID", "DesignGUID", "ProjectUniqueId", "CID", "PPU", "ScanDataPlugins", "PatientId",
    "PracticeId", "TechnicianId", "Notes", "DebugSessionInfo", "LoadedBy", "PartName", "ScanReplacementInfos", "Label",
    "Name", "DateTime", "DueDateResolution", "TrayNo", "Practice", "Patient", "LoggedInUserHashWhoCreatedTheCase",
    "LoggedInUserHashWhoLastSavedTheCase", "DatabaseGUID", "Treatment",
};

bool IsCell(absl::string_view name) {
  return name.size() == 3 && name[0] == '_' && name[1] >= '0' && name[1] <= '3' && name[2] >= '0' && name[2] <= '3';
}

}  // namespace

std::optional<Kept> KeptAs(In in, absl::string_view name) {
  if (in == In::kMatrix) return IsCell(name) ? std::optional<Kept>(Kept{As::kNumber}) : std::nullopt;
  // The lines of one place stand together and are few where elements are many (coordinates, parameters).
  const auto* line = std::find_if(std::begin(kLines), std::end(kLines), [in](const Line& l) { return l.in == in; });
  for (; line != std::end(kLines) && line->in == in; ++line) {
    if (line->name == name) return Kept{line->as, line->opens};
  }
  return std::nullopt;
}

bool IsKnownLeftOut(absl::string_view name) {
  return std::find(std::begin(kLeftOut), std::end(kLeftOut), name) != std::end(kLeftOut);
}

}  // namespace millwright::files
