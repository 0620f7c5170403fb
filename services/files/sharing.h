// What leaves the owner's company: facts and files without patients' names, and the copies of info files.
//
// Everything that another company or another service is told of a project goes through here (file-rules, section 4).
#ifndef MILLWRIGHT_SERVICES_FILES_SHARING_H_
#define MILLWRIGHT_SERVICES_FILES_SHARING_H_

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "millwright/files/v1/project.pb.h"
#include "services/files/domain/finding.h"
#include "services/files/domain/info/xml_stream.h"
#include "services/files/domain/sharing/patient_names.h"
#include "services/files/domain/sharing/shared_copy.h"
#include "services/files/storage/blob_store.h"
#include "services/files/storage/rows.h"

namespace millwright::files {

// How a project hides its patient.
struct Disguise {
  PatientNames names;
  std::string case_code;                            // as the project has it
  std::map<std::string, std::string> shared_names;  // file name to the one it travels under; only where they differ

  std::string NameOf(const std::string& file_name) const;
  // The file name that travels as `shared_name`; `shared_name` itself if it is none of those.
  std::string OriginalOf(const std::string& shared_name) const;
  // `text` with the patient's names replaced; words of the programs' vocabulary stay.
  std::string Text(const std::string& text) const;
};

// Gives each of `file_names` its name; two that would become one are told apart by a number.
void GiveSharedNames(const std::vector<std::string>& file_names, Disguise& disguise);

// The facts as orders, catalog and the seller get them. Files that no part needs are not named.
v1::ProjectFacts Disguised(v1::ProjectFacts facts, const Disguise& disguise);
v1::File Disguised(v1::File file, const Disguise& disguise);

// True for kinds of which other companies only ever get a copy.
bool NeedsCopy(const FileRow& file);
// True for kinds that hold personal data and have no copy.
bool IsNeverShared(const FileRow& file);

// True for kinds of which texts may be compressed or hidden: they travel without having been searched as a whole.
bool IsUnreadable(const FileRow& file);

// What the owner should know beforehand of how a mesh, model, drawing or other file travels: that a copy without the
// patient's name does (sharing.copy), that it can't (sharing.refused), that it was not searched (sharing.unread). Reads
// the file. nullopt: as it is, or by the allowlist of info files.
std::optional<Finding> HowItTravels(const FileRow& row, const Disguise& disguise, const BlobStore& blobs);

struct SharedFile {
  v1::File file;                     // as the grantee sees it
  std::string copy_sha256;           // "" if it gets the file's own bytes
  std::unique_ptr<BlobWriter> copy;  // keeps the copy from being removed until its row is written
};
// Makes what is shared of a file. `store` null: only looks, nothing is stored. FAILED_PRECONDITION (NOT_SHAREABLE) if
// there is no copy of it.
absl::StatusOr<SharedFile> MakeSharedFile(const FileRow& row, const Disguise& disguise, const XmlLimits& limits,
                                          const BlobStore& blobs, BlobStore* store);

// What a grantee sees of a file that was granted to it.
v1::File SeenByGrantee(const FileRow& file, const GrantRow& grant);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_SHARING_H_
