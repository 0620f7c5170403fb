#include "services/files/sharing.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/crypto/crypto.h"
#include "common/errors/error.h"
#include "services/files/archive.h"
#include "services/files/convert.h"
#include "services/files/domain/checks/vocabulary.h"
#include "services/files/domain/file_name.h"
#include "services/files/domain/info/order_file.h"
#include "services/files/domain/sharing/name_bytes.h"
#include "services/files/domain/sharing/text_cleaner.h"

namespace millwright::files {
namespace {

FileKind KindOfRow(const FileRow& file) {
  return EffectiveKind(static_cast<FileKind>(file.content_kind), file.file_name);
}

absl::Status NotShareable(const FileRow& row, const Disguise& disguise, absl::string_view why) {
  const std::string name = disguise.NameOf(row.file_name);
  return Error::FailedPrecondition("NOT_SHAREABLE", absl::StrCat(name, " can't be shared: ", why))
      .Precondition("NOT_SHAREABLE", name, "leave it out of the shared files")
      .Meta("file_name", name)
      .Build();
}

// Runs the writer over the blob; the copy goes to `sink`.
absl::StatusOr<SharedCopyReport> WriteCopy(const FileRow& row, const Disguise& disguise, const XmlLimits& limits,
                                           const BlobStore& blobs, std::function<void(absl::string_view)> sink) {
  SharedCopyWriter writer({.name = row.file_name,
                           .case_code = disguise.case_code,
                           .patient_names = disguise.names,
                           .limits = limits},
                          std::move(sink));
  MW_RETURN_IF_ERROR(blobs.ForEachPiece(row.sha256, [&](absl::string_view piece) { writer.Feed(piece); }));
  SharedCopyReport report = std::move(writer).Finish();
  if (!report.complete()) return NotShareable(row, disguise, "no copy can be made of it");
  return report;
}

// Texts of the file that name the patient; 0 if it may travel as it is.
absl::StatusOr<int64_t> CountNames(const FileRow& row, const Disguise& disguise, const BlobStore& blobs,
                                   std::function<void(absl::string_view)> sink) {
  TextCleaner cleaner({.kind = KindOfRow(row),
                       .size = row.size,
                       .names = disguise.names,
                       .replacement = SharedCaseCode(disguise.case_code, disguise.names)},
                      std::move(sink));
  MW_RETURN_IF_ERROR(blobs.ForEachPiece(row.sha256, [&](absl::string_view piece) { cleaner.Feed(piece); }));
  cleaner.Finish();
  if (cleaner.found() > 0 && !cleaner.cleanable()) {
    return NotShareable(row, disguise, "a text in it names the patient; export it without the name");
  }
  return cleaner.found();
}

// Archives are searched by the files that were unpacked from them, not as a whole.
absl::Status RefuseArchives(const FileRow& row, const Disguise& disguise) {
  if (KindOfRow(row) != FileKind::kZip) return absl::OkStatus();
  return NotShareable(row, disguise, "what is in an archive is not looked through; unpack it and share the files");
}

absl::Status SearchPackage(const FileRow& row, const Disguise& disguise, const BlobStore& blobs) {
  const auto refuse = [&](absl::string_view why) {
    return NotShareable(row, disguise, absl::StrCat(why, "; export it without the name, or as STL"));
  };
  // Comments, extra fields and what lies between the entries.
  NameBytes around(disguise.names);
  MW_RETURN_IF_ERROR(blobs.ForEachPiece(row.sha256, [&](absl::string_view piece) { around.Feed(piece); }));
  around.Finish();
  if (around.found()) return refuse("a text in it names the patient");
  MW_ASSIGN_OR_RETURN(std::unique_ptr<BlobReader> blob, blobs.OpenBlob(row.sha256));
  const auto package = ArchiveReader::Open(std::move(blob), ArchiveLimits());
  if (!package.ok()) return refuse("its texts can't be searched for the patient's name");
  for (const ArchiveEntry& entry : (*package)->entries()) {
    TextCleaner search({.kind = FileKind::k3mf, .names = disguise.names}, /*sink=*/nullptr);
    const absl::Status read = (*package)->Read(entry, [&](absl::string_view piece) {
      search.Feed(piece);
      return absl::OkStatus();
    });
    search.Finish();
    if (!read.ok()) return refuse("its texts can't be searched for the patient's name");
    if (search.found() > 0 || disguise.names.Holds(entry.name)) return refuse("a text in it names the patient");
  }
  return absl::OkStatus();
}

void ScrubFinding(common::v1::Finding& finding, const Disguise& disguise) {
  if (!finding.file_name().empty()) finding.set_file_name(disguise.NameOf(finding.file_name()));
  for (std::string* text : {finding.mutable_element(), finding.mutable_message(), finding.mutable_measured(),
                            finding.mutable_limit()}) {
    *text = disguise.names.Replace(*text, SharedCaseCode(disguise.case_code, disguise.names));
  }
}

// True if no text of a mesh, model, drawing or other file names the patient.
absl::StatusOr<bool> TravelsAsItIs(const FileRow& row, const Disguise& disguise, const BlobStore& blobs) {
  if (disguise.names.empty() || row.size == 0 || row.erased) return true;
  MW_RETURN_IF_ERROR(RefuseArchives(row, disguise));
  if (KindOfRow(row) == FileKind::k3mf) {
    MW_RETURN_IF_ERROR(SearchPackage(row, disguise, blobs));
    return true;
  }
  MW_ASSIGN_OR_RETURN(const int64_t texts, CountNames(row, disguise, blobs, /*sink=*/nullptr));
  return texts == 0;
}

}  // namespace

std::string Disguise::NameOf(const std::string& file_name) const {
  const auto found = shared_names.find(file_name);
  return found != shared_names.end() ? found->second : SharedFileName(file_name, names, case_code);
}

std::string Disguise::OriginalOf(const std::string& shared_name) const {
  const std::string folded = FoldName(shared_name);
  for (const auto& [original, shared] : shared_names) {
    if (FoldName(shared) == folded) return original;
  }
  return shared_name;
}

std::string Disguise::Text(const std::string& text) const {
  return IsKnownWord(text) ? text : names.Replace(text, SharedCaseCode(case_code, names));
}

void GiveSharedNames(const std::vector<std::string>& file_names, Disguise& disguise) {
  if (disguise.names.empty()) return;
  std::set<std::string> taken;
  for (const std::string& name : file_names) {
    if (!disguise.names.Holds(name)) taken.insert(FoldName(name));
  }
  for (const std::string& name : file_names) {
    if (!disguise.names.Holds(name) || disguise.shared_names.contains(name)) continue;
    const std::string plain = SharedFileName(name, disguise.names, disguise.case_code);
    const size_t point = std::min(plain.rfind('.'), plain.size());
    std::string shared = plain;
    for (int i = 2; !taken.insert(FoldName(shared)).second; ++i) {
      shared = absl::StrCat(plain.substr(0, point), "-", i, plain.substr(point));
    }
    disguise.shared_names[name] = shared;
  }
}

v1::ProjectFacts Disguised(v1::ProjectFacts facts, const Disguise& disguise) {
  // Surplus files are a part of nothing, and how files travel is between the owner and this service.
  facts.clear_surplus_files();
  auto* findings = facts.mutable_findings();
  findings->erase(std::remove_if(findings->begin(), findings->end(),
                                 [](const common::v1::Finding& finding) {
                                   const std::optional<Rule> rule = RuleById(finding.rule());
                                   return rule == Rule::kFileSurplus || rule == Rule::kSharingCopy ||
                                          rule == Rule::kSharingRefused || rule == Rule::kSharingUnread;
                                 }),
                  findings->end());
  if (disguise.names.empty()) return facts;
  for (common::v1::Finding& finding : *findings) ScrubFinding(finding, disguise);
  for (std::string& name : *facts.mutable_missing_files()) name = disguise.NameOf(name);
  for (v1::PartFact& part : *facts.mutable_parts()) {
    part.set_file_name(disguise.NameOf(part.file_name()));
    if (!part.model_part()) part.set_work_type(disguise.Text(part.work_type()));
    part.set_material(disguise.Text(part.material()));
    part.set_material_name(disguise.Text(part.material_name()));
    part.set_shade(disguise.Text(part.shade()));
    for (v1::ToothFact& tooth : *part.mutable_tooth_facts()) {
      tooth.set_work_type(disguise.Text(tooth.work_type()));
      tooth.set_implant_type(disguise.Text(tooth.implant_type()));
      tooth.set_implant_line(disguise.Text(tooth.implant_line()));
      tooth.set_shade(disguise.Text(tooth.shade()));
    }
  }
  if (!facts.case_code().empty()) facts.set_case_code(SharedCaseCode(facts.case_code(), disguise.names));
  return facts;
}

v1::File Disguised(v1::File file, const Disguise& disguise) {
  file.set_file_name(disguise.NameOf(file.file_name()));
  for (common::v1::Finding& finding : *file.mutable_findings()) ScrubFinding(finding, disguise);
  if (disguise.names.empty() || !file.has_drawing()) return file;
  v1::DrawingFacts& drawing = *file.mutable_drawing();
  for (auto* layers : {drawing.mutable_cut_layers(), drawing.mutable_bend_layers(), drawing.mutable_engrave_layers()}) {
    for (std::string& layer : *layers) layer = disguise.Text(layer);
  }
  return file;
}

bool NeedsCopy(const FileRow& file) {
  const FileKind kind = KindOfRow(file);
  return IsInfo(kind) || kind == FileKind::kDentalProject;
}

bool IsUnreadable(const FileRow& file) {
  switch (KindOfRow(file)) {
    case FileKind::kUnknown:
    case FileKind::kBinaryDxf:
    case FileKind::kDwg:
    case FileKind::kPdf:
    case FileKind::kImage:
    case FileKind::kZip:
    case FileKind::kExecutable:
      return true;
    default:
      return false;
  }
}

std::optional<Finding> HowItTravels(const FileRow& row, const Disguise& disguise, const BlobStore& blobs) {
  if (row.erased || row.size == 0 || NeedsCopy(row) || IsNeverShared(row)) return std::nullopt;
  const Place place{.file = row.file_name};
  const absl::StatusOr<bool> as_it_is = TravelsAsItIs(row, disguise, blobs);
  if (absl::IsFailedPrecondition(as_it_is.status())) {
    return MakeFinding(Rule::kSharingRefused, place, std::string(as_it_is.status().message()));
  }
  // What can't be read now is told by whoever needs it.
  if (!as_it_is.ok()) return std::nullopt;
  if (!*as_it_is) {
    return MakeFinding(Rule::kSharingCopy, place,
                       absl::StrCat("Texts in ", row.file_name, " name the patient; a copy without them is shared."));
  }
  if (!IsUnreadable(row)) return std::nullopt;
  return MakeFinding(Rule::kSharingUnread, place,
                     absl::StrCat("What is in ", row.file_name, " can't all be searched for the patient's name."));
}

bool IsNeverShared(const FileRow& file) { return KindOfRow(file) == FileKind::k3ShapeOrder; }

absl::StatusOr<SharedFile> MakeSharedFile(const FileRow& row, const Disguise& disguise, const XmlLimits& limits,
                                          const BlobStore& blobs, BlobStore* store) {
  if (IsNeverShared(row)) return NotShareable(row, disguise, "it holds personal data, and there is no copy without");
  SharedFile shared;
  shared.file = Disguised(ToProto(row), disguise);
  const bool info = NeedsCopy(row);
  if (!info) {
    MW_ASSIGN_OR_RETURN(const bool as_it_is, TravelsAsItIs(row, disguise, blobs));
    if (as_it_is) return shared;
  }
  absl::Status written;
  if (store != nullptr) {
    MW_ASSIGN_OR_RETURN(shared.copy, store->NewBlob());
  }
  Sha256Stream hash;
  int64_t size = 0;
  auto sink = [&](absl::string_view piece) {
    size += static_cast<int64_t>(piece.size());
    hash.Update(piece);
    if (shared.copy != nullptr && written.ok()) written = shared.copy->Append(piece);
  };
  SharedCopyReport report;
  if (info) {
    MW_ASSIGN_OR_RETURN(report, WriteCopy(row, disguise, limits, blobs, sink));
  } else {
    MW_ASSIGN_OR_RETURN(const int64_t texts, CountNames(row, disguise, blobs, sink));
    report.left_out.push_back({"texts of the file", "they name the patient", texts});
  }
  MW_RETURN_IF_ERROR(written);
  const std::string sha256 = hash.FinishHex();
  if (shared.copy != nullptr) {
    MW_RETURN_IF_ERROR(shared.copy->Publish({sha256, size}));
    shared.copy_sha256 = sha256;
  }
  shared.file.set_shared_copy(true);
  shared.file.set_sha256(sha256);
  shared.file.set_size_bytes(size);
  for (const LeftOut& out : report.left_out) {
    v1::LeftOut& proto = *shared.file.add_left_out();
    proto.set_what(out.what);
    proto.set_why(out.why);
    proto.set_count(out.count);
  }
  return shared;
}

v1::File SeenByGrantee(const FileRow& file, const GrantRow& grant) {
  v1::File seen;
  if (grant.shared.empty() || !seen.ParseFromString(grant.shared)) {
    // A grant from before copies were made: enough to see that the file is there.
    seen = ToProto(file);
    seen.clear_findings();
    return seen;
  }
  seen.set_superseded(file.superseded);
  return seen;
}

}  // namespace millwright::files
