// Every rule a file is judged by, in one table: id, class, title, remedy, source.
//
// The table is data that an RPC lists and people read; the checks themselves are in mesh/ (meshes), info/ (reading
// info files) and checks/ (a case as a whole). A new check is a line here and a function there. The ids are part of
// the API: never renamed, never reused.
//
// Thread-safety: the table is constant.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_RULES_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_RULES_H_

#include <cstddef>
#include <optional>
#include <span>

#include "absl/strings/string_view.h"

namespace millwright::files {

// Ordered: worse is greater, so that a verdict is a maximum.
enum class Severity {
  kAccepted = 0,  // a verdict only, never the class of a rule
  kInformation = 1,
  kNeedsConfirmation = 2,  // a named person may waive it
  kBlocking = 3,           // the file can't be ordered
};
absl::string_view NameOf(Severity severity);

enum class Rule {
  // Any file
  kFileEmpty,
  kFileWrongSuffix,
  kFileNamesFoldToOne,
  kFileReservedName,
  kFileNotMeasured,
  // Meshes
  kMeshNotRecognised,
  kMeshTruncated,
  kMeshBytesLeftOver,
  kMeshStrayByte,
  kMeshSyntax,
  kMeshDecimalComma,
  kMeshIndexOutOfRange,
  kMeshSeveralSolids,
  kMeshNoTriangle,
  kMeshNotFinite,
  kMeshZeroArea,
  kMeshOpenEdge,
  kMeshNonManifoldEdge,
  kMeshInconsistentEdge,
  kMeshNotClosed,
  kMeshNegativeShell,
  kMeshInverted,
  kMeshNoVolume,
  kMeshVoid,
  kMeshNestedShells,
  kMeshSelfIntersection,
  kMeshTooLarge,
  kMeshImplausibleSize,
  kMeshTooBigToCheck,
  kMeshUnitNotStated,
  kMeshNotJudgedYet,
  kMeshPackage,
  kMeshPackageLimit,
  kMeshPartMissing,
  kMeshEntryName,
  kMeshEncrypted,
  kMeshExtension,
  kMeshUnitDiffers,
  // Drawings
  kDrawingBinary,
  kDrawingSyntax,
  kDrawingTruncated,
  kDrawingLimit,
  kDrawingNothingToCut,
  kDrawingUnitNotStated,
  kDrawingUnitDiffers,
  kDrawingOpenContour,
  kDrawingNotRead,
  kDrawingIgnored,
  kDrawingDuplicates,
  kDrawingLayersLeftOut,
  kDrawingBlockMissing,
  // Reading info files
  kInfoBrokenXml,
  kInfoTruncated,
  kInfoWrongRoot,
  kInfoUnrecognisedModelInfo,
  kInfoDoctype,
  kInfoEncoding,
  kInfoLimit,
  kInfoRequired,
  kInfoDecimalComma,
  kInfoBadValue,
  kInfoNotFinite,
  kInfoForeignNamespace,
  kInfoSaveTime,
  kInfoGuid,
  // Teeth and parts of a case
  kToothNotFdi,
  kToothDuplicate,
  kToothWithoutPart,
  kPartToothAbsent,
  kPartBothJaws,
  kPartCountDiffers,
  kPartNamedTwice,
  kPartFileName,
  kPartFileAbsent,
  kPartNotAMesh,
  kPartEncrypted,
  kPartPatientName,
  kPartHashDiffers,
  kPartHashDiffersProven,
  kPartHashMalformed,
  kPartBlankHeight,
  kPartBrokenChain,
  kPartBrokenChainMerged,
  kPartMaterialInBridge,
  kPartFiveAxis,
  kPartNoScrewChannel,
  kImplantLine,
  kImplantTargetAbsent,
  kJointDangling,
  kJointCrossesParts,
  kWallBelowLimit,
  kConnectorBelowLimit,
  kPonticRun,
  kBridgeUnits,
  kInsertionAxis,
  kMarginTooFewPoints,
  kMarginSelfCrossing,
  kMarginNotChecked,
  kNotStated,
  kNotCheckedWithoutCenter,
  kFileSurplus,
  kScanAbsent,
  kScanNamedTwice,
  kModelSomePartsAbsent,
  kModelNoPartPresent,
  // Order files, and what a center may ask beyond its materials' limits
  kOrderedTeethDiffer,
  kOrderOfAnotherProject,
  kOrderModelAbsent,
  kOrderImplantTooth,
  kOrderPersonalData,
  kScrewChannelAngle,
  kToolDiameter,
  kCantilever,
  kBlankRestriction,
  kPartFileLarge,
  // CAD models
  kCadNotRead,
  kCadNoGeometry,
  kCadNotClosed,
  kCadLooseFaces,
  kCadInvalid,
  kCadNotAllRead,
  kCadSeveralSolids,
  kCadSewn,
  kCadLeftOut,
  kCadNotMeasured,
  // How files travel to other companies
  kSharingCopy,
  kSharingRefused,
  kSharingUnread,
  kCount,  // not a rule
};
inline constexpr size_t kRuleCount = static_cast<size_t>(Rule::kCount);

struct RuleInfo {
  Rule rule;
  absl::string_view id;  // "mesh.open_edge"
  Severity severity;
  absl::string_view title;
  absl::string_view remedy;
  absl::string_view source;
};

const RuleInfo& InfoOf(Rule rule);
std::span<const RuleInfo> AllRules();
// By id; nullopt for an id that does not exist.
std::optional<Rule> RuleById(absl::string_view id);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_RULES_H_
