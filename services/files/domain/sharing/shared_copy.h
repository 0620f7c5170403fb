// The copy of an info file that another company gets: an allowlist of what manufacturing needs (file-rules, section 4).
//
// Everything that is not on the list in shared_copy_list.cc is left out: notes, ids, GUIDs, debug data, unknown
// elements, all attributes but xsi:nil, comments, processing instructions. What is kept is checked by its kind: a number
// must be a number, a path becomes its base name, the project's name becomes the case code, and wherever a patient's
// name is known it is replaced, file names by the same rule as the files themselves (patient_names.h). The original is
// only read.
//
// Read and written as a stream, in memory that does not depend on the file. Deterministic: equal bytes and options make
// an equal copy.
//
// Thread-safety: one thread at a time.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_SHARING_SHARED_COPY_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_SHARING_SHARED_COPY_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/files/domain/finding.h"
#include "services/files/domain/info/xml_stream.h"
#include "services/files/domain/sharing/patient_names.h"

namespace millwright::files {

// One thing that the copy does not have, or has otherwise. Never holds a value of the file, nor a name that the file
// made up: elements that nobody documents are all "unknown elements".
struct LeftOut {
  std::string what;  // "Notes", "comments", "values of ProjectName"
  std::string why;   // "not needed", "replaced by the case code"
  int64_t count = 0;
};

struct SharedCopyReport {
  std::vector<LeftOut> left_out;  // in the order of their first occurrence; at most as many as there are known elements
  std::vector<Finding> findings;  // why there is no copy: the file can't be read to its end. Empty if there is one
  bool complete() const { return findings.empty(); }
};

struct SharedCopyOptions {
  std::string name = {};       // of the original: its suffix says what it claims to be
  std::string case_code = {};  // what ProjectName becomes
  PatientNames patient_names = {};
  XmlLimits limits = {};
};

class SharedCopyWriter {
 public:
  // `sink` gets the copy in pieces.
  SharedCopyWriter(SharedCopyOptions options, std::function<void(absl::string_view)> sink);
  ~SharedCopyWriter();
  void Feed(absl::string_view bytes);
  // Once, after the last byte. What the sink got is only a copy if the report is complete.
  SharedCopyReport Finish() &&;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_SHARING_SHARED_COPY_H_
