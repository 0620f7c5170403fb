#include "services/files/domain/rules.h"

namespace millwright::files {
namespace {

constexpr Severity kBlock = Severity::kBlocking;
constexpr Severity kConfirm = Severity::kNeedsConfirmation;
constexpr Severity kInform = Severity::kInformation;

constexpr absl::string_view kReading = "file-rules 2, reading info files";
constexpr absl::string_view kFacts = "file-rules 2, table of facts";
constexpr absl::string_view kMeshes = "file-rules 5, meshes";
constexpr absl::string_view kDrawings = "file-rules 6, drawings";
constexpr absl::string_view kNames = "file-rules 3, file names";
constexpr absl::string_view kLimits = "file-rules 2, limits; Ceramill ZI manual p. 73 (defaults)";
constexpr absl::string_view kChecks = "dental-formats 2.3, what a production center checks";
constexpr absl::string_view kRepair =
    "Repair the mesh in the CAD program (close it, remove doubled faces) and export it again.";
constexpr absl::string_view kSharing = "file-rules 4, the shared copy; features F8";
constexpr absl::string_view kCad = "features F11; ISO 10303-42, closed shells";
constexpr absl::string_view kExportCad = "Export the solid again as STEP (AP203, AP214 or AP242).";
constexpr absl::string_view kExport = "Export the case again from the CAD program.";
constexpr absl::string_view kCheckDesign = "Check the design; a named person may confirm that it is meant so.";

constexpr RuleInfo kRules[] = {
    {Rule::kFileEmpty, "file.empty", kBlock, "The file has no bytes", "Upload the file again.", kNames},
    {Rule::kFileWrongSuffix, "file.wrong_suffix", kConfirm, "The content is not what the suffix says",
     "Rename the file, or upload the one that was meant.", kNames},
    {Rule::kFileNamesFoldToOne, "file.names_fold_to_one", kConfirm,
     "Two files have names that differ only in case or composition", "Rename one of them.", kNames},
    {Rule::kFileReservedName, "file.reserved_name", kConfirm, "A name that Windows reserves for a device",
     "Rename the file; Windows computers can't store it.", kNames},
    {Rule::kFileNotMeasured, "file.not_measured", kInform,
     "This kind of file is stored and shared but can't be measured",
     "Add an STL file if a price from the geometry is wanted.", "features F11"},
    {Rule::kMeshNotRecognised, "mesh.not_recognised", kBlock, "Not a mesh in any form that is read",
     "Export the part again as binary STL.", kMeshes},
    {Rule::kMeshTruncated, "mesh.truncated", kBlock, "The file ends before its data does",
     "Export the part again; the file is cut off.", kMeshes},
    {Rule::kMeshBytesLeftOver, "mesh.bytes_left_over", kBlock, "More bytes than the triangle count announces",
     "Export the part again; the triangle count is wrong.", kMeshes},
    {Rule::kMeshStrayByte, "mesh.stray_byte", kInform, "One stray byte behind the last triangle", "Nothing to do.",
     kMeshes},
    {Rule::kMeshSyntax, "mesh.syntax", kBlock, "The text of the mesh can't be read",
     "Export the part again, best as binary STL.", kMeshes},
    {Rule::kMeshDecimalComma, "mesh.decimal_comma", kBlock, "Numbers with a decimal comma",
     "Export with a decimal point (English number format) or as binary STL.", kMeshes},
    {Rule::kMeshIndexOutOfRange, "mesh.index_out_of_range", kBlock, "A face names a vertex that does not exist",
     "Export the part again.", kMeshes},
    {Rule::kMeshSeveralSolids, "mesh.several_solids", kInform, "Several solids in one file, taken as one part",
     "Split the file if they are separate parts.", kMeshes},
    {Rule::kMeshNoTriangle, "mesh.no_triangle", kBlock, "No triangle", "Export the part again; this file is empty.",
     kMeshes},
    {Rule::kMeshNotFinite, "mesh.not_finite", kBlock, "Coordinates that are no number (NaN or infinite)", kRepair,
     kMeshes},
    {Rule::kMeshZeroArea, "mesh.zero_area", kInform, "Triangles without area",
     "Nothing to do; cleaning the mesh removes them.", kMeshes},
    {Rule::kMeshOpenEdge, "mesh.open_edge", kBlock, "Open edges: the mesh is not closed", kRepair, kMeshes},
    {Rule::kMeshNonManifoldEdge, "mesh.non_manifold_edge", kBlock, "Edges with more than two triangles", kRepair,
     kMeshes},
    {Rule::kMeshInconsistentEdge, "mesh.inconsistent_edge", kBlock, "Neighbouring triangles with opposite orientation",
     "Unify the normals in the CAD program and export again.", kMeshes},
    {Rule::kMeshNotClosed, "mesh.not_closed", kBlock,
     "Proved open or inconsistent while it arrived; edges not counted yet", kRepair, kMeshes},
    {Rule::kMeshNegativeShell, "mesh.negative_shell", kBlock,
     "A shell turned inside out that is no void of exactly one other shell",
     "Turn the shell round, or remove it, and export again.", kMeshes},
    {Rule::kMeshInverted, "mesh.inverted", kConfirm, "The whole mesh is turned inside out",
     "Confirm to have it measured flipped, or unify the normals and export again.", kMeshes},
    {Rule::kMeshNoVolume, "mesh.no_volume", kConfirm, "Closed, but without volume", kCheckDesign, kMeshes},
    {Rule::kMeshVoid, "mesh.void", kInform, "Inner voids, subtracted from the volume",
     "Nothing to do if they are meant.", kMeshes},
    {Rule::kMeshNestedShells, "mesh.nested_shells_not_checked", kInform,
     "Outward shells that may lie in each other: not checked",
     "Look at the part; nested shells are counted twice in the volume.", kMeshes},
    {Rule::kMeshSelfIntersection, "mesh.self_intersection_not_checked", kInform, "Self-intersection: not checked",
     "Look at the part in the CAD program.", kMeshes},
    {Rule::kMeshTooLarge, "mesh.too_large", kBlock, "Larger than anything that can be measured",
     "Check the unit of the upload.", "pricing 1"},
    {Rule::kMeshImplausibleSize, "mesh.implausible_size", kConfirm, "The size is implausible in the stated unit",
     "Check the unit (inch, m, cm or µm?), or confirm that the part is that size.", "file-rules 5; pricing 1"},
    {Rule::kMeshTooBigToCheck, "mesh.too_big_to_check", kBlock, "The edges need more memory than allowed",
     "Reduce the number of triangles, or ask the operator to raise the limit.", "quality-bars P6"},
    {Rule::kMeshUnitNotStated, "mesh.unit_not_stated", kBlock, "The unit of the mesh is not stated",
     "Upload the file again and state its unit.", "pricing 1"},
    {Rule::kMeshNotJudgedYet, "mesh.not_judged_yet", kBlock, "The exact check of a large mesh or CAD model is under way",
     "Wait a moment and ask again.", kMeshes},
    {Rule::kMeshPackage, "mesh.package", kBlock, "The 3MF package can't be unpacked",
     "Export the part again as 3MF, or as binary STL.", kMeshes},
    {Rule::kMeshPackageLimit, "mesh.package_limit", kBlock, "The 3MF package exceeds a limit",
     "Export the part again without the other plates, instances and attachments, or as binary STL.", kMeshes},
    {Rule::kMeshPartMissing, "mesh.part_missing", kBlock, "The 3MF package lacks something that it refers to",
     "Export the part again as 3MF, or as binary STL.", kMeshes},
    {Rule::kMeshEntryName, "mesh.entry_name", kBlock, "An entry of the 3MF package has a name that leaves the archive",
     "Export the part again with another program.", kMeshes},
    {Rule::kMeshEncrypted, "mesh.encrypted", kBlock, "The 3MF package is encrypted", "Export it without encryption.",
     kMeshes},
    {Rule::kMeshExtension, "mesh.extension_not_read", kConfirm, "Geometry that is not read: a 3MF extension, free-form surfaces of OBJ",
     "Export it with plain meshes, or confirm that what was measured is the part.", kMeshes},
    {Rule::kMeshUnitDiffers, "mesh.unit_differs", kConfirm, "The file states another unit than the uploader did",
     "Upload it with the unit of the file, or confirm that the file is right.", "file-rules 5; pricing 1"},

    {Rule::kDrawingBinary, "drawing.binary", kBlock, "Binary DXF and DWG are not read",
     "Save the drawing as ASCII DXF (R12 to R2018).", kDrawings},
    {Rule::kDrawingSyntax, "drawing.syntax", kBlock, "The drawing can't be read",
     "Save the drawing again as ASCII DXF (R12 to R2018).", kDrawings},
    {Rule::kDrawingTruncated, "drawing.truncated", kBlock, "The drawing ends before its EOF",
     "Save the drawing again; the file is cut off.", kDrawings},
    {Rule::kDrawingLimit, "drawing.limit", kBlock, "The drawing exceeds a limit",
     "Save only the part itself, without hatches, frames and arrays.", kDrawings},
    {Rule::kDrawingNothingToCut, "drawing.nothing_to_cut", kBlock, "Nothing in the drawing is to be cut",
     "Check the layers: frozen, hidden, construction and bend layers are not cut.", kDrawings},
    {Rule::kDrawingUnitNotStated, "drawing.unit_not_stated", kBlock, "The unit of the drawing is not stated",
     "Upload the file again and state its unit, or set $INSUNITS.", "file-rules 6; pricing 1"},
    {Rule::kDrawingUnitDiffers, "drawing.unit_differs", kConfirm, "The drawing states another unit than the uploader did",
     "Upload it with the unit of the file, or confirm that the file is right.", kDrawings},
    {Rule::kDrawingOpenContour, "drawing.open_contour", kConfirm, "Contours that are not closed",
     "Close them in the CAD program, or confirm that they are meant so.", kDrawings},
    {Rule::kDrawingNotRead, "drawing.not_read", kConfirm, "Geometry that can't be read",
     "Explode it into lines and arcs, or confirm that it is no part of the cut.", kDrawings},
    {Rule::kDrawingIgnored, "drawing.ignored", kInform, "Texts, dimensions, points and hatches are not cut",
     "Nothing to do; text that is to be cut must be exploded.", kDrawings},
    {Rule::kDrawingDuplicates, "drawing.duplicates", kInform, "Exact duplicates, cut once",
     "Nothing to do; cleaning the drawing removes them.", kDrawings},
    {Rule::kDrawingLayersLeftOut, "drawing.layers_left_out", kInform, "Layers that are not cut",
     "Show the layer, or rename it, if it is to be cut.", kDrawings},
    {Rule::kDrawingBlockMissing, "drawing.block_missing", kConfirm, "A block that is used is not in the file",
     "Save the drawing with its blocks, or confirm that it is complete.", kDrawings},

    {Rule::kInfoBrokenXml, "info.broken_xml", kBlock, "Not well-formed XML", kExport, kFacts},
    {Rule::kInfoTruncated, "info.truncated", kBlock, "The file ends before its root element does",
     "Upload the file again; it is cut off.", kFacts},
    {Rule::kInfoWrongRoot, "info.wrong_root", kBlock, "Not a construction info: another root element",
     "Upload the file that was meant.", kReading},
    {Rule::kInfoUnrecognisedModelInfo, "info.unrecognised_model_info", kConfirm, "Unrecognised model info",
     "Check the list of model parts and confirm it.", kReading},
    {Rule::kInfoDoctype, "info.doctype", kBlock, "A document type declaration is not accepted", "Remove the DOCTYPE.",
     kReading},
    {Rule::kInfoEncoding, "info.encoding", kBlock, "A character encoding that is not accepted",
     "Save the file as UTF-8.", kReading},
    {Rule::kInfoLimit, "info.limit", kBlock, "Over a published limit",
     "Split the case, or ask the operator to raise the limit.", kReading},
    {Rule::kInfoRequired, "info.required", kBlock, "A required element is missing or empty", kExport, kReading},
    {Rule::kInfoDecimalComma, "info.decimal_comma", kConfirm, "A number with a decimal comma; its value is not guessed",
     "Export with a decimal point, or confirm that the value does not matter.", kReading},
    {Rule::kInfoBadValue, "info.bad_value", kConfirm, "A value that can't be read",
     "Correct the value, or confirm that it does not matter.", kReading},
    {Rule::kInfoNotFinite, "info.not_finite", kConfirm, "Geometry that is no number (NaN or infinite)", kCheckDesign,
     kReading},
    {Rule::kInfoForeignNamespace, "info.foreign_namespace", kInform,
     "Elements of a foreign namespace, read by their local name", "Nothing to do.", kReading},
    {Rule::kInfoSaveTime, "info.save_time", kInform, "SaveTime is not of the form yyyyMMddHHmm", "Nothing to do.",
     kFacts},
    {Rule::kInfoGuid, "info.guid", kInform, "A GUID that is none", "Nothing to do.", kFacts},

    {Rule::kToothNotFdi, "tooth.not_fdi", kBlock, "A tooth number outside the 52 of FDI (ISO 3950)",
     "Correct the tooth number in the design.", kFacts},
    {Rule::kToothDuplicate, "tooth.duplicate", kBlock, "One tooth listed twice", kExport, kFacts},
    {Rule::kToothWithoutPart, "tooth.without_part", kConfirm, "A tooth with a product that no part names", kCheckDesign,
     kFacts},
    {Rule::kPartToothAbsent, "part.tooth_absent", kBlock, "A part names a tooth that the design does not have", kExport,
     kFacts},
    {Rule::kPartBothJaws, "part.both_jaws", kBlock, "A fixed part over both jaws", "Design one part per jaw.", kFacts},
    {Rule::kPartCountDiffers, "part.count_differs", kBlock, "ConstructionFileCount differs from the list", kExport,
     kFacts},
    {Rule::kPartNamedTwice, "part.named_twice", kBlock, "One file named by two parts", kExport, kFacts},
    {Rule::kPartFileName, "part.file_name", kBlock, "A Filename that is refused",
     "Name the file without a path and without control characters.", kNames},
    {Rule::kPartFileAbsent, "part.file_absent", kBlock, "The file of a part is missing", "Upload the missing file.",
     kFacts},
    {Rule::kPartNotAMesh, "part.not_a_mesh", kBlock, "The file of a part is no mesh",
     "Upload the mesh that was meant under this name.", kNames},
    {Rule::kPartEncrypted, "part.encrypted", kBlock, "The parts are encrypted for one CAM program",
     "Export without encryption.", kFacts},
    {Rule::kPartPatientName, "part.patient_name", kConfirm, "The patient's name is in the file name of a part",
     "Confirm: the shared copy and the file are renamed together.", kFacts},
    {Rule::kPartHashDiffers, "part.hash_differs", kInform, "The hash in the info file is not that of the uploaded part",
     "Make sure that both come from the same export.", kFacts},
    {Rule::kPartHashDiffersProven, "part.hash_differs_proven", kConfirm,
     "The uploaded part is not the one the info file describes",
     "Upload the part of the same export, or confirm that it was changed on purpose.", kFacts},
    {Rule::kPartHashMalformed, "part.hash_malformed", kInform, "A hash that is none; not compared", "Nothing to do.",
     kFacts},
    {Rule::kPartBlankHeight, "part.blank_height", kConfirm, "Too high for the center's blanks",
     "Use another material or center, or ask the center.", kFacts},
    {Rule::kPartBrokenChain, "part.broken_chain", kBlock, "The teeth of a part are not one chain of joints",
     "Add the missing connectors and export again.", kFacts},
    {Rule::kPartBrokenChainMerged, "part.broken_chain_merged", kConfirm,
     "The teeth of a merged part are not one chain of joints", kCheckDesign, kFacts},
    {Rule::kPartMaterialInBridge, "part.material_in_bridge", kBlock, "A material that is not allowed in bridges",
     "Choose a material for bridges.", kFacts},
    {Rule::kPartFiveAxis, "part.five_axis", kBlock, "A five-axis part for a center with three axes",
     "Choose another center, or design for three axes.", kFacts},
    {Rule::kPartNoScrewChannel, "part.no_screw_channel", kConfirm, "An implant part without screw channel",
     kCheckDesign, kFacts},
    {Rule::kImplantLine, "implant.line_not_listed", kBlock, "An implant line that is not on the center's list",
     "Choose another center, or an implant library that it accepts.", kFacts},
    {Rule::kImplantTargetAbsent, "implant.target_absent", kBlock,
     "An implant interface points to a part that is not listed", kExport, kFacts},
    {Rule::kJointDangling, "joint.dangling", kConfirm, "A joint to a tooth that is not part of the design",
     kCheckDesign, kFacts},
    {Rule::kJointCrossesParts, "joint.crosses_parts", kConfirm, "A joint between two parts", kCheckDesign, kFacts},
    {Rule::kWallBelowLimit, "limit.wall", kConfirm,
     "The minimum wall set in the CAD program is outside the limit (a setting, not a measurement)",
     "Raise MinThickness in the design, or confirm.", kLimits},
    {Rule::kConnectorBelowLimit, "limit.connector", kConfirm,
     "The connector area set in the CAD program is outside the limit", "Enlarge the connector, or confirm.", kLimits},
    {Rule::kPonticRun, "limit.pontics", kConfirm, "Too many adjacent pontics", kCheckDesign, kLimits},
    {Rule::kBridgeUnits, "limit.bridge_units", kConfirm, "The bridge has more units than the limit", kCheckDesign,
     kLimits},
    {Rule::kInsertionAxis, "limit.insertion_axis", kConfirm,
     "The insertion axis is more than the limit off the machine axis", "Export aligned for CAM, or confirm.", kLimits},
    {Rule::kMarginTooFewPoints, "margin.too_few_points", kConfirm, "A margin of one or two points", kCheckDesign,
     kFacts},
    {Rule::kMarginSelfCrossing, "margin.self_crossing", kConfirm, "A margin that crosses itself", kCheckDesign, kFacts},
    {Rule::kMarginNotChecked, "margin.not_checked", kInform, "A margin too long to be checked for crossings",
     "Look at the margin.", kFacts},
    {Rule::kNotStated, "limit.not_stated", kInform, "A limit could not be checked: the file does not state the value",
     "Nothing to do.", "file-rules 1, verdict"},
    {Rule::kNotCheckedWithoutCenter, "limit.not_checked_without_center", kInform, "Not checked: depends on the center",
     "Choose a center.", "file-rules 1, verdict"},
    {Rule::kFileSurplus, "case.surplus_file", kInform, "A file that no info file names",
     "Remove it if it does not belong to the case.", kFacts},
    {Rule::kScanAbsent, "case.scan_absent", kInform, "A scan that was not uploaded; scans are never required",
     "Nothing to do.", kFacts},
    {Rule::kScanNamedTwice, "case.scan_named_twice", kInform, "Several scans with one name", "Nothing to do.", kFacts},
    {Rule::kModelSomePartsAbsent, "model.some_parts_absent", kConfirm, "Some parts of the model are missing",
     "Upload them, or confirm that they are not wanted.", kFacts},
    {Rule::kModelNoPartPresent, "model.no_part_present", kBlock, "No part of the model is present",
     "Upload the parts of the model.", kFacts},

    {Rule::kOrderedTeethDiffer, "order.teeth_differ", kBlock, "The ordered teeth are not the designed teeth",
     "Design what was ordered, or upload the order file that belongs to the design.", kChecks},
    {Rule::kOrderOfAnotherProject, "order.other_project", kInform,
     "The order file says that it belongs to another project",
     "Upload the order file of this case if it is not the one that was meant.", "dental-formats 1.3, ProjectGUID"},
    {Rule::kOrderModelAbsent, "order.model_absent", kConfirm, "A model of the order file is missing",
     "Upload it, or confirm that it is not wanted.", "dental-formats 1.6"},
    {Rule::kOrderImplantTooth, "order.implant_tooth", kConfirm,
     "An implant position that names no tooth in universal notation", kCheckDesign, "dental-formats 1.6"},
    {Rule::kOrderPersonalData, "order.personal_data", kInform,
     "Names the patient; other companies get a copy without the name, or no copy", "Nothing to do.",
     "file-rules 4, the shared copy"},
    {Rule::kScrewChannelAngle, "limit.screw_channel_angle", kConfirm, "A screw channel steeper than the center drills",
     kCheckDesign, kChecks},
    {Rule::kToolDiameter, "limit.tool_diameter", kConfirm, "Designed for a finer tool than the center has",
     "Design for the center's tool, or ask the center.", kChecks},
    {Rule::kCantilever, "limit.cantilever", kConfirm, "More pontics at the free end of a bridge than the limit",
     kCheckDesign, kLimits},
    {Rule::kBlankRestriction, "part.blank_restriction", kConfirm,
     "The design asks for a height of blank that the center does not have",
     "Use another material or center, or ask the center.", kChecks},
    {Rule::kPartFileLarge, "part.file_large", kConfirm, "A part's file is larger than the center takes",
     "Reduce the number of triangles, or ask the center.", kChecks},

    {Rule::kCadNotRead, "cad.not_read", kBlock, "The CAD file can't be read", kExportCad, kCad},
    {Rule::kCadNoGeometry, "cad.no_geometry", kBlock, "No surface and no solid in the CAD file", kExportCad, kCad},
    {Rule::kCadNotClosed, "cad.not_closed", kBlock, "Surfaces that enclose no solid",
     "Close the surfaces to a solid in the CAD program and export again.", kCad},
    {Rule::kCadLooseFaces, "cad.loose_faces", kConfirm, "Surfaces beside the solids",
     "Remove them, or confirm that the solids alone are the part.", kCad},
    {Rule::kCadInvalid, "cad.invalid", kConfirm, "Faces, edges or solids that the geometry kernel finds invalid",
     "Repair the model in the CAD program, or confirm that what was measured is the part.", kCad},
    {Rule::kCadNotAllRead, "cad.not_all_read", kConfirm, "Parts of the model that can't be read",
     "Export the model again, or confirm that what was measured is the part.", kCad},
    {Rule::kCadSeveralSolids, "cad.several_solids", kInform, "Several solids in one file, taken as one part",
     "Split the file if they are separate parts.", kCad},
    {Rule::kCadSewn, "cad.sewn", kInform, "Loose faces, sewn to solids", "Export solids if your program can.", kCad},
    {Rule::kCadLeftOut, "cad.left_out", kInform, "Curves and points, which are no part of a body", "Nothing to do.",
     kCad},
    {Rule::kCadNotMeasured, "cad.not_measured", kInform,
     "The CAD file is stored and shared but was not measured",
     "Add an STL file if a price from the geometry is wanted, or export a simpler model.", "features F11"},

    {Rule::kSharingCopy, "sharing.copy", kInform,
     "Texts in it name the patient; other companies get a copy without the name",
     "Nothing to do; PreviewSharedFile shows what the copy leaves out.", kSharing},
    {Rule::kSharingRefused, "sharing.refused", kInform,
     "Names the patient where it can't be taken out; it can't be shared, nor a part ordered that needs it",
     "Export it again without the patient's name, or leave it out of the shared files.", kSharing},
    {Rule::kSharingUnread, "sharing.unread", kInform,
     "Compressed or unknown contents can't be searched for the patient's name; shared, it travels as it is",
     "Look through it, or leave it out of the shared files.", kSharing},
};

constexpr bool TableIsInOrder() {
  for (size_t i = 0; i < kRuleCount; ++i) {
    if (kRules[i].rule != static_cast<Rule>(i)) return false;
  }
  return true;
}
static_assert(sizeof(kRules) / sizeof(kRules[0]) == kRuleCount, "every rule has one line in the table");
static_assert(TableIsInOrder(), "the table follows the order of the enumeration");

}  // namespace

absl::string_view NameOf(Severity severity) {
  switch (severity) {
    case Severity::kAccepted:
      return "accepted";
    case Severity::kInformation:
      return "information";
    case Severity::kNeedsConfirmation:
      return "needs confirmation";
    case Severity::kBlocking:
      return "blocking";
  }
  return "blocking";
}

const RuleInfo& InfoOf(Rule rule) { return kRules[static_cast<size_t>(rule)]; }
std::span<const RuleInfo> AllRules() { return kRules; }

std::optional<Rule> RuleById(absl::string_view id) {
  for (const RuleInfo& info : kRules) {
    if (info.id == id) return info.rule;
  }
  return std::nullopt;
}

}  // namespace millwright::files
