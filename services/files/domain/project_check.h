// Judges a project as a whole: what can be ordered, what is missing, what is wrong between its files.
//
// A project with a construction or model info is a case: its parts are what the info files name. Without one it is a
// folder of parts: each mesh is one. Asked for some parts only, findings that concern other parts are left out.
//
// Thread-safety: pure functions.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_PROJECT_CHECK_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_PROJECT_CHECK_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "services/files/domain/checks/case_check.h"
#include "services/files/domain/mesh/quantised.h"
#include "services/files/domain/order_facts.h"

namespace millwright::files {

// A current file of the project.
struct ProjectFile {
  CaseFile file;
  LengthUnit unit = LengthUnit::kUnspecified;
  std::optional<int64_t> largest_um = std::nullopt;  // of the box, if it was measured and has a unit
  std::shared_ptr<const InfoFacts> info = nullptr;   // of an info file that could be read
  std::shared_ptr<const OrderFileFacts> order = nullptr;  // of an order file that could be read
};

// One thing that can be ordered. `file` is null while it is absent.
struct ProjectPart {
  std::string file_name;
  const ProjectFile* file = nullptr;
  std::optional<PartOrderFacts> dental = std::nullopt;  // of a construction info
  std::optional<ModelPartFacts> model = std::nullopt;   // of a model info
  std::shared_ptr<const InfoFacts> info = nullptr;      // that names it; null for a part without one
  std::string info_name = {};
};

struct ProjectCheck {
  std::vector<Finding> findings;  // between files; each file's own are not repeated
  std::vector<ProjectPart> parts;
  std::vector<std::string> missing;  // named by a part that is meant, but absent
  std::vector<std::string> surplus;  // named by no info file
  // Files without which the parts can't be made: the parts' own and the info files that name them.
  std::vector<const ProjectFile*> needed;
};

struct ProjectCheckOptions {
  const AcceptanceProfile& profile = DefaultAcceptanceProfile();
  std::vector<std::string> part_names = {};  // file names; empty: all parts
  PatientNames patient_names = {};
  bool sender_hashes_proven = false;  // see CaseContext
};

// `files` must outlive the answer.
ProjectCheck CheckProject(std::span<const ProjectFile> files, const ProjectCheckOptions& options);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_PROJECT_CHECK_H_
