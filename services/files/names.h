// Resource names of the files service: "companies/{company}/projects/{project}/{files|uploads}/{id}".
// Requests were validated against their patterns before they come here.
#ifndef MILLWRIGHT_SERVICES_FILES_NAMES_H_
#define MILLWRIGHT_SERVICES_FILES_NAMES_H_

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

namespace millwright::files {

struct NameIds {
  std::string company, project, leaf;  // "" where the name is shorter
};

inline NameIds IdsOf(absl::string_view name) {
  const std::vector<std::string> words = absl::StrSplit(name, '/');
  auto word = [&](size_t i) { return i < words.size() ? words[i] : std::string(); };
  return {word(1), word(3), word(5)};
}

inline std::string CompanyName(absl::string_view company) { return absl::StrCat("companies/", company); }
inline std::string ProjectName(absl::string_view company, absl::string_view project) {
  return absl::StrCat("companies/", company, "/projects/", project);
}
inline std::string FileName(absl::string_view company, absl::string_view project, absl::string_view file) {
  return absl::StrCat(ProjectName(company, project), "/files/", file);
}
inline std::string UploadName(absl::string_view company, absl::string_view project, absl::string_view upload) {
  return absl::StrCat(ProjectName(company, project), "/uploads/", upload);
}

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_NAMES_H_
