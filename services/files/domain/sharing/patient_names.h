// The names that must not travel: the patient's, as far as the files of a case tell them.
//
// Where they come from (file-rules, section 4; dental-formats, 1.2 and 1.3): what the lab states of the project, the
// order file (`Patient/PatientName`, `PatientFirstName`), and the name of the CAD project, which programs build as
// {date}_{patient}. A name is looked for word by word, whatever its case, composition or accents: "Müller" is found in
// "MUELLER", "mu\u0308ller" and "Muller".
//
// Thread-safety: const after the last Add.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_SHARING_PATIENT_NAMES_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_SHARING_PATIENT_NAMES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace millwright::files {

// Words shorter than this occur by chance ("An" in "Anterior"); bytes of UTF-8.
inline constexpr size_t kMinPatientNameBytes = 3;
// What stands for the patient where a project has no case code.
inline constexpr absl::string_view kNoCaseCode = "case";

class PatientNames {
 public:
  PatientNames() = default;
  explicit PatientNames(const std::vector<std::string>& names) {
    for (const std::string& name : names) Add(name);
  }
  // Takes a name apart; words without a letter, short ones and particles ("von", "van") are no names.
  void Add(absl::string_view name);
  // Takes the patient out of "2020-01-02_mustermann-anna"; a name of another form tells nothing.
  void AddProjectName(absl::string_view project_name);

  bool empty() const { return needles_.empty(); }
  // The words that are looked for, as they were written, without accents and transliterated.
  const std::vector<std::string>& words() const { return words_; }
  bool Holds(absl::string_view text) const { return !needles_.empty() && Find(text).found; }
  // `text` with each name replaced. Text that is no UTF-8 is replaced as a whole if it holds a name.
  std::string Replace(absl::string_view text, absl::string_view replacement) const;

 private:
  struct Match {
    bool found = false;
    std::string replaced;
  };
  Match Find(absl::string_view text, absl::string_view replacement = "") const;
  bool HeldInSomeCodePage(absl::string_view raw) const;
  void AddNeedle(const std::string& word);

  std::vector<std::string> needles_;  // folded, longest first
  std::vector<std::string> words_;
};

// The name that a file travels under: its own, with the patient's name replaced by the case code. Always one that an
// upload could have.
std::string SharedFileName(absl::string_view name, const PatientNames& names, absl::string_view case_code);

// The case code as it travels: `kNoCaseCode` if there is none, or if it holds a patient's name itself.
std::string SharedCaseCode(absl::string_view case_code, const PatientNames& names);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_SHARING_PATIENT_NAMES_H_
