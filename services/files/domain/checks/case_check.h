// Judges a case: an info file's facts against the files beside it and against what a center accepts. One function per
// kind of info file; each rule is one small function in case_check.cc, limits.cc or parts.cc.
//
// Thread-safety: pure functions.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_CHECKS_CASE_CHECK_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_CHECKS_CASE_CHECK_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/files/domain/checks/acceptance.h"
#include "services/files/domain/file_kind.h"
#include "services/files/domain/finding.h"
#include "services/files/domain/info/info_facts.h"
#include "services/files/domain/info/order_file.h"
#include "services/files/domain/sharing/patient_names.h"

namespace millwright::files {

// A file of the project, as it is stored.
struct CaseFile {
  std::string name;
  int64_t size = 0;
  std::string sha1 = {}, sha256 = {};  // lower-case hexadecimal
  FileKind kind = FileKind::kUnknown;  // by content
};

struct CaseContext {
  std::string info_name;            // of the info file that is judged, for the findings
  std::span<const CaseFile> files;  // all files of the project, including info files
  const AcceptanceProfile& profile = DefaultAcceptanceProfile();
  PatientNames patient_names = {};  // that must not travel in file names
  // Once a part of this sender has matched its hash, a mismatch means something (file-rules, section 2).
  bool sender_hashes_proven = false;
};

std::vector<Finding> CheckConstruction(const InfoFacts& facts, const CaseContext& context);
std::vector<Finding> CheckModel(const InfoFacts& facts, const CaseContext& context);

// What was ordered against what was designed: `designed` are the construction infos of the project, `models` the folded
// names of all its files. An order file is compared with the designs of its project (ProjectGUID); if there is none, with
// all of them, and it says so.
std::vector<Finding> CheckOrderFile(const OrderFileFacts& order, const std::string& file_name,
                                    std::span<const InfoFacts* const> designed, std::span<const CaseFile> files);

// About the names alone: two that fold to one, reserved ones, and files that no info file names. `infos` are the facts
// of all info files of the project; without any, nothing is surplus.
std::vector<Finding> CheckFileSet(std::span<const CaseFile> files, std::span<const InfoFacts* const> infos);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_CHECKS_CASE_CHECK_H_
